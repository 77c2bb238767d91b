"""An agent whose line stays open takes one customer after the other: logged in for the day, or kept in silence."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from tests.live.chance.undecided import TooCloseError
from tests.live.expected import Expected
from tests.live.manager import PbxError
from tests.live.phones import Call, Phone, PhoneError
from tests.live.stage import Cell

Ends = Literal["customer", "logs off", "administrator", "passes on", "hangs up early"]
GAVE_UP = ("gave up", "gave up in the queue")
CONNECTING = 8.0
PROBATION = 5.5
"""Seconds in which the PBX gives no call to who has just logged in."""


@dataclass(frozen=True)
class Visit:
    """Of one customer. way: by name, or out of a queue. takes: whether the agent presses the key, where one is to be.
    another: whether a second customer asks for the agent meanwhile."""

    way: Literal["name", "queue"]
    ends: Ends
    takes: bool
    holds: bool
    another: bool


@dataclass(frozen=True)
class Shift:
    seed: int
    kind: Literal["logged in", "by key", "open line"]
    visits: tuple[Visit, ...]

    @property
    def agent(self) -> str:
        return "a3" if self.kind == "by key" else "a2"

    def told(self, talks: int) -> str:
        lines = [f"seed {self.seed}: {self.kind}", *(f"  {visit}" for visit in self.visits)]
        return "\n".join(lines)


@dataclass
class Taken:
    visits: list[tuple[Visit, str]] = field(default_factory=list)
    """What became of each: ``talked``, or ``nobody`` where the agent had left."""
    others: int = 0
    """How many asked for the agent in vain."""
    lines: list[str] = field(default_factory=list)

    def kinds(self) -> set[str]:
        return {"a shift", *(f"a shift: {visit.ends}" for visit, _ in self.visits)}

    def told(self) -> list[str]:
        return self.lines


def shift(seed: int) -> Shift:
    r = Random(seed)
    kind: Literal["logged in", "by key", "open line"] = r.choice(("logged in", "logged in", "by key", "open line"))
    ends: tuple[Ends, ...] = ("customer", "customer", "administrator", "logs off", "passes on", "hangs up early")
    if kind == "open line":
        ends = ("customer", "customer", "administrator", "logs off")
    visits = tuple(
        Visit(r.choice(("name", "queue")), r.choice(ends), r.random() < 0.8, r.random() < 0.3, r.random() < 0.2)
        for _ in range(r.choice((1, 2, 3, 4)))
    )
    return Shift(seed, kind, visits)


async def play(cell: Cell, customer: Phone, plan: Shift) -> Taken:
    taken, began = Taken(), time.time()
    line = await _comes(cell, plan)
    queue, member = cell.queue("shift"), f"Local/{cell.extension(plan.agent)}@headset-{cell.nn}/n"
    await cell.pbx.action("QueueAdd", Queue=queue, Interface=member)
    try:
        for number, visit in enumerate(plan.visits):
            if line.over and plan.kind == "open line":  # nobody would ever take the next one
                break
            by_queue = visit.way == "queue" and plan.kind != "open line"
            dn = {"logged in": "80", "by key": "81", "open line": "84"}[plan.kind]
            call = await customer.call(cell.dn("82" if by_queue and not line.over else dn), cell.caller(number + 1))
            taken.lines.append(f"    {time.time() - began:.2f} {visit}, by queue {by_queue}, line over {line.over}")
            if line.over:
                await call.ended()
                taken.visits.append((visit, "nobody"))
                continue
            what = await _visits(cell, customer, plan, visit, call, line, taken, by_queue)
            taken.visits.append((visit, what))
            taken.lines.append(f"    {time.time() - began:.2f} {what}")
            if not call.over:
                await call.hangup()
            await cell.gone("customer")
            await asyncio.sleep(1.2)
        if not line.over:
            await line.hangup()
        await cell.gone(plan.agent)
    finally:
        await cell.pbx.action("QueueRemove", Queue=queue, Interface=member)
    return taken


async def _comes(cell: Cell, plan: Shift) -> Call:
    if plan.kind == "open line":
        line = await cell.phone(plan.agent).call(f"5{cell.nn}4")
        await line.connected()
        await cell.event("Newexten", Channel=f"{cell.device(plan.agent)}-", Application="Wait")
        return line
    line = await cell.phone(plan.agent).call("*71")
    await line.connected()
    await cell.event("AgentLogin")
    await asyncio.sleep(PROBATION)
    return line


async def _visits(
    cell: Cell, customer: Phone, plan: Shift, visit: Visit, call: Call, line: Call, taken: Taken, by_queue: bool
) -> str:
    if plan.kind == "by key":
        await asyncio.sleep(1.5)
        if visit.ends == "hangs up early":
            await call.hangup()
            return "gave up" if not by_queue else "gave up in the queue"
        if not visit.takes:
            await asyncio.sleep(1)
            await call.hangup()
            return "gave up" if not by_queue else "gave up in the queue"
        await line.dtmf("#")
    if plan.kind == "open line":
        await call.connected()
        one, other = await cell.channel("customer"), await cell.channel(plan.agent)
        # Whom a panel takes before the music has begun hears it when the agent has gone.
        await cell.event("MusicOnHoldStart", Channel=one)
        await cell.pbx.action("Bridge", Channel1=one, Channel2=other, Tone="no")
    met = sum(what not in ("nobody", *GAVE_UP) for _, what in taken.visits)
    device = cell.device("customer")
    try:
        async with asyncio.timeout(CONNECTING):
            await cell.event("BridgeEnter", met, Channel=f"{device}-")
    except TimeoutError:
        return "was not connected"
    await asyncio.sleep(1)
    caller = await cell.channel("customer")
    if visit.holds:
        await line.hold()
        await asyncio.sleep(1.2)
        await line.resume()
    if visit.another and plan.kind != "open line":
        dn = "81" if plan.kind == "by key" else "80"
        in_vain = await customer.call(cell.dn(dn), cell.caller(9))
        await in_vain.ended()
        taken.others += 1
    match visit.ends:
        case "logs off":
            await line.hangup()
            await call.ended()
            return "logged off"
        case "administrator":
            with suppress(PbxError):  # it may be over
                await cell.pbx.action("Hangup", Channel=caller)
            await call.ended()
            return "ended by an administrator"
        case "passes on":
            await line.refer(cell.extension("a1"))
            try:
                async with asyncio.timeout(CONNECTING):
                    talk = await (await cell.phone("a1").rings()).answer()
            except TimeoutError:
                return "was not connected"
            await asyncio.sleep(1)
            with suppress(PhoneError):
                await call.hangup()
            await talk.ended()
            return "passed on"
    await call.hangup()
    return "talked"


def expected(plan: Shift, taken: Taken) -> list[Expected]:
    records = [Expected(tags="incoming_dn_call", ended_by="system") for _ in range(taken.others)]
    offered = f"{plan.agent} answered" if plan.kind != "open line" else ""
    for visit, what in taken.visits:
        tags, ended_by, offers, stage, transfers = "", "customer", offered, None, ""
        by_queue = visit.way == "queue" and plan.kind != "open line"
        queues = "shift answered" if by_queue else ""
        gave_up = plan.kind == "by key" and any(other in GAVE_UP for _, other in taken.visits)
        if gave_up and len(taken.visits) > 1:
            raise TooCloseError("the PBX keeps an agent busy for a while whose caller gave up before")
        if what == "was not connected":
            raise TooCloseError("the PBX did not give an agent the call that she took")
        match what:
            case "nobody":
                ended_by, offers, queues = "system", "", ""
            case "gave up" | "gave up in the queue":
                tags, offers = " customer_abandon", f"{plan.agent} cancelled"
                stage = "ringing"
                queues = "shift abandoned" if by_queue else ""
            case "logged off":
                tags, ended_by = " agent_disconnect", "agent"
            case "ended by an administrator":
                tags, ended_by = " system_disconnect", "system"
            case "passed on":
                tags, offers = " customer_disconnect agent_transferred_call transferred", f"{offered}, a1 answered"
                transfers = "blind a1 answered"
            case "talked":
                tags = " customer_disconnect"
        if what.startswith("gave up") and visit.ends == "hangs up early":
            tags += " short_abandon"
        records.append(Expected(
            tags=f"incoming_dn_call{tags}", offers=offers, ended_by=ended_by, queues=queues, transfers=transfers,
            abandoned_in=stage, held=visit.holds and what not in ("nobody", *GAVE_UP),
        ))  # fmt: skip
    return records
