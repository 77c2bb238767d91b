"""The tests' own hand on the PBX: a small AMI client with all rights, so that a scenario can wait for what happens
inside the PBX and do what an administrator does. It shares no code with the service that is under test."""

import asyncio
from collections.abc import Callable
from typing import Any

from tests.live.phones import PATIENCE

Event = dict[str, str]


class PbxError(Exception):
    """The PBX refused an action, or did not show in time what was waited for."""


class Manager:
    def __init__(self) -> None:
        self.events: list[Event] = []
        """Everything since the login, oldest first."""
        self.channels: dict[str, str] = {}
        """Channels that are up: name to Uniqueid."""
        self.queued: dict[str, str] = {}
        """Which queue each of them joined last."""
        self._changed = asyncio.Event()
        self._answers: dict[str, asyncio.Future[list[Event]]] = {}
        self._parts: dict[str, list[Event]] = {}
        self._actions = 0
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter
        self._listener: asyncio.Task[None]

    async def connect(self, host: str, port: int, username: str, secret: str) -> None:
        self._reader, self._writer = await asyncio.open_connection(host, port)
        await self._reader.readline()
        self._listener = asyncio.create_task(self._listen())
        await self.action("Login", Username=username, Secret=secret)
        for channel in await self.action("CoreShowChannels"):
            if "Channel" in channel:
                self.channels[channel["Channel"]] = channel["Uniqueid"]

    async def close(self) -> None:
        self._writer.close()
        await self._listener

    async def _listen(self) -> None:
        message: Event = {}
        while line := await self._reader.readline():
            text = line.decode(errors="replace").rstrip("\r\n")
            if text:
                name, _, value = text.partition(":")
                message[name] = value.strip()
            elif message:
                self._heard(message)
                message = {}

    def _heard(self, message: Event) -> None:
        action = message.get("ActionID", "")
        if action in self._answers:
            parts = self._parts.setdefault(action, [])
            parts.append(message)
            more = message.get("EventList") == "start" or ("Event" in message and message.get("EventList") != "Complete")
            if not more:
                self._answers.pop(action).set_result(self._parts.pop(action))
            return
        if "Event" not in message:
            return
        match message["Event"]:
            case "Newchannel":
                self.channels[message["Channel"]] = message["Uniqueid"]
            case "Rename":
                self.channels[message["Newname"]] = self.channels.pop(message["Channel"], message["Uniqueid"])
            case "Hangup":
                self.channels.pop(message["Channel"], None)
                self.queued.pop(message["Channel"], None)
            case "QueueCallerJoin":
                self.queued[message["Channel"]] = message["Queue"]
        self.events.append(message)
        self._changed.set()

    async def action(self, name: str, **headers: Any) -> list[Event]:
        """Sends an action; the response and, for a list, its events."""
        self._actions += 1
        number = f"{name}-{self._actions}"
        answer: asyncio.Future[list[Event]] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        lines = [f"Action: {name}", f"ActionID: {number}"]
        lines += [f"{header}: {value}" for header, value in headers.items()]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        async with asyncio.timeout(PATIENCE):
            parts = await answer
        if parts[0].get("Response") == "Error":
            raise PbxError(f"{name} {headers}: {parts[0].get('Message')}")
        return parts

    async def until(self, seen: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not seen():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise PbxError(f"waited {PATIENCE:.0f} s for {what}") from None

    async def event(self, name: str, since: int = 0, after: int = 0, **headers: str) -> Event:
        """The first event of this name whose headers begin with the given values, from position ``since`` on and
        after as many of its kind as ``after`` says."""
        at = since
        found: list[Event] = []

        def seen() -> bool:
            nonlocal at, after
            while at < len(self.events):
                event = self.events[at]
                at += 1
                if event["Event"] == name and all(event.get(key, "").startswith(v) for key, v in headers.items()):
                    if not after:
                        found.append(event)
                        return True
                    after -= 1
            return False

        await self.until(seen, f"{name} {headers}")
        return found[0]

    def channel(self, device: str) -> str:
        """The newest channel of a device that is up."""
        names = [name for name in self.channels if name.rpartition("-")[0] == device]
        if not names:
            raise PbxError(f"{device} has no channel")
        return names[-1]
