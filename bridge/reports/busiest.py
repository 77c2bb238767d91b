"""The most stretches that lasted at one instant. At one instant ends go before begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bridge.reports.periods import Grain


def busiest(begins: Sequence[int], ends: Sequence[int], grain: Grain | None) -> Iterator[tuple[int, int]]:
    """The number of each part of time in which something lasted, and the most there; without parts one pair for all.

    Sorting and one pass: n·log n in the stretches, and one step a part that one of them touches.
    """
    shift, slot = (grain.shift, grain.size) if grain is not None else (0, None)
    begun, over = sorted([at + shift for at in begins]), sorted([at + shift for at in ends])
    now, most, n = 0, 0, 0
    slots: dict[int, int] = {}
    before = begun[0] if begun else 0
    for at in begun:
        while over[n] <= at:
            if slot is not None and now and over[n] > before:
                _fill(slots, before // slot, (over[n] - 1) // slot, now)
            before = over[n]
            now -= 1
            n += 1
        if slot is not None and now and at > before:
            _fill(slots, before // slot, (at - 1) // slot, now)
        before = at
        now += 1
        if now > most:
            most = now
    if slot is None:
        yield 0, most
        return
    for at in over[n:]:
        if at > before:
            _fill(slots, before // slot, (at - 1) // slot, now)
        before = at
        now -= 1
    yield from slots.items()


def _fill(slots: dict[int, int], first: int, last: int, now: int) -> None:
    for slot in range(first, last + 1):
        if now > slots.get(slot, 0):
            slots[slot] = now
