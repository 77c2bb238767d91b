"""Ringing and waiting longer than the number or the queue allows."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import takes_the_call


@scenario(
    Expected(
        tags="incoming_dn_call over_customer_waiting_threshold over_agent_answer_threshold customer_disconnect",
        offers="a1 answered",
    )
)
async def an_agent_answers_after_both_thresholds_of_the_number(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("12"), cell.caller())
    ringing = await a1.rings()
    await time_passes(7.5)
    await ringing.answer()
    await call.connected()
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call over_agent_answer_threshold customer_disconnect", offers="a1 answered"))
async def an_agent_answers_after_the_numbers_threshold(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("12"), cell.caller())
    ringing = await a1.rings()
    await time_passes(2.2)
    await ringing.answer()
    await call.connected()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call over_agent_answer_threshold reassign reassigned_call agent_reject customer_disconnect",
        offers="a1 rejected, a2 answered",
        queues="strict answered",
    )
)
async def an_agent_declines_after_the_queues_threshold(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("13"), cell.caller())
    ringing = await a1.rings()
    await time_passes(3.2)
    await ringing.decline(603)
    await takes_the_call(a2, call)


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon queued over_customer_waiting_threshold",
        ended_by="customer",
        queues="slow abandoned",
        abandoned_in="queue",
    )
)
async def a_customer_gives_up_after_waiting_too_long(cell: Cell, customer: Phone, a1: Phone) -> None:
    await cell.pause("a1", "slow")
    call = await customer.call(cell.dn("12"), cell.caller())
    await cell.waits_in("slow")
    await time_passes(7.5)
    await call.hangup()
