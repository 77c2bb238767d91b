"""A conversation of the customer with one of the staff, and what happens in it: holds, transfers, consultations,
listeners."""

import asyncio
import time
from contextlib import suppress

from tests.live.chance.desk import PickedUp, over
from tests.live.chance.plan import Dial, Event, Plan, Talk
from tests.live.chance.seen import Conversation, Deed, Log, Rang
from tests.live.manager import PbxError
from tests.live.phones import Call
from tests.live.stage import Cell
from tests.live.talks import presses

JOINING = 10.0
"""Seconds in which the PBX joins two phones, once one is picked up."""
SPIES = {"listens": "*51", "keeps listening": "*51", "whispers": "*52", "barges in": "*53"}


PATIENCE = 0.9
"""Seconds after which one gives up whose transfer or question rings."""


async def joined(cell: Cell, *people: str) -> None:
    """The PBX has joined their newest channels."""
    devices = [cell.device(who) for who in people]
    pbx = cell.pbx
    with suppress(PbxError):
        await pbx.until(
            lambda: {pbx.newest.get(each) for each in devices} <= pbx.bridged, f"{devices} to be joined", JOINING
        )


class Talking:
    def __init__(self, cell: Cell, plan: Plan, log: Log, picked_up: PickedUp, call: Call, talk: Call) -> None:
        self._cell = cell
        self._plan = plan
        self._log = log
        self._picked_up = picked_up
        self._call = call
        """The customer's, or who calls inside."""
        self._talk = talk
        """Of whoever of the staff it is."""
        self._spying: list[Call] = []
        self._in_room = False

    @property
    def _said(self) -> Conversation:
        return self._log.conversations[-1]

    async def goes_on(self, plan: Talk) -> None:
        self._log.talking = True
        if self._is_limited():
            self._said.ended_by = "administrator"
            await self._talk.ended()
            self._said.ended, self._log.talking = time.time(), False
            return
        try:
            await self._goes_on(plan)
        finally:
            for spying in self._spying:
                await spying.hangup()

    async def _goes_on(self, plan: Talk) -> None:
        for event in plan.events:
            await self._happens(event)
            if self._call.over:
                return
            if self._in_room:  # from there nobody is passed on
                break
        self._log.talking = False
        ends = "staff" if self._in_room and plan.ends == "administrator" else plan.ends
        self._said.ended_by, self._said.ended = ends, time.time()
        match ends:
            case "customer":
                await self._call.hangup()
            case "staff":
                await self._talk.hangup()
            case "administrator":
                await self._cell.hang_up(self._said.who)
        if self._in_room:  # which nobody closes
            await asyncio.sleep(0.5)
            await self._call.hangup()
            await self._talk.hangup()
        await self._talk.ended()

    def _is_limited(self) -> bool:
        """Whether the PBX itself ends the talk, after some seconds."""
        step = self._plan.steps[self._said.step] if self._said.step is not None else None
        return isinstance(step, Dial) and "S(" in step.options

    async def _happens(self, event: Event) -> None:
        call, talk = self._call, self._talk
        match event.what:
            case "pause":
                await asyncio.sleep(1)
            case "staff holds":
                await talk.hold()
                await asyncio.sleep(1.2)
                await talk.resume()
            case "customer holds":
                await call.hold()
                await asyncio.sleep(1.2)
                await call.resume()
            case "both hold":
                await call.hold()
                await talk.hold()
                await asyncio.sleep(1)
                await call.resume()
                await talk.resume()
            case "keys":
                await talk.dtmf("1")
                await call.dtmf("5")
                await asyncio.sleep(0.5)
            case "parks" if event.who != self._plan.caller:
                await self._parks(event)
            case _ if event.who in (self._said.who, self._plan.caller):
                pass
            case "blind" | "blind by keys":
                await self._passes_on(event)
            case "asks" | "asks by keys":
                await (self._asks_by_keys(event) if self._by_keys(event) else self._asks(event))
            case "is moved" if event.who[0] != "e" and self._said.who[0] != "e":
                await self._is_moved(event)
            case "a room" if self._plan.caller == "customer":
                await self._meets(event)
            case "listens" | "whispers" | "barges in" | "keeps listening":
                await self._spies(event)

    async def _answer(self, end: Call, deed: Deed, gives_up: bool) -> tuple[Rang, Call] | None:
        """Who picks up, or None when that call ends before: by itself, or because whoever has it gives up."""
        answer = asyncio.create_task(self._picked_up.get())
        over_ = asyncio.create_task(over(end))
        limit = PATIENCE if gives_up else None
        await asyncio.wait([answer, over_], return_when=asyncio.FIRST_COMPLETED, timeout=limit)
        if not answer.done() and not over_.done():
            deed.gave_up_at = time.time()
            await end.hangup()
        over_.cancel()
        if answer.done():
            return answer.result()
        answer.cancel()
        return None

    def _now_talks(self, rang: Rang, talk: Call) -> None:
        self._said.ended = time.time()
        self._talk = talk
        self._log.conversations.append(Conversation(rang.who, None, time.time()))

    async def _passes_on(self, event: Event) -> None:
        deed = Deed("blind", self._said.who, event.who, time.time())
        self._log.deeds.append(deed)
        number, leaving = self._cell.extension(event.who), self._talk
        if self._by_keys(event):
            await presses(self._cell, leaving, "##", number)
        else:
            await leaving.refer(number)
        await self._has_passed(deed, event.then == "gives up")

    async def _is_moved(self, event: Event) -> None:
        """A panel sends the customer to somebody else."""
        deed = Deed("is moved", self._said.who, event.who, time.time())
        self._log.deeds.append(deed)
        channel = await self._cell.channel(self._plan.outer)
        await self._cell.pbx.action(
            "Redirect", Channel=channel, Context=f"from-internal-{self._cell.nn}", Priority=1,
            Exten=self._cell.extension(event.who),
        )  # fmt: skip
        await self._has_passed(deed, event.then == "gives up")

    async def _has_passed(self, deed: Deed, gives_up: bool) -> None:
        """Whoever is called now has the customer, or nobody has."""
        leaving = self._talk
        answered = await self._answer(self._call, deed, gives_up)
        if deed.gave_up_at is not None:
            self._said.ended_by, self._said.ended = "customer", deed.gave_up_at
        if answered is not None:
            await joined(self._cell, answered[0].who, self._plan.outer)
            deed.connected, deed.astray = True, answered[0].who != deed.to
            self._now_talks(*answered)
        deed.ended = time.time()
        await (leaving.hangup() if answered is None else leaving.ended())

    def _by_keys(self, event: Event) -> bool:
        """Whether it is done by the keys of the phone: where the dialplan lets them be pressed."""
        if not event.what.endswith("by keys"):
            return False
        steps = [self._plan.steps[said.step] for said in self._log.conversations if said.step is not None]
        parked = any(deed.what == "parks" for deed in self._log.deeds) or self._log.picked_up_at is not None
        return not parked and all(isinstance(s, Dial) and not s.how and "t" in s.options for s in steps)

    async def _asks(self, event: Event) -> None:
        """A consultation on the phone's second line, which then joins the two, or not."""
        asking = self._cell.phone(self._said.who)
        deed = Deed("asks", self._said.who, event.who, time.time())
        self._log.deeds.append(deed)
        await self._talk.hold()
        consult = await asking.call(self._cell.extension(event.who))
        answered = await self._answer(consult, deed, event.then == "gives up")
        deed.ended = time.time()
        if answered is None:
            await self._talk.resume()
            return
        rang, other = answered
        deed.connected, deed.astray = True, rang.who != event.who
        await consult.connected()
        await self._cell.talks(rang.who)
        await asyncio.sleep(0.6)
        leaving = self._talk
        match event.then:
            case "joins them":
                await leaving.refer_to(consult)
                await leaving.ended()
                await consult.ended()
                self._now_talks(rang, other)
            case "customer leaves":
                self._said.ended_by, self._said.ended = "customer", time.time()
                await self._call.hangup()
                await leaving.ended()
                deed.dropped_by = deed.by
                await consult.hangup()
            case "comes back" | "gives up" | "makes it three":
                deed.dropped_by = deed.by
                await consult.hangup()
                await leaving.resume()
            case "is left":
                deed.dropped_by = rang.who
                await other.hangup()
                await consult.ended()
                await leaving.resume()
        deed.ended = time.time()
        await asyncio.sleep(0.3)

    async def _asks_by_keys(self, event: Event) -> None:
        """The PBX holds the customer and calls the other: it brings the two together, or the agent back."""
        deed = Deed("asks", self._said.who, event.who, time.time(), by_keys=True)
        self._log.deeds.append(deed)
        asking = self._talk
        entered = self._entered(deed.by)
        await presses(self._cell, asking, "*2", self._cell.extension(event.who))
        answer = asyncio.create_task(self._picked_up.get())
        # Into the consultation, and out of it again.
        back = asyncio.create_task(self._comes_back(deed.by, entered + 1))
        limit = PATIENCE if event.then == "gives up" else None
        await asyncio.wait([answer, back], timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            answer.cancel()
            if not back.done():
                deed.gave_up_at = time.time()
                await asking.dtmf("*1")
            await back
            deed.ended = time.time()
            await asyncio.sleep(0.5)
            return
        back.cancel()
        rang, other = answer.result()
        deed.connected = True
        await self._cell.talks(rang.who)
        await asyncio.sleep(0.6)
        entered = self._entered(deed.by)
        match event.then:
            case "joins them" | "customer leaves":
                await asking.hangup()
                await self._cell.gone(deed.by)
                self._now_talks(rang, other)
            case "comes back" | "gives up":
                deed.dropped_by = deed.by
                await asking.dtmf("*1")
                await self._comes_back(deed.by, entered)
            case "is left":
                deed.dropped_by = rang.who
                await other.hangup()
                await self._comes_back(deed.by, entered)
            case "makes it three":
                deed.what = "makes it three"
                await asking.dtmf("*3")
                await self._comes_back(deed.by, entered)
                await asyncio.sleep(1)
                await other.hangup()
                await self._cell.gone(rang.who)
        deed.ended = time.time()
        await asyncio.sleep(0.5)

    def _entered(self, who: str) -> int:
        """How often this phone has come into a bridge."""
        device = f"{self._cell.device(who)}-"
        events = self._cell.pbx.events[self._cell.began :]
        return sum(each["Event"] == "BridgeEnter" and each["Channel"].startswith(device) for each in events)

    async def _comes_back(self, who: str, entered: int) -> None:
        """From the consultation into the talk."""
        pbx = self._cell.pbx
        await pbx.until(lambda: self._entered(who) > entered, f"{who} to come back")

    async def _parks(self, event: Event) -> None:
        """The customer; the other, or the same one, takes the call back."""
        deed = Deed("parks", self._said.who, event.who, time.time())
        self._log.deeds.append(deed)
        leaving, before = self._talk, self._cell.count("ParkedCall")
        await leaving.refer(self._cell.parking)
        parked = await self._cell.event("ParkedCall", before)
        await asyncio.sleep(0.5)
        taken = await self._cell.phone(event.who).call(parked["ParkingSpace"])
        await taken.connected()
        await joined(self._cell, event.who, self._plan.outer)
        deed.connected, deed.ended = True, time.time()
        self._said.ended = deed.ended
        self._talk = taken
        self._log.conversations.append(Conversation(event.who, None, deed.ended))
        await leaving.hangup()

    async def _spies(self, event: Event) -> None:
        deed = Deed(event.what, event.who, self._said.who, time.time(), connected=True)
        self._log.deeds.append(deed)
        before = self._cell.count("ChanSpyStart")
        spying = await self._cell.phone(event.who).call(SPIES[event.what] + self._cell.extension(self._said.who))
        await spying.connected()
        await self._cell.event("ChanSpyStart", before)
        if event.what == "keeps listening":
            self._spying.append(spying)
            return
        await asyncio.sleep(1)
        await spying.hangup()
        await self._cell.gone(event.who)
        deed.ended = time.time()

    async def _meets(self, event: Event) -> None:
        """In a room, into which who talks sends the customer, comes, and asks another to."""
        deed = Deed("a room", self._said.who, event.who, time.time(), connected=True)
        self._log.deeds.append(deed)
        leaving, joins = self._talk, self._cell.count("ConfbridgeJoin")
        await leaving.refer(self._cell.room)
        await self._cell.event("ConfbridgeJoin", joins)
        await leaving.hangup()
        self._talk = await self._cell.phone(deed.by).call(self._cell.room)
        await self._cell.event("ConfbridgeJoin", joins + 1)
        third = await self._cell.phone(event.who).call(self._cell.room)
        await self._cell.event("ConfbridgeJoin", joins + 2)
        await asyncio.sleep(1)
        leaves = self._cell.count("ConfbridgeLeave")
        await third.hangup()
        await self._cell.event("ConfbridgeLeave", leaves)
        deed.ended = time.time()
        self._in_room = True
        await asyncio.sleep(0.5)
