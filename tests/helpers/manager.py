"""A manager interface that can be made to fail, which a real PBX does not do on demand."""

import asyncio
import hashlib
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

SECRET = "lab-secret"


class Manager:
    """Answers as Asterisk does, as long as its switches say so."""

    def __init__(self) -> None:
        self.port = 0
        self.logins = 0
        self.actions: list[str] = []
        self.booted = True
        self.is_silent = False
        self.clock_ahead = 0.0
        """By which its clock is ahead of ours, seconds."""
        self.writers: list[asyncio.StreamWriter] = []
        self.served: set[asyncio.Task[None]] = set()

    def say(self, text: str) -> None:
        """Send to whoever is connected; lines as one reads them."""
        self.send(text.strip().replace("\n", "\r\n").encode() + b"\r\n\r\n")

    def send(self, data: bytes) -> None:
        for writer in self.writers:
            writer.write(data)

    def hang_up(self) -> None:
        for writer in self.writers:
            writer.close()
        self.writers.clear()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.served.add(task)
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        try:
            while block := (await reader.readuntil(b"\r\n\r\n")).decode():
                action = dict(line.split(": ", 1) for line in block.split("\r\n") if line)
                self.actions.append(action["ActionID"])
                if not self.is_silent:
                    self._answer(writer, action)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    def _answer(self, writer: asyncio.StreamWriter, action: dict[str, str]) -> None:
        def reply(*lines: str) -> None:
            writer.write("\r\n".join([*lines, f"ActionID: {action['ActionID']}"]).encode() + b"\r\n\r\n")

        match action["Action"]:
            case "Challenge":
                reply("Response: Success", "Challenge: 840415273")
            case "Login":
                self.logins += 1
                if action["Key"] != hashlib.md5(f"840415273{SECRET}".encode()).hexdigest():
                    reply("Response: Error", "Message: Authentication failed")
                    writer.close()
                    return
                self.writers.append(writer)
                reply("Response: Success", "Message: Authentication accepted")
                if self.booted:
                    writer.write(b"Event: FullyBooted\r\nStatus: Fully Booted\r\n\r\n")
            case "BridgeList":
                reply("Response: Success", "EventList: start", "Message: Bridge listing will follow")
                reply("Event: BridgeListItem", "BridgeUniqueid: b-1", "BridgeType: basic")
                reply("Event: BridgeListComplete", "EventList: Complete", "ListItems: 1")
            case "DeviceStateList":
                reply("Response: Error", "Message: Permission denied")
            case "Ping":
                reply("Response: Success", "Ping: Pong", f"Timestamp: {time.time() + self.clock_ahead:.6f}")
            case _:
                reply("Response: Success")


@asynccontextmanager
async def manager(
    port: int = 0, tls: ssl.SSLContext | None = None, kind: type[Manager] = Manager
) -> AsyncIterator[Manager]:
    served = kind()
    server = await asyncio.start_server(served.serve, "127.0.0.1", port, ssl=tls)
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        server.close()
        for task in served.served:
            task.cancel()
        await asyncio.gather(*served.served, return_exceptions=True)
