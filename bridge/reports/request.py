"""What a report is asked: which time, which calls, which formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from bridge.reports.periods import Calendar, Interval
from bridge.store.numbers import spellings
from bridge.tags.catalogue import bits_of

Attribution = Literal["event", "start"]


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which records count. Several values of one filter mean any of them; several filters mean all of them."""

    pbx: Sequence[str] = ()
    dn: Sequence[str] = ()
    queue: Sequence[str] = ()
    agent: Sequence[str] = ()
    role: Sequence[str] = ()
    """Roles of the staff: ``agent``, ``supervisor``. A person's role is the one in which the person has talked."""
    direction: Sequence[str] = ()
    outcome: Sequence[str] = ()
    tag: Sequence[str] = ()
    """Records that have all of these tags."""
    any_tag: Sequence[str] = ()
    not_tag: Sequence[str] = ()
    customer: str | None = None
    complete: bool | None = None
    not_called_back: bool = False
    min_wait: float | None = None
    max_wait: float | None = None
    min_talk: float | None = None
    max_talk: float | None = None
    """Seconds."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request, the same for a command, a page and the API."""

    since: int
    until: int
    """Milliseconds since the epoch; ``since`` is included, ``until`` is not."""
    zone: ZoneInfo
    interval: Interval = "none"
    attribution: Attribution = "event"
    weekdays: Sequence[int] = ()
    hours: tuple[int, int] | None = None
    holidays: Sequence[date] = ()
    filters: Filters = field(default_factory=Filters)
    by: str | None = None
    answered_within: Sequence[float] = ()
    """Limits in seconds; a report that knows only one limit takes the first."""
    targets: Mapping[str, float | None] = field(default_factory=dict)
    """By DN, pattern of DNs or queue: its own limit in seconds; None: the default."""
    short_abandon: float | None = None
    """Seconds; None: calls with the tag short_abandon are short abandons."""
    short_stay: float = 5.0
    """Seconds up to which an abandoned stay in a queue is short, if ``short_abandon`` is None: stays have no tags."""
    service_level: str = "sl_offered"
    country: str | None = None
    search: str | None = None
    """The id of the search for the customer, which stands in addresses instead of the number."""

    def calendar(self) -> Calendar:
        return Calendar(
            self.zone, self.interval, weekdays=self.weekdays, hours=self.hours, holidays=self.holidays
        )  # fmt: skip


def of_role(column: str, roles: str) -> str:
    """The condition that a person has one of the roles. ``roles``: names of values."""
    return f"(pbx, {column}) IN (SELECT pbx, party FROM talks WHERE role IN ({roles}))"


def chosen(filters: Filters, country: str | None, only: Sequence[str] | None) -> tuple[str, dict[str, int | str]]:
    """The condition on ``calls`` that chooses records, or an empty one; and its values. ``only``: only these
    record ids."""
    wanted: list[str] = []
    values: dict[str, int | str] = {}

    def among(name: str, given: Sequence[str]) -> str:
        names = [f"{name}_{n}" for n in range(len(given))]
        values.update(zip(names, given, strict=True))
        return ", ".join(f":{each}" for each in names)

    for column in ("pbx", "direction", "outcome"):
        if given := getattr(filters, column):
            wanted.append(f"{column} IN ({among(column, given)})")
    if filters.dn:
        wanted.append(f"coalesce(dn, '–') IN ({among('dn', ['–' if dn == '-' else dn for dn in filters.dn])})")
    if filters.queue:
        wanted.append(f"record_id IN (SELECT record_id FROM stays WHERE queue IN ({among('queue', filters.queue)}))")
    if filters.agent:
        who = among("agent", filters.agent)
        wanted.append(
            f"record_id IN (SELECT record_id FROM offers WHERE agent IN ({who}) UNION ALL SELECT record_id FROM "
            f"talks WHERE party IN ({who}) UNION ALL SELECT record_id FROM supervisions WHERE by IN ({who}))"
        )
    if filters.role:
        given = among("role", filters.role)
        wanted.append(
            f"record_id IN (SELECT record_id FROM offers WHERE {of_role('agent', given)} "
            f"UNION ALL SELECT record_id FROM talks WHERE role IN ({given}) "
            f"UNION ALL SELECT record_id FROM supervisions WHERE role IN ({given}))"
        )
    if filters.customer is not None:
        wanted.append(f"customer IN ({among('customer', spellings(filters.customer, country))})")
    wanted += [f"(tag_bits & {bits_of([tag])}) <> 0" for tag in filters.tag]
    if filters.any_tag:
        wanted.append(f"(tag_bits & {bits_of(filters.any_tag)}) <> 0")
    if filters.not_tag:
        wanted.append(f"(tag_bits & {bits_of(filters.not_tag)}) = 0")
    if filters.complete is not None:
        wanted.append(f"complete = {filters.complete:d}")
    for name in ("wait", "talk"):
        for edge, sign in (("min", ">="), ("max", "<=")):
            limit = getattr(filters, f"{edge}_{name}")
            if limit is not None:
                wanted.append(f"{name}_ms {sign} {round(limit * 1000)}")
    if only is not None:
        # The ids are hexadecimal digits that we made. They are too many to be given as values.
        ids = ", ".join(f"'{record_id}'" for record_id in only if record_id.isalnum())
        wanted.append(f"record_id IN ({ids})" if ids else "1 = 0")
    return " AND ".join(wanted), values
