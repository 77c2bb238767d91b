"""The tests' own hand on the PBX: panoramisk with all rights, so that a scenario can wait for what happens inside the
PBX and do what an administrator does. It shares no code with the service that is under test.

What panoramisk 1.4 does by itself and a scenario must not have: it connects again for ever, which would hide that
Asterisk crashed; and it takes "Added interface to queue" for the beginning of a list, whose end never comes.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import panoramisk
from panoramisk.message import Message

from tests.live.phones import PATIENCE

Event = dict[str, str]


class PbxError(Exception):
    """The PBX refused an action, or did not show in time what was waited for."""


class PbxGone(PbxError):
    """The PBX hung up on us: it has ended."""


class PbxStandsStill(PbxError):
    """The PBX lives, and answers no SIP any more."""


def plain(message: Message) -> Event:
    """The headers that came, by their names; of one that came more than once the last."""
    last = {name: value[-1] if isinstance(value, list) else value for name, value in message.items()}
    del last["content"]  # panoramisk's own
    return last


def _is_local(channel: str) -> bool:
    return channel.startswith("Local/")


def _other_half(local: str) -> str:
    """Of a Local channel; both by name."""
    name, _, half = local.rpartition(";")
    return f"{name};{2 if half == '1' else 1}"


class Connection(panoramisk.Manager):  # type: ignore[misc]
    """One connection, which is over when it is lost."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.lost = asyncio.Event()

    def connection_lost(self, exc: object) -> None:
        self.close()
        self.lost.set()


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
        """Channels that ever had company: parties that of a party, be it through Local channels."""
        self.members: dict[tuple[str, str], str] = {}
        """What each queue believes of its members' devices, by queue and device: ``1`` is free, ``5`` unreachable."""
        self._bridges: dict[str, set[str]] = {}
        self._changed = asyncio.Event()
        self._connection: Connection

    async def connect(self, host: str, port: int, username: str, secret: str) -> None:
        self._connection = Connection(host=host, port=port, username=username, secret=secret)
        self._connection.register_event("*", self._heard)
        await self._connection.connect()
        if not (await self._connection.authenticated_future).success:
            raise PbxError(f"{host}:{port} refused the login of {username}")
        for channel in await self.listed("CoreShowChannels"):
            self.channels[channel["Channel"]] = channel["Uniqueid"]
        for member in await self.listed("QueueStatus"):
            if member["Event"] == "QueueMember":
                self._member(member)

    async def close(self) -> None:
        self._connection.close()

    async def gone(self) -> None:
        """Until the PBX ends, or this connection to it."""
        await self._connection.lost.wait()

    def _heard(self, _: panoramisk.Manager, told: Message) -> None:
        message = plain(told)
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
                    self.bridged |= {each for each in inside if _is_local(each)}
                if len(parties := self._parties_with(message["Channel"])) > 1:
                    self.bridged |= parties
            case "BridgeLeave":
                inside = self._bridges.get(message["BridgeUniqueid"], set())
                inside.discard(message["Channel"])
                if not inside:
                    self._bridges.pop(message["BridgeUniqueid"], None)
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

    def _parties_with(self, channel: str) -> set[str]:
        """Everybody whom a channel is connected with, itself included. Who is behind a Local channel is connected
        when both halves are in bridges: the PBX brings the one there some time after the other."""
        found: set[str] = set()
        ways = {channel}
        while ways:
            way = ways.pop()
            found.add(way)
            inside = set().union(*(each for each in self._bridges.values() if way in each))
            halves = {_other_half(each) for each in inside if _is_local(each)}
            ways |= (inside | halves) - found
        return {each for each in found if not _is_local(each)}

    def _member(self, message: Event) -> None:
        self.members[message["Queue"], message["StateInterface"]] = message["Status"]

    def queues_hold(self, device: str) -> set[str]:
        """What the queues that have the device as a member believe of it."""
        return {status for (_, member), status in self.members.items() if member == device}

    async def action(self, name: str, **headers: Any) -> None:
        """Does something; what comes of it is told by events. Raises PbxError when the PBX refuses."""
        await self._answer(name, headers, as_list=False)

    async def listed(self, name: str, **headers: Any) -> list[Event]:
        """What the PBX lists, without the events around it. Raises PbxError when it refuses."""
        answer = await self._answer(name, headers, as_list=None)
        return [plain(each) for each in answer[1:-1]]

    async def _answer(self, name: str, headers: dict[str, Any], as_list: bool | None) -> Any:
        async with asyncio.timeout(PATIENCE):
            answer = await self._connection.send_action({"Action": name, **headers}, as_list=as_list)
        if not isinstance(answer, list) and not answer.success:
            raise PbxError(f"{name} {headers}: {answer.message}")
        return answer

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
