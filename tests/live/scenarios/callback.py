"""The virtual queue: the caller gives up the line, keeps the place and is called back."""

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell

ASKED = Expected(
    tags="incoming_dn_call virtual_queue_callback_incoming",
    offers="a1 cancelled",
    ended_by="system",
)


async def _asks_for_a_call_back(cell: Cell, customer: Phone, a1: Phone) -> Call:
    """The agent's phone as it rings for the call back."""
    call = await customer.call(cell.dn("10"), cell.caller())
    await a1.rings()
    await call.connected()
    await call.dtmf("1")
    await call.ended()
    return await a1.rings()


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
    ringing = await _asks_for_a_call_back(cell, customer, a1)
    talk = await ringing.answer()
    outside = await (await customer.rings()).answer()
    await outside.hangup()
    await talk.ended()


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
    await customer.when_called("decline", 486)
    ringing = await _asks_for_a_call_back(cell, customer, a1)
    talk = await ringing.answer()
    await talk.ended()
