"""A report and a list of calls as tables. A terminal shows the columns for which it has room, the most important
first."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from bridge.commands.tables import Column, console, show_columns, table
from bridge.reports import columns as r
from bridge.reports.call_columns import FIRST
from bridge.reports.request import Request
from bridge.reports.result import Result
from bridge.reports.sheet import Sheet
from bridge.reports.texts import NOTHING, broken_by, shown
from bridge.vocabulary.language import Language, counted

RIGHT = ("count", "seconds", "number", "rate", "time")
"""Kinds of columns that are aligned to the right."""
LISTED = 24
"""Characters to which a list of names may be folded."""
CHINESE = 8
"""Cells to which a heading in 中文, which has no spaces, may be folded."""


def show_result(result: Result, labels: r.Labels, *, wide: bool = False) -> None:
    """Print a report, with its breakdowns and notes below it."""
    columns, zone, language = r.Columns(result), result.request.zone, _language(labels)
    rows = [*columns.rows()]
    totals: list[r.Plain] = [None] * len(columns.leading) + [*columns.plain(result.totals)]
    kept = [n for n, column in enumerate(columns.all) if wide or r.is_shown(column, n, [*rows, totals])]
    lines = [[shown(columns.all[n], row[n], zone, language) for n in kept] for row in rows]
    if len(rows) != 1:
        last = [shown(columns.all[n], totals[n], zone, language) if n >= len(columns.leading) else "" for n in kept]
        if kept and kept[0] < len(columns.leading):
            last[0] = "總計" if labels == "zh-TW" else "all"
        lines.append(last)
    _title(result.report.en, result.report.zh, result.request, labels)
    if rows:
        _show([columns.all[n] for n in kept], lines, labels, (*result.main, *result.parts), wide=wide)
    else:
        _count(0, labels)
    for each in result.tables:
        if each.rows:
            console().print(Text(f"\n{each.zh if labels == 'zh-TW' else each.en}"))
            count = r.Column("", "Time", "時間", "seconds") if each.is_time else r.Column("", "#", "#", "count")
            named = count.label(labels if labels == "zh-TW" else "en")
            below = table(*(d.id for d in each.dimensions), each.id, named, right=(named,))
            for *of, by, value in each.rows:
                named_by = str(by) if labels == "ids" else broken_by(each, str(by), language)
                cells = (*map(str, of), named_by, shown(count, value, zone, language))
                below.add_row(*map(Text, cells))
            console().print(below)
    for en, zh in result.notes:
        console().print(Text(zh if labels == "zh-TW" else en))


def show_calls(sheet: Sheet, labels: r.Labels, *, wide: bool = False) -> None:
    """Print a list of calls, and how many there are."""
    if labels == "ids":
        sheet = sheet._replace(columns=[column._replace(words=()) for column in sheet.columns])
    ids = [column.id for column in sheet.columns[: sheet.leading]] + [*FIRST]
    zone, language = sheet.request.zone, _language(labels)
    rows = [[shown(column, value, zone, language) for column, value in zip(sheet.columns, row, strict=True)]
            for row in sheet.rows()]  # fmt: skip
    kept = [
        n
        for n, column in enumerate(sheet.columns)
        if wide or (column.id in ids and any(row[n] not in ("", NOTHING) for row in rows))
    ]
    _title(sheet.en, sheet.zh, sheet.request, labels)
    _show([sheet.columns[n] for n in kept], [[row[n] for n in kept] for row in rows], labels, ids, wide=wide)
    _count(len(rows), labels)


def _count(rows: int, labels: r.Labels) -> None:
    console().print(Text(f"共 {rows:,} 列" if labels == "zh-TW" else counted(rows, "row")))


def _language(labels: r.Labels) -> Language:
    return "zh-TW" if labels == "zh-TW" else "en"


def _title(en: str, zh: str, request: Request, labels: r.Labels) -> None:
    since, until = (r.day_and_time(ms, request.zone) for ms in (request.since, request.until))
    title = zh if labels == "zh-TW" else en
    console().print(Text(f"{title}, {since:%Y-%m-%d %H:%M} – {until:%Y-%m-%d %H:%M}, {request.zone.key}"))


def _show(
    columns: Sequence[r.Column], rows: Sequence[Sequence[str]], labels: r.Labels, first: Sequence[str], *, wide: bool
) -> None:
    made = {}
    for n, column in enumerate(columns):
        cells = [row[n] for row in rows]
        made[column.id] = Column(column.label(labels), cells, _narrowest(column, cells, labels), column.kind in RIGHT)

    def rank(column: r.Column) -> tuple[int, int]:
        if column.figure is None and column.id not in first:
            return -1, 0  # the columns that say what a row is of
        of = column.figure if column.figure in first else column.id
        return (first.index(of), column.id != of) if of in first else (len(first), 0)

    order = [made[column.id].name for column in sorted(columns, key=rank)]
    show_columns([*made.values()], order, wide=wide)


def _narrowest(column: r.Column, cells: Sequence[str], labels: r.Labels) -> int | None:
    """Cells stay on one line; the heads above them may be folded."""
    if column.kind == "list":
        return LISTED
    words = [CHINESE] if labels == "zh-TW" else [len(word) for word in column.label(labels).split()]
    return max([*words, *(len(text) for text in cells)])
