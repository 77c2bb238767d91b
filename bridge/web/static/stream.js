// A client of /v1/live/stream, like any other: docs/live.md describes it. What a page shows of it is the page's affair.
// Of several tabs that show the same, one reads the stream and hands it to the others: a browser has few connections.

/** @typedef {{kind: string, key: string, value: any}} Item */
/** @typedef {{type: string, id: string, data: string}} Told */

const BEAT_LOST = 5000, WAITS = [1, 2, 4, 8, 10];

/** @type {Map<string, Item>} */
export const items = new Map();
export const place = (/** @type {string} */ kind, /** @type {string} */ key) => `${kind} ${key}`;
export const all = (/** @type {string} */ kind) => [...items.values()].filter((item) => item.kind === kind);

/** Number of the last change; -1 before the first snapshot. */
export let seq = -1;
/** How the stream is: connecting, live, lost, stopping, sign_in. */
export let told = "connecting";
/** Since when it is not there, by the service's clock; 0: it is. */
export let lostAt = 0;

let epoch = "", last = "", offset = 0, heardAt = 0, tries = 0, asked = "", isReader = false;
/** @type {EventSource | null} */
let source = null;
/** @type {BroadcastChannel | null} */
let tabs = null;
/** @type {number | undefined} */
let again;
/** @type {(isNews: boolean) => void} */
let changed = () => undefined;

/** The service's clock, whatever the browser's says. */
export const now = () => Date.now() + offset;

/** @param {URLSearchParams} query what is wanted @param {(isNews: boolean) => void} told_ is told of each change */
export function start(query, told_) {
  asked = String(query);
  changed = told_;
  heardAt = performance.now();
  setInterval(look, 500);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && performance.now() - heardAt > BEAT_LOST) retry(0);
  });
  window.addEventListener("online", () => { if (told !== "live") retry(0); });
  if (!navigator.locks) return read();
  const name = `callbridge live ${asked}`;
  tabs = new BroadcastChannel(name);
  tabs.onmessage = ({ data }) => {
    if (data !== "hello") take(data);
    else if (isReader && seq >= 0) tabs?.postMessage(whole());
  };
  tabs.postMessage("hello");
  void navigator.locks.request(name, () => new Promise(read));
}

function read() {
  isReader = true;
  open();
}

/** All that is known, as a snapshot for a tab that has just come. @returns {Told} */
const whole = () => ({
  type: "snapshot", id: last, data: JSON.stringify({ epoch, seq, at: new Date(now()).toISOString(), items: [...items.values()] }),
});

function open() {
  const query = new URLSearchParams(asked);
  if (last) query.set("after", last);
  const opened = source = new EventSource(`/v1/live/stream?${query}`);
  heardAt = performance.now();
  for (const type of ["snapshot", "change", "beat", "bye"]) {
    opened.addEventListener(type, (event) => {
      if (opened !== source) return;
      /** @type {Told} */
      const heard = { type, id: event.lastEventId, data: event.data };
      take(heard);
      tabs?.postMessage(heard);
    });
  }
  opened.onerror = () => {
    if (opened !== source) return;
    lose("lost");
    retry();
    void fetch("/v1/live?kinds=pbx").then((answer) => { if (answer.status === 401) lose("sign_in"); }, () => undefined);
  };
}

/** @param {Told} heard */
function take({ type, id, data }) {
  const said = JSON.parse(data);
  heardAt = performance.now();
  if (type === "snapshot") {
    if (id) last = id;
    epoch = said.epoch;
    items.clear();
    seq = said.seq;
    put(said.items, []);
  } else if (type === "change") {
    if (said.seq <= seq || seq < 0) return;
    if (said.seq > seq + 1) return missed();
    last = id;
    seq = said.seq;
    put(said.set, said.gone);
  } else if (type === "bye") {
    lose("stopping");
    if (isReader) retry(said.retry_seconds * 1000);
  } else {
    offset = Date.parse(said.at) - Date.now();
    if (seq < 0 && !isReader) tabs?.postMessage("hello");
    else if (told !== "live") { told = "live"; tries = lostAt = 0; changed(false); }
  }
}

function missed() {
  last = "";
  retry(0);
}

/** @param {Item[]} set @param {[string, string][]} gone */
function put(set, gone) {
  for (const item of set) items.set(place(item.kind, item.key), item);
  for (const [kind, key] of gone) items.delete(place(kind, key));
  changed(true);
}

/** @param {string} why */
function lose(why) {
  lostAt ||= now();
  told = why;
  changed(false);
}

/** @param {number} [ms] */
function retry(ms = 1000 * WAITS[Math.min(tries, WAITS.length - 1)] * (0.8 + 0.4 * Math.random())) {
  if (!isReader) { tabs?.postMessage("hello"); return; } // the tab that reads the stream tries again
  source?.close();
  source = null;
  tries += 1;
  clearTimeout(again);
  again = setTimeout(open, ms);
}

function look() {
  if (performance.now() - heardAt <= BEAT_LOST || (isReader && !source)) return; // a try is due
  lose("lost");
  retry();
}
