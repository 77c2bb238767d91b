"""Who called a leg: its dial, and the dials in front of it through Local channels, up to the waiting caller."""

from __future__ import annotations

from collections.abc import Iterator

from bridge.calls.tolerances import SIDE_BY_SIDE, TOLERANCE
from bridge.pbx.applications import option
from bridge.pbx.channel import Channel, Dial
from bridge.pbx.history import Step
from bridge.pbx.names import extension

TIME_IS_UP = "T"
"""The extension at which a call goes on whose time is up."""


def chain(dial: Dial | None) -> Iterator[Dial]:
    """A leg's dial and those in front of it through Local channels, up to the waiting caller's."""
    for _ in range(8):
        if dial is None:
            return
        yield dial
        dial = front_of(dial.caller, dial.began_at) if dial.caller is not None else None


def front_of(caller: Channel, at: float) -> Dial | None:
    """The dial that called the Local channel through which ``caller`` dials at a moment. None if somebody was
    connected there before: then ``caller`` dials on its own account, as after a transfer. An application that
    answered (FollowMe) does not count as somebody."""
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
    """Whether the called side is shown no number; of several dials in a chain, the nearest to it that says so
    counts."""
    said = (_hides(d) for d in chain(dial))
    return next((hides for hides in said if hides is not None), False)


def _hides(dial: Dial) -> bool | None:
    """Whether a dial hides the number: by its options, which count before what the dialplan has set before."""
    step = dialling(dial)
    if step is None or not option("Dial", step.data, "f"):
        return dial.hidden
    presentation = option("Dial", step.data, "u")
    return presentation is not None and not presentation.startswith("allowed")


def queue_of(dial: Dial) -> str | None:
    """The name of the queue that called this leg, if any."""
    for d in chain(dial):
        if d.queue_call is not None:
            return d.queue_call.queue
        # ARI alone has no queue events: what a channel dials while it runs Queue is the queue's offer.
        for stay in d.caller.queue_stays if d.caller is not None and not d.inherited else ():
            if stay.lasted_at(d.began_at):
                return stay.queue.name
    return None


def by_queue(dial: Dial) -> bool:
    """Whether a queue itself called this leg; by ARI alone, whether a channel that runs Queue did."""
    return dial.queue_call is not None or _called_by(dial) == "Queue"


def by_follow_me(dial: Dial) -> bool:
    """Whether FollowMe called this leg."""
    return _called_by(dial) == "FollowMe"


def by_page(dial: Dial) -> bool:
    """Whether Page called this leg, or the Local channel in front of it."""
    return _called_by(root_of(dial), TOLERANCE) == "Page"


def _called_by(dial: Dial, later: float = 0.0) -> str | None:
    """The dialplan application that called a leg. ``later``: seconds by which it may be told after the dial."""
    step = step_at(dial.caller, dial.began_at + later) if dial.caller is not None else None
    return step.application if step is not None else None


def is_forwarded(dial: Dial) -> bool:
    """Whether a leg was called because another phone, called by the same caller, forwarded the call to it."""
    forwarded = {d.forward for d in dial.caller.dials if d.forward} if dial.caller is not None else ()
    return extension(dial.dest.name) in forwarded


def forward_not_followed(dial: Dial) -> bool:
    """Whether the phone forwarded the call to a number, and its caller called nobody there."""
    if dial.forward is None or dial.caller is None or "/" in dial.forward:
        return False
    there = (d.dest for d in dial.caller.dials if d.began_at >= dial.began_at)
    return not any(extension(leg.name) == dial.forward and not _leads_nowhere(leg) for leg in there)


def _leads_nowhere(leg: Channel) -> bool:
    """Whether it was a Local channel to an extension that does not exist: its other half has run nothing."""
    half = leg.other_half
    ran = half is not None and (half.running is not None or bool(half.dials))
    return leg.is_local and leg.gone_at is not None and not ran


def dialling(dial: Dial) -> Step | None:
    """The dialplan's Dial that called a leg; None if something else did."""
    if dial.queue_call is not None:
        return None
    step = step_at(dial.caller, dial.began_at) if dial.caller is not None else None
    return step if step is not None and step.application == "Dial" else None


def step_at(channel: Channel, at: float) -> Step | None:
    """The dialplan step that a channel was at."""
    return next((s for s in reversed(channel.steps) if s.at <= at), None)


def time_was_up(channel: Channel, at: float) -> bool:
    """Whether the time that the dialplan allows the whole call (``TIMEOUT(absolute)``) was up then: it goes on at the
    extension ``T``, whatever the channel was at."""
    return any(s.exten == TIME_IS_UP and abs(s.at - at) <= TOLERANCE for s in channel.steps)


def called_at_once(dial: Dial) -> list[Dial]:
    """All dials of the same Dial, this one included: several if it named several devices."""
    caller, step = dial.caller, dialling(dial)
    if caller is None:
        return [dial]
    if step is None or not step.data:
        return [d for d in caller.dials if abs(d.began_at - dial.began_at) < SIDE_BY_SIDE]
    return [d for d in caller.dials if dialling(d) is step]
