"""Groups, numbers of the house and menus that lead on: who had the call, and by which number it came."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import in_talk, takes_the_call

SERVED = Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer")


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere & a2 answered & a3 answered_elsewhere",
        ended_by="customer",
    )
)
async def one_of_a_group_answers_and_nobody_else_has_missed_the_call(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(81))
    await a1.rings()
    await a3.rings()
    await takes_the_call(a2, call, seconds=1.5)


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon",
        offers="a1 cancelled & a2 cancelled & a3 cancelled",
        ended_by="customer",
        abandoned_in="ringing",
    )
)
async def a_customer_gives_up_while_a_group_rings_that_marks_no_calls_as_missed(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(81))
    for phone in (a1, a2, a3):
        await phone.rings()
    await time_passes(2.5)
    await call.hangup()


# A number of the house leads to another one, by a Local channel: the customer has dialled the first.
@scenario(SERVED)
async def a_number_leads_to_another_number_of_the_house(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(90))
    await takes_the_call(a1, call, seconds=1.5)


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        ended_by="customer",
        queues="linear answered",
    )
)
async def a_number_leads_to_the_queue_of_another_number_of_the_house(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(91))
    await (await a1.rings()).decline(486)
    await takes_the_call(a2, call, seconds=1.5)


# Nobody is in the group: Dial has nobody to call, and says so.
@scenario(SERVED)
async def a_group_without_anybody_leads_on_at_once(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(92))
    await takes_the_call(a1, call, seconds=1.5)


# Both phones of one agent ring until the time is up; then the next agent's.
@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout reassign reassigned_call customer_disconnect",
        offers="a6 no_answer, a2 answered",
        ended_by="customer",
    )
)
async def an_agent_with_two_phones_lets_both_ring_and_the_next_one_answers(
    cell: Cell, customer: Phone, a6: Phone, a6b: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(93))
    await a6.rings()
    await a6b.rings()
    await takes_the_call(a2, call, seconds=1.5)


# A menu, a group, and on and on.
@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call supervisor_transferred_call transferred customer_disconnect",
        offers="a1 answered & a2 answered_elsewhere, s1 answered, a3 answered",
        ended_by="customer",
        transfers="blind s1 answered, blind a3 answered",
    )
)
async def a_customer_of_a_menus_group_is_passed_on_twice(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, s1: Phone, a3: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(94))
    await call.connected()
    await time_passes(2)
    await call.dtmf("1")
    await a2.rings()
    talk = await (await a1.rings()).answer()
    await cell.talks("a1")
    await time_passes(1)
    await talk.refer(cell.extension("s1"))
    second = await (await s1.rings()).answer()
    await talk.ended()
    await cell.talks("s1")
    await time_passes(1)
    await second.refer(cell.extension("a3"))
    await takes_the_call(a3, call, seconds=1)


# Who talks is busy, and the next call goes to the next agent.
@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"),
    Expected(
        tags="incoming_dn_call cpe_reject reassign reassigned_call customer_disconnect",
        offers="a1 cpe_rejected, a2 answered",
        ended_by="customer",
    ),
)
async def a_second_customer_goes_on_to_the_next_agent_where_the_first_talks(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    first, _ = await in_talk(cell.dn("99"), cell, customer, a1, 95)
    await cell.talks("a1")
    await a1.when_called("decline", 486)
    second = await customer.call(cell.dn("99"), cell.caller(95))
    await takes_the_call(a2, second, seconds=1)
    await first.hangup()


# The customer hears music until she has had enough of it.
@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer", held=True))
async def a_customer_is_forgotten_on_hold_and_hangs_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    await talk.hold()
    await time_passes(4)
    await call.hangup()
