"""The list of all figures."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from bridge.reports.figures import Report, bounds


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
