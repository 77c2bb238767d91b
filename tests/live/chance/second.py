"""Whoever talks is called once more: by another customer, by a queue, by a colleague."""

import asyncio
import time
from contextlib import suppress

from tests.live.chance.conversation import Talking
from tests.live.chance.desk import over
from tests.live.chance.passing import only_member
from tests.live.chance.plan import Event
from tests.live.chance.seen import Deed
from tests.live.phones import Call, PhoneError

QUEUES = {
    "a second waits": ("60", "busy"),
    "a second is served": ("62", "busy"),
    "a queue calls again": ("61", "again"),
}
"""The DN that leads to each queue: one lets phones alone that are in use, one calls them."""
CALLS = (*QUEUES, "a second calls", "a colleague calls")
DIRECT = {"a1": "51", "a2": "52", "a3": "53", "s1": "54", "e1": "55"}
"""The DN that leads to each phone alone."""


async def calls_again(talking: Talking, event: Event) -> None:
    assert event.act is not None
    who, cell = talking.said.who, talking.cell
    by = event.who if event.what == "a colleague calls" else "customer"
    deed = Deed(event.what, by, who, time.time(), in_queue=event.what in QUEUES)
    talking.log.deeds.append(deed)
    talking.log.instead[who] = event.act
    if event.what in QUEUES:
        dn, queue = QUEUES[event.what]
        await only_member(talking, queue, who)
        number = cell.dn(dn)
    else:
        number = cell.dn(DIRECT[who]) if by == "customer" else cell.extension(who)
    call = await cell.phone(by).call(number, cell.caller(2) if by == "customer" else None)
    if event.what == "a second is served":
        talking.waiting = deed, call
        await asyncio.sleep(1.6)
        return
    try:
        await _goes(talking, event, deed, call)
    finally:
        deed.ended = time.time()
        del talking.log.instead[who]
        if event.what in QUEUES:
            await cell.pbx.action("QueueRemove", Queue=cell.queue(queue), Interface=cell.device(who))
    await asyncio.sleep(0.3)


async def _goes(talking: Talking, event: Event, deed: Deed, call: Call) -> None:
    assert event.act is not None
    if event.what != "a second waits":

        def rings() -> bool:
            return call.over or any(each.who == deed.to and each.at >= deed.began for each in talking.log.rang)

        await talking.cell.pbx.until(rings, f"{deed.to} to be called again")
        if event.act.does == "answer":
            await talking.hold()
    answered = await talking.answer(call, deed, event.act.after if event.then == "gives up" else None)
    if answered is None:
        if event.act.does == "answer":
            await talking.resume()
        return
    _, other = answered
    deed.connected = True
    with suppress(PhoneError):
        await call.connected()
    await talking.cell.talks(deed.to)
    await asyncio.sleep(0.8)
    if event.then == "is left":
        deed.dropped_by = deed.by
        await call.hangup()
        await over(other)
    else:
        deed.dropped_by = deed.to
        await other.hangup()
        await over(call)
    await talking.resume()


async def is_served(talking: Talking, deed: Deed, call: Call) -> None:
    """Who waited until the talk was over; the agent answers, or the queue gives up."""
    answered = await talking.answer(call, deed, None)
    if answered is not None:
        _, other = answered
        deed.connected = True
        await talking.cell.talks(deed.to)
        await asyncio.sleep(0.8)
        deed.dropped_by = deed.by if talking.plan.seed % 2 else deed.to
        await (call if talking.plan.seed % 2 else other).hangup()
        await over(call)
    deed.ended = time.time()
    del talking.log.instead[deed.to]
    queue = talking.cell.queue(QUEUES[deed.what][1])
    await talking.cell.pbx.action("QueueRemove", Queue=queue, Interface=talking.cell.device(deed.to))


async def registers_anew(talking: Talking) -> None:
    """The phone: the talk goes on."""
    who = talking.said.who
    talking.log.deeds.append(Deed("registers anew", who, who, time.time(), connected=True))
    await talking.cell.phone(who).unregister()
    await asyncio.sleep(0.5)
    await talking.cell.phone(who).register()
    talking.log.deeds[-1].ended = time.time()
