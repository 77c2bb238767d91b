"""Stays in queues: how each ended, and whether the caller waited while nobody was ready."""

from __future__ import annotations

from collections.abc import Iterator

from bridge.calls.call import TOLERANCE, QueuePass
from bridge.calls.offers import refused
from bridge.pbx.channel import Channel, Dial, Step
from bridge.pbx.queues import QueueStay
from bridge.pbx.unseen import Unseen
from bridge.vocabulary.terms import QueueExit

STATUSES: dict[str, QueueExit] = {
    "TIMEOUT": "timeout",
    "FULL": "full",
    "JOINEMPTY": "join_empty",
    "JOINUNAVAIL": "join_empty",
    "LEAVEEMPTY": "leave_empty",
    "LEAVEUNAVAIL": "leave_empty",
}
"""QUEUESTATUS as app_queue sets it, to the exit it stands for."""
CUT_OFF = 0.002
"""Seconds by which ARI's time of one event may be before AMI's of the one that led to it: ARI tells milliseconds."""
NEVER_IN = ("full", "join_empty")
INFERRED: tuple[QueueExit, ...] = ("abandoned", "key", "transferred")
"""Exits that nothing tells but what happened, and what did not."""


def passes(channels: list[Channel], end: float, queued_after: float, unseen: Unseen) -> list[QueuePass]:
    """Every stay in a queue, in order. ``queued_after``: seconds (tags.md, ``queued``)."""
    found = [_pass(c, stay, end, queued_after, unseen) for c in channels for stay in c.queue_stays]
    return sorted(found, key=lambda p: p.stay.began_at)


def _pass(channel: Channel, stay: QueueStay, end: float, queued_after: float, unseen: Unseen) -> QueuePass:
    left_at = stay.left_at if stay.left_at is not None else channel.gone_at if channel.gone_at is not None else end
    after = _step_after(channel, stay)
    until = min(left_at, after.at - CUT_OFF) if after is not None and after.application == "Dial" else left_at
    dials = [d for d in channel.dials if d.began_at <= until and _within(d, stay)]
    answered = [d for d in dials if d.status == "ANSWER" or (d.status is None and d.dest.up_at is not None)]
    if answered and channel.told_from_start and all(s.entered_at < answered[0].began_at for s in channel.joined):
        answered = []  # a phone was answered, and nobody connected
    if answered and not stay.told:
        left_at = min(left_at, answered[-1].ended_at or answered[-1].dest.up_at or left_at)
    # Of a call that was picked up no dial tells an answer, and a log may tell of a queue only when somebody does.
    on = min([left_at + TOLERANCE, *(s.at for s in channel.steps if s.at > stay.began_at + CUT_OFF)])
    put_through = next((s.entered_at for s in channel.joined if stay.began_at <= s.entered_at < on), None)
    if put_through is not None and not stay.told:
        left_at = min(left_at, put_through)
    leaving = _exit(channel, stay, left_at, bool(answered) or put_through is not None)
    if leaving in INFERRED and unseen.any(stay.began_at, after.at if after is not None else left_at):
        leaving = "unknown"
    joined_at = None if leaving in NEVER_IN else stay.joined_at if stay.joined_at is not None else stay.began_at
    tried = tuple((d.began_at, _open_until(d, left_at)) for d in _offering(dials))
    waited = _unready(stay, joined_at, left_at, tried, queued_after) if joined_at is not None else None
    return QueuePass(
        stay, channel, stay.queue.name, joined_at, left_at, stay.position, leaving, tried, waited
    )  # fmt: skip


def _within(dial: Dial, stay: QueueStay) -> bool:
    """Whether a dial that began by the end of a stay is one of it: also one that rang for whoever waited before."""
    if dial.inherited and dial.ended_at is not None:
        return dial.ended_at >= stay.began_at
    return dial.began_at >= stay.began_at - CUT_OFF


def _offering(dials: list[Dial]) -> Iterator[Dial]:
    """Those by which phones are called: a member that is another queue calls its own, once it has somebody ready."""
    for d in dials:
        half = d.dest.other_half
        if half is not None and half.queue_stays:
            yield from half.dials
        else:
            yield d


def _open_until(dial: Dial, left_at: float) -> float:
    """When an offer was over: with the leg where it was answered, for until it is put through no other is called."""
    if dial.ended_at is not None and dial.status != "ANSWER":
        return dial.ended_at
    return dial.dest.gone_at if dial.dest.gone_at is not None else left_at


def _exit(channel: Channel, stay: QueueStay, left_at: float, answered: bool) -> QueueExit:
    if stay.status in STATUSES:
        return STATUSES[stay.status]
    if answered:
        return "answered"
    after = _step_after(channel, stay)
    hung_up = (
        channel.hangup_request is not None
        and channel.hangup_request.at <= left_at + TOLERANCE
        and not refused(channel)
    )
    if hung_up and channel.hangup_request is not None and (after is None or channel.hangup_request.at <= after.at):
        return "abandoned"
    if after is None and channel.gone_at is not None and channel.gone_at <= left_at + TOLERANCE:
        return "unknown"
    keyed = any(left_at - 2.0 <= at <= left_at + TOLERANCE and (after is None or d == after.exten)
                for at, d in channel.dtmf)  # fmt: skip
    if keyed or (after is not None and len(after.exten) == 1 and after.exten in "0123456789*#ABCD"):
        return "key"
    # The PBX's log does not tell that a queue was full, or had nobody.
    return "transferred" if after is not None and not channel.from_log else "unknown"


def _step_after(channel: Channel, stay: QueueStay) -> Step | None:
    """Where the dialplan went on after a queue, if it did; what it does after the hangup (``h``) leads nowhere."""
    after = (s for s in channel.steps if s.at > stay.began_at and s.application != "Queue")
    step = next(after, None)
    return step if step is not None and step.exten != "h" else None


def _unready(
    stay: QueueStay, joined_at: float, left_at: float, tried: tuple[tuple[float, float], ...], queued_after: float
) -> float | None:
    first = min((a for a, _ in tried), default=left_at)
    if min(first, left_at) - joined_at > queued_after:
        return joined_at
    reached = joined_at
    for a, b in [*sorted(tried), (left_at, left_at)]:
        if a > reached:
            since: float | None = None
            for start, until, readiness in stay.queue.between(reached, a):
                if readiness.ready:
                    since = None
                    continue
                since = start if since is None else since
                if until - since > queued_after:
                    return since
        reached = max(reached, b)
    return None
