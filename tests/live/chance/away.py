"""An agent's phone forwards its calls to a number outside, where somebody answers, declines or lets it ring."""

import asyncio
import time
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from tests.live.chance.beside import SHORT_ABANDON
from tests.live.chance.closer import Measured
from tests.live.chance.undecided import TooCloseError
from tests.live.chance.waiting import over
from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.stage import Cell

Does = Literal["answers", "declines", "lets it ring"]
AWAY = "a2"


@dataclass(frozen=True)
class Away:
    seed: int
    by_queue: bool
    after: float
    """Seconds after which the phone forwards; it rings until then."""
    does: Does
    customer_ends: bool
    """Whether the customer ends the talk, rather than who is outside."""

    def told(self, talks: int) -> str:
        return f"seed {self.seed}: {self}"


@dataclass
class Gone:
    called_at: float = 0.0
    talk: tuple[float, float] | None = None
    gave_up_at: float | None = None
    times: int = 0
    """How often the phone forwarded."""
    lines: list[str] = field(default_factory=list)

    def kinds(self) -> set[str]:
        return {"forwarded outside"}

    def told(self) -> list[str]:
        return [f"    {self}"]


def away(seed: int) -> Away:
    r = Random(seed)
    does: Does = r.choice(("answers", "answers", "declines", "lets it ring"))
    return Away(seed, r.random() < 0.5, r.choice((0.0, 0.8)), does, r.random() < 0.5)


async def play(cell: Cell, customer: Phone, plan: Away) -> Gone:
    log, phone = Gone(), cell.phone(AWAY)
    number = f"90{cell.caller(4)}"
    queue = cell.queue("away")
    await cell.pbx.action("QueueAdd", Queue=queue, Interface=cell.device(AWAY))
    if not plan.after:
        await phone.when_called("decline", 302, forward=number)
    try:
        log.called_at = time.time()
        call = await customer.call(cell.dn("85" if plan.by_queue else "52"), cell.caller())
        rings = await phone.called()
        log.times = 1
        if plan.after:
            await asyncio.sleep(plan.after)
            await rings.redirect(number)
        outside = await customer.called()
        await asyncio.sleep(1.2)
        match plan.does:
            case "answers":
                await outside.pick_up()
                await call.connected()
                began = time.time()
                await asyncio.sleep(1.5)
                log.talk = began, time.time()
                await (call if plan.customer_ends else outside).hangup()
            case "declines":
                await outside.decline(486)
                await asyncio.sleep(0.9)
            case "lets it ring":
                log.gave_up_at = time.time()
        if not call.over and log.talk is None and plan.by_queue:
            log.gave_up_at = time.time()
        if log.gave_up_at is not None:
            await call.hangup()
        await call.ended()
        await cell.gone("customer")
        log.times += len(phone.waiting)
    finally:
        await cell.pbx.action("QueueRemove", Queue=queue, Interface=cell.device(AWAY))
    return log


def expected(plan: Away, log: Gone) -> list[Expected]:
    if log.times > 1:
        raise TooCloseError("the queue called the phone again before the customer gave up")
    offers, queues = f"{AWAY} forwarded", None
    if log.talk is not None:
        tag = " customer_disconnect" if plan.customer_ends else ""
        began, ended = log.talk
        return [Measured(
            tags=f"incoming_dn_call{tag}", offers=offers, ended_by="customer" if plan.customer_ends else "unknown",
            queues=queues, talks=ended - began,
        )]  # fmt: skip
    if log.gave_up_at is None:
        return [Expected(tags="incoming_dn_call", offers=offers, ended_by="system")]
    short = "" if over(log.gave_up_at - log.called_at, SHORT_ABANDON) else " short_abandon"
    stage = "queue" if plan.does == "declines" else "ringing"
    return [Expected(
        tags=f"incoming_dn_call customer_abandon{short}", offers=offers, ended_by="customer", abandoned_in=stage,
    )]  # fmt: skip
