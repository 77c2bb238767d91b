"""Manager interfaces (AMI) on the loopback address, with as much of them as callbridge's feed asks for."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from bridge.errors import FileError

COMPLETE = {
    "CoreShowChannels": "CoreShowChannelsComplete",
    "BridgeList": "BridgeListComplete",
    "QueueStatus": "QueueStatusComplete",
    "DeviceStateList": "DeviceStateListComplete",
    "PJSIPShowContacts": "ContactListComplete",
}
"""For each list that the feed asks for, the event that ends it. All lists are empty."""
LAST = "PJSIPShowContacts"
"""The last action of the feed's snapshot."""


class Managers:
    """One AMI server for each PBX, numbered from 1. Every login is accepted."""

    def __init__(self, port: int, count: int) -> None:
        self._port = port
        self._followers: list[list[asyncio.StreamWriter]] = [[] for _ in range(count)]
        self._servers: list[asyncio.Server] = []
        self._change = asyncio.Event()
        self.lost = 0
        """How many connections ended. Unlike a real PBX, this one does not list the calls in progress to one that
        returns."""

    async def __aenter__(self) -> Self:
        """Raises ``FileError`` if a port is taken."""
        for index in range(len(self._followers)):
            port = self._port + index
            try:
                server = await asyncio.start_server(self._handler(index), "127.0.0.1", port)
            except OSError:
                await self.__aexit__(None, None, None)
                raise FileError(f"127.0.0.1:{port} is taken; choose another --port") from None
            self._servers.append(server)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.close()
        for writer in self._writers():
            writer.close()

    def say(self, number: int, text: str) -> None:
        """Send an event, as AMI writes it, to all clients of a PBX."""
        data = text.encode()
        for writer in self._followers[number - 1]:
            writer.write(data)

    async def until_followed(self, clients: int) -> None:
        """Waits until every PBX has so many clients, each with its snapshot."""
        while any(len(followers) < clients for followers in self._followers):
            self._change.clear()
            await self._change.wait()

    async def until_sent(self) -> None:
        """Everything that was said has left this process."""
        for writer in self._writers():
            with contextlib.suppress(OSError):
                writer.transport.set_write_buffer_limits(0)
                await writer.drain()

    async def until_alone(self) -> None:
        """The last client has gone."""
        while any(self._followers):
            self._change.clear()
            await self._change.wait()

    def _writers(self) -> list[asyncio.StreamWriter]:
        return [writer for followers in self._followers for writer in followers]

    def _handler(self, index: int) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"Asterisk Call Manager/11.0.0\r\n")
            try:
                while block := (await reader.readuntil(b"\r\n\r\n")).decode():
                    action = dict(line.split(": ", 1) for line in block.split("\r\n") if ": " in line)
                    self._reply(writer, action.get("Action", ""), action.get("ActionID", ""))
                    if action.get("Action") == LAST and writer not in self._followers[index]:
                        self._followers[index].append(writer)
                        self._change.set()
            except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError):
                pass
            finally:
                if writer in self._followers[index]:
                    self._followers[index].remove(writer)
                    self.lost += 1
                    self._change.set()
                writer.close()

        return serve

    def _reply(self, writer: asyncio.StreamWriter, action: str, action_id: str) -> None:
        def send(*lines: str) -> None:
            writer.write("\r\n".join((*lines, f"ActionID: {action_id}")).encode() + b"\r\n\r\n")

        if action == "Challenge":
            send("Response: Success", "Challenge: 100000000")
        elif action == "Ping":
            send("Response: Success", "Ping: Pong", f"Timestamp: {time.time():.6f}")
        elif action in COMPLETE:
            send("Response: Success", "EventList: start", "Message: a list will follow")
            send(f"Event: {COMPLETE[action]}", "EventList: Complete", "ListItems: 0")
        else:
            send("Response: Success")
        if action == "Login":
            writer.write(b"Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n")
