"""Transfers: who passed the call on, to whom, and whether that one was connected.

Blind and attended transfers are told by the PBX, parking by the parking lot. A take-over, and a transfer that an
application makes by Redirect, Bridge or moving channels, is told by nothing and shows in who heard whom.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from bridge.calls.call import TOLERANCE, Moment, Offer, Party, Transfer
from bridge.calls.offers import refused
from bridge.calls.roles import Directory
from bridge.pbx.channel import Channel, TransferSeen
from bridge.vocabulary.terms import TransferKind, TransferOutcome, TransferTarget

NO_TRANSFER = ("Threeway", "Fail")
"""AttendedTransfer destinations that made a conference, or nothing."""


KEYED = 6.0
"""Seconds before a move within which an agent's keys are taken to have asked for it."""


def find_transfers(
    channels: list[Channel],
    line: list[Moment],
    offers: list[Offer],
    directory: Directory,
    party: Callable[[Channel], Party],
) -> list[Transfer]:
    told = sorted((t for c in channels for t in c.transfers if t.dest_type not in NO_TRANSFER), key=lambda t: t.at)
    found = [_told(seen, channels, line, offers, directory, party) for seen in told]
    found += _parked(channels, line, found, party)
    found += _moved(line, found, party)
    return sorted(found, key=lambda t: t.at)


def _target_type(party: Party) -> TransferTarget:
    return "external" if party.role == "customer" else party.role


def _told(
    seen: TransferSeen,
    channels: list[Channel],
    line: list[Moment],
    offers: list[Offer],
    directory: Directory,
    party: Callable[[Channel], Party],
) -> Transfer:
    seen = _as_meant(seen, line, party)
    by = directory.named(seen.transferer_device)
    if by.role == "customer" or seen.transferer.device == seen.transferer_device:
        by = party(seen.transferer)
    passed = _passed_on(seen, channels, line)
    met, met_at = _next_met(passed, seen.at, line, party, by)
    to = met if met is not None else party(seen.target) if seen.target is not None and seen.target.is_party else None
    queue = _queue_entered(passed, seen)
    outcome: TransferOutcome = "answered" if met is not None else "unknown"
    if met is None:
        after = [o for o in offers if o.started_at >= seen.at - TOLERANCE and o.party != by]
        tried = [
            d for c in passed for d in c.dials
            if d.began_at >= seen.at - TOLERANCE and d.dest is not seen.transferer
        ]  # fmt: skip
        if after:
            to = after[-1].party
            outcome = "refused" if after[-1].outcome in ("rejected", "cpe_rejected") else "unanswered"
        elif tried:
            leg = tried[-1].dest
            to = party(leg) if leg.is_party else None
            outcome = "refused" if leg.hangup_request is not None else "unanswered"
        elif any(c.gone_at is not None for c in passed):
            outcome = "unanswered"
    target_type: TransferTarget = "queue" if queue else _target_type(to) if to else "unknown"
    return Transfer(
        kind="attended" if seen.attended else "blind", at=seen.at, by=by, from_=by, to=to,
        to_name=queue or (to.name if to else seen.exten or None), target_type=target_type, outcome=outcome,
        event="AttendedTransfer" if seen.attended else "BlindTransfer", channel=seen.transferer,
        since=-math.inf if seen.attended else seen.at, until=met_at,
    )  # fmt: skip


def _as_meant(seen: TransferSeen, line: list[Moment], party: Callable[[Channel], Party]) -> TransferSeen:
    """An attended transfer from the caller's side, whichever of the two calls the phone had replace the other: what
    is passed on is who called in, else the conversation that the transferer had first.

    Where one of the calls was in an application, only the other's far side is told, which takes the place there: into
    a conference, say, whose people may be who is passed on.
    """
    at_rest = seen.dest_type == "App" and (seen.transferee is None or seen.target is None)
    if seen.second is None or not (at_rest or (seen.transferee is not None and seen.target is not None)):
        return seen

    def first(own: Channel) -> tuple[bool, float]:
        mine = [m for m in line if own in m.channels and m.start <= seen.at]
        called_in = any(party(c).role == "customer" and c.dial is None for m in mine for c in m.channels)
        return not called_in, min((m.start for m in mine), default=math.inf)

    # Who alone is told is the transferee of the line that was not in the application.
    one_told = seen if not at_rest or seen.transferee is not None else _turned(seen)
    assert one_told.second is not None
    return one_told if first(one_told.transferer) <= first(one_told.second) else _turned(one_told)


def _turned(seen: TransferSeen) -> TransferSeen:
    """The same transfer as if the phone had had its second call replaced by its first."""
    turned = TransferSeen(seen.at, seen.second or seen.transferer, seen.attended)
    turned.second, turned.transferee, turned.target = seen.transferer, seen.target, seen.transferee
    turned.dest_type = seen.dest_type
    return turned


def _passed_on(seen: TransferSeen, channels: list[Channel], line: list[Moment]) -> list[Channel]:
    """The channels that were handed over: the transferee, or with several parties all that the transferer left."""
    if seen.transferee is not None and seen.transferee.is_party:
        return [seen.transferee]
    if seen.transferee is not None and (behind := _behind(seen.transferee, seen.at, channels)):
        return behind
    for m in reversed(line):
        if m.start <= seen.at and seen.transferer in m.channels:
            return [c for c in m.channels if c is not seen.transferer]
    return []


def _behind(local: Channel, at: float, channels: list[Channel]) -> list[Channel]:
    """The parties on the far side of a Local channel at a moment."""
    found: list[Channel] = []
    waiting, seen = [local], {local.id}
    while waiting:
        half = waiting.pop().other_half
        if half is None:
            continue
        rooms = {
            s.bridge for s in half.stays if s.entered_at <= at + TOLERANCE and (s.left_at or at) >= at - TOLERANCE
        }
        for c in channels:
            if c.id not in seen and c is not half and any(s.bridge in rooms for s in c.stays):
                seen.add(c.id)
                (found if c.is_party else waiting).append(c)
    return found


def _next_met(
    passed: list[Channel], at: float, line: list[Moment], party: Callable[[Channel], Party], by: Party
) -> tuple[Party | None, float]:
    """The first other party that those who were passed on were connected with after the transfer, and when."""
    mine = {c.id for c in passed}
    for m in line:
        if m.until <= at or not any(c.id in mine for c in m.channels):
            continue
        others = [party(c) for c in m.channels if c.id not in mine]
        if any(p.device == by.device for p in others):
            continue  # a conference, while the one who invited to it is there too
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


def _parked(
    channels: list[Channel], line: list[Moment], told: list[Transfer], party: Callable[[Channel], Party]
) -> list[Transfer]:
    """Calls parked by a feature code, which no BlindTransfer tells, and fetched by somebody else of the staff."""
    found = []
    for c in channels:
        for at in c.parked:
            before = [m for m in line if m.until <= at + TOLERANCE and c in m.channels]
            if not before or any(abs(t.at - at) < 2.0 for t in told):
                continue
            parker = next((party(o) for o in before[-1].channels if o is not c and party(o).is_inside), None)
            if parker is None:
                continue
            met, met_at = _next_met([c], at, line, party, parker)
            if met is not None:
                target = _target_type(met)
                found.append(Transfer(
                    "blind", at, parker, parker, met, met.name, target, "answered", "ParkedCall", c,
                    since=before[-1].until, until=met_at,
                ))  # fmt: skip
    return found


def _moved(line: list[Moment], told: list[Transfer], party: Callable[[Channel], Party]) -> list[Transfer]:
    """A customer who was with one of the staff, and is with another without anybody having hung up or transferred.

    Somebody moved the customer by Redirect, Bridge or an application. A supervisor whom the agent had not consulted,
    nor called for by keys, took the call over; otherwise it is the agent's, who had it, passed on.
    """
    found = []
    for i, before in enumerate(line):
        for c in before.channels:
            if party(c).role != "customer":
                continue
            after = next((m for m in line[i + 1 :] if c in m.channels and m.start >= before.until - TOLERANCE), None)
            if after is None or any(before.start <= t.at <= after.start + TOLERANCE for t in told):
                continue
            left = [o for o in before.channels if o is not c and party(o).is_staff and o not in after.channels]
            came = [o for o in after.channels if o is not c and party(o).is_staff and o not in before.channels]
            if not came:
                came = [o for o in after.channels if party(o).role == "supervisor" and _joined_later(o, left)]
            if not left or not came or not all(_was_left(o, before.until) for o in left):
                continue
            to, from_ = party(came[0]), party(left[0])
            if to.device == from_.device:
                continue
            later = [m for m in line if m.start >= after.start and c in m.channels]
            if any(o in m.channels for m in later for o in left):
                continue  # only for a moment, as three are brought together
            if any({to.device, from_.device} <= {party(o).device for o in m.channels} for m in later):
                continue  # the agent has come after them by another call
            consulted = any(
                {from_.device, to.device} <= {party(o).device for o in m.channels} and c not in m.channels
                for m in line
                if m.start <= after.start
            )
            asked = sum(1 for at, _ in left[0].dtmf if before.until - KEYED <= at <= before.until) > 1
            kind: TransferKind = "attended" if consulted else "blind"
            if to.role == "supervisor" and not consulted and not asked:
                kind = "takeover"
            found.append(
                Transfer(
                    kind=kind,
                    at=after.start,
                    by=to if kind == "takeover" else from_,
                    from_=from_,
                    to=to,
                    to_name=to.name,
                    target_type=_target_type(to),
                    outcome="answered",
                    event="BridgeEnter",
                    channel=came[0],
                    since=-math.inf,
                    until=math.inf,
                )
            )
    return found


def _was_left(agent: Channel, at: float) -> bool:
    """Whether the two were parted by somebody else, rather than the agent having hung up or been lost."""
    if agent.hangup_request is not None and agent.hangup_request.at <= at + TOLERANCE and not refused(agent):
        return False
    return agent.lost_at is None and agent.cause != 44


def _joined_later(supervisor: Channel, agents: list[Channel]) -> bool:
    began = supervisor.stays[0].entered_at if supervisor.stays else 0.0
    return any(a.stays and a.stays[0].entered_at < began for a in agents)
