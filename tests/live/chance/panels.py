"""What a panel does with a customer who talks: bridges, parks or sends her elsewhere."""

import asyncio
import time

from tests.live.chance.conversation import Talking, joined
from tests.live.chance.passing import fetches
from tests.live.chance.plan import Event
from tests.live.chance.seen import Conversation, Deed


async def is_bridged(talking: Talking, event: Event) -> None:
    """With somebody who listens to an announcement."""
    cell = talking.cell
    taking = await cell.phone(event.who).call("*99")
    await taking.connected()
    deed = Deed("is bridged", talking.said.who, event.who, time.time())
    talking.log.deeds.append(deed)
    leaving = talking.talk
    one, other = await cell.channel(talking.plan.outer), await cell.channel(event.who)
    await cell.pbx.action("Bridge", Channel1=one, Channel2=other, Tone="no")
    await joined(cell, event.who, talking.plan.outer)
    talking.said.ended = deed.ended = time.time()
    deed.connected = True
    talking.talk = taking
    talking.log.conversations.append(Conversation(event.who, None, deed.ended))
    await leaving.hangup()
    await asyncio.sleep(0.5)


async def is_parked_by_a_panel(talking: Talking, event: Event) -> None:
    """And somebody else, or the same one, takes the call back."""
    cell = talking.cell
    deed = Deed("is parked by a panel", talking.said.who, event.who, time.time())
    talking.log.deeds.append(deed)
    before = cell.count("ParkedCall")
    channel = await cell.channel(talking.plan.outer)
    await cell.pbx.action("Park", Channel=channel, Parkinglot=f"lot{cell.nn}", Timeout=20000)
    parked = await cell.event("ParkedCall", before)
    await talking.talk.hangup()
    await fetches(talking, event, deed, parked["ParkingSpace"])


async def is_moved_to_nobody(talking: Talking) -> None:
    """A panel sends the customer to a number that there is not."""
    channel = await talking.cell.channel(talking.plan.outer)
    talking.log.deeds.append(Deed("is moved to nobody", talking.said.who, talking.said.who, time.time()))
    talking.said.ended_by, talking.said.ended = "administrator", time.time()
    await talking.cell.pbx.action(
        "Redirect", Channel=channel, Context=f"from-internal-{talking.cell.nn}", Priority=1, Exten="999999"
    )
    await talking.call.ended()
    await talking.talk.hangup()
