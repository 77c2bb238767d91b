/** An agent's phone made with SIP.js's SimpleUser, which holds its user agent inside. One call at a time. */

import { SimpleUser } from "sip.js/lib/platform/web/index.js";
import { attach } from "../../../bridge/feeds/callbridge-endpoint.js";

let user;
let call = 0;

window.phone = {
  async start({ user: name, secret, server, reporting }) {
    user = new SimpleUser(server, {
      aor: `sip:${name}@${new URL(server).hostname}`,
      media: { constraints: { audio: true, video: false } },
      userAgentOptions: { authorizationUsername: name, authorizationPassword: secret, logLevel: "error" },
      delegate: {
        onRegistered: () => window.heard({ event: "registered" }),
        onUnregistered: () => window.heard({ event: "unregistered" }),
        onServerDisconnect: () => window.heard({ event: "unregistered" }),
        onCallReceived: () => window.heard({ event: "incoming", call: ++call, sip_call_id: "" }),
        onCallAnswered: () => window.heard({ event: "connected", call }),
        onCallHangup: () => window.heard({ event: "over", call, why: "terminated" }),
      },
    });
    for (const url of reporting) attach(user, { url, token: () => window.token() });
    await user.connect();
    await user.register();
  },
  answer: () => void user.answer().catch((error) => window.heard({ event: "no microphone", call, why: error.name })),
  reject: () => user.decline(),
  hangup: () => user.hangup(),
};
