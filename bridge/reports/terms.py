"""The terms on which a result was computed: filters, zone, time, formulas with their versions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from bridge.reports.figures import Figure
from bridge.reports.periods import WEEKDAYS
from bridge.reports.request import Request
from bridge.reports.result import Result
from bridge.vocabulary.times import rfc3339


def about(result: Result) -> dict[str, Any]:
    """The terms that stand beside the numbers of every result and file."""
    return terms(result.report.name, result.request, result.as_of, result.figures)


def terms(name: str, request: Request, as_of: int, figures: Iterable[Figure]) -> dict[str, Any]:
    """The same for a list."""
    filters: dict[str, Any] = {
        "since": rfc3339(request.since / 1000),
        "until": rfc3339(request.until / 1000),
        "interval": request.interval,
        "attribution": request.attribution,
    }
    filters |= {
        name: value
        for name, value in asdict(request.filters).items()
        if value is not None and value != () and value != [] and not (name == "not_called_back" and not value)
    }
    if request.weekdays:
        filters["weekdays"] = [WEEKDAYS[day] for day in request.weekdays]
    if request.hours is not None:
        filters["hours"] = "–".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in request.hours)
    if request.holidays:
        filters["holidays"] = [str(day) for day in request.holidays]
    if request.short_abandon is not None:
        filters["short_abandon"] = request.short_abandon
    filters["answered_within"] = list(request.answered_within)
    if request.targets:
        filters["targets"] = {name: limit for name, limit in request.targets.items() if limit is not None}
    return {
        "report": name,
        "formulas": [{"id": figure.id, "version": figure.version, "formula": figure.formula} for figure in figures],
        "filters": filters,
        "timezone": request.zone.key,
        "service_level": request.service_level,
        "as_of": rfc3339(as_of / 1000),
    }
