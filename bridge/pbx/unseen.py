"""The stretches of a call in which no feed told anything, and what can be known all the same.

Whatever happened in them, a record must not say anything false: who concludes something from what did not happen asks
whether the whole stretch was watched in which it would have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

RACE = 0.1
"""Seconds by which one event may overtake another, and a snapshot all of them: of what was just happening at the last
word not all was told, and of what a snapshot has told already some comes after it."""
Stretch = tuple[float, float]
"""From the last that was told until a snapshot told what was there, seconds since the epoch."""


class Unseen:
    """What was told at the very beginning of a stretch was seen, what a snapshot tells at its end was not."""

    def __init__(self, stretches: Iterable[Stretch] = ()) -> None:
        self._stretches = sorted(set(stretches)) if stretches else []

    def __bool__(self) -> bool:
        return bool(self._stretches)

    def __iter__(self) -> Iterator[Stretch]:
        return iter(self._stretches)

    def any(self, since: float, until: float) -> bool:
        """Whether something that happened in an interval, its ends included, may not have been seen."""
        stretches = self._stretches  # of nearly every call there are none
        return bool(stretches) and any(start - RACE < until and since <= end + RACE for start, end in stretches)

    def holds(self, at: float) -> bool:
        """Whether what has this time was not seen when it happened."""
        return any(start < at <= end for start, end in self._stretches)

    def last_seen(self, at: float) -> float:
        """The last moment, at the latest this one, that was seen."""
        for start, end in reversed(self._stretches):
            if start < at <= end:
                at = start
        return at

    def watched_until(self, since: float, until: float) -> float:
        """The first moment in an interval after which something was not seen, or its end."""
        return min([until, *(start for start, end in self._stretches if since <= start < until)])

    def watched(self, since: float, until: float, least: float) -> float | None:
        """The first moment of an interval from which on so many seconds of it were watched, if there is one: of what
        was just happening at the last word before a stretch not all was told."""
        if not self._stretches:
            return since
        for start, end in self._stretches:
            if since + least + RACE <= start:
                break
            since = max(since, end)
        return since if since + least <= until else None
