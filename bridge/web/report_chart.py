"""The chart of a report: one figure, by row; or over time, with a line for each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bridge.config.numbers import Numbers
from bridge.reports.catalogue.main import levels
from bridge.reports.columns import Column, Columns, Plain
from bridge.reports.periods import SLOT, Bucket
from bridge.reports.result import Line, Result
from bridge.reports.texts import NOTHING, shown
from bridge.vocabulary.language import Language
from bridge.web.behind import rows_behind
from bridge.web.charts import MOST_SERIES, Series, Unit, chart
from bridge.web.looks import Theme
from bridge.web.report_table import name_of, word

MAIN = {
    "agents": ("handled",), "dn": ("arrived",), "queues": ("entered",), "tags": ("calls",),
    "devices": ("device_failed",), "supervision": ("coached", "monitored", "barged"), "transfers": ("transfers",),
}  # fmt: skip
"""The figure that is drawn unless the reader chooses another: the first one that is not 0, else the first."""
PAIRS = {"supervision": ("by", "target"), "transfers": ("from", "to")}
"""Reports whose rows are of pairs, and the columns of both."""
MOST_SLOTS = 20_000
"""Quarters of an hour in a period, up to which intervals without a call are drawn too: 208 days."""
UNITS: dict[str, Unit] = {"count": "count", "number": "count", "seconds": "seconds", "rate": "percent"}


class Choice(NamedTuple):
    id: str
    name: str


def choices(result: Result, lang: Language) -> list[Choice]:
    """The figures that can be drawn."""
    return [Choice(c.figure or "", c.label(lang)) for c in _drawable(Columns(result))]


def chosen(result: Result, figure: str | None) -> Column:
    """The figure to draw: the one asked for, or the main one."""
    columns = Columns(result)
    known = {c.figure: c for c in _drawable(columns)}
    level, name = result.request.service_level, result.report.name
    totals = dict(zip((c.id for c in columns.figures), columns.plain(result.totals), strict=True))
    main = MAIN.get(name, ())
    told = [each for each in main if totals.get(each)]
    wanted = (figure, f"{level}_20", *told, *main, *levels(level, (f.id for f in result.figures)))
    return next(known[name] for name in wanted if name in known)


def _drawable(columns: Columns) -> list[Column]:
    return [c for c in columns.figures if c.kind in UNITS and c.id in (c.figure, f"{c.figure}_average")]


def drawn(result: Result, figure: str | None, lang: Language, theme: Theme, dns: Numbers) -> bytes | None:
    """SVG; None where there is nothing to draw."""
    columns = Columns(result)
    column = chosen(result, figure)
    at = columns.all.index(column)
    every = zip(result.lines, columns.rows(), strict=True)
    rows = [(line, row) for line, row in every if not result.report.is_apart(line.key)]
    values = {(line.bucket.order, line.key): (line, row[at]) for line, row in rows}
    if not values:
        return None
    title = f"{result.report.zh if lang == 'zh-TW' else result.report.en}: {column.label(lang)}"
    unit = UNITS[column.kind]
    names = _names({line.key: _parts(columns, row, result, lang, dns) for line, row in rows}, _least(columns, result))
    if result.request.interval == "none":
        one = _series(column.label(lang), column, [*values.values()], result, lang)
        return chart("bars", title, list(names.values()), [one], unit, lang, theme)
    buckets = _buckets(result, [line for line, _ in values.values()])
    sums: dict[tuple[str, ...], float] = {}
    for (_, key), (_, value) in values.items():
        sums[key] = sums.get(key, 0.0) + (_number(column, value) or 0.0)
    keys = sorted(sorted(sums), key=lambda key: -sums[key])[:MOST_SERIES]
    series = []
    for key in sorted(keys):
        nothing: Plain = 0 if column.kind == "count" else None
        found = [values.get((bucket.order, key), (None, nothing)) for bucket in buckets]
        series.append(_series(names[key] or column.label(lang), column, found, result, lang))
    still = next((n for n, b in enumerate(buckets) if b.end is not None and b.end > result.as_of), None)
    labels = [_label(bucket, result, lang) for bucket in buckets]
    return chart("lines", title, labels, series, unit, lang, theme, open_from=still)


def _buckets(result: Result, lines: list[Line]) -> list[Bucket]:
    """The intervals in order, without those that have not begun. Intervals without a call are included unless they
    are too many."""
    found = {line.bucket.order: line.bucket for line in lines}
    request = result.request
    first, last = request.since // SLOT, -(-min(request.until, result.as_of) // SLOT)
    if last - first <= MOST_SLOTS:
        calendar = request.calendar()
        for slot in range(first, last):
            bucket = calendar.bucket(slot)
            if bucket is not None:
                found.setdefault(bucket.order, bucket)
    return [found[order] for order in sorted(found)]


def _label(bucket: Bucket, result: Result, lang: Language) -> str:
    """A short label: within one day only the hour."""
    if result.request.interval in ("15", "30", "60") and bucket.start is not None:
        begins = datetime.fromtimestamp(bucket.start / 1000, result.request.zone)
        return (
            f"{begins:%H:%M}"
            if result.request.until - result.request.since <= 90_000_000
            else f"{begins:%m-%d %H:%M}"
        )
    return word(Column("interval", "", "", "text"), bucket.label, result, lang)


def _names(parts: dict[tuple[str, ...], list[str]], least: int) -> dict[tuple[str, ...], str]:
    """Of the parts of each row's name, as many as tell it from the others, but at least so many: there is little room
    in a chart."""
    taken = Counter(tuple(of[:n]) for of in parts.values() for n in range(1, len(of) + 1))
    return {
        key: " · ".join(of[: next((n for n in range(least, len(of)) if taken[tuple(of[:n])] == 1), len(of))])
        or NOTHING
        for key, of in parts.items()
    }


def _named_by(columns: Columns) -> list[tuple[int, Column]]:
    """The columns that name a row, but not its role, which the name before it has."""
    return [(n, c) for n, c in enumerate(columns.leading) if c.kind == "text" and c.id not in ("interval", "role")]


def _least(columns: Columns, result: Result) -> int:
    """How many parts a name has at least: where rows are of pairs, both of a pair."""
    ids = [column.id for _, column in _named_by(columns)]
    return max((ids.index(name) + 1 for name in PAIRS.get(result.report.name, ())), default=1)


def _parts(columns: Columns, row: Sequence[Plain], result: Result, lang: Language, dns: Numbers) -> list[str]:
    """The name of a row in parts. But for those of a pair: without values that are unknown, and without repetitions
    such as PJSIP/1001 after 1001."""
    told: list[str] = []
    for n, column in _named_by(columns):
        name = name_of(column, row[n], dns)
        part = word(column, row[n], result, lang) + (f" {name}" if name else "")
        of_pair = column.id in PAIRS.get(result.report.name, ())
        if of_pair or (part != NOTHING and not any(said in part for said in told)):
            told.append(part)
    return told


def _series(
    name: str, column: Column, found: Sequence[tuple[Line | None, Plain]], result: Result, lang: Language
) -> Series:
    numbers = [_number(column, value) for _, value in found]
    figure = next(figure for figure in result.figures if figure.id == column.figure)
    links = [
        rows_behind(result, line, figure, value)
        if line is not None and column.kind == "count" and isinstance(value, int) and value
        else None
        for line, value in found
    ]
    texts = [shown(column, v, result.request.zone, lang) if v is not None else NOTHING for _, v in found]
    return Series(name, numbers, texts, links)


def _number(column: Column, value: Plain) -> float | None:
    match value:
        case tuple((over, under)):
            return (100 if column.kind == "rate" else 1) * over / under
        case int():
            return value / 1000 if column.kind == "seconds" else float(value)
    return None
