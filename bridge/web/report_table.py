"""A report as a table for people: few columns unless all are asked for; each number leads to its calls."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import islice
from typing import Literal, NamedTuple

from bridge.config.numbers import Numbers
from bridge.reports.columns import HIDDEN, Column, Columns, Plain, is_shown
from bridge.reports.figures import Figure, Missing
from bridge.reports.periods import WEEKDAYS
from bridge.reports.result import Line, Result
from bridge.reports.sorting import Order, can_sort, is_rising
from bridge.reports.texts import NOTHING, broken_by, shown, tag_label
from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.language import Language
from bridge.web.behind import list_of, part_behind, perhaps_customers, rows_behind
from bridge.web.page_texts import TEXTS

MOST_ROWS = 500
"""Rows on the page; files have all."""
NUMBERS = ("count", "seconds", "rate", "number")
"""Kinds of columns whose values stand to the right, one below the other."""
SEVERAL = (*HIDDEN, "_longest", "_p90")
BROKEN_BY = {"reason": "col_reason", "sip_code": "col_sip", "both": "col_tags", "from": "col_from", "to": "col_to"}
"""By breakdown, the head of the column that it is by."""


class Head(NamedTuple):
    """The head of a column, which may lead to the same table sorted by it."""

    name: str
    is_number: bool
    column: str | None = None
    """By which it sorts; None: it does not."""
    order: Literal["", "ascending", "descending"] = ""
    """How the table is sorted, if it is by this column."""
    reverse: bool = False
    """Whether a click turns the order round."""


class Cell(NamedTuple):
    text: str
    link: str | None = None
    name: str = ""
    """What the settings call a DN."""


class Row(NamedTuple):
    lead: list[Cell]
    figures: list[Cell]
    is_open: bool


class Table(NamedTuple):
    name: str
    """Of rows that stand apart; else empty."""
    lead: list[Head]
    """The columns that say what a row is of."""
    figures: list[Head]
    rows: list[Row]
    total: list[Cell]
    more: int
    """How many rows there are, if the page does not show all; else 0."""


class Breakdown(NamedTuple):
    """A second table below the report."""

    name: str
    heads: list[str]
    rows: list[list[Cell]]
    more: int
    """How many rows there are, if the page does not show all; else 0."""


class Told(NamedTuple):
    """A figure, its total, and how it is counted."""

    id: str
    name: str
    total: Cell
    unit: str
    formula: str
    version: int


def head(column: Column, name: str, order: Order) -> Head:
    """``order``: that of the table."""
    is_number = column.kind in NUMBERS
    if not can_sort(column):
        return Head(name, is_number)
    if order.column != column.id:
        return Head(name, is_number, column.id)
    way: Literal["ascending", "descending"] = "ascending" if is_rising(column, order) else "descending"
    return Head(name, is_number, column.id, way, not order.reverse)


def tables(
    result: Result,
    lang: Language,
    dns: Numbers,
    *,
    all_columns: bool,
    with_links: bool,
    order: Order = Order(),  # noqa: B008
) -> list[Table]:
    """The rows of the report, and in a table of their own those that stand apart; no table without rows. ``order``:
    that of the lines of the result."""
    columns = Columns(result)
    told, pairs = result.report.apart, zip(result.lines, columns.rows(), strict=True)
    shown = partial(_table, result, columns, lang, dns, order, all_columns=all_columns, with_links=with_links)
    if told is None:
        main = [*islice(pairs, MOST_ROWS)]
        return [shown("", main, len(result.lines))] if main else []
    every = [*pairs]
    groups = {
        name: [pair for pair in every if result.report.is_apart(pair[0].key) == bool(name)]
        for name in ("", told.zh if lang == "zh-TW" else told.en)
    }
    return [shown(name, rows[:MOST_ROWS], len(rows)) for name, rows in groups.items() if rows]


def _table(
    result: Result,
    columns: Columns,
    lang: Language,
    dns: Numbers,
    order: Order,
    name: str,
    pairs: Sequence[tuple[Line, list[Plain]]],
    count: int,
    *,
    all_columns: bool,
    with_links: bool,
) -> Table:
    """``name``: of rows that stand apart; columns that say nothing of them are left out. ``count``: all such rows."""
    totals = [None] * len(columns.leading) + [*columns.plain(result.totals)]
    told = [row for _, row in pairs]
    leading = [
        n
        for n, column in enumerate(columns.leading)
        if (column.kind == "text" or column.id == "hours") and not (name and all(row[n] == NOTHING for row in told))
    ]
    asked = told if result.report.apart else [*told, totals]
    kept = [
        n
        for n, column in enumerate(columns.all)
        if column.figure is not None and _is_wanted(result, column, n, asked, all_columns)
    ]

    items = {column.figure: n for n, column in enumerate(columns.all) if column.id == f"{column.figure}_items"}

    def figures(line: Line | None, row: Sequence[Plain]) -> list[Cell]:
        counts = {figure: row[n] for figure, n in items.items()}
        return [
            _cell(
                result,
                line,
                columns.all[n],
                row[n],
                counts.get(columns.all[n].figure),
                with_links=with_links,
                lang=lang,
            )
            for n in kept
        ]

    rows = []
    for line, row in pairs:
        link = list_of(result, line) if with_links else None
        lead = [
            Cell(
                word(columns.all[n], row[n], result, lang),
                link if columns.all[n].id not in ("interval", "hours", "pbx") else None,
                name_of(columns.all[n], row[n], dns),
            )
            for n in leading
        ]
        rows.append(Row(lead, figures(line, row), line.open and line.bucket.end is not None))
    return Table(
        name,
        [head(columns.all[n], columns.all[n].label(lang), order) for n in leading],
        [head(columns.all[n], _heading(result, columns.all[n], lang), order) for n in kept],
        rows,
        figures(None, totals),
        count if count > MOST_ROWS else 0,
    )


def _heading(result: Result, column: Column, lang: Language) -> str:
    """The head of a column; tags without their long remarks."""
    of_tags = result.report.name == "tags" and column.id in BY_NAME
    return tag_label(column.id, lang) if of_tags else column.label(lang)


def _is_wanted(result: Result, column: Column, n: int, rows: Sequence[Sequence[Plain]], all_columns: bool) -> bool:
    if all_columns:
        return is_shown(column, n, rows)
    if column.id != column.figure and column.id.endswith(SEVERAL):
        return False
    if result.main:
        return column.figure in result.main or (column.figure in result.parts and is_shown(column, n, rows))
    return column.kind != "rate" and is_shown(column, n, rows)


def word(column: Column, value: Plain, result: Result, lang: Language) -> str:
    """A value that says what a row is of, in the reader's language."""
    text = shown(column, value, result.request.zone, lang)
    if column.id == "interval" and result.request.interval == "weekday-hour":
        names = TEXTS["weekdays"][lang == "zh-TW"].split()
        return f"{names[WEEKDAYS.index(text[:3].lower())]}{text[3:]}"
    return text


def name_of(column: Column, value: Plain, dns: Numbers) -> str:
    """What the settings call the DN of a cell; empty for anything else."""
    return dns.name_of(value) if column.id == "dn" and isinstance(value, str) else ""


def _cell(
    result: Result,
    line: Line | None,
    column: Column,
    value: Plain,
    items: Plain = None,
    *,
    with_links: bool,
    lang: Language,
) -> Cell:
    """``items``: for a figure of lengths, how many lengths there are."""
    link = None
    if with_links and column.id == f"{column.figure}_longest":
        found = result.longest.get(column.figure or "", {})
        record = found.get((line.bucket.order, line.key) if line is not None else None)
        link = f"/calls/{record}" if record is not None else None
    count = items if column.id == f"{column.figure}_average" else value if column.id == column.figure else None
    if with_links and isinstance(count, int) and count:
        figure = next(figure for figure in result.figures if figure.id == column.figure)
        link = rows_behind(result, line, figure, count)
    return Cell(shown(column, value, result.request.zone, lang), link)


def breakdowns(result: Result, lang: Language, *, with_links: bool) -> list[Breakdown]:
    chinese = lang == "zh-TW"
    unnamed = perhaps_customers(result)
    found = []
    for table in result.tables:
        heads = [each.zh if chinese else each.en for each in table.dimensions]
        heads += [
            TEXTS[key][chinese] for key in (BROKEN_BY[table.id], "col_length" if table.is_time else "col_count")
        ]
        value = Column(table.id, "", "", "seconds" if table.is_time else "count")
        rows = []
        for *of, by, count in islice(table.rows, MOST_ROWS):
            key = [*map(str, of)]
            link = part_behind(result, table, key, str(by), int(count), unnamed) if with_links and count else None
            number = Cell(shown(value, count, result.request.zone, lang), link)
            rows.append([*map(Cell, key), Cell(broken_by(table, str(by), lang)), number])
        more = len(table.rows) if len(table.rows) > MOST_ROWS else 0
        found += [Breakdown(table.zh if chinese else table.en, heads, rows, more)] if rows else []
    return found


def formulas(result: Result, lang: Language, *, with_links: bool) -> list[Told]:
    """Every figure of the report. The total of a figure of lengths shows the average and the longest."""
    columns = Columns(result)
    cells = {c.id: (c, value) for c, value in zip(columns.figures, columns.plain(result.totals), strict=True)}
    chinese = lang == "zh-TW"
    found = []
    for figure in result.figures:
        formula = figure.formula_zh if chinese else figure.formula
        if isinstance(figure.made, Missing):
            formula += f" ({figure.made.why_zh if chinese else figure.made.why})"
        total = _total(result, figure, cells, lang, with_links=with_links)
        found.append(
            Told(figure.id, figure.zh if chinese else figure.en, total, figure.unit, formula, figure.version)
        )
    return found


def _total(
    result: Result, figure: Figure, cells: dict[str, tuple[Column, Plain]], lang: Language, *, with_links: bool
) -> Cell:
    if figure.id in cells:
        return _cell(result, None, *cells[figure.id], with_links=with_links, lang=lang)
    if f"{figure.id}_average" not in cells:
        return Cell(NOTHING)
    average, longest = (
        shown(*cells[figure.id + part], result.request.zone, lang) for part in ("_average", "_longest")
    )
    if average == NOTHING:
        return Cell(NOTHING)
    text = TEXTS["average_longest" if figure.unit == "s" else "average_most"][lang == "zh-TW"]
    items = cells.get(f"{figure.id}_items", (None, None))[1]
    link = rows_behind(result, None, figure, items) if with_links and isinstance(items, int) and items else None
    return Cell(text.format(average=average, longest=longest), link)
