"""Sets of intervals of time: from when until when, seconds since the epoch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Bounds = list[tuple[float, float]]


def union(bounds: Iterable[tuple[float, float]]) -> Bounds:
    """The same time as intervals in order that do not overlap."""
    found: Bounds = []
    reached = float("-inf")
    for start, until in sorted(bounds):
        if until > reached:
            found.append((max(start, reached), until))
            reached = until
    return found


def covered(bounds: Iterable[tuple[float, float]]) -> float:
    """The length of a union of intervals, seconds."""
    return sum([until - start for start, until in union(bounds)], 0.0)


def overlap(bounds: Sequence[tuple[float, float]], others: Sequence[tuple[float, float]]) -> float:
    """How long two sets of intervals overlap, seconds."""
    if not bounds or not others:
        return 0.0
    ours, theirs, total = union(bounds), union(others), 0.0
    i = j = 0
    while i < len(ours) and j < len(theirs):
        since, until = max(ours[i][0], theirs[j][0]), min(ours[i][1], theirs[j][1])
        total += max(0.0, until - since)
        if ours[i][1] <= theirs[j][1]:
            i += 1
        else:
            j += 1
    return total
