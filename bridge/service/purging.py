"""Erases calls, states, searches and audit that are older than the settings allow: at the start, then once a day."""

import asyncio
from typing import NoReturn

import structlog

from bridge.config import Settings
from bridge.config.sinks import PostgresSink, SqliteSink, sink_name
from bridge.errors import SinkError
from bridge.sinks.registry import open_postgres
from bridge.store.access import purge_access
from bridge.store.erasing import purge, purge_states
from bridge.store.states import oldest_kept

logger = structlog.get_logger()

EVERY = 86400.0
"""Seconds between two looks."""


async def run(settings: Settings) -> NoReturn:
    """Look through every store, in a thread, until cancelled. PostgreSQL's months are dropped by its sink."""
    stores = [sink for sink in settings.sink if isinstance(sink, SqliteSink | PostgresSink)]
    while True:
        for sink in stores:
            try:
                count = 0
                if isinstance(sink, SqliteSink) and sink.keep_days is not None:
                    count = await asyncio.to_thread(purge, sink.path, sink.keep_days)
                states = await asyncio.to_thread(_purge_states, sink, settings.states.keep_days)
                if isinstance(sink, SqliteSink):
                    await asyncio.to_thread(purge_access, sink.path)
            except SinkError as error:
                logger.error("old_records_not_erased", why=str(error))
            else:
                if count:
                    logger.info("old_records_erased", count=count, store=sink_name(sink))
                if states:
                    logger.info("old_states_erased", count=states, store=sink_name(sink))
        await asyncio.sleep(EVERY)


def _purge_states(sink: SqliteSink | PostgresSink, days: int) -> int:
    if isinstance(sink, SqliteSink):
        return purge_states(sink.path, days)
    database = open_postgres(sink)
    try:
        return database.purge_states(oldest_kept(days))
    finally:
        database.close()
