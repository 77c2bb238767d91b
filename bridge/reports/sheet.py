"""What a file is made of: one table, and what stands beside it. Reports and lists of calls are both written so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from bridge.errors import UsageError
from bridge.reports.columns import Block, Column, Columns, Plain, blocks_of, day_and_time, rows_of
from bridge.reports.figures import Figure
from bridge.reports.request import Request
from bridge.reports.result import Result, Table
from bridge.reports.sorting import Order, rows_by
from bridge.reports.terms import about


class Sheet(NamedTuple):
    """One table with everything else that a file says."""

    name: str
    en: str
    zh: str
    columns: Sequence[Column]
    leading: int
    """How many of the columns say what a row is of."""
    blocks: Callable[[], Iterator[Block]]
    """The rows, in blocks."""
    request: Request
    made: datetime
    """When it was computed, in the zone of the request."""
    about: dict[str, Any]
    about_en: str
    about_zh: str
    figures: Sequence[Figure] = ()
    """The figures whose formulas the file tells."""
    totals: Callable[[], dict[Column, Plain]] | None = None
    tables: Sequence[Table] = ()
    notes: Sequence[tuple[str, str]] = ()

    def rows(self) -> Iterator[list[Plain]]:
        return rows_of(self.blocks())


def of_result(result: Result) -> Sheet:
    """A report as a sheet."""
    columns = Columns(result)

    def totals() -> dict[Column, Plain]:
        return dict(zip(columns.figures, columns.plain(result.totals), strict=True))

    report = result.report
    return Sheet(
        report.name, report.en, report.zh, columns.all, len(columns.leading), columns.blocks, result.request,
        day_and_time(result.as_of, result.request.zone), about(result), report.about, report.about_zh,
        result.figures, totals, result.tables, result.notes,
    )  # fmt: skip


def sorted_by(order: Order, sheet: Sheet, most: int | None = None) -> Sheet:
    """A list whose rows are sorted in memory, if a column is named; ``most``: so many at most. Raises
    ``UsageError`` when the rows are asked for."""
    if order.column is None:
        return sheet

    def rows() -> Iterator[list[Plain]]:
        for n, row in enumerate(sheet.rows()):
            if n == most:
                raise UsageError(f"--sort: the list has more than {most:,} rows; choose a shorter period")
            yield row

    return sheet._replace(blocks=lambda: blocks_of(rows_by(order, sheet.columns, rows())))
