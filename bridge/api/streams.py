"""The streams of one service: the live one, the durable one, and who listens to either."""

from __future__ import annotations

import asyncio

from bridge.api.desk import Desk
from bridge.api.durable import RecordStreams
from bridge.api.listeners import Listeners
from bridge.api.live import LiveStreams
from bridge.api.typed import Route


class Streams:
    """One for each service."""

    def __init__(self, desk: Desk) -> None:
        self._listeners = Listeners(desk)
        self._live, self._durable = LiveStreams(desk, self._listeners), RecordStreams(desk, self._listeners)

    @property
    def open(self) -> int:
        """How many there are."""
        return self._listeners.open

    async def run(self) -> None:
        """Look after the streams until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listeners.run())
            tasks.create_task(self._durable.run())

    def routes(self) -> tuple[Route, ...]:
        return (*self._live.routes(), *self._durable.routes())
