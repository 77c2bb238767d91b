"""Reads a socket in gulps: after each read, data waits some milliseconds in the kernel and is then read at once.

Asterisk writes each event separately. A busy PBX would wake the service ten thousand times a second, which would cost
Asterisk and the service more CPU than the events themselves. An event that comes alone is not delayed.
"""

import asyncio

GULP = 0.025
"""Seconds that a socket is left unread to fill, at most. All sockets are read again at the same moments, so that the
event loop wakes up once for all of them."""
FULL = 16 * 1024
"""After a read of so many bytes the socket is not left to fill: it fills fast enough by itself."""


class Gulps(asyncio.Protocol):
    """A mixin for asyncio protocols; it goes before the protocol's own base class."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.ReadTransport)
        self._source = transport
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # If reading is paused already, the reader has enough for now, and resumes by itself.
        if len(data) < FULL and self._source.is_reading():
            self._source.pause_reading()
            loop = asyncio.get_running_loop()
            loop.call_at((loop.time() // GULP + 1) * GULP, self._source.resume_reading)
