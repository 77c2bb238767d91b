"""Whether an answered phone was connected with the caller it rang for, and when.

An answer alone connects nobody: the agent may first have to press a key (follow-me, where each Local channel in
between is bridged by itself), or talks to an application that rang the phone for a caller (a bot).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from bridge.calls.hangups import hung_up_at
from bridge.calls.silence import waiting_for
from bridge.calls.timeline import Timeline
from bridge.calls.tolerances import CONFIRMING, TOLERANCE
from bridge.pbx.channel import AS_PUT_THROUGH, Channel, Dial
from bridge.pbx.unseen import Unseen


def unbridged(leg: Channel, dials: Sequence[Dial], timeline: Timeline) -> tuple[Channel, ...]:
    """The legs between an answered phone and the waiting caller that are not known to have been bridged with anybody;
    empty if the phone was put through. ``dials``: the leg's and those in front of it."""
    caller = dials[-1].caller
    if caller is None:
        unknown = leg.met_midway and not leg.joined
        rung_for = waiting_for(leg) is not None and not timeline.of(leg)
        return (leg,) if unknown or rung_for else ()
    # A queue bridges the two when its routine (AGI, macro, gosub) is over, even if the caller has left by then.
    left_at = hung_up_at(caller)
    return tuple(d.dest for d in dials if not _was_bridged(d.dest, leg, left_at))


def _was_bridged(leg: Channel, phone: Channel, left_at: float) -> bool:
    """Whether a leg was bridged before the caller left. A caller who leaves just as the phone is answered was put
    through; one who left while the answered phone waited was not."""
    answered = phone.up_at if phone.up_at is not None else inf
    return any(
        stay.entered_at < left_at + (AS_PUT_THROUGH if stay.entered_at - answered <= CONFIRMING else 0.0)
        for stay in leg.joined
    )


def put_through_at(leg: Channel, dials: Sequence[Dial], timeline: Timeline, unseen: Unseen) -> float | None:
    """When an answered phone had the caller: at its answer, or if the agent had to confirm, when the last leg in
    between was bridged."""
    at = leg.up_at
    if at is None:
        return None
    joined = [stays[0].entered_at for d in dials if (stays := d.dest.joined)]
    if dials[-1].caller is None and waiting_for(leg) is not None:
        joined += [m.start for m in timeline.of(leg)[:1]]
    last = max(joined, default=at)
    return last if last - at > CONFIRMING and not unseen.any(at, last) else at


def taken_at(leg: Channel, dials: Sequence[Dial], timeline: Timeline) -> float:
    """When the waiting caller was connected with somebody else while this phone was answered; infinity if never."""
    waits = dials[-1].caller or waiting_for(leg)
    if waits is None or leg.up_at is None or leg.gone_at is None:
        return inf
    until = leg.gone_at + TOLERANCE
    others = (m.start for m in timeline.begun_from(waits, leg.up_at) if m.start <= until and leg not in m.channels)
    return next(others, inf)
