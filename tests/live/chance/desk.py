"""A phone and whoever sits there: takes calls as its manner says, and writes down what it did."""

import asyncio
import re
import time
from contextlib import suppress

from tests.live.chance.plan import Confirms, Dial, Plan, Queue
from tests.live.chance.seen import Log, Rang
from tests.live.manager import PbxError
from tests.live.phones import Call, PhoneError
from tests.live.stage import EXTRAS, Cell

JOINING = 5.0
"""Seconds in which the PBX joins who took the call by a key."""
PickedUp = asyncio.Queue[tuple[Rang, Call]]


class Desk:
    def __init__(self, who: str, cell: Cell, plan: Plan, log: Log, picked_up: PickedUp) -> None:
        self.who = who
        self.phone = cell.phone(who)
        self._cell = cell
        self.manner = plan.manners[who]
        self._plan = plan
        self._log = log
        self._picked_up = picked_up
        self._times = 0
        self._own: Call | None = None
        """To an announcement, of who is busy."""

    async def prepare(self) -> None:
        if self.who in EXTRAS:
            await self.phone.start()
            await self.phone.register()
        match self.manner.by_itself:
            case "refuse":
                await self.phone.when_called("decline", self.manner.code)
            case "nothing":
                await self.phone.when_called("nothing")
            case "announce":
                await self.phone.when_called("announce", 183)
            case "gone":
                await self.phone.unregister()
            case "ring" if self.manner.busy:
                self._own = await self.phone.call("*99")
                await self._own.connected()

    async def leave(self) -> None:
        if self._own is not None and self.phone.alive:
            await self._own.hangup()
        if self.manner.by_itself == "gone" or (self.who in self._log.lost and self.phone.alive):
            await self.phone.register()

    async def sit(self) -> None:
        async with asyncio.TaskGroup() as takes:
            while self.phone.alive:
                with suppress(PhoneError):  # nobody called for a while
                    call = await self.phone.called()
                    takes.create_task(self._take(call))

    async def _take(self, call: Call) -> None:
        step = re.search(r"step (\d+)", call.shown)
        number = int(step[1]) if step else len(self._plan.steps)
        elsewhere = self._log.talking or self._log.moved is not None or number >= len(self._plan.steps)
        rang = Rang(self.who, None if elsewhere else number, time.time())
        self._log.rang.append(rang)
        end = asyncio.create_task(over(call))
        end.add_done_callback(lambda _: _is_over(rang))
        if self.manner.rings:
            act = self._log.instead.get(self.who)
            if act is None:
                act = self.manner.act(self._times)
                self._times += 1
            if act.does != "ignore":
                await asyncio.wait([end], timeout=act.after)
            if act.does == "answer" and not call.over:
                with suppress(PhoneError):
                    if self._own is not None and self._own.media == "active":
                        await self._own.hold()
                    await call.pick_up()
                    await self._confirm(rang, call, act.confirms)
            elif act.does == "forward" and not call.over:
                rang.acted, rang.acted_at = "forwarded", time.time()
                with suppress(PhoneError):
                    await call.redirect(self._cell.extension(act.to))
            elif act.does == "dies" and not call.over:
                rang.acted, rang.acted_at = "died", time.time()
                self._log.lost.add(self.who)
                pbx = self._cell.pbx
                channel = pbx.newest.get(self._cell.device(self.who))
                await self.phone.die()
                try:
                    await pbx.until(lambda: channel not in pbx.channels, f"the end of {channel}")
                finally:  # or the whole call is over
                    rang.over_at = time.time()
                return
            elif act.does == "unregisters" and not call.over:
                rang.acted, rang.acted_at = "unregistered", time.time()
                self._log.lost.add(self.who)
                await self.phone.unregister()
            elif act.does == "decline" and not call.over:
                at = time.time()
                with suppress(PhoneError):
                    await call.decline(act.code)
                if call.code == act.code:  # the PBX may have been quicker
                    rang.acted, rang.acted_at, rang.code = "declined", at, act.code
        await end

    async def _confirm(self, rang: Rang, call: Call, confirms: Confirms) -> None:
        step = self._plan.steps[rang.step] if rang.step is not None else None
        rang.acted_at = time.time()
        if isinstance(step, Dial | Queue) and step.asks(self.who):
            rang.acted = "not confirmed"
            await asyncio.sleep(0.8)
            if confirms == "hangs up":
                rang.hung_up = not call.over
                await call.hangup()
                return
            if confirms:
                rang.hung_up = confirms != "1" and not call.over
                await call.dtmf(confirms)
                rang.pressed = confirms
            if confirms != "1":
                return
            await asyncio.sleep(1.0)  # until the PBX has heard the key
            with suppress(PbxError):  # a queue's routine is none, and it may be over
                await self._cell.pbx.until(self._are_connected, f"{self.who} to be connected", JOINING)
        if not call.over and self._log.gave_up_at is None:
            rang.acted, rang.acted_at = "answered", time.time()
            self._picked_up.put_nowait((rang, call))

    def _are_connected(self) -> bool:
        """All Local channels on the way to this phone."""
        pbx, way = self._cell.pbx, f"Local/{self._cell.extension(self.who)}@"
        return all(name in pbx.bridged for name in pbx.channels if name.startswith(way))


def _is_over(rang: Rang) -> None:
    if rang.acted != "died":  # a dead phone does not know
        rang.over_at = time.time()


async def over(call: Call) -> None:
    """Until the call has ended, however long it takes, or the phone has."""
    while not call.over and call.phone.alive:
        with suppress(PhoneError):
            await call.ended()
