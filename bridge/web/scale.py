"""Where a moment of the call lies from left to right, in px.

The scale is the same everywhere, except that long quiet stretches are folded: of a stretch longer than ``LONG`` in
which nothing begins or ends, a little stays at both ends, and the rest is drawn ``FOLD`` px wide. So a call of an
hour is as readable as one of ten seconds.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor

LONG = 30.0
"""Seconds."""
FOLD = 24.0
"""px."""
AT_LEAST, AT_MOST = 4.0, 10.0
"""Seconds that stay at each end of a folded stretch."""
SHARE = 0.4
"""The share of the width that folds may take together; the longest stretches are folded first."""
STEPS = (
    0.001,
    0.002,
    0.005,
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.5,
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    14400,
    43200,
)
"""Seconds between two ticks."""
TICKS = 12

HAIR = 0.001
"""Steps by which a tick may miss its moment: a present-day time in a float is exact to a quarter of a microsecond."""


@dataclass(frozen=True, slots=True)
class Fold:
    since: float
    until: float


class Scale:
    """From ``since`` to ``until``, in seconds since the epoch, drawn from ``left`` to ``right``, in px."""

    def __init__(
        self, since: float, until: float, left: float, right: float, moments: Iterable[float] | None
    ) -> None:
        """``moments``: when something begins or ends; None: do not fold."""
        self.since, self.until = since, max(until, since + 0.001)
        self.left, self.right = left, right
        self.folds = _folds(self.since, self.until, moments, right - left) if moments is not None else []
        shown = self.until - self.since - sum(fold.until - fold.since for fold in self.folds)
        self.per_second = (right - left - FOLD * len(self.folds)) / shown
        """px."""
        self._times = [self.since]
        self._places = [left]
        for fold in self.folds:
            x = self._places[-1] + (fold.since - self._times[-1]) * self.per_second
            self._times += [fold.since, fold.until]
            self._places += [x, x + FOLD]
        self._times.append(self.until)
        self._places.append(right)
        self.step = next((step for step in STEPS if floor(shown / step + HAIR) <= TICKS), STEPS[-1])
        """Seconds between two ticks."""

    def x(self, time: float) -> float:
        if time <= self.since:
            return self.left
        if time >= self.until:
            return self.right
        n = bisect_right(self._times, time) - 1
        spent = (time - self._times[n]) / (self._times[n + 1] - self._times[n])
        return self._places[n] + spent * (self._places[n + 1] - self._places[n])

    def ticks(self, zero: float) -> Iterator[float]:
        """The moments that are a whole number of steps after ``zero`` and lie in no fold."""
        for n in range(
            ceil((self.since - zero) / self.step - HAIR), floor((self.until - zero) / self.step + HAIR) + 1
        ):
            time = zero + n * self.step
            if not any(fold.since < time < fold.until for fold in self.folds):
                yield time

    def clear(self, since: float, until: float) -> Iterator[tuple[float, float]]:
        """The visible parts of a stretch, in px."""
        edges = [since, *(t for fold in self.folds for t in (fold.since, fold.until) if since < t < until), until]
        folded = {fold.since for fold in self.folds}
        for start, end in pairwise(edges):
            if start not in folded:
                yield self.x(start), self.x(end)


def _folds(since: float, until: float, moments: Iterable[float], width: float) -> list[Fold]:
    inside = sorted({since, until, *(time for time in moments if since < time < until)})
    long = [(start, end) for start, end in pairwise(inside) if end - start > LONG]
    long = sorted(sorted(long, key=lambda pair: pair[0] - pair[1])[: int(width * SHARE / FOLD)])
    rest = until - since - sum(end - start for start, end in long)
    stays = min(AT_MOST, max(AT_LEAST, rest / 12))
    return [Fold(start + stays, end - stays) for start, end in long]
