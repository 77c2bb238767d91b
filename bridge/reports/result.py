"""The result of a report. Every rate and average is two whole numbers; what is not known is None, never 0."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from bridge.reports.catalogue.main import PARTS, main
from bridge.reports.figures import Dimension, Figure, Report
from bridge.reports.periods import Bucket
from bridge.reports.request import Request


class Lengths(NamedTuple):
    """Lengths of items in milliseconds; for the unit ``x``, plain numbers."""

    items: int
    total: int
    longest: int
    p90: int | None = None
    """Whole seconds."""


class Rate(NamedTuple):
    """A rate or an average, as the two whole numbers of which it is made."""

    numerator: int
    denominator: int


Value = int | Lengths | Rate | None
Cell = tuple[int, tuple[str, ...]]
"""A cell: the order of its bucket, and its key."""
Numbers = Sequence[int]
Some = Sequence[int | None]
"""One value for each of some lines; None where it is not known."""


class ManyLengths(NamedTuple):
    """The lengths of some lines."""

    items: Some
    total: Some
    longest: Some
    p90: Some


class ManyRates(NamedTuple):
    """The rates of some lines."""

    numerator: Some
    denominator: Some


Many = Some | ManyLengths | ManyRates
"""One figure of some lines."""


def each(many: Many) -> Iterable[Value]:
    """Line by line."""
    match many:
        case ManyLengths():
            return _each(Lengths, many)
        case ManyRates():
            return _each(Rate, many)
    return many


def _each(kind: Callable[..., Value], many: ManyLengths | ManyRates) -> Iterable[Value]:
    if None not in many[0]:
        return map(kind, *many)
    return [kind(*parts) if parts[0] is not None else None for parts in zip(*many, strict=True)]


def many(value: Value) -> Many:
    """The figure of one line, as of several."""
    match value:
        case Lengths():
            return ManyLengths(*((part,) for part in value))
        case Rate():
            return ManyRates(*((part,) for part in value))
    return (value,)


class Line(NamedTuple):
    """One line of a report: an interval, the values of the dimensions, and the figures."""

    bucket: Bucket
    key: tuple[str, ...]
    values: tuple[Value, ...]
    """In the order of ``Result.figures``."""
    open: bool
    """Whether the interval is not over, so that its numbers may still grow."""
    hours: float | None = None
    """In a profile: how many real hours the line stands for."""


class Block(NamedTuple):
    """Some lines, column by column."""

    buckets: Sequence[Bucket]
    keys: Sequence[tuple[str, ...]]
    open: Sequence[bool]
    hours: Sequence[float | None]
    values: Sequence[Many]
    """In the order of ``Result.figures``."""

    def lines(self) -> Iterator[Line]:
        values = zip(*map(each, self.values), strict=True) if self.values else itertools.repeat(())
        return map(Line, self.buckets, self.keys, values, self.open, self.hours)


class Lines:
    """The lines of a report, made anew each time they are asked for. These are none; those of a report are in
    ``folding``."""

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Line]:
        return itertools.chain.from_iterable(block.lines() for block in self.blocks())

    def blocks(self) -> Iterator[Block]:
        """A hundred thousand lines are made neither one by one nor all together."""
        return iter(())

    def first_of_keys(self) -> set[str]:
        """The different values of the first dimension."""
        return set()

    def in_order(self, order: Sequence[int]) -> Lines:
        """The same lines in another order. ``order``: the number of each."""
        return self


class Table(NamedTuple):
    """A breakdown. Its rows hold the dimensions, the value it is by, and how many."""

    id: str
    en: str
    zh: str
    dimensions: tuple[Dimension, ...]
    rows: list[tuple[str | int, ...]]
    figure: str
    """The figure that is broken down."""
    is_time: bool = False
    """Whether the last value is a time in milliseconds, not a count."""

    @property
    def unit(self) -> str:
        return "s" if self.is_time else "#"

    def told(self) -> Iterator[tuple[str | int | float, ...]]:
        """The rows as they are shown: times in seconds."""
        for *key, value in self.rows:
            yield (*key, value / 1000 if self.is_time and isinstance(value, int) else value)


class Result(NamedTuple):
    """A report as it was computed."""

    report: Report
    request: Request
    as_of: int
    """When it was computed, milliseconds since the epoch."""
    dimensions: tuple[Dimension, ...]
    figures: tuple[Figure, ...]
    """The figures that are shown."""
    lines: Lines
    totals: tuple[Value, ...]
    tables: list[Table]
    notes: list[tuple[str, str]]
    """Notes below the figures, in English and 中文."""
    longest: Mapping[str, Mapping[Cell | None, str]] = {}
    """For each figure, the record of the longest: of each line, and of all (None). Empty if nobody asked for it."""

    @property
    def main(self) -> tuple[str, ...]:
        """The figures that are looked at first; empty if all are."""
        return tuple(main(self.report.name, self.request.service_level, (figure.id for figure in self.figures)))

    @property
    def parts(self) -> tuple[str, ...]:
        """The figures that are shown too if they are not zero."""
        return PARTS.get(self.report.name, ())


def tenths(numerator: int, denominator: int) -> int | None:
    """A rate in tenths of a percent, rounded half up; but 1,000 only if all, and 0 only if none."""
    if denominator <= 0:
        return None
    found = (2000 * numerator + denominator) // (2 * denominator)
    if found == 1000 and numerator < denominator:
        return 999
    return 1 if found == 0 and numerator > 0 else found
