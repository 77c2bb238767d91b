/** An agent's phone made with SIP.js: what the tests order is a method, what happens is told. */

import { Inviter, Registerer, SessionState, UserAgent } from "sip.js";
import { attach } from "../../../bridge/feeds/callbridge-endpoint.js";

const sessions = new Map();
const audioOnly = { sessionDescriptionHandlerOptions: { constraints: { audio: true, video: false } } };
let agent;
let registerer;
let host;
let isBusy = false;

window.phone = {
  async start({ user, secret, server, reporting, patience }) {
    host = new URL(server).hostname;
    agent = new UserAgent({
      uri: UserAgent.makeURI(`sip:${user}@${host}`),
      transportOptions: { server, keepAliveInterval: 0 },
      authorizationUsername: user,
      authorizationPassword: secret,
      logLevel: "error",
      noAnswerTimeout: patience,
      sessionDescriptionHandlerFactoryOptions: { iceGatheringTimeout: 500 },
    });
    for (const url of reporting) attach(agent, { url, token: () => window.token() });
    registerer = new Registerer(agent, { expires: 120 });
    registerer.stateChange.addListener((state) =>
      window.heard({ event: state === "Registered" ? "registered" : "unregistered" }),
    );
    agent.delegate = {
      onInvite: (invitation) => {
        if (isBusy) invitation.reject({ statusCode: 486 });
        else follow(invitation, invitation.request.callId, "incoming");
      },
      // The library reconnects only when the page asks for it.
      onDisconnect: (error) => error && again(),
    };
    await agent.start();
    await registerer.register();
  },
  unregister: () => registerer.unregister(),
  doNotDisturb: () => void (isBusy = true),
  call: async (number) => {
    const inviter = new Inviter(agent, UserAgent.makeURI(`sip:${number}@${host}`), audioOnly);
    follow(inviter, inviter.request.callId, "outgoing");
    await inviter.invite();
  },
  // What the library throws is the page's to show; the tests hear of the end.
  answer: (call) => {
    sessions.get(call).accept(audioOnly).catch((error) => window.heard({ event: "no microphone", call, why: error.name }));
  },
  reject: (call, code) => sessions.get(call).reject(code ? { statusCode: code } : undefined),
  hangup: (call) => sessions.get(call).bye(),
  hold: (call) => hold(call, true),
  resume: (call) => hold(call, false),
  refer: (call, number) => refer(call, UserAgent.makeURI(`sip:${number}@${host}`)),
  referTo: (call, other) => refer(call, sessions.get(other)),
  stats: (call) => packets(sessions.get(call).sessionDescriptionHandler.peerConnection),
};

async function again() {
  window.heard({ event: "unregistered" });
  try {
    await agent.reconnect();
    await registerer.register();
  } catch {
    setTimeout(again, 1000);
  }
}

async function refer(call, target) {
  const done = () => sessions.get(call).bye(); // the library leaves that to the page
  await sessions.get(call).refer(target, { requestDelegate: { onAccept: done } });
}

async function hold(call, held) {
  const session = sessions.get(call);
  session.sessionDescriptionHandlerOptionsReInvite = { hold: held };
  const done = () => window.heard({ event: "held", call, held });
  await session.invite({ requestDelegate: { onAccept: done } });
}

function follow(session, sipCallId, event) {
  const call = sessions.size + 1;
  sessions.set(call, session);
  session.stateChange.addListener((state) => {
    if (state === SessionState.Established) {
      for (const { track } of session.sessionDescriptionHandler.peerConnection.getReceivers()) {
        const audio = new Audio();
        audio.srcObject = new MediaStream([track]);
        audio.play().catch(() => {});
      }
      window.heard({ event: "connected", call });
    }
    if (state === SessionState.Terminated) window.heard({ event: "over", call, why: "terminated" });
  });
  window.heard({ event, call, sip_call_id: sipCallId });
}

async function packets(connection) {
  const counts = { received: 0, sent: 0 };
  for (const report of (await connection.getStats()).values()) {
    if (report.type === "inbound-rtp") counts.received += report.packetsReceived;
    if (report.type === "outbound-rtp") counts.sent += report.packetsSent;
  }
  return counts;
}
