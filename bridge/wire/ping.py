"""Measures how far the PBX's clock is ahead of ours, by its answers to Pings whose ActionID tells our time."""

from bridge.vocabulary.message import Message
from bridge.wire.ami import Headers, stamp

WHAT_TIME = "WhatTime/"
"""The ActionID of such a Ping is this, followed by our time."""
SLOWEST_ANSWER = 2.0
"""Seconds after which an answer is too late to tell the time: service or PBX stood still, or a clock was set."""


def clock_offset(message: Message) -> float | None:
    """Seconds by which the PBX's clock is ahead of ours, from its answer to such a Ping; its time is taken as that of
    half the round trip. None for an answer that took too long, and for any other message."""
    at, asked_at = stamp(message.event), asked_when(message.event)
    if at is None or asked_at is None or came_late(message.event, message.t):
        return None
    return at - (asked_at + message.t) / 2


def came_late(event: Headers, t: float) -> bool:
    """Whether a message that came at ``t`` is an answer to such a Ping that took too long."""
    asked_at = asked_when(event)
    return asked_at is not None and not 0 <= t - asked_at <= SLOWEST_ANSWER


def asked_when(event: Headers) -> float | None:
    """When, by our clock, the Ping was sent that this message answers; None for any other message."""
    asked = event.get("ActionID")
    if not isinstance(asked, str) or not asked.startswith(WHAT_TIME):
        return None
    try:
        return float(asked.removeprefix(WHAT_TIME))
    except ValueError:
        return None
