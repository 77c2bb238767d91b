"""Calls that go to one person, without a queue."""

from tests.live import scripts
from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import takes_the_call


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues=""))
async def a_number_that_rings_one_agent(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_only_phone_is_answered(cell, customer, a1)


# The PBX gives up for the caller: a call that the system ended is not abandoned.
@scenario(Expected(tags="incoming_dn_call agent_reject", offers="a1 rejected", ended_by="system"))
async def the_only_agent_declines_with_603(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("11"), cell.caller())
    await (await a1.rings()).decline(603)
    await call.ended()


@scenario(Expected(tags="incoming_dn_call agent_reject", offers="a1 rejected", ended_by="system"))
async def the_only_agent_declines_with_486(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_only_phone_declines(cell, customer, a1)


@scenario(Expected(tags="incoming_dn_call cpe_reject", offers="a1 cpe_rejected", ended_by="system"))
async def the_only_agents_phone_is_not_registered(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_only_phone_is_not_registered(cell, customer, a1)


@scenario(Expected(tags="non_dn_incoming_call cpe_reject", offers="a5 cpe_rejected", ended_by="system"))
async def an_agents_phone_was_never_switched_on(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.extension("a5"), cell.caller())
    await call.ended()


@scenario(Expected(tags="incoming_dn_call agent_no_answer_timeout", offers="a1 no_answer", ended_by="system"))
async def the_only_agent_lets_it_ring(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("45"), cell.caller())
    await (await a1.rings()).ended()
    await call.ended()


@scenario(Expected(tags="non_dn_incoming_call agent_disconnect", offers="a3 answered", ended_by="agent", queues=""))
async def a_customer_dials_an_agents_own_number(cell: Cell, customer: Phone, a3: Phone) -> None:
    await scripts.the_agents_own_number_is_dialled(cell, customer, a3, who="a3")


@scenario(Expected(tags="non_dn_incoming_call customer_disconnect", offers="s1 answered", ended_by="customer"))
async def a_customer_dials_a_supervisors_own_number(cell: Cell, customer: Phone, s1: Phone) -> None:
    call = await customer.call(cell.extension("s1"), cell.caller())
    await takes_the_call(s1, call)


@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_no_answer_timeout customer_disconnect",
        offers="a1 no_answer, a2 answered",
        queues="",
    )
)
async def the_call_follows_to_the_second_agent(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("41"), cell.caller())
    await (await a1.rings()).ended()
    await takes_the_call(a2, call)


# A phone that forwards has not failed the offer, so the next one is no reassignment; and nobody was connected who
# could have passed the call on, so it is no transfer either.
@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 forwarded, a2 answered", transfers=""))
async def a_phone_forwards_to_a_colleague(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("42"), cell.caller())
    await (await a1.rings()).redirect(cell.extension("a2"))
    await takes_the_call(a2, call)


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 forwarded", ended_by="customer", transfers="")
)
async def a_phone_forwards_to_an_outside_number(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("42"), cell.caller(1))
    await (await a1.rings()).redirect(cell.caller(2))
    await takes_the_call(customer, call)


@scenario(Expected(tags="non_dn_incoming_call agent_reject", offers="s1 rejected", ended_by="system"))
async def a_supervisor_declines_a_customer(cell: Cell, customer: Phone, s1: Phone) -> None:
    call = await customer.call(cell.extension("s1"), cell.caller())
    await (await s1.rings()).decline(603)
    await call.ended()


# The extension is no agent, but the customer was connected to somebody: no abandon.
@scenario(Expected(tags="non_dn_incoming_call customer_disconnect", ended_by="customer"))
async def a_customer_dials_a_plain_extension(cell: Cell, customer: Phone, e1: Phone) -> None:
    call = await customer.call(cell.extension("e1"), cell.caller())
    await takes_the_call(e1, call)


# The time for both is that of the one Dial.
@scenario(
    Expected(tags="incoming_dn_call agent_no_answer_timeout", offers="a1 forwarded, a3 no_answer", ended_by="system")
)
async def a_colleague_lets_ring_what_was_forwarded_late(cell: Cell, customer: Phone, a1: Phone, a3: Phone) -> None:
    call = await customer.call(cell.dn("45"), cell.caller())
    ringing = await a1.rings()
    await time_passes(2)
    await ringing.redirect(cell.extension("a3"))
    await (await a3.rings()).ended()
    await call.ended()
