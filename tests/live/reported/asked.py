"""Routines that run on the phone of whoever answers, or before it is called; and callers who are asked."""

from tests.live import scripts
from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import takes_the_call


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent"))
async def an_agent_of_a_queue_hears_a_routine_and_then_the_customer(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("72"), cell.caller())
    talk = await (await a1.rings()).pick_up()
    await cell.event("BridgeEnter", 1)
    await time_passes(1)
    await talk.hangup()
    await call.ended()


@scenario(Expected(tags="incoming_dn_call agent_reject", offers="a1 rejected", ended_by="system"))
async def an_agent_of_a_queue_hangs_up_in_the_routine(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("72"), cell.caller())
    talk = await (await a1.rings()).pick_up()
    await time_passes(1)
    await talk.hangup()
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon", offers="a1 cancelled", ended_by="customer", abandoned_in="ringing"
    )
)
async def a_customer_gives_up_while_the_agent_of_a_queue_hears_a_routine(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    call = await customer.call(cell.dn("72"), cell.caller())
    ringing = await a1.rings()
    await time_passes(1.5)
    talk = await ringing.pick_up()
    await time_passes(1)
    await call.hangup()
    await talk.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        ended_by="customer",
    )
)
async def an_agent_sends_the_customer_on_to_the_next_by_a_key(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("73"), cell.caller())
    asked = await (await a1.rings()).pick_up()
    await time_passes(1)
    await asked.dtmf("2")
    await asked.ended()
    await takes_the_call(a2, call, seconds=1)


@scenario(Expected(tags="incoming_dn_call agent_reject", offers="a1 rejected", ended_by="system"))
async def an_agent_ends_the_call_by_a_key_before_taking_it(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_only_agent_declines_by_a_key(cell, customer, a1, dn="73", key="9")


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        ended_by="customer",
    )
)
async def a_routine_runs_on_each_phones_channel_before_it_is_called(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("74"), cell.caller())
    await (await a1.rings()).decline(486)
    await takes_the_call(a2, call, seconds=1)


@scenario(Expected(tags="incoming_dn_call system_disconnect", offers="a1 answered", ended_by="system"))
async def the_pbx_hangs_up_three_seconds_after_the_answer(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("75"), cell.caller())
    talk = await (await a1.rings()).answer()
    await talk.ended()
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered & a2 answered_elsewhere, a2 answered & a3 answered_elsewhere, s1 answered",
        ended_by="customer",
    )
)
async def a_group_that_takes_calls_by_a_key_transfers_to_another_group_and_on(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone, s1: Phone
) -> None:
    call = await customer.call(cell.dn("76"), cell.caller())
    await a2.rings()
    first = await (await a1.rings()).pick_up()
    await time_passes(1)
    await first.dtmf("1")
    await cell.talks("a1")
    await time_passes(1)
    await first.refer(f"4{cell.nn}30")
    await a3.rings()
    second = await (await a2.rings()).pick_up()
    await time_passes(1)
    await second.dtmf("1")
    await cell.talks("a2")
    await time_passes(1)
    await second.refer(cell.extension("s1"))
    await takes_the_call(s1, call, seconds=1)


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def a_caller_who_shows_no_number_is_asked_for_it(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("77"), "anonymous")
    await call.connected()
    await time_passes(1)
    await call.dtmf("0912345678#")
    await takes_the_call(a1, call, seconds=1)
