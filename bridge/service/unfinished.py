"""Keeps in each store how many calls are in progress and since when, while the service runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import NoReturn, Protocol

import structlog

from bridge.config import Settings
from bridge.config.sinks import PostgresSink, SqliteSink
from bridge.errors import SinkError
from bridge.pipeline.pipeline import Pipeline
from bridge.sinks.registry import open_postgres
from bridge.store.open_calls import Open, OpenCalls

logger = structlog.get_logger()

EVERY = 5.0
"""Seconds between two looks."""
AT_LEAST_EVERY = 30.0
"""Seconds after which a row that has not changed is written again, to say that it still holds."""


class Table(Protocol):
    def write_open(self, found: Mapping[str, Open], now: int) -> None:
        """One row a PBX, as of ``now`` in milliseconds. Raises ``SinkError``."""


def tables(settings: Settings) -> list[Callable[[], Table]]:
    """For each store that reports can read, a function that opens its table."""
    found: list[Callable[[], Table]] = []
    for sink in settings.sink:
        if isinstance(sink, SqliteSink):
            found.append(partial(OpenCalls, sink.path))
        elif isinstance(sink, PostgresSink):
            found.append(partial(open_postgres, sink))
    return found


async def keep_all(settings: Settings, pipelines: Mapping[str, Pipeline]) -> None:
    """Keep the rows in every store until cancelled."""
    async with asyncio.TaskGroup() as group:
        for opened in tables(settings):
            group.create_task(keep(opened, pipelines))


async def keep(opened: Callable[[], Table], pipelines: Mapping[str, Pipeline]) -> NoReturn:
    """Keep the rows of one store until cancelled. If the disk is full or the server away, the rows suffer, not the
    calls."""
    table: Table | None = None
    told: Mapping[str, Open] = {}
    at, fails = 0.0, False
    while True:
        now = {pbx: _open(calls) for pbx, calls in pipelines.items()}
        if now != told or time.monotonic() - at > AT_LEAST_EVERY:
            try:
                if table is None:
                    table = await asyncio.to_thread(opened)
                await asyncio.to_thread(table.write_open, now, round(time.time() * 1000))
                told, at, fails = now, time.monotonic(), False
            except SinkError as error:
                if not fails:
                    logger.warning("open_calls_not_kept", why=str(error))
                fails = True
        await asyncio.sleep(EVERY)


def _open(calls: Pipeline) -> Open:
    since = calls.open_since
    return Open(calls.open_calls, round(since * 1000) if since is not None else None)
