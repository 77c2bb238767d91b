"""Decodes ARI events, and the replies to the opening snapshot, into facts.

ARI reports channels, dialling, bridges, transfers, DTMF, variables and contacts, and the SIP Call-ID of each SIP
channel (``protocol_id``). It has no Linkedid, no queue events and no ChanSpy events. As with AMI, a value that is
missing or of the wrong type is unknown, never an error. Source of the names: Asterisk's ARI documentation
(``events.json``, ``channels.json``), versions 16 to 23.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from bridge.vocabulary import facts as f
from bridge.vocabulary.facts import Fact
from bridge.wire.values import GONE, LOST, VARIABLES, marked, number, text

Json = Mapping[str, Any]
Decoder = Callable[[Json, float], Iterator[Fact]]

BEGINS = ("QUEUEWAIT", "DIALSTATUS")
"""The variables that Queue() and Dial() clear first. For a channel that was transferred to a queue, or that runs them
inside another application, this is the only sign: its ChannelDialplan names the application outside or before."""
ROLL_CALL = "GET /channels, who is still there"
"""The request of a message that only lists the channels that are still up."""


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _id(value: Any) -> str | None:
    return text(_object(value).get("id"))


def _name(channel: Json) -> str:
    return text(channel.get("name")) or ""


def _caller(channel: Json) -> str | None:
    return text(_object(channel.get("caller")).get("number"))


def _sip(channel: Json, at: float) -> Iterator[Fact]:
    """The SIP Call-ID, if the channel has one. (The ``protocol_id`` of a Local channel is not a Call-ID.)"""
    sip_call_id, name = text(channel.get("protocol_id")), _name(channel)
    if sip_call_id and name.startswith(("PJSIP/", "SIP/")):
        yield f.ChannelIdentified(at, "ari", str(channel.get("id")), sip_call_id)


def _created(e: Json, at: float) -> Iterator[Fact]:
    c = _object(e.get("channel"))
    channel, dialplan = _id(c), _object(c.get("dialplan"))
    if channel:
        yield f.ChannelCreated(
            at, "ari", channel, _name(c), text(c.get("state")) or "Unknown", None,
            _caller(c), text(_object(c.get("caller")).get("name")),
            text(dialplan.get("context")) or "", text(dialplan.get("exten")) or "",
        )  # fmt: skip
        yield from _sip(c, at)


def _state_change(e: Json, at: float) -> Iterator[Fact]:
    c = _object(e.get("channel"))
    channel = _id(c)
    if channel:
        yield f.ChannelStateChanged(
            at, "ari", channel, _name(c), text(c.get("state")) or "Unknown",
            _caller(c), text(_object(c.get("connected")).get("number")),
        )  # fmt: skip
        yield from _sip(c, at)


def _caller_id(e: Json, at: float) -> Iterator[Fact]:
    c = _object(e.get("channel"))
    channel = _id(c)
    if channel:
        yield f.CallerChanged(at, "ari", channel, _caller(c))


def _hangup_request(e: Json, at: float) -> Iterator[Fact]:
    c = _object(e.get("channel"))
    channel = _id(c)
    if channel:
        yield f.HangupRequested(
            at, "ari", channel, _name(c), text(c.get("state")) or "Unknown",
            number(e.get("cause")), number(e.get("tech_cause")), e.get("soft") is True,
        )  # fmt: skip


def _destroyed(e: Json, at: float) -> Iterator[Fact]:
    c = _object(e.get("channel"))
    channel = _id(c)
    if channel:
        yield from _sip(c, at)
        yield f.ChannelGone(
            at, "ari", channel, _name(c), text(c.get("state")) or "Unknown",
            number(e.get("cause")), number(e.get("tech_cause")),
        )  # fmt: skip


def _dial(e: Json, at: float) -> Iterator[Fact]:
    """ARI's one Dial event reports the beginning of a dial (with an empty status), its progress and its end."""
    caller, peer = _object(e.get("caller")), _object(e.get("peer"))
    dest, status = _id(peer), text(e.get("dialstatus"))
    if not dest:
        return
    yield from _sip(peer, at)
    if status is None:
        shown = text(_object(peer.get("connected")).get("number")) or _caller(caller)
        yield f.DialBegan(at, "ari", _id(caller), dest, _name(peer), text(e.get("dialstring")) or "", shown)
    elif status in ("RINGING", "PROGRESS", "PROCEEDING"):
        yield f.DialProgressed(at, "ari", dest, status)
    else:
        yield f.DialEnded(at, "ari", _id(caller), dest, status, text(e.get("forward")))


def _bridge_created(e: Json, at: float) -> Iterator[Fact]:
    bridge = _id(e.get("bridge"))
    if bridge:
        yield f.BridgeCreated(at, "ari", bridge)


def _entered(e: Json, at: float) -> Iterator[Fact]:
    bridge, c = _object(e.get("bridge")), _object(e.get("channel"))
    bridge_id, channel = _id(bridge), _id(c)
    if bridge_id and channel:
        technology = text(bridge.get("technology")) or ""
        creator = text(bridge.get("creator")) or ""
        yield f.BridgeEntered(at, "ari", bridge_id, technology, channel, _name(c), None, creator)


def _left(e: Json, at: float) -> Iterator[Fact]:
    bridge, channel = _id(e.get("bridge")), _id(e.get("channel"))
    if bridge and channel:
        yield f.BridgeLeft(at, "ari", bridge, channel)


def _bridge_destroyed(e: Json, at: float) -> Iterator[Fact]:
    bridge = _id(e.get("bridge"))
    if bridge:
        yield f.BridgeDestroyed(at, "ari", bridge)


def _hold(e: Json, at: float) -> Iterator[Fact]:
    channel = _id(e.get("channel"))
    if channel:
        yield f.Held(at, "ari", channel)


def _unhold(e: Json, at: float) -> Iterator[Fact]:
    channel = _id(e.get("channel"))
    if channel:
        yield f.Unheld(at, "ari", channel)


def _dialplan(e: Json, at: float) -> Iterator[Fact]:
    yield from _step(e, at, text(e.get("dialplan_app")), text(e.get("dialplan_app_data")))


def _step(e: Json, at: float, application: str | None, data: str | None) -> Iterator[Fact]:
    """The step that a channel runs, by the event, or else by the channel in it."""
    c = _object(e.get("channel"))
    channel, dialplan = _id(c), _object(c.get("dialplan"))
    if channel:
        yield f.DialplanStepped(
            at, "ari", channel, text(dialplan.get("context")) or "", text(dialplan.get("exten")) or "",
            application or text(dialplan.get("app_name")) or "", data or text(dialplan.get("app_data")) or "",
        )  # fmt: skip
        yield from _sip(c, at)


def _varset(e: Json, at: float) -> Iterator[Fact]:
    name, channel = text(e.get("variable")), _id(e.get("channel"))
    if name in BEGINS and not e.get("value"):
        yield from _step(e, at, None, None)
    if name and channel and name.lstrip("_") in VARIABLES:
        yield f.VariableSet(at, "ari", channel, name.lstrip("_"), text(e.get("value")) or "")


def _dtmf(e: Json, at: float) -> Iterator[Fact]:
    channel, digit = _id(e.get("channel")), text(e.get("digit"))
    if channel and digit:
        yield f.DtmfReceived(at, "ari", channel, digit)


def _blind(e: Json, at: float) -> Iterator[Fact]:
    c = _object(e.get("channel"))
    transferer = _id(c)
    if transferer and text(e.get("result")) in ("Success", None):
        yield f.BlindTransferred(
            at, "ari", transferer, _name(c), _id(e.get("transferee")),
            text(e.get("exten")) or "",
        )  # fmt: skip


DESTINATIONS = {
    "bridge": "Bridge",
    "application": "App",
    "link": "Link",
    "threeway": "Threeway",
    "fail": "Fail",
}


def _attended(e: Json, at: float) -> Iterator[Fact]:
    c = _object(e.get("transferer_first_leg"))
    transferer = _id(c)
    if transferer and text(e.get("result")) in ("Success", None):
        yield f.AttendedTransferred(
            at, "ari", transferer, _name(c), _id(e.get("transferer_second_leg")),
            _id(e.get("transferee")), _id(e.get("transfer_target")),
            DESTINATIONS.get(text(e.get("destination_type")) or "", ""),
        )  # fmt: skip


def _user_event(e: Json, at: float) -> Iterator[Fact]:
    fact = marked(text(e.get("eventname")), _object(e.get("userevent")), at, "ari")
    if fact is not None:
        yield fact


def _contact(e: Json, at: float) -> Iterator[Fact]:
    endpoint, contact = _object(e.get("endpoint")), _object(e.get("contact_info"))
    technology, resource = text(endpoint.get("technology")), text(endpoint.get("resource"))
    if technology and resource:
        status, uri = text(contact.get("contact_status")) or "", text(contact.get("uri")) or ""
        yield f.ContactChanged(at, "ari", f"{technology}/{resource}", uri, status not in LOST, LOST.get(status))


def _peer(e: Json, at: float) -> Iterator[Fact]:
    endpoint, peer = _object(e.get("endpoint")), _object(e.get("peer"))
    technology, resource = text(endpoint.get("technology")), text(endpoint.get("resource"))
    if technology and resource and technology != "PJSIP":
        status = text(peer.get("peer_status")) or ""
        yield f.ContactChanged(at, "ari", f"{technology}/{resource}", "", status not in GONE, GONE.get(status))


def _device_state(e: Json, at: float) -> Iterator[Fact]:
    d = _object(e.get("device_state"))
    device, state = text(d.get("name")), text(d.get("state"))
    if device and state:
        yield f.DeviceStateChanged(at, "ari", device, state)


DECODERS: dict[str, Decoder] = {
    "ChannelCreated": _created,
    "ChannelStateChange": _state_change,
    "ChannelCallerId": _caller_id,
    "ChannelHangupRequest": _hangup_request,
    "ChannelDestroyed": _destroyed,
    "Dial": _dial,
    "BridgeCreated": _bridge_created,
    "ChannelEnteredBridge": _entered,
    "ChannelLeftBridge": _left,
    "BridgeDestroyed": _bridge_destroyed,
    "ChannelHold": _hold,
    "ChannelUnhold": _unhold,
    "ChannelDialplan": _dialplan,
    "ChannelVarset": _varset,
    "ChannelDtmfReceived": _dtmf,
    "BridgeBlindTransfer": _blind,
    "BridgeAttendedTransfer": _attended,
    "ChannelUserevent": _user_event,
    "ContactStatusChange": _contact,
    "PeerStatusChange": _peer,
    "DeviceStateChanged": _device_state,
}
"""For each ARI event that callbridge reads, its decoder."""


REPLACED = "ApplicationReplaced"
"""The event that tells a client that another has taken its application: no fact, but the feed acts on it."""
_VARIABLES = frozenset(name.encode() for name in {*VARIABLES, *BEGINS})
_variable = re.compile(rb'\{"variable":"_*([^"\\]*)"').match
_event = msgspec.json.Decoder(dict[str, Any]).decode


def read_all(raw: bytes) -> dict[str, Any] | None:
    """An event. Raises ``ValueError`` or ``RecursionError`` if it is no JSON object."""
    return _event(raw)


def read(raw: bytes) -> dict[str, Any] | None:
    """The same, but None for a variable that callbridge does not read, which its first bytes tell. Two thirds of all
    events are such variables."""
    begin = _variable(raw)
    if begin is not None and begin[1] not in _VARIABLES:
        return None
    event = _event(raw)
    name = event.get("type")
    if name == "ChannelVarset":
        variable = event.get("variable")
        return event if variable in BEGINS or (text(variable) or "").lstrip("_") in VARIABLES else None
    return event if isinstance(name, str) and (name in DECODERS or name == REPLACED) else None


def _channels_listed(reply: Any, at: float) -> Iterator[Fact]:
    for item in reply if isinstance(reply, list) else []:
        c = _object(item)
        channel, dialplan = _id(c), _object(c.get("dialplan"))
        if not channel:
            continue
        yield f.ChannelListed(
            at, "ari", channel, _name(c), text(c.get("state")) or "Unknown", None,
            _caller(c), text(_object(c.get("caller")).get("name")),
            text(dialplan.get("context")) or "", text(dialplan.get("exten")) or "",
            text(dialplan.get("app_name")) or "", text(dialplan.get("app_data")) or "", None,
        )  # fmt: skip
        yield from _sip(c, at)


def _roll_called(reply: Any, at: float) -> Iterator[Fact]:
    for item in reply if isinstance(reply, list) else []:
        if channel := _id(_object(item)):
            yield f.ChannelPresent(at, "ari", channel)
    yield f.RollCalled(at, "ari")


def _bridges_listed(reply: Any, at: float) -> Iterator[Fact]:
    for item in reply if isinstance(reply, list) else []:
        b = _object(item)
        bridge, channels = _id(b), b.get("channels")
        if bridge:
            yield f.BridgeCreated(at, "ari", bridge)
        for channel in channels if isinstance(channels, list) else []:
            if bridge and isinstance(channel, str):
                technology, creator = text(b.get("technology")) or "", text(b.get("creator")) or ""
                yield f.BridgeEntered(at, "ari", bridge, technology, channel, "", None, creator)
    yield f.SnapshotEnded(at, "ari")  # the rest of the snapshot is not about calls


def decode(event: Json, at: float) -> Iterator[Fact]:
    """The facts that an ARI event, or a reply to the opening snapshot, holds: usually one or none.

    ``at`` is their time, in seconds since the epoch.
    """
    name = event.get("type")
    if isinstance(name, str):
        decoder = DECODERS.get(name)
        if decoder is not None:
            yield from decoder(event, at)
    elif event.get("request") == "GET /channels":
        yield from _channels_listed(event.get("reply"), at)
    elif event.get("request") == ROLL_CALL:
        yield from _roll_called(event.get("reply"), at)
    elif event.get("request") == "GET /bridges":
        yield from _bridges_listed(event.get("reply"), at)


def is_told_all(applications: Any, app: str) -> bool:
    """Whether an application gets the events of all channels, bridges and endpoints.

    ``GET /applications`` lists each application with what it gets; of each of the three kinds either an entry that
    stands for all (Asterisk's ``res/stasis/app.c``), or none.
    """
    if not isinstance(applications, list):
        return True  # nothing is known
    ours = [each for each in map(_object, applications) if each.get("name") == app]
    return any(all(each.get(kind) for kind in ("channel_ids", "bridge_ids", "endpoint_ids")) for each in ours)


def may_tell_more(event: Json, has_call_id: Callable[[str, str], bool]) -> bool:
    """Whether an event may tell what AMI does not: a UserEvent of an application, or a SIP Call-ID (ARI repeats it
    with every event). ``has_call_id``: whether a channel's Call-ID is known."""
    if event.get("type") in (None, "ChannelUserevent"):
        return True
    for part in (event.get("channel"), event.get("peer")):
        if isinstance(part, dict) and (call_id := part.get("protocol_id")):
            channel = part.get("id")
            if type(channel) is not str or type(call_id) is not str or not has_call_id(channel, call_id):
                return True
    return False


def apart(event: Json) -> Iterator[tuple[str, Json]]:
    """Splits a list of channels into lists of one channel, each with the channel's id. Other messages give
    nothing.
    """
    reply = event.get("reply")
    if event.get("request") == "GET /channels" and isinstance(reply, list):
        yield from ((_id(_object(item)) or "", {**event, "reply": [item]}) for item in reply)


def stamp(event: Json) -> float | None:
    """The PBX's own time of an event, in seconds since the epoch; None if it has none."""
    value = event.get("timestamp")
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value).timestamp()
    except ValueError:
        return None
