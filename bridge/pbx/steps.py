"""The steps of the dialplan that a channel runs: which are news, which are kept, and what each means."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from bridge.pbx import rooms, spying
from bridge.pbx.applications import ANNOUNCES, BRANCHES, CALLED, WITHOUT_EFFECT, inside
from bridge.pbx.channel import Channel
from bridge.pbx.counts import group_of
from bridge.pbx.history import Step
from bridge.pbx.names import UNDIALLED
from bridge.pbx.queues import QueueStay
from bridge.pbx.whole import Pbx

SAME_STEP = 0.15
"""Seconds within which an equal step is the same one, told by the other feed."""
CLEARS_WITHIN = 2.0
"""Seconds in which a busy PBX clears the first variables of a Dial or Queue that it has told: by them ARI tells the
step again."""
STEPS_BYTES = 6_000
"""Memory that the steps of a channel may take, bytes: some fifteen steps. Half is for the first ones, which tell
where the call came from, half for the latest."""
STEP_BYTES = 340
"""Memory of a step without its arguments, bytes."""
INSIDE_BYTES = 110
"""Additional memory of a step that ran inside another application, without that one's arguments, bytes."""
LONGEST = 2_000
"""How many characters of a step's arguments are kept."""
LEADS_TO_REFUSAL = BRANCHES | ANNOUNCES | {"GotoIfTime"}
"""Applications between the count of a call and its refusal."""
ROUTINE, NUMBER, NEEDED = range(3)
"""How much a step is worth: it belongs to a routine of the dialplan, such as FreePBX's ``recordcheck``; it is at a
number; a rule reads it."""
LOOKED_BACK = 8
"""How many of the last steps are compared with a new one."""
Running = tuple[str, str, str, str, float]
"""Application, data, context, extension and time, as ``Channel.running``."""


def run(pbx: Pbx, channel: Channel, step: Step) -> None:
    """A channel begins an application, and with it the applications that run inside."""
    step.data = step.data[:LONGEST]
    before = channel.running_as_told or channel.running
    if before is not None and _was_told(channel, before, step):
        return
    if channel.is_second and step.application in ("Dial", "Queue"):
        # The transferred call took its place in an application (a conference). The two were swapped: before this
        # channel ends, it tells what the other one ran.
        return
    is_moved = (before is not None and _is_elsewhere(before, step)) or _is_moved_on(channel, step)
    # Its present application may have begun inside another one.
    if channel.running is not None and step.application in ("Dial", "Queue"):
        is_moved = is_moved or _is_elsewhere(channel.running, step)
    channel.running_as_told = channel.running = _as_running(step)
    ran = [step]
    for application, data in inside(step.application, step.data):
        one = Step(step.at, step.context, step.exten, application, data)
        one.inside = (step.application, step.data)
        channel.running = _as_running(one)
        ran.append(one)
    if channel.queue_stays and (stay := channel.queue_stays[-1]).left_at is None and not stay.told:
        stay.left_at = step.at
        if pbx.changes.watched:
            pbx.changes.mark_queue(stay.queue.name)
    if is_moved:
        # A channel that is moved to another extension tells the new place with its old application, and its first new
        # application is never told. Nearly always that is a Dial.
        if ran[-1].application in ("Dial", "Queue"):
            dial = Step(step.at, step.context, step.exten, "Dial", "")
            channel.running = _as_running(dial)
            _remember(channel, dial)
        pbx.bridges.changed(channel)
        return
    if channel.spies:
        pbx.spies.goes_on(channel, step.at)
    for one in ran:
        group = group_of(one)
        if group is not None and channel.id in pbx.state.channels:  # not a late fact of a forgotten call
            one.may_be_full = pbx.state.counts.count(channel, group)
            one.others_unseen = not one.may_be_full and pbx.state.goes_on_partly_unseen()
        if _tells(channel, one, counts=group is not None):
            _remember(channel, one)
        _begin(pbx, channel, one)
    pbx.bridges.changed(channel)
    for spyer in list(pbx.spies.seeking):
        pbx.spies.find(spyer, (channel,), step.at)


def _as_running(step: Step) -> Running:
    return step.application, step.data, step.context, step.exten, step.at


def _is_elsewhere(before: Running, step: Step) -> bool:
    """Whether a step has the application and data of ``before``, but another place in the dialplan."""
    same = before[0] == step.application and before[1] == step.data
    return same and (before[2] != step.context or before[3] != step.exten)


def _is_moved_on(channel: Channel, step: Step) -> bool:
    """Whether a Dial or Queue is told of a channel only because it was moved. That is so for a channel that talks,
    and for one that was moved before: it now tells the application of the place before, where it has talked or
    waited."""
    if step.application not in ("Dial", "Queue"):
        return False
    if channel.bridge_now is not None and not channel.stays[-1].holding:
        return True  # a channel that talks begins neither
    last = untold(channel)
    if last is None:
        return False
    if (last.context, last.exten) == (step.context, step.exten):
        return False
    queue = step.data.split(",", 1)[0] if step.application == "Queue" else None
    return any(s.entered_at >= last.at for s in channel.joined) or any(
        s.told and s.began_at >= last.at and s.queue.name == queue for s in channel.queue_stays
    )


def _was_told(channel: Channel, before: Running, step: Step) -> bool:
    """Whether a step was told before: as the last one, as one of the last, or if it is late, as any."""
    at, context, exten, told = step.at, step.context, step.exten, (step.application, step.data)
    if before[:4] == (*told, context, exten) and (at - before[4] < SAME_STEP or _only_begins(channel, before[4], at)):
        return True
    for one in channel.steps[-LOOKED_BACK:]:
        if abs(at - one.at) >= SAME_STEP or one.exten != exten or one.context != context:
            continue
        # ARI also tells the inner application by itself.
        if told in ((one.application, one.data), one.inside):
            return True
        if told[0] == one.application == "Dial" and not one.data:
            return True  # the step was added for a moved channel, without arguments
    if at >= before[4]:
        return False
    if step.application in WITHOUT_EFFECT:
        # Most of these are not kept, but each at a new number is.
        numbers = (channel.exten, *(one.exten for one in channel.steps))
        return exten in UNDIALLED or exten in numbers
    return any((s.application, s.data) == told for s in channel.steps)


def _only_begins(channel: Channel, began_at: float, at: float) -> bool:
    """Whether nothing has come yet of the Dial or Queue that a channel began a short time ago."""
    last = channel.steps[-1] if channel.steps else None
    if last is None or last.at != began_at or last.status is not None or at - began_at >= CLEARS_WITHIN:
        return False
    return last.application in ("Dial", "Queue") and not any(d.began_at >= began_at for d in channel.dials)


def _tells(channel: Channel, step: Step, *, counts: bool) -> bool:
    """Whether a rule reads a step: it may serve or refuse the caller, or follows such a step; it leads to another
    number; it ``counts`` the channel in a group, or may lead from there to a refusal."""
    steps = channel.steps
    if step.application in CALLED:
        return False
    if step.application not in WITHOUT_EFFECT or (steps and steps[-1].application not in WITHOUT_EFFECT):
        return True
    if counts:
        return True
    if step.exten not in UNDIALLED and step.exten != _number(channel):
        return True
    return step.application in LEADS_TO_REFUSAL and _may_refuse(channel, step)


def _number(channel: Channel) -> str | None:
    """The last number that a channel has come to."""
    return next((s.exten for s in reversed(channel.steps) if s.exten not in UNDIALLED), None)


def _may_refuse(channel: Channel, step: Step) -> bool:
    """Whether a step may be part of a refusal by a count: the channel was counted, and not served since. A condition
    matters only at the place of the count, or after an announcement."""
    is_counted = is_here = is_announced = False
    for one in reversed(channel.steps):
        if one.application not in WITHOUT_EFFECT:
            break
        is_announced = is_announced or one.application == "Playback"
        if group_of(one) is not None:
            is_counted = True
            is_here = is_here or (one.context, one.exten) == (step.context, step.exten)
    return is_counted and (is_here or is_announced or step.application not in BRANCHES)


def _remember(channel: Channel, step: Step) -> None:
    steps = channel.steps
    steps.append(step)
    while (taken := [*accumulate(map(_bytes, steps))])[-1] > STEPS_BYTES:
        middle = bisect_right(taken, STEPS_BYTES / 2, hi=len(steps) - 2)
        least = min(range(1, len(steps) - 1), key=lambda i: (_worth(steps, i), abs(i - middle)), default=middle)
        channel.steps_forgotten = channel.steps_forgotten or _worth(steps, least) == NEEDED
        del steps[least]


def _worth(steps: list[Step], i: int) -> int:
    """How much is lost if a step is forgotten. The step after a Dial or a Queue is needed: it tells where the caller
    went on, by a key for example."""
    step = steps[i]
    if step.application not in WITHOUT_EFFECT or step.application in LEADS_TO_REFUSAL or group_of(step) is not None:
        return NEEDED
    if steps[i - 1].application in ("Dial", "Queue"):
        return NEEDED
    return NUMBER if any(letter.isdigit() for letter in step.exten) else ROUTINE


def _bytes(step: Step) -> int:
    return STEP_BYTES + len(step.data) + (INSIDE_BYTES + len(step.inside[1]) if step.inside else 0)


def dial_unseen(channel: Channel, at: float, arguments: str = "") -> None:
    """Adds a Dial that no step told. ``arguments``: those of the Dial, if known."""
    _, _, context, exten, _ = channel.running or ("", "", "", "", at)
    _remember(channel, Step(at, context, exten, "Dial", arguments))


def _begin(pbx: Pbx, channel: Channel, step: Step) -> None:
    """What follows from a channel's new application."""
    application = step.application
    if application in ("Dial", "Queue", "Stasis"):
        if channel.consults is None and channel.dial is None:
            _note_consultation(pbx, channel)
        if application == "Queue" and step.data:
            wait(pbx, channel, step.data.split(",", 1)[0], step.at)
    elif application == "Page":
        pbx.paging.begin(channel, step.data, step.at)
    elif application == "Originate":
        pbx.paging.invite(channel, step.data, step.at)
    elif application in ("Set", "MSet"):
        rooms.note_options(channel, step.data)
    elif application == "ConfBridge":
        channel.music = None
        if rooms.has_option(channel, "startmuted"):  # ARI does not tell it otherwise
            channel.muted += ((step.at, True),)
    elif application in spying.APPLICATIONS and channel.gone_at is None:
        pbx.spies.seek(channel)
        pbx.spies.find(channel, pbx.state.channels.values(), step.at)


def _note_consultation(pbx: Pbx, channel: Channel) -> None:
    channel.consults = pbx.state.other_conversation(channel)
    if channel.consults is not None and channel.consults.group is not None:
        channel.consults.group.kept = True


def untold(channel: Channel) -> Step | None:
    """The last step, if it was only assumed: the channel was moved there and did not tell what it ran."""
    last = channel.steps[-1] if channel.steps else None
    return last if last is not None and last.application == "Dial" and not last.data else None


def take_back(pbx: Pbx, channel: Channel, stay: QueueStay) -> None:
    """Removes a stay: the queue does not exist."""
    channel.queue_stays.remove(stay)
    stay.queue.forget_stay(stay)
    if pbx.changes.watched:
        pbx.changes.mark_queue(stay.queue.name)
        pbx.changes.mark(channel)


def wait(pbx: Pbx, channel: Channel, queue: str, at: float) -> QueueStay:
    """A caller begins to wait in a queue."""
    stay = pbx.queue(queue).begin_stay(at)
    channel.queue_stays.append(stay)
    if pbx.changes.watched:
        pbx.changes.mark_queue(queue)
        pbx.changes.mark(channel)
    return stay
