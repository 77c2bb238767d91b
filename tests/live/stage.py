"""One cell of the lab as a scenario sees it: its people, their phones, its numbers."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile

from tests.live.application import Application, application
from tests.live.manager import Event, Manager, PbxError
from tests.live.phones import Phone

LOGIN, SECRET = "lab", "lab-secret"
"""The lab's on ARI; the phones have the same secret."""
CREW = ("a1", "a2", "a3", "s1", "s2", "e1")
"""Who is at work in every scenario."""
EXTRAS = ("a4", "a5", "a6", "a6b", "a1w", "d1")
"""Who comes only where a scenario names them: ``a6b`` is another phone of a6's device, ``a1w`` the browser of a1, a
device of its own."""
PARTING = 2.0
"""Seconds that a scenario's last calls have to end by themselves."""
CATCHING_UP = 3.0
"""Seconds that the PBX has to notice what a phone did."""
FREE = "1"
"""How a queue says that a member's device is not in use (Asterisk's AST_DEVICE_NOT_INUSE)."""
PREFIX = {"a": "1", "s": "2", "e": "3", "d": "4"}


@dataclass
class Cell:
    number: int
    pbx: Manager
    address: str
    """Where the PBX listens for SIP."""
    ari: str
    """Base address of ARI, such as ``http://127.0.22.1:8088``."""
    customers: str = "127.0.1"
    """The network, three numbers, that customers dial from; staff are beside it, on 101 and up."""
    listeners: list[str] = field(default_factory=list)
    """The ARI applications of the services that watch."""
    queues: str = "q{nn}-"
    """What the names of the cell's queues begin with."""
    technology: str = "PJSIP"
    """The PBX's channel driver for SIP."""
    phones: dict[str, Phone] = field(default_factory=dict)
    began: int = 0
    """Position in the PBX's events at which the present scenario began."""
    customer_number: str = ""
    paused: list[tuple[str, str]] = field(default_factory=list)

    @property
    def nn(self) -> str:
        return f"{self.number:02d}"

    def dn(self, xx: str) -> str:
        return f"8{self.nn}{xx}"

    def extension(self, who: str) -> str:
        """The number of a1, s2, e1, d1 (a hot desk), …"""
        return f"{PREFIX[who[0]]}{self.nn}{who[1]}" + "-WS" * who.endswith("w")

    def device(self, who: str) -> str:
        name = f"trunk{self.nn}" if who == "customer" else self.extension(who)
        return f"{self.technology}/{name}"

    def queue(self, name: str) -> str:
        return self.queues.format(nn=self.nn) + name

    def to_queue(self, xx: str) -> str:
        """What staff dial or transfer to, for the queue behind a DN."""
        return f"6{self.nn}{xx}"

    @property
    def room(self) -> str:
        return f"5{self.nn}0"

    @property
    def other_room(self) -> str:
        return f"5{self.nn}1"

    @property
    def helpdesk(self) -> str:
        """What staff dial to wait in the queue ``dynamic`` with the line answered."""
        return f"4{self.nn}53"

    @property
    def parking(self) -> str:
        return f"7{self.nn}0"

    def caller(self, which: int = 1) -> str:
        """Numbers of the present scenario's customers."""
        return f"{self.customer_number}{which}"

    def phone(self, who: str) -> Phone:
        if who not in self.phones:
            if who == "customer":
                phone = Phone("0900", f"{self.customers}.{self.number}", self.address)
            else:
                host = "ased".index(who[0]) * 10 + int(who[1]) + 3 * who.endswith("b") + 7 * who.endswith("w")
                staff = f"{self.customers.rpartition('.')[0]}.{100 + self.number}"
                phone = Phone(self.extension(who), f"{staff}.{host}", self.address, SECRET)
            phone.pbx_rings = partial(self._has, self.device(who), self.pbx.ringing)
            phone.pbx_answered = partial(self.talks, who)
            phone.queues_miss_it = partial(self._queues, self.device(who), lambda held: FREE not in held)
            self.phones[who] = phone
        return self.phones[who]

    async def talks(self, who: str) -> None:
        """The PBX has connected the newest call of this phone with somebody."""
        await self._has(self.device(who), self.pbx.bridged)
        self.pbx.newest.pop(self.device(who), None)

    async def _has(self, device: str, reached: set[str]) -> None:
        """The newest channel of the device has come so far; not every one does."""
        with suppress(PbxError):
            await self.pbx.until(lambda: self.pbx.newest.get(device) in reached, f"the PBX's {device}", CATCHING_UP)

    async def _queues(self, device: str, hold: Callable[[set[str]], bool]) -> None:
        """The queues have noticed; they learn of a device later than the phone does."""
        pbx = self.pbx
        await pbx.until(lambda: hold(pbx.queues_hold(device)), f"the queues to notice {device}", CATCHING_UP)

    async def begin_work(self) -> None:
        """The crew starts its phones. Of one that does not start the first scenario tells."""
        starts = [self._ready(self.phone(who)) for who in CREW]
        await asyncio.gather(*starts, self.phone("customer").start(), return_exceptions=True)

    # Around a scenario.

    async def open(self, named: set[str], customer_number: str) -> None:
        """Everybody of the crew at the phone, nobody else, nothing left from before."""
        self.customer_number = customer_number
        await self.clear()
        for who in self.phones:
            self.pbx.newest.pop(self.device(who), None)
        self.began = len(self.pbx.events)
        people = [*CREW, *sorted(named & {*EXTRAS})]
        await asyncio.gather(*(self._ready(self.phone(who)) for who in people), self.phone("customer").start())
        for who in people:
            await self._queues(self.device(who), lambda held: held <= {FREE})

    async def _ready(self, phone: Phone) -> None:
        await phone.start()
        await phone.register()

    async def close(self) -> None:
        """Every call is over, every phone alive again."""
        # Who hung up must be the scenario's doing, not ours: let the other end hear of it first.
        with suppress(PbxError):
            await self.pbx.until(lambda: not self.mine(), f"the end of the calls of cell {self.nn}", PARTING)
        for phone in self.phones.values():
            if phone.silent:
                await phone.die()
        alive = [phone for phone in self.phones.values() if phone.alive]
        await asyncio.gather(*(self._put_down(phone) for phone in alive))
        await self.clear()
        await asyncio.gather(*(self._forget(phone) for phone in alive))
        for who in EXTRAS:
            if who in self.phones:
                await self._ready(self.phones[who])
                await self.phones[who].unregister()
        await self.unpause()
        await self._empty_dynamic()

    async def clear(self) -> None:
        """Ends whatever channels the cell still has."""
        for channel in self.mine():
            if channel in self.pbx.channels:
                # It may end by itself at this moment.
                with suppress(PbxError):
                    await self.pbx.action("Hangup", Channel=channel)
        await self.pbx.until(lambda: not self.mine(), f"the end of the channels of cell {self.nn}")

    async def _put_down(self, phone: Phone) -> None:
        for call in phone.calls.values():
            await call.hangup()

    async def _forget(self, phone: Phone) -> None:
        """What has rung since it was put down is not the next scenario's. The phone takes this order after all that
        the PBX has sent before."""
        await phone.when_called("ring")
        phone.waiting.clear()

    async def _empty_dynamic(self) -> None:
        for line in await self.pbx.listed("QueueStatus", Queue=self.queue("dynamic")):
            if line["Event"] == "QueueMember":
                await self.pbx.action("QueueRemove", Queue=self.queue("dynamic"), Interface=line["Location"])

    def mine(self) -> list[str]:
        """Channels of this cell that are up."""
        return [name for name in self.pbx.channels if self.owns(name)]

    def owns(self, channel: str) -> bool:
        """Whether a channel or a device belongs to this cell."""
        if self.pbx.queued.get(channel, "").startswith(self.queue("")):
            return True
        device = channel.partition("-")[0].partition("@")[0].rpartition("/")[2]
        if device.startswith("trunk"):
            return device == f"trunk{self.nn}"
        # A customer's number has seven digits, and means no cell by them.
        return 4 <= len(device) <= 5 and device[1:3] == self.nn

    # What a scenario says about the PBX.

    async def held_free(self, device: str, free: bool = True) -> None:
        """The queues that have the device as a member believe that it is free, or that it is not."""
        pbx = self.pbx
        await pbx.until(lambda: (pbx.queues_hold(device) == {FREE}) is free, f"{device} to be free: {free}")

    async def event(self, name: str, after: int = 0, **headers: str) -> Event:
        """The first such event of this cell since the scenario began whose headers begin with the given values;
        ``after`` as many of its kind."""

        def wanted(event: Event) -> bool:
            alike = all(event.get(key, "").startswith(value) for key, value in headers.items())
            return event["Event"] == name and alike and self.told(event)

        return await self.pbx.event(wanted, f"{name} {headers} in cell {self.nn}", self.began, after)

    async def joins(self, after: int = 0, **headers: str) -> Event:
        """Somebody is in a conference room, ``after`` as many."""
        return await self._in_the_bridge_too("ConfbridgeJoin", "BridgeEnter", after, headers)

    async def leaves(self, after: int = 0, **headers: str) -> Event:
        """Somebody has left a conference room, ``after`` as many."""
        return await self._in_the_bridge_too("ConfbridgeLeave", "BridgeLeave", after, headers)

    async def _in_the_bridge_too(self, room: str, bridge: str, after: int, headers: dict[str, str]) -> Event:
        """Asterisk tells of a room and of its bridge by itself, some milliseconds apart, in any order; ARI tells only
        of the bridge."""
        wanted = await self.event(room, after, **headers)

        def of(name: str) -> Callable[[Event], bool]:
            return lambda event: (
                event["Event"] == name and all(event.get(key) == wanted[key] for key in ("Channel", "BridgeUniqueid"))
            )

        earlier = sum(map(of(room), takewhile(lambda event: event is not wanted, self.pbx.events[self.began :])))
        await self.pbx.event(of(bridge), f"{bridge} of {wanted['Channel']}", self.began, earlier)
        return wanted

    def told(self, event: Event) -> bool:
        """Whether an event is about this cell."""
        if event.get("Queue", "").startswith(self.queue("")) or event.get("Conference") == f"room{self.nn}":
            return True
        return any(self.owns(event[key]) for key in event if key.endswith(("Channel", "EndpointName")))

    async def waits_in(self, queue: str, after: int = 0) -> None:
        """A caller has joined the queue; ``after``: how many joined it before in this scenario."""
        await self.event("QueueCallerJoin", after, Queue=self.queue(queue))

    async def log_in(self, who: str) -> None:
        """To the queue ``dynamic``."""
        await self.pbx.action("QueueAdd", Queue=self.queue("dynamic"), Interface=self.device(who))

    async def pause(self, who: str, queue: str) -> None:
        self.paused.append((self.device(who), self.queue(queue)))
        await self.pbx.action("QueuePause", Interface=self.device(who), Queue=self.queue(queue), Paused="true")

    async def unpause(self) -> None:
        """Whoever paused in this scenario."""
        while self.paused:
            device, queue = self.paused.pop()
            await self.pbx.action("QueuePause", Interface=device, Queue=queue, Paused="false")

    async def gone(self, who: str) -> None:
        """The PBX has let go of every channel to this phone."""
        device = self.device(who)
        await self.pbx.until(
            lambda: all(name.rpartition("-")[0] != device for name in self.pbx.channels), f"the end of {device}"
        )

    def count(self, name: str) -> int:
        """How many such events since the scenario began."""
        return sum(event["Event"] == name and self.told(event) for event in self.pbx.events[self.began :])

    def application(self, kind: str = "lab") -> AbstractAsyncContextManager[Application]:
        """An application of the tests' own, by ARI."""
        return application(self.ari, LOGIN, SECRET, f"{kind}-{self.nn}", self.pbx, self.listeners)

    async def redirect(self, who: str, number: str) -> None:
        """An administrator sends a channel to a number of the staff's table."""
        channel = await self.channel(who)
        await self.pbx.action(
            "Redirect", Channel=channel, Context=f"from-internal-{self.nn}", Exten=number, Priority=1
        )

    async def hang_up(self, who: str) -> None:
        """An administrator hangs a channel up."""
        await self.pbx.action("Hangup", Channel=await self.channel(who))

    def local_half(self, number: str, half: str) -> str:
        """The half, ``;1`` or ``;2``, of the Local channel to a number."""
        return next(n for n in self.pbx.channels if n.startswith(f"Local/{number}@") and n.endswith(half))

    async def channel(self, who: str) -> str:
        return await self.pbx.channel(self.device(who))

    async def close_phones(self) -> None:
        await asyncio.gather(*(phone.stop() for phone in self.phones.values()))


async def time_passes(seconds: float) -> None:
    """Only where the length of time is what the scenario is about: ringing or waiting past a threshold."""
    await asyncio.sleep(seconds)
