/** An agent's phone made with JsSIP: what the tests order is a method, what happens is told. */

import JsSIP from "jssip";
import { attach } from "../../../bridge/feeds/callbridge-endpoint.js";

const sessions = new Map();
let ua;
let isBusy = false;

window.phone = {
  start({ user, secret, server, reporting, patience }) {
    ua = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(server)],
      uri: `sip:${user}@${new URL(server).hostname}`,
      password: secret,
      register_expires: 120,
      session_timers: false,
      no_answer_timeout: patience,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 2,
    });
    for (const url of reporting) attach(ua, { url, token: () => window.token() });
    ua.on("registered", () => window.heard({ event: "registered" }));
    ua.on("unregistered", () => window.heard({ event: "unregistered" }));
    ua.on("disconnected", () => window.heard({ event: "unregistered" }));
    ua.on("newRTCSession", ({ originator, session, request }) => {
      if (isBusy) session.terminate({ status_code: 486 });
      else follow(session, request, originator === "remote");
    });
    ua.start();
  },
  unregister: () => ua.unregister(),
  doNotDisturb: () => void (isBusy = true),
  call: (number) => {
    ua.call(`sip:${number}@${ua.configuration.uri.host}`, { mediaConstraints: { audio: true, video: false } });
  },
  answer: (call) => sessions.get(call).answer({ mediaConstraints: { audio: true, video: false } }),
  reject: (call, code) => sessions.get(call).terminate(code ? { status_code: code } : undefined),
  hangup: (call) => sessions.get(call).terminate(),
  // Only when it is done: the library refuses the next step before.
  hold: (call) => void sessions.get(call).hold({}, () => window.heard({ event: "held", call, held: true })),
  resume: (call) => void sessions.get(call).unhold({}, () => window.heard({ event: "held", call, held: false })),
  refer: (call, number) => refer(sessions.get(call), `sip:${number}@${ua.configuration.uri.host}`),
  referTo: (call, other) => {
    const replaced = sessions.get(other);
    refer(sessions.get(call), replaced.remote_identity.uri.toString(), { replaces: replaced });
  },
  stats: (call) => packets(sessions.get(call).connection),
};

function refer(session, target, options = {}) {
  const done = () => session.terminate(); // the library leaves that to the page
  session.refer(target, { ...options, eventHandlers: { accepted: done } });
}

function follow(session, request, isIncoming) {
  const call = sessions.size + 1;
  sessions.set(call, session);
  const tell = (event, more) => window.heard({ event, call, ...more });
  const playing = (connection) => {
    connection.addEventListener("track", ({ track }) => {
      const audio = new Audio();
      audio.srcObject = new MediaStream([track]);
      audio.play().catch(() => {});
    });
  };
  if (session.connection) playing(session.connection);
  else session.on("peerconnection", ({ peerconnection }) => playing(peerconnection));
  session.on("confirmed", () => tell("connected"));
  session.on("failed", ({ originator, cause }) => tell("over", { why: `${originator} ${cause}` }));
  session.on("ended", ({ originator, cause }) => tell("over", { why: `${originator} ${cause}` }));
  session.on("getusermediafailed", (error) => tell("no microphone", { why: error.name }));
  tell(isIncoming ? "incoming" : "outgoing", { sip_call_id: request.call_id });
}

async function packets(connection) {
  const counts = { received: 0, sent: 0 };
  for (const report of (await connection.getStats()).values()) {
    if (report.type === "inbound-rtp") counts.received += report.packetsReceived;
    if (report.type === "outbound-rtp") counts.sent += report.packetsSent;
  }
  return counts;
}
