"""``callbridge backfill``: fills the store from the PBX's own log, for calls that were not seen, or not in full.

Rows of CEL and lines of queue_log go through the same pipeline as a feed's messages. The resulting records are
compared with those of the local store. A call that nobody saw gets a record; an incomplete record gets a revision
in which the log fills the gaps. Neither becomes complete, because a log tells no ringing, no hold and no SIP
response.
"""

import os
import time
from collections.abc import Iterable, Iterator
from heapq import merge
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from bridge.commands.options import Config, chosen_pbx, local_store, say, settings_of, time_of
from bridge.config import Settings
from bridge.config.sinks import sink_name
from bridge.errors import UsageError
from bridge.feeds.logs import read_cel, read_queue_log
from bridge.feeds.tables import is_database
from bridge.pipeline.driver import Driver
from bridge.pipeline.pipeline import Pipeline
from bridge.records.gaps import filled, unseen
from bridge.service import log
from bridge.sinks.delivery import divide
from bridge.store.reader import find_call, first_start
from bridge.store.records import SqliteStore
from bridge.vocabulary.language import counted
from bridge.vocabulary.message import Message
from bridge.vocabulary.record import Record
from bridge.vocabulary.times import rfc3339, seconds

SETTLED = 5.0
"""Seconds after a call's end for which the service may still be about to write its record."""
LATER = 60.0
"""Seconds of the log after which nothing more is said of a call that has ended."""


def command(
    *,
    config: Config,
    cel: Annotated[
        str,
        Parameter(
            help="The PBX's channel event log: cel_custom's file, mysql://…, postgresql://…, or an SQLite file."
        ),
    ],
    queue_log: Annotated[
        str | None, Parameter(help="The PBX's queue_log, for how callers left queues: its file, or as --cel.")
    ] = None,
    pbx: Annotated[str | None, Parameter(help="Whose logs they are, where the settings name several PBXs.")] = None,
    since: Annotated[
        str | None, Parameter(help="Only calls that started at this time (UTC) or later. Else: the first record's.")
    ] = None,
) -> None:
    """Fill the gaps of incomplete records from the PBX's own logs, and record calls that nobody saw."""
    settings = settings_of(config)
    store, name = local_store(settings), chosen_pbx(settings, pbx)
    for source in (cel, *([queue_log] if queue_log is not None else [])):
        if not is_database(source) and (not os.access(source, os.R_OK) or Path(source).is_dir()):
            raise UsageError(f"{source} cannot be read; name the PBX's log")
    start = time_of("--since", since) or first_start(store, name)
    if start is None:
        raise UsageError(f"{store} has no record of {name} yet; say --since when the calls began")
    print(backfill(settings, store, name, cel, queue_log, start))


def backfill(settings: Settings, store: str, pbx: str, cel: str, queue_log: str | None, since: str) -> str:
    """Fill the store, and the sinks behind it, from the logs of one PBX; returns in one line what was done.
    ``cel``, ``queue_log``: files, or databases with a table of that name. ``since``: calls that started before
    this time, written as in a record, are left alone. Raises ``LogError`` and ``SinkError``."""
    log.configure()
    logs = [read_cel(cel, pbx, seconds(since), say)]
    if queue_log is not None:
        logs.append(read_queue_log(queue_log, pbx, seconds(since), say))
    before = rfc3339(time.time() - SETTLED)
    told = new = better = 0
    _, remote = divide(settings)
    kept = SqliteStore(store, outbox=[sink_name(sink) for sink in remote])
    try:
        for record in _finished(Driver(pbx, Pipeline(settings, pbx)), merge(*logs, key=lambda message: message.t)):
            if not since <= record.started_at or record.ended_at > before or record.gaps:
                continue  # it has a gap: its beginning is in an earlier log
            if not record.tags and not record.offers and len(record.participants) < 2:
                continue  # the log does not tell whom a caller meant to reach who reached nobody
            told += 1
            # A supervisor who listens to one call after another is linked to all of them.
            linked = (r for name in record.linked_ids for r in find_call(store, name) if r.pbx == pbx)
            known = [r for r in linked if r.call_id in record.linked_ids or record.call_id in r.linked_ids]
            mine = next((r for r in known if r.record_id == record.record_id), None)
            if mine is None and not known:
                new += 1
                kept.write([unseen(record)])
            elif mine is not None and not mine.complete and (fuller := filled(mine, record)) != mine:
                better += 1
                kept.write([fuller])
    finally:
        kept.close()
    in_log, mended = counted(told, "call"), counted(better, "record")
    return f"{pbx}: {in_log} in the log, {new} that nobody saw recorded, {mended} filled"


def _finished(driver: Driver, messages: Iterable[Message]) -> Iterator[Record]:
    """The last version of each call's record, when nothing more can be said of the call."""
    waiting: dict[str, Record] = {}
    look = 0.0
    for message in messages:
        waiting |= {record.record_id: record for record in driver.feed(message).records}
        if message.t > look:
            look = message.t + LATER
            over = [name for name, record in waiting.items() if seconds(record.ended_at) < message.t - LATER]
            yield from (waiting.pop(name) for name in over)
    waiting |= {record.record_id: record for record in driver.advance(look + LATER).records}
    yield from waiting.values()
