"""Times as records write them: RFC 3339 in UTC with milliseconds."""

from datetime import UTC, datetime
from functools import lru_cache

LAST_SECOND = 253402300799.0
"""The last second of the year 9999, since the epoch: Python has no later date."""
FOR_EVER = 2**62
"""Milliseconds: later than any time on record."""


@lru_cache(4096)
def rfc3339(at: float) -> str:
    """A time in UTC with milliseconds: ``2026-11-22T05:45:15.476Z``."""
    whole, ms = divmod(round(at * 1000), 1000)
    return f"{_second(whole)}.{ms:03d}Z"


@lru_cache(1024)
def _second(at: int) -> str:
    """Cached by itself: the times of one record, and those of calls at the same time, often lie in one second."""
    return datetime.fromtimestamp(at, UTC).isoformat()[:19]


def seconds(time: str) -> float:
    """A record's time in seconds since the epoch."""
    return datetime.fromisoformat(time).timestamp()


@lru_cache(4096)
def milliseconds(time: str) -> int:
    """A record's time in whole milliseconds since the epoch."""
    return _whole(time[:19]) * 1000 + int(time[20:23])


@lru_cache(4096)
def _whole(second: str) -> int:
    return int(datetime.fromisoformat(second).replace(tzinfo=UTC).timestamp())
