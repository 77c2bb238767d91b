"""A colleague is asked first: on the phone's second line, or by keys."""

import asyncio
import time
from contextlib import suppress
from dataclasses import replace

from tests.live.chance.conversation import PATIENCE, Talking
from tests.live.chance.passing import fetches, group, passed_to
from tests.live.chance.plan import Act, Event
from tests.live.chance.seen import Conversation, Deed
from tests.live.phones import Call, PhoneError
from tests.live.talks import presses


async def asks(talking: Talking, event: Event) -> None:
    """A consultation on the phone's second line, which then joins the two, or not."""
    asking = talking.cell.phone(talking.said.who)
    deed = Deed("asks", talking.said.who, event.who, time.time(), in_queue=event.what == "asks a queue")
    talking.log.deeds.append(deed)
    await talking.hold()
    number = talking.cell.extension(event.who)
    if deed.in_queue:
        await passed_to(talking, event.who)
        number = talking.cell.to_queue("40")
    if event.what == "asks a group":
        number = await group(talking, event.who, deed)
    early = event.then == "customer leaves early" and deed.group is None and not deed.in_queue
    if early:
        talking.log.instead[event.who] = Act("ignore")
    consult = await asking.call(number)
    if event.then == "leaves it ringing":
        await _leaves_it_ringing(talking, deed, consult)
        return
    if early:
        await _is_left_while_it_rings(talking, deed, consult)
        del talking.log.instead[event.who]
        return
    answered = await talking.answer(consult, deed, PATIENCE if event.then == "gives up" else None)
    deed.ended = time.time()
    if answered is None:
        await talking.resume()
        return
    rang, other = answered
    if deed.group is not None and rang.who in deed.group.targets:
        deed.to = rang.who
    deed.connected, deed.astray = True, rang.who != deed.to
    await consult.connected()
    await talking.cell.talks(rang.who)
    await asyncio.sleep(0.6)
    leaving = talking.talk
    match event.then:
        case "joins them":
            await leaving.refer_to(consult)
            await leaving.ended()
            await consult.ended()
            talking.now_talks(rang, other)
        case "customer leaves":
            talking.said.ended_by, talking.said.ended = "customer", time.time()
            await talking.call.hangup()
            await leaving.ended()
            deed.dropped_by = deed.by
            await consult.hangup()
        case "comes back" | "gives up" | "makes it three" | "customer leaves early":
            deed.dropped_by = deed.by
            await consult.hangup()
            await talking.resume()
        case "is left":
            deed.dropped_by = rang.who
            await other.hangup()
            await consult.ended()
            await talking.resume()
    deed.ended = time.time()
    await asyncio.sleep(0.3)


async def _leaves_it_ringing(talking: Talking, deed: Deed, consult: Call) -> None:
    """Before the other has answered, the phone has the PBX join the customer with whoever does."""
    try:
        await consult.rings()
    except PhoneError:  # nobody's phone rang
        deed.ended = time.time()
        await talking.resume()
        return
    leaving = talking.talk
    deed.left_ringing = True
    await leaving.refer_to(consult)
    await talking.passed(deed, leaving, None)


async def _is_left_while_it_rings(talking: Talking, deed: Deed, consult: Call) -> None:
    """The customer hangs up before the other has answered; then whoever asks does."""
    leaving = talking.talk
    with suppress(PhoneError):  # nobody's phone rang
        await consult.rings()
        await asyncio.sleep(0.4)
    talking.said.ended_by, talking.said.ended = "customer", time.time()
    await talking.call.hangup()
    await leaving.ended()
    await asyncio.sleep(0.5)
    deed.gave_up_at = time.time()
    await consult.hangup()
    deed.ended = time.time()


async def asks_the_lot(talking: Talking, event: Event) -> None:
    """Whoever talks is parked, and has the PBX put the customer there; the other takes the call from that place."""
    deed = Deed("asks the lot", talking.said.who, event.who, time.time())
    talking.log.deeds.append(deed)
    leaving, before = talking.talk, talking.cell.count("ParkedCall")
    await talking.hold()
    consult = await talking.cell.phone(deed.by).call(talking.cell.parking)
    parked = await talking.cell.event("ParkedCall", before)
    await asyncio.sleep(0.6)
    await leaving.refer_to(consult)
    await leaving.ended()
    await consult.ended()
    await fetches(talking, event, deed, parked["ParkingSpace"])


async def asks_a_room(talking: Talking, event: Event) -> None:
    """Whoever talks calls a room in which the other is, and leaves the customer there."""
    cell = talking.cell
    joins = cell.count("ConfbridgeJoin")
    other = await cell.phone(event.who).call(cell.room)
    await cell.joins(joins)
    deed = Deed("asks a room", talking.said.who, event.who, time.time(), connected=True)
    talking.log.deeds.append(deed)
    leaving = talking.talk
    await talking.hold()
    consult = await cell.phone(deed.by).call(cell.room)
    await cell.joins(joins + 1)
    await asyncio.sleep(0.8)
    await leaving.refer_to(consult)
    await leaving.ended()
    await consult.ended()
    talking.said.ended = deed.ended = time.time()
    talking.talk, talking.in_room = other, True
    talking.log.conversations.append(Conversation(event.who, None, time.time()))
    await asyncio.sleep(1)


async def asks_by_keys(talking: Talking, event: Event) -> None:
    """The PBX holds the customer and calls the other: it brings the two together, or the agent back."""
    deed = Deed("asks", talking.said.who, event.who, time.time(), by_keys=True)
    talking.log.deeds.append(deed)
    entered = _entered(talking, deed.by)
    if event.then == "leaves it ringing":
        # Asterisk 22 crashes where one answers before it has brought her leg to the customer.
        act = talking.plan.manners[event.who].act(0)
        talking.log.instead[event.who] = replace(act, after=3.0)
    try:
        await _asks_by_keys(talking, event, deed, entered)
    finally:
        talking.log.instead.pop(event.who, None)


async def _asks_by_keys(talking: Talking, event: Event, deed: Deed, entered: int) -> None:
    asking = talking.talk
    await presses(talking.cell, asking, "*2", talking.cell.extension(event.who))
    answer = asyncio.create_task(talking.picked_up.get())
    # Into the consultation, and out of it again.
    back = asyncio.create_task(_comes_back(talking, deed.by, entered + 1))
    if event.then == "leaves it ringing":

        def rings() -> bool:
            return back.done() or any(each.who == event.who and each.at >= deed.began for each in talking.log.rang)

        await talking.cell.pbx.until(rings, f"{event.who} to be called")
    limit = PATIENCE if event.then in ("gives up", "leaves it ringing") else None
    await asyncio.wait([answer, back], timeout=limit, return_when=asyncio.FIRST_COMPLETED)
    if event.then == "leaves it ringing" and not answer.done() and not back.done():
        answer.cancel()
        back.cancel()
        deed.left_ringing = True
        await asking.hangup()
        await talking.passed(deed, asking, None)
        return
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
    await talking.cell.talks(rang.who)
    await asyncio.sleep(0.6)
    entered = _entered(talking, deed.by)
    match event.then:
        case "joins them" | "customer leaves" | "customer leaves early" | "leaves it ringing":
            await asking.hangup()
            await talking.cell.gone(deed.by)
            talking.now_talks(rang, other)
        case "comes back" | "gives up":
            deed.dropped_by = deed.by
            await asking.dtmf("*1")
            await _comes_back(talking, deed.by, entered)
        case "is left":
            deed.dropped_by = rang.who
            await other.hangup()
            await _comes_back(talking, deed.by, entered)
        case "makes it three":
            deed.what = "makes it three"
            await asking.dtmf("*3")
            await _comes_back(talking, deed.by, entered)
            await asyncio.sleep(1)
            await other.hangup()
            await talking.cell.gone(rang.who)
    deed.ended = time.time()
    await asyncio.sleep(0.5)


def _entered(talking: Talking, who: str) -> int:
    """How often this phone has come into a bridge."""
    device = f"{talking.cell.device(who)}-"
    events = talking.cell.pbx.events[talking.cell.began :]
    return sum(each["Event"] == "BridgeEnter" and each["Channel"].startswith(device) for each in events)


async def _comes_back(talking: Talking, who: str, entered: int) -> None:
    """From the consultation into the talk."""
    pbx = talking.cell.pbx
    await pbx.until(lambda: _entered(talking, who) > entered, f"{who} to come back")
