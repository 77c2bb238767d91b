"""Others come to the two: who listens, whispers or barges in, and who meets them in a room."""

import asyncio
import time

from tests.live.chance.conversation import Talking
from tests.live.chance.plan import Event, What
from tests.live.chance.seen import Conversation, Deed

SPIES = {"listens": "*51", "keeps listening": "*51", "whispers": "*52", "barges in": "*53"}


async def spies(talking: Talking, event: Event) -> None:
    deed = Deed(event.what, event.who, talking.said.who, time.time(), connected=True)
    talking.log.deeds.append(deed)
    before = talking.cell.count("ChanSpyStart")
    spying = await talking.cell.phone(event.who).call(SPIES[event.what] + talking.cell.extension(talking.said.who))
    await spying.connected()
    await talking.cell.event("ChanSpyStart", before)
    if event.what == "keeps listening":
        talking.spying.append(spying)
        return
    await asyncio.sleep(1)
    await spying.hangup()
    await talking.cell.gone(event.who)
    deed.ended = time.time()


async def several_spy(talking: Talking, event: Event) -> None:
    """Two at once, one of whom listens; who came first goes first, or last."""
    cell, target = talking.cell, talking.said.who
    busy = [each for each, manner in talking.plan.manners.items() if manner.busy]
    taken = (target, talking.plan.caller, *talking.log.lost, *busy)
    who = next((each for each in ("s1", "a3", "a1", "a2") if each not in taken), None)
    if who is None:
        return
    how: tuple[tuple[What, str], ...] = (("listens", "s2"), (MODES[event.keys[0]], who))
    calls, deeds = [], []
    for mode, spy in how:
        before = cell.count("ChanSpyStart")
        deeds.append(Deed(mode, spy, target, time.time(), connected=True))
        talking.log.deeds.append(deeds[-1])
        calls.append(await cell.phone(spy).call(SPIES[mode] + cell.extension(target)))
        await calls[-1].connected()
        await cell.event("ChanSpyStart", before)
        await asyncio.sleep(0.8)
    order = (0, 1) if talking.plan.seed % 2 else (1, 0)
    for place in order:
        await calls[place].hangup()
        await cell.gone(how[place][1])
        deeds[place].ended = time.time()
        await asyncio.sleep(0.4)


async def snoops(talking: Talking, event: Event) -> None:
    """By an application, which says who listens and how."""
    cell = talking.cell
    channel = await cell.channel(talking.said.who)
    async with cell.application() as application:
        for key in event.keys[:2]:
            deed = Deed(MODES[key], event.who, talking.said.who, time.time(), connected=True)
            talking.log.deeds.append(deed)
            await application.snoop(channel, cell.device(event.who), SNOOPS[key])
            await asyncio.sleep(1)
            await application.stop_snooping()
            deed.ended = time.time()


SNOOPS = {"4": "monitor", "5": "coach", "6": "barge"}
MODES: dict[str, What] = {"4": "listens", "5": "whispers", "6": "barges in"}


async def switches(talking: Talking, event: Event) -> None:
    """Whoever spies, from listening to what the keys say."""
    cell = talking.cell
    before = cell.count("ChanSpyStart")
    spying = await cell.phone(event.who).call("*54" + cell.extension(talking.said.who))
    await spying.connected()
    await cell.event("ChanSpyStart", before)
    modes: list[What] = ["listens", *(MODES[key] for key in event.keys)]
    for place, mode in enumerate(modes):
        deed = Deed(mode, event.who, talking.said.who, time.time(), connected=True, switched=place > 0)
        talking.log.deeds.append(deed)
        key = next(key for key, means in MODES.items() if means == mode)
        pressed = cell.count("DTMFEnd")
        await spying.dtmf(key)
        await cell.event("DTMFEnd", pressed)
        await asyncio.sleep(0.8)
        talking.log.deeds[-1].ended = time.time()
    await spying.hangup()
    await cell.gone(event.who)


async def meets(talking: Talking, event: Event) -> None:
    """In a room, into which who talks sends the customer, comes, and asks another to."""
    deed = Deed("a room", talking.said.who, event.who, time.time(), connected=True)
    talking.log.deeds.append(deed)
    leaving, joins = talking.talk, talking.cell.count("ConfbridgeJoin")
    await leaving.refer(talking.cell.room)
    await talking.cell.joins(joins)
    await leaving.hangup()
    talking.talk = await talking.cell.phone(deed.by).call(talking.cell.room)
    await talking.cell.joins(joins + 1)
    third = await talking.cell.phone(event.who).call(talking.cell.room)
    await talking.cell.joins(joins + 2)
    await asyncio.sleep(1)
    leaves = talking.cell.count("ConfbridgeLeave")
    match event.then:
        case "is left":  # who had sent the customer there goes
            deed.left = True
            await talking.talk.hangup()
            talking.talk = third
            talking.said.ended = time.time()
            talking.log.conversations.append(Conversation(event.who, None, time.time()))
        case "gives up":
            channel = await talking.cell.channel(event.who)
            room = f"room{talking.cell.nn}"
            await talking.cell.pbx.action("ConfbridgeKick", Conference=room, Channel=channel)
        case _:
            await third.hangup()
    await talking.cell.leaves(leaves)
    deed.ended = time.time()
    talking.in_room = True
    await asyncio.sleep(0.5)
