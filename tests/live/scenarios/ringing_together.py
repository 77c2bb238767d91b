"""Several phones ring for one call."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject customer_disconnect",
        offers="a1 rejected & a2 answered",
        queues="ringall answered",
    )
)
async def both_ring_one_declines_the_other_answers(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("01"), cell.caller())
    first, second = await a1.rings(), await a2.rings()
    await first.decline(603)
    await cell.gone("a1")
    await second.answer()
    await call.connected()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere & a2 answered",
        queues="ringall answered",
    )
)
async def both_ring_and_one_is_quicker(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("01"), cell.caller())
    await a1.rings()
    await (await a2.rings()).answer()
    await call.connected()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call reassign agent_reject customer_disconnect",
        offers="a1 rejected & a2 rejected, a1 answered_elsewhere & a2 answered",
        queues="ringall answered",
    )
)
async def both_decline_and_both_ring_again(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("01"), cell.caller())
    first, second = await a1.rings(), await a2.rings()
    await first.decline(603)
    await second.decline(486)
    await a1.rings()
    await (await a2.rings()).answer()
    await call.connected()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject cpe_reject customer_disconnect",
        offers="a1 cpe_rejected & a2 rejected & a3 answered",
        queues="",
    )
)
async def a_ring_group_with_a_busy_phone_a_decline_and_an_answer(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone
) -> None:
    await a1.when_called("decline", 486)
    call = await customer.call(cell.dn("40"), cell.caller())
    second, third = await a2.rings(), await a3.rings()
    await second.decline(603)
    await cell.gone("a2")
    await third.answer()
    await call.connected()
    await call.hangup()
