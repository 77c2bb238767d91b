"""Limits connections to the pages that send no request: how long each may wait, and how many there may be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from bridge.feeds.doorway import Doorway

PATIENCE = 10.0
"""Seconds for the first request. Browsers connect before they ask."""


class Visitor(H11Protocol):
    """One connection."""

    def __init__(self, come_in: Callable[[Visitor], None], **given: Any) -> None:
        super().__init__(**given)
        self._come_in = come_in
        self._waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._waiting = self.loop.call_later(PATIENCE, transport.abort)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._waiting is not None and self.cycle is not None:
            self._asked()

    def connection_lost(self, exc: Exception | None) -> None:
        self._asked()
        super().connection_lost(exc)

    def _asked(self) -> None:
        """It has asked, or is gone."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        self._come_in(self)


def visitors() -> Callable[..., Visitor]:
    """Makes the connections of one server, as uvicorn's protocol class."""
    doorway = Doorway[Visitor]("web", lambda **given: Visitor(doorway.passed, **given), _is_gone)
    return doorway


def _is_gone(visitor: Visitor) -> bool:
    return visitor.transport is not None and visitor.transport.is_closing()
