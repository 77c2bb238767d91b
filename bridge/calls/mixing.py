"""Conferences that a phone makes by itself: it has a call with a colleague beside its talk, and lets all hear all.

The PBX sees two calls of one device and nothing else. What tells is the hold: the talk was put aside for the second
call, was taken back, and the second call was neither put aside for it nor ended.
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
    """A stretch of time in which a phone let all hear one another with whom it had two calls."""

    one: Channel
    other: Channel
    start: float
    until: float


def mixings(channels: Iterable[Channel], party: PartyOf, unseen: Unseen) -> list[Mixing]:
    """Every such stretch of the phones that had two of these calls."""
    lines: dict[str, list[Channel]] = {}
    for c in channels:
        if c.is_party and c.stays:
            lines.setdefault(c.device, []).append(c)
    return [
        m
        for of_device in lines.values()
        for talk in of_device
        if talk.holds
        for second in of_device
        for m in mixed(talk, second, party, unseen)
    ]


def mixed(talk: Channel, second: Channel, party: PartyOf, unseen: Unseen) -> list[Mixing]:
    """The stretches in which one phone's talk and its call with a colleague were one."""
    if not talk.holds or not with_a_colleague(second, party) or talk.created_at >= second.created_at:
        return []
    found = []
    for back in sorted(back for line in (talk, second) for _, back in line.holds if back is not None):
        until = min(_open_until(talk, back), _open_until(second, back))
        # A hold that was not seen would have put the second call aside.
        if until - back >= MIXED and not unseen.any(second.created_at, back + MIXED):
            found.append(Mixing(talk, second, back, until))
    return found


def with_a_colleague(second: Channel, party: PartyOf) -> bool:
    """Whether a phone placed a call beside another, or was called by a colleague: two who called in are two calls."""
    if not party(second).is_inside:
        return False
    caller = root_of(second.dial).caller if second.dial is not None else None
    return second.consults is not None if caller is None else party(caller).is_inside


def _open_until(line: Channel, at: float) -> float:
    """Until when a line was with others and off hold that was so at a moment; the moment itself where it was not."""
    stay = next((s for s in line.joined if s.entered_at <= at and (s.left_at is None or at < s.left_at)), None)
    if stay is None or any(since <= at and (back is None or at < back) for since, back in line.holds):
        return at
    left_at = stay.left_at if stay.left_at is not None else inf
    return min([left_at, *(since for since, _ in line.holds if since > at)])
