"""Keeping in the local store how many calls are in progress, and since when, while the service runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import NoReturn, Protocol

import structlog

from bridge.errors import SinkError
from bridge.store.open_calls import Open, OpenCalls

logger = structlog.get_logger()

EVERY = 5.0
"""Seconds between two looks."""
AT_LEAST_EVERY = 30.0
"""Seconds after which a row that has not changed is said to be the present still."""


class Calls(Protocol):
    """Of ``bridge.pipeline.pipeline.Pipeline`` what is needed here."""

    @property
    def open_calls(self) -> int: ...

    @property
    def open_since(self) -> float | None: ...


async def keep(path: str, pipelines: Mapping[str, Calls]) -> NoReturn:
    """Until cancelled. A disk that is full costs the rows, no calls."""
    table: OpenCalls | None = None
    told: Mapping[str, Open] = {}
    at, fails = 0.0, False
    while True:
        now = {pbx: _open(calls) for pbx, calls in pipelines.items()}
        if now != told or time.monotonic() - at > AT_LEAST_EVERY:
            try:
                table = table or OpenCalls(path)
                await asyncio.to_thread(table.write, now, round(time.time() * 1000))
                told, at, fails = now, time.monotonic(), False
            except SinkError as error:
                if not fails:
                    logger.warning("open_calls_not_kept", why=str(error))
                fails = True
        await asyncio.sleep(EVERY)


def _open(calls: Calls) -> Open:
    since = calls.open_since
    return Open(calls.open_calls, round(since * 1000) if since is not None else None)
