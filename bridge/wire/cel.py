"""Decodes rows of Asterisk's channel event log (CEL) into facts, for calls that callbridge did not see live.

CEL tells when channels were created, answered, bridged and ended, which application they ran, and whose far side hung
up. It does not tell ringing, SIP codes, or who dialled whom: the decoder finds the dialling channel by the
application that it runs.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from bridge.vocabulary import facts as f
from bridge.vocabulary.facts import Fact
from bridge.vocabulary.terms import UNIQUEID
from bridge.wire.values import number, text

COLUMNS = (
    "eventtime", "eventtype", "uniqueid", "linkedid", "channame", "cidnum", "cidname", "context", "exten", "appname",
    "appdata", "eventextra",
)  # fmt: skip
"""The columns that cel_custom.conf writes, in this order (docs/operating.md)."""
DIALLING = ("Dial", "Queue", "FollowMe")
NAMED = (*DIALLING, "AgentLogin", "AgentRequest")
"""Applications whose first sign may be a row other than APP_START: CEL writes no APP_START if the channel ran an
application of the same name just before, or if cel.conf does not list the application."""
ENDS = ("APP_END", "BLINDTRANSFER", "BRIDGE_EXIT", "CHAN_END", "CHAN_START", "HANGUP", "LINKEDID_END")
"""Kinds of rows that name an application that is over, or has not begun."""
ORIGINATED = "AppDial2"
"""The application of a channel that was dialled by Originate."""
FORCED = re.compile(r"^[^,]*,[^,]*,[^,]*f\(([^)]+)\)")
"""Finds the number in Dial's option ``f()``, which is shown in place of the caller's own."""
CLEARED = (None, 0, 16, 26, 31, 127)
"""Q.850 causes of a caller who hung up. With any other cause the PBX refused the caller."""

Row = Mapping[str, Any]


class Dialling(msgspec.Struct):
    """A channel that runs Dial, Queue or FollowMe, the channels that it dialled, and whether one answered."""

    channel: str
    data: str
    shown_number: str | None
    application: str
    """Empty while it is unknown: a blind transfer sent the channel somewhere."""
    legs: list[tuple[str, str]] = []
    """The dialled channels, with their names."""
    answered: bool = False

    @property
    def is_queue(self) -> bool:
        return self.application == "Queue"

    def called(self, device: str) -> str | None:
        """The dial string by which it dials a device; None if it does not dial that device. A queue dials any
        device.
        """
        if self.is_queue or (self.application != "Dial" and not self.answered):
            return ""
        wanted = device.lower()  # chan_sccp names its channels in capitals, whatever the dialplan says
        for part in self.data.split(",", 1)[0].split("&"):
            technology, slash, rest = part.strip().partition("/")
            endpoint = rest.split("/", 1)[0].rsplit("@", 1)[-1]
            if wanted in (f"{technology}/{endpoint}".lower(), part.strip().lower()):
                return rest
            if technology == "Local" == device[:5]:
                return rest
            if technology and not slash:
                return ""  # the log's column was too short for all of it
        return None if device else ""


class Decoder:
    """Decodes the rows of one PBX, which must come in their order."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._dialling: dict[str, list[Dialling]] = {}
        """For each Linkedid, its dialling channels, the latest last."""
        self._dialled: dict[str, Dialling] = {}
        """For each channel that is being dialled, who dials it."""
        self._inside: dict[str, str] = {}
        """For each channel, the bridge that it is in."""
        self._answered: set[str] = set()
        self._made: dict[str, tuple[float, str]] = {}
        """When each channel was made, and its name."""
        self._running: dict[str, tuple[str, str]] = {}
        """For each channel, the application that it runs, and its data."""
        self._legs: set[str] = set()
        """Channels that are known to have been dialled."""
        self._newest = (0, 0)
        """Creation time and number of the newest channel. The numbers begin anew when Asterisk starts."""
        self._heard_at = 0.0

    def decode(self, row: Row, at: float) -> Iterator[Fact]:
        """The facts in a row, in order. ``at`` is their time, in seconds since the epoch."""
        channel, kind = text(row.get("uniqueid")), row.get("eventtype")
        if not channel or not isinstance(kind, str):
            return
        if kind == "CHAN_START":
            yield from self._restarted(channel, at)
        else:
            yield from self._originated(row, channel, at)
        if kind not in ENDS and kind != "APP_START":
            yield from self._named(row, channel, at)
        self._heard_at = at
        decode = DECODERS.get(kind)
        if decode is not None:
            yield from decode(self, row, channel, at)

    def _restarted(self, channel: str, at: float) -> Iterator[Fact]:
        """Notices a restart of Asterisk: it numbers channels anew."""
        match = UNIQUEID.search(channel)
        if match is None:
            return
        made = (int(match[1]), int(match[2]))
        if made[0] > self._newest[0] + 1 and made[1] < self._newest[1]:
            yield f.PbxRestarted(at, "cel", self._heard_at)
            self._begin()
        self._newest = max(self._newest, made)

    def _originated(self, row: Row, channel: str, at: float) -> Iterator[Fact]:
        """A channel that was dialled by Originate; its application shows it, from its answer on."""
        if row.get("appname") == ORIGINATED and channel not in self._legs:
            self._legs.add(channel)
            name = text(row.get("channame")) or ""
            made_at, _ = self._made.get(channel, (at, name))
            yield f.DialBegan(made_at, "cel", None, channel, name, "", text(row.get("cidnum")))

    def _named(self, row: Row, channel: str, at: float) -> Iterator[Fact]:
        """The start of an application for which CEL wrote no APP_START."""
        application, data = text(row.get("appname")) or "", text(row.get("appdata")) or ""
        if application in NAMED and self._running.get(channel) != (application, data):
            yield from self._app_start(row, channel, at)

    def _chan_start(self, row: Row, channel: str, at: float) -> Iterator[Fact]:
        linkedid, name = text(row.get("linkedid")), text(row.get("channame")) or ""
        yield f.ChannelCreated(
            at, "cel", channel, name, "Ring" if channel == linkedid else "Down", linkedid,
            text(row.get("cidnum")), text(row.get("cidname")),
            text(row.get("context")) or "", text(row.get("exten")) or "",
        )  # fmt: skip
        self._made[channel] = (at, name)
        if channel == linkedid or name.endswith(";2"):
            return
        device = name.rsplit("-", 1)[0]
        found = self._dialler(linkedid or "", channel, device)
        if found is None:
            # A channel that is created inside a call was called by somebody: by an application, if not by a Dial.
            self._legs.add(channel)
            yield f.DialBegan(at, "cel", None, channel, name, "", text(row.get("cidnum")))
        else:
            dialling, dialstring = found
            dialling.legs.append((channel, name))
            self._dialled[channel] = dialling
            self._legs.add(channel)
            if dialling.is_queue:
                queue = dialling.data.split(",", 1)[0]
                yield f.AgentCalled(at, "cel", dialling.channel, channel, queue, device, device)
            yield f.DialBegan(at, "cel", dialling.channel, channel, name, dialstring, dialling.shown_number)

    def _dialler(self, linkedid: str, channel: str, device: str) -> tuple[Dialling, str] | None:
        """Who dialled a device, and the dial string as far as CEL tells it."""
        diallings = [d for d in reversed(self._dialling.get(linkedid, ())) if d.channel != channel]
        for dialling in diallings:
            dialstring = dialling.called(device)
            if dialstring is not None and not self._is_over(dialling):
                return dialling, dialstring
        # If a channel runs one Dial after another, CEL reports only the first, whose own channels have ended by now.
        return next(((d, "") for d in diallings if self._is_over(d) and not d.answered), None)

    def _is_over(self, dialling: Dialling) -> bool:
        """Whether all channels of a Dial have ended. A Queue or FollowMe may go on to dial others, so that does not
        show its end."""
        legs = dialling.legs
        return dialling.application == "Dial" and bool(legs) and not any(leg in self._legs for leg, _ in legs)

    def _app_start(self, row: Row, channel: str, at: float) -> Iterator[Fact]:
        application, data = text(row.get("appname")) or "", text(row.get("appdata")) or ""
        yield f.DialplanStepped(
            at, "cel", channel, text(row.get("context")) or "", text(row.get("exten")) or "", application, data
        )
        self._running[channel] = (application, data)
        if application in DIALLING and (linkedid := text(row.get("linkedid"))):
            self._forget(row, channel)
            shown = FORCED.search(data) if application == "Dial" else None
            dialling = Dialling(channel, data, shown[1] if shown else text(row.get("cidnum")), application)
            self._dialling.setdefault(linkedid, []).append(dialling)

    def _app_end(self, row: Row, channel: str, at: float) -> Iterator[Fact]:
        for dialling in self._dialling.get(text(row.get("linkedid")) or "", ()):
            if dialling.channel == channel and dialling.is_queue and not dialling.answered:
                yield f.QueueLeft(at, "cel", channel, dialling.data.split(",", 1)[0])
        if row.get("appname") in DIALLING:
            self._running.pop(channel, None)
            self._forget(row, channel)

    def _answer(self, row: Row, channel: str, at: float) -> Iterator[Fact]:
        yield f.ChannelStateChanged(
            at, "cel", channel, text(row.get("channame")) or "", "Up", text(row.get("cidnum")), None
        )
        self._answered.add(channel)
        dialling = self._dialled.pop(channel, None)
        if dialling is not None:
            dialling.answered = True
            yield f.DialEnded(at, "cel", dialling.channel, channel, "ANSWER", None)

    def _bridge_enter(self, row: Row, channel: str, at: float) -> Iterator[Fact]:
        bridge = self._inside[channel] = self._bridge(row, channel)
        yield f.BridgeEntered(
            at, "cel", bridge, text(_extra(row).get("bridge_technology")) or "", channel,
            text(row.get("channame")) or "", text(row.get("linkedid")),
        )  # fmt: skip

    def _bridge_exit(self, row: Row, channel: str, at: float) -> Iterator[Fact]:
        bridge = self._inside.pop(channel, None) or self._bridge(row, channel)
        yield f.BridgeLeft(at, "cel", bridge, channel)

    def _bridge(self, row: Row, channel: str) -> str:
        """The bridge that a row is about. If the table has no ``extra``, the one who answered is taken to be with the
        one who dialled, or if that is unknown, with all of the call."""
        if told := text(_extra(row).get("bridge_id")):
            return told
        linkedid = text(row.get("linkedid")) or channel
        pairs = self._dialling.get(linkedid, ())
        return next((d.channel for d in pairs if channel == d.channel or channel in dict(d.legs)), linkedid)

    def _hangup(self, row: Row, channel: str, at: float) -> Iterator[Fact]:
        extra, name = _extra(row), text(row.get("channame")) or ""
        cause = number(extra.get("hangupcause"))
        if status := text(extra.get("dialstatus")):
            yield f.VariableSet(at, "cel", channel, "DIALSTATUS", status)
        if name and extra.get("hangupsource") == name:
            # CEL names the caller as the source also when the PBX refused the call; the cause then shows the refusal.
            state = "Up" if channel in self._answered or cause in CLEARED else "Busy"
            yield f.HangupRequested(at, "cel", channel, name, state, cause, None, False)
        elif (other := self._other(text(extra.get("hangupsource")), channel)) is not None:
            # The channel that hung up ends later: the dialplan goes on for it (an h extension).
            yield f.HangupRequested(at, "cel", other, self._made[other][1], "Up", cause, None, False)
        self._made.pop(channel, None)
        self._inside.pop(channel, None)
        self._answered.discard(channel)
        self._dialled.pop(channel, None)
        self._running.pop(channel, None)
        self._legs.discard(channel)
        self._forget(row, channel)
        yield f.ChannelGone(at, "cel", channel, name, "Up", cause, None)

    def _other(self, source: str | None, channel: str) -> str | None:
        """The live channel of this name, if both are answered."""
        if source is None or channel not in self._answered:
            return None
        return next((c for c in self._answered if self._made.get(c, (0.0, ""))[1] == source), None)

    def _pickup(self, row: Row, channel: str, at: float) -> Iterator[Fact]:
        extra = _extra(row)
        picker = text(extra.get("pickup_channel_uniqueid"))
        if picker:
            yield f.CallPickedUp(
                at, "cel", picker, text(extra.get("pickup_channel")) or "", channel, text(row.get("channame")) or ""
            )

    def _forward(self, row: Row, channel: str, at: float) -> Iterator[Fact]:
        to = text(_extra(row).get("forward"))
        for dialling in self._dialling.get(text(row.get("linkedid")) or "", ()):
            # The channel to which the call is forwarded may have been created already.
            legs = [leg for leg, name in dialling.legs if not name.startswith(f"Local/{to}@")]
            if to and dialling.channel == channel and legs:
                yield f.DialEnded(at, "cel", channel, legs[-1], "", to)

    def _blindtransfer(self, row: Row, channel: str, at: float) -> Iterator[Fact]:
        extra = _extra(row)
        transferee, linkedid = text(extra.get("transferee_channel_uniqueid")), text(row.get("linkedid"))
        if transferee and linkedid:
            # The transferee dials next. CEL may report that dial only at its end.
            self._forget(row, transferee)
            self._dialling.setdefault(linkedid, []).append(Dialling(transferee, "", None, ""))
        yield f.BlindTransferred(
            at, "cel", channel, text(row.get("channame")) or "", transferee,
            text(extra.get("extension")) or "",
        )  # fmt: skip

    def _attendedtransfer(self, row: Row, channel: str, at: float) -> Iterator[Fact]:
        extra = _extra(row)
        # A transferer by keys has one channel only. If it is in the bridge then, it has joined all three.
        by_keys = text(extra.get("channel2_uniqueid")) == channel
        three = by_keys and self._inside.get(channel) == text(extra.get("bridge1_id"))
        yield f.AttendedTransferred(
            at, "cel", channel, text(row.get("channame")) or "", text(extra.get("channel2_uniqueid")),
            text(extra.get("transferee_channel_uniqueid")), text(extra.get("transfer_target_channel_uniqueid")),
            "Threeway" if three else "App" if "app" in extra else "Bridge",
        )  # fmt: skip

    def _park_start(self, row: Row, channel: str, at: float) -> Iterator[Fact]:
        yield f.Parked(at, "cel", channel, text(_extra(row).get("parker_dial_string")) or "")

    def _dtmf(self, row: Row, channel: str, at: float) -> Iterator[Fact]:
        digit = text(_extra(row).get("digit"))
        if digit:
            yield f.DtmfReceived(at, "cel", channel, digit)

    def _forget(self, row: Row, channel: str) -> None:
        """The channel no longer dials."""
        linkedid = text(row.get("linkedid")) or ""
        left = [d for d in self._dialling.get(linkedid, ()) if d.channel != channel]
        if left:
            self._dialling[linkedid] = left
        else:
            self._dialling.pop(linkedid, None)


DECODERS: dict[str, Callable[[Decoder, Row, str, float], Iterator[Fact]]] = {
    "CHAN_START": Decoder._chan_start,
    "APP_START": Decoder._app_start,
    "APP_END": Decoder._app_end,
    "ANSWER": Decoder._answer,
    "BRIDGE_ENTER": Decoder._bridge_enter,
    "BRIDGE_EXIT": Decoder._bridge_exit,
    "HANGUP": Decoder._hangup,
    "PICKUP": Decoder._pickup,
    "FORWARD": Decoder._forward,
    "BLINDTRANSFER": Decoder._blindtransfer,
    "ATTENDEDTRANSFER": Decoder._attendedtransfer,
    "PARK_START": Decoder._park_start,
    "DTMF": Decoder._dtmf,
}
"""The decoder of each CEL event that callbridge reads."""


def _extra(row: Row) -> Row:
    """The JSON in ``eventextra``, whose content depends on the kind of event."""
    try:
        return msgspec.json.decode(text(row.get("eventextra")) or "{}", type=dict[str, Any])
    except (ValueError, RecursionError):
        return {}
