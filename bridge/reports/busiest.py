"""The most stretches that lasted at the same instant. A stretch that ends at an instant is not counted with one
that begins then."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate

from bridge.reports.periods import Grain


def busiest(begins: Sequence[int], ends: Sequence[int], grain: Grain | None) -> Iterator[tuple[int, int]]:
    """For each part of time in which something lasted, its number and the most at one instant; without parts, one
    pair for everything. Costs sorting and one pass: n·log n in the stretches, and one step for each part that a
    stretch touches."""
    shift = grain.shift if grain is not None else 0
    # An end is an even number, a begin the odd one after it: so an end sorts before a begin of the same instant.
    changes = [(at + shift) * 2 + 1 for at in begins]
    changes += [(at + shift) * 2 for at in ends]
    changes.sort()
    lasting = [*accumulate(1 if change & 1 else -1 for change in changes)]
    if grain is None:
        yield 0, max(lasting, default=0)
        return
    size, first, before, number = grain.size * 2, 0, 0, 0
    while first < len(changes):
        here = (changes[first] - 1) // size  # an end at a border belongs to the part before it
        if before:
            yield from ((between, before) for between in range(number + 1, here))
        after = bisect_left(changes, (here + 1) * size + 1, first)
        yield here, max(before, max(lasting[first:after]))
        first, before, number = after, lasting[after - 1], here
