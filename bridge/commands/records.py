"""``callbridge records``: the records of the local store."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from bridge.commands.options import Config, chosen_pbx, local_store, say, settings_of, span_of
from bridge.commands.tables import Column, show_columns, show_lines
from bridge.config.nearest import nearest
from bridge.errors import UsageError
from bridge.reports.zones import zone_of
from bridge.store.outcomes import INBOUND, OUTBOUND
from bridge.store.reader import Asked, count, each
from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.language import counted
from bridge.vocabulary.record import Record
from bridge.vocabulary.words import word

NEWEST = 100
"""Calls that are listed unless all are asked for. Their column widths are computed together."""
EVERY = 2**62
LONGEST = max(len(name) for name in BY_NAME) + 1
"""Characters of the longest tag with its comma, so that no tag is cut."""


def command(
    *,
    config: Config,
    tag: Annotated[
        list[str] | None, Parameter(help="Only calls with this tag; repeat it for calls with all of them.")
    ] = None,
    agent: Annotated[str | None, Parameter(help="Only calls that this agent or supervisor had a part in.")] = None,
    dn: Annotated[str | None, Parameter(help="Only calls of this DN.")] = None,
    pbx: Annotated[str | None, Parameter(help="Only calls of this PBX.")] = None,
    queue: Annotated[str | None, Parameter(help="Only calls that came into this queue.")] = None,
    customer: Annotated[
        str | None, Parameter(help="Only calls with this number: also as +886… and 0…, by [reports] country.")
    ] = None,
    outcome: Annotated[
        str | None, Parameter(help="Only calls that came to this: answered, abandoned, exited, …")
    ] = None,
    not_called_back: Annotated[
        bool, Parameter(help="Only missed calls after which no call with that customer, either way, was answered.")
    ] = False,
    since: Annotated[
        str | None,
        Parameter(help="Only calls that started on this day or at this time or later, by [reports] timezone."),
    ] = None,
    until: Annotated[str | None, Parameter(help="Only calls that started before this day or time.")] = None,
    wide: Annotated[bool, Parameter(help="All columns, however narrow the terminal is.")] = False,
    all: Annotated[bool, Parameter(help=f"Every call; otherwise the newest {NEWEST}.")] = False,
    json: Annotated[bool, Parameter(help="Whole records as JSON Lines: every call, the oldest first.")] = False,
) -> None:
    """List the records of the local store, the newest first."""
    for name in tag or ():
        if name not in BY_NAME:
            raise UsageError(f'--tag: unknown tag "{name}"; {nearest(name, BY_NAME)}')
    if outcome is not None and outcome not in (*INBOUND, *OUTBOUND):
        raise UsageError(f'--outcome: unknown outcome "{outcome}"; {nearest(outcome, (*INBOUND, *OUTBOUND))}')
    settings = settings_of(config)
    zone = zone_of(settings.reports.timezone)
    store = local_store(settings)
    first, end = span_of(since, until, zone)
    asked = Asked(
        tags=tag or (),
        agent=agent,
        dn=dn,
        since=first,
        until=end,
        pbx=chosen_pbx(settings, pbx) if pbx is not None else None,
        queue=queue,
        outcome=outcome,
        customer=customer,
        only_missed=not_called_back,
        country=settings.reports.country,
    )
    if json:
        show_lines(each(store, asked))
        return
    found = each(store, asked, newest=EVERY if all else NEWEST)
    shown = 0
    while records := list(islice(found, NEWEST)):
        _show(records, zone, len(settings.pbx) > 1, wide)
        shown += len(records)
    if shown == 0:
        _show([], zone, len(settings.pbx) > 1, wide)
        say(f"no call matches; the store has {counted(count(store, Asked()), 'call')}")
    if not all and shown == NEWEST and (there_are := count(store, asked)) > shown:
        say(f"the newest {shown} of {there_are:,}; --all lists all, --since and the other options fewer")


FIRST = ("call", "tags", "started", "customer", "PBX", "offers", "DN", "talk", "wait", "ended by", "direction")
"""The columns that are shown first if a terminal has no room for all."""


def _show(records: Sequence[Record], zone: ZoneInfo, several: bool, wide: bool) -> None:
    """Print one row for each call: times in the zone, durations in seconds. ``several``: there is more than one
    PBX."""

    def column(name: str, cell: Callable[[Record], str], **more: Any) -> Column:
        return Column(name, [cell(record) for record in records], **more)

    started = f"started ({zone.key})"
    columns = [
        column(
            started,
            lambda r: f"{datetime.fromisoformat(r.started_at).astimezone(zone):%Y-%m-%d %H:%M:%S}",
            folds_to=len("2026-01-31"),
        ),
        *([column("PBX", lambda r: r.pbx)] if several else []),
        column("call", lambda r: r.call_id),
        column("direction", lambda r: r.direction),
        column("DN", lambda r: r.dn or ""),
        column("customer", lambda r: (r.customer.number if r.customer else None) or ""),
        column(
            "offers",
            lambda r: ", ".join(f"{o.agent} {word(['outcome'], o.outcome or 'unseen', 'en')}" for o in r.offers),
            folds_to=24,
        ),
        column("wait", lambda r: f"{r.wait_seconds:.1f}", right=True),
        column("talk", lambda r: f"{r.talk_seconds:.1f}", right=True),
        column("ended by", lambda r: word(["ended_by"], r.ended_by, "en")),
        column("tags", lambda r: ", ".join([*r.tags, *(() if r.complete else ["(incomplete)"])]), folds_to=LONGEST),
    ]
    show_columns(columns, [started if name == "started" else name for name in FIRST], wide=wide)
