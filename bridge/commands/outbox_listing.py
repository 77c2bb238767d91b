"""The outbox as a person reads it."""

import time
from collections.abc import Collection, Sequence

from rich.table import Table
from rich.text import Text

from bridge.commands.terminal import console
from bridge.store.outbox import Dead, Depth


def show(depths: Sequence[Depth], known: Collection[str]) -> None:
    """One row a sink; ``known`` are those of the settings."""
    table = _table("sink", "waiting", "oldest", "refused", "state")
    for depth in depths:
        state = "ok" if depth.sink in known else "not in the settings"
        if depth.failing_since is not None:
            state = f"failing for {_age(depth.failing_since)}: {depth.why}"
        oldest = _age(depth.oldest) if depth.oldest is not None else ""
        table.add_row(*map(Text, (depth.sink, str(depth.waiting), oldest, str(depth.dead), state)))
    console().print(table)


def show_dead(dead: Sequence[Dead]) -> None:
    """One row a record that a sink refused."""
    table = _table("sink", "started (UTC)", "call", "record", "why")
    for letter in dead:
        started = letter.started_at[:19].replace("T", " ")
        table.add_row(*map(Text, (letter.sink, started, letter.call_id, letter.record_id, letter.why)))
    console().print(table)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(name)
    return table


def _age(since: float) -> str:
    seconds = max(0, int(time.time() - since))
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
