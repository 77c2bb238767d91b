"""How the clock of a PBX stands to ours, by its answers to a Ping that tells when it was asked."""

from bridge.vocabulary.message import Message
from bridge.wire.ami import Headers, stamp

WHAT_TIME = "WhatTime/"
"""ActionID of a Ping that asks the PBX for its time, before our own time."""
SLOWEST_ANSWER = 2.0
"""Seconds after which an answer to it tells no time: service or PBX stood still, or a clock was set."""


def clock_offset(message: Message) -> float | None:
    """By how many seconds the PBX's clock is ahead of ours, from its answer to a Ping that tells when it was asked:
    its time is taken for that of half the way. None of an answer that took long, and of any other message."""
    at, asked_at = stamp(message.event), asked_when(message.event)
    if at is None or asked_at is None or came_late(message.event, message.t):
        return None
    return at - (asked_at + message.t) / 2


def came_late(event: Headers, t: float) -> bool:
    """Whether something that came at ``t`` is the answer to such a Ping, and took so long that its time tells nothing
    of the clocks."""
    asked_at = asked_when(event)
    return asked_at is not None and not 0 <= t - asked_at <= SLOWEST_ANSWER


def asked_when(event: Headers) -> float | None:
    """When, by our clock, the PBX was asked for the time that this answer tells; None of anything else."""
    asked = event.get("ActionID")
    if not isinstance(asked, str) or not asked.startswith(WHAT_TIME):
        return None
    try:
        return float(asked.removeprefix(WHAT_TIME))
    except ValueError:
        return None
