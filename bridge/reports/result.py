"""What a report came to. Every rate and average is two whole numbers; nothing known is None, never 0."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from bridge.reports.figures import Dimension, Figure, Report
from bridge.reports.periods import Bucket
from bridge.reports.request import Request


class Lengths(NamedTuple):
    """Lengths of items, milliseconds (of a ratio's unit ``x`` plain numbers)."""

    items: int
    total: int
    longest: int
    p90: int | None = None
    """Whole seconds."""


class Rate(NamedTuple):
    numerator: int
    denominator: int


Value = int | Lengths | Rate | None


class Line(NamedTuple):
    bucket: Bucket
    key: tuple[str, ...]
    values: tuple[Value, ...]
    """By ``Result.figures``."""
    open: bool
    """Whether the interval is not over, so that its numbers may still grow."""
    hours: float | None = None
    """In a profile: how many real hours it was."""


class Lines(Protocol):
    """Made as they are asked for, and the same each time."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Line]: ...


class Table(NamedTuple):
    """A breakdown: its rows' dimensions, the value, and how many."""

    id: str
    en: str
    zh: str
    dimensions: tuple[Dimension, ...]
    rows: list[tuple[str | int, ...]]
    is_time: bool = False
    """Whether the last value is time, in milliseconds, and no count."""

    @property
    def unit(self) -> str:
        return "s" if self.is_time else "#"

    def told(self) -> Iterator[tuple[str | int | float, ...]]:
        """The rows as they are shown: time in seconds."""
        for *key, value in self.rows:
            yield (*key, value / 1000 if self.is_time and isinstance(value, int) else value)


class Result(NamedTuple):
    report: Report
    request: Request
    as_of: int
    dimensions: tuple[Dimension, ...]
    figures: tuple[Figure, ...]
    """Those that are shown."""
    lines: Lines
    totals: tuple[Value, ...]
    tables: list[Table]
    notes: list[tuple[str, str]]
    """What stands below the figures, English and 中文."""


def tenths(numerator: int, denominator: int) -> int | None:
    """A rate in tenths of a percent, half up; 1,000 only if all, and 0 only if none."""
    if denominator <= 0:
        return None
    found = (2000 * numerator + denominator) // (2 * denominator)
    if found == 1000 and numerator < denominator:
        return 999
    return 1 if found == 0 and numerator > 0 else found
