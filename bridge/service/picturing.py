"""Keeps the state of each device in the local store while the service runs."""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NoReturn

import structlog

from bridge.errors import SinkError
from bridge.live.items import Change
from bridge.pipeline.pipeline import Pipeline
from bridge.store.devices import DeviceTable

logger = structlog.get_logger()

BEAT = 5.0
"""Seconds after which a state that has not changed is written again, to say that it still holds."""
APART = 0.5
"""Seconds between two writes, at least: a disk is slower than a PBX."""


class Picturing:
    """Writes changed devices to a store. If the disk is full, the states suffer, not the calls."""

    def __init__(self, path: str, pipelines: Mapping[str, Pipeline]) -> None:
        self.path = path
        self._pipelines = pipelines
        self._news = asyncio.Event()
        self._changed: defaultdict[str, set[str]] = defaultdict(set)
        """Names of the devices that are to be written, by PBX, where all others are."""
        self._known: set[str] = set()
        """PBXs of which the whole picture is written."""
        self._table: DeviceTable | None = None
        self._fails = False

    def take(self, changes: Sequence[Change], now: float) -> None:
        """Takes what has changed on a PBX."""
        for change in changes:
            if change.kind == "device":
                pbx, _, device = change.key.partition("/")
                if pbx in self._known:
                    self._changed[pbx].add(device)
                self._news.set()
            elif change.kind == "pbx":
                self._news.set()

    async def run(self) -> NoReturn:
        """Write until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), BEAT)
            self._news.clear()
            await self._write()
            await asyncio.sleep(APART)

    async def _write(self) -> None:
        pictures = {pbx: seen for pbx, one in self._pipelines.items() if (seen := one.devices()) is not None}
        whole = {pbx: [*seen.values()] for pbx, seen in pictures.items() if pbx not in self._known}
        changed = {
            pbx: {device: seen.get(device) for device in self._changed.pop(pbx, ())}
            for pbx, seen in pictures.items() if pbx in self._known
        }  # fmt: skip
        self._known |= pictures.keys()
        try:
            if self._table is None:
                self._table = await asyncio.to_thread(DeviceTable, self.path)
            if whole:
                await asyncio.to_thread(self._table.write, whole, time.time())
            await asyncio.to_thread(self._table.change, changed, time.time())
        except SinkError as error:
            self._known.clear()
            if not self._fails:
                logger.warning("devices_not_kept", why=str(error))
            self._fails = True
        else:
            self._fails = False
