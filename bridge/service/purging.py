"""Erasing what is older than the settings allow (``keep_days``): at the start, and then once a day."""

import asyncio
from typing import NoReturn

import structlog

from bridge.config import Settings
from bridge.config.sinks import SqliteSink
from bridge.errors import SinkError
from bridge.store.erasing import purge

logger = structlog.get_logger()

EVERY = 86400.0
"""Seconds between two looks."""


async def run(settings: Settings) -> NoReturn:
    """Look through every store that has a limit, in a thread, until cancelled."""
    limits = [
        (sink.path, sink.keep_days)
        for sink in settings.sink
        if isinstance(sink, SqliteSink) and sink.keep_days is not None
    ]
    while True:
        for path, days in limits:
            try:
                count = await asyncio.to_thread(purge, path, days)
            except SinkError as error:
                logger.error("old_records_not_erased", why=str(error))
            else:
                if count:
                    logger.info("old_records_erased", count=count, store=path)
        await asyncio.sleep(EVERY)
