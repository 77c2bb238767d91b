"""Which legs are one offer, and which offers are one attempt to reach somebody."""

from __future__ import annotations

from collections.abc import Iterable

from bridge.calls.call import Offer
from bridge.calls.dialled import dialling

SIDE_BY_SIDE = 0.9
"""Seconds within which a ring-all calls all its phones; its next round is at least a second away."""
HANDOVER = 0.02
"""Seconds by which a PBX that gives one phone up calls the next before the first one's leg has gone."""
BEST = ("answered", "forwarded", "rejected", "answered_elsewhere", "cancelled", "no_answer", None, "cpe_rejected")
"""Of an agent's several phones that were called at once, whose end tells what the agent did: before those that say
nothing of her the one that she handled, and last the one that failed."""


def one_a_device(offers: Iterable[Offer]) -> list[Offer]:
    """A device with several contacts is called once for each, side by side: that is one offer."""
    found: dict[object, Offer] = {}
    for o in offers:
        step = dialling(o.channel.dial) if o.channel is not None and o.channel.dial is not None else None
        key = (id(step), o.party.device) if step is not None else id(o)
        if key not in found:
            found[key] = o
            continue
        best, other = sorted((found[key], o), key=lambda one: BEST.index(one.outcome))
        best.started_at = min(best.started_at, other.started_at)
        if best.ringing_at is None or (other.ringing_at is not None and other.ringing_at < best.ringing_at):
            best.ringing_at = other.ringing_at
        found[key] = best
    return list(found.values())


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
    if o.dialled_at < other.ended_at - HANDOVER:
        return True
    if o.root is not other.root or o.queue != other.queue or o.party.device == other.party.device:
        return False
    close = o.dialled_at - other.dialled_at < SIDE_BY_SIDE
    return close and (o.together or o.reason == other.reason == "unreachable")
