"""The customer is passed on: by REFER or keys, by a panel, by parking."""

import asyncio
import time

from tests.live.chance.conversation import PATIENCE, Talking, joined
from tests.live.chance.grammar import STAFF
from tests.live.chance.plan import Dial, Event
from tests.live.chance.seen import Conversation, Deed
from tests.live.talks import presses


async def passes_on(talking: Talking, event: Event) -> None:
    deed = Deed("blind", talking.said.who, event.who, time.time())
    talking.log.deeds.append(deed)
    number, leaving = talking.cell.extension(event.who), talking.talk
    if talking.by_keys(event):
        await presses(talking.cell, leaving, "##", number)
    else:
        await leaving.refer(number)
    await talking.passed(deed, leaving, _patience(event))


async def to_a_queue(talking: Talking, event: Event) -> None:
    """Whose only member is another, or who passes the customer on."""
    deed = Deed("blind", talking.said.who, event.who, time.time(), in_queue=True)
    talking.log.deeds.append(deed)
    await passed_to(talking, event.who)
    leaving = talking.talk
    await leaving.refer(talking.cell.to_queue("40"))
    await talking.passed(deed, leaving, _patience(event))


async def passed_to(talking: Talking, who: str) -> None:
    """The queue to which calls are passed on has nobody but this one."""
    await only_member(talking, "passed", who)


async def only_member(talking: Talking, name: str, who: str) -> None:
    pbx, queue = talking.cell.pbx, talking.cell.queue(name)
    for told in await pbx.listed("QueueStatus", Queue=queue):
        if told["Event"] == "QueueMember":
            await pbx.action("QueueRemove", Queue=queue, Interface=told["Location"])
    await pbx.action("QueueAdd", Queue=queue, Interface=talking.cell.device(who))


def _patience(event: Event) -> float | None:
    return PATIENCE if event.then == "gives up" else None


async def is_moved(talking: Talking, event: Event) -> None:
    """A panel sends the customer to somebody else."""
    deed = Deed("is moved", talking.said.who, event.who, time.time())
    talking.log.deeds.append(deed)
    channel = await talking.cell.channel(talking.plan.outer)
    await talking.cell.pbx.action(
        "Redirect", Channel=channel, Context=f"from-internal-{talking.cell.nn}", Priority=1,
        Exten=talking.cell.extension(event.who),
    )  # fmt: skip
    await talking.passed(deed, talking.talk, _patience(event))


async def to_a_group(talking: Talking, event: Event) -> None:
    """Of two phones that ring together."""
    deed = Deed("blind", talking.said.who, event.who, time.time())
    talking.log.deeds.append(deed)
    number, leaving = await group(talking, event.who, deed), talking.talk
    await leaving.refer(number)
    await talking.passed(deed, leaving, _patience(event))


async def group(talking: Talking, who: str, deed: Deed) -> str:
    """The number of a ring group of this one and another."""
    cell = talking.cell
    free = [each for each in STAFF if each not in (talking.said.who, talking.plan.caller, who, *talking.log.lost)]
    deed.group = Dial((who, free[talking.plan.seed % len(free)]), "", 8, "tTkK")
    devices = "&".join(map(cell.device, deed.group.targets))
    await cell.pbx.action("Setvar", Variable=f"GROUP{cell.nn}", Value=devices)
    return cell.to_queue("41")


async def to_nobody(talking: Talking, event: Event) -> None:
    """A number that there is not: the talk goes on."""
    talking.log.deeds.append(Deed("to nobody", talking.said.who, talking.said.who, time.time()))
    if talking.by_keys(event):
        await presses(talking.cell, talking.talk, "##", "999999")
        await asyncio.sleep(3)
    else:
        await talking.talk.refer("999999")
        await asyncio.sleep(1)
    talking.log.deeds[-1].ended = time.time()


async def is_parked(talking: Talking) -> None:
    """The customer, until the time of the parking lot is up and it calls back who parked."""
    who, leaving = talking.said.who, talking.talk
    deed = Deed("is parked and waits", who, who, time.time())
    talking.log.deeds.append(deed)
    await leaving.refer(talking.cell.parking)
    await leaving.ended()
    await talking.passed(deed, leaving, None)


async def parks(talking: Talking, event: Event) -> None:
    """The customer; the other, or the same one, takes the call back."""
    deed = Deed("parks", talking.said.who, event.who, time.time())
    talking.log.deeds.append(deed)
    leaving, before = talking.talk, talking.cell.count("ParkedCall")
    await leaving.refer(talking.cell.parking)
    parked = await talking.cell.event("ParkedCall", before)
    await fetches(talking, event, deed, parked["ParkingSpace"])
    await leaving.hangup()


async def fetches(talking: Talking, event: Event, deed: Deed, space: str) -> None:
    talking.said.ended = time.time()
    await asyncio.sleep(0.5)
    taken = await talking.cell.phone(event.who).call(space)
    await taken.connected()
    await joined(talking.cell, event.who, talking.plan.outer)
    deed.connected, deed.ended = True, time.time()
    talking.talk = taken
    talking.log.conversations.append(Conversation(event.who, None, deed.ended))
