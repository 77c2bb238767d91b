"""Which channels of a group have records of their own: consultations, and talks that somebody was taken out of.

A consultation that a phone's own second line does not show is one that the PBX or an application makes for it.

The transferer's one channel leaves the customer, or the customer is taken aside; it talks with the target, and then
comes back. Target and customer share a Linkedid, or a bridge at different times; if the two never meet, the
consultation was dropped, and has a record of its own.

A panel may bridge the customer with one of the staff who talks with a colleague just then (AMI Bridge). The PBX makes
one call of both; but the colleague was never offered the customer's.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from math import inf

import msgspec

from bridge.calls.holding_together import holding_together, left, told_ties
from bridge.calls.party import PartyOf
from bridge.calls.tolerances import TOLERANCE
from bridge.pbx.channel import Channel
from bridge.pbx.history import Stay

Meeting = tuple[list[Stay], list[Channel]]
"""The time that a hub spent with a part of the call, and the part."""


class Part(msgspec.Struct, frozen=True):
    """The channels of one record: of the call itself, or of a consultation in it."""

    channels: list[Channel]
    consultation: str | None = None
    """The id of a consultation, or of another talk apart from the call: of its first own channel."""
    since: float = -inf
    """When the call itself began, if one of it had been in a talk apart before."""


def split(channels: list[Channel], party: PartyOf) -> list[Part]:
    """The call itself, then each dropped consultation, or other talk apart. ``channels`` are in order of birth."""
    if sum(1 for c in channels if c.stays) < 3:
        return [Part(channels)]
    holding, rest, apart, since = holding_together(channels), channels, [], -inf
    for hub in channels:
        if hub.id in holding and hub.is_party and hub.stays and party(hub).is_inside:
            met = _met_in_turn(hub, rest)
            found = _consultations(hub, met)
            if not found and (left_behind := _taken_out_of(hub, met, party)):
                found, since = [left_behind], min(c.created_at for c in rest if c is not hub and c not in left_behind)
            for part in found:
                rest = [c for c in rest if c not in part]
                apart.append(Part([_seen_by(part, hub), *part], consultation=part[0].id))
    return [Part(rest, since=since), *apart]


def _met_in_turn(hub: Channel, channels: list[Channel]) -> list[Meeting]:
    """The parts that only the hub has brought together, in the order in which it came to them."""
    ours = _by_bridge(hub)
    met = [(stays, part) for part in _without(hub, channels) if (stays := _met(ours, part))]
    return sorted(met, key=lambda m: m[0][0].entered_at)


def _taken_out_of(hub: Channel, met: list[Meeting], party: PartyOf) -> list[Channel]:
    """With whom of the house the hub talked before it came to a customer who already talked with others, and to whom
    nobody had called it."""
    called = {*(d.dest for d in hub.dials), *(() if hub.dial is None else (hub.dial.caller,))}
    for (_, before), (stays, part) in pairwise(met):
        others = combinations(_there(part, stays[0].entered_at), 2)
        had_company = any(_by_bridge(c).keys() & _by_bridge(o).keys() for c, o in others)
        if had_company and called.isdisjoint(part) and any(party(c).role == "customer" for c in part):
            return before if all(party(c).is_inside for c in before if c.is_party) else []
    return []


def _there(part: list[Channel], before: float) -> list[Channel]:
    """The parties of a part that were in a bridge before a moment."""
    return [c for c in part if c.is_party and c.stays and c.stays[0].entered_at < before]


def _consultations(hub: Channel, met: list[Meeting]) -> list[list[Channel]]:
    """The parts that are of the call only by having met the hub, while one of those met before waited for the hub to
    come back: who comes back to it, hangs up or is gone only later. Whom the hub has passed on does not wait."""
    ours, found = _by_bridge(hub), []
    latest_word = latest_gone = -inf
    for stays, part in met:
        parties = [c for c in part if c.is_party]
        # A phone that could not be called has no leg.
        reached = parties or any(c.queue_stays or any(s.application == "Dial" for s in c.steps) for c in part)
        if reached and (latest_word > stays[0].entered_at or latest_gone > left(stays[-1])):
            found.append(part)
        back = [stay.entered_at for stay in _met(ours, parties)[-1:]]
        hung_up = [c.hangup_request.at for c in parties if c.hangup_request is not None]
        latest_word = max([latest_word, *back, *hung_up])
        latest_gone = max([latest_gone, *(c.gone_at if c.gone_at is not None else inf for c in parties)])
    return found


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
            others += t.legs if c in t.legs else ()
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


def _by_bridge(hub: Channel) -> dict[str, list[Stay]]:
    found: dict[str, list[Stay]] = {}
    for stay in hub.stays:
        found.setdefault(stay.bridge, []).append(stay)
    return found


def _met(hub: dict[str, list[Stay]], part: list[Channel]) -> list[Stay]:
    """The hub's time with a part, in order. ``hub``: its stays by bridge."""
    found = []
    for theirs in (stay for c in part for stay in c.stays):
        for ours in hub.get(theirs.bridge, ()):
            stay = Stay(ours.bridge, max(ours.entered_at, theirs.entered_at), ours.holding)
            until = min(left(ours), left(theirs))
            if stay.entered_at < until:
                stay.left_at = until if until < inf else None
                found.append(stay)
    return sorted(found, key=lambda s: s.entered_at)


def _seen_by(part: list[Channel], hub: Channel) -> Channel:
    """The hub as the consultation saw it: the one who made it, there for as long as the two were together."""
    stays = _met(_by_bridge(hub), part)
    view = Channel(hub.id, hub.name, min(part[0].created_at, stays[0].entered_at), hub.serial)
    view.linkedids, view.caller_number, view.sip_call_id = hub.linkedids, hub.caller_number, hub.sip_call_id
    view.state, view.up_at, view.seen_from_start = "Up", stays[0].entered_at, hub.seen_from_start
    view.stays = stays
    view.gone_at, view.cause = stays[-1].left_at, hub.cause
    if hub.hangup_request is not None and left(stays[-1]) >= hub.hangup_request.at - TOLERANCE:
        view.hangup_request = hub.hangup_request
    view.consults = hub
    return view
