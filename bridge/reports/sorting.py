"""Sorts the lines of a report and the rows of a list by one column, the same for command, API, pages and files.

The highest number and the latest time come first, text by the alphabet, and what is not known last; ``reverse``
turns round what is known. Rows that are alike keep the order of the report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from heapq import nsmallest
from typing import NamedTuple

from bridge.config.nearest import nearest
from bridge.errors import UsageError
from bridge.reports.columns import Column, Columns, Plain
from bridge.reports.result import Result
from bridge.reports.texts import NOTHING


class Order(NamedTuple):
    """By which column; a report or a list without one keeps its own order."""

    column: str | None = None
    reverse: bool = False


class _Text(str):
    """Text that comes before what it would follow."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)


Rank = tuple[bool, float | str]
"""Whether the value is unknown, and its place among the others."""


def can_sort(column: Column) -> bool:
    return column.kind != "list"


def is_rising(column: Column, order: Order) -> bool:
    """Whether the lowest value, or the beginning of the alphabet, comes first."""
    return (column.kind == "text") != order.reverse


def ranked(order: Order, columns: Sequence[Column]) -> tuple[int, Callable[[Plain], Rank]]:
    """The place of the column, and what its values are to be sorted by; they must be given in the report's own
    order. Raises ``UsageError``."""
    known = {column.id: n for n, column in enumerate(columns) if can_sort(column)}
    if order.column not in known:
        raise UsageError(f'--sort: no column "{order.column}"; {nearest(order.column or "", known)}')
    n = known[order.column]
    sign = 1 if order.reverse else -1
    text = _Text if order.reverse else str
    places: dict[str, int] = {}

    def rank(value: Plain) -> Rank:
        match value:
            case int():
                return False, sign * value
            case (int() as over, int() as under) if under:
                return False, sign * over / under
            case str() if value == NOTHING:
                return True, 0
            case str() if columns[n].id == "interval":  # "Fri 09:00" follows "Thu 09:00"
                return False, -sign * places.setdefault(value, len(places))
            case str() if columns[n].kind == "local":
                return False, sign * datetime.fromisoformat(value).timestamp()
            case str():
                return False, text(value)
        return True, 0

    return n, rank


def rows_by(order: Order, columns: Sequence[Column], rows: Iterable[list[Plain]]) -> list[list[Plain]]:
    """All rows of a list, in memory. Raises ``UsageError``."""
    n, rank = ranked(order, columns)
    return sorted(rows, key=lambda row: rank(row[n]))


def first_by(order: Order, columns: Sequence[Column], rows: Iterable[list[Plain]], count: int) -> list[list[Plain]]:
    """The first rows of a list that is read to its end, and no more of it in memory. Raises ``UsageError``."""
    if order.column is None:
        return [row for n, row in enumerate(rows) if n < count]
    n, rank = ranked(order, columns)
    return nsmallest(count, rows, key=lambda row: rank(row[n]))


def result_by(order: Order, result: Result) -> Result:
    """A report with its lines in this order. Raises ``UsageError``."""
    if order.column is None:
        return result
    columns = Columns(result)
    n, rank = ranked(order, columns.all)
    ranks = [rank(value) for block in columns.blocks() for value in block[n]]
    return result._replace(lines=result.lines.in_order(sorted(range(len(ranks)), key=ranks.__getitem__)))
