"""What happens in a conversation, in order, and who then ends it."""

import asyncio
import time

from tests.live.chance.asking import asks, asks_a_room, asks_by_keys, asks_the_lot
from tests.live.chance.conversation import Talking
from tests.live.chance.meeting import meets, several_spy, snoops, spies, switches
from tests.live.chance.outside import asks_outside
from tests.live.chance.panels import is_bridged, is_moved_to_nobody, is_parked_by_a_panel
from tests.live.chance.passing import is_moved, is_parked, parks, passes_on, to_a_group, to_a_queue, to_nobody
from tests.live.chance.plan import Dial, Event, Talk
from tests.live.chance.second import DIRECT, QUEUES, calls_again, registers_anew

QUIET = ("pause", "staff holds", "customer holds", "both hold", "keys")


async def goes_on(talking: Talking, plan: Talk) -> None:
    talking.log.talking = True
    talking.in_room = not _may_be_more(talking)
    if _is_limited(talking):
        talking.said.ended_by = "administrator"
        await talking.talk.ended()
        talking.said.ended, talking.log.talking = time.time(), False
        return
    try:
        await _goes_on(talking, plan)
    finally:
        for spying in talking.spying:
            await spying.hangup()


async def _goes_on(talking: Talking, plan: Talk) -> None:
    for event in plan.events:
        await _happens(talking, event, last=event is plan.events[-1] and plan.ends != "unplugged")
        if talking.call.over:
            talking.log.talking = False
            return
        if talking.in_room:  # from there nobody is passed on
            break
    talking.log.talking = False
    ends = plan.ends
    if talking.in_room and ends not in ("customer", "staff"):
        ends = "staff"
    if talking.plan.goes_out and ends == "unplugged":
        ends = "customer"
    talking.said.ended_by = "customer" if ends == "unplugged" else ends
    talking.said.ended = time.time()
    match ends:
        case "customer":
            await talking.call.hangup()
        case "staff":
            await talking.talk.hangup()
        case "administrator":
            await talking.cell.hang_up(talking.said.who)
        case "silent":
            await talking.talk.phone.die()
            await talking.call.ended()
            talking.said.ended = time.time()
            return
        case "unplugged":
            await talking.talk.phone.die()
            await asyncio.sleep(1)
            talking.said.ended = time.time()
            await talking.call.hangup()
            return
    if talking.in_room:  # which nobody closes
        await asyncio.sleep(0.5)
        await talking.call.hangup()
        await talking.talk.hangup()
    await talking.talk.ended()


def _is_limited(talking: Talking) -> bool:
    """Whether the PBX itself ends the talk, after some seconds."""
    step = talking.plan.steps[talking.said.step] if talking.said.step is not None else None
    return isinstance(step, Dial) and ("S(" in step.options or "L(3000" in step.options)


async def _happens(talking: Talking, event: Event, *, last: bool) -> None:
    call, talk = talking.call, talking.talk
    listen = {deed.by for deed in talking.log.deeds if deed.what == "keeps listening"}
    if listen and (event.who in listen or event.what == "several spy"):
        return  # who listens already
    if event.who in talking.log.lost or (event.what not in QUIET and not _may_be_more(talking)):
        return
    match event.what:
        case "pause":
            await asyncio.sleep(1)
        case "staff holds":
            await talking.hold()
            await asyncio.sleep(1.2)
            await talking.resume()
        case "customer holds":
            await call.hold()
            await asyncio.sleep(1.2)
            await call.resume()
        case "both hold":
            await call.hold()
            await talking.hold()
            await asyncio.sleep(1)
            await call.resume()
            await talking.resume()
        case "keys":
            await talk.dtmf("1")
            await call.dtmf("5")
            await asyncio.sleep(0.5)
        case "parks" if event.who != talking.plan.caller:
            await parks(talking, event)
        case "is parked and waits":
            await is_parked(talking)
        case "a second calls" | "a second waits" | "a queue calls again" if _may_be_called(talking, event):
            await calls_again(talking, event)
        case "a second is served" if last and _may_be_called(talking, event):
            await calls_again(talking, event)
        case "registers anew" if talking.plan.manners[talking.said.who].by_itself == "ring":
            await registers_anew(talking)
        case "to a queue" if event.who != talking.plan.caller and _may_be_member(talking, event.who):
            await to_a_queue(talking, event)
        case "is parked by a panel" if event.who != talking.plan.caller:
            await is_parked_by_a_panel(talking, event)
        case "asks the lot" if event.who != talking.plan.caller:
            await asks_the_lot(talking, event)
        case "to nobody":
            await to_nobody(talking, event)
        case "is moved to nobody" if last and talking.plan.caller == "customer":
            await is_moved_to_nobody(talking)
        case "asks outside" if talking.plan.caller == "customer":
            await asks_outside(talking, event)
        case "is parked by a panel" | "asks the lot" | "is moved to nobody" | "asks outside":
            pass
        case _ if event.who in (talking.said.who, talking.plan.caller):
            pass
        case "to a group":
            await to_a_group(talking, event)
        case "is bridged" if not _is_busy(talking, event.who):
            await is_bridged(talking, event)
        case "asks a group":
            await asks(talking, event)
        case "asks a room" if talking.plan.caller == "customer" and not _is_busy(talking, event.who):
            await asks_a_room(talking, event)
        case "several spy":
            await several_spy(talking, event)
        case "snoops":
            await snoops(talking, event)
        case "a colleague calls" if _may_be_called(talking, event):
            await calls_again(talking, event)
        case "blind" | "blind by keys":
            await passes_on(talking, event)
        case "asks a queue" if _may_be_member(talking, event.who):
            await asks(talking, event)
        case "asks" | "asks by keys":
            await (asks_by_keys(talking, event) if talking.by_keys(event) else asks(talking, event))
        case "is moved" if event.who[0] != "e" and talking.said.who[0] != "e":
            await is_moved(talking, event)
        case "a room" if talking.plan.caller == "customer":
            await meets(talking, event)
        case "listens" | "whispers" | "barges in" | "keeps listening":
            await spies(talking, event)
        case "switches":
            await switches(talking, event)


def _may_be_more(talking: Talking) -> bool:
    """Who was brought to a room by option G of Dial stays there."""
    step = talking.plan.steps[talking.said.step] if talking.said.step is not None else None
    return not (isinstance(step, Dial) and "G(" in step.options)


def _is_busy(talking: Talking, who: str) -> bool:
    manner = talking.plan.manners.get(who)
    return manner is not None and (manner.busy or manner.by_itself == "gone")


def _may_be_called(talking: Talking, event: Event) -> bool:
    """Whether the phone that talks can ring again, and somebody can call it."""
    who, manners = talking.said.who, talking.plan.manners
    if event.what in ("a second waits", "a second is served") and manners[who].busy:
        return False
    if who not in DIRECT or manners[who].by_itself != "ring" or (event.what in QUEUES and who == "e1"):
        return False
    return event.what != "a colleague calls" or manners[event.who].by_itself == "ring"


def _may_be_member(talking: Talking, who: str) -> bool:
    """Who is a member of a queue is an agent; one who is gone or busy is passed over."""
    manner = talking.plan.manners.get(who)
    return who != "e1" and manner is not None and manner.by_itself != "gone" and not manner.busy
