"""A result as a file: JSON, CSV, XLSX, Parquet. The same request gives the same bytes, but for when it was asked."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Any

import msgspec

from bridge.errors import UsageError
from bridge.reports.columns import Column, Columns, Labels, Plain, day_and_time, utc
from bridge.reports.result import Result
from bridge.reports.terms import about

MOST_ROWS = 1_048_575
"""Rows below the first line that a sheet of XLSX has room for."""
PHONE = re.compile(r"\+[0-9]+")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_json(result: Result, out: IO[bytes], labels: Labels) -> None:
    """As the API gives it: one object."""
    columns = Columns(result)
    head = msgspec.json.encode(about(result))
    out.write(head[:-1] + b',"rows":[')
    for n, row in enumerate(columns.rows()):
        out.write((b"," if n else b"") + msgspec.json.encode(dict(_json(columns.all, row))))
    totals = dict(_json(columns.figures, columns.plain(result.totals)))
    out.write(b'],"totals":' + msgspec.json.encode(totals))
    for table in result.tables:
        names = [*(d.id for d in table.dimensions), table.id, "count"]
        rows = [dict(zip(names, row, strict=True)) for row in table.rows]
        out.write(b"," + msgspec.json.encode(f"by_{table.id}") + b":" + msgspec.json.encode(rows))
    if result.notes:
        out.write(b',"notes":' + msgspec.json.encode([{"en": en, "zh": zh} for en, zh in result.notes]))
    out.write(b"}\n")


def _json(columns: Iterable[Column], row: Iterable[Plain]) -> Iterator[tuple[str, Any]]:
    found: dict[str, Any] = {}
    for column, value in zip(columns, row, strict=True):
        if column.id.endswith(("_numerator", "_denominator")) and column.figure is not None:
            part = column.id.rpartition("_")[2]
            found[column.figure] = found[column.figure] | {part: value}
        elif column.kind == "rate":
            found[column.id] = {"value": _fraction(value)}
        elif column.figure is not None and column.id != column.figure:
            figure = found.setdefault(column.figure, {})
            figure[column.id[len(column.figure) + 1 :]] = _number(column, value)
        elif column.kind == "flag":
            found[column.id] = bool(value)
        else:
            found[column.id] = _number(column, value)
    yield from found.items()


def _number(column: Column, value: Plain) -> str | int | float | None:
    match value:
        case int() if column.kind == "seconds":
            return value / 1000
        case int() if column.kind == "time":
            return utc(value)
        case tuple():
            return _fraction(value)
    return value


def _fraction(value: Plain) -> float | None:
    return round(value[0] / value[1], 6) if isinstance(value, tuple) and value[1] else None


def as_csv(result: Result, out: IO[bytes], labels: Labels, *, bom: bool = False) -> None:
    """RFC 4180 in UTF-8. ``bom``: with the mark by which Excel knows UTF-8."""
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    if bom:
        text.write("\ufeff")
    columns = Columns(result)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.label(labels) for column in columns.all])
    for row in columns.rows():
        writer.writerow([_csv(column, value) for column, value in zip(columns.all, row, strict=True)])
    text.flush()
    text.detach()


def _csv(column: Column, value: Plain) -> str:
    match value:
        case None:
            return ""
        case str():
            return harmless(value)
        case int() if column.kind == "seconds":
            return f"{value // 1000}.{value % 1000:03d}"
        case int() if column.kind == "time":
            return utc(value)
        case tuple():
            return f"{value[0] / value[1]:.6f}"
    return str(value)


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula. A phone number stays as it is."""
    return f"'{text}" if text.startswith(FORMULA) and not PHONE.fullmatch(text) else text


def as_xlsx(result: Result, out: IO[bytes], labels: Labels) -> None:
    """Numbers are numbers, durations days, rates fractions; a second sheet says what it is. Raises ``UsageError``."""
    import xlsxwriter

    if len(result.lines) > MOST_ROWS:
        raise UsageError(f"{len(result.lines)} rows are too many for XLSX; write --format csv")
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(
        packed, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties(
        {"title": result.report.en, "created": day_and_time(result.as_of, result).replace(tzinfo=None)}
    )
    formats = {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        "seconds": book.add_format({"num_format": "[h]:mm:ss"}),
        "rate": book.add_format({"num_format": "0.0%"}),
        "number": book.add_format({"num_format": "0.0"}),
        "count": book.add_format({"num_format": "#,##0"}),
        "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }
    columns = Columns(result)
    words = "en" if labels == "ids" else labels
    sheet = book.add_worksheet(result.report.name)
    sheet.freeze_panes(1, len(columns.leading))
    for at, column in enumerate(columns.all):
        sheet.set_column(at, at, 20 if column.kind in ("text", "time") else 12)
    for at, column in enumerate(columns.all):
        sheet.write_string(0, at, column.label(words), formats["head"])
    number = 0
    for number, row in enumerate(columns.rows(), 1):
        _write_row(sheet, number, columns.all, row, formats)
    sheet.autofilter(0, 0, number, len(columns.all) - 1)
    for table in result.tables:
        _write_table(book.add_worksheet(table.id), [[d.en if words == "en" else d.zh for d in table.dimensions]
                     + [table.en if words == "en" else table.zh, "#"], *table.rows], formats)  # fmt: skip
    _write_table(book.add_worksheet("About 說明"), _about_rows(result), formats)
    book.close()
    out.write(packed.getvalue())


def _write_row(sheet: Any, number: int, columns: list[Column], row: list[Plain], formats: dict[str, Any]) -> None:
    for at, (column, value) in enumerate(zip(columns, row, strict=True)):
        match value:
            case None:
                continue
            case str():
                sheet.write_string(number, at, value)
            case int() if column.kind == "seconds":
                sheet.write_number(number, at, value / 86_400_000, formats["seconds"])
            case int() if column.kind == "time":
                sheet.write_number(number, at, 25569 + value / 86_400_000, formats["time"])  # days since 1899-12-30
            case int() if column.kind == "flag":
                if value:
                    sheet.write_string(number, at, "open")
            case int():
                sheet.write_number(number, at, value, formats["count"])
            case (over, under):
                sheet.write_number(number, at, over / under, formats["rate" if column.kind == "rate" else "number"])


def _write_table(sheet: Any, rows: Iterable[Iterable[str | int]], formats: dict[str, Any]) -> None:
    sheet.set_column(0, 3, 30)
    for number, row in enumerate(rows):
        for at, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, at, value, formats["head"] if number == 0 else None)
            else:
                sheet.write_number(number, at, value)


def _about_rows(result: Result) -> Iterator[Sequence[str | int]]:
    told = about(result)
    yield ["About", "說明"]
    yield [result.report.en, result.report.zh]
    yield [result.report.about, result.report.about_zh]
    for name, value in (*told["filters"].items(), ("timezone", told["timezone"]), ("as_of", told["as_of"])):
        yield [name, value if isinstance(value, str) else msgspec.json.encode(value).decode()]
    yield from ([en, zh] for en, zh in result.notes)
    for figure in result.figures:
        yield [f"{figure.id}, version {figure.version}", figure.zh, figure.formula, figure.formula_zh]


def as_parquet(result: Result, out: IO[bytes], labels: Labels) -> None:
    """Zstandard, exact types; a rate is a double and its two whole numbers. Raises ``UsageError``."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise UsageError("--format parquet needs pyarrow; pip install 'callbridge[parquet]'") from None
    kinds = {
        "text": pa.string(), "count": pa.int64(), "seconds": pa.duration("ms"), "rate": pa.float64(),
        "number": pa.float64(), "time": pa.timestamp("ms", "UTC"), "flag": pa.bool_(),
    }  # fmt: skip
    columns = Columns(result)
    schema = pa.schema([(column.label(labels), kinds[column.kind]) for column in columns.all])
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for batch in _batches(columns.rows(), 5_000):
            made = [
                pa.array([_parquet(column, row[at]) for row in batch], kinds[column.kind])
                for at, column in enumerate(columns.all)
            ]
            writer.write_batch(pa.record_batch(made, schema=schema))


def _parquet(column: Column, value: Plain) -> str | int | float | bool | None:
    if column.kind == "flag":
        return bool(value)
    return value[0] / value[1] if isinstance(value, tuple) else value


def _batches(rows: Iterable[list[Plain]], size: int) -> Iterator[list[list[Plain]]]:
    batch: list[list[Plain]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


WRITERS: dict[str, Callable[[Result, IO[bytes], Labels], None]] = {
    "json": as_json, "csv": as_csv, "xlsx": as_xlsx, "parquet": as_parquet,
}  # fmt: skip
