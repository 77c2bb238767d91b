"""Keeping the live picture of the devices in the local store while the service runs."""

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from typing import NoReturn

import structlog

from bridge.errors import SinkError
from bridge.live.items import Change
from bridge.pipeline.pipeline import Pipeline
from bridge.store.devices import DeviceTable

logger = structlog.get_logger()

BEAT = 5.0
"""Seconds after which a picture that has not changed is said to be the present still."""
APART = 0.5
"""Seconds between two pictures, at the least: a disk is slower than a PBX."""


class Picturing:
    """Writes the devices that change to a store. A disk that is full costs pictures, no calls."""

    def __init__(self, path: str, pipelines: Mapping[str, Pipeline]) -> None:
        self.path = path
        self._pipelines = pipelines
        self._changed = asyncio.Event()
        self._table: DeviceTable | None = None
        self._fails = False

    def take(self, changes: Sequence[Change], now: float) -> None:
        """What has changed on a PBX."""
        if any(change.kind in ("device", "pbx") for change in changes):
            self._changed.set()

    async def run(self) -> NoReturn:
        """Until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), BEAT)
            self._changed.clear()
            await self._write()
            await asyncio.sleep(APART)

    async def _write(self) -> None:
        seen = ((pbx, pipeline.devices()) for pbx, pipeline in self._pipelines.items())
        pictures = {pbx: [*picture.values()] for pbx, picture in seen if picture is not None}
        try:
            self._table = self._table or DeviceTable(self.path)
            await asyncio.to_thread(self._table.write, pictures, time.time())
        except SinkError as error:
            if not self._fails:
                logger.warning("devices_not_kept", why=str(error))
            self._fails = True
        else:
            self._fails = False
