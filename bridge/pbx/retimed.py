"""Moves the times of calls in progress when the clock is set by which they are timed.

So durations across that moment stay right, and nothing ends before it began.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any

from bridge.pbx.channel import Channel, Dial, Group, Spying, TransferSeen
from bridge.pbx.history import Request, Stay, Step
from bridge.pbx.queues import Queue, QueueStay

TIMES: dict[type, tuple[str, ...]] = {
    Channel: ("created_at", "ringing_at", "up_at", "soft_at", "gone_at", "lost_at"),
    Dial: ("began_at", "ended_at"),
    QueueStay: ("began_at", "joined_at", "left_at"),
    Request: ("at",),
    Spying: ("started_at", "stopped_at"),
    Stay: ("entered_at", "left_at"),
    Step: ("at",),
    TransferSeen: ("at",),
}
"""The attributes of each type that are times; each may be None."""


def move(channels: Iterable[Channel], by: float) -> None:
    """Moves all times of some channels by so many seconds."""
    for each in {id(part): part for channel in channels for part in _parts(channel)}.values():
        for name in TIMES[type(each)]:
            at = getattr(each, name)
            if at is not None:
                setattr(each, name, at + by)
        if isinstance(each, Channel):
            _move_lists(each, by)
        elif isinstance(each, Spying):
            each.modes = [(at + by, mode) for at, mode in each.modes]


def move_group(group: Group, by: float) -> None:
    """Moves the gaps of a call; open ends stay open."""
    group.gaps = [(_later(since, by), _later(until, by)) for since, until in group.gaps]
    group.unseen = tuple((since + by, until + by) for since, until in group.unseen)


def move_queue(queue: Queue, by: float) -> None:
    """Moves the times of a queue's readiness, waiting callers and members."""
    for readiness in queue.history:
        readiness.at += by
    queue.waiting = {stay: since + by for stay, since in queue.waiting.items()}
    for member in queue.members.values():
        member.paused_at = _later(member.paused_at, by)


def _parts(channel: Channel) -> Iterator[Any]:
    yield channel
    yield from channel.dials
    yield from channel.queue_stays
    yield from channel.stays
    yield from channel.steps
    yield from channel.transfers
    yield from channel.spies
    yield from channel.spied_by
    for one in (channel.dial, channel.hangup_request):
        if one is not None:
            yield one


def _move_lists(channel: Channel, by: float) -> None:
    channel.muted = tuple((at + by, is_muted) for at, is_muted in channel.muted)
    channel.holds = tuple((since + by, _later(back, by)) for since, back in channel.holds)
    channel.dtmf = [(at + by, digit) for at, digit in channel.dtmf]
    channel.parked = tuple(at + by for at in channel.parked)
    channel.phone_reports = [(at + by, report, reason) for at, report, reason in channel.phone_reports]
    if channel.picked_up is not None:
        channel.picked_up = channel.picked_up[0] + by, channel.picked_up[1]
    for name in ("running", "running_as_told"):
        if (step := getattr(channel, name)) is not None:
            setattr(channel, name, (*step[:4], step[4] + by))


def _later(at: float | None, by: float) -> float | None:
    return at + by if at is not None and isfinite(at) else at
