"""Which calls a report counts, and by which formula: the filters of ``callbridge report`` as keys of an address."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import msgspec

from bridge.api.desk import Desk
from bridge.api.filters import Outcome, Search, Tag, Text, searched
from bridge.config.types import ServiceLevel
from bridge.reports.request import Attribution, Filters
from bridge.vocabulary.terms import STAFF, Direction

if TYPE_CHECKING:
    Role: TypeAlias = str
else:
    Role = Literal[STAFF]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=1_000_000)]
FOR_ALL = ("dn", "queue", "answered_within", "service_level")
"""The filters that viewers may use too. Any other could narrow the totals down to single calls or people."""


class ReportFilters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Several values of one filter are any of them."""

    pbx: list[Text] = []
    dn: list[Text] = []
    """``-`` is no DN."""
    queue: list[Text] = []
    agent: list[Text] = []
    role: list[Role] = []
    """Calls that an agent or a supervisor had a part in."""
    direction: list[Direction] = []
    outcome: list[Outcome] = []
    tag: list[Tag] = []
    """With all of these tags."""
    any_tag: list[Tag] = []
    not_tag: list[Tag] = []
    search: Search | None = None
    """Of the customer of this search: POST /v1/searches."""
    complete: bool | None = None
    """Seen in full."""
    not_called_back: bool | None = None
    """Missed, and no later call with that customer, either way, was answered."""
    min_wait: Seconds | None = None
    """Seconds, as the next three."""
    max_wait: Seconds | None = None
    min_talk: Seconds | None = None
    max_talk: Seconds | None = None
    weekdays: Text | None = None
    """``mon,tue,wed,thu,fri``."""
    hours: Text | None = None
    """``09:00-18:00``, local, 18:00 is out; on quarters of an hour."""
    holidays: list[date] = []
    """Days that are left out."""
    attribution: Attribution = "event"
    """``start``: all of a call counts when it started."""
    answered_within: list[Seconds] = []
    """Seconds of the service level; of service-level several side by side."""
    short_abandon: Seconds | None = None
    """Seconds; else the tag short_abandon."""
    service_level: ServiceLevel | None = None
    """This formula alone."""


def beyond_viewers(query: ReportFilters) -> list[str]:
    """Names of the filters that are used here and are not for viewers."""
    return [
        f.name
        for f in msgspec.structs.fields(ReportFilters)
        if f.name not in FOR_ALL and getattr(query, f.name) not in ([], None, "event")
    ]


async def filters_of(desk: Desk, query: ReportFilters) -> Filters:
    """Which records are chosen. Raises ``Problem`` for a search that is not known."""
    return Filters(
        pbx=query.pbx, dn=query.dn, queue=query.queue, agent=query.agent, role=query.role, direction=query.direction,
        outcome=query.outcome, tag=query.tag, any_tag=query.any_tag, not_tag=query.not_tag,
        customer=await searched(desk, query.search) if query.search is not None else None, complete=query.complete,
        not_called_back=bool(query.not_called_back), min_wait=query.min_wait, max_wait=query.max_wait,
        min_talk=query.min_talk, max_talk=query.max_talk,
    )  # fmt: skip
