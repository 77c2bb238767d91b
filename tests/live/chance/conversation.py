"""A conversation of the customer, or of who calls inside, with one of the staff."""

import asyncio
import time
from contextlib import suppress

from tests.live.chance.desk import PickedUp, over
from tests.live.chance.plan import Dial, Event, Plan
from tests.live.chance.seen import Conversation, Deed, Log, Rang
from tests.live.manager import PbxError
from tests.live.phones import Call
from tests.live.stage import Cell

JOINING = 10.0
"""Seconds in which the PBX joins two phones, once one is picked up."""
PATIENCE = 0.9
"""Seconds after which one gives up whose transfer or question rings."""


async def joined(cell: Cell, who: str, other: str) -> None:
    """The PBX has joined the newest channel of one with one of the other's."""
    pbx = cell.pbx

    def up(person: str) -> list[str]:
        return [name for name in pbx.channels if name.rpartition("-")[0] == cell.device(person)]

    def are_joined() -> bool:
        return up(who)[-1:] != [] and up(who)[-1] in pbx.bridged and any(name in pbx.bridged for name in up(other))

    with suppress(PbxError):
        await pbx.until(are_joined, f"{who} and {other} to be joined", JOINING)


class Talking:
    def __init__(self, cell: Cell, plan: Plan, log: Log, picked_up: PickedUp, call: Call, talk: Call) -> None:
        self.cell = cell
        self.plan = plan
        self.log = log
        self.picked_up = picked_up
        self.call = call
        """The customer's, or who calls inside."""
        self.talk = talk
        """Of whoever of the staff it is."""
        self.spying: list[Call] = []
        self.in_room = False
        self._held_since = 0.0
        self.waiting: tuple[Deed, Call] | None = None
        """A second caller, who waits in a queue until the agent is free."""

    @property
    def said(self) -> Conversation:
        return self.log.conversations[-1]

    async def hold(self) -> None:
        """By whoever of the staff talks."""
        await self.talk.hold()
        self._held_since = time.time()

    async def resume(self) -> None:
        await self.talk.resume()
        self.log.held.append((self.said.who, self._held_since, time.time()))

    async def answer(self, end: Call, deed: Deed, patience: float | None) -> tuple[Rang, Call] | None:
        """Who picks up, or None when that call ends before: by itself, or because whoever has it gives up."""
        answer = asyncio.create_task(self.picked_up.get())
        over_ = asyncio.create_task(over(end))
        await asyncio.wait([answer, over_], return_when=asyncio.FIRST_COMPLETED, timeout=patience)
        if not answer.done() and not over_.done():
            deed.gave_up_at = time.time()
            await end.hangup()
        over_.cancel()
        if answer.done():
            return answer.result()
        answer.cancel()
        return None

    async def passed(self, deed: Deed, leaving: Call, patience: float | None) -> None:
        """Whoever is called now has the customer, or nobody has."""
        left_at = deed.began
        answered = await self.answer(self.call, deed, patience)
        if deed.gave_up_at is not None:
            self.said.ended_by, self.said.ended = "customer", left_at
        if answered is not None:
            rang = answered[0]
            await joined(self.cell, rang.who, self.plan.outer)
            # Where nobody has answered whom a phone was left to, the PBX calls back who left it.
            back = deed.left_ringing and rang.who == deed.by
            if deed.group is not None and rang.who in deed.group.targets:
                deed.to = rang.who
            deed.connected, deed.astray = not back, not back and rang.who != deed.to
            self.now_talks(*answered, left_at)
        deed.ended = time.time()
        await (leaving.hangup() if answered is None else leaving.ended())

    def now_talks(self, rang: Rang, talk: Call, left_at: float = 0.0) -> None:
        """left_at: when who talked before had left."""
        self.said.ended = left_at or time.time()
        self.talk = talk
        self.log.conversations.append(Conversation(rang.who, None, time.time()))

    def by_keys(self, event: Event) -> bool:
        """Whether it is done by the keys of the phone: where the dialplan lets them be pressed."""
        if not event.what.endswith("by keys"):
            return False
        steps = [self.plan.steps[said.step] for said in self.log.conversations if said.step is not None]
        # Not all who come to a talk may press keys there.
        elsewhere = any(deed.what == "parks" for deed in self.log.deeds) or self.log.picked_up_at is not None
        elsewhere = elsewhere or any(rang.acted == "forwarded" for rang in self.log.rang)
        return not elsewhere and all(isinstance(s, Dial) and not s.how and "t" in s.options for s in steps)
