"""What happens in a conversation, in order, and who then ends it."""

import asyncio
import time

from tests.live.chance.asking import asks, asks_by_keys
from tests.live.chance.conversation import Talking
from tests.live.chance.meeting import meets, spies
from tests.live.chance.passing import is_moved, parks, passes_on
from tests.live.chance.plan import Dial, Event, Talk


async def goes_on(talking: Talking, plan: Talk) -> None:
    talking.log.talking = True
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
        await _happens(talking, event)
        if talking.call.over:
            return
        if talking.in_room:  # from there nobody is passed on
            break
    talking.log.talking = False
    ends = "staff" if talking.in_room and plan.ends == "administrator" else plan.ends
    talking.said.ended_by, talking.said.ended = ends, time.time()
    match ends:
        case "customer":
            await talking.call.hangup()
        case "staff":
            await talking.talk.hangup()
        case "administrator":
            await talking.cell.hang_up(talking.said.who)
    if talking.in_room:  # which nobody closes
        await asyncio.sleep(0.5)
        await talking.call.hangup()
        await talking.talk.hangup()
    await talking.talk.ended()


def _is_limited(talking: Talking) -> bool:
    """Whether the PBX itself ends the talk, after some seconds."""
    step = talking.plan.steps[talking.said.step] if talking.said.step is not None else None
    return isinstance(step, Dial) and "S(" in step.options


async def _happens(talking: Talking, event: Event) -> None:
    call, talk = talking.call, talking.talk
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
        case "parks" if event.who != talking.plan.caller:
            await parks(talking, event)
        case _ if event.who in (talking.said.who, talking.plan.caller):
            pass
        case "blind" | "blind by keys":
            await passes_on(talking, event)
        case "asks" | "asks by keys":
            await (asks_by_keys(talking, event) if talking.by_keys(event) else asks(talking, event))
        case "is moved" if event.who[0] != "e" and talking.said.who[0] != "e":
            await is_moved(talking, event)
        case "a room" if talking.plan.caller == "customer":
            await meets(talking, event)
        case "listens" | "whispers" | "barges in" | "keeps listening":
            await spies(talking, event)
