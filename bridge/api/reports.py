"""Reports over HTTP: the figures of ``callbridge report``, computed by the same code."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, TypeVar

import msgspec
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from bridge.api.desk import Desk
from bridge.api.filters import Moment, Text
from bridge.api.problem import forbidden, unknown, wrong
from bridge.api.report_filters import ReportFilters, beyond_viewers, filters_of
from bridge.api.typed import Asked, Route
from bridge.config.rules import is_zone
from bridge.errors import UsageError
from bridge.reports import asked as typed
from bridge.reports.apart import MOST_ROWS, Job, made_apart
from bridge.reports.catalogue import REPORTS, TAGS_BY
from bridge.reports.columns import Labels
from bridge.reports.compute import compute
from bridge.reports.figures import Report
from bridge.reports.json_file import as_json
from bridge.reports.listing import Behind, behind, calls, part_of
from bridge.reports.longest import with_longest
from bridge.reports.periods import Interval
from bridge.reports.request import Request
from bridge.reports.result import Lines, Result
from bridge.reports.sheet import Sheet, of_result, sorted_by
from bridge.reports.sorting import Order, result_by
from bridge.reports.zones import zone_of
from bridge.store.access import STAFF, Who
from bridge.store.asking import Sqlite

FOR_VIEWERS = ("dn", "queues", "service-level")
"""Reports whose totals a viewer may read. No report by agent is among them; and a viewer reads no row, which may
be a single call."""
LONGEST_PERIOD = 5 * 366
"""Days."""
T = TypeVar("T")

if TYPE_CHECKING:
    Name: TypeAlias = str
    By: TypeAlias = str
else:
    Name, By = Literal[tuple(REPORTS)], Literal[tuple(TAGS_BY)]


class ReportQuery(ReportFilters, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which report, of which calls."""

    name: Name
    interval: Interval = "none"
    """Minutes, or a longer interval; the last two are profiles of a day and of a week."""
    by: By | None = None
    """For service-level and tags: what each row is of."""
    since: Moment | None = None
    """Calls from this time on; None: from the beginning of today."""
    until: Moment | None = None
    """Calls before this time; None: until now."""
    timezone: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    """IANA name of the zone whose days and hours are meant; None: the zone of the settings."""
    sort: Text | None = None
    """The rows by this column, the highest number and the latest time first, text by the alphabet; None: in the order
    of the report."""
    reverse: bool | None = None
    """With ``sort``: the lowest first, text from the end of the alphabet."""

    @property
    def order(self) -> Order:
        return Order(self.sort, bool(self.reverse))


class RowsQuery(ReportQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which number of a report, to list the rows behind it."""

    figure: Text
    """A figure of the report: a count, or lengths."""
    key: list[Text] = msgspec.field(default_factory=list)
    """If the number belongs to one line: the values of the report's dimensions, in their order."""
    bucket: int | None = None
    """In a profile: the hour of the day, or of the week from Monday on."""
    breakdown: Text | None = None
    """If the number belongs to a breakdown of the figure, such as ``reason``: by what. ``key`` then has the values of
    the dimensions by which the breakdown is too."""
    part: Text | None = None
    """The value of the breakdown."""


class Formula(msgspec.Struct, frozen=True):
    """The formula by which a figure was computed."""

    id: str
    version: int
    formula: str


class FigureTold(msgspec.Struct, frozen=True):
    """One figure of the catalogue."""

    id: str
    en: str
    zh: str
    unit: str
    """``#`` count, ``s`` seconds, ``%`` rate, ``x`` ratio, ``t`` time."""
    formula: str
    formula_zh: str
    moment: str
    """When it counts: at arrival, at the outcome, at the end of the row, at every instant, or cut at the borders
    of intervals."""
    version: int


class ReportTold(msgspec.Struct, frozen=True):
    """One report of the catalogue, with its figures."""

    name: str
    en: str
    zh: str
    about: str
    about_zh: str
    figures: list[FigureTold]


class ReportList(msgspec.Struct, frozen=True):
    reports: list[ReportTold]


class Terms(msgspec.Struct, frozen=True):
    """The terms on which a report was computed."""

    report: str
    formulas: list[Formula]
    filters: dict[str, Any]
    timezone: str
    service_level: str
    as_of: str


class ReportResult(Terms, frozen=True):
    """As ``callbridge report NAME --format json`` writes it."""

    rows: list[dict[str, Any]]
    """Empty for a viewer."""
    totals: dict[str, Any]


class RowList(Terms, frozen=True):
    """As ``callbridge report calls --of FIGURE --format json`` writes it: as many rows as the number says."""

    of: str
    rows: list[dict[str, Any]]


def open_to(who: Who) -> list[Report]:
    """The reports that this reader may read."""
    return [report for name, report in REPORTS.items() if who.role != "viewer" or name in FOR_VIEWERS]


async def result_of(
    asked: Asked, query: ReportQuery, since: datetime | None, until: datetime | None, zone: str
) -> Result:
    """The report asked for; a viewer gets only the totals. Raises ``Problem``."""
    is_viewer = asked.reader.role == "viewer"
    if is_viewer and (query.name not in FOR_VIEWERS or beyond_viewers(query) or query.interval != "none"):
        what = f"a viewer reads only the totals of the reports {', '.join(FOR_VIEWERS)}, by DN and queue"
        raise forbidden(what, "use a token with the role supervisor or administrator")
    found, request, as_of = await _request(asked.desk, query, since, until, zone)
    if query.name == "transfers":  # the call may have been passed on to a customer
        await asked.note("report transfers")
    result = await asked.desk.report(_compute, asked.desk, found, request, as_of)
    if is_viewer:
        return result._replace(lines=Lines(), tables=[], longest={})
    if len(result.lines) > MOST_ROWS:
        raise wrong("query: interval", f"the report has more than {MOST_ROWS:,} rows", "choose a longer interval")
    return result


async def _request(
    desk: Desk, query: ReportQuery, since: datetime | None, until: datetime | None, zone: str
) -> tuple[Report, Request, int]:
    if not is_zone(zone):
        mend = "write an IANA name such as Asia/Taipei"
        raise unknown("there is no such time zone", mend, where="query: timezone")
    filters = await filters_of(desk, query)
    try:
        found = typed.report(query.name, query.by, query.answered_within, query.service_level)
        request, as_of = typed.request(
            desk.settings, found, filters, since=since.isoformat() if since else None,
            until=until.isoformat() if until else None, period=None, timezone=zone, interval=query.interval,
            attribution=query.attribution, by=query.by, weekdays=query.weekdays, hours=query.hours,
            holidays=[str(day) for day in query.holidays], answered_within=query.answered_within,
            short_abandon=query.short_abandon, service_level=query.service_level, search=query.search,
        )  # fmt: skip
    except UsageError as error:
        what, _, mend = str(error).replace("--", "").partition("; ")
        raise unknown(what, mend, where="query") from None
    if request.until - request.since > LONGEST_PERIOD * 86_400_000:
        what = f"there is no report of a period longer than {LONGEST_PERIOD} days"
        raise unknown(what, "ask for a shorter one", where="query")
    return found, request, as_of


def _zone(asked: Asked, query: ReportQuery) -> str:
    return query.timezone or zone_of(asked.desk.settings.reports.timezone).key


def behind_of(query: RowsQuery) -> Behind:
    """The number whose rows are asked for. Raises ``Problem``."""
    try:
        of = behind(typed.report(query.name, query.by, query.answered_within), query.figure)
        if query.breakdown is not None and query.part is not None:
            of = part_of(of, query.breakdown, query.part)
    except UsageError as error:
        what, _, mend = str(error).partition("; ")
        raise unknown(what, mend, where="query: figure") from None
    if (query.breakdown is None) != (query.part is None):
        raise unknown("of breakdown and part one is missing", "give both or neither", where="query: part")
    if query.key and len(query.key) != len(of.dimensions):
        names = ", ".join(dimension.id for dimension in of.dimensions)
        raise unknown("key has other parts than a line of the report", f"write {names}", where="query: key")
    return of._replace(key=tuple(query.key) or None, bucket=query.bucket)


async def exported(asked: Asked, query: ReportQuery, job: Callable[[Request, int], Job], media: str) -> Response:
    """A report, or the rows behind a number, as a file, which a process of its own makes. Raises ``Problem``."""
    _, request, as_of = await _request(asked.desk, query, query.since, query.until, _zone(asked, query))
    made = job(request, as_of)
    return await file_of(asked, made, f"{query.name}{f'-{made.figure}' if made.figure else ''}", media)


async def file_of(asked: Asked, made: Job, name: str, media: str) -> Response:
    """The file of a job, which a process of its own makes. Raises ``Problem``."""
    handle, path = tempfile.mkstemp(prefix="callbridge-", suffix=f".{made.format}")
    os.close(handle)
    try:
        async with asked.desk.one_report():
            await made_apart(made, Path(path))
    except UsageError as error:
        os.unlink(path)
        what, _, mend = str(error).partition("; ")
        raise wrong("query", what, mend or "ask for less") from None
    except BaseException:
        os.unlink(path)
        raise
    filename = f"{name}-{datetime.now():%Y%m%d-%H%M%S}.{made.format}"
    return FileResponse(path, media_type=media, filename=filename, background=BackgroundTask(os.unlink, path))


async def rows_of(asked: Asked, query: RowsQuery, labels: Labels, made: Callable[[Sheet], T]) -> T:
    """List the rows behind a number in a thread, and make something of them there. Raises ``Problem``."""
    of = behind_of(query)
    _, request, as_of = await _request(asked.desk, query, query.since, query.until, _zone(asked, query))

    def work() -> T:
        with asked.desk.reading_report() as db:
            return made(calls(request, Sqlite(db), as_of, labels, asked.desk.settings.dn, of))

    return await _sorted(asked.desk.report(work))


async def rows(asked: Asked) -> Response:
    await asked.note("report rows")
    order = asked.query.order

    def made(sheet: Sheet) -> bytes:
        return _json_of(sorted_by(order, sheet, MOST_ROWS))

    return Response(await rows_of(asked, asked.query, "ids", made), media_type="application/json")


async def _sorted(work: Awaitable[T]) -> T:
    """What sorts, or the problem that there is no such column to sort by."""
    try:
        return await work
    except UsageError as error:
        what, _, mend = str(error).removeprefix("--sort: ").partition("; ")
        raise wrong("query: sort", what, mend) from None


def _compute(desk: Desk, found: Report, request: Request, as_of: int) -> Result:
    with desk.reading_report() as db:
        database = Sqlite(db)
        return with_longest(compute(found, request, database, as_of), database)


async def listed(asked: Asked) -> ReportList:
    return ReportList([_told(report) for report in open_to(asked.reader)])


def _told(r: Report) -> ReportTold:
    figures = [
        FigureTold(f.id, f.en, f.zh, f.unit, f.formula, f.formula_zh, f.moment, f.version)
        for f in r.figures
        if f.shown
    ]
    return ReportTold(r.name, r.en, r.zh, r.about, r.about_zh, figures)


async def one(asked: Asked) -> Response:
    query: ReportQuery = asked.query
    result = await result_of(asked, query, query.since, query.until, _zone(asked, query))
    return Response(await _sorted(asked.desk.report(_json, result, query.order)), media_type="application/json")


def _json(result: Result, order: Order) -> bytes:
    return _json_of(of_result(result_by(order, result)))


def _json_of(sheet: Sheet) -> bytes:
    out = io.BytesIO()
    as_json(sheet, out, "ids")
    return out.getvalue()


ROUTES = (
    Route("/v1/reports", listed, "The reports, with every figure's formula.", returns=ReportList),
    Route("/v1/reports/{name}", one, "One report.", ReportQuery, returns=ReportResult, of_store=True),
    Route(
        "/v1/reports/{name}/rows",
        rows,
        "What a number of a report counts: a row for each, with its call.",
        RowsQuery,
        returns=RowList,
        of_store=True,
        roles=STAFF,
    ),
)
