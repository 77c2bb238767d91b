"""Overflow: the call was refused because a limit was reached.

A full queue says so (``QUEUESTATUS=FULL``). A cap on a DN's or a trunk's calls is the dialplan's own doing: it says
so itself by ``CALLBRIDGE_OVERFLOW``, or it is recognised by its shape, a call that was counted in a GROUP and then
turned away before anybody was tried.
"""

from __future__ import annotations

from collections.abc import Sequence

from bridge.calls.call import Overflow, OverflowReason, QueuePass, variable
from bridge.calls.hangups import hung_up
from bridge.pbx.channel import Channel, Step
from bridge.vocabulary.terms import Direction

REFUSALS = frozenset({"Busy", "Congestion", "Hangup"})
ASIDES = frozenset(
    {"Answer", "Playback", "Progress", "Wait", "NoOp", "Verbose", "Log", "Set", "MSet", "Goto", "Gosub",
     "Return", "StopPlayTones", "PlayTones", "Ringing", "UserEvent"}
)  # fmt: skip
"""What a dialplan may do on the way to refusing a call without having served it."""
CONDITIONS = frozenset({"GotoIf", "ExecIf", "GosubIf"})


def told(channels: Sequence[Channel], queues: Sequence[QueuePass], ended_at: float) -> Overflow | None:
    """The refusal that the queue or the dialplan told of."""
    for p in queues:
        if p.exit == "full":
            return Overflow("queue_full", p.stay.began_at, "VarSet", p.channel, f"{p.name} is full", True)
    said = variable(channels, "CALLBRIDGE_OVERFLOW")
    if said is None:
        return None
    channel, value = said
    return Overflow("trunk_cap" if value == "trunk_cap" else "line_cap", ended_at, "VarSet", channel, value, True)


def by_shape(originator: Channel, direction: Direction) -> Overflow | None:
    """The refusal of a call that was connected with nobody, offered to nobody, and in no queue."""
    refused = turned_away(originator)
    if refused is None or direction == "internal":
        return None
    reason: OverflowReason = "line_cap" if direction == "inbound" else "trunk_cap"
    detail = f"turned away by {refused.application} after it was counted"
    return Overflow(reason, refused.at, "Newexten", originator, detail, False)


def turned_away(channel: Channel) -> Step | None:
    """The step by which the dialplan refused a call that it had counted in a GROUP, trying nobody."""
    if channel.dials or channel.queue_stays or channel.dial is not None or hung_up(channel):
        return None
    steps = iter(channel.steps)
    if not any(s.application == "Set" and s.data.startswith("GROUP(") for s in steps):
        return None
    checked: bool | None = None
    answered = announced = False
    for step in steps:
        if step.application in CONDITIONS and not announced:
            # AppData shows the condition's value: 1?full. A cap may lead away when true, or go on when false.
            checked = step.data.startswith("1?") if checked is None else checked
            if step.application == "ExecIf" and checked and _executes_refusal(step):
                return step
        elif step.application in REFUSALS:
            # An announcement may be all that a number is for; who hears it and then a busy tone was refused.
            return step if checked or not answered or step.application != "Hangup" else None
        elif step.application not in ASIDES or (step.application == "Playback" and checked is None):
            return None
        announced = announced or step.application == "Playback"
        answered = announced or answered or step.application == "Answer"
    return None


def _executes_refusal(step: Step) -> bool:
    return step.data[2:].split("(", 1)[0].split(",", 1)[0] in REFUSALS
