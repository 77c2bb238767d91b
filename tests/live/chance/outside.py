"""Who talks with a customer calls somebody outside meanwhile, on the phone's second line."""

import asyncio
import time

from tests.live.chance.conversation import PATIENCE, Talking
from tests.live.chance.plan import Event
from tests.live.chance.seen import Conversation, Deed
from tests.live.phones import Call


async def asks_outside(talking: Talking, event: Event) -> None:
    said, cell = talking.said, talking.cell
    deed = Deed("asks outside", said.who, "outside", time.time())
    talking.log.deeds.append(deed)
    await talking.hold()
    consult = await cell.phone(said.who).call(f"90{cell.caller(3)}")
    other = await cell.phone("customer").called()
    await asyncio.sleep(PATIENCE)
    match event.then:
        case "gives up":
            deed.gave_up_at = time.time()
            await consult.hangup()
            await other.ended()
        case "leaves it ringing" | "customer leaves early":  # who is asked declines
            await other.decline(486)
            await consult.ended()
        case _:
            await other.pick_up()
            await consult.connected()
            await cell.talks(said.who)
            deed.connected = True
            await asyncio.sleep(0.8)
            if event.then == "joins them":
                await _joins_them(talking, deed, consult, other)
                return
            deed.dropped_by = "outside" if event.then == "is left" else deed.by
            await (other if event.then == "is left" else consult).hangup()
            await consult.ended()
    deed.ended = time.time()
    await talking.resume()
    await asyncio.sleep(0.3)


async def _joins_them(talking: Talking, deed: Deed, consult: Call, other: Call) -> None:
    leaving = talking.talk
    await leaving.refer_to(consult)
    await leaving.ended()
    await consult.ended()
    talking.said.ended = deed.ended = time.time()
    talking.log.conversations.append(Conversation("outside", None, time.time()))
    await asyncio.sleep(1)
    customers = bool(talking.plan.seed % 2)
    talking.said.ended_by, talking.said.ended = "customer" if customers else "outside", time.time()
    await (talking.call if customers else other).hangup()
    await talking.call.ended()
