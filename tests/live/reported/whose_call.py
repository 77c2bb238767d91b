"""Whose call it was: histories elsewhere name the first of a group, whoever parked, or nobody at all."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import by_agent, consults, fetches, in_talk, parks, takes_the_call


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere & a2 answered",
        ended_by="customer",
        queues="ringall answered",
    )
)
async def the_second_of_a_queue_answers_and_not_the_first(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("02"), cell.caller())
    await a1.rings()
    await takes_the_call(a2, call, seconds=1.5)


# The dialplan has answered before the queue: that is no answer by anybody.
@scenario(
    Expected(
        tags="incoming_dn_call queued customer_abandon",
        ended_by="customer",
        abandoned_in="queue",
        queues="linear abandoned",
    )
)
async def a_customer_whom_only_the_dialplan_has_answered_gives_up(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await cell.pause("a1", "linear")
    await cell.pause("a2", "linear")
    call = await customer.call(cell.dn("00"), cell.caller())
    await cell.waits_in("linear")
    await time_passes(4)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        ended_by="customer",
        queues="linear answered",
    )
)
async def a_menu_leads_to_a_queue_whose_second_agent_answers(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(97))
    await call.connected()
    await time_passes(2)
    await call.dtmf("1")
    await (await a1.rings()).decline(603)
    await takes_the_call(a2, call, seconds=1.5)


@scenario(by_agent("a1 answered", "blind a2 answered"))
async def an_agent_of_a_queue_parks_and_a_colleague_fetches_the_customer(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    await cell.talks("a1")
    await time_passes(1)
    taken = await fetches(a2, await parks(cell, talk))
    await time_passes(1)
    await call.hangup()
    await taken.ended()


@scenario(by_agent("a1 answered, a2 answered", "attended a2 answered", "agent_disconnect"))
async def an_agents_phone_transfers_by_its_second_line_and_the_colleague_hangs_up(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    _, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    consult, answered = await consults(talk, a1, cell.extension("a2"), a2)
    await time_passes(1)
    await talk.refer_to(consult)
    await talk.ended()
    await time_passes(1.5)
    await answered.hangup()


# The colleague is found by another queue.
@scenario(by_agent("a1 answered, a2 answered", "attended a2 answered"))
async def an_agents_phone_asks_another_queue_and_hands_the_customer_over(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("03"), cell, customer, a1)
    consult, _ = await consults(talk, a1, cell.to_queue("04"), a2)
    await time_passes(1)
    await talk.refer_to(consult)
    await talk.ended()
    await time_passes(1.5)
    await call.hangup()
