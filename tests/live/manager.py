"""The tests' own hand on the PBX: a small AMI client with all rights, so that a scenario can wait for what happens
inside the PBX and do what an administrator does. It shares no code with the service that is under test."""

import asyncio
from collections.abc import Callable
from typing import Any

from tests.live.phones import PATIENCE

Event = dict[str, str]


class PbxError(Exception):
    """The PBX refused an action, or did not show in time what was waited for."""


class PbxGone(PbxError):
    """The PBX hung up on us: it has ended."""


class Manager:
    def __init__(self) -> None:
        self.events: list[Event] = []
        """Everything since the login, oldest first."""
        self.channels: dict[str, str] = {}
        """Channels that are up: name to Uniqueid."""
        self.queued: dict[str, str] = {}
        """Which queue each of them joined last."""
        self.newest: dict[str, str] = {}
        """Each device's newest channel, up or not."""
        self.ringing: set[str] = set()
        """Channels that ever rang."""
        self.bridged: set[str] = set()
        """Channels that ever had company in a bridge."""
        self.members: dict[tuple[str, str], str] = {}
        """What each queue believes of its members' devices, by queue and device: ``1`` is free, ``5`` unreachable."""
        self._bridges: dict[str, set[str]] = {}
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
        for member in await self.action("QueueStatus"):
            if member.get("Event") == "QueueMember":
                self._member(member)

    async def close(self) -> None:
        self._writer.close()
        await self._listener

    async def gone(self) -> None:
        """Until the PBX ends, or this connection to it."""
        await asyncio.shield(self._listener)

    async def _listen(self) -> None:
        message: Event = {}
        while line := await self._line():
            text = line.decode(errors="replace").rstrip("\r\n")
            if text:
                name, _, value = text.partition(":")
                message[name] = value.strip()
            elif message:
                self._heard(message)
                message = {}

    async def _line(self) -> bytes:
        """Empty when the PBX has ended, by whatever way."""
        try:
            return await self._reader.readline()
        except ConnectionError:
            return b""

    def _heard(self, message: Event) -> None:
        action = message.get("ActionID", "")
        if action in self._answers:
            parts = self._parts.setdefault(action, [])
            parts.append(message)
            part = message.get("EventList")
            if part != "start" and ("Event" not in message or part == "Complete"):
                self._answers.pop(action).set_result(self._parts.pop(action))
            return
        if "Event" not in message:
            return
        match message["Event"]:
            case "Newchannel":
                self.channels[message["Channel"]] = message["Uniqueid"]
                self.newest[message["Channel"].rpartition("-")[0]] = message["Channel"]
            case "Newstate" if message["ChannelStateDesc"] == "Ringing":
                self.ringing.add(message["Channel"])
            case "BridgeEnter":
                inside = self._bridges.setdefault(message["BridgeUniqueid"], set())
                inside.add(message["Channel"])
                if len(inside) > 1:
                    self.bridged |= inside
            case "BridgeLeave":
                self._bridges.get(message["BridgeUniqueid"], set()).discard(message["Channel"])
            case "Rename":
                self.channels[message["Newname"]] = self.channels.pop(message["Channel"], message["Uniqueid"])
            case "Hangup":
                self.channels.pop(message["Channel"], None)
                self.queued.pop(message["Channel"], None)
            case "QueueCallerJoin":
                self.queued[message["Channel"]] = message["Queue"]
            case "QueueMemberStatus" | "QueueMemberAdded":
                self._member(message)
            case "QueueMemberRemoved":
                self.members.pop((message["Queue"], message["StateInterface"]), None)
        self.events.append(message)
        self._changed.set()

    def _member(self, message: Event) -> None:
        self.members[message["Queue"], message["StateInterface"]] = message["Status"]

    def queues_hold(self, device: str) -> set[str]:
        """What the queues that have the device as a member believe of it."""
        return {status for (_, member), status in self.members.items() if member == device}

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

    async def until(self, seen: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
        try:
            async with asyncio.timeout(patience):
                while not seen():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise PbxError(f"waited {patience:.0f} s for {what}") from None

    async def event(self, wanted: Callable[[Event], bool], what: str, since: int = 0, after: int = 0) -> Event:
        """The first event that is wanted, from position ``since`` on and after as many of its kind as ``after``
        says."""
        at = since
        found: list[Event] = []

        def seen() -> bool:
            nonlocal at
            while at < len(self.events) and len(found) <= after:
                if wanted(self.events[at]):
                    found.append(self.events[at])
                at += 1
            return len(found) > after

        await self.until(seen, what)
        return found[after]

    async def channel(self, device: str) -> str:
        """The newest channel of a device that is up."""

        def names() -> list[str]:
            return [name for name in self.channels if name.rpartition("-")[0] == device]

        await self.until(lambda: bool(names()), f"a channel of {device}")
        return names()[-1]
