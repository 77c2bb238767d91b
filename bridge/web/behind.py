"""Leads from a number of a report to a list of exactly the rows that it counts."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import fields
from urllib.parse import urlencode

from bridge.reports.figures import Figure, Spent
from bridge.reports.periods import WEEKDAYS
from bridge.reports.queries import Builder
from bridge.reports.request import Filters, Request
from bridge.reports.result import Line, Result, Table
from bridge.reports.texts import NOTHING
from bridge.vocabulary.times import rfc3339

CALLS = ("pbx", "dn", "queue", "agent")
"""Filters that the page Calls has."""
CUSTOMERS = ("transfers",)
"""Reports in which a line that is not of the staff may be a customer's number; no address ever holds such a
number."""


def list_of(result: Result, line: Line) -> str | None:
    """The address of all calls of a line; None if the page Calls lacks a filter for it."""
    request = result.request
    if _keys_of(request, but=CALLS):
        return None
    wanted: dict[str, str] = {}
    for name in CALLS:
        given = getattr(request.filters, name)
        if len(given) > 1:
            return None
        wanted |= {name: given[0]} if given else {}
    for dimension, value in zip(result.dimensions, line.key, strict=True):
        if dimension.id not in CALLS or wanted.get(dimension.id, value) != value:
            return None
        wanted[dimension.id] = value
    if {"–", "-"} & set(wanted.values()) or (request.interval != "none" and line.bucket.start is None):
        return None  # an hour of a profile stands for many hours
    return "/calls?" + urlencode(wanted | _bounds(result, line))


def part_behind(
    result: Result, table: Table, key: Sequence[str], value: str, count: int, unnamed: Container[str]
) -> str | None:
    """The address of the rows that a number of a breakdown counts. ``key``: its other dimensions. ``unnamed``: values
    that no address may hold."""
    figure = result.report.figure(table.figure)
    if table.id == "both":
        return rows_behind(result, None, figure, count, [("tag", tag) for tag in value.split(" + ")])
    if value in unnamed:
        return None
    more = [*(("key", part) for part in key), ("breakdown", table.id), ("part", value)]
    return rows_behind(result, None, figure, count, more)


def perhaps_customers(result: Result) -> set[str]:
    """Whoever is not of the staff in some line of the report."""
    if result.report.name not in CUSTOMERS:
        return set()
    names = [dimension.id for dimension in result.dimensions]
    places = [names.index(name) for name in ("to", "taken_by")]
    return {line.key[n] for line in result.lines if "external" in line.key for n in places} - {NOTHING}


def rows_behind(
    result: Result, line: Line | None, figure: Figure, count: int, more: Sequence[tuple[str, str]] = ()
) -> str | None:
    """The address of the rows that a number counts, in one line or in all; None if the number does not count rows.
    ``count``: the number, which is also how many rows there are, unless it is a time. ``more``: keys that choose
    among them."""
    if not Builder.is_of_rows(figure) or (
        line is not None and result.report.name in CUSTOMERS and "external" in line.key
    ):
        return None
    keys: list[tuple[str, str]] = [("figure", figure.id)]
    if not isinstance(figure.made, Spent):
        keys.append(("counted", str(count)))
    if line is not None:
        keys += [("key", value) for value in line.key]
    keys += more
    request = result.request
    if line is not None and request.interval != "none" and line.bucket.start is None:
        keys += [("interval", request.interval), ("bucket", str(line.bucket.order))]
    keys += _keys_of(request)
    if request.by is not None:
        keys.append(("by", request.by))
    keys += [("timezone", request.zone.key), *_bounds(result, line).items()]
    return f"/reports/{result.report.name}/rows?{urlencode(keys)}"


def _keys_of(request: Request, but: Sequence[str] = ()) -> list[tuple[str, str]]:
    """The filters of a report as keys of an address, without some. A customer's number is given by the id of a
    search."""
    wanted: dict[str, object] = {f.name: getattr(request.filters, f.name) for f in fields(Filters)} | {
        "customer": None, "search": request.search, "hours": None,
        "weekdays": ",".join(WEEKDAYS[day] for day in request.weekdays),
        "holidays": request.holidays, "short_abandon": request.short_abandon,
        "attribution": request.attribution if request.attribution != "event" else None,
    }  # fmt: skip
    if request.hours is not None:
        wanted["hours"] = "-".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in request.hours)
    keys = []
    for name, value in wanted.items():
        several = value if isinstance(value, list | tuple) else [value]
        if name not in but and value not in (None, "") and not (name == "not_called_back" and not value):
            keys += [(name, str(each).lower() if isinstance(each, bool) else str(each)) for each in several]
    return keys


def _bounds(result: Result, line: Line | None) -> dict[str, str]:
    since, until = result.request.since, result.request.until
    if line is not None and line.bucket.start is not None and line.bucket.end is not None:
        since, until = max(since, line.bucket.start), min(until, line.bucket.end)
    return {"since": rfc3339(since / 1000), "until": rfc3339(until / 1000)}
