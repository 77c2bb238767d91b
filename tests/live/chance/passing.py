"""The customer is passed on: by REFER or keys, by a panel, by parking."""

import asyncio
import time

from tests.live.chance.conversation import Talking, joined
from tests.live.chance.plan import Event
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
    await _has_passed(talking, deed, event.then == "gives up")


async def is_moved(talking: Talking, event: Event) -> None:
    """A panel sends the customer to somebody else."""
    deed = Deed("is moved", talking.said.who, event.who, time.time())
    talking.log.deeds.append(deed)
    channel = await talking.cell.channel(talking.plan.outer)
    await talking.cell.pbx.action(
        "Redirect", Channel=channel, Context=f"from-internal-{talking.cell.nn}", Priority=1,
        Exten=talking.cell.extension(event.who),
    )  # fmt: skip
    await _has_passed(talking, deed, event.then == "gives up")


async def _has_passed(talking: Talking, deed: Deed, gives_up: bool) -> None:
    """Whoever is called now has the customer, or nobody has."""
    leaving = talking.talk
    answered = await talking.answer(talking.call, deed, gives_up)
    if deed.gave_up_at is not None:
        talking.said.ended_by, talking.said.ended = "customer", deed.gave_up_at
    if answered is not None:
        await joined(talking.cell, answered[0].who, talking.plan.outer)
        deed.connected, deed.astray = True, answered[0].who != deed.to
        talking.now_talks(*answered)
    deed.ended = time.time()
    await (leaving.hangup() if answered is None else leaving.ended())


async def parks(talking: Talking, event: Event) -> None:
    """The customer; the other, or the same one, takes the call back."""
    deed = Deed("parks", talking.said.who, event.who, time.time())
    talking.log.deeds.append(deed)
    leaving, before = talking.talk, talking.cell.count("ParkedCall")
    await leaving.refer(talking.cell.parking)
    parked = await talking.cell.event("ParkedCall", before)
    await asyncio.sleep(0.5)
    taken = await talking.cell.phone(event.who).call(parked["ParkingSpace"])
    await taken.connected()
    await joined(talking.cell, event.who, talking.plan.outer)
    deed.connected, deed.ended = True, time.time()
    talking.said.ended = deed.ended
    talking.talk = taken
    talking.log.conversations.append(Conversation(event.who, None, deed.ended))
    await leaving.hangup()
