"""A report or a list as a file: JSON, CSV, XLSX, Parquet.

The same request gives the same bytes, but for when it was asked.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import IO, Any

import msgspec
from rich.cells import cell_len

from bridge.errors import UsageError
from bridge.reports.columns import Block, Column, Labels, Plain, utc
from bridge.reports.sheet import Sheet
from bridge.reports.texts import UNITS, WORDS, told, worded
from bridge.vocabulary.language import Language

CELL = 8e-6
"""Seconds that a cell of XLSX takes to write, all of which are those of its library."""
MOST_ROWS = 1_048_575
"""Rows below the first line that a sheet of XLSX has room for."""
WIDTHS = {"text": 15, "time": 20, "local": 20, "list": 24}
"""Of a sheet's columns by their kind, in characters."""
BROAD, FULL, LINE = 40, 36, 15
"""Of a column of texts the characters, those after which a line may break, and points of a line."""
A4, PRINTED = 9, 60
"""Paper by its number in XLSX, and percent of the size on the screen: a dozen columns fit on a page."""
LEFT = ("text", "list", "flag", "yes")
"""Kinds of columns that stand to the left."""
PHONE = re.compile(r"\+[0-9]+")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_json(sheet: Sheet, out: IO[bytes], labels: Labels) -> None:
    """As the API gives it: one object."""
    head = msgspec.json.encode(sheet.about)
    out.write(head[:-1] + b',"rows":[')
    for n, block in enumerate(sheet.blocks()):
        out.write((b"," if n else b"") + msgspec.json.encode(_json(sheet.columns, block))[1:-1])
    out.write(b"]")
    if sheet.totals is not None:
        totals = sheet.totals()
        (told,) = _json(totals, [(value,) for value in totals.values()])
        out.write(b',"totals":' + msgspec.json.encode(told))
    for table in sheet.tables:
        names = [*(d.id for d in table.dimensions), table.id, "seconds" if table.is_time else "count"]
        rows = [dict(zip(names, row, strict=True)) for row in table.told()]
        out.write(b"," + msgspec.json.encode(f"by_{table.id}") + b":" + msgspec.json.encode(rows))
    if sheet.notes:
        out.write(b',"notes":' + msgspec.json.encode([{"en": en, "zh": zh} for en, zh in sheet.notes]))
    out.write(b"}\n")


def _json(columns: Iterable[Column], block: Block) -> list[dict[str, Any]]:
    """Rows as objects; what a figure has several parts of is an object in them."""
    figures: dict[str, dict[str, Sequence[Any]]] = {}
    for column, values in zip(columns, block, strict=True):
        name, part = column.id, ""
        if column.figure is not None and (column.kind == "rate" or column.id != column.figure):
            name, part = column.figure, column.id[len(column.figure) + 1 :] or "value"
        figures.setdefault(name, {})[part] = _numbers(column, values)
    told = [parts.get("") or _objects(parts) for parts in figures.values()]
    return [dict(zip(figures, row, strict=True)) for row in zip(*told, strict=True)]


def _objects(parts: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(parts, row, strict=True)) for row in zip(*parts.values(), strict=True)]


def _numbers(column: Column, values: Sequence[Any]) -> Sequence[Any]:
    match column.kind:
        case "seconds":
            return [value / 1000 if value is not None else None for value in values]
        case "time":
            return [utc(value) if value is not None else None for value in values]
        case "rate" | "number":
            return [_fraction(value) if isinstance(value, tuple) else value for value in values]
        case "flag" | "yes":
            return [*map(bool, values)]
    return values


def _fraction(value: Plain) -> float | None:
    return round(value[0] / value[1], 6) if isinstance(value, tuple) and value[1] else None


def as_csv(sheet: Sheet, out: IO[bytes], labels: Labels, *, bom: bool = False) -> None:
    """RFC 4180 in UTF-8. ``bom``: with the mark by which Excel knows UTF-8."""
    out.write(csv_head(sheet.columns, labels, bom=bom))
    for block in sheet.blocks():
        out.write(csv_block(sheet.columns, block, labels))


def csv_head(columns: Iterable[Column], labels: Labels, *, bom: bool) -> bytes:
    return (b"\xef\xbb\xbf" if bom else b"") + _csv([[column.label(labels) for column in columns]])


def csv_block(columns: Iterable[Column], block: Block, labels: Labels) -> bytes:
    told = [_texts(column, values, labels) for column, values in zip(columns, block, strict=True)]
    return _csv(zip(*told, strict=True))


def _csv(rows: Iterable[Iterable[Any]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def _texts(column: Column, values: Sequence[Any], labels: Labels) -> Sequence[Any]:
    """As CSV has them, which writes whole numbers as they are, and nothing for None."""
    if column.words and labels != "ids":
        values = [_in_words(column, value, labels) for value in values]
    match column.kind:
        case "seconds":
            return [f"{value // 1000}.{value % 1000:03d}" if value is not None else None for value in values]
        case "time":
            return [utc(value) if value is not None else None for value in values]
        case "rate" | "number":
            return [f"{value[0] / value[1]:.6f}" if isinstance(value, tuple) else value for value in values]
        case "text" | "local" | "list":
            return [*map(_text, values)]
    return values


def _in_words(column: Column, value: Plain, language: Language) -> Plain:
    match value:
        case str():
            return worded(column.words, value, language)
        case list():
            return [worded(column.words, each, language) for each in value]
    return value


def _text(value: Plain) -> Plain:
    match value:
        case str():
            return harmless(value)
        case list():
            return harmless("; ".join(value))
    return value


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula. A phone number stays as it is."""
    return f"'{text}" if text.startswith(FORMULA) and not PHONE.fullmatch(text) else text


def seconds_of_xlsx(rows: int, columns: int) -> int:
    """About so long a file of XLSX takes to make; one of CSV a tenth of that."""
    return round(rows * columns * CELL)


def as_xlsx(sheet: Sheet, out: IO[bytes], labels: Labels) -> None:
    """Numbers are numbers, durations days, rates fractions; a second sheet says what it is. Raises ``UsageError``."""
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
    page.set_row(0, 45)  # room for a name of three lines
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
        value = _in_words(column, raw, language) if column.words else raw
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
    sheet.fit_to_pages(1, 0)  # as many below each other as it takes
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


def as_parquet(sheet: Sheet, out: IO[bytes], labels: Labels) -> None:
    """Zstandard, exact types; a rate is a double and its two whole numbers. Raises ``UsageError``."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise UsageError("--format parquet needs pyarrow, which is not installed here; write csv or xlsx") from None
    kinds = {
        "text": pa.string(), "count": pa.int64(), "seconds": pa.duration("ms"), "rate": pa.float64(),
        "number": pa.float64(), "time": pa.timestamp("ms", "UTC"), "flag": pa.bool_(),
        "list": pa.list_(pa.string()), "local": pa.string(), "yes": pa.bool_(),
    }  # fmt: skip
    schema = pa.schema([(column.label(labels), kinds[column.kind]) for column in sheet.columns])
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        blocks = sheet.blocks()
        while some := [*islice(blocks, TOGETHER)]:
            batches = [
                pa.record_batch(
                    [
                        pa.array(_parquet(column, values), kinds[column.kind])
                        for column, values in zip(sheet.columns, block, strict=True)
                    ],
                    schema=schema,
                )
                for block in some
            ]
            writer.write_table(pa.Table.from_batches(batches))


TOGETHER = 5
"""Blocks that Parquet keeps as one group of rows."""


def _parquet(column: Column, values: Sequence[Any]) -> Sequence[Any]:
    if column.kind in ("flag", "yes"):
        return [*map(bool, values)]
    return [value[0] / value[1] if isinstance(value, tuple) else value for value in values]


WRITERS: dict[str, Callable[[Sheet, IO[bytes], Labels], None]] = {
    "json": as_json, "csv": as_csv, "xlsx": as_xlsx, "parquet": as_parquet,
}  # fmt: skip
