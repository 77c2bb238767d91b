"""Several phones ring for one call."""

from tests.live import scripts
from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell
from tests.live.talks import takes_the_call


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject customer_disconnect",
        offers="a1 rejected & a2 answered",
        queues="ringall answered",
    )
)
async def both_ring_one_declines_the_other_answers(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.both_ring_one_declines_the_other_answers(cell, customer, a1, a2)


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
    await takes_the_call(a2, call)


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
    await takes_the_call(a2, call)


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
    await scripts.both_ring_one_declines_the_other_answers(cell, customer, a2, a3, dn="40", declines="a2")


@scenario(
    Expected(
        tags="incoming_dn_call reassign agent_reject cpe_reject agent_no_answer_timeout customer_disconnect",
        offers="a1 rejected & a2 cpe_rejected & a3 no_answer,"
        " a1 answered & a2 answered_elsewhere & a3 answered_elsewhere",
        queues="three answered",
    )
)
async def one_declines_one_phone_is_dead_one_sleeps_and_all_ring_again(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone
) -> None:
    a2.freeze()
    call = await customer.call(cell.dn("14"), cell.caller())
    first = await a1.rings()
    await a3.rings()
    await first.decline(603)
    again = await a1.rings()
    await a3.rings()
    await again.answer()
    await call.connected()
    await call.hangup()


# Two phones of one agent are one offer, which she took at the other.
@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a6 answered"))
async def an_agent_declines_on_one_phone_and_answers_on_the_other(
    cell: Cell, customer: Phone, a6: Phone, a6b: Phone
) -> None:
    call = await customer.call(cell.dn("57"), cell.caller())
    desk, browser = await a6.rings(), await a6b.rings()
    await desk.decline(603)
    await browser.answer()
    await call.connected()
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call agent_reject", offers="a6 rejected", ended_by="system"))
async def an_agent_declines_on_one_phone_and_the_other_rings_on(
    cell: Cell, customer: Phone, a6: Phone, a6b: Phone
) -> None:
    call = await customer.call(cell.dn("57"), cell.caller())
    desk, browser = await a6.rings(), await a6b.rings()
    await desk.decline(603)
    await browser.ended()
    await call.ended()


async def _the_second_answers(number: str, cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(number, cell.caller())
    await a1.rings()
    await takes_the_call(a2, call)


# "Answered elsewhere" is then what the PBX tells every phone that it gives up.
@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_no_answer_timeout customer_disconnect",
        offers="a1 no_answer, a2 answered",
    )
)
async def an_agent_lets_it_ring_where_no_phone_shows_a_missed_call(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await _the_second_answers(cell.dn("64"), cell, customer, a1, a2)


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon short_abandon",
        offers="a1 cancelled",
        queues="linear abandoned",
        abandoned_in="ringing",
    )
)
async def a_customer_gives_up_where_no_phone_shows_a_missed_call(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("64"), cell.caller())
    await a1.rings()
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call agent_no_answer_timeout", offers="a1 no_answer & a2 no_answer", ended_by="system")
)
async def both_let_it_ring_where_no_phone_shows_a_missed_call(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("47"), cell.caller())
    await a1.rings()
    await a2.rings()
    await call.ended()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered_elsewhere & a2 answered"))
async def one_is_quicker_where_no_phone_shows_a_missed_call(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await _the_second_answers(cell.dn("47"), cell, customer, a1, a2)
