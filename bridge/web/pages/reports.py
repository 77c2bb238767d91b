"""The pages Reports: the list of them, and each with its filters, chart, table, formulas and files."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any, Literal, NamedTuple, get_args
from urllib.parse import urlencode

import msgspec
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from bridge.api import reports as r
from bridge.api.desk import Desk
from bridge.api.filters import OUTCOMES, Text
from bridge.api.problem import wrong
from bridge.api.report_filters import ReportFilters
from bridge.api.typed import Asked, Route
from bridge.config.numbers import Numbers
from bridge.reports.apart import Format, Job
from bridge.reports.catalogue import TAGS_BY
from bridge.reports.catalogue.levels import LEVELS
from bridge.reports.columns import Columns, day_and_time
from bridge.reports.periods import INTERVALS, WEEKDAYS
from bridge.reports.request import Request
from bridge.reports.result import Result
from bridge.reports.sorting import can_sort, result_by
from bridge.reports.texts import NOTHING
from bridge.reports.xlsx_file import seconds_of_xlsx
from bridge.store import facets
from bridge.store.access import STAFF
from bridge.tags.catalogue import CATALOGUE
from bridge.web.display import KEYS, Display
from bridge.web.pages.calls import MOST_CHOICES, Chip, keys_of
from bridge.web.pages.period import PERIODS, Period, days, midnight
from bridge.web.pages.search import SearchForm
from bridge.web.render import page, shown_to
from bridge.web.report_chart import choices, chosen, drawn
from bridge.web.report_table import breakdowns, formulas, tables

FORMATS: tuple[Format, ...] = get_args(Format)
MEDIA = {
    "csv": "text/csv; charset=utf-8", "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
BY: dict[str, tuple[str, ...]] = {"service-level": ("dn", "queue"), "tags": tuple(TAGS_BY)}
"""What the rows of a report can be of, if there is a choice; the first one is the default."""


class PageQuery(r.ReportQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The keys of the API, the periods that a person picks, and how the report is shown."""

    period: Period | None = None
    first: date | None = None
    """First and last day, in the reader's zone."""
    last: date | None = None
    figure: Text | None = None
    """The figure of the chart."""
    columns: Literal["all"] | None = None


class ExportQuery(PageQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    format: Format


FILTERS = tuple(f.name for f in msgspec.structs.fields(ReportFilters))
ONE = ("dn", "queue", "agent", "pbx", "direction", "outcome", "tag")
"""Filters of which the form sets one value."""
IN_FORM = (
    "interval", "by", "figure", "first", "last", "hours", "weekdays", "service_level", "not_called_back",
    "min_wait", "max_wait", "min_talk", "max_talk",
)  # fmt: skip
"""Other keys for which the form has a field."""
WEEKS = ("mon,tue,wed,thu,fri", "sat,sun", *WEEKDAYS)
"""Days of the week that the form offers; an address may name any."""
LEVELLED = ("dn", "queues", "service-level")
"""Reports with service levels."""


class Choices(NamedTuple):
    dn: list[str]
    queue: list[str]
    agent: list[str]
    pbx: list[str]


async def listed(asked: Asked) -> Response:
    context: dict[str, Any] = {"reports": r.open_to(asked.reader)}
    return await page(asked.request, asked.desk, asked.who, "reports.html", context)


async def one(asked: Asked) -> Response:
    query: PageQuery = asked.query
    shown = shown_to(asked.request, asked.desk)
    result = await _result(asked, query, shown)
    if not any(column.id == query.sort and can_sort(column) for column in Columns(result).all):
        # Other intervals, rows or formulas were chosen since, and no row is of it any more.
        query = msgspec.structs.replace(query, sort=None, reverse=None)
    is_staff = asked.reader.role in STAFF
    context = await asked.desk.read(_shown, asked.desk, result, query, shown, is_staff)
    keys = [pair for pair in keys_of(query) if pair[0] != "name"]
    chips = [
        Chip(key, value, urlencode([pair for pair in keys if pair != (key, value)]))
        for key, value in keys
        if key in FILTERS
    ]
    other = [pair for pair in keys if pair[0] != "columns"] + ([] if query.columns else [("columns", "all")])
    context |= {
        "query": query, "result": result, "is_staff": is_staff, "reports": r.open_to(asked.reader),
        "since": day_and_time(result.request.since, result.request.zone),
        "until": day_and_time(result.request.until, result.request.zone),
        "list": urlencode(keys), "other_columns": urlencode(other),
        "period": _period(query), "periods": PERIODS, "intervals": INTERVALS, "formats": FORMATS,
        "chips": chips, "hidden": _hidden(keys), "given": dict(keys),
        "outcomes": OUTCOMES, "weekdays": WEEKS, "tags": [tag.name for tag in CATALOGUE],
        "levels": {level.id: level.zh if shown.lang == "zh-TW" else level.en for level in LEVELS},
        "has_levels": query.name in LEVELLED,
        "by": BY.get(query.name, ()), "dns": Numbers(asked.desk.settings.dn),
    }  # fmt: skip
    return await page(asked.request, asked.desk, asked.who, "report.html", context)


async def of_customer(asked: Asked) -> Response:
    """To the same report of one customer's calls. The address holds the id of a search, because no address ever
    holds the number."""
    query: PageQuery = asked.query
    keys = [pair for pair in keys_of(query) if pair[0] not in ("name", "search")]
    if number := asked.body.q.strip():
        keys.append(("search", await asked.desk.read(asked.desk.access.search, number)))
    return RedirectResponse(f"/reports/{query.name}?{urlencode(keys)}", HTTPStatus.SEE_OTHER)


def _hidden(keys: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The keys for which the form has no field; if a filter has several values, all but the first."""
    seen = set()
    kept = []
    for key, value in keys:
        if key not in IN_FORM and (key not in ONE or key in seen):
            kept.append((key, value))
        seen.add(key)
    return kept


async def _result(asked: Asked, query: PageQuery, shown: Display) -> Result:
    since, until = _bounds(query, shown)
    return await r.result_of(asked, query, since, until, query.timezone or shown.zone)


def _bounds(query: PageQuery, shown: Display) -> tuple[datetime | None, datetime | None]:
    since, until = query.since, query.until
    try:
        if (period := _period(query)) is not None:
            since, until = (midnight(day, shown.tz) for day in days(period, datetime.now(shown.tz).date()))
        if query.first is not None:
            since = midnight(query.first, shown.tz)
        if query.last is not None:
            until = midnight(query.last + timedelta(days=1), shown.tz)
    except (ValueError, OverflowError):
        raise wrong("query", "a day is not one that can be counted", "write a day such as 2026-11-29") from None
    return since, until


def _period(query: PageQuery) -> Period | None:
    """The picked period; today if the address names no time."""
    if query.period is None and (query.first, query.last, query.since, query.until) == (None, None, None, None):
        return "today"
    return query.period


def _shown(desk: Desk, result: Result, query: PageQuery, shown: Display, is_staff: bool) -> dict[str, Any]:
    """To be called in a thread."""
    lang, dns = shown.lang, Numbers(desk.settings.dn)
    result = result_by(query.order, result)
    chart = drawn(result, query.figure, lang, "dark" if shown.is_dark else "light", dns)
    if is_staff:
        with desk.reading() as db:
            offered = Choices(*(facets.values(db, facet, MOST_CHOICES) for facet in Choices._fields))
    else:  # names in the store come from calls, which viewers may not see; those in the settings do not
        numbers = [dn.number for dn in desk.settings.dn if not dn.number.startswith("_")]
        offered = Choices(numbers, [queue.name for queue in desk.settings.queue], [], [])
    return {
        "tables": tables(
            result, lang, dns, all_columns=query.columns == "all", with_links=is_staff, order=query.order
        ),
        "xlsx_takes": seconds_of_xlsx(len(result.lines), len(Columns(result).all)),
        "breakdowns": breakdowns(result, lang, with_links=is_staff),
        "nothing": ("0", NOTHING),
        "formulas": formulas(result, lang, with_links=is_staff),
        "chart": Markup(chart.decode()) if chart is not None else None,
        "figures": choices(result, lang),
        "chart_of": chosen(result, query.figure),
        "choices": offered,
    }


async def export(asked: Asked) -> Response:
    """What the page shows, with all rows and columns, as a file."""
    query: ExportQuery = asked.query
    shown = shown_to(asked.request, asked.desk)
    since, until = _bounds(query, shown)
    meant = msgspec.structs.replace(query, since=since, until=until, timezone=query.timezone or shown.zone)
    if query.name == "transfers":  # the call may have been passed on to a customer
        await asked.note("report transfers")

    def job(request: Request, as_of: int) -> Job:
        return Job(
            asked.desk.store, query.name, request, as_of, query.format, shown.lang,
            answered_within=query.answered_within, service_level=query.service_level, order=query.order,
        )  # fmt: skip

    return await r.exported(asked, meant, job, MEDIA[query.format])


ROUTES = (
    Route("/reports", listed, "", apart=KEYS),
    Route("/reports/{name}", one, "", PageQuery, apart=KEYS, of_store=True),
    Route("/reports/{name}/customer", of_customer, "", PageQuery, SearchForm, roles=STAFF, method="POST", apart=KEYS),
    Route("/reports/{name}/export", export, "", ExportQuery, roles=STAFF, apart=KEYS),
)
