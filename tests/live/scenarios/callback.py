"""The virtual queue: the caller gives up the line, keeps the place and is called back."""

from tests.live import scripts
from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell, time_passes

ASKED = Expected(
    tags="incoming_dn_call virtual_queue_callback_incoming",
    offers="a1 cancelled",
    ended_by="system",
)


# The place was kept, so the key that gave up the line is no exit from the queue.
@scenario(
    ASKED,
    Expected(
        tags="outbound_call virtual_queue_callback_outgoing customer_disconnect",
        offers="a1 answered",
        direction="outbound",
        callback=True,
    ),
)
async def a_customer_is_called_back(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_customer_is_called_back(cell, customer, a1)


@scenario(
    ASKED,
    Expected(
        tags="outbound_call virtual_queue_callback_outgoing customer_abandon",
        offers="a1 answered",
        direction="outbound",
        callback=True,
    ),
)
async def a_customer_is_busy_when_called_back(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_customer_is_busy_when_called_back(cell, customer, a1)


# It was the caller who waited, in the first call; nobody is on the line while the call back keeps the place.
@scenario(
    Expected(tags="incoming_dn_call queued virtual_queue_callback_incoming", ended_by="system"),
    Expected(
        tags="outbound_call virtual_queue_callback_outgoing agent_disconnect",
        offers="a1 answered",
        direction="outbound",
        ended_by="agent",
        callback=True,
    ),
)
async def a_customer_who_waited_is_called_back_when_the_agent_is_ready(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    await cell.pause("a1", "vip")
    call = await customer.call(cell.dn("10"), cell.caller())
    await cell.waits_in("vip")
    await call.connected()
    await time_passes(2)
    await call.dtmf("1")
    await call.ended()
    await cell.waits_in("vip", after=1)
    await time_passes(2)
    await cell.unpause()
    talk = await (await a1.rings()).answer()
    await (await customer.rings()).answer()
    await talk.hangup()
