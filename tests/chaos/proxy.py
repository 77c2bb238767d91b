"""A wire between the service and the PBX that can be cut, also in the middle of a message, stalled, or half-open."""

import asyncio
import time
from contextlib import suppress


class Wire:
    """Passes TCP connections on, both ways, until told otherwise."""

    def __init__(self, host: str, port: int, welcome: bytes) -> None:
        """``host`` and ``port`` are the PBX's; with ``welcome`` it begins to tell what happens."""
        self.host, self.port_behind = host, port
        self._welcome = welcome
        self.welcomed = 0.0
        """When the PBX last began to, in seconds since the epoch."""
        self.port = 0
        """Where the service connects, on the same address."""
        self._links: set[Link] = set()
        self._flows = asyncio.Event()
        self._flows.set()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._accept, self.host, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        self._server.close()
        self.cut()

    def cut(self) -> None:
        """Every connection is reset."""
        for link in [*self._links]:
            link.abort()

    def cut_in_a_message(self) -> None:
        """Of what the PBX says next half is passed on, and then the connection is reset."""
        for link in self._links:
            link.halve = True

    def half_open(self) -> None:
        """The present connections stay open, and nothing comes through them any more."""
        for link in self._links:
            link.deaf = True
            link.behind.transport.abort()

    def stall(self) -> None:
        """Nothing comes through until ``flow``, and nothing is lost."""
        self._flows.clear()

    def flow(self) -> None:
        self._flows.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answers, behind = await asyncio.open_connection(self.host, self.port_behind)
        except OSError:
            writer.transport.abort()
            return
        link = Link(writer, behind)
        self._links.add(link)
        try:
            await asyncio.gather(self._pass(link, reader, behind), self._pass(link, answers, writer))
            while link.deaf and not reader.at_eof():
                await reader.read(65536)
        except OSError:
            pass
        finally:
            self._links.discard(link)
            link.abort()

    async def _pass(self, link: "Link", source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                await self._flows.wait()
                if link.deaf:
                    return
                if target is link.service and self._welcome in data:
                    self.welcomed = time.time()
                if link.halve and target is link.service:
                    target.write(data[: len(data) // 2])
                    await target.drain()
                    break
                target.write(data)
                await target.drain()
        if not link.deaf:
            link.abort()


class Link:
    """One connection of the service and the one behind it."""

    def __init__(self, service: asyncio.StreamWriter, behind: asyncio.StreamWriter) -> None:
        self.service, self.behind = service, behind
        self.deaf = self.halve = False

    def abort(self) -> None:
        self.service.transport.abort()
        self.behind.transport.abort()
