"""The contact centre: desks with real phones, on which calls of all kinds are placed at a steady rate."""

import asyncio
import random
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

from tests.chaos.kinds import KINDS, Desk, Kind
from tests.live.lab import Lab
from tests.live.phones import Phone, PhoneError

LONGEST = 40.0
"""Seconds that a call may take."""
REGISTERED_WITHIN = 10.0
PARTING = 3.0
"""Seconds that the other ends of a call have to hear of its end."""


@dataclass
class Played:
    """A call that was placed."""

    customer: str
    kind: Kind
    at: float
    why: str | None = None
    """Why it was not what its kind is about, as the phones saw it."""


class Centre:
    def __init__(self, lab: Lab, desks: int, rate: float, seed: int) -> None:
        """``rate``: calls a second. Two more desks have nobody at work."""
        self.played: list[Played] = []
        self.missed = 0
        """Calls that were not placed because no desk was free, or no PBX was there."""
        self._random = random.Random(seed)
        self._rate = rate
        self._lab = lab
        self._desks = [desk(lab, number, staffed=number <= desks) for number in range(1, desks + 3)]
        self._free = list(self._desks)
        self._calls: set[asyncio.Task[None]] = set()
        self._open = False
        self._turn: Counter[Kind] = Counter()

    async def open(self) -> None:
        """Every phone at work, for the first time or after the PBX was away."""
        await asyncio.gather(*(_ready(desk) for desk in self._desks))
        self._free = list(self._desks)
        self._open = True

    async def close(self) -> None:
        """No calls any more, and none of those that there were: the PBX is going away."""
        self.no_more()
        for call in self._calls:
            call.cancel("the PBX went away")
        await asyncio.gather(*self._calls, return_exceptions=True)

    def no_more(self) -> None:
        """No new calls."""
        self._open = False

    async def run_out(self) -> None:
        """No new calls; those that there are come to their ends."""
        self.no_more()
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def stop(self) -> None:
        await self.close()
        await asyncio.gather(*(phone.stop() for desk in self._desks for phone in _phones(desk)))

    async def one_of_each(self) -> None:
        """Every kind once."""
        for kind in KINDS:
            while (free := self._desk_for(kind)) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
            self._place(free, kind)
        await asyncio.gather(*self._calls)

    async def work(self) -> None:
        """Places calls until cancelled, evenly in time, all kinds alike often."""
        while True:
            await asyncio.sleep(1 / self._rate)
            kinds = sorted(KINDS, key=lambda kind: (self._turn[kind], self._random.random()))
            for kind in kinds if self._open else ():
                if (free := self._desk_for(kind)) is not None:
                    self._place(free, kind)
                    break
            else:
                self.missed += 1

    def _desk_for(self, kind: Kind) -> Desk | None:
        return next((desk for desk in self._free if desk.staffed == kind.staffed), None)

    def _place(self, desk: Desk, kind: Kind) -> None:
        self._turn[kind] += 1
        self._free.remove(desk)
        call = asyncio.create_task(self._play(desk, kind))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _play(self, desk: Desk, kind: Kind) -> None:
        played = Played(kind.customer(len(self.played)), kind, time.time())
        self.played.append(played)
        for phone in _phones(desk):
            phone.waiting.clear()  # what rang beside somebody else who answered
        try:
            async with asyncio.timeout(LONGEST):
                await kind.play(desk, played.customer)
            await _over(desk)
        except (PhoneError, TimeoutError, AssertionError) as error:
            played.why = str(error) or type(error).__name__
            await _clear(desk)
        except asyncio.CancelledError as gone:
            played.why = str(gone)
            raise
        self._free.append(desk)


def desk(lab: Lab, number: int, *, staffed: bool) -> Desk:
    staff = f"{lab.customers.rpartition('.')[0]}.{100 + number}"
    agents = [
        Phone(f"1{number:02d}{which}", f"{staff}.1{which}", lab.address, "lab-secret") for which in (1, 2) if staffed
    ]
    return Desk(number, Phone("0900", f"{lab.customers}.{number}", lab.address), agents)


def _phones(desk: Desk) -> list[Phone]:
    return [desk.customer, *desk.agents]


async def _ready(desk: Desk) -> None:
    for phone in _phones(desk):
        if any(not call.over for call in phone.calls.values()):
            await phone.stop()  # it would wait long for the answer of a PBX that has forgotten the call
        await phone.start()
        phone.waiting.clear()
    for agent in desk.agents:
        await _registers(agent)


async def _registers(agent: Phone) -> None:
    """A phone that the PBX did not answer while it was starting is switched off and on again."""
    for _ in range(5):
        with suppress(TimeoutError, PhoneError):
            async with asyncio.timeout(REGISTERED_WITHIN):
                await agent.register()
                return
        await agent.stop()
        await agent.start()
    raise PhoneError(f"{agent.user} cannot register")


async def _over(desk: Desk) -> None:
    """Until every end of the call has heard of its end."""
    async with asyncio.timeout(PARTING):
        for phone in _phones(desk):
            for call in phone.calls.values():
                await call.ended()


async def _clear(desk: Desk) -> None:
    """Ends what is left of a call that went wrong; a phone that cannot is replaced."""
    for phone in _phones(desk):
        with suppress(PhoneError, TimeoutError):
            async with asyncio.timeout(PARTING):
                for call in phone.calls.values():
                    await call.hangup()
    await _ready(desk)
