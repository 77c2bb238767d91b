"""Overflow: the call was refused because a limit was reached.

A full queue says so (``QUEUESTATUS=FULL``). A cap on a DN's or a trunk's calls is made in the dialplan. The dialplan
may say so by ``CALLBRIDGE_OVERFLOW``, or the settings name the GROUP by which it counts. Otherwise the cap is
concluded: the call was counted beside others, and refused before anybody was tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from bridge.calls.call import Overflow, OverflowReason, QueuePass, variable
from bridge.calls.hangups import hung_up_at
from bridge.calls.roles import Directory
from bridge.config import CapKind
from bridge.pbx.applications import BRANCHES, REFUSES, WITHOUT_EFFECT, inside, taken
from bridge.pbx.channel import Channel
from bridge.pbx.counts import group_of
from bridge.pbx.history import Step
from bridge.vocabulary.terms import Direction


def told(channels: Sequence[Channel], queues: Sequence[QueuePass], ended_at: float) -> Overflow | None:
    """The refusal that the queue or the dialplan told, if any."""
    for p in queues:
        if p.exit == "full":
            return Overflow("queue_full", p.stay.began_at, "VarSet", p.channel, f"{p.name} is full", True)
    said = variable(channels, "CALLBRIDGE_OVERFLOW")
    if said is None:
        return None
    channel, value = said
    return Overflow("trunk_cap" if value == "trunk_cap" else "line_cap", ended_at, "VarSet", channel, value, True)


class TurnedAway(msgspec.Struct, frozen=True):
    """The dialplan counted a call in a group and then refused it, trying nobody."""

    step: Step
    cap: CapKind | None
    """What the group caps, by the settings; None if they do not name it, so that the cap is concluded."""


def by_shape(originator: Channel, direction: Direction, directory: Directory) -> Overflow | None:
    """The refusal of a call that was connected with nobody, offered to nobody, and in no queue; None if it was
    none."""
    away = turned_away(originator, directory)
    if away is None or (direction == "internal" and away.cap is None):
        return None
    kind = away.cap or ("line" if direction == "inbound" else "trunk")
    reason: OverflowReason = "line_cap" if kind == "line" else "trunk_cap"
    detail = f"turned away by {away.step.application} after it was counted"
    if away.cap is None:
        detail += "; concluded, for the settings name no cap"
    return Overflow(reason, away.step.at, "Newexten", originator, detail, False)


def turned_away(channel: Channel, directory: Directory) -> TurnedAway | None:
    """How the dialplan refused a call by a count, if it did.

    The dialplan must count, check and refuse the call in one place: a menu, a night switch or a route to a busy tone
    somewhere after a count is no cap. If the settings do not name the group, two more things must hold. The call must
    be refused by a signal, for an announcement may mean that the shop is closed. And the group must hold as many
    calls as it ever let in, unless the call is to go out.
    """
    for counting, step, cap in _refusals(channel, directory):
        if cap or counting.may_be_full or _goes_out(channel, counting, directory):
            return TurnedAway(step, cap)
    return None


def counted_beside(originator: Channel, directory: Directory) -> float | None:
    """When a refused call was counted, if it is unknown how many others were in the group, since not all calls of
    that time were seen in full: then it may have been a cap. None for any other call."""
    for counting, _, _ in _refusals(originator, directory):
        if counting.others_unseen:
            return counting.at
    return None


def _refusals(channel: Channel, directory: Directory) -> Iterator[tuple[Step, Step, CapKind | None]]:
    """Every count that led to a refusal, the refusal, and what the group caps by the settings."""
    if channel.dials or channel.queue_stays or channel.dial is not None or channel.steps_forgotten:
        return
    left_at = hung_up_at(channel)
    for i, counting in enumerate(channel.steps):
        group = group_of(counting)
        if group is None:
            continue
        cap = directory.cap(group)
        step = _refusal(counting, channel.steps[i + 1 :], is_named=cap is not None)
        if step is not None and step.at < left_at:
            yield counting, step, cap


def _goes_out(channel: Channel, counting: Step, directory: Directory) -> bool:
    """Whether somebody inside calls a number outside."""
    return directory.role(channel.device) != "customer" and counting.exten not in directory.dns


def _refusal(counting: Step, after: Sequence[Step], *, is_named: bool) -> Step | None:
    """The refusal to which the check after a count led. ``after``: the steps of the dialplan after it."""
    full: bool | None = None
    answered = announced = False
    for step in after:
        is_here = (step.context, step.exten) == (counting.context, counting.exten)
        if step.application in REFUSES:
            # An announcement and then a busy tone is a refusal; with a plain Hangup the announcement was the service.
            hung_up = step.application == "Hangup" and not step.data
            served = (announced and not is_named) or (answered and not full)
            return step if (full or (full is False and is_here)) and not (hung_up and served) else None
        if (led := _leads_away(step)) is not None:
            if announced:
                return None
            full = led if is_here else full
        elif step.application == "Playback":
            if full is None:
                return None
            answered = announced = True
        elif step.application == "Answer":
            answered = True
        elif step.application == "GotoIfTime":
            full = None  # the time may be what turned the caller away
        elif step.application not in WITHOUT_EFFECT:
            return None
    return None


def _leads_away(step: Step) -> bool | None:
    """Whether the step's condition leads elsewhere; None for a step that has no condition to branch on."""
    if step.application == "ExecIf":
        ran = next(iter(inside("ExecIf", step.data)), None)
        return True if ran is not None and ran[0] in REFUSES else None
    return taken(step.data) if step.application in BRANCHES else None
