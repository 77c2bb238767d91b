/**
 * Tells callbridge what only the browser phone knows: that the agent pressed reject, that the microphone was denied,
 * that the page was closed. For a JsSIP UA, a SIP.js UserAgent, SessionManager or SimpleUser; no dependency, no build:
 *
 *     import { attach } from "./callbridge-endpoint.js";
 *     attach(userAgent, {
 *       url: "wss://pbx.example.com/callbridge",
 *       token: () => fetch("/callbridge-token").then((answer) => answer.text()),
 *     });
 *
 * `url` leads to callbridge's [endpoint]. `token` is asked for each connection, because a token is good once; it
 * gives the token or a promise of it. Call attach() before the user agent starts.
 *
 * Nothing here changes what the phone does. What cannot be sent is kept, for five minutes, and over a reload.
 */

const PROTOCOL = "callbridge.v1";
/** Close codes after which we stay away: another page took this device over; callbridge does not want our reports. */
const FINAL = [4000, 4008];
const OLDEST = 300_000; // ms, as all times here
const MOST = 100;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
const UNANSWERED = 5_000;
const BETWEEN_SAMPLES = 1_000;
const STORE = "callbridge-reports ";

export function attach(userAgent, { url, token }) {
  const line = new Line(url, token);
  const agent = userAgent.sessionManager?.userAgent ?? userAgent.userAgent ?? userAgent;
  const phone = new Phone((...report) => line.tell(...report));
  if (typeof agent.on === "function") listenToJsSip(agent, phone);
  else if (agent.transport?.stateChange) listenToSipJs(agent, phone);
  else throw new TypeError("attach() takes a JsSIP UA or a SIP.js UserAgent, SessionManager or SimpleUser");
  addEventListener("offline", () => {
    phone.eachCall((call) => {
      call.tell("network_changed", "offline");
      call.once("transport_lost", "offline"); // which the library may find out only minutes later
    });
  });
  addEventListener("online", () => phone.eachCall((call) => call.tell("network_changed", "online")));
  addEventListener("pagehide", () => {
    phone.closes("closed");
    line.store();
  });
  addEventListener("pageshow", () => (phone.isClosing = false));
}

/** The connection to callbridge, and what it has not acknowledged yet. */
class Line {
  #url;
  #token;
  #socket = null;
  #connecting = false;
  #final = false;
  #pause = FIRST_PAUSE;
  #waiting;
  #number;

  constructor(url, token) {
    this.#url = url;
    this.#token = token;
    this.#waiting = stored(url);
    this.#number = this.#waiting.reduce((most, { n }) => Math.max(most, n), 0);
    addEventListener("offline", () => this.#drop());
    addEventListener("online", () => this.#connect());
    this.#connect();
  }

  tell(report, sipCallId, reason) {
    const entry = { n: ++this.#number, at: Date.now(), report, sip_call_id: sipCallId, reason };
    this.#waiting.push(entry);
    if (this.#waiting.length > MOST) this.#waiting.shift();
    if (this.#socket?.readyState === WebSocket.OPEN) this.#send(entry);
  }

  store() {
    try {
      sessionStorage.setItem(STORE + this.#url, JSON.stringify(this.#waiting));
    } catch {
      // A page without storage loses what it could not send.
    }
  }

  #send({ at, ...report }) {
    const socket = this.#socket;
    socket.send(JSON.stringify({ ...report, age: Math.max(0, Date.now() - at) / 1000 }));
    // A link that was cut looks open for minutes: an acknowledgement that does not come tells.
    setTimeout(() => {
      if (this.#socket === socket && this.#waiting.some(({ n }) => n === report.n)) this.#drop();
    }, UNANSWERED);
  }

  async #connect() {
    if (this.#socket || this.#connecting || this.#final) return;
    this.#connecting = true;
    try {
      this.#open(await this.#token());
    } catch {
      this.#later();
    } finally {
      this.#connecting = false;
    }
  }

  #open(token) {
    const socket = new WebSocket(this.#url, [PROTOCOL, token.trim()]);
    this.#socket = socket;
    socket.onopen = () => {
      this.#pause = FIRST_PAUSE;
      this.#waiting = this.#waiting.filter(young);
      this.#waiting.forEach((entry) => this.#send(entry));
    };
    socket.onmessage = ({ data }) => {
      const { ack } = JSON.parse(data);
      this.#waiting = this.#waiting.filter(({ n }) => n !== ack);
    };
    socket.onclose = ({ code }) => {
      if (this.#socket !== socket) return;
      this.#final = FINAL.includes(code);
      this.#drop();
    };
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#later();
  }

  #later() {
    setTimeout(() => this.#connect(), this.#pause * (0.5 + Math.random() / 2));
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
  }
}

function young({ at }) {
  return Date.now() - at < OLDEST;
}

/** What the page could not send before it was reloaded. */
function stored(url) {
  try {
    const entries = JSON.parse(sessionStorage.getItem(STORE + url) ?? "[]");
    sessionStorage.removeItem(STORE + url);
    return entries.filter(young);
  } catch {
    return [];
  }
}

/** The calls that were offered to this phone and are not over. */
class Phone {
  #calls = new Set();
  isClosing = false;

  constructor(tell) {
    this.tell = tell;
  }

  offered(sipCallId) {
    const call = new Call((report, reason) => this.tell(report, sipCallId, reason), () => this.#calls.delete(call));
    this.#calls.add(call);
    return call;
  }

  eachCall(say) {
    [...this.#calls].forEach(say);
  }

  /** The page goes, and takes its calls with it: what the library rejects now is nobody's decision. */
  closes(how) {
    this.isClosing = true;
    this.eachCall((call) => call.once("page_closed", how));
  }
}

/** One offered call: says each thing that happens to it once. */
class Call {
  #said = new Set();
  #forget;
  #sampling = null;
  #packets = null;

  constructor(tell, forget) {
    this.tell = tell;
    this.#forget = forget;
  }

  once(report, reason) {
    if (this.#said.has(report)) return;
    this.#said.add(report);
    this.tell(report, reason);
  }

  /** A page that rejects at once, before anybody could see the call, decides by itself: busy, do not disturb. */
  rejected() {
    this.once(this.#said.has("ringing") ? "rejected_by_user" : "rejected_by_page");
  }

  mediaFailed(error) {
    this.once("media_failed", plain(error?.name || "unknown"));
  }

  /** Follows the call's media until the call is over. */
  watch(connection) {
    if (this.#sampling) return;
    const iceState = () => {
      this.tell("ice_state", connection.iceConnectionState);
      if (connection.iceConnectionState === "failed") this.once("media_failed", "IceFailed");
    };
    connection.addEventListener("iceconnectionstatechange", iceState);
    // A connection that is closed tells no figures any more: the last sample is the end's.
    const sample = async () => {
      for (const report of (await connection.getStats()).values()) {
        if (report.type === "inbound-rtp" && report.kind === "audio") this.#packets = report;
      }
    };
    this.#sampling = setInterval(() => sample().catch(() => {}), BETWEEN_SAMPLES);
  }

  over() {
    clearInterval(this.#sampling);
    this.#forget();
    if (this.#packets) {
      const { packetsLost, packetsReceived } = this.#packets;
      this.once("packet_loss", `${packetsLost} of ${packetsLost + packetsReceived}`);
    }
  }
}

/** What callbridge takes as a reason: 80 printable ASCII characters at most. */
function plain(text) {
  return String(text).replace(/[^ -~]/g, "?").slice(0, 80);
}

function listenToJsSip(agent, phone) {
  before(agent, "stop", () => phone.closes("stopped"));
  before(agent, "start", () => (phone.isClosing = false));
  agent.on("disconnected", () => {
    if (!phone.isClosing) phone.eachCall((call) => call.once("transport_lost"));
  });
  agent.on("newRTCSession", ({ originator, session, request }) => {
    if (originator !== "remote") return;
    const call = phone.offered(request.call_id);
    const mediaFailed = (error) => call.mediaFailed(error);
    before(session, "answer", () => call.once("answered_by_user"));
    session.on("progress", () => call.once("ringing"));
    session.on("peerconnection", ({ peerconnection }) => call.watch(peerconnection));
    session.on("getusermediafailed", mediaFailed);
    for (const step of ["setremotedescription", "createanswer", "setlocaldescription"]) {
      session.on(`peerconnection:${step}failed`, mediaFailed);
    }
    session.on("failed", ({ originator, cause }) => {
      if (originator === "local" && cause === "Rejected" && !phone.isClosing) call.rejected();
      if (originator === "local" && cause === "No Answer") call.once("unanswered");
      call.over();
    });
    session.on("ended", () => call.over());
  });
}

function listenToSipJs(agent, phone) {
  before(agent, "stop", () => phone.closes("stopped"));
  before(agent, "start", () => (phone.isClosing = false));
  agent.transport.stateChange.addListener((state) => {
    if (state === "Disconnected" && !phone.isClosing) phone.eachCall((call) => call.once("transport_lost"));
  });

  function hear(invitation) {
    const call = phone.offered(invitation.request.callId);
    let isRejected = false;
    let isAccepted = false;
    setTimeout(() => call.once("ringing")); // the library has sent its 180, the page hears of the call now
    before(invitation, "reject", () => {
      isRejected = true;
      if (!phone.isClosing) call.rejected();
    });
    const accept = invitation.accept;
    invitation.accept = function (...options) {
      isAccepted = true;
      call.once("answered_by_user");
      return accept.apply(this, options).catch((error) => {
        if (!isRejected) call.mediaFailed(error);
        throw error;
      });
    };
    invitation.stateChange.addListener((state) => {
      const connection = invitation.sessionDescriptionHandler?.peerConnection;
      if (state === "Established" && connection) call.watch(connection);
      if (state !== "Terminated") return;
      // The library has a time of its own, and then sends the same 480 as for a reject.
      if (!isRejected && !isAccepted && invitation.isCanceled === false) call.once("unanswered");
      call.over();
    });
  }

  // The page may set its delegate before attach() or after it, and attach() to more than one callbridge.
  const earlier = Object.getOwnPropertyDescriptor(agent, "delegate")?.set;
  let delegate;
  const take = (given) => {
    if (given !== delegate && given?.onInvite) before(given, "onInvite", hear);
    delegate = given;
  };
  take(agent.delegate);
  Object.defineProperty(agent, "delegate", {
    get: () => delegate,
    set: (given) => {
      take(given);
      earlier?.(given);
    },
  });
}

/** Lets us know of every call of a method, with its arguments, just before it is made. */
function before(object, method, notice) {
  const original = object[method];
  object[method] = function (...given) {
    notice(...given);
    return original.apply(this, given);
  };
}
