"""A result as columns of plain values, the same for every table and file. An average, or a rate, makes several
columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from bridge.reports.figures import Dimension, Figure, Items
from bridge.reports.result import Block as Lines
from bridge.reports.result import Cell, Many, ManyLengths, ManyRates, Result, Value, many
from bridge.vocabulary.times import rfc3339

Kind = Literal["text", "list", "count", "seconds", "rate", "number", "time", "local", "flag", "yes"]
"""Seconds are whole milliseconds, rates are two whole numbers, times are milliseconds since the epoch, a local
time is a text with its offset."""
Labels = Literal["ids", "en", "zh-TW"]
Plain = str | int | tuple[int, int] | list[str] | None
Block = Sequence[Sequence[Plain]]
"""Some rows, column by column: a hundred thousand rows are made and written so at a tenth of the cost."""


class Column(NamedTuple):
    """One column of a table or a file."""

    id: str
    en: str
    zh: str
    kind: Kind
    figure: str | None = None
    """The figure of which the column is all or a part; None: the column says what a row is of."""
    words: tuple[str, ...] = ()
    """Families of words, if the values are ids that people read as words."""

    def label(self, labels: Labels) -> str:
        return {"ids": self.id, "en": self.en, "zh-TW": self.zh}[labels]


def of_dimension(dimension: Dimension) -> Column:
    """The column that says what of a dimension a line of a report is about."""
    return Column(dimension.id, dimension.en, dimension.zh, "text", words=dimension.words)


class Columns:
    """The columns of one result. The PBX is a column only if there are several."""

    def __init__(self, result: Result) -> None:
        self._result = result
        self._has_time = result.request.interval != "none"
        self._is_profile = result.request.interval in ("hour-of-day", "weekday-hour")
        of_pbxs = bool(result.dimensions) and result.dimensions[0].id == "pbx"
        self._first = 1 if of_pbxs and len(result.lines.first_of_keys()) < 2 else 0
        self.leading = [*self._leading()]
        self.figures = [column for figure in result.figures for column in self._of(figure)]
        self.all = [*self.leading, *self.figures]

    def _leading(self) -> Iterator[Column]:
        if self._has_time:
            yield Column("interval", "Interval", "時段", "text")
            if self._is_profile:
                yield Column("hours", "Real hours", "實際小時數", "number")
            else:
                yield Column("interval_start", "Start (UTC)", "開始 (UTC)", "time")
        for dimension in self._result.dimensions[self._first :]:
            yield of_dimension(dimension)
        yield Column("open", "Open", "未結束", "flag")

    def _of(self, figure: Figure) -> Iterator[Column]:
        yield from _of_figure(figure)
        if figure.id in self._result.longest:
            en, zh = f"{figure.en}, call of the longest", f"{figure.zh}，最長的通話"
            yield Column(f"{figure.id}{LONGEST_CALL}", en, zh, "text", figure.id)

    def blocks(self) -> Iterator[Block]:
        for block in self._result.lines.blocks():
            cells = [(bucket.order, key) for bucket, key in zip(block.buckets, block.keys, strict=True)]
            yield [*self._lead(block), *self._plain(block.values, cells)]

    def rows(self) -> Iterator[list[Plain]]:
        return rows_of(self.blocks())

    def plain(self, values: Iterable[Value]) -> Iterator[Plain]:
        """The values of one line's figures."""
        return (column[0] for column in self._plain([many(value) for value in values], [None]))

    def _lead(self, block: Lines) -> Iterator[Sequence[Plain]]:
        if self._has_time:
            yield [bucket.label for bucket in block.buckets]
            if self._is_profile:
                yield [(round((hours or 0) * 100), 100) for hours in block.hours]
            else:
                yield [bucket.start for bucket in block.buckets]
        yield from [*zip(*block.keys, strict=True)][self._first :]
        yield [*map(int, block.open)]

    def _plain(self, values: Iterable[Many], cells: Sequence[Cell | None]) -> Iterator[Sequence[Plain]]:
        for figure, value in zip(self._result.figures, values, strict=True):
            yield from _plain(figure, value)
            if (records := self._result.longest.get(figure.id)) is not None:
                yield [records.get(cell) for cell in cells]


def rows_of(blocks: Iterable[Block]) -> Iterator[list[Plain]]:
    """The rows of blocks, one by one."""
    for block in blocks:
        yield from map(list, zip(*block, strict=True))


def blocks_of(rows: Iterable[list[Plain]]) -> Iterator[Block]:
    """Rows gathered into blocks of at most `AT_ONCE`."""
    rows = iter(rows)
    while some := [*islice(rows, AT_ONCE)]:
        yield [*zip(*some, strict=True)]


AT_ONCE = 1000
"""Rows of a block."""


def _of_figure(figure: Figure) -> Iterator[Column]:
    def column(part: str, en: str, zh: str, kind: Kind) -> Column:
        return Column(f"{figure.id}{part}", f"{figure.en}{en}", f"{figure.zh}{zh}", kind, figure.id)

    match figure.unit:
        case "%":
            yield column("", "", "", "rate")
            yield column("_numerator", ", numerator", "，分子", "count")
            yield column("_denominator", ", denominator", "，分母", "count")
        case "s" | "x" if isinstance(figure.made, Items):
            kind: Kind = "seconds" if figure.unit == "s" else "count"
            if figure.unit == "s":
                yield column("_items", ", items", "，筆數", "count")
                yield column("_total", ", total", "，總計", kind)
            yield column("_average", ", average", "，平均", "seconds" if figure.unit == "s" else "number")
            yield column("_longest", ", longest", "，最長" if figure.unit == "s" else "，最大", kind)
            if figure.made.p90:
                yield column("_p90", ", 90 % within", "，90 % 以內", "seconds")
        case "s":
            yield column("", "", "", "seconds")
        case "x":
            yield column("", "", "", "number")
        case "t":
            yield column("", "", "", "time")
        case _:
            yield column("", "", "", "count")


def _plain(figure: Figure, values: Many) -> Iterator[Sequence[Plain]]:
    match values:
        case ManyLengths(items, total, longest, p90):
            if figure.unit == "s":
                yield items
                yield total
                yield [*map(average, total, items)]
            else:
                yield [*map(_rate, total, items)]
            yield [length if count else None for length, count in zip(longest, items, strict=True)]
            if isinstance(figure.made, Items) and figure.made.p90:
                yield [seconds * 1000 if seconds is not None else None for seconds in p90]
        case ManyRates(over, under) if figure.unit == "s":
            yield [*map(average, over, under)]
        case ManyRates(over, under):
            yield [*map(_rate, over, under)]
            if figure.unit == "%":
                yield over
                yield under
        case _:  # a plain number, or a figure of several parts of which none is known
            yield from [values] * sum(1 for _ in _of_figure(figure))


def _rate(over: int | None, under: int | None) -> tuple[int, int] | None:
    return (over, under) if over is not None and under is not None and under > 0 else None


LONGEST_CALL = "_longest_record_id"
HIDDEN = ("_numerator", "_denominator", "_items", "_total", LONGEST_CALL)
"""Parts of a figure that files have and narrow tables leave out."""


def is_shown(column: Column, n: int, rows: Sequence[Sequence[Plain]]) -> bool:
    """Whether a table needs a column, the n-th of its rows: not if nothing in it is known or everything is zero."""
    if column.id == "interval_start":
        return False  # the label beside it says the same
    if column.figure is None:
        return column.kind != "flag" or any(row[n] for row in rows)
    if column.id.endswith(HIDDEN) and column.id != column.figure:
        return False
    return any(row[n] not in (0, None) for row in rows)


def average(total: int | None, items: int | None) -> int | None:
    """Whole milliseconds, rounded half up; None without items."""
    return (2 * total + items) // (2 * items) if total is not None and items else None


def utc(ms: int) -> str:
    """A time in milliseconds since the epoch, as records write it."""
    return rfc3339(ms / 1000)


def day_and_time(ms: int, zone: ZoneInfo) -> datetime:
    """A time in milliseconds since the epoch, by the clocks of a zone."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone)
