"""``callbridge outbox``: the records that still have to reach a sink."""

import time
from collections.abc import Collection, Sequence
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table
from rich.text import Text

from bridge.commands.options import Config, say, settings_of
from bridge.commands.tables import show, table
from bridge.config.nearest import nearest
from bridge.config.sinks import SqliteSink, sink_name
from bridge.errors import SinkError, UsageError
from bridge.sinks.delivery import divide
from bridge.store.outbox import Dead, Depth, Outbox
from bridge.store.sqlite import SqliteError, said


def command(
    *,
    config: Config,
    dead: Annotated[bool, Parameter(help="List the records that a sink refused, and why.")] = False,
    retry: Annotated[
        list[str] | None,
        Parameter(help="Send at once what this sink refused and what waits for its next try; repeat it for others."),
    ] = None,
    drop: Annotated[
        list[str] | None,
        Parameter(
            help="Give up what this sink refused, or all that waits for one that is no longer in the settings; "
            "repeat it for others."
        ),
    ] = None,
) -> None:
    """Show what still has to reach which sink."""
    settings = settings_of(config)
    path, remote = divide(settings)
    if path is None:
        raise UsageError("no sink is fed from an outbox; add one to the settings")
    names = [sink_name(sink) for sink in remote]
    box = Outbox(path, keep=any(isinstance(sink, SqliteSink) for sink in settings.sink))
    try:
        for option, sinks, known in (
            ("--retry", retry or (), names),
            ("--drop", drop or (), [depth.sink for depth in box.depths(names)]),
        ):
            for sink in sinks:
                if sink not in known:
                    raise UsageError(f'{option}: no sink "{sink}" is fed from the outbox; {nearest(sink, known)}')
        for sink in retry or ():
            print(f"{sink}: {box.retry(sink)} to be sent now")
        for sink in drop or ():
            print(f"{sink}: {box.drop(sink, waiting=sink not in names)} given up")
        if dead:
            _show_dead(box.dead())
        elif not retry and not drop:
            depths = box.depths(names)
            _show(depths, names)
            if not depths:
                say("nothing waits: the settings name no sink beside the local store")
    except SqliteError as error:
        raise SinkError(f"{path}: {said(error)}; make room, or see who else holds the file") from None
    finally:
        box.close()


def _show(depths: Sequence[Depth], known: Collection[str]) -> None:
    """One row for each sink; ``known``: the sinks of the settings."""
    listing = _table("sink", "waiting", "oldest", "refused", "state")
    for depth in depths:
        state = "ok" if depth.sink in known else "not in the settings"
        if depth.failing_since is not None:
            state = f"failing for {_age(depth.failing_since)}: {depth.why}"
        oldest = _age(depth.oldest) if depth.oldest is not None else ""
        listing.add_row(*map(Text, (depth.sink, str(depth.waiting), oldest, str(depth.dead), state)))
    show(listing)


def _show_dead(dead: Sequence[Dead]) -> None:
    """One row for each record that a sink refused."""
    listing = _table("sink", "started (UTC)", "call", "record", "why")
    for letter in dead:
        started = letter.started_at[:19].replace("T", " ")
        listing.add_row(*map(Text, (letter.sink, started, letter.call_id, letter.record_id, letter.why)))
    show(listing)


def _table(*columns: str) -> Table:
    return table(*columns, folding=columns)


def _age(since: float) -> str:
    seconds = max(0, int(time.time() - since))
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
