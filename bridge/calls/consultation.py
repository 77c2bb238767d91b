"""Splits a group of channels into records: the call itself, dropped consultations, and other talks apart.

A consultation may be made by the PBX or an application on the transferer's one channel, instead of a second call of
the phone. The channel leaves the customer (or the customer is moved aside), talks with the target and comes back.
Target and customer then share a Linkedid, or one bridge at different times. If the two never meet, the consultation
was dropped, and gets a record of its own.

A panel may bridge the customer with an agent who is just talking with a colleague (AMI Bridge). The PBX makes one
call of both, but the colleague was never part of the customer's: that talk gets a record of its own, too.

The channel that both parts share is called the hub here.
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
"""The times that the hub spent with a part of the call, and the part's channels."""


class Part(msgspec.Struct, frozen=True):
    """The channels of one record: of the call itself, or of a talk apart from it."""

    channels: list[Channel]
    consultation: str | None = None
    """The id of a consultation or other talk apart, which is that of its first own channel; None for the call
    itself."""
    since: float = -inf
    """The call itself began no earlier, though a channel of it had been in another talk before."""


def split(channels: list[Channel], party: PartyOf) -> list[Part]:
    """The call itself, then each dropped consultation or other talk apart. ``channels``: in order of creation."""
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
    """The parts that only the hub connects, in the order in which it met them."""
    ours = _by_bridge(hub)
    met = [(stays, part) for part in _without(hub, channels) if (stays := _met(ours, part))]
    return sorted(met, key=lambda m: m[0][0].entered_at)


def _taken_out_of(hub: Channel, met: list[Meeting], party: PartyOf) -> list[Channel]:
    """The colleagues with whom the hub talked before it was moved to a customer who was already talking with others,
    and whom it had neither called nor been called by. None if it was she who talked with the customer who had asked
    the hub, on another line: that is her consultation."""
    called = {*(d.dest for d in hub.dials), *(() if hub.dial is None else (hub.dial.caller,))}
    for (_, before), (stays, part) in pairwise(met):
        others = combinations(_there(part, stays[0].entered_at), 2)
        had_company = any(_by_bridge(c).keys() & _by_bridge(o).keys() for c, o in others)
        if had_company and called.isdisjoint(part) and any(party(c).role == "customer" for c in part):
            aside = [c for c in before if c.is_party]
            own = {party(c).name for c in part if c.is_party}
            asked = bool(aside) and all(party(c).name in own for c in aside)
            return before if not asked and all(party(c).is_inside for c in aside) else []
    return []


def _there(part: list[Channel], before: float) -> list[Channel]:
    """The parties of a part that had entered a bridge before a moment."""
    return [c for c in part if c.is_party and c.stays and c.stays[0].entered_at < before]


def _consultations(hub: Channel, met: list[Meeting]) -> list[list[Channel]]:
    """The parts that the hub talked with while somebody whom it had met before waited for it. That one waited if he
    met the hub again, hung up or went only later. Nobody waits whom the hub has transferred, nor who has transferred
    the hub, though the phone may hang up late."""
    ours, found = _by_bridge(hub), []
    latest_word = latest_gone = -inf
    for stays, part in met:
        parties = [c for c in part if c.is_party]
        # A target that could not be called has no leg.
        reached = parties or any(c.queue_stays or any(s.application == "Dial" for s in c.steps) for c in part)
        if reached and (latest_word > stays[0].entered_at or latest_gone > left(stays[-1])):
            found.append(part)
        waiting = [
            c for c in parties if not any(c in (t.transferer, t.second) and hub in t.legs for t in c.transfers)
        ]
        back = [stay.entered_at for stay in _met(ours, parties)[-1:]]
        hung_up = [c.hangup_request.at for c in waiting if c.hangup_request is not None]
        latest_word = max([latest_word, *back, *hung_up])
        latest_gone = max([latest_gone, *(c.gone_at if c.gone_at is not None else inf for c in waiting)])
    return found


def _without(hub: Channel, channels: list[Channel]) -> list[list[Channel]]:
    """The parts into which the call falls apart without one of its channels."""
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
    bridges: dict[str, list[tuple[Stay, str]]] = {}
    for c in by_id.values():
        others = list(told_ties(c))
        for t in hub.transfers:
            others += t.legs if c in t.legs else ()
        for other in others:
            if other is not None and other.id in by_id:
                tie(c.id, other.id)
        for stay in c.stays:
            bridges.setdefault(stay.bridge, []).append((stay, c.id))
    for inside in bridges.values():
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
    """The hub's times with a part, in order. ``hub``: its stays by bridge."""
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
    """The hub's channel as the record of the consultation shows it: its caller, present while the two talked."""
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
