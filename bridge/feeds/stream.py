"""The bytes of one connection, read in gulps, until its feed takes them."""

import asyncio
from collections import deque

from bridge.feeds.gulps import Gulps

BACKLOG = 16 * 1024 * 1024
"""Bytes that may wait in memory. Asterisk closes a connection that reads nothing for a tenth of a second."""


class Stream(Gulps, asyncio.Protocol):
    """A protocol by itself, or a mixin that goes before another protocol's class."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._waiting: deque[bytes] = deque()
        self._held = 0
        self._is_over = False
        self._news: asyncio.Future[None] | None = None
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        self._waiting.append(data)
        self._count(len(data))
        self._wake()

    def eof_received(self) -> None:
        self._is_over = True
        self._wake()
        super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_over = True
        self._wake()
        super().connection_lost(exc)

    async def read(self) -> bytes:
        """The bytes of one read; empty once the connection is over."""
        if self._waiting:
            await asyncio.sleep(0)  # let every feed read its socket first
        elif not self._is_over:
            self._news = asyncio.get_running_loop().create_future()
            await self._news
        data = self._waiting.popleft() if self._waiting else b""
        self._count(-len(data))
        return data

    def _count(self, more: int) -> None:
        self._held += more
        self.hold(self._held > BACKLOG)

    def _wake(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)
