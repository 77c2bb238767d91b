"""Erasing what is older than the settings allow, calls and states: at the start, and then once a day."""

import asyncio
from typing import NoReturn

import structlog

from bridge.config import Settings
from bridge.config.sinks import SqliteSink
from bridge.errors import SinkError
from bridge.store.erasing import purge, purge_states

logger = structlog.get_logger()

EVERY = 86400.0
"""Seconds between two looks."""


async def run(settings: Settings) -> NoReturn:
    """Look through every store that has a limit, in a thread, until cancelled."""
    stores = [sink for sink in settings.sink if isinstance(sink, SqliteSink)]
    while True:
        for sink in stores:
            try:
                count = 0
                if sink.keep_days is not None:
                    count = await asyncio.to_thread(purge, sink.path, sink.keep_days)
                states = await asyncio.to_thread(purge_states, sink.path, settings.states.keep_days)
            except SinkError as error:
                logger.error("old_records_not_erased", why=str(error))
            else:
                if count:
                    logger.info("old_records_erased", count=count, store=sink.path)
                if states:
                    logger.info("old_states_erased", count=states, store=sink.path)
        await asyncio.sleep(EVERY)
