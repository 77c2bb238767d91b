// The page of a call in progress: paints what the live stream says of it; when it is over, its record takes the place.

import { at, board, clock, fill, length, link, pass, rows, say, soon, Timer } from "./paint.js";
import { items, place, seq, start } from "./stream.js";

const RECORD = 2000;
/** Outcomes that a reason is told of. */
const WHY = ["cpe_rejected", "forwarded"];
const key = board.dataset.call ?? "";
/** @type {Record<string, [number, string, string]>} */
const labels = JSON.parse(at("labels").textContent ?? "{}");

let isOver = false;
function over() {
  if (isOver) return;
  isOver = true;
  at("over").hidden = false;
  at("going").toggleAttribute("data-away", true);
  setTimeout(() => location.reload(), RECORD);
}

const time = (/** @type {string | null} */ text) => (text ? clock(text) : null);
const sum = (/** @type {any[]} */ offers) => offers.map((offer, n) => ({ key: String(n), offer }));

/** How long a phone rang, or since when it rings. @param {any} offer */
function rang({ ringing_at: since, ended_at: until }) {
  if (!since) return null;
  return until ? length((Date.parse(until) - Date.parse(since)) / 1000) : new Timer(since);
}

/** To her day. @param {Element} row @param {string} agent */
function linked(row, agent) {
  const day = row.querySelector("a");
  if (day) day.href = `/agents?${new URLSearchParams({ agent })}`;
  return agent;
}

function draw() {
  link();
  const call = items.get(place("call", key))?.value;
  if (!call) { if (seq >= 0) over(); return; }
  const pbx = items.get(place("pbx", call.pbx))?.value;
  if (pbx?.state === "away") at("going").dataset.away = pbx.since ? String(Date.parse(pbx.since)) : "";
  else delete at("going").dataset.away;
  const passed = (call.over_threshold ?? []).map((/** @type {string} */ name) => say(`over_${name}`));
  fill(at("going"), {
    shape: call.stage, stage: say(`stage_${call.stage}`), timer: new Timer(call.joined_at ?? call.stage_since, !call.seen_from_start),
    over: passed.join(" · "), customer: call.number, name: call.name ?? "", dn: call.dn, direction: say(call.direction),
    queue: call.queue, position: call.position ? say("position", { n: call.position }) : "", agents: call.agents.join(", ") || "–",
    spies: call.supervisors.map((/** @type {any} */ s) => `${s.by} ${say(`mode_${s.mode}`, { who: s.to })}`).join("; ") || "–",
    began: clock(call.started_at), answered: time(call.answered_at),
  });
  rows("tags", "tag", (call.tags_so_far ?? []).map((/** @type {string} */ name) => ({ key: name })), call.tags_so_far !== null,
    (tag) => ({ bit: labels[tag.key][0], label: labels[tag.key][1], other: labels[tag.key][2] }));
  rows("offers", "offer", sum(call.offers ?? []), call.offers !== null, ({ offer }, row) => ({
    agent: linked(row, offer.agent), device: offer.device, queue: offer.queue, offered: clock(offer.started_at), rang: rang(offer),
    shape: offer.ended_at ? `outcome_${offer.outcome ?? "unseen"}` : "ringing",
    outcome: offer.ended_at ? say(`outcome_${offer.outcome ?? "unseen"}`) : say(offer.ringing_at ? "rings" : "is_called"),
    reason: WHY.includes(offer.outcome) && offer.reason ? say(`reason ${offer.reason}`).replace(/^reason /, "") : "",
    late: offer.answer_due && passed.includes(say("over_agent_answer")) ? say("over_agent_answer") : "",
  }));
  rows("stays", "stay", sum(call.stays ?? []), true, ({ offer: stay }) => ({
    queue: stay.queue, joined: time(stay.joined_at), left: time(stay.left_at), exit: stay.exit ? say(`exit_${stay.exit}`) : say("goes_on"),
  }));
}

pass(() => false);
start(new URLSearchParams({ kinds: "call,pbx", call: key }), () => soon(draw));
