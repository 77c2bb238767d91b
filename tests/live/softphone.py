"""One SIP phone in a process of its own: orders in on stdin, what happened out on stdout, a JSON object a line.

The process ends when its stdin closes, so a phone never outlives the run that started it.
Started as ``python -m tests.live.softphone '{"address": "127.0.101.1", "registrar": "127.0.22.1", ...}'``.
"""

import json
import os
import re
import selectors
import signal
import sys
from typing import Any

import pjsua2 as pj

POLL_MS = 20


# PJSIP writes to stdout before it knows its log settings: what it says there must not reach the reader.
OUT = os.fdopen(os.dup(1), "w", buffering=1)


def say(**words: Any) -> None:
    OUT.write(json.dumps(words) + "\n")


def with_headers(prm: pj.CallOpParam, headers: dict[str, str] | None) -> pj.CallOpParam:
    """What a request or a response says beside what it always does."""
    for name, value in (headers or {}).items():
        header = pj.SipHeader()
        header.hName, header.hValue = name, value
        prm.txOption.headers.append(header)
    return prm


def heard(event: pj.SipEvent) -> str:
    """How a Replaces header names the dialog, by the tags of what was just sent; the PBX's comes first."""
    state = event.body.tsxState
    sent = event.type == pj.PJSIP_EVENT_TSX_STATE and state.type == pj.PJSIP_EVENT_TX_MSG
    received = event.type == pj.PJSIP_EVENT_TSX_STATE and state.type == pj.PJSIP_EVENT_RX_MSG
    said = state.src.tdata if sent else state.src.rdata if received else event.body.rxMsg.rdata
    tags = dict(re.findall(r"(?im)^(from|to):.*;tag=([^;\s]+)", said.wholeMsg))
    tags = {name.lower(): tag for name, tag in tags.items()}
    if len(tags) < 2:
        return ""
    own, other = ("to", "from") if said.wholeMsg.startswith("SIP/2.0") is not sent else ("from", "to")
    return f"to-tag={tags[own]};from-tag={tags[other]}"


class PhoneCall(pj.Call):
    """A call that reports every change of its state and of its media."""

    def __init__(self, phone: "Softphone", account: pj.Account, call_id: int = pj.PJSUA_INVALID_ID) -> None:
        super().__init__(account, call_id)
        self.phone = phone
        self.serial = phone.keep(self)
        self.stays = False
        """Whether the phone does not hang it up once its transfer has succeeded."""

    def onCallState(self, prm: pj.OnCallStateParam) -> None:
        info = self.getInfo()
        over = info.state == pj.PJSIP_INV_STATE_DISCONNECTED
        say(event="state", call=self.serial, state=info.stateText, code=info.lastStatusCode, over=over)
        named = info.state in (pj.PJSIP_INV_STATE_EARLY, pj.PJSIP_INV_STATE_CONFIRMED)
        if named and (told := heard(prm.e)):
            say(event="dialog", call=self.serial, replaces=f"{info.callIdString};{told}")
        if over:
            self.phone.forget.append(self.serial)

    def onCallMediaState(self, prm: pj.OnCallMediaStateParam) -> None:
        info = self.getInfo()
        for index, media in enumerate(info.media):
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE:
                sound = self.getAudioMedia(index)
                self.phone.silence().startTransmit(sound)
                say(event="media", call=self.serial, status="active")
            elif media.type == pj.PJMEDIA_TYPE_AUDIO:
                held = media.status == pj.PJSUA_CALL_MEDIA_LOCAL_HOLD
                say(event="media", call=self.serial, status="held" if held else "none")

    def onCallTransferRequest(self, prm: pj.OnCallTransferRequestParam) -> None:
        prm.newCall = PhoneCall(self.phone, self.phone.line)

    def onCallTransferStatus(self, prm: pj.OnCallTransferStatusParam) -> None:
        prm.cont = not prm.finalNotify
        if prm.finalNotify and prm.statusCode // 100 == 2 and not self.stays:
            self.phone.hang_up_later.append(self.serial)


class Line(pj.Account):
    """The phone's account."""

    def __init__(self, phone: "Softphone") -> None:
        super().__init__()
        self.phone = phone

    def onRegState(self, prm: pj.OnRegStateParam) -> None:
        say(event="registration", code=prm.code, active=bool(self.getInfo().regIsActive and prm.expiration))

    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:
        self.phone.incoming(self, prm.callId)


class Softphone:
    def __init__(self, settings: dict[str, Any]) -> None:
        self.address: str = settings["address"]
        self.port: int = settings["port"]
        self.registrar: str = settings["registrar"]
        self.user: str = settings["user"]
        self.secret: str | None = settings.get("secret")
        self.calls: dict[int, PhoneCall] = {}
        self.serials = 0
        self.forget: list[int] = []
        self.hang_up_later: list[int] = []
        self.on_incoming: dict[str, Any] = {"do": "ring"}
        self.endpoint = pj.Endpoint()
        self._start(settings.get("log"))

    def _start(self, log: str | None) -> None:
        self.endpoint.libCreate()
        config = pj.EpConfig()
        config.uaConfig.threadCnt = 0
        config.uaConfig.mainThreadOnly = True
        config.uaConfig.maxCalls = 16
        config.uaConfig.userAgent = "lab phone"
        config.medConfig.clockRate = 8000
        config.medConfig.sndClockRate = 8000
        config.medConfig.ecTailLen = 0
        config.medConfig.noVad = True
        config.logConfig.level = 5 if log else 0
        config.logConfig.consoleLevel = 0
        if log:
            config.logConfig.filename = log
        self.endpoint.libInit(config)
        transport = pj.TransportConfig()
        transport.boundAddress = self.address
        transport.publicAddress = self.address
        transport.port = self.port
        self.endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
        self.endpoint.libStart()
        self.endpoint.audDevManager().setNullDev()
        for codec in self.endpoint.codecEnum2():
            self.endpoint.codecSetPriority(codec.codecId, 255 if codec.codecId.startswith("PCMU") else 0)
        self.line = self._line()

    def keep(self, call: PhoneCall) -> int:
        """A number for the call that no later call of this phone gets; PJSUA's own are used again."""
        self.serials += 1
        self.calls[self.serials] = call
        return self.serials

    def silence(self) -> pj.AudioMedia:
        return self.endpoint.audDevManager().getCaptureDevMedia()

    def _line(self) -> Line:
        config = pj.AccountConfig()
        config.idUri = f"sip:{self.user}@{self.registrar if self.secret else self.address}"
        config.mediaConfig.transportConfig.boundAddress = self.address
        config.mediaConfig.transportConfig.publicAddress = self.address
        config.mediaConfig.transportConfig.port = 10000
        config.natConfig.iceEnabled = False
        config.natConfig.contactRewriteUse = 0
        config.natConfig.viaRewriteUse = False
        config.natConfig.udpKaIntervalSec = 0
        config.callConfig.timerUse = pj.PJSUA_SIP_TIMER_INACTIVE
        config.regConfig.registerOnAdd = False
        if self.secret:
            config.regConfig.registrarUri = f"sip:{self.registrar}"
            config.regConfig.timeoutSec = 600
            config.regConfig.retryIntervalSec = 0
            config.regConfig.unregWaitMsec = 1000
            config.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", self.user, 0, self.secret))
        line = Line(self)
        line.create(config, True)
        return line

    def incoming(self, line: Line, call_id: int) -> None:
        call = PhoneCall(self, line, call_id)
        info = call.getInfo()
        say(event="incoming", call=call.serial, caller=info.remoteUri, sip_call_id=info.callIdString)
        how = self.on_incoming
        if how["do"] in ("ring", "answer"):
            self._answer(call, 180)
        if how["do"] == "announce":
            self._answer(call, how["code"] or 183)
        if how["do"] == "answer":
            self._answer(call, 200)
        elif how["do"] == "decline":
            self._answer(call, how["code"], how["headers"])

    def _answer(self, call: PhoneCall, code: int, headers: dict[str, str] | None = None) -> None:
        prm = with_headers(pj.CallOpParam(), headers)
        prm.statusCode = code
        call.answer(prm)

    def obey(self, order: dict[str, Any]) -> Any:
        match order:
            case {"do": "register"}:
                self.line.setRegistration(True)
            case {"do": "unregister"}:
                self.line.setRegistration(False)
            case {"do": "call", "number": number, "caller": caller, "headers": headers}:
                prm = with_headers(pj.CallOpParam(True), headers)
                if caller:
                    prm.txOption.localUri = f"sip:{caller}@{self.address}"
                call = PhoneCall(self, self.line)
                call.makeCall(f"sip:{number}@{self.registrar}", prm)
                return {"call": call.serial, "sip_call_id": call.getInfo().callIdString}
            case {"do": "incoming", "how": how}:
                self.on_incoming = how
            case {"do": "answer", "call": call_id, "code": code}:
                self._answer(self.calls[call_id], code, order.get("headers"))
            case {"do": "hangup", "call": call_id, "headers": headers}:
                if call_id in self.calls:  # the other end may have been quicker
                    self.calls[call_id].hangup(with_headers(pj.CallOpParam(), headers))
            case {"do": "hold", "call": call_id}:
                self.calls[call_id].setHold(pj.CallOpParam(True))
            case {"do": "resume", "call": call_id}:
                prm = pj.CallOpParam(True)
                prm.opt.flag = pj.PJSUA_CALL_UNHOLD
                self.calls[call_id].reinvite(prm)
            case {"do": "refer", "call": call_id, "number": number}:
                self.calls[call_id].xfer(f"sip:{number}@{self.registrar}", pj.CallOpParam(True))
            case {"do": "refer_to_call", "call": call_id, "other": other, "stays": stays}:
                self.calls[call_id].stays = stays
                self.calls[call_id].xferReplaces(self.calls[other], pj.CallOpParam(True))
            case {"do": "dtmf", "call": call_id, "digits": digits}:
                self.calls[call_id].dialDtmf(digits)
            case _:
                raise ValueError(f"no such order: {order}")
        return None

    def work(self) -> None:
        orders = selectors.DefaultSelector()
        orders.register(sys.stdin.fileno(), selectors.EVENT_READ)
        rest = b""
        while True:
            self.endpoint.libHandleEvents(POLL_MS)
            for call_id in self.hang_up_later:
                if call_id in self.calls:
                    self.calls[call_id].hangup(pj.CallOpParam())
            self.hang_up_later.clear()
            for call_id in self.forget:
                self.calls.pop(call_id, None)
            self.forget.clear()
            if not orders.select(0):
                continue
            got = os.read(sys.stdin.fileno(), 65536)
            if not got:
                return
            *lines, rest = (rest + got).split(b"\n")
            for line in lines:
                order = json.loads(line)
                try:
                    say(reply=order["n"], value=self.obey(order))
                except (pj.Error, KeyError, ValueError) as error:
                    why = error.info() if isinstance(error, pj.Error) else repr(error)
                    say(reply=order["n"], error=why)


if __name__ == "__main__":
    # Ctrl-C reaches every process of the terminal; this one ends when its stdin does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    phone = Softphone(json.loads(sys.argv[1]))
    say(event="ready")
    phone.work()
    # A clean libDestroy would wait for answers that nobody needs any more.
    os._exit(0)
