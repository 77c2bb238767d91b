"""Conferences that a phone makes by itself: it mixes its talk with a second call, to a colleague.

The PBX sees only two calls of one device. The holds tell: the talk was put on hold for the second call and taken
back, while the second call was neither put on hold nor ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

import msgspec

from bridge.calls.dialled import root_of
from bridge.calls.party import PartyOf
from bridge.calls.tolerances import MIXED
from bridge.pbx.channel import Channel
from bridge.pbx.unseen import Unseen


class Mixing(msgspec.Struct, frozen=True):
    """A stretch of time in which a phone mixed its two calls."""

    one: Channel
    other: Channel
    start: float
    until: float


def mixings(channels: Iterable[Channel], party: PartyOf, unseen: Unseen) -> list[Mixing]:
    """Every such stretch of every phone with two of these channels."""
    by_device: dict[str, list[Channel]] = {}
    for c in channels:
        if c.is_party and c.stays:
            by_device.setdefault(c.device, []).append(c)
    return [
        m
        for of_device in by_device.values()
        for talk in of_device
        if talk.holds
        for second in of_device
        for m in mixed(talk, second, party, unseen)
    ]


def mixed(talk: Channel, second: Channel, party: PartyOf, unseen: Unseen) -> list[Mixing]:
    """The stretches in which a phone mixed its talk with its second call."""
    if not talk.holds or not with_a_colleague(second, party) or talk.created_at >= second.created_at:
        return []
    found = []
    for back in sorted(back for channel in (talk, second) for _, back in channel.holds if back is not None):
        until = min(_open_until(talk, back), _open_until(second, back))
        # A hold of the second call that was not seen would mean that the two were never mixed.
        if until - back >= MIXED and not unseen.any(second.created_at, back + MIXED):
            found.append(Mixing(talk, second, back, until))
    return found


def with_a_colleague(second: Channel, party: PartyOf) -> bool:
    """Whether a second call is one that the phone placed itself, or that a colleague placed to it. Two customers who
    called in are not mixed."""
    if not party(second).is_inside:
        return False
    caller = root_of(second.dial).caller if second.dial is not None else None
    return second.consults is not None if caller is None else party(caller).is_inside


def _open_until(channel: Channel, at: float) -> float:
    """Until when a channel stayed bridged and off hold from a moment on; the moment itself if it was not so then."""
    stay = next((s for s in channel.joined if s.entered_at <= at and (s.left_at is None or at < s.left_at)), None)
    if stay is None or any(since <= at and (back is None or at < back) for since, back in channel.holds):
        return at
    left_at = stay.left_at if stay.left_at is not None else inf
    return min([left_at, *(since for since, _ in channel.holds if since > at)])
