"""When to look at whom again, though nothing happens: in the PBX's time, and by our own clock."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from math import inf

from bridge.pbx.mirror import Mirror


class Due:
    """Of one PBX."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._heap: list[tuple[float, float, str]] = []
        """When by our own clock, which time that is by the PBX's, and whom."""

    def add(self, name: str, at: float, now: float) -> None:
        """``at``: when, and ``now``: what time it is, by the PBX's clock."""
        heappush(self._heap, (self._mirror.clock + max(0.0, at - now), at, name))

    @property
    def next(self) -> float:
        """By our own clock."""
        return self._heap[0][0] if self._heap else inf

    def take(self, now: float) -> Iterator[tuple[float, str]]:
        """The time by the PBX's clock, and whom to look at then. ``now``: by our own clock."""
        while self._heap and self._heap[0][0] <= now:
            _, at, name = heappop(self._heap)
            yield at, name

    def clock_set(self, by: float) -> None:
        """The PBX's clock was set."""
        self._heap = [(due, when + by, name) for due, when, name in self._heap]

    def own_clock_set(self, by: float) -> None:
        self._heap = [(due + by, when, name) for due, when, name in self._heap]
