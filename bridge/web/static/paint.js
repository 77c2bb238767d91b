// What the live pages have in common: words, times, and cells that change only where their value does.

import { all, lostAt, now, told } from "./stream.js";

export const at = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
export const board = at("board");
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const clockOf = new Intl.DateTimeFormat("en-GB", {
  timeZone: board.dataset.zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});

/** A text; `{n}` is a value, `{n:change|changes}` the word that goes with a number. @param {string} key @param {Record<string, unknown>} [values] */
export const say = (key, values = {}) => String(words[key] ?? key).replace(
  /\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g,
  (_, /** @type {string} */ name, /** @type {string | undefined} */ one, /** @type {string | undefined} */ several) =>
    String(one === undefined ? values[name] : values[name] === 1 ? one : several));
export const clock = (/** @type {number | string} */ time) => clockOf.format(typeof time === "string" ? Date.parse(time) : time);
const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
export const length = (/** @type {number} */ seconds) => {
  const s = Math.max(0, Math.floor(seconds)), m = Math.floor(s / 60), h = Math.floor(m / 60);
  return h ? `${h}:${two(m % 60)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
};

/** Time that passes since a moment. */
export class Timer {
  /** @param {string | null | undefined} since @param {boolean} [atLeast] */
  constructor(since, atLeast = false) { this.since = since; this.atLeast = atLeast; }
}

/** @param {Element} cell @param {unknown} value */
export function show(cell, value) {
  const { dataset } = /** @type {HTMLElement} */ (cell);
  if (value instanceof Timer && value.since) {
    const since = String(Date.parse(value.since));
    if (dataset.since !== since) cell.textContent = "";
    dataset.since = since;
    dataset.least = value.atLeast ? "1" : "";
    return tick(cell);
  }
  delete dataset.since;
  const text = value instanceof Timer || value === null ? "–" : String(value);
  if (cell.textContent !== text) cell.textContent = text;
}

/** Seconds by which a PBX's clock may be ahead of ours; a beginning later than that is of before a clock was set back. */
const AHEAD = 2;

/** A timer stands still while nobody can say whether it goes on: at what was last known, whenever the page was opened.
 * Nobody can say how long it is since a beginning that is still to come.
 * @param {Element} cell */
export function tick(cell) {
  const away = /** @type {HTMLElement | null} */ (cell.closest("[data-away]")), known = Number(away?.dataset.away);
  if (cell.textContent && (told !== "live" || (away && !known))) return;
  const { dataset } = /** @type {HTMLElement} */ (cell);
  const passed = ((known || now()) - Number(dataset.since)) / 1000, text = length(passed);
  const shown = passed < -AHEAD ? "–" : dataset.least ? say("at_least", { length: text }) : text;
  if (cell.textContent !== shown) cell.textContent = shown;
}

export const drawn = (/** @type {string} */ shape) =>
  document.querySelector(`[data-shape="${shape}"] svg`)?.cloneNode(true) ?? document.createElement("i");

/** @param {Element} row @param {Record<string, unknown>} found what stands where; ``shape`` is drawn */
export function fill(row, found) {
  for (const cell of row.querySelectorAll("[data-f]")) {
    const { dataset } = /** @type {HTMLElement} */ (cell), value = found[dataset.f ?? ""];
    if (dataset.f !== "shape") { if (value !== undefined) show(cell, value); continue; }
    if (dataset.is !== value) { dataset.is = String(value); cell.replaceChildren(drawn(String(value))); }
  }
}

/** @type {WeakMap<Element, unknown[]>} */
const madeOf = new WeakMap();

/** Rows by key: made from a template, kept in order, taken away.
 * @template {{key: string}} T
 * @param {string} list @param {string} template @param {T[]} wanted @param {boolean} isKnown
 * @param {(item: T, row: HTMLElement) => Record<string, unknown>} values
 * @param {(item: T) => unknown[]} [from] all that the values are made of: a row of which none is another stays as it is */
export function rows(list, template, wanted, isKnown, values, from) {
  const into = at(list), focused = document.activeElement;
  const there = new Map([...into.children].map((row) => [/** @type {HTMLElement} */ (row).dataset.key, row]));
  const keys = new Set(wanted.map((item) => item.key));
  for (const [key, row] of there) if (!keys.has(key ?? "")) row.remove();
  let next = into.firstElementChild;
  for (const item of wanted) {
    const row = /** @type {HTMLElement} */ (there.get(item.key)
      ?? /** @type {HTMLTemplateElement} */ (at(template)).content.firstElementChild?.cloneNode(true));
    row.dataset.key = item.key;
    if (next !== row && next?.nextElementSibling === row) { // the one before it has moved on
      next.remove();
      next = row;
    }
    if (row === next) next = next.nextElementSibling;
    else into.insertBefore(row, next);
    const made = from?.(item), before = madeOf.get(row);
    if (made && before && made.every((part, n) => part === before[n])) continue;
    if (made) madeOf.set(row, made);
    fill(row, values(item, row));
  }
  if (focused instanceof HTMLElement && focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
  const none = document.getElementById(`no-${list}`);
  if (none) none.hidden = wanted.length > 0 || !isKnown;
}

/** How the stream is, in a word and a shape; while it is not there, all is grey.
 * @param {string} [instead] what is said of a stream that is well */
export function link(instead) {
  board.toggleAttribute("data-stale", told !== "live");
  if (told !== "connecting") whole();
  const shown = at("link"), isWell = told === "live" && !instead;
  shown.className = `state ${isWell ? "well" : "ill"}`;
  shown.firstElementChild?.replaceWith(drawn(isWell ? "ready" : told === "live" ? "hold" : "failed"));
  shown.lastElementChild?.replaceChildren(told === "live" && instead ? instead : say(told, { at: clock(lostAt || now()) }));
}

/** The header's word was true when the page was made; here it goes on to be. */
function whole() {
  const areUp = all("pbx").every(({ value }) => Object.values(value.feeds ?? {}).every((feed) => feed === "up"));
  const isWell = told === "live" && areUp && !all("alarm").some(({ value }) => value.name === "store" || value.name === "sink");
  const shown = document.querySelector(".top .whole");
  shown?.classList.toggle("well", isWell);
  shown?.classList.toggle("ill", !isWell);
}

/** Who has waited too long turns so without any event. */
export function overdue() {
  for (const row of board.querySelectorAll("[data-due]")) {
    const { due } = /** @type {HTMLElement} */ (row).dataset;
    row.toggleAttribute("data-late", Boolean(due) && Date.parse(due ?? "") < now() && told === "live");
  }
}

/** Lets time pass. @param {() => boolean} stands whether it stands still */
export function pass(stands) {
  setInterval(() => {
    for (const cell of stands() ? [] : board.querySelectorAll("[data-since]")) tick(cell);
    overdue();
  }, 500);
}

let isDue = false;
/** At most once a frame; also where nobody sees it, for the title tells of alarms. @param {() => void} draw */
export function soon(draw) {
  if (isDue) return;
  isDue = true;
  const paint = () => { isDue = false; draw(); };
  if (document.hidden) setTimeout(paint, 200); else requestAnimationFrame(paint);
}
