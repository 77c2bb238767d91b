"""A report or a list as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import IO, Any

from bridge.reports.columns import Block, Column, Labels, Plain, utc
from bridge.reports.sheet import Sheet
from bridge.reports.texts import all_worded

PHONE = re.compile(r"\+[0-9]+")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(sheet: Sheet, out: IO[bytes], labels: Labels, *, bom: bool = False) -> None:
    """CSV by RFC 4180 in UTF-8. ``bom``: with the mark by which Excel knows UTF-8."""
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
    """The values of a row for Python's CSV writer, which writes whole numbers as they are, and nothing for None."""
    if column.words and labels != "ids":
        values = [all_worded(column, value, labels) for value in values]
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
