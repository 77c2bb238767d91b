"""AMI messages to facts.

One small function an event; an event that no rule reads has none and costs nothing. The decoder is tolerant by
design: a header that is missing, of the wrong type or ``<unknown>`` is an unknown value, never an error. Event and
header names: Asterisk's AMI event documentation, versions 16 to 23.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bridge import facts as f
from bridge.facts import Fact
from bridge.wire.values import VARIABLES, marked, number, text

Headers = Mapping[str, Any]
Decoder = Callable[[Headers, float], Fact | None]

YEAR_10000 = 253402300800.0
"""Seconds since the epoch at which dates end."""
ROLL_CALL = "RollCall"
"""ActionID of a CoreShowChannels that only asks who is still there."""
STATES = ("Down", "Rsrvd", "OffHook", "Dialing", "Ring", "Ringing", "Up", "Busy")


def _state(e: Headers) -> str:
    """The channel state by its number, which no release has translated or renamed."""
    n = number(e.get("ChannelState"))
    if n is not None and 0 <= n < len(STATES):
        return STATES[n]
    return text(e.get("ChannelStateDesc")) or "Unknown"


def _created(e: Headers, at: float) -> Fact | None:
    channel = text(e.get("Uniqueid"))
    if not channel:
        return None
    return f.ChannelCreated(
        at, "ami", channel, text(e.get("Channel")) or "", _state(e), text(e.get("Linkedid")),
        text(e.get("CallerIDNum")), text(e.get("CallerIDName")),
        text(e.get("Context")) or "", text(e.get("Exten")) or "",
    )  # fmt: skip


def _listed(e: Headers, at: float) -> Fact | None:
    channel = text(e.get("Uniqueid"))
    if not channel:
        return None
    if e.get("ActionID") == ROLL_CALL:
        # Nothing else of it: the events that are still on their way tell it in their order.
        return f.ChannelPresent(at, "ami", channel)
    return f.ChannelListed(
        at, "ami", channel, text(e.get("Channel")) or "", _state(e), text(e.get("Linkedid")),
        text(e.get("CallerIDNum")), text(e.get("CallerIDName")),
        text(e.get("Context")) or "", text(e.get("Exten")) or "",
        text(e.get("Application")) or "", text(e.get("ApplicationData")) or "", text(e.get("BridgeId")),
    )  # fmt: skip


def _new_state(e: Headers, at: float) -> Fact | None:
    channel = text(e.get("Uniqueid"))
    if not channel:
        return None
    return f.ChannelStateChanged(
        at, "ami", channel, text(e.get("Channel")) or "", _state(e),
        text(e.get("CallerIDNum")), text(e.get("ConnectedLineNum")),
    )  # fmt: skip


def _new_caller_id(e: Headers, at: float) -> Fact | None:
    channel = text(e.get("Uniqueid"))
    return f.CallerChanged(at, "ami", channel, text(e.get("CallerIDNum"))) if channel else None


def _hangup_request(e: Headers, at: float, soft: bool = False) -> Fact | None:
    channel = text(e.get("Uniqueid"))
    if not channel:
        return None
    return f.HangupRequested(
        at, "ami", channel, text(e.get("Channel")) or "", _state(e),
        number(e.get("Cause")), number(e.get("TechCause")), soft,
    )  # fmt: skip


def _soft_hangup_request(e: Headers, at: float) -> Fact | None:
    return _hangup_request(e, at, soft=True)


def _hangup(e: Headers, at: float) -> Fact | None:
    channel = text(e.get("Uniqueid"))
    if not channel:
        return None
    return f.ChannelGone(
        at, "ami", channel, text(e.get("Channel")) or "", _state(e),
        number(e.get("Cause")), number(e.get("TechCause")),
    )  # fmt: skip


def _dial_begin(e: Headers, at: float) -> Fact | None:
    dest = text(e.get("DestUniqueid"))
    if not dest:
        return None
    return f.DialBegan(
        at, "ami", text(e.get("Uniqueid")), dest, text(e.get("DestChannel")) or "",
        text(e.get("DialString")) or "", text(e.get("CallerIDNum")),
    )  # fmt: skip


def _dial_state(e: Headers, at: float) -> Fact | None:
    dest, status = text(e.get("DestUniqueid")), text(e.get("DialStatus"))
    return f.DialProgressed(at, "ami", dest, status) if dest and status else None


def _dial_end(e: Headers, at: float) -> Fact | None:
    dest = text(e.get("DestUniqueid"))
    if not dest:
        return None
    return f.DialEnded(
        at, "ami", text(e.get("Uniqueid")), dest, text(e.get("DialStatus")) or "", text(e.get("Forward"))
    )


def _local_bridge(e: Headers, at: float) -> Fact | None:
    one, two = text(e.get("LocalOneUniqueid")), text(e.get("LocalTwoUniqueid"))
    return f.LocalBridged(at, "ami", one, two) if one and two else None


def _pickup(e: Headers, at: float) -> Fact | None:
    channel, target = text(e.get("Uniqueid")), text(e.get("TargetUniqueid"))
    if not channel or not target:
        return None
    return f.CallPickedUp(
        at, "ami", channel, text(e.get("Channel")) or "", target, text(e.get("TargetChannel")) or ""
    )


def _bridge_create(e: Headers, at: float) -> Fact | None:
    bridge = text(e.get("BridgeUniqueid"))
    return f.BridgeCreated(at, "ami", bridge) if bridge else None


def _bridge_enter(e: Headers, at: float) -> Fact | None:
    bridge, channel = text(e.get("BridgeUniqueid")), text(e.get("Uniqueid"))
    if not bridge or not channel:
        return None
    return f.BridgeEntered(
        at, "ami", bridge, text(e.get("BridgeTechnology")) or "", channel, text(e.get("Channel")) or "",
        text(e.get("Linkedid")),
    )  # fmt: skip


def _bridge_leave(e: Headers, at: float) -> Fact | None:
    bridge, channel = text(e.get("BridgeUniqueid")), text(e.get("Uniqueid"))
    return f.BridgeLeft(at, "ami", bridge, channel) if bridge and channel else None


def _bridge_destroy(e: Headers, at: float) -> Fact | None:
    bridge = text(e.get("BridgeUniqueid"))
    return f.BridgeDestroyed(at, "ami", bridge) if bridge else None


def _conference_muted(muted: bool) -> Decoder:
    def decode(e: Headers, at: float) -> Fact | None:
        channel = text(e.get("Uniqueid"))
        return f.ConferenceMuted(at, "ami", channel, muted) if channel else None

    return decode


def _conference_join(e: Headers, at: float) -> Fact | None:
    channel = text(e.get("Uniqueid"))
    return f.ConferenceMuted(at, "ami", channel, True) if channel and text(e.get("Muted")) == "Yes" else None


def _hold(e: Headers, at: float) -> Fact | None:
    channel = text(e.get("Uniqueid"))
    return f.Held(at, "ami", channel) if channel else None


def _unhold(e: Headers, at: float) -> Fact | None:
    channel = text(e.get("Uniqueid"))
    return f.Unheld(at, "ami", channel) if channel else None


def _newexten(e: Headers, at: float) -> Fact | None:
    channel = text(e.get("Uniqueid"))
    if not channel:
        return None
    return f.DialplanStepped(
        at, "ami", channel, text(e.get("Context")) or "", text(e.get("Extension")) or text(e.get("Exten")) or "",
        text(e.get("Application")) or "", text(e.get("AppData")) or "",
    )  # fmt: skip


def _varset(e: Headers, at: float) -> Fact | None:
    name = e.get("Variable")
    if not isinstance(name, str):
        return None
    name = name.lstrip("_")
    if name not in VARIABLES:
        return None
    channel = text(e.get("Uniqueid"))
    return f.VariableSet(at, "ami", channel, name, text(e.get("Value")) or "") if channel else None


def _dtmf_end(e: Headers, at: float) -> Fact | None:
    channel, digit = text(e.get("Uniqueid")), text(e.get("Digit"))
    if not channel or not digit or e.get("Direction") == "Sent":
        return None
    return f.DtmfReceived(at, "ami", channel, digit)


def _queue_join(e: Headers, at: float) -> Fact | None:
    channel, queue = text(e.get("Uniqueid")), text(e.get("Queue"))
    return f.QueueJoined(at, "ami", channel, queue, number(e.get("Position"))) if channel and queue else None


def _queue_entry(e: Headers, at: float) -> Fact | None:
    """A caller found waiting in a snapshot, for ``Wait`` seconds already."""
    channel, queue = text(e.get("Uniqueid")), text(e.get("Queue"))
    if not channel or not queue:
        return None
    return f.QueueJoined(at - (number(e.get("Wait")) or 0), "ami", channel, queue, number(e.get("Position")))


def _queue_leave(e: Headers, at: float) -> Fact | None:
    channel, queue = text(e.get("Uniqueid")), text(e.get("Queue"))
    return f.QueueLeft(at, "ami", channel, queue) if channel and queue else None


def _agent_called(e: Headers, at: float) -> Fact | None:
    caller, dest, queue = text(e.get("Uniqueid")), text(e.get("DestUniqueid")), text(e.get("Queue"))
    if not caller or not dest or not queue:
        return None
    return f.AgentCalled(
        at, "ami", caller, dest, queue, text(e.get("Interface")) or "", text(e.get("MemberName")) or ""
    )


def _queue_params(e: Headers, at: float) -> Fact | None:
    queue, strategy = text(e.get("Queue")), text(e.get("Strategy"))
    return f.QueueListed(at, "ami", queue, strategy) if queue and strategy else None


def _queues_listed(e: Headers, at: float) -> Fact | None:
    return f.QueuesListed(at, "ami")


def _member(interface_in: str, name_in: str) -> Decoder:
    """The list of members has other names for two headers than the events of a member."""

    def decode(e: Headers, at: float) -> Fact | None:
        queue, interface = text(e.get("Queue")), text(e.get(interface_in))
        if not queue or not interface:
            return None
        return f.MemberChanged(
            at, "ami", queue, interface, text(e.get("StateInterface")) or interface,
            text(e.get(name_in)) or interface, number(e.get("Status")) or 0, text(e.get("Paused")) == "1",
        )  # fmt: skip

    return decode


_member_listed = _member("Location", "Name")
_member_changed = _member("Interface", "MemberName")


def _member_removed(e: Headers, at: float) -> Fact | None:
    queue, interface = text(e.get("Queue")), text(e.get("Interface"))
    return f.MemberRemoved(at, "ami", queue, interface) if queue and interface else None


def _blind_transfer(e: Headers, at: float) -> Fact | None:
    transferer = text(e.get("TransfererUniqueid"))
    if not transferer or text(e.get("Result")) not in ("Success", None):
        return None
    return f.BlindTransferred(
        at, "ami", transferer, text(e.get("TransfererChannel")) or "", text(e.get("TransfereeUniqueid")),
        text(e.get("Context")) or "", text(e.get("Extension")) or "",
    )  # fmt: skip


def _attended_transfer(e: Headers, at: float) -> Fact | None:
    transferer = text(e.get("OrigTransfererUniqueid"))
    if not transferer or text(e.get("Result")) not in ("Success", None):
        return None
    return f.AttendedTransferred(
        at, "ami", transferer, text(e.get("OrigTransfererChannel")) or "", text(e.get("SecondTransfererUniqueid")),
        text(e.get("TransfereeUniqueid")), text(e.get("TransferTargetUniqueid")), text(e.get("DestType")) or "",
    )  # fmt: skip


def _parked(e: Headers, at: float) -> Fact | None:
    channel = text(e.get("ParkeeUniqueid"))
    return f.Parked(at, "ami", channel, text(e.get("ParkerDialString")) or "") if channel else None


def _unparked(e: Headers, at: float) -> Fact | None:
    channel, retriever = text(e.get("ParkeeUniqueid")), text(e.get("RetrieverUniqueid"))
    return f.Unparked(at, "ami", channel, retriever) if channel and retriever else None


def _spy_start(e: Headers, at: float) -> Fact | None:
    spyer, spyee = text(e.get("SpyerUniqueid")), text(e.get("SpyeeUniqueid"))
    if not spyer or not spyee:
        return None
    return f.SpyStarted(
        at, "ami", spyer, text(e.get("SpyerChannel")) or "", spyee, text(e.get("SpyeeChannel")) or ""
    )


def _spy_stop(e: Headers, at: float) -> Fact | None:
    spyer = text(e.get("SpyerUniqueid"))
    return f.SpyStopped(at, "ami", spyer, text(e.get("SpyeeUniqueid"))) if spyer else None


def _user_event(e: Headers, at: float) -> Fact | None:
    return marked(text(e.get("UserEvent")), e, at, "ami")


def _contact(e: Headers, at: float) -> Fact | None:
    endpoint = text(e.get("EndpointName")) or text(e.get("AOR"))
    if not endpoint:
        return None
    reachable = text(e.get("ContactStatus")) not in ("Removed", "Unreachable")
    return f.ContactChanged(at, "ami", "PJSIP/" + endpoint, text(e.get("URI")) or "", reachable)


def _contact_listed(e: Headers, at: float) -> Fact | None:
    """PJSIPShowContacts: one ContactList event a contact; its Status is the qualify's."""
    endpoint = text(e.get("Endpoint"))
    if not endpoint:
        return None
    reachable = text(e.get("Status")) not in ("Removed", "Unreachable")
    return f.ContactChanged(at, "ami", "PJSIP/" + endpoint, text(e.get("Uri")) or "", reachable)


def _device_state(e: Headers, at: float) -> Fact | None:
    device, state = text(e.get("Device")), text(e.get("State"))
    return f.DeviceStateChanged(at, "ami", device, state) if device and state else None


def _snapshot_ended(e: Headers, at: float) -> Fact | None:
    return f.RollCalled(at, "ami") if e.get("ActionID") == ROLL_CALL else f.SnapshotEnded(at, "ami")


DECODERS: dict[str, Decoder] = {
    "Newchannel": _created,
    "CoreShowChannel": _listed,
    "CoreShowChannelsComplete": _snapshot_ended,
    "Newstate": _new_state,
    "NewCallerid": _new_caller_id,
    "HangupRequest": _hangup_request,
    "SoftHangupRequest": _soft_hangup_request,
    "Hangup": _hangup,
    "DialBegin": _dial_begin,
    "DialState": _dial_state,
    "DialEnd": _dial_end,
    "LocalBridge": _local_bridge,
    "Pickup": _pickup,
    "BridgeCreate": _bridge_create,
    "BridgeEnter": _bridge_enter,
    "BridgeLeave": _bridge_leave,
    "BridgeDestroy": _bridge_destroy,
    "ConfbridgeJoin": _conference_join,
    "ConfbridgeMute": _conference_muted(True),
    "ConfbridgeUnmute": _conference_muted(False),
    "Hold": _hold,
    "Unhold": _unhold,
    "Newexten": _newexten,
    "VarSet": _varset,
    "DTMFEnd": _dtmf_end,
    "QueueCallerJoin": _queue_join,
    "QueueEntry": _queue_entry,
    "QueueCallerLeave": _queue_leave,
    "AgentCalled": _agent_called,
    "QueueParams": _queue_params,
    "QueueStatusComplete": _queues_listed,
    "QueueMember": _member_listed,
    "QueueMemberStatus": _member_changed,
    "QueueMemberAdded": _member_changed,
    "QueueMemberPause": _member_changed,
    "QueueMemberRemoved": _member_removed,
    "BlindTransfer": _blind_transfer,
    "AttendedTransfer": _attended_transfer,
    "ParkedCall": _parked,
    "UnParkedCall": _unparked,
    "ChanSpyStart": _spy_start,
    "ChanSpyStop": _spy_stop,
    "UserEvent": _user_event,
    "ContactStatus": _contact,
    "ContactList": _contact_listed,
    "DeviceStateChange": _device_state,
}
"""Every AMI event that is read, and how."""

EVENTS = frozenset(DECODERS)


def decode(event: Headers, at: float) -> Fact | None:
    """The fact that an AMI event holds, or None when no rule reads it.

    ``at`` is the time to give it, seconds since the epoch.
    """
    name = event.get("Event")
    decoder = DECODERS.get(name) if isinstance(name, str) else None
    return decoder(event, at) if decoder is not None else None


def stamp(event: Headers) -> float | None:
    """The PBX's own time of an event (``timestampevents=yes``), seconds since the epoch."""
    value = event.get("Timestamp")
    if not isinstance(value, str):
        return None
    try:
        at = float(value)
    except ValueError:
        return None
    return at if 0 <= at < YEAR_10000 else None
