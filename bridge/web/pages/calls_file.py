"""The calls of a list as a file, all of them. CSV and JSON Lines are read page by page while they are sent; XLSX is
made like that of a report."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from starlette.responses import Response, StreamingResponse

from bridge.api import reports as r
from bridge.api.desk import Desk
from bridge.api.records import page_of
from bridge.api.typed import Asked, Route
from bridge.config.numbers import Numbers
from bridge.reports.apart import Job
from bridge.reports.call_columns import COLUMNS
from bridge.reports.columns import blocks_of
from bridge.reports.csv_file import csv_block, csv_head
from bridge.reports.listing import NAME, row
from bridge.reports.request import Request
from bridge.store.access import STAFF
from bridge.store.facets import Place, Wanted
from bridge.web.display import KEYS, Display
from bridge.web.pages.calls import CallsQuery, wanted_of
from bridge.web.pages.reports import MEDIA
from bridge.web.render import shown_to

AT_ONCE = 200


class ExportQuery(CallsQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    format: Literal["csv", "xlsx", "jsonl"]


async def export(asked: Asked) -> Response:
    """All calls of the list, as a file."""
    query: ExportQuery = asked.query
    shown = shown_to(asked.request, asked.desk)
    wanted = await wanted_of(asked, query, shown)
    await asked.note(f"export {query.format}")
    if query.format == "xlsx":
        now = round(time.time() * 1000)
        until = now if wanted.until is None else wanted.until
        period = Request(since=wanted.since or 0, until=until, zone=ZoneInfo(shown.zone))
        made = Job(
            asked.desk.store, NAME, period, now, "xlsx", shown.lang, asked.desk.settings.dn, wanted=wanted
        )  # fmt: skip
        return await r.file_of(asked, made, NAME, MEDIA["xlsx"])
    name = f"{NAME}-{datetime.now():%Y%m%d-%H%M%S}.{query.format}"
    media = MEDIA["csv"] if query.format == "csv" else "application/x-ndjson"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_exported(asked.desk, wanted, query.format, shown), media_type=media, headers=headers)


async def _exported(desk: Desk, wanted: Wanted, kind: str, shown: Display) -> AsyncIterator[bytes]:
    after: Place | None = None
    if kind == "csv":
        yield csv_head(COLUMNS, shown.lang, bom=True)  # by this mark Excel knows that the file is UTF-8
    while True:
        found = await desk.read(page_of, desk, wanted, after, AT_ONCE)
        if kind == "csv":
            yield await desk.read(_rows_of, found.records, shown, Numbers(desk.settings.dn))
        else:
            yield "".join(f"{json}\n" for json in found.records).encode()
        if found.next is None:
            return
        after = found.next


def _rows_of(records: list[str], shown: Display, names: Numbers) -> bytes:
    """As the list shows the call, in the reader's language and zone."""
    found = (row(json, ZoneInfo(shown.zone), shown.lang, names) for json in records)
    return b"".join(csv_block(COLUMNS, block, shown.lang) for block in blocks_of(found))


ROUTES = (Route("/calls/export", export, "", ExportQuery, roles=STAFF, apart=KEYS),)
