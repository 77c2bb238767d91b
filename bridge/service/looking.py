"""Looks once a second for what is wrong with the service, while the board is shown."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterable, Iterator
from typing import NoReturn

from bridge.config import Settings
from bridge.config.sinks import sink_name
from bridge.errors import SinkError
from bridge.live.alarms import Subject
from bridge.live.hub import Clock
from bridge.service.seen import Seen
from bridge.sinks.delivery import divide
from bridge.store.outbox import Outbox
from bridge.store.sqlite import SqliteError

EVERY = 1.0
"""Seconds."""
OUTBOX_EVERY = 10
"""Every so many looks, the outbox is read too."""
WAITED = 300.0
"""Seconds for which a record may wait for a sink."""


async def look(settings: Settings, seen: Seen) -> NoReturn:
    """Until cancelled."""
    path, remote = divide(settings)
    sinks = [sink_name(sink) for sink in remote]
    late: list[str] = []
    count = 0
    while True:
        if sinks and path is not None and count % OUTBOX_EVERY == 0:
            late = await asyncio.to_thread(waiting_long, path, sinks, time.time())
        count += 1
        seen.hub.look({pbx: Clock(*clock) for pbx, clock in seen.clocks().items()}, _besides(seen, late), time.time())
        await asyncio.sleep(EVERY)


def _besides(seen: Seen, late: Iterable[str]) -> Iterator[Subject]:
    """The alarms about the service itself."""
    for writer in seen.writers:
        if writer.is_failing:
            yield "store", "service", writer.name
    for name in late:
        yield "sink", "service", name


def waiting_long(path: str, sinks: list[str], now: float) -> list[str]:
    """The sinks for which a record has waited too long. None if the outbox cannot be read: the alarm ``store`` says
    so."""
    with contextlib.suppress(SinkError, SqliteError), contextlib.closing(Outbox(path)) as outbox:
        depths = outbox.depths(sinks)
        return [d.sink for d in depths if d.oldest is not None and now - d.oldest > WAITED]
    return []
