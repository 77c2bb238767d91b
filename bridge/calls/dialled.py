"""Who had a leg called: through Local channels, up to the one who waits."""

from __future__ import annotations

from collections.abc import Iterator

from bridge.calls.tolerances import SIDE_BY_SIDE, TOLERANCE
from bridge.pbx.channel import Channel, Dial
from bridge.pbx.history import Step
from bridge.pbx.names import extension


def chain(dial: Dial | None) -> Iterator[Dial]:
    """A leg's dial and those in front of it through Local channels, up to the one who waits."""
    for _ in range(8):
        if dial is None:
            return
        yield dial
        dial = front_of(dial.caller, dial.began_at) if dial.caller is not None else None


def front_of(caller: Channel, at: float) -> Dial | None:
    """The dial in front of what half a Local channel dials at a moment; None if somebody has had the call there
    before: then it is a dial of its own, as after a transfer. An application that answers (FollowMe) is nobody."""
    half = caller.other_half
    front = half.dial if half is not None and caller.is_local else None
    if front is not None and front.status == "ANSWER" and any(stay.entered_at < at for stay in caller.stays):
        return None
    return front


def root_of(dial: Dial) -> Dial:
    """The foremost dial of a chain: the queue's or the caller's own."""
    *_, root = chain(dial)
    return root


def is_hidden(dial: Dial) -> bool:
    """Whether a called side is shown no number: what was said nearest to it counts."""
    said = (d.hidden for d in chain(dial) if d.hidden is not None)
    return next(said, False)


def queue_of(dial: Dial) -> str | None:
    """The name of the queue that called this leg, if one did."""
    for d in chain(dial):
        if d.queue_call is not None:
            return d.queue_call.queue
        # Without queue events (ARI alone) a channel that dials while it runs Queue is being offered by it.
        for stay in d.caller.queue_stays if d.caller is not None else ():
            if stay.lasted_at(d.began_at):
                return stay.queue.name
    return None


def by_queue(dial: Dial) -> bool:
    """Whether a queue itself called this leg; without queue events (ARI alone) a channel that runs Queue."""
    return dial.queue_call is not None or _called_by(dial) == "Queue"


def by_follow_me(dial: Dial) -> bool:
    """Whether FollowMe called this leg."""
    return _called_by(dial) == "FollowMe"


def by_page(dial: Dial) -> bool:
    """Whether a leg was to hear a page."""
    return _called_by(dial, TOLERANCE) == "Page"


def _called_by(dial: Dial, later: float = 0.0) -> str | None:
    """The application of the dialplan that called a leg. ``later``: seconds by which it may be told after that."""
    step = step_at(dial.caller, dial.began_at + later) if dial.caller is not None else None
    return step.application if step is not None else None


def is_forwarded(dial: Dial) -> bool:
    """Whether a leg was called because a phone that its caller had called forwards to it."""
    forwarded = {d.forward for d in dial.caller.dials if d.forward} if dial.caller is not None else ()
    return extension(dial.dest.name) in forwarded


def follows_none(dial: Dial) -> bool:
    """Whether a phone forwarded the call to a number, and whoever had called the phone called nobody there."""
    if dial.forward is None or dial.caller is None or "/" in dial.forward:
        return False
    there = (d.dest for d in dial.caller.dials if d.began_at >= dial.began_at)
    return not any(extension(leg.name) == dial.forward and not _leads_nowhere(leg) for leg in there)


def _leads_nowhere(leg: Channel) -> bool:
    """Whether it was a Local channel to an extension that there is not: its other half has run nothing."""
    half = leg.other_half
    ran = half is not None and (half.running is not None or bool(half.dials))
    return leg.is_local and leg.gone_at is not None and not ran


def dialling(dial: Dial) -> Step | None:
    """The Dial of the dialplan that called a leg; None where a queue did."""
    if dial.queue_call is not None:
        return None
    step = step_at(dial.caller, dial.began_at) if dial.caller is not None else None
    return step if step is not None and step.application == "Dial" else None


def step_at(channel: Channel, at: float) -> Step | None:
    """What the dialplan did on a channel at a moment."""
    return next((s for s in reversed(channel.steps) if s.at <= at), None)


def called_at_once(dial: Dial) -> list[Dial]:
    """The dials of the one Dial that this was part of: several where it named several."""
    caller, step = dial.caller, dialling(dial)
    if caller is None:
        return [dial]
    if step is None or not step.data:
        return [d for d in caller.dials if abs(d.began_at - dial.began_at) < SIDE_BY_SIDE]
    return [d for d in caller.dials if dialling(d) is step]
