"""Records as a table for the terminal."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from bridge.commands.terminal import console
from bridge.vocabulary.record import Record
from bridge.vocabulary.terms import UNSEEN


def show(records: Sequence[Record]) -> None:
    """One row a call: times in UTC, durations in seconds."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("started (UTC)", "call", "direction", "DN", "customer"):
        table.add_column(name, no_wrap=True)
    table.add_column("offers")
    for name in ("wait", "talk"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("ended by", no_wrap=True)
    table.add_column("tags")
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
        table.add_row(*(Text(cell) for cell in cells))
    console().print(table)
