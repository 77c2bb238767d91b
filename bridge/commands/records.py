"""``callbridge records``: the records of the local store."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter
from rich.text import Text

from bridge.commands.options import Config, chosen_pbx, local_store, local_time_of, settings_of
from bridge.commands.tables import show, show_lines, table
from bridge.config.nearest import nearest
from bridge.errors import UsageError
from bridge.reports.zones import zone_of
from bridge.store.outcomes import INBOUND, OUTBOUND
from bridge.store.reader import find
from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.record import Record
from bridge.vocabulary.terms import UNSEEN


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
    json: Annotated[bool, Parameter(help="Whole records, as JSON Lines.")] = False,
) -> None:
    """List the records of the local store, by start."""
    for name in tag or ():
        if name not in BY_NAME:
            raise UsageError(f'--tag: unknown tag "{name}"; {nearest(name, BY_NAME)}')
    if outcome is not None and outcome not in (*INBOUND, *OUTBOUND):
        raise UsageError(f'--outcome: unknown outcome "{outcome}"; {nearest(outcome, (*INBOUND, *OUTBOUND))}')
    settings = settings_of(config)
    zone = zone_of(settings.reports.timezone)
    found = find(
        local_store(settings),
        tags=tag or (),
        agent=agent,
        dn=dn,
        since=local_time_of("--since", since, zone),
        until=local_time_of("--until", until, zone),
        pbx=chosen_pbx(settings, pbx) if pbx is not None else None,
        queue=queue,
        outcome=outcome,
        customer=customer,
        only_missed=not_called_back,
        country=settings.reports.country,
    )
    if json:
        show_lines(found)
    else:
        _show(found, zone)


def _show(records: Sequence[Record], zone: ZoneInfo) -> None:
    """One row a call: times of the zone, durations in seconds."""
    listing = table(
        *(
            f"started ({zone.key})",
            "call",
            "direction",
            "DN",
            "customer",
            "offers",
            "wait",
            "talk",
            "ended by",
            "tags",
        ),
        right=["wait", "talk"],
        folding=["offers", "tags"],
    )
    for record in records:
        cells = (
            f"{datetime.fromisoformat(record.started_at).astimezone(zone):%Y-%m-%d %H:%M:%S}",
            record.call_id + ("" if record.complete else " (incomplete)"),
            record.direction,
            record.dn or "",
            (record.customer.number if record.customer else None) or "",
            ", ".join(f"{offer.agent} {offer.outcome or UNSEEN}" for offer in record.offers),
            f"{record.wait_seconds:.1f}",
            f"{record.talk_seconds:.1f}",
            record.ended_by,
            ", ".join(record.tags),
        )
        listing.add_row(*(Text(cell) for cell in cells))
    show(listing)
