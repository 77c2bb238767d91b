"""The page of the rows that a number of a report counts. The page shows the first rows; a file has all."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from bridge.api import reports as r
from bridge.api.typed import Asked, Route
from bridge.reports.apart import MOST_ROWS, Format, Job
from bridge.reports.columns import day_and_time, of_dimension
from bridge.reports.request import Request
from bridge.reports.sheet import Sheet
from bridge.reports.texts import shown
from bridge.reports.xlsx_file import seconds_of_xlsx
from bridge.store.access import STAFF
from bridge.vocabulary.language import Language
from bridge.web.display import KEYS
from bridge.web.pages.calls import keys_of
from bridge.web.pages.reports import FORMATS, MEDIA
from bridge.web.render import page, shown_to

ROWS = 500
"""Rows on the page; a file has all."""
COLUMNS = ("start", "direction", "dn", "customer", "outcome", "agents", "wait", "talk", "ended_by", "tags")
"""Columns about the call behind a row."""


class RowsQuery(r.RowsQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    counted: Annotated[int, msgspec.Meta(ge=0)] | None = None
    """The number that the report showed."""


class ExportQuery(RowsQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    format: Format


class Shown(NamedTuple):
    names: list[str]
    kinds: list[str]
    rows: list[tuple[str, list[str]]]
    """The record's id, empty if there is no call; and the cells."""
    total: int
    xlsx_takes: int
    """Seconds."""


async def one(asked: Asked) -> Response:
    query: RowsQuery = asked.query
    look = shown_to(asked.request, asked.desk)
    query = msgspec.structs.replace(query, timezone=query.timezone or look.zone)
    await asked.note("report rows")
    sheet, table = await r.rows_of(asked, query, look.lang, lambda sheet: (sheet, _shown(sheet, look.lang)))
    keys, of = [pair for pair in keys_of(query) if pair[0] != "name"], r.behind_of(query)
    line = [
        f"{column.label(look.lang)} {shown(column, value, sheet.request.zone, look.lang)}"
        for column, value in zip(map(of_dimension, of.report.dimensions if of.key else ()), of.key or (), strict=True)
    ]
    context: dict[str, Any] = {
        "query": query, "table": table, "of": of, "line": line,
        "list": urlencode(keys), "formats": FORMATS,
        "since": day_and_time(sheet.request.since, sheet.request.zone),
        "until": day_and_time(sheet.request.until, sheet.request.zone), "zone_of": sheet.request.zone.key,
        "most": ROWS,
    }  # fmt: skip
    return await page(asked.request, asked.desk, asked.who, "report_rows.html", context)


def _shown(sheet: Sheet, lang: Language) -> Shown:
    ids = [column.id for column in sheet.columns]
    kept = [n for n, name in enumerate(ids) if name.startswith("row_") or name in COLUMNS]
    record, zone = ids.index("record_id"), sheet.request.zone
    rows, count = [], 0
    for count, row in enumerate(islice(sheet.rows(), MOST_ROWS), 1):
        if count <= ROWS:
            rows.append((str(row[record] or ""), [shown(sheet.columns[n], row[n], zone, lang) for n in kept]))
    columns = [sheet.columns[n] for n in kept]
    return Shown(
        [column.label(lang) for column in columns], [column.kind for column in columns], rows, count,
        seconds_of_xlsx(count, len(ids)),
    )  # fmt: skip


async def export(asked: Asked) -> Response:
    query: ExportQuery = asked.query
    look, of = shown_to(asked.request, asked.desk), r.behind_of(query)
    query = msgspec.structs.replace(query, timezone=query.timezone or look.zone)
    await asked.note(f"export report rows {query.format}")

    def job(request: Request, as_of: int) -> Job:
        return Job(
            asked.desk.store, query.name, request, as_of, query.format, look.lang, asked.desk.settings.dn,
            of.figure.id, of.key, of.bucket, query.answered_within,
        )  # fmt: skip

    return await r.exported(asked, query, job, MEDIA[query.format])


ROUTES = (
    Route("/reports/{name}/rows", one, "", RowsQuery, roles=STAFF, apart=KEYS, of_store=True),
    Route("/reports/{name}/rows/export", export, "", ExportQuery, roles=STAFF, apart=KEYS),
)
