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
"""The filters that viewers may use too. Every other filter could narrow the totals down to single calls or people."""


class ReportFilters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A filter with several values means any of them."""

    pbx: list[Text] = []
    dn: list[Text] = []
    """``-`` stands for calls without a DN."""
    queue: list[Text] = []
    agent: list[Text] = []
    role: list[Role] = []
    """Calls in which an agent or a supervisor had a part."""
    direction: list[Direction] = []
    outcome: list[Outcome] = []
    tag: list[Tag] = []
    """Calls that have all of these tags."""
    any_tag: list[Tag] = []
    not_tag: list[Tag] = []
    search: Search | None = None
    """Calls of the customer of this search: POST /v1/searches."""
    complete: bool | None = None
    """Whether the call was seen in full."""
    not_called_back: bool | None = None
    """Calls that were missed, if no later call with that customer, in either direction, was answered."""
    min_wait: Seconds | None = None
    """Seconds, as the next three."""
    max_wait: Seconds | None = None
    min_talk: Seconds | None = None
    max_talk: Seconds | None = None
    weekdays: Text | None = None
    """Days of the week, such as ``mon,tue,wed,thu,fri``."""
    hours: Text | None = None
    """Local time such as ``09:00-18:00``, without 18:00 itself; on quarters of an hour."""
    holidays: list[date] = []
    """Days that are left out."""
    attribution: Attribution = "event"
    """``start``: everything of a call counts at the time when the call started."""
    answered_within: list[Seconds] = []
    """Seconds of the service level; for the report service-level several, side by side."""
    short_abandon: Seconds | None = None
    """Seconds; None: the tag short_abandon counts."""
    service_level: ServiceLevel | None = None
    """Show only this formula."""


def beyond_viewers(query: ReportFilters) -> list[str]:
    """Names of the filters in use that viewers may not use."""
    return [
        f.name
        for f in msgspec.structs.fields(ReportFilters)
        if f.name not in FOR_ALL and getattr(query, f.name) not in ([], None, "event")
    ]


async def filters_of(desk: Desk, query: ReportFilters) -> Filters:
    """Which records are chosen. Raises ``Problem`` for an unknown search."""
    return Filters(
        pbx=query.pbx, dn=query.dn, queue=query.queue, agent=query.agent, role=query.role, direction=query.direction,
        outcome=query.outcome, tag=query.tag, any_tag=query.any_tag, not_tag=query.not_tag,
        customer=await searched(desk, query.search) if query.search is not None else None, complete=query.complete,
        not_called_back=bool(query.not_called_back), min_wait=query.min_wait, max_wait=query.max_wait,
        min_talk=query.min_talk, max_talk=query.max_talk,
    )  # fmt: skip
