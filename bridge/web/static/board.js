// The page Now: paints what the live stream says.

import { at, board, clock, link, overdue, pass, rows, say, show, soon, Timer } from "./paint.js";
import { all, items, now, place, seq, start, told } from "./stream.js";

/** @typedef {import("./stream.js").Item} Item */

const ON_WALL = 6, TURN = 15000, RESORT = 5000, SAY = 10000;
const STATES = ["unreachable", "hold", "talking", "dialling", "ringing", "logged_out", "wrap_up", "paused", "unknown", "ready"];
/** Whoever has opened it, a wall is public. */
const NOT_ON_WALLS = ["device_failures"];
const BUSY = ["talking", "hold", "dialling"];

const only = board.dataset.only ? board.dataset.only.split(",") : [];
const isWall = board.classList.contains("wall");
const pageTitle = document.title;

const percent = (/** @type {number | null | undefined} */ share) => (share === null || share === undefined ? null : `${share > 0 && share < 1 ? Math.min(99, Math.max(1, Math.round(share * 100))) : share * 100} %`);
const pbxOf = (/** @type {string} */ key) => key.split("/")[0];
/** What an alarm is about, as people call it. @param {{kind: string, key: string}} alarm */
const about = ({ kind, key }) => (kind === "device" ? phone(key) : kind === "today" ? key.slice(key.indexOf(":") + 1) : kind === "service" || kind === "pbx" ? key : bare(key));
/** A phone by whose it is. @param {string} key */
const phone = (key) => {
  const owner = all("agent").find((agent) => pbxOf(agent.key) === pbxOf(key) && agent.value.device === bare(key));
  return owner?.value.name ? `${owner.value.name} (${bare(key)})` : bare(key);
};
const bare = (/** @type {string} */ key) => key.slice(key.indexOf("/") + 1);

let pausedAt = 0, changes = 0;
const paint = () => soon(draw);

function draw() {
  link(pausedAt ? say("paused", { at: clock(pausedAt), n: changes }) : "");
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
  const wrong = all("alarm").filter(({ value }) => !isWall || !NOT_ON_WALLS.includes(value.name)).sort((a, b) => a.value.since.localeCompare(b.value.since) || a.key.localeCompare(b.key));
  const text = (/** @type {Item} */ { value }) =>
    say(`alarm_${value.name}`, { what: about(value) });
  rows("alarms", "alarm", wrong, seq >= 0, (item) => ({ text: text(item), since: say("since", { at: clock(item.value.since) }) }));
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
    today: percent(today?.sl), recent: today?.sl_30 === undefined ? "" : say("of_30", { share: percent(today.sl_30) ?? "–" }),
  };
  const late = here.some((queue) => queue.waiting) && all("alarm").some((alarm) => alarm.value.name === "waiting_long");
  for (const tile of board.querySelectorAll("[data-total]")) {
    const { total } = /** @type {HTMLElement} */ (tile).dataset, cell = tile.querySelector("dd"), more = tile.querySelector("dd + dd");
    if (cell) show(cell, values[total ?? ""] ?? null);
    if (more) show(more, values.recent);
    tile.toggleAttribute("data-late", total === "longest" && late);
    tile.toggleAttribute("data-none", total === "ready" && values.ready === 0 && Number(values.waiting) > 0);
  }
  const notes = seen.length < pbxs.length ? [say("of_pbxs", { n: seen.length, all: pbxs.length })] : [];
  for (const { key, value } of pbxs) {
    if (value.state === "away" && value.since) notes.push(say("known_of", { what: key, at: clock(value.since) }));
    if (value.state === "starting" || value.state === "partial") notes.push(say(value.state, { what: key }));
  }
  at("share").textContent = notes.join(" · ");
  at("share").hidden = !notes.length;
}

let page = 0, turns = true;
function queues() {
  const wrong = alarmed(), many = all("pbx").length > 1;
  const order = (/** @type {Item} */ { key }) => (only.includes(bare(key)) ? only.indexOf(bare(key)) : only.length);
  const wanted = all("queue").sort((a, b) => order(a) - order(b) || bare(a.key).localeCompare(bare(b.key)) || a.key.localeCompare(b.key));
  const pages = isWall ? Math.max(1, Math.ceil(wanted.length / ON_WALL)) : 1;
  page %= pages;
  at("turn").hidden = pages < 2;
  at("page").textContent = pages > 1 ? `${page + 1} / ${pages}` : "";
  const shown = isWall ? wanted.slice(page * ON_WALL, (page + 1) * ON_WALL) : wanted;
  rows("queues", "queue", shown, seq >= 0, ({ key, value }, row) => {
    away(row, pbxOf(key));
    const today = items.get(place("today", `queue:${bare(key)}`))?.value;
    row.toggleAttribute("data-alarm", wrong.has(`queue ${key}`) || wrong.has(`today queue:${bare(key)}`));
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
      today: percent(today?.sl), recent: percent(today?.sl_30), answered: today?.answered ?? null, abandoned: today?.abandoned ?? null,
    };
  });
  for (const cell of at("queues").querySelectorAll("td")) cell.toggleAttribute("data-zero", cell.textContent === "0" || cell.textContent === "–");
  overdue();
}

/** @param {HTMLElement} row @param {string} pbx */
function away(row, pbx) {
  const was = row.hasAttribute("data-away");
  if (was === isAway(pbx)) return;
  const known = items.get(place("pbx", pbx))?.value.since;
  if (was) delete row.dataset.away;
  else row.dataset.away = known ? String(Date.parse(known)) : "";
  row.title = was ? "" : say("last_known", { at: clock(known ?? now()) });
}

/** @type {Map<string, number>} */
let order = new Map();
let sortedAt = -RESORT;
function agents() {
  const many = all("pbx").length > 1, known = all("agent"), wanted = known.filter(({ value }) => value.state !== "logged_out" || value.listening_to);
  at("away").textContent = known.length > wanted.length ? say("logged_out_n", { n: known.length - wanted.length }) : "";
  const list = at("agents");
  if (performance.now() - sortedAt > RESORT && !list.matches(":hover, :focus-within")) {
    sortedAt = performance.now();
    const rank = (/** @type {Item} */ { value }) => STATES.indexOf(value.state);
    order = new Map(wanted.sort((a, b) => rank(a) - rank(b) || a.key.localeCompare(b.key)).map((item, n) => [item.key, n]));
  }
  wanted.sort((a, b) => (order.get(a.key) ?? order.size) - (order.get(b.key) ?? order.size) || a.key.localeCompare(b.key));
  rows("agents", "agent", wanted, seq >= 0, ({ key, value }, row) => {
    away(row, pbxOf(key));
    row.dataset.state = value.state;
    const day = /** @type {HTMLAnchorElement | null} */ (row.querySelector("a"));
    if (day) day.href = `/agents?${new URLSearchParams({ agent: bare(key), pbx: pbxOf(key) })}`;
    const spies = Boolean(value.listening_to) && !BUSY.includes(value.state);
    row.toggleAttribute("data-spies", spies);
    const call = value.call ? items.get(place("call", value.call))?.value : undefined;
    const paused = value.paused_in.length && value.state !== "paused" ? say("paused_in", { queues: value.paused_in.join(", ") }) : "";
    const until = value.until ? say("until", { at: clock(value.until) }) : "";
    const what = [value.with, call?.queue, value.reason && value.state === "unreachable" ? say(`unreachable_${value.reason}`) : value.reason, until, paused].filter(Boolean);
    return {
      name: value.name ?? "", pbx: many ? pbxOf(key) : "", number: value.name && !value.name.includes(bare(key)) && value.device ? bare(key) : "",
      shape: spies ? value.mode ?? "monitor" : value.state,
      state: spies ? supervision(value.mode, value.listening_to) : say(`state_${value.state}`),
      timer: value.since && !spies ? new Timer(value.since) : "", more: (what.length ? what : value.queues).join(" · "),
      day: dayOf(value),
    };
  }, ({ key, value }) => [value, many, isAway(pbxOf(key)), value.call && items.get(place("call", value.call))?.value.queue]);
}

/** An agent's day in a line: what happened at all. @param {any} agent */
function dayOf(agent) {
  if (typeof agent.answered !== "number" || (!agent.queues.length && !agent.handled && !agent.answered)) return "";
  const failed = agent.last_failure ? say("day_failed_at", { n: agent.device_failed, at: clock(agent.last_failure.at).slice(0, 5) }) : "";
  const parts = [say("day_answered", { n: agent.answered }), agent.handled > agent.answered ? say("day_handled", { n: agent.handled }) : "",
    ...["rejected", "no_answer"].map((key) => (agent[key] ? say(`day_${key}`, { n: agent[key] }) : "")), failed];
  return parts.filter(Boolean).join(" · ");
}

/** By letters, as times are written. @param {string} a @param {string} b */
const before = (a, b) => (a < b ? -1 : Number(a > b));

const supervision = (/** @type {string | null} */ mode, /** @type {string} */ who) => say(`mode_${mode}`, { who });

function calls() {
  const rank = (/** @type {any} */ call) => (call.joined_at ? 0 : call.stage === "ringing" ? 1 : 2);
  const wanted = all("call").sort((a, b) => rank(a.value) - rank(b.value)
    || before(a.value.joined_at ?? a.value.started_at, b.value.joined_at ?? b.value.started_at) || before(a.key, b.key));
  at("count").textContent = wanted.length ? String(wanted.length) : "";
  rows("calls", "call", wanted, seq >= 0, ({ key, value }, row) => {
    away(row, value.pbx);
    const link = /** @type {HTMLAnchorElement | null} */ (row.querySelector("a"));
    if (link) link.href = `/calls/${key}`;
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
      over: (value.over_threshold ?? []).map((/** @type {string} */ name) => say(`over_${name}`)).join(" · "),
    };
  }, ({ value }) => [value, isAway(value.pbx)]);
  overdue();
}

// ---- time, and the reader

pass(() => pausedAt > 0);
setInterval(() => { if (turns && isWall) { page += 1; paint(); } }, TURN);
setInterval(() => { if (!isWall && !pausedAt) paint(); }, RESORT);

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

const query = new URLSearchParams(only.map((queue) => ["queue", queue]));
if (isWall) query.set("kinds", "pbx,queue,agent,alarm,today");
start(query, (isNews) => { changes += Number(isNews); paint(); });
