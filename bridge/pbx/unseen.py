"""The stretches of a call in which no feed told anything.

Anything may have happened in them, and a record must not say anything false. So a rule that concludes something from
what did not happen asks first whether all of that time was seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

RACE = 0.1
"""Seconds by which one event, or a snapshot, may overtake others: events of the last moment before a stretch may be
missing, and events that the snapshot already shows may come after it."""
Stretch = tuple[float, float]
"""From the last event until the next snapshot, seconds since the epoch."""


class Unseen:
    """The unseen stretches of a call. A stretch's first moment was seen; its last one, told by a snapshot, was
    not."""

    def __init__(self, stretches: Iterable[Stretch] = ()) -> None:
        self._stretches = sorted(set(stretches)) if stretches else []

    def __bool__(self) -> bool:
        return bool(self._stretches)

    def __iter__(self) -> Iterator[Stretch]:
        return iter(self._stretches)

    def any(self, since: float, until: float) -> bool:
        """Whether something in an interval, its ends included, may not have been seen."""
        stretches = self._stretches
        return bool(stretches) and any(start - RACE < until and since <= end + RACE for start, end in stretches)

    def holds(self, at: float) -> bool:
        """Whether a moment lies in an unseen stretch."""
        return any(start < at <= end for start, end in self._stretches)

    def last_seen(self, at: float) -> float:
        """The last moment up to this one that was seen."""
        for start, end in reversed(self._stretches):
            if start < at <= end:
                at = start
        return at

    def watched_until(self, since: float, until: float) -> float:
        """Until when an interval was seen without a break."""
        return min([until, *(start for start, end in self._stretches if since <= start < until)])

    def watched(self, since: float, until: float, least: float) -> float | None:
        """The first moment of an interval after which ``least`` seconds were seen without a break; None if there is
        none."""
        if not self._stretches:
            return since
        for start, end in self._stretches:
            if since + least + RACE <= start:
                break
            since = max(since, end)
        return since if since + least <= until else None
