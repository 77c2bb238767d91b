"""Which legs are one offer, and which offers are one attempt to reach somebody."""

from __future__ import annotations

from collections.abc import Iterable

from bridge.calls.call import Offer
from bridge.calls.dialled import chain, dialling
from bridge.pbx.channel import Dial

SIDE_BY_SIDE = 0.9
"""Seconds within which a ring-all calls all its phones; its next round is at least a second away."""
HANDOVER = 0.02
"""Seconds by which a PBX that gives one phone up calls the next before the first one's leg has gone."""
BEST = ("answered", "forwarded", "rejected", "answered_elsewhere", "cancelled", "no_answer", None, "cpe_rejected")
"""Of an agent's several phones that were called at once, whose end tells what the agent did: before those that say
nothing of her the one that she handled, and last the one that failed."""


def one_a_device(offers: Iterable[Offer]) -> list[Offer]:
    """A device with several contacts is called once for each, side by side: that is one offer."""
    found: list[Offer] = []
    latest: dict[tuple[int, str], int] = {}
    for o in offers:
        step = dialling(o.channel.dial) if o.channel is not None and o.channel.dial is not None else None
        place = latest.get((id(step), o.party.device)) if step is not None else None
        if place is None or o.started_at - found[place].started_at > SIDE_BY_SIDE:
            if step is not None:
                latest[id(step), o.party.device] = len(found)
            found.append(o)
            continue
        best, other = sorted((found[place], o), key=lambda one: BEST.index(one.outcome))
        best.started_at = min(best.started_at, other.started_at)
        if best.ringing_at is None or (other.ringing_at is not None and other.ringing_at < best.ringing_at):
            best.ringing_at = other.ringing_at
        found[place] = best
    return found


def number_rounds(offers: list[Offer]) -> None:
    """Tells attempts apart: an offer belongs to the round before it if it rang beside that, not after it."""
    offers.sort(key=lambda o: (o.started_at, o.party.device))
    this: list[Offer] = []
    count = 0
    for o in offers:
        if not any(_beside(o, other) for other in this):
            this, count = [], count + 1
        o.round = count
        this.append(o)


def _beside(o: Offer, other: Offer) -> bool:
    """Whether two offers are one attempt.

    A phone that refuses at once may have done so before the PBX has even called the next phone of the same ring-all;
    a queue that rings one member after the other calls the next just as fast.
    """
    dial, others = _parting(o, other), _parting(other, o)
    dialled_at = dial.began_at if dial is not None else o.dialled_at
    if dialled_at < other.ended_at - _handover(other):
        return True
    if o.root is not other.root or o.queue != other.queue or o.party.device == other.party.device:
        return False
    close = dialled_at - (others.began_at if others is not None else other.dialled_at) < SIDE_BY_SIDE
    return close and (o.reason == other.reason == "unreachable" or (dial is not None and _together(dial)))


def _handover(o: Offer) -> float:
    """A phone that refuses by itself is not given up before the PBX has heard of it."""
    refused = (
        o.channel is not None and o.channel.hangup_request is not None and o.channel.hangup_request.at == o.ended_at
    )
    return 0.0 if refused else HANDOVER


def _parting(o: Offer, other: Offer) -> Dial | None:
    """The foremost of the dials behind an offer that is not behind the other one too: what a queue calls at once may
    have the dialplan behind a Local channel try one phone after the other."""
    behind = {id(d) for d in chain(other.channel.dial)} if other.channel is not None else ()
    mine = list(chain(o.channel.dial)) if o.channel is not None else []
    return next((d for d in reversed(mine) if id(d) not in behind), None)


def _together(dial: Dial) -> bool:
    """Whether all are rung at once by design: by a ring-all queue, or one Dial of several devices."""
    for stay in dial.caller.queue_stays if dial.caller is not None else ():
        if stay.lasted_at(dial.began_at):
            return stay.queue.strategy == "ringall"
    step = dialling(dial)
    return step is not None and "&" in step.data
