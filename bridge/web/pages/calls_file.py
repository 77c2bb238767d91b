"""The calls of a list as a file: all of them, as they are read, a page at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Literal

import msgspec
from starlette.responses import Response, StreamingResponse

from bridge.api.desk import Desk
from bridge.api.records import page_of
from bridge.api.typed import Asked, Route
from bridge.store.access import STAFF
from bridge.store.facets import Place, Wanted
from bridge.vocabulary.record import Customer, Record
from bridge.web.display import KEYS
from bridge.web.pages.calls import CallsQuery, wanted_of
from bridge.web.render import shown_to

AT_ONCE = 200


class ExportQuery(CallsQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    format: Literal["csv", "jsonl"]


async def export(asked: Asked) -> Response:
    """All calls of the list, as a file."""
    query: ExportQuery = asked.query
    wanted = await wanted_of(asked, query, shown_to(asked.request, asked.desk))
    await asked.note(f"export {query.format}")
    name = f"calls-{datetime.now():%Y%m%d-%H%M%S}.{query.format}"
    media = "text/csv; charset=utf-8" if query.format == "csv" else "application/x-ndjson"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_exported(asked.desk, wanted, query.format), media_type=media, headers=headers)


async def _exported(desk: Desk, wanted: Wanted, kind: str) -> AsyncIterator[bytes]:
    after: Place | None = None
    if kind == "csv":
        yield b"\xef\xbb\xbf" + _csv([COLUMNS])  # by the mark, Excel knows it for UTF-8
    while True:
        found = await desk.read(page_of, desk, wanted, after, AT_ONCE)
        if kind == "csv":
            yield await desk.read(_rows_of, found.records)
        else:
            yield "".join(f"{json}\n" for json in found.records).encode()
        if found.next is None:
            return
        after = found.next


COLUMNS = (
    "record_id", "pbx", "direction", "dn", "customer_number", "customer_name", "started_at", "answered_at",
    "ended_at", "wait_seconds", "talk_seconds", "hold_seconds", "queues", "offers", "ended_by", "tags", "complete",
)  # fmt: skip
_RECORD = msgspec.json.Decoder(Record)


def _rows_of(records: list[str]) -> bytes:
    rows = []
    for json in records:
        r = _RECORD.decode(json)
        customer = r.customer or Customer()
        rows.append((
            r.record_id, r.pbx, r.direction, r.dn, customer.number, customer.name, r.started_at, r.answered_at,
            r.ended_at, r.wait_seconds, r.talk_seconds, r.hold_seconds, " ".join(stay.name for stay in r.queues),
            "; ".join(f"{offer.agent} {offer.outcome or 'unseen'}" for offer in r.offers), r.ended_by,
            " ".join(r.tags), str(r.complete).lower(),
        ))  # fmt: skip
    return _csv(rows)


def _csv(rows: Any) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return out.getvalue().encode()


def _harmless(cell: object) -> object:
    """A name that begins like a formula stays text in a spreadsheet; a number such as +886… is none."""
    if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell.strip("+-0123456789 ()"):
        return "'" + cell
    return cell


ROUTES = (Route("/calls/export", export, "", ExportQuery, roles=STAFF, apart=KEYS),)
