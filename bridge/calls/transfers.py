"""Transfers: who passed the call on, to whom, and whether that one was connected.

Events tell of blind and attended transfers and of parking. No event tells of a takeover, nor of a transfer that an
application makes by Redirect, Bridge or by moving channels: those show in who heard whom (`bridge.calls.moved`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import takewhile

from bridge.calls.call import Transfer
from bridge.calls.hangups import hung_up_at
from bridge.calls.moved import moved
from bridge.calls.offer import Offer
from bridge.calls.party import Party, PartyOf
from bridge.calls.scene import Scene
from bridge.calls.timeline import Timeline
from bridge.calls.tolerances import LEADS_TO, TOLERANCE
from bridge.pbx.channel import Channel, TransferSeen
from bridge.vocabulary.terms import TransferOutcome, TransferTarget

NO_TRANSFER = ("Threeway", "Fail")
"""AttendedTransfer destinations that made a conference, or nothing."""


def find_transfers(scene: Scene, timeline: Timeline, offers: list[Offer]) -> tuple[Transfer, ...]:
    """Every transfer of a call, in order. ``offers``: in order of time."""
    seen = sorted((t for c in scene.channels for t in c.transfers), key=_at)
    told = [_told(t, scene, timeline, offers) for t in seen if t.dest_type not in NO_TRANSFER]
    three_way = [t for t in seen if t.dest_type == "Threeway"]
    told += [left for t in three_way if (left := _left_the_two(t, scene, timeline)) is not None]
    told = list(_for_us(told))
    told = [*told, *_parked(scene, timeline, told)]
    return tuple(sorted([*told, *moved(timeline, told, scene.party)], key=_at))


def _for_us(told: list[Transfer]) -> Iterator[Transfer]:
    """The transfers without those by the customer's own PBX: a customer who sends our side to somebody else has left.
    Somebody outside to whom the customer was transferred may transfer her back, which counts."""
    outside: set[str] = set()
    for t in sorted(told, key=_at):
        if t.by is None or t.by.role != "customer" or t.by.name in outside:
            yield t
            if t.to is not None and t.to.role == "customer":
                outside.add(t.to.name)


def _at(transfer: Transfer | TransferSeen) -> float:
    return transfer.at


def _target_type(party: Party) -> TransferTarget:
    return "external" if party.role == "customer" else party.role


def _told(seen: TransferSeen, scene: Scene, timeline: Timeline, offers: list[Offer]) -> Transfer:
    party = scene.party
    seen = _as_meant(seen, timeline, party)
    by = scene.directory.named(seen.transferer_device)
    if by.role == "customer" or seen.transferer.device == seen.transferer_device:
        by = party(seen.transferer)
    passed = _passed_on(seen, scene.channels, timeline)
    met, met_at = _next_met(passed, seen.at, timeline, party, by)
    to, outcome = _tried(seen, passed, by, offers, party) if met is None else (met, "answered")
    queue = _queue_entered(passed, seen)
    target_type: TransferTarget = "queue" if queue else _target_type(to) if to else "unknown"
    return Transfer(
        kind="attended" if seen.attended else "blind", at=seen.at, by=by, from_=by, to=to,
        to_name=queue or (to.name if to else seen.exten or None), target_type=target_type, outcome=outcome,
        event="AttendedTransfer" if seen.attended else "BlindTransfer", channel=seen.transferer,
        since=-math.inf if seen.attended else seen.at, until=met_at,
    )  # fmt: skip


def _left_the_two(seen: TransferSeen, scene: Scene, timeline: Timeline) -> Transfer | None:
    """The transfer by somebody who had made a three-party call by keys, and then hung up while the other two went
    on."""
    party, by = scene.party, scene.directory.named(seen.transferer_device)
    met, met_at = _next_met(_passed_on(seen, scene.channels, timeline), seen.at, timeline, party, by)
    target = seen.target
    if met is None or target is None or not abs(hung_up_at(seen.transferer) - met_at) <= TOLERANCE:
        return None
    if met not in [party(c) for c in ([target] if target.is_party else _behind(target, seen.at, scene.channels))]:
        return None
    return Transfer(
        kind="attended", at=met_at, by=by, from_=by, to=met, to_name=met.name, target_type=_target_type(met),
        outcome="answered", event="BridgeLeave", channel=seen.transferer, since=-math.inf, until=met_at,
    )  # fmt: skip


def _tried(
    seen: TransferSeen, passed: list[Channel], by: Party, offers: list[Offer], party: PartyOf
) -> tuple[Party | None, TransferOutcome]:
    """For a transfer that connected nobody: whom it meant, and what became of the last attempt to reach that one."""
    since = seen.at - TOLERANCE
    # A colleague whose phone rang already when she was to get the call was tried by the transfer, too.
    after = takewhile(lambda o: o.started_at >= since or o.ended_at >= since, reversed(offers))
    if (offer := next((o for o in after if o.party != by), None)) is not None:
        return offer.party, "refused" if offer.outcome in ("rejected", "cpe_rejected") else "unanswered"
    dials = (d for c in reversed(passed) for d in reversed(c.dials))
    tried = (d for d in dials if d.began_at >= since and d.dest is not seen.transferer and party(d.dest) != by)
    if (dial := next(tried, None)) is not None:
        meant = party(dial.dest) if dial.dest.is_party else None
        return meant, "refused" if dial.dest.hangup_request is not None else "unanswered"
    meant = party(seen.target) if seen.target is not None and seen.target.is_party else None
    return meant, "unanswered" if any(c.gone_at is not None for c in passed) else "unknown"


def _as_meant(seen: TransferSeen, timeline: Timeline, party: PartyOf) -> TransferSeen:
    """An attended transfer as it was meant: the transferer passes on whoever called in, else whomever she talked with
    first. The event may name the two calls the other way round, for a phone may replace either call by the other.

    If one of the two calls was in an application (a conference, say), the event names only the far side of the other.
    """
    at_rest = seen.dest_type == "App" and (seen.transferee is None or seen.target is None)
    if seen.second is None or not (at_rest or (seen.transferee is not None and seen.target is not None)):
        return seen

    def first(own: Channel) -> tuple[bool, float]:
        mine = timeline.begun_by(own, seen.at)
        called_in = any(party(c).role == "customer" and c.dial is None for m in mine for c in m.channels)
        return not called_in, mine[0].start if mine else math.inf

    # The one far side that is named belongs to the call that was not in the application.
    one_told = seen if not at_rest or seen.transferee is not None else _turned(seen)
    assert one_told.second is not None
    return one_told if first(one_told.transferer) <= first(one_told.second) else _turned(one_told)


def _turned(seen: TransferSeen) -> TransferSeen:
    """The same transfer with the two calls of the phone exchanged."""
    turned = TransferSeen(seen.at, seen.second or seen.transferer, seen.attended)
    turned.second, turned.transferee, turned.target = seen.transferer, seen.target, seen.transferee
    turned.dest_type = seen.dest_type
    return turned


def _passed_on(seen: TransferSeen, channels: Sequence[Channel], timeline: Timeline) -> list[Channel]:
    """The channels that were transferred: the transferee, or all parties whom the transferer left."""
    if seen.transferee is not None and seen.transferee.is_party:
        return [seen.transferee]
    if seen.transferee is not None and (behind := _behind(seen.transferee, seen.at, channels)):
        return behind
    before = timeline.begun_by(seen.transferer, seen.at)
    return [c for c in before[-1].channels if c is not seen.transferer] if before else []


def _behind(local: Channel, at: float, channels: Sequence[Channel]) -> list[Channel]:
    """The parties on the far side of a Local channel at a moment."""
    found: list[Channel] = []
    waiting, seen = [local], {local.id}
    while waiting:
        half = waiting.pop().other_half
        if half is None:
            continue
        bridges = _bridges_of(half, at)
        for c in channels:
            # Only those who are there already: one who comes later may be the target.
            if c.id not in seen and c is not half and bridges & _bridges_of(c, at):
                seen.add(c.id)
                (found if c.is_party else waiting).append(c)
    return found


def _bridges_of(channel: Channel, at: float) -> set[str]:
    """The bridges that a channel was in at a moment."""
    return {s.bridge for s in channel.stays if s.entered_at <= at + TOLERANCE and (s.left_at or at) >= at - TOLERANCE}


def _next_met(
    passed: list[Channel], at: float, timeline: Timeline, party: PartyOf, by: Party
) -> tuple[Party | None, float]:
    """The first other party with whom the transferred ones were connected after the transfer, and when."""
    mine = {c.id for c in passed}
    for m in timeline.after(passed, at):
        others = [party(c) for c in m.channels if c.id not in mine]
        if any(p.device == by.device for p in others):
            continue  # the transferer is still there: a conference
        if others and m.start >= at - TOLERANCE:
            return others[0], m.start
    return None, at


def _queue_entered(passed: list[Channel], seen: TransferSeen) -> str | None:
    if seen.attended:
        return None
    answered = seen.transferer.up_at or 0.0  # a queue entered before is the one that brought the call
    for c in passed:
        for stay in c.queue_stays:
            entered = stay.began_at > answered and stay.began_at >= seen.at - TOLERANCE
            if entered and (stay.left_at is None or stay.left_at > seen.at):
                return stay.queue.name
    return None


def _parked(scene: Scene, timeline: Timeline, told: list[Transfer]) -> Iterator[Transfer]:
    """Calls that were parked by a feature code (no BlindTransfer tells of it) and fetched by somebody else."""
    party = scene.party
    for c in scene.channels:
        for at in c.parked:
            before = timeline.last_over(c, at + TOLERANCE)
            if before is None or any(abs(t.at - at) < LEADS_TO for t in told):
                continue
            parker = next((party(o) for o in before.channels if o is not c and party(o).is_inside), None)
            if parker is None:
                continue
            met, met_at = _next_met([c], at, timeline, party, parker)
            if met is not None:
                yield Transfer(
                    kind="blind", at=at, by=parker, from_=parker, to=met, to_name=met.name,
                    target_type=_target_type(met), outcome="answered", event="ParkedCall", channel=c,
                    since=before.until, until=met_at,
                )  # fmt: skip
