"""Consultations that a phone's own second line does not show: those that the PBX or an application makes for it.

The transferer's one channel leaves the customer, or the customer is taken aside; it talks with the target, and then
comes back. Target and customer share a Linkedid, or a bridge at different times; if the two never meet, the
consultation was dropped, and has a record of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from bridge.calls.holding_together import holding_together, left, told_ties
from bridge.calls.party import PartyOf
from bridge.calls.tolerances import TOLERANCE
from bridge.pbx.channel import Channel, Stay


@dataclass(slots=True)
class Part:
    """The channels of one record: of the call itself, or of a consultation in it."""

    channels: list[Channel]
    consultation: str | None = None
    """The id of a consultation: of its first own channel."""


def split(channels: list[Channel], party: PartyOf) -> list[Part]:
    """The call itself, then each dropped consultation in it. ``channels`` are in order of birth."""
    main, apart = Part(list(channels)), []
    if sum(1 for c in channels if c.stays) < 3:
        return [main]
    holding = holding_together(channels)
    for hub in channels:
        if hub.id in holding and hub.is_party and hub.stays and party(hub).is_inside:
            for part in _consultations(hub, main.channels):
                main.channels = [c for c in main.channels if c not in part]
                apart.append(Part([_seen_by(part, hub), *part], consultation=part[0].id))
    return [main, *apart]


def _consultations(hub: Channel, channels: list[Channel]) -> list[list[Channel]]:
    """Groups of channels that are part of the call only by having met the hub, while those met before waited."""
    met = [(stays, part) for part in _without(hub, channels) if (stays := _met(hub, part))]
    met.sort(key=lambda m: m[0][0].entered_at)
    return [
        part
        for i, (stays, part) in enumerate(met)
        if any(c.is_party for c in part) and any(_waits(c, hub, stays) for _, before in met[:i] for c in before)
    ]


def _waits(channel: Channel, hub: Channel, meanwhile: list[Stay]) -> bool:
    """Whether it waits for the hub to come back, as one that has passed the hub on does not."""
    if not channel.is_party:
        return False
    since, until = meanwhile[0].entered_at, left(meanwhile[-1])
    hung_up = channel.hangup_request is not None and channel.hangup_request.at > since
    outlasts = channel.gone_at is None or channel.gone_at > until
    return hung_up or outlasts or any(s.entered_at > since for s in _met(hub, [channel]))


def _without(hub: Channel, channels: list[Channel]) -> list[list[Channel]]:
    """The parts that the call falls into when one channel is taken out of it."""
    part_of: dict[str, set[str]] = {}
    by_id = {c.id: c for c in channels if c is not hub}

    def tie(a: str, b: str) -> None:
        one, two = part_of[a], part_of[b]
        if one is not two:
            more, fewer = (one, two) if len(one) >= len(two) else (two, one)
            more |= fewer
            for c in fewer:
                part_of[c] = more

    for c in by_id.values():
        part_of[c.id] = {c.id}
    rooms: dict[str, list[tuple[Stay, str]]] = {}
    for c in by_id.values():
        others = list(told_ties(c))
        for t in hub.transfers:
            legs = (t.transferer, t.second, t.transferee, t.target)
            others += legs if c in legs else ()
        for other in others:
            if other is not None and other.id in by_id:
                tie(c.id, other.id)
        for stay in c.stays:
            rooms.setdefault(stay.bridge, []).append((stay, c.id))
    for inside in rooms.values():
        inside.sort(key=lambda i: i[0].entered_at)
        last, longest = inside[0]
        for stay, c_id in inside[1:]:
            if stay.entered_at < left(last):
                tie(longest, c_id)
            if left(stay) > left(last):
                last, longest = stay, c_id
    parts = {id(part): part for part in part_of.values()}
    return [[by_id[i] for i in sorted(part, key=lambda i: by_id[i].serial)] for part in parts.values()]


def _met(hub: Channel, part: list[Channel]) -> list[Stay]:
    """The hub's time with a part, in order."""
    rooms: dict[str, list[Stay]] = {stay.bridge: [] for stay in hub.stays}
    for c in part:
        for stay in c.stays:
            if stay.bridge in rooms:
                rooms[stay.bridge].append(stay)
    found = []
    for ours in hub.stays:
        for theirs in rooms[ours.bridge]:
            stay = Stay(ours.bridge, max(ours.entered_at, theirs.entered_at), ours.holding)
            until = min(left(ours), left(theirs))
            if stay.entered_at < until:
                stay.left_at = until if until < inf else None
                found.append(stay)
    return sorted(found, key=lambda s: s.entered_at)


def _seen_by(part: list[Channel], hub: Channel) -> Channel:
    """The hub as the consultation saw it: the one who made it, there for as long as the two were together."""
    stays = _met(hub, part)
    view = Channel(hub.id, hub.name, min(part[0].created_at, stays[0].entered_at), hub.serial)
    view.linkedids, view.caller_number, view.sip_call_id = hub.linkedids, hub.caller_number, hub.sip_call_id
    view.state, view.up_at, view.seen_from_start = "Up", stays[0].entered_at, hub.seen_from_start
    view.stays = stays
    view.gone_at, view.cause = stays[-1].left_at, hub.cause
    if hub.hangup_request is not None and left(stays[-1]) >= hub.hangup_request.at - TOLERANCE:
        view.hangup_request = hub.hangup_request
    view.consults = hub
    return view
