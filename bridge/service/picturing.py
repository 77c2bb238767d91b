"""Keeping the live picture of the devices in the local store while the service runs."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import NoReturn, Protocol

import structlog

from bridge.errors import SinkError
from bridge.live.devices import DeviceState
from bridge.store.devices import DeviceTable

logger = structlog.get_logger()

EVERY = 2.0
"""Seconds between two pictures."""


class Pictured(Protocol):
    """Of ``bridge.pipeline.pipeline.Pipeline`` what is needed here."""

    def devices(self) -> Sequence[DeviceState] | None: ...


async def run(path: str, pipelines: Mapping[str, Pictured]) -> NoReturn:
    """Write what changes to the store at ``path``, until cancelled. A disk that is full costs pictures, no calls."""
    told = False
    table: DeviceTable | None = None
    while True:
        pictures = {}
        for pbx, pipeline in pipelines.items():
            if (picture := pipeline.devices()) is not None:
                pictures[pbx] = picture
            await asyncio.sleep(0)  # let the feeds in between two PBXs
        try:
            table = table or DeviceTable(path)
            await asyncio.to_thread(table.write, pictures, time.time())
        except SinkError as error:
            if not told:
                logger.warning("devices_not_kept", why=str(error))
            told = True
        else:
            told = False
        await asyncio.sleep(EVERY)
