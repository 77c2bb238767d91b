"""Records over HTTP: the list, page by page; one record with its explanation and picture; and searches by a
customer's number."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

import msgspec
from starlette.responses import Response

from bridge.api import filters as f
from bridge.api.desk import Desk
from bridge.api.problem import unknown
from bridge.api.typed import Asked, Route
from bridge.records.explain import explain
from bridge.store import records_page
from bridge.store.access import SEARCH, STAFF
from bridge.store.facets import Place, Wanted
from bridge.vocabulary.record import Record
from bridge.vocabulary.schema import schema


class ListQuery(f.Filters, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The filters, and which page."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 200
    after: f.Cursor | None = None
    """The ``next`` of the previous page."""


class RecordsPage(msgspec.Struct, frozen=True):
    """The newest call comes first."""

    records: list[Record]
    next: str | None
    """The ``after`` of the next page; null on the last page."""


class _RawPage(msgspec.Struct, frozen=True):
    """The same as it is sent: the store's JSON, unchanged."""

    records: list[msgspec.Raw]
    next: str | None


class RecordQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which record."""

    record_id: f.Id


class Explanation(msgspec.Struct, frozen=True):
    """One call, told."""

    record_id: str
    text: str
    """The call in plain English, lines separated by line feeds."""


class NewSearch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The customer whose calls are searched."""

    customer: Annotated[str, msgspec.Meta(min_length=3, max_length=64, pattern="[0-9]")]
    """The number, however it is written."""


class Search(msgspec.Struct, frozen=True):
    """A search that was begun."""

    search: str
    """The value of the key ``search`` of a list."""
    seconds: int
    """Until when the search is known."""


async def listed(asked: Asked) -> _RawPage:
    query: ListQuery = asked.query
    wanted = await f.wanted(asked.desk, query)
    await asked.note("list")
    page = await asked.desk.read(page_of, asked.desk, wanted, f.place(query.after), query.limit)
    return _RawPage([msgspec.Raw(json.encode()) for json in page.records], f.cursor(page.next) if page.next else None)


def page_of(desk: Desk, wanted: Wanted, after: Place | None, limit: int) -> records_page.Page:
    """To be called in a thread."""
    with desk.reading() as db:
        return records_page.page(db, wanted, after, limit)


async def one(asked: Asked) -> Response:
    return Response(await found(asked, "record"), media_type="application/json")


async def found(asked: Asked, what: str) -> bytes:
    """The record asked for, noted in the audit. Raises ``Problem``."""
    record_id: str = asked.query.record_id
    json = await asked.desk.read(_one, asked.desk, record_id)
    if json is None:
        raise unknown("there is no such record", "see /v1/records for those that are", where="path: record_id")
    await asked.note(what, record_id)
    return json.encode()


def _one(desk: Desk, record_id: str) -> str | None:
    with desk.reading() as db:
        return records_page.one(db, record_id)


async def explanation(asked: Asked) -> Explanation:
    record = msgspec.json.decode(await found(asked, "explanation"), type=Record)
    return Explanation(record.record_id, explain(record))


async def search(asked: Asked) -> Search:
    made = await asked.desk.read(asked.desk.access.search, asked.body.customer)
    return Search(made, int(SEARCH))


async def record_schema(asked: Asked) -> Response:
    return Response(_schema(), media_type="application/json")


@cache
def _schema() -> bytes:
    return msgspec.json.encode(schema())


ROUTES = (
    Route(
        "/v1/records", listed, "Calls, newest first, by pages.", ListQuery, returns=RecordsPage, roles=STAFF,
        of_store=True,
    ),
    Route("/v1/records/{record_id}", one, "One call.", RecordQuery, returns=Record, roles=STAFF, of_store=True),
    Route(
        "/v1/records/{record_id}/explanation", explanation, "One call as a person tells it.", RecordQuery,
        returns=Explanation, roles=STAFF, of_store=True,
    ),
    Route(
        "/v1/searches", search, "Names a customer's number once, so that no address has to hold it.",
        body=NewSearch, returns=Search, roles=STAFF, method="POST",
    ),
    Route("/v1/schema", record_schema, "The JSON Schema of a record.", returns=dict[str, Any]),
)  # fmt: skip
