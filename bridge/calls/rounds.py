"""Which legs are one offer, and which offers are one attempt to reach somebody."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from bridge.calls import dial_string
from bridge.calls.dialled import chain, dialling, is_forwarded, root_of, step_at
from bridge.calls.offer import Offer
from bridge.calls.roles import outside_number
from bridge.calls.tolerances import HANDOVER, PRE_RING, SIDE_BY_SIDE
from bridge.pbx.channel import Channel, Dial
from bridge.pbx.history import Step

BEST = ("answered", "forwarded", "rejected", "answered_elsewhere", "cancelled", "no_answer", None, "cpe_rejected")
"""If several phones of one agent were called at once, the outcome that stands first here counts: a phone that the
agent handled before one that she did not, and a phone that failed last."""
SAME_NUMBER = 6
"""Two numbers outside that end with the same so many digits are one: each carrier wants its own prefix."""


def one_per_agent(offers: Iterable[Offer]) -> list[Offer]:
    """One offer for all legs that are called side by side for one agent: a device may have several contacts, and an
    agent several devices (a desk phone and a browser, say), or be a queue's member twice."""
    return _merged(_merged(offers, _by_dial, lambda one, two: True), _by_queue, _side_by_side)


def _merged(
    offers: Iterable[Offer], calling: Callable[[Offer], object], at_once: Callable[[Offer, Offer], bool]
) -> list[Offer]:
    """Joins the offers to one agent that began together. ``calling``: what called the phone; None to leave an offer
    alone. ``at_once``: whether that called two phones at once."""
    found: list[Offer] = []
    latest: dict[tuple[int, str], int] = {}
    for o in offers:
        by = calling(o)
        if by is None:
            found.append(o)
            continue
        place = latest.get((id(by), o.party.name))
        other = found[place] if place is not None else None
        if other is None or abs(o.started_at - other.started_at) > SIDE_BY_SIDE or not at_once(other, o):
            latest[id(by), o.party.name] = len(found)
            found.append(o)
        elif place is not None:
            found[place] = _both(other, o)
    return found


def _by_dial(o: Offer) -> Step | None:
    return _dialling(o.channel.dial) if o.channel is not None and o.channel.dial is not None else None


def _by_queue(o: Offer) -> Channel | None:
    """The caller who waits in the queue that called a phone."""
    return o.root if o.queue is not None else None


def _side_by_side(one: Offer, two: Offer) -> bool:
    """Whether both rang at the same time: a queue that tries one member after another calls the next when the one
    before is over."""
    first, second = sorted((one, two), key=lambda o: o.started_at)
    return first.ended_at - second.started_at > HANDOVER


def _dialling(dial: Dial) -> Step | None:
    """The Dial that called a phone; if another phone forwarded to it, the Dial that called that one."""
    root = root_of(dial)
    return dialling(root if is_forwarded(root) else dial)


def _both(one: Offer, two: Offer) -> Offer:
    """One offer of two legs: with the outcome that tells more, and the earlier of the two beginnings. A leg that was
    not seen to its end makes the outcome unknown, unless the other one was answered."""
    best, other = sorted((one, two), key=lambda o: BEST.index(o.outcome))
    if other.unseen and not best.answered:
        best, other = other, best
    rang = [o.ringing_at for o in (best, other) if o.ringing_at is not None]
    started_at = min(best.started_at, other.started_at)
    return msgspec.structs.replace(best, started_at=started_at, ringing_at=min(rang, default=None))


def one_per_carrier(offers: list[Offer], is_outside: Callable[[Channel], bool]) -> list[Offer]:
    """One offer where the dialplan behind a queue's member calls her number outside by the next carrier because the
    one before did not call it: what failed was a line of the house, not her phone. ``offers``: in order of time."""
    found: list[Offer] = []
    latest: dict[tuple[int, str], int] = {}
    for o in offers:
        if o.channel is None or o.channel.dial is None or not is_outside(o.channel):
            found.append(o)
            continue
        key = id(root_of(o.channel.dial)), (outside_number(o.channel) or "")[-SAME_NUMBER:]
        place = latest.get(key)
        if place is not None and _not_called(found[place]):
            found[place] = _both(found[place], o)
        else:
            latest[key] = len(found)
            found.append(o)
    return found


def _not_called(o: Offer) -> bool:
    return o.ringing_at is None and o.outcome == "cpe_rejected" and o.reason != "busy"


def rounds(offers: list[Offer]) -> tuple[tuple[Offer, ...], ...]:
    """The offers by attempt: an offer belongs to the round before if it rang beside it, not after it."""
    found: list[list[Offer]] = []
    for o in sorted(offers, key=lambda o: (o.started_at, o.party.device)):
        # The latest first: in a long round it is the likeliest.
        if found and any(_beside(o, other) for other in reversed(found[-1])):
            found[-1].append(o)
        else:
            found.append([o])
    return tuple(tuple(side_by_side) for side_by_side in found)


def _beside(o: Offer, other: Offer) -> bool:
    """Whether two offers are one attempt.

    Times alone do not tell: in a ring-all, a phone may refuse before the PBX has called the next one, and a queue
    that tries one member after another calls the next just as fast.
    """
    dial, others = _parting(o, other), _parting(other, o)
    over_at = _given_up_at(other) - _handover(other)
    if dial is not None and _called_later(o, dial) and o.started_at >= over_at:
        return False
    dialled_at = dial.began_at if dial is not None else o.dialled_at
    if dialled_at < over_at:
        return True
    if o.root is not other.root or o.queue != other.queue or o.party.device == other.party.device:
        return False
    if dial is not None and (step := dialling(dial)) is not None and _of_a_step_before(other, others, step):
        return False
    if dial is not None and others is not None and _given_up(others, dial):
        return False
    close = dialled_at - (others.began_at if others is not None else other.dialled_at) < SIDE_BY_SIDE
    if o.channel is None and other.channel is None:
        # One Dial of several devices is one attempt; one Dial after the other is not.
        return close and (o.queue is not None or o.dialled_at == other.dialled_at)
    return close and dial is not None and _together(dial)


def _of_a_step_before(other: Offer, its_dial: Dial | None, step: Step) -> bool:
    """Whether an offer was made by another Dial of the dialplan than ``step``: a Dial that could call nobody is over
    at once, and the next one begins."""
    if its_dial is not None:
        return dialling(its_dial) is not step
    return other.root is not None and step_at(other.root, other.dialled_at) is not step


def _given_up(other: Dial, dial: Dial) -> bool:
    """Whether the caller of both had given the other one up before it called this one: what calls several at once
    hears of no end before it has called them all. A ring-all queue calls members of a higher penalty when the others
    failed."""
    return other.caller is dial.caller and other.ended_at is not None and other.ended_at <= dial.began_at


def _called_later(o: Offer, dial: Dial) -> bool:
    """Whether the dialplan behind a Local channel waited before it called the phone, while others rang: a
    pre-ring."""
    return o.started_at - dial.began_at > PRE_RING


def _handover(o: Offer) -> float:
    """Seconds by which the next phone may be called before this offer is over. None for a phone that refuses by
    itself; a phone that declines by a key is given up later."""
    request = o.channel.hangup_request if o.channel is not None else None
    if o.outcome == "rejected" and request is None and o.channel is not None and o.channel.dtmf:
        return max(HANDOVER, o.ended_at - o.channel.dtmf[-1][0])
    return 0.0 if request is not None and request.at == o.ended_at else HANDOVER


def _given_up_at(o: Offer) -> float:
    """When an offer was over. A leg behind a Local channel ends after the channel's half does that the PBX ended, and
    after the dial in front that was given up, on a busy PBX noticeably later."""
    dials = [*chain(o.channel.dial)] if o.channel is not None else []
    halves = (d.caller.other_half for d in dials if d.caller is not None and d.caller.is_local)
    ends = [h.soft_at for h in halves if h is not None]
    ends += [d.ended_at for d in dials[1:] if d.status != "ANSWER"]
    return min([o.ended_at, *(at for at in ends if at is not None)])


def _parting(o: Offer, other: Offer) -> Dial | None:
    """The foremost dial of an offer that is not also the other one's. What matters may lie behind a Local channel: a
    queue calls several at once, and the dialplan behind one of them tries one phone after another."""
    behind = {id(d) for d in chain(other.channel.dial)} if other.channel is not None else ()
    mine = list(chain(o.channel.dial)) if o.channel is not None else []
    return next((d for d in reversed(mine) if id(d) not in behind), None)


def _together(dial: Dial) -> bool:
    """Whether a dial is one of several at once: by a ring-all queue, or by one Dial of several devices."""
    for stay in dial.caller.queue_stays if dial.caller is not None else ():
        if stay.lasted_at(dial.began_at):
            return stay.queue.strategy == "ringall"
    step = dialling(dial)
    return step is not None and dial_string.is_several(step.data)
