"""A socket that is read in gulps: what comes in the next few milliseconds waits in the kernel and is taken at once.

Asterisk writes every event by itself. On a busy PBX that would wake the service ten thousand times a second, which
costs both more than the events do; and it takes nothing from an event that comes alone.
"""

import asyncio

GULP = 0.005
"""Seconds that a socket is left to fill."""
FULL = 16 * 1024
"""Bytes at once that need no waiting: who sends so much is to be kept waiting least of all."""


class Gulps(asyncio.Protocol):
    """For a protocol to derive from, before its own base."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.ReadTransport)
        self._source = transport
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # Where it is not reading, whoever takes the data has had enough, and says when to go on.
        if len(data) < FULL and self._source.is_reading():
            self._source.pause_reading()
            asyncio.get_running_loop().call_later(GULP, self._source.resume_reading)
