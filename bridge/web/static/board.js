// The page Now: a client of /v1/live/stream, like any other. It keeps what the stream says, paints it, and lets time
// pass. docs/live.md describes the stream.

/** @typedef {{kind: string, key: string, value: any}} Item */

const BEAT_LOST = 5000, WAITS = [1, 2, 4, 8, 10], ON_WALL = 6, TURN = 15000, RESORT = 5000, SAY = 10000;
const STATES = ["unreachable", "hold", "talking", "dialling", "ringing", "logged_out", "wrap_up", "paused", "unknown", "ready"];
const BUSY = ["talking", "hold", "dialling"];

const board = /** @type {HTMLElement} */ (document.getElementById("board"));
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const only = board.dataset.only ? board.dataset.only.split(",") : [];
const isWall = board.classList.contains("wall");
const pageTitle = document.title;
const clockOf = new Intl.DateTimeFormat("en-GB", {
  timeZone: board.dataset.zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});

/** @param {string} key @param {Record<string, unknown>} [values] */
const say = (key, values = {}) =>
  String(words[key] ?? key).replace(/\{(\w+)\}/g, (_, /** @type {string} */ name) => String(values[name]));
const at = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const clock = (/** @type {number | string} */ time) => clockOf.format(typeof time === "string" ? Date.parse(time) : time);
const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
const length = (/** @type {number} */ seconds) => {
  const s = Math.max(0, Math.floor(seconds)), m = Math.floor(s / 60), h = Math.floor(m / 60);
  return h ? `${h}:${two(m % 60)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
};
const percent = (/** @type {number | null | undefined} */ share) => (share === null || share === undefined ? null : `${share > 0 && share < 1 ? Math.min(99, Math.max(1, Math.round(share * 100))) : share * 100} %`);
const pbxOf = (/** @type {string} */ key) => key.split("/")[0];
const bare = (/** @type {string} */ key) => key.slice(key.indexOf("/") + 1);

// ---- the stream

/** @type {Map<string, Item>} */
const items = new Map();
const place = (/** @type {string} */ kind, /** @type {string} */ key) => `${kind} ${key}`;
const all = (/** @type {string} */ kind) => [...items.values()].filter((item) => item.kind === kind);

let last = "", seq = -1, offset = 0, heardAt = 0, tries = 0, lostAt = 0, told = "connecting", changes = 0;
/** @type {EventSource | null} */
let source = null;
/** @type {number | undefined} */
let again;
let pausedAt = 0;

/** The service's clock, whatever the browser's says. */
const now = () => Date.now() + offset;

function open() {
  const query = new URLSearchParams(only.map((queue) => ["queue", queue]));
  if (isWall) query.set("kinds", "pbx,queue,agent,alarm,today");
  if (last) query.set("after", last);
  const opened = source = new EventSource(`/v1/live/stream?${query}`);
  heardAt = performance.now();
  /** @param {string} type @param {(data: any) => void} take */
  const on = (type, take) => opened.addEventListener(type, (event) => {
    if (opened !== source) return;
    if (event.lastEventId) last = event.lastEventId;
    heardAt = performance.now();
    take(JSON.parse(event.data));
  });
  on("snapshot", (data) => {
    items.clear();
    seq = data.seq;
    put(data.items, []);
  });
  on("change", (data) => {
    if (data.seq <= seq) return;
    if (data.seq > seq + 1) { last = ""; retry(0); return; }
    seq = data.seq;
    put(data.set, data.gone);
  });
  on("beat", (data) => {
    offset = Date.parse(data.at) - Date.now();
    if (told !== "live") { told = "live"; tries = lostAt = 0; paint(); }
  });
  on("bye", (data) => { lose("stopping"); retry(data.retry_seconds * 1000); });
  opened.onerror = () => {
    if (opened !== source) return;
    lose("lost");
    retry();
    void fetch("/v1/live?kinds=pbx").then((answer) => { if (answer.status === 401) lose("sign_in"); }, () => undefined);
  };
}

/** @param {Item[]} set @param {[string, string][]} gone */
function put(set, gone) {
  for (const item of set) items.set(place(item.kind, item.key), item);
  for (const [kind, key] of gone) items.delete(place(kind, key));
  changes += 1;
  paint();
}

/** @param {string} why */
function lose(why) {
  lostAt ||= now();
  told = why;
  paint();
}

/** @param {number} [ms] */
function retry(ms = 1000 * WAITS[Math.min(tries, WAITS.length - 1)] * (0.8 + 0.4 * Math.random())) {
  source?.close();
  source = null;
  tries += 1;
  clearTimeout(again);
  again = setTimeout(open, ms);
}

// ---- painting: at most once a frame, and only what differs

/** Time that passes since a moment. */
class Timer {
  /** @param {string | null | undefined} since @param {boolean} [atLeast] */
  constructor(since, atLeast = false) { this.since = since; this.atLeast = atLeast; }
}

/** @param {Element} cell @param {unknown} value */
function show(cell, value) {
  const { dataset } = /** @type {HTMLElement} */ (cell);
  if (value instanceof Timer && value.since) {
    dataset.since = String(Date.parse(value.since));
    dataset.least = value.atLeast ? "1" : "";
    return tick(cell);
  }
  delete dataset.since;
  const text = value instanceof Timer || value === null ? "–" : String(value);
  if (cell.textContent !== text) cell.textContent = text;
}

/** A timer stands still while nobody can say whether it goes on. @param {Element} cell */
function tick(cell) {
  if (cell.textContent && (told !== "live" || cell.closest("[data-away]"))) return;
  const { dataset } = /** @type {HTMLElement} */ (cell);
  const text = length((now() - Number(dataset.since)) / 1000);
  const shown = dataset.least ? say("at_least", { length: text }) : text;
  if (cell.textContent !== shown) cell.textContent = shown;
}

const drawn = (/** @type {string} */ shape) =>
  document.querySelector(`[data-shape="${shape}"] svg`)?.cloneNode(true) ?? document.createElement("i");

/** Rows by key: made from a template, kept in order, taken away.
 * @param {string} list @param {string} template @param {Item[]} wanted
 * @param {(item: Item, row: HTMLElement) => Record<string, unknown>} values what stands where; ``shape`` is drawn */
function rows(list, template, wanted, values) {
  const into = at(list);
  const there = new Map([...into.children].map((row) => [/** @type {HTMLElement} */ (row).dataset.key, row]));
  let next = into.firstElementChild;
  for (const item of wanted) {
    const known = there.get(item.key);
    there.delete(item.key);
    const row = /** @type {HTMLElement} */ (
      known ?? /** @type {HTMLTemplateElement} */ (at(template)).content.firstElementChild?.cloneNode(true));
    row.dataset.key = item.key;
    if (row === next) next = next.nextElementSibling;
    else into.insertBefore(row, next);
    const found = values(item, row);
    for (const cell of row.querySelectorAll("[data-f]")) {
      const { dataset } = /** @type {HTMLElement} */ (cell), value = found[dataset.f ?? ""];
      if (dataset.f !== "shape") { if (value !== undefined) show(cell, value); continue; }
      if (dataset.is !== value) { dataset.is = String(value); cell.replaceChildren(drawn(String(value))); }
    }
  }
  for (const row of there.values()) row.remove();
  const none = document.getElementById(`no-${list}`);
  if (none) none.hidden = wanted.length > 0 || seq < 0;
}

let frame = 0;
function paint() {
  frame ||= requestAnimationFrame(() => { frame = 0; draw(); });
}

function draw() {
  board.toggleAttribute("data-stale", told !== "live");
  const link = at("link"), isWell = told === "live" && !pausedAt;
  link.className = `state ${isWell ? "well" : "ill"}`;
  link.firstElementChild?.replaceWith(drawn(isWell ? "ready" : pausedAt ? "hold" : "failed"));
  link.lastElementChild?.replaceChildren(pausedAt && told === "live"
    ? say("paused", { at: clock(pausedAt), n: changes }) : say(told, { at: clock(lostAt || now()) }));
  alarms();
  if (pausedAt) return;
  changes = 0;
  totals();
  queues();
  if (!isWall) { agents(); calls(); }
}

/** Alarms go on while the page is paused. */
const spoken = new Set();
let spokenAt = -SAY;
function alarms() {
  const wrong = all("alarm").sort((a, b) => a.value.since.localeCompare(b.value.since) || a.key.localeCompare(b.key));
  const text = (/** @type {Item} */ { value }) =>
    say(`alarm_${value.name}`, { what: value.key.includes("/") ? bare(value.key) : value.key });
  rows("alarms", "alarm", wrong, (item) => ({ text: text(item), since: say("since", { at: clock(item.value.since) }) }));
  document.title = (told === "live" ? (wrong.length ? `(${wrong.length}!) ` : "") : "(?) ") + pageTitle;
  for (const key of spoken) if (!items.has(place("alarm", key))) spoken.delete(key);
  const fresh = wrong.filter((item) => !spoken.has(item.key));
  if (!fresh.length || performance.now() - spokenAt < SAY) return;
  spokenAt = performance.now();
  for (const item of fresh) spoken.add(item.key);
  at("said").textContent = fresh.map(text).join(". ");
}

const isAway = (/** @type {string} */ pbx) => items.get(place("pbx", pbx))?.value.state === "away";
const alarmed = () => new Set(all("alarm").map((item) => `${item.value.kind} ${item.value.key}`));

function totals() {
  const pbxs = all("pbx"), seen = pbxs.filter((pbx) => pbx.value.state !== "away");
  const here = all("queue").filter((queue) => !isAway(pbxOf(queue.key))).map((queue) => queue.value);
  const members = all("agent").filter(({ key, value }) => value.queues.length && !isAway(pbxOf(key))).map((agent) => agent.value);
  const free = (/** @type {any} */ agent) => agent.state === "ready" && agent.queues.length > agent.paused_in.length;
  const known = here.some((queue) => queue.logged_in !== null);
  const today = items.get(place("today", only.length === 1 ? `queue:${only[0]}` : only.length ? "" : "all"))?.value;
  /** @type {Record<string, unknown>} */
  const values = {
    waiting: seen.length ? here.reduce((sum, queue) => sum + queue.waiting, 0) : null,
    longest: new Timer(here.map((queue) => queue.longest_since).filter(Boolean).sort()[0]),
    busy: known ? members.filter((agent) => BUSY.includes(agent.state)).length : null,
    ready: known ? members.filter(free).length : null,
    today: percent(today?.sl),
  };
  const late = here.some((queue) => queue.waiting) && all("alarm").some((alarm) => alarm.value.name === "waiting_long");
  for (const tile of board.querySelectorAll("[data-total]")) {
    const { total } = /** @type {HTMLElement} */ (tile).dataset, cell = tile.querySelector("dd");
    if (cell) show(cell, values[total ?? ""] ?? null);
    tile.toggleAttribute("data-late", total === "longest" && late);
    tile.toggleAttribute("data-none", total === "ready" && values.ready === 0 && Number(values.waiting) > 0);
  }
  const notes = seen.length < pbxs.length ? [say("of_pbxs", { n: seen.length, all: pbxs.length })] : [];
  for (const { key, value } of pbxs) {
    if (value.state === "away" && value.since) notes.push(`${key}: ${say("last_known", { at: clock(value.since) })}`);
    if (value.state === "starting" || value.state === "partial") notes.push(say(value.state, { what: key }));
  }
  at("share").textContent = notes.join(" · ");
  at("share").hidden = !notes.length;
}

let page = 0, turns = true;
function queues() {
  const wrong = alarmed(), many = new Set(all("pbx").map((pbx) => pbx.key)).size > 1;
  const order = (/** @type {Item} */ { key }) => (only.includes(bare(key)) ? only.indexOf(bare(key)) : only.length);
  const wanted = all("queue").sort((a, b) => order(a) - order(b) || bare(a.key).localeCompare(bare(b.key)) || a.key.localeCompare(b.key));
  const pages = isWall ? Math.max(1, Math.ceil(wanted.length / ON_WALL)) : 1;
  page %= pages;
  at("turn").hidden = pages < 2;
  at("page").textContent = pages > 1 ? `${page + 1} / ${pages}` : "";
  const shown = isWall ? wanted.slice(page * ON_WALL, (page + 1) * ON_WALL) : wanted;
  rows("queues", "queue", shown, ({ key, value }, row) => {
    away(row, pbxOf(key));
    row.toggleAttribute("data-alarm", wrong.has(`queue ${key}`));
    row.toggleAttribute("data-quiet", !value.waiting && !value.talking);
    row.toggleAttribute("data-none", value.waiting > 0 && value.ready === 0);
    const first = value.waiting ? items.get(place("call", value.calls[0])) : undefined;
    row.dataset.due = first?.value.answer_due ?? "";
    const link = /** @type {HTMLAnchorElement | null} */ (row.querySelector("a"));
    const query = new URLSearchParams(location.search);
    query.set("queues", bare(key));
    if (link) link.href = `?${query}`;
    return {
      name: bare(key), pbx: many ? pbxOf(key) : "", waiting: value.waiting, longest: new Timer(value.longest_since),
      talking: value.talking, ready: value.ready, busy: value.busy, ringing: value.ringing_agents,
      wrap_up: value.wrap_up, paused: value.paused, unreachable: value.unreachable, logged_in: value.logged_in,
      today: percent(items.get(place("today", `queue:${bare(key)}`))?.value.sl),
    };
  });
  for (const cell of at("queues").querySelectorAll("td")) cell.toggleAttribute("data-zero", cell.textContent === "0" || cell.textContent === "–");
  overdue();
}

/** @param {HTMLElement} row @param {string} pbx */
function away(row, pbx) {
  const was = row.hasAttribute("data-away");
  if (was === isAway(pbx)) return;
  row.toggleAttribute("data-away", !was);
  row.title = was ? "" : say("last_known", { at: clock(items.get(place("pbx", pbx))?.value.since ?? now()) });
}

/** Who has waited too long turns so without any event. */
function overdue() {
  for (const row of board.querySelectorAll("[data-due]")) {
    const { due } = /** @type {HTMLElement} */ (row).dataset;
    row.toggleAttribute("data-late", Boolean(due) && Date.parse(due ?? "") < now() && told === "live");
  }
}

/** @type {Map<string, number>} */
let order = new Map();
let sortedAt = -RESORT;
function agents() {
  const known = all("agent"), wanted = known.filter(({ value }) => value.state !== "logged_out" || value.listening_to);
  at("away").textContent = known.length > wanted.length ? say("logged_out_n", { n: known.length - wanted.length }) : "";
  const list = at("agents");
  if (performance.now() - sortedAt > RESORT && !list.matches(":hover, :focus-within")) {
    sortedAt = performance.now();
    const rank = (/** @type {Item} */ { value }) => STATES.indexOf(value.state);
    order = new Map(wanted.sort((a, b) => rank(a) - rank(b) || a.key.localeCompare(b.key)).map((item, n) => [item.key, n]));
  }
  wanted.sort((a, b) => (order.get(a.key) ?? order.size) - (order.get(b.key) ?? order.size) || a.key.localeCompare(b.key));
  rows("agents", "agent", wanted, ({ key, value }, row) => {
    away(row, pbxOf(key));
    row.dataset.state = value.state;
    const spies = Boolean(value.listening_to) && !BUSY.includes(value.state);
    row.toggleAttribute("data-spies", spies);
    const call = value.call ? items.get(place("call", value.call))?.value : undefined;
    const paused = value.paused_in.length && value.state !== "paused" ? say("paused_in", { queues: value.paused_in.join(", ") }) : "";
    const what = [value.with, call?.queue, value.reason, paused].filter(Boolean);
    return {
      name: value.name ?? "", number: value.name && !value.name.includes(bare(key)) && value.device ? bare(key) : "",
      shape: spies ? value.mode ?? "monitor" : value.state,
      state: spies ? supervision(value.mode, value.listening_to) : say(`state_${value.state}`),
      timer: value.since && !spies ? new Timer(value.since) : "", more: (what.length ? what : value.queues).join(" · "),
    };
  });
}

const supervision = (/** @type {string | null} */ mode, /** @type {string} */ who) => say(`mode_${mode}`, { who });

function calls() {
  const rank = (/** @type {any} */ call) => (call.joined_at ? 0 : call.stage === "ringing" ? 1 : 2);
  const wanted = all("call").sort((a, b) => rank(a.value) - rank(b.value)
    || (a.value.joined_at ?? a.value.started_at).localeCompare(b.value.joined_at ?? b.value.started_at) || a.key.localeCompare(b.key));
  at("count").textContent = wanted.length ? String(wanted.length) : "";
  rows("calls", "call", wanted, ({ value }, row) => {
    away(row, value.pbx);
    row.dataset.stage = value.stage;
    row.dataset.due = value.answer_due ?? "";
    const failed = (value.offers ?? []).filter((/** @type {any} */ offer) => offer.outcome && offer.outcome !== "answered").length;
    return {
      shape: value.stage, stage: say(`stage_${value.stage}`),
      timer: new Timer(value.joined_at ?? value.stage_since, value.seen_from_start === false),
      customer: value.number ?? value.name ?? "–", direction: say(value.direction), queue: value.queue,
      position: value.position ? say("position", { n: value.position }) : "", agents: value.agents.join(", ") || "–",
      spies: (value.supervisors ?? []).map((/** @type {any} */ s) => `${s.by} ${supervision(s.mode, s.to)}`).join("; "),
      tries: failed ? say("failed_tries", { n: failed }) : "–", began: clock(value.started_at),
    };
  });
  overdue();
}

// ---- time, and the reader

setInterval(() => {
  if (source && performance.now() - heardAt > BEAT_LOST) { lose("lost"); retry(); }
  for (const cell of pausedAt ? [] : board.querySelectorAll("[data-since]")) tick(cell);
  overdue();
}, 500);
setInterval(() => { if (turns && isWall) { page += 1; paint(); } }, TURN);
setInterval(() => { if (!isWall && !pausedAt) paint(); }, RESORT);

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && performance.now() - heardAt > BEAT_LOST) retry(0);
});
window.addEventListener("online", () => { if (told !== "live") retry(0); });
at("pause").hidden = false;
at("pause").addEventListener("click", () => {
  pausedAt = pausedAt ? 0 : now();
  changes = 0;
  at("pause").textContent = say(pausedAt ? "go_on" : "pause");
  at("pause").setAttribute("aria-pressed", String(Boolean(pausedAt)));
  paint();
});
at("turn").addEventListener("click", () => {
  turns = !turns;
  at("turn").textContent = at("turn").dataset[turns ? "off" : "on"] ?? "";
  at("turn").setAttribute("aria-pressed", String(!turns));
});
open();
