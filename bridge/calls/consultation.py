"""Consultations that a phone's own second line does not show: those that the PBX makes for it.

In an attended transfer by DTMF the transferer's one channel leaves the customer, talks with the target in another
bridge, and comes back. Target and customer share a Linkedid from the start; if the two never meet, the consultation
was dropped, and has a record of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bridge.pbx.channel import Channel, Stay


@dataclass(slots=True)
class Part:
    """The channels of one record: of the call itself, or of a consultation in it."""

    channels: list[Channel]
    elsewhere: set[str] = field(default_factory=set)
    """Bridges in which some of its channels were for a consultation that is another part."""
    consultation: str | None = None
    """The id of a consultation: of its first own channel."""


def split(channels: list[Channel]) -> list[Part]:
    """The call itself, then each dropped consultation in it. ``channels`` are in order of birth."""
    main, apart = Part(list(channels)), []
    for hub in channels:
        if hub.is_party and len({s.bridge for s in hub.stays}) > 1:
            for part in _consultations(hub, main.channels):
                rooms = {s.bridge for c in part for s in c.stays}
                main.elsewhere |= rooms
                main.channels = [c for c in main.channels if c not in part]
                apart.append(Part([_seen_by(part, hub), *part], consultation=part[0].id))
    return [main, *apart]


def _consultations(hub: Channel, channels: list[Channel]) -> list[list[Channel]]:
    """Groups of channels that are part of the call only by having met the hub, later than the rest did."""
    parts = _without(hub, channels)
    met: list[tuple[float, list[Channel]]] = []
    for part in parts:
        rooms = {s.bridge for c in part for s in c.stays}
        meetings = [s.entered_at for s in hub.stays if s.bridge in rooms]
        if meetings:
            met.append((min(meetings), part))
    met.sort(key=lambda m: m[0])
    rooms = {s.bridge for s in hub.stays}
    return [
        part
        for _, part in met[1:]
        if any(c.is_party for c in part)
        and all(_originated(c) for c in part if any(s.bridge in rooms for s in c.stays))
    ]


def _originated(channel: Channel) -> bool:
    """Whether the PBX itself, no channel, dialled this one, as it does for a transferer's consultation."""
    return not channel.dial.by_channel if channel.dial is not None else channel.is_local


def _without(hub: Channel, channels: list[Channel]) -> list[list[Channel]]:
    """The parts that the call falls into when one channel is taken out of it."""
    part_of: dict[str, set[str]] = {}
    by_id = {c.id: c for c in channels if c is not hub}

    def tie(a: str, b: str) -> None:
        one, two = part_of[a], part_of[b]
        if one is not two:
            one |= two
            for c in two:
                part_of[c] = one

    for c in by_id.values():
        part_of[c.id] = {c.id}
    rooms: dict[str, str] = {}
    for c in by_id.values():
        others = [c.other_half, c.dial.caller if c.dial is not None else None]
        others += [d.dest for d in c.dials]
        for t in (*c.transfers, *hub.transfers):
            others += [t.transferee, t.target] if c in (t.transferee, t.target) else []
        for other in others:
            if other is not None and other.id in by_id:
                tie(c.id, other.id)
        for stay in c.stays:
            tie(rooms.setdefault(stay.bridge, c.id), c.id)
    parts = {id(part): part for part in part_of.values()}
    return [[by_id[i] for i in sorted(part, key=lambda i: by_id[i].number)] for part in parts.values()]


def _seen_by(part: list[Channel], hub: Channel) -> Channel:
    """The hub as the consultation saw it: the one who made it, there for as long as the two were together."""
    rooms = {s.bridge for c in part for s in c.stays}
    stays = [s for s in hub.stays if s.bridge in rooms]
    view = Channel(hub.id, hub.name, min(part[0].created_at, stays[0].entered_at), hub.number)
    view.linkedids, view.caller_number, view.sip_call_id = hub.linkedids, hub.caller_number, hub.sip_call_id
    view.state, view.up_at, view.seen_from_start = "Up", stays[0].entered_at, hub.seen_from_start
    view.stays = [_copy(s) for s in stays]
    left = stays[-1].left_at
    view.gone_at, view.cause = left, hub.cause
    if hub.hard is not None and left is not None and stays[-1] is hub.stays[-1]:
        view.hard = hub.hard
    view.consults = hub
    return view


def _copy(stay: Stay) -> Stay:
    copy = Stay(stay.bridge, stay.entered_at, stay.holding)
    copy.left_at = stay.left_at
    return copy
