"""Reads the sockets of all feeds in gulps: bytes wait some milliseconds in the kernel and are then read at once.

Asterisk writes each event separately. A busy PBX would wake the service ten thousand times a second, which would cost
Asterisk and the service more CPU than the events themselves. An event that comes alone is not delayed.
"""

import asyncio
import os
import select
from typing import ClassVar, cast
from weakref import WeakKeyDictionary

GULP = 0.05
"""Seconds that the sockets are left unread to fill, at most."""
READ = 64 * 1024
"""Bytes of one read."""
READS = 4
"""Reads of one socket in a row. If each of them was full, the sockets are read again without a pause."""


class Gulps(asyncio.Protocol):
    """A mixin for asyncio protocols; it goes before the protocol's own base class.

    A connection with TLS is read by asyncio as usual.
    """

    _has_enough = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._source = cast(asyncio.Transport, transport)
        self._sockets: _Sockets | None = None
        if transport.get_extra_info("sslcontext") is None:
            # Debian 12's Python (3.11.2) begins to read right after this call, so it is stopped a turn later.
            asyncio.get_running_loop().call_soon(self._take_over)

    def _take_over(self) -> None:
        """From here on this class reads, not asyncio."""
        if not self._source.is_closing():
            self._source.pause_reading()
            self._descriptor: int = self._source.get_extra_info("socket").fileno()
            self._sockets = _Sockets.of_this_loop()
            self._sockets.add(self._descriptor, self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._leave()
        super().connection_lost(exc)

    def hold(self, has_enough: bool) -> None:
        """Sets whether bytes have to wait in the kernel."""
        if has_enough != self._has_enough:
            self._has_enough = has_enough
            if self._sockets is None:
                (self._source.pause_reading if has_enough else self._source.resume_reading)()

    def gulp(self) -> bool:
        """Reads what is there. Returns whether there may be more."""
        for _ in range(READS):
            if self._has_enough or self._sockets is None:
                return False
            try:
                data = os.read(self._descriptor, READ)
            except BlockingIOError:
                return False
            except OSError:
                self._leave()
                self._source.abort()
                return False
            if data:
                self.data_received(data)
            else:
                self._leave()
                if not self.eof_received():
                    self._source.close()
            if len(data) < READ:
                return False
        return True

    def _leave(self) -> None:
        if self._sockets is not None:
            self._sockets.remove(self._descriptor)
            self._sockets = None


class _Sockets:
    """All sockets that one event loop reads in gulps. The loop watches one descriptor for all of them, and not even
    that while they fill."""

    _by_loop: ClassVar[WeakKeyDictionary[asyncio.AbstractEventLoop, "_Sockets"]] = WeakKeyDictionary()

    @classmethod
    def of_this_loop(cls) -> "_Sockets":
        loop = asyncio.get_running_loop()
        if loop not in cls._by_loop:
            cls._by_loop[loop] = cls()
        return cls._by_loop[loop]

    def __init__(self) -> None:
        self._protocols: dict[int, Gulps] = {}
        self._filling: asyncio.TimerHandle | None = None

    def add(self, descriptor: int, protocol: Gulps) -> None:
        if not self._protocols:
            self._ready = select.epoll()
            self._watch()
        self._protocols[descriptor] = protocol
        self._ready.register(descriptor, select.EPOLLIN)

    def remove(self, descriptor: int) -> None:
        del self._protocols[descriptor]
        self._ready.unregister(descriptor)
        if not self._protocols:
            self._unwatch()
            self._ready.close()

    def _watch(self) -> None:
        self._filling = None
        asyncio.get_running_loop().add_reader(self._ready, self._read)

    def _unwatch(self) -> None:
        asyncio.get_running_loop().remove_reader(self._ready)
        if self._filling is not None:
            self._filling.cancel()
            self._filling = None

    def _read(self) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._ready)
        self._filling = loop.call_at((loop.time() // GULP + 1) * GULP, self._watch)
        is_more = False
        for descriptor, _ in self._ready.poll(0):
            if (protocol := self._protocols.get(descriptor)) is not None:
                is_more |= protocol.gulp()
        if is_more and self._filling is not None:
            self._filling.cancel()
            self._watch()
