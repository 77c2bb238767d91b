"""``callbridge records``: the records of the local store."""

from collections.abc import Sequence
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from bridge.commands.options import Config, local_store, settings_of, time_of
from bridge.commands.tables import show, show_lines, table
from bridge.config.nearest import nearest
from bridge.errors import UsageError
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
    since: Annotated[str | None, Parameter(help="Only calls that started at this time (UTC) or later.")] = None,
    until: Annotated[str | None, Parameter(help="Only calls that started before this time (UTC).")] = None,
    json: Annotated[bool, Parameter(help="Whole records, as JSON Lines.")] = False,
) -> None:
    """List the records of the local store, by start."""
    for name in tag or ():
        if name not in BY_NAME:
            raise UsageError(f'--tag: unknown tag "{name}"; {nearest(name, BY_NAME)}')
    found = find(
        local_store(settings_of(config)),
        tags=tag or (),
        agent=agent,
        dn=dn,
        since=time_of("--since", since),
        until=time_of("--until", until),
    )
    if json:
        show_lines(found)
    else:
        _show(found)


def _show(records: Sequence[Record]) -> None:
    """One row a call: times in UTC, durations in seconds."""
    listing = table(
        *("started (UTC)", "call", "direction", "DN", "customer", "offers", "wait", "talk", "ended by", "tags"),
        right=["wait", "talk"],
        folding=["offers", "tags"],
    )
    for record in records:
        cells = (
            record.started_at[:19].replace("T", " "),
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
