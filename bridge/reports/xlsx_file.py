"""A report or a list as XLSX: a sheet of rows, a sheet for each breakdown, and a sheet that says what the file is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO, Any

import msgspec
from rich.cells import cell_len

from bridge.errors import UsageError
from bridge.reports.columns import Column, Labels, Plain
from bridge.reports.sheet import Sheet
from bridge.reports.texts import UNITS, WORDS, all_worded, told
from bridge.vocabulary.language import Language

CELL = 8e-6
"""Seconds that writing one cell takes, nearly all of them in the library."""
MOST_ROWS = 1_048_575
"""Rows that a sheet of XLSX has room for below its first line."""
WIDTHS = {"text": 15, "time": 20, "local": 20, "list": 24}
"""Width of a column by its kind, in characters."""
BROAD, FULL, LINE = 40, 36, 15
"""For columns of texts: width in characters, characters after which a line may break, and height of a line in
points."""
A4, PRINTED = 9, 60
"""The number of the paper in XLSX, and the print scale in percent: a dozen columns fit on a page."""
LEFT = ("text", "list", "flag", "yes")
"""Kinds of columns that are aligned to the left."""


def seconds_of_xlsx(rows: int, columns: int) -> int:
    """About how many seconds an XLSX file takes; CSV takes a tenth of that."""
    return round(rows * columns * CELL)


def as_xlsx(sheet: Sheet, out: IO[bytes], labels: Labels) -> None:
    """Numbers are numbers, durations are days, rates are fractions. A second sheet says what the file is. Raises
    ``UsageError``."""
    import xlsxwriter

    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": sheet.en, "created": sheet.made.replace(tzinfo=None)})
    formats = {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        "right": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "align": "right"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "seconds": book.add_format({"num_format": "[h]:mm:ss"}),
        "rate": book.add_format({"num_format": "0.0%"}),
        "number": book.add_format({"num_format": "0.0"}),
        "count": book.add_format({"num_format": "#,##0"}),
        "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }
    words: Language = "en" if labels == "ids" else labels
    page = book.add_worksheet(sheet.name)
    page.freeze_panes(1, sheet.leading)
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, WIDTHS.get(column.kind, 11))
    page.set_row(0, 45)  # room for a head of three lines
    page.set_landscape()
    page.set_paper(A4)
    page.set_print_scale(PRINTED)
    page.repeat_rows(0)
    page.repeat_columns(0, sheet.leading - 1)
    for at, column in enumerate(sheet.columns):
        page.write_string(0, at, column.label(words), formats["head" if column.kind in LEFT else "right"])
    number = 0
    for number, row in enumerate(sheet.rows(), 1):
        if number > MOST_ROWS:
            raise UsageError(f"more than {MOST_ROWS:,} rows are too many for XLSX; write --format csv")
        _write_row(page, number, sheet.columns, row, formats, words)
    page.autofilter(0, 0, number, len(sheet.columns) - 1)
    zh = words == "zh-TW"
    for table in sheet.tables:
        if not table.rows:
            continue
        heads = [each.zh if zh else each.en for each in table.dimensions]
        rows = [[*heads, table.zh if zh else table.en, UNITS[table.unit][zh]], *told(table, words)]
        _write_table(book.add_worksheet(table.id), rows, formats)
    _write_table(book.add_worksheet("About 說明"), _about_rows(sheet), formats)
    book.close()


def _write_row(
    sheet: Any, number: int, columns: Sequence[Column], row: list[Plain], formats: dict[str, Any], language: Language
) -> None:
    for at, (column, raw) in enumerate(zip(columns, row, strict=True)):
        value = all_worded(column, raw, language) if column.words else raw
        match value:
            case None:
                continue
            case str() if column.kind == "local":
                local = datetime.fromisoformat(value).replace(tzinfo=None)
                sheet.write_datetime(number, at, local, formats["time"])
            case str():
                sheet.write_string(number, at, value)
            case list():
                sheet.write_string(number, at, ", ".join(value))
            case int() if column.kind == "yes":
                sheet.write_boolean(number, at, bool(value))
            case int() if column.kind == "seconds":
                sheet.write_number(number, at, value / 86_400_000, formats["seconds"])
            case int() if column.kind == "time":
                sheet.write_number(number, at, 25569 + value / 86_400_000, formats["time"])  # days since 1899-12-30
            case int() if column.kind == "flag":
                if value:
                    sheet.write_string(number, at, WORDS["open"][language == "zh-TW"])
            case int():
                sheet.write_number(number, at, value, formats["count"])
            case (over, under):
                sheet.write_number(number, at, over / under, formats["rate" if column.kind == "rate" else "number"])


def _write_table(sheet: Any, rows: Iterable[Iterable[str | int | float]], formats: dict[str, Any]) -> None:
    sheet.set_column(0, 3, BROAD, formats["text"])
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)  # as many lines as the text takes
    for number, row in enumerate(rows):
        lines = max(math.ceil(cell_len(value) / FULL) if isinstance(value, str) else 1 for value in row)
        if lines > 1:
            sheet.set_row(number, LINE * lines)
        for at, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, at, value, formats["head" if number == 0 else "text"])
            else:
                sheet.write_number(number, at, value)


def _about_rows(sheet: Sheet) -> Iterator[Sequence[str | int]]:
    told = sheet.about
    yield ["About", "說明"]
    yield [sheet.en, sheet.zh]
    yield [sheet.about_en, sheet.about_zh]
    for name, value in (
        *told["filters"].items(),
        *((name, told[name]) for name in ("timezone", "service_level", "as_of")),
    ):
        yield [name, value if isinstance(value, str) else msgspec.json.encode(value).decode()]
    yield from ([en, zh] for en, zh in sheet.notes)
    for figure in sheet.figures:
        yield [f"{figure.id}, version {figure.version}", figure.zh, figure.formula, figure.formula_zh]
