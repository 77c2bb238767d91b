"""Which calls are asked for: one set of filters for the API's list, the page, its export, and the links to the
previous and the next call."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import msgspec

from bridge.api.desk import Desk
from bridge.api.problem import Problem
from bridge.store.facets import KINDS, Place, Wanted, number_key
from bridge.store.outcomes import INBOUND, OUTBOUND
from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.terms import Direction

OUTCOMES = (*INBOUND, *OUTBOUND)
if TYPE_CHECKING:
    Tag: TypeAlias = str
    Kind: TypeAlias = str
    Outcome: TypeAlias = str
else:
    Tag, Kind, Outcome = Literal[tuple(BY_NAME)], Literal[KINDS], Literal[OUTCOMES]
Moment = Annotated[datetime, msgspec.Meta(tz=True, examples=["2026-11-29T00:00:00Z"])]
Id = Annotated[str, msgspec.Meta(pattern="^[0-9A-Za-z_-]{1,64}$")]
Cursor = Annotated[str, msgspec.Meta(pattern="^[0-9]{1,15}[.][0-9A-Za-z_-]{1,64}$")]
"""The place of a call in a list: its start in ms, and its id."""
Search = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{22}$")]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Filters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Only calls for which all filters are true."""

    tag: list[Tag] = []
    """Calls that have all of these tags."""
    kind: Kind | None = None
    """A view that no single tag gives."""
    outcome: Outcome | None = None
    """What became of the call, as reports count it."""
    direction: Direction | None = None
    pbx: Text | None = None
    dn: Text | None = None
    queue: Text | None = None
    """Calls that were in this queue."""
    agent: Text | None = None
    """Calls in which this agent or supervisor had a part."""
    since: Moment | None = None
    """Calls that started at this time or later."""
    until: Moment | None = None
    """Calls that started before this time."""
    not_called_back: bool | None = None
    """Calls that were missed, if nobody has spoken with that customer since."""
    search: Search | None = None
    """Calls of the customer of this search: POST /v1/searches."""


async def wanted(desk: Desk, filters: Filters) -> Wanted:
    """The filters as the store knows them. Raises ``Problem`` for an unknown search."""
    facets: list[tuple[str, str]] = [("tag", tag) for tag in filters.tag]
    for facet in ("kind", "outcome", "direction", "pbx", "dn", "queue", "agent"):
        if (value := getattr(filters, facet)) is not None:
            facets.append((facet, value))
    if filters.search is not None:
        facets.append(("customer", number_key(await searched(desk, filters.search))))
    return Wanted(tuple(facets), ms_of(filters.since), ms_of(filters.until), bool(filters.not_called_back))


async def searched(desk: Desk, search: str) -> str:
    """The customer's number of a search. Raises ``Problem``."""
    number = await desk.read(desk.access.searched, search)
    if number is None:
        what = "the search is not known, or is older than a day"
        raise Problem(HTTPStatus.NOT_FOUND, what, "search again", where="query: search")
    return number


def ms_of(moment: datetime | None) -> int | None:
    """A time of a query in milliseconds since the epoch."""
    return None if moment is None else round(moment.timestamp() * 1000)


def cursor(place: Place) -> str:
    """A place in the list, as clients hand it back."""
    return f"{place.at}.{place.record_id}"


def place(text: str | None) -> Place | None:
    """The place that a ``Cursor`` stands for."""
    if text is None:
        return None
    at, _, record_id = text.partition(".")
    return Place(int(at), record_id)
