"""Decodes AMI messages into facts.

Each AMI event that callbridge reads has one small function, registered with the event's name and the headers that it
reads. Other events, and other headers, are not even taken from the wire. A header that is missing, of the wrong type
or ``<unknown>`` is an unknown value, never an error. Source of the names: Asterisk's AMI event documentation,
versions 16 to 23.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Any

from bridge.vocabulary import facts as f
from bridge.vocabulary.facts import Fact
from bridge.vocabulary.times import LAST_SECOND
from bridge.wire.framing import Wanted
from bridge.wire.values import GONE, LOST, UNKNOWN, VARIABLES, marked, number, text

Headers = Mapping[str, Any]
Text = str
"""A header's text; empty where it is unknown."""
Decoder = Callable[..., Fact | None]
"""A function of the time (seconds since the epoch) and of the texts of the registered headers, in their order."""

ROLL_CALL = "RollCall"
"""ActionID of a CoreShowChannels that only asks which channels are still up."""
STATES = {str(n): name for n, name in enumerate(
    ("Down", "Rsrvd", "OffHook", "Dialing", "Ring", "Ringing", "Up", "Busy"))}  # fmt: skip
"""Channel states by their numbers, which are the same in every release."""
DEVICE_STATES = {str(n): n for n in range(9)}
"""Those of a queue's member, as app_queue numbers them."""
DATES = 4_096
"""How many dates are cached: each event of a queue member repeats when it logged in and paused."""
ALWAYS = ("ActionID", "Timestamp")
"""Headers that are read from every event, to find its time."""
DECODERS: dict[str, tuple[Decoder, tuple[str, ...], Callable[[Headers], Iterable[Any]]]] = {}
"""For each AMI event that callbridge reads: its decoder, the headers that the decoder reads, and what takes all of
these out of an event, or raises ``KeyError`` where one is missing."""


def on(events: str, headers: str = "") -> Callable[[Decoder], Decoder]:
    """Registers the decoder of some events. Both arguments are names, separated by spaces."""

    def register(decoder: Decoder) -> Decoder:
        names = tuple(headers.split())
        values = itemgetter(*names) if len(names) > 1 else lambda event: [event[name] for name in names]
        for event in events.split():
            DECODERS[event] = (decoder, names, values)
        return decoder

    return register


def _state(number: Text, name: Text) -> str:
    return STATES.get(number) or name or "Unknown"


@lru_cache(DATES)
def _date(seconds: Text) -> int | None:
    """Seconds since the epoch, where 0 stands for never."""
    return None if not seconds or seconds == "0" else number(seconds) or None


# -- channels


@on("Newchannel", "Uniqueid Channel ChannelState ChannelStateDesc Linkedid CallerIDNum CallerIDName Context Exten")
def _created(
    at: float, channel: Text, name: Text, state: Text, desc: Text, linkedid: Text, caller: Text, caller_name: Text,
    context: Text, exten: Text,
) -> Fact | None:  # fmt: skip
    if not channel:
        return None
    return f.ChannelCreated(
        at, "ami", channel, name, _state(state, desc), linkedid or None, caller or None, caller_name or None, context,
        exten,
    )  # fmt: skip


@on(
    "CoreShowChannel",
    "ActionID Uniqueid Channel ChannelState ChannelStateDesc Linkedid CallerIDNum CallerIDName Context Exten"
    " Application ApplicationData BridgeId",
)
def _listed(
    at: float, action: Text, channel: Text, name: Text, state: Text, desc: Text, linkedid: Text, caller: Text,
    caller_name: Text, context: Text, exten: Text, application: Text, data: Text, bridge: Text,
) -> Fact | None:  # fmt: skip
    if not channel:
        return None
    if action == ROLL_CALL:
        # Tells only that it is up: everything else comes by events, some of which may still be on their way.
        return f.ChannelPresent(at, "ami", channel)
    if application == "MeetMe" and not bridge:
        bridge = _meetme(data.split(",", 1)[0])
    return f.ChannelListed(
        at, "ami", channel, name, _state(state, desc), linkedid or None, caller or None, caller_name or None, context,
        exten, application, data, bridge or None,
    )  # fmt: skip


@on("CoreShowChannelsComplete", "ActionID")
def _snapshot_ended(at: float, action: Text) -> Fact | None:
    return f.RollCalled(at, "ami") if action == ROLL_CALL else f.SnapshotEnded(at, "ami")


@on("Newstate", "Uniqueid Channel ChannelState ChannelStateDesc CallerIDNum ConnectedLineNum")
def _new_state(
    at: float, channel: Text, name: Text, state: Text, desc: Text, caller: Text, connected: Text
) -> Fact | None:
    if not channel:
        return None
    return f.ChannelStateChanged(at, "ami", channel, name, _state(state, desc), caller or None, connected or None)


@on("NewCallerid", "Uniqueid CallerIDNum")
def _new_caller_id(at: float, channel: Text, caller: Text) -> Fact | None:
    return f.CallerChanged(at, "ami", channel, caller or None) if channel else None


HANGING_UP = "Uniqueid Channel ChannelState ChannelStateDesc Cause TechCause"


@on("HangupRequest", HANGING_UP)
def _hangup_request(
    at: float, channel: Text, name: Text, state: Text, desc: Text, cause: Text, sip: Text
) -> Fact | None:
    if not channel:
        return None
    return f.HangupRequested(at, "ami", channel, name, _state(state, desc), number(cause), number(sip), False)


@on("SoftHangupRequest", HANGING_UP)
def _soft_hangup_request(
    at: float, channel: Text, name: Text, state: Text, desc: Text, cause: Text, sip: Text
) -> Fact | None:
    if not channel:
        return None
    return f.HangupRequested(at, "ami", channel, name, _state(state, desc), number(cause), number(sip), True)


@on("Hangup", HANGING_UP)
def _hangup(at: float, channel: Text, name: Text, state: Text, desc: Text, cause: Text, sip: Text) -> Fact | None:
    if not channel:
        return None
    return f.ChannelGone(at, "ami", channel, name, _state(state, desc), number(cause), number(sip))


# -- dialling


@on("DialBegin", "Uniqueid DestUniqueid DestChannel DialString DestConnectedLineNum CallerIDNum")
def _dial_begin(
    at: float, caller: Text, dest: Text, dest_name: Text, dialstring: Text, shown: Text, own: Text
) -> Fact | None:
    return f.DialBegan(at, "ami", caller or None, dest, dest_name, dialstring, shown or own or None) if dest else None


@on("DialState", "DestUniqueid DialStatus")
def _dial_state(at: float, dest: Text, status: Text) -> Fact | None:
    return f.DialProgressed(at, "ami", dest, status) if dest and status else None


@on("DialEnd", "Uniqueid DestUniqueid DialStatus Forward")
def _dial_end(at: float, caller: Text, dest: Text, status: Text, forward: Text) -> Fact | None:
    return f.DialEnded(at, "ami", caller or None, dest, status, forward or None) if dest else None


@on("LocalBridge", "LocalOneUniqueid LocalTwoUniqueid")
def _local_bridge(at: float, one: Text, two: Text) -> Fact | None:
    return f.LocalBridged(at, "ami", one, two) if one and two else None


@on("Pickup", "Uniqueid Channel TargetUniqueid TargetChannel")
def _pickup(at: float, channel: Text, name: Text, target: Text, target_name: Text) -> Fact | None:
    if not channel or not target:
        return None
    return f.CallPickedUp(at, "ami", channel, name, target, target_name)


# -- bridges


@on("BridgeListItem", "BridgeUniqueid")
def _bridge_listed(at: float, bridge: Text) -> Fact | None:
    """Whoever is in it is listed as a channel."""
    return f.BridgeCreated(at, "ami", bridge) if bridge else None


@on("BridgeCreate", "BridgeUniqueid")
def _bridge_create(at: float, bridge: Text) -> Fact | None:
    return f.BridgeCreated(at, "ami", bridge) if bridge else None


@on("BridgeEnter", "BridgeUniqueid BridgeTechnology BridgeCreator Uniqueid Channel Linkedid")
def _bridge_enter(
    at: float, bridge: Text, technology: Text, creator: Text, channel: Text, name: Text, linkedid: Text
) -> Fact | None:
    if not bridge or not channel:
        return None
    return f.BridgeEntered(at, "ami", bridge, technology, channel, name, linkedid or None, creator)


@on("BridgeLeave", "BridgeUniqueid Uniqueid")
def _bridge_leave(at: float, bridge: Text, channel: Text) -> Fact | None:
    return f.BridgeLeft(at, "ami", bridge, channel) if bridge and channel else None


@on("BridgeDestroy", "BridgeUniqueid")
def _bridge_destroy(at: float, bridge: Text) -> Fact | None:
    return f.BridgeDestroyed(at, "ami", bridge) if bridge else None


@on("ConfbridgeJoin", "Uniqueid Muted")
def _conference_join(at: float, channel: Text, muted: Text) -> Fact | None:
    return f.ConferenceMuted(at, "ami", channel, True) if channel and muted == "Yes" else None


@on("ConfbridgeMute", "Uniqueid")
def _conference_mute(at: float, channel: Text) -> Fact | None:
    return f.ConferenceMuted(at, "ami", channel, True) if channel else None


@on("ConfbridgeUnmute", "Uniqueid")
def _conference_unmute(at: float, channel: Text) -> Fact | None:
    return f.ConferenceMuted(at, "ami", channel, False) if channel else None


# MeetMe (before Asterisk 21) mixes outside Asterisk's bridges and has its own events.


@on("MeetmeJoin", "Meetme Uniqueid Channel Linkedid")
def _meetme_join(at: float, room: Text, channel: Text, name: Text, linkedid: Text) -> Fact | None:
    if not room or not channel:
        return None
    return f.BridgeEntered(at, "ami", _meetme(room), "meetme", channel, name, linkedid or None, "MeetMe")


@on("MeetmeLeave", "Meetme Uniqueid")
def _meetme_leave(at: float, room: Text, channel: Text) -> Fact | None:
    return f.BridgeLeft(at, "ami", _meetme(room), channel) if room and channel else None


@on("MeetmeMute", "Uniqueid Status")
def _meetme_mute(at: float, channel: Text, status: Text) -> Fact | None:
    return f.ConferenceMuted(at, "ami", channel, status == "on") if channel and status else None


def _meetme(room: str) -> str:
    return f"meetme/{room}"


@on("MusicOnHoldStart", "Uniqueid")
def _music_start(at: float, channel: Text) -> Fact | None:
    return f.MusicPlayed(at, "ami", channel, True) if channel else None


@on("MusicOnHoldStop", "Uniqueid")
def _music_stop(at: float, channel: Text) -> Fact | None:
    return f.MusicPlayed(at, "ami", channel, False) if channel else None


@on("Hold", "Uniqueid")
def _hold(at: float, channel: Text) -> Fact | None:
    return f.Held(at, "ami", channel) if channel else None


@on("Unhold", "Uniqueid")
def _unhold(at: float, channel: Text) -> Fact | None:
    return f.Unheld(at, "ami", channel) if channel else None


# -- dialplan


@on("Newexten", "Uniqueid Context Extension Exten Application AppData")
def _newexten(
    at: float, channel: Text, context: Text, extension: Text, exten: Text, application: Text, data: Text
) -> Fact | None:
    if not channel:
        return None
    return f.DialplanStepped(at, "ami", channel, context, extension or exten, application, data)


EXEC = re.compile(r"\s*EXEC\s+(\S.*)", re.IGNORECASE | re.DOTALL)
WORDS = re.compile(r'(?:\\.|"(?:\\.|[^"\\])*"?|[^\s"\\])+', re.DOTALL)
"""The words of an AGI command: quotation marks may enclose spaces, and a backslash escapes the next letter
(``res_agi.c``)."""


@on("AGIExecStart", "Uniqueid Context Exten Command")
def _agi(at: float, channel: Text, context: Text, exten: Text, command: Text) -> Fact | None:
    """A command of an AGI script: ``EXEC Dial PJSIP/1001,15`` runs an application."""
    if not channel or not (found := EXEC.match(command)):
        return None
    application, *arguments = (_unquoted(word) for word in WORDS.findall(found[1]))
    return f.DialplanStepped(at, "ami", channel, context, exten, application, ",".join(arguments))


def _unquoted(word: str) -> str:
    return re.sub(r'\\(.)|"', r"\1", word)


@on("Status", "Uniqueid Context Exten Application Data")
def _status(at: float, channel: Text, context: Text, exten: Text, application: Text, data: Text) -> Fact | None:
    if not channel or not application:
        return None
    return f.ApplicationTold(at, "ami", channel, context, exten, application, data)


@on("OriginateResponse", "Uniqueid Application Data")
def _originated(at: float, channel: Text, application: Text, data: Text) -> Fact | None:
    """The application or extension to which an Originate brought a channel. Newexten does not report that
    application.
    """
    if not channel or not application:
        return None
    return f.ApplicationTold(at, "ami", channel, "", "", application, data)


@on("VarSet", "Uniqueid Variable Value")
def _varset(at: float, channel: Text, name: Text, value: Text) -> Fact | None:
    name = name.lstrip("_")
    return f.VariableSet(at, "ami", channel, name, value) if channel and name in VARIABLES else None


@on("DTMFEnd", "Uniqueid Digit Direction")
def _dtmf_end(at: float, channel: Text, digit: Text, direction: Text) -> Fact | None:
    return f.DtmfReceived(at, "ami", channel, digit) if channel and digit and direction != "Sent" else None


# -- queues


@on("QueueCallerJoin", "Uniqueid Queue Position")
def _queue_join(at: float, channel: Text, queue: Text, position: Text) -> Fact | None:
    return f.QueueJoined(at, "ami", channel, queue, number(position)) if channel and queue else None


@on("QueueEntry", "Uniqueid Queue Position Wait")
def _queue_entry(at: float, channel: Text, queue: Text, position: Text, wait: Text) -> Fact | None:
    """A snapshot listed a caller who has been waiting for ``Wait`` seconds."""
    if not channel or not queue:
        return None
    return f.QueueJoined(at - (number(wait) or 0), "ami", channel, queue, number(position))


@on("QueueCallerLeave", "Uniqueid Queue")
def _queue_leave(at: float, channel: Text, queue: Text) -> Fact | None:
    return f.QueueLeft(at, "ami", channel, queue) if channel and queue else None


@on("AgentCalled", "Uniqueid DestUniqueid Queue Interface MemberName")
def _agent_called(at: float, caller: Text, dest: Text, queue: Text, interface: Text, member: Text) -> Fact | None:
    if not caller or not dest or not queue:
        return None
    return f.AgentCalled(at, "ami", caller, dest, queue, interface, member)


@on("QueueParams", "Queue Strategy")
def _queue_params(at: float, queue: Text, strategy: Text) -> Fact | None:
    return f.QueueListed(at, "ami", queue, strategy) if queue and strategy else None


@on("QueueStatusComplete")
def _queues_listed(at: float) -> Fact | None:
    return f.QueuesListed(at, "ami")


@on(
    "QueueMember",
    "Queue Location StateInterface Name Status Paused PausedReason LastPause LoginTime Membership Wrapuptime",
)
@on(
    "QueueMemberStatus QueueMemberAdded QueueMemberPause",
    "Queue Interface StateInterface MemberName Status Paused PausedReason LastPause LoginTime Membership Wrapuptime"
    " Ringinuse",
)
def _member(
    at: float, queue: Text, interface: Text, state_interface: Text, member: Text, status: Text, paused: Text,
    reason: Text, last_pause: Text, login: Text, membership: Text, wrap_up: Text, ring_in_use: Text = "",
) -> Fact | None:  # fmt: skip
    if not queue or not interface:
        return None
    is_paused = paused == "1"
    return f.MemberChanged(
        at, "ami", queue, interface, state_interface or interface, member or interface,
        DEVICE_STATES.get(status, 0), is_paused, (reason or None) if is_paused else None, _date(last_pause),
        _date(login), membership == "static", 0 if wrap_up == "0" else number(wrap_up) or 0,
        ring_in_use == "1" if ring_in_use else None,
    )  # fmt: skip


@on("QueueMemberRemoved", "Queue Interface")
def _member_removed(at: float, queue: Text, interface: Text) -> Fact | None:
    return f.MemberRemoved(at, "ami", queue, interface) if queue and interface else None


# -- transfers and parking


@on("BlindTransfer", "Result TransfererUniqueid TransfererChannel TransfereeUniqueid Extension")
def _blind_transfer(
    at: float, result: Text, transferer: Text, name: Text, transferee: Text, exten: Text
) -> Fact | None:
    if not transferer or result not in ("Success", ""):
        return None
    return f.BlindTransferred(at, "ami", transferer, name, transferee or None, exten)


@on(
    "AttendedTransfer",
    "Result OrigTransfererUniqueid OrigTransfererChannel SecondTransfererUniqueid TransfereeUniqueid"
    " TransferTargetUniqueid DestType",
)
def _attended_transfer(
    at: float, result: Text, transferer: Text, name: Text, second: Text, transferee: Text, target: Text,
    dest_type: Text,
) -> Fact | None:  # fmt: skip
    if not transferer or result not in ("Success", ""):
        return None
    return f.AttendedTransferred(
        at, "ami", transferer, name, second or None, transferee or None, target or None, dest_type
    )


@on("ParkedCall", "ParkeeUniqueid ParkerDialString")
def _parked(at: float, channel: Text, parker: Text) -> Fact | None:
    return f.Parked(at, "ami", channel, parker) if channel else None


@on("UnParkedCall", "ParkeeUniqueid RetrieverUniqueid")
def _unparked(at: float, channel: Text, retriever: Text) -> Fact | None:
    return f.Unparked(at, "ami", channel, retriever) if channel and retriever else None


# -- supervision


@on("ChanSpyStart", "SpyerUniqueid SpyerChannel SpyeeUniqueid SpyeeChannel")
def _spy_start(at: float, spyer: Text, spyer_name: Text, spyee: Text, spyee_name: Text) -> Fact | None:
    if not spyer or not spyee:
        return None
    return f.SpyStarted(at, "ami", spyer, spyer_name, spyee, spyee_name)


@on("ChanSpyStop", "SpyerUniqueid SpyeeUniqueid")
def _spy_stop(at: float, spyer: Text, spyee: Text) -> Fact | None:
    return f.SpyStopped(at, "ami", spyer, spyee or None) if spyer else None


MARK = "Snoop By Mode Channel Queue Dest Agent State Exit Position"
"""The headers of callbridge's own UserEvents (config/asterisk)."""


@on("UserEvent", f"UserEvent {MARK}")
def _user_event(at: float, name: Text, *said: Text) -> Fact | None:
    return marked(name, dict(zip(MARK.split(), said, strict=True)), at, "ami")


# -- devices


@on("ContactStatus", "EndpointName AOR ContactStatus URI")
def _contact(at: float, endpoint: Text, aor: Text, status: Text, uri: Text) -> Fact | None:
    endpoint = endpoint or aor
    if not endpoint:
        return None
    return f.ContactChanged(at, "ami", "PJSIP/" + endpoint, uri, status not in LOST, LOST.get(status))


@on("ContactList", "Endpoint Status Uri")
def _contact_listed(at: float, endpoint: Text, status: Text, uri: Text) -> Fact | None:
    """PJSIPShowContacts sends one ContactList event for each contact. Its Status is the qualify's result."""
    if not endpoint:
        return None
    return f.ContactChanged(at, "ami", "PJSIP/" + endpoint, uri, status not in LOST, LOST.get(status))


@on("PeerStatus", "Peer PeerStatus")
def _peer(at: float, peer: Text, status: Text) -> Fact | None:
    """A phone of chan_sip or IAX2, each of which has one contact. PJSIP's contacts come by ContactStatus."""
    if not peer or peer.startswith("PJSIP/"):
        return None
    return f.ContactChanged(at, "ami", peer, "", status not in GONE, GONE.get(status))


@on("DeviceStateChange", "Device State")
def _device_state(at: float, device: Text, state: Text) -> Fact | None:
    return f.DeviceStateChanged(at, "ami", device, state) if device and state else None


EVENTS = {event: Wanted(tuple(dict.fromkeys((*ALWAYS, *headers)))) for event, (_, headers, _) in DECODERS.items()}
EVENTS["VarSet"] = Wanted(
    EVENTS["VarSet"].headers, ("Variable", {"_" * n + name for n in range(3) for name in VARIABLES})
)
"""For each event, what the framing has to take from the wire."""


def decode(event: Headers, at: float) -> Fact | None:
    """The fact that an AMI event holds; None if callbridge does not read the event.

    ``at`` is the fact's time, in seconds since the epoch.
    """
    try:
        decoder, headers, values_of = DECODERS[event["Event"]]
    except (KeyError, TypeError):  # a capture may hold a list for its name
        return None
    try:
        values = values_of(event)
    except KeyError:
        values = [event.get(header, "") for header in headers]
    try:
        if UNKNOWN in "".join(values):
            values = map(_plain, values)
    except TypeError:  # the wire delivers strings; a capture may hold anything
        values = map(_plain, values)
    return decoder(at, *values)


def _plain(value: Any) -> str:
    return value if type(value) is str and value != UNKNOWN else text(value) or ""


def stamp(event: Headers) -> float | None:
    """The PBX's own time of an event (``timestampevents = yes``), in seconds since the epoch; None if it has none."""
    told = event.get("Timestamp")
    if told is None:  # lists for which callbridge asked have none
        return None
    try:
        at = float(told)
    except (TypeError, ValueError):
        return None
    return at if 0 <= at <= LAST_SECOND else None
