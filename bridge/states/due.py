"""When to look at which agents again although nothing happens: by the PBX's clock, and by our own."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from math import inf

from bridge.pbx.mirror import Mirror


class Due:
    """The times that are due on one PBX."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._heap: list[tuple[float, float, str]] = []
        """A heap of: our own time, the PBX's time, and the agent to look at."""
        self.soonest = inf
        """The next time, by our own clock."""

    def add(self, name: str, at: float, now: float) -> None:
        """Look at an agent again at ``at``. ``now``: the present time. Both by the PBX's clock."""
        heappush(self._heap, (self._mirror.clock + max(0.0, at - now), at, name))
        self.soonest = self._heap[0][0]

    def take(self, now: float) -> Iterator[tuple[float, str]]:
        """What is due ``now``, by our own clock: the time by the PBX's clock, and the agents."""
        while self._heap and self._heap[0][0] <= now:
            _, at, name = heappop(self._heap)
            self.soonest = self._heap[0][0] if self._heap else inf
            yield at, name

    def clock_set(self, by: float) -> None:
        """The PBX's clock was set."""
        self._heap = [(due, when + by, name) for due, when, name in self._heap]

    def own_clock_set(self, by: float) -> None:
        self._heap = [(due + by, when, name) for due, when, name in self._heap]
        self.soonest += by
