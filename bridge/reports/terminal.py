"""A report as a table for the terminal, and the list of all figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.table import Table
from rich.text import Text

from bridge.reports.columns import Columns, Labels, Plain, day_and_time, is_shown
from bridge.reports.figures import Report, bounds
from bridge.reports.result import Result
from bridge.reports.texts import shown


def tables(result: Result, labels: Labels, *, wide: bool = False) -> Iterator[Table | Text]:
    """Columns in which nothing is known or all is zero are left out, but for ``wide``."""
    columns = Columns(result)
    rows = [*columns.rows()]
    totals: list[Plain] = [None] * len(columns.leading) + [*columns.plain(result.totals)]
    kept = [n for n, column in enumerate(columns.all) if wide or is_shown(column, n, [*rows, totals])]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for n in kept:
        column = columns.all[n]
        table.add_column(Text(column.label(labels)), justify="left" if column.kind in ("text", "flag") else "right")
    for row in rows:
        table.add_row(*(Text(shown(columns.all[n], row[n], result.request.zone)) for n in kept))
    if len(rows) != 1:
        table.add_section()
        texts = [
            shown(columns.all[n], totals[n], result.request.zone) if n >= len(columns.leading) else "" for n in kept
        ]
        if kept and kept[0] < len(columns.leading):
            texts[0] = "總計" if labels == "zh-TW" else "all"
        table.add_row(*(Text(text) for text in texts))
    title = result.report.zh if labels == "zh-TW" else result.report.en
    since, until = (day_and_time(ms, result.request.zone) for ms in (result.request.since, result.request.until))
    yield Text(f"{title}, {since:%Y-%m-%d %H:%M} – {until:%Y-%m-%d %H:%M}, {result.request.zone.key}")
    yield table
    for each in result.tables:
        if each.rows:
            below = Table(box=None, pad_edge=False, header_style="bold")
            for name in (*(d.id for d in each.dimensions), each.id, each.unit):
                below.add_column(name)
            for *key, value in each.told():
                below.add_row(*(Text(str(one)) for one in (*key, value)))
            yield Text(f"\n{each.zh if labels == 'zh-TW' else each.en}")
            yield below
    for en, zh in result.notes:
        yield Text(zh if labels == "zh-TW" else en)


def catalogue(reports: Iterable[Report]) -> list[dict[str, str | int]]:
    """Every figure: id, English, 中文, unit, formula, moment, version."""
    return [
        {
            "id": f"{report.name}.{figure.id}", "en": figure.en, "zh": figure.zh, "unit": figure.unit,
            "formula": figure.formula, "formula_zh": figure.formula_zh, "moment": figure.moment,
            "bounds": bounds(figure), "version": figure.version,
        }
        for report in reports for figure in report.figures if figure.shown
    ]  # fmt: skip


def listing(reports: Iterable[Report]) -> Table:
    """The same as a table."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    names = ("id", "en", "zh", "unit", "formula", "moment", "version")
    for name in names:
        table.add_column({"en": "English", "zh": "中文"}.get(name, name), no_wrap=name == "id")
    for figure in catalogue(reports):
        table.add_row(*(Text(str(figure[name])) for name in names))
    return table
