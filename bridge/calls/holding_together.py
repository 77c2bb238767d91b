"""Which channels hold a call together: without such a channel, the others fall into parts that are not tied.

Two channels are tied if one dialled the other, if they are halves of one Local channel, if one transfer names both,
or if they were in one bridge at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf

from bridge.pbx.channel import Channel
from bridge.pbx.history import Stay


def left(stay: Stay) -> float:
    """When a stay ended; infinity while it lasts."""
    return stay.left_at if stay.left_at is not None else inf


def told_ties(channel: Channel) -> Iterator[Channel | None]:
    """The channels to which a channel is tied by dials, halves and transfers; itself and None may be among them."""
    yield channel.other_half
    yield channel.dial.caller if channel.dial is not None else None
    for dial in channel.dials:
        yield dial.dest
    for t in channel.transfers:
        yield from t.legs if channel in t.legs else ()


def holding_together(channels: Sequence[Channel]) -> set[str]:
    """Ids of the channels without which the others fall apart (cut vertices, by Tarjan's algorithm), perhaps more."""
    ties = _ties(channels)
    found: set[str] = set()
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    for root in ties:
        if root in order:
            continue
        order[root] = lowest[root] = len(order)
        branches = 0
        path = [(root, iter(ties[root]))]
        while path:
            here, others = path[-1]
            there = next(others, None)
            if there is not None:
                if there in order:
                    lowest[here] = min(lowest[here], order[there])
                else:
                    order[there] = lowest[there] = len(order)
                    branches += here == root
                    path.append((there, iter(ties[there])))
                continue
            path.pop()
            if path:
                before = path[-1][0]
                lowest[before] = min(lowest[before], lowest[here])
                if before != root and lowest[here] >= order[before]:
                    found.add(before)
        if branches > 1:
            found.add(root)
    return found


def _ties(channels: Sequence[Channel]) -> dict[str, list[str]]:
    ties: dict[str, list[str]] = {c.id: [] for c in channels}
    bridges: dict[str, list[tuple[Stay, str]]] = {}
    for c in channels:
        for other in told_ties(c):
            if other is not None and other is not c and other.id in ties:
                ties[c.id].append(other.id)
                ties[other.id].append(c.id)
        for stay in c.stays:
            bridges.setdefault(stay.bridge, []).append((stay, c.id))
    for inside in bridges.values():
        inside.sort(key=lambda i: i[0].entered_at)
        # Two ties are enough: without one of the two channels that stay longest, the other still ties the rest.
        longest: list[tuple[float, str]] = []
        for stay, c_id in inside:
            for until, other_id in longest:
                if stay.entered_at < until and other_id != c_id:
                    ties[c_id].append(other_id)
                    ties[other_id].append(c_id)
            longest = _two_longest([*longest, (left(stay), c_id)])
    return ties


def _two_longest(stays: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """The two stays that last longest, of two different channels."""
    until: dict[str, float] = {}
    for at, c_id in stays:
        until[c_id] = max(at, until.get(c_id, at))
    return sorted(((at, c_id) for c_id, at in until.items()), reverse=True)[:2]
