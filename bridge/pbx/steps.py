"""What a channel runs: one application of the dialplan after the other."""

from __future__ import annotations

import re

from bridge.pbx.channel import Channel, Step
from bridge.pbx.queues import QueueStay
from bridge.pbx.whole import Pbx

SAME_STEP = 0.15
"""Seconds within which the same step is the same one, told again."""
KEPT = frozenset(
    {"Queue", "Dial", "ChanSpy", "ExtenSpy", "Busy", "Congestion", "Hangup", "ConfBridge", "Park", "ParkAndAnnounce",
     "Pickup", "PickupChan", "VoiceMail", "Stasis", "FollowMe", "AgentLogin", "Transfer"}
)  # fmt: skip
"""Steps that a rule reads."""
KEPT_ANYWAY = 16
"""How many steps of a channel are kept whatever they are; of later ones those that a rule reads."""
LOOKED_BACK = 8
"""How many of the last steps may be told again."""
STARTS_MUTED = re.compile(r"\s*CONFBRIDGE\(\s*user\s*,\s*startmuted\s*\)\s*=\s*(\w+)")

Running = tuple[str, str, str, str, float]
"""Application, data, context, extension and time, as ``Channel.running``."""


def run(pbx: Pbx, channel: Channel, step: Step) -> None:
    """A channel begins an application."""
    before = channel.running
    if before is not None and _was_told(channel, before, step):
        return
    channel.running = (step.application, step.data, step.context, step.exten, step.at)
    if channel.queue_stays and (stay := channel.queue_stays[-1]).left_at is None and not stay.told:
        stay.left_at = step.at
        if pbx.changes.watched:
            pbx.changes.mark_queue(stay.queue.name)
    if before is not None and _is_elsewhere(before, step):
        # A channel that is moved to another extension tells it with what it still runs, and what it runs there is
        # told only from the second step on. Nearly always it dials.
        if step.application in ("Dial", "Queue"):
            channel.steps.append(Step(step.at, step.context, step.exten, "Dial", ""))
        return
    _keep(channel, step)
    _begin(pbx, channel, step)


def _is_elsewhere(before: Running, step: Step) -> bool:
    """Whether a channel runs the same application with the same data, but at another place of the dialplan."""
    same = before[0] == step.application and before[1] == step.data
    return same and (before[2] != step.context or before[3] != step.exten)


def _was_told(channel: Channel, before: Running, step: Step) -> bool:
    """Whether a feed tells a step that was told before: the last one, one of the last, or late any."""
    at, told = step.at, (step.application, step.data, step.context, step.exten)
    if before[:4] == told and at - before[4] < SAME_STEP:
        return True
    for one in channel.steps[-LOOKED_BACK:]:
        if abs(at - one.at) < SAME_STEP and (one.application, one.data, one.context, one.exten) == told:
            return True
    return at < before[4] and any((one.application, one.data) == told[:2] for one in channel.steps)


def _keep(channel: Channel, step: Step) -> None:
    steps = channel.steps
    if len(steps) < KEPT_ANYWAY or step.application in KEPT or steps[-1].application == "Queue":
        steps.append(step)


def _begin(pbx: Pbx, channel: Channel, step: Step) -> None:
    """What the application means beyond itself."""
    application = step.application
    if application in ("Dial", "Queue", "Stasis"):
        if channel.consults is None and channel.dial is None:
            _note_consultation(pbx, channel)
        if application == "Queue" and step.data:
            wait(pbx, channel, step.data.split(",", 1)[0], step.at)
    elif application == "ConfBridge":
        if _starts_muted(channel):
            channel.muted.append((step.at, True))
    elif application in ("ChanSpy", "ExtenSpy") and channel.gone_at is None:
        pbx.spies.seek(channel)
        pbx.spies.find(channel, pbx.state.channels.values(), step.at)


def _note_consultation(pbx: Pbx, channel: Channel) -> None:
    channel.consults = pbx.state.other_conversation(channel)
    if channel.consults is not None and channel.consults.group is not None:
        channel.consults.group.kept = True


def _starts_muted(channel: Channel) -> bool:
    """Whether the dialplan has it come into a conference room muted, which ARI tells nowhere else."""
    for step in reversed(channel.steps):
        if step.application == "Set" and (said := STARTS_MUTED.match(step.data)):
            return said[1].lower() in ("yes", "true", "1", "on")
    return False


def wait(pbx: Pbx, channel: Channel, queue: str, at: float) -> QueueStay:
    """A caller comes to wait in a queue."""
    stay = pbx.queue(queue).begin_stay(at)
    channel.queue_stays.append(stay)
    if pbx.changes.watched:
        pbx.changes.mark_queue(queue)
        pbx.changes.mark(channel)
    return stay
