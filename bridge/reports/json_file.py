"""A report or a list as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

import msgspec

from bridge.reports.columns import Block, Column, Labels, Plain, utc
from bridge.reports.sheet import Sheet


def as_json(sheet: Sheet, out: IO[bytes], labels: Labels) -> None:
    """One object, as the API gives it."""
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
    """Rows as objects; a figure of several parts is an object in them."""
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
