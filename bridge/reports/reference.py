"""Writes the catalogue into the two pages under docs/: ``python -m bridge.reports.reference docs``. Everything
above the mark in a page is written by hand and kept."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bridge.reports.catalogue import REPORTS
from bridge.reports.figures import Figure, Missing, Report

MARK = "<!-- From here on written by `python -m bridge.reports.reference docs`. -->\n"
UNITS = {"#": "#", "s": "s", "%": "%", "x": "×", "t": "t"}
MOMENTS = {
    "en": {"A": "arrival", "O": "outcome", "E": "row's end", "every": "every instant", "cut": "cut at borders"},
    "zh": {"A": "到達", "O": "結果", "E": "列之結束", "every": "每一瞬間", "cut": "於時段邊界切分"},
}


class Language(NamedTuple):
    """The page of a language, and the heads of its tables."""

    file: str
    zh: bool
    columns: tuple[str, ...]


LANGUAGES = (
    Language("reports.md", False, ("id", "English", "中文", "unit", "formula", "moment", "version")),
    Language("reports.zh-TW.md", True, ("id", "中文", "English", "單位", "公式", "時點", "版本")),
)


def renewed(page: str, language: Language) -> str:
    """The page; what follows its mark is written anew from the catalogue."""
    head, mark, _ = page.partition(MARK)
    return head + mark + "".join(part for report in REPORTS.values() for part in _report(report, language))


def _report(report: Report, language: Language) -> Iterator[str]:
    zh = language.zh
    title = f"{report.zh}（`{report.name}`）" if zh else f"{report.en} {report.zh}: `{report.name}`"
    yield f"\n## {title}\n\n{report.about_zh if zh else report.about}\n\n"
    yield f"| {' | '.join(language.columns)} |\n|{' --- |' * len(language.columns)}\n"
    for figure in report.figures:
        if figure.shown:
            yield f"| {' | '.join(_cells(figure, zh))} |\n"


def _cells(figure: Figure, zh: bool) -> Iterator[str]:
    formula = figure.formula_zh if zh else figure.formula
    if isinstance(figure.made, Missing):
        formula += f"（{figure.made.why_zh}，目前為空）" if zh else f" (null today: {figure.made.why})"
    yield f"`{figure.id}`"
    yield from (figure.zh, figure.en) if zh else (figure.en, figure.zh)
    yield UNITS[figure.unit]
    yield formula.replace("|", "\\|")
    yield MOMENTS["zh" if zh else "en"][figure.moment]
    yield str(figure.version)


if __name__ == "__main__":
    for language in LANGUAGES:
        file = Path(sys.argv[1]) / language.file
        file.write_text(renewed(file.read_text("utf-8"), language), "utf-8")
