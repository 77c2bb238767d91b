"""An agent's own phones and numbers: the other phone, herself called, answered for a moment, tried and not called."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import in_talk, takes_the_call

TALKED = Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer")


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a6 answered, a6 answered",
        ended_by="customer",
    )
)
async def an_agent_transfers_to_all_her_own_phones_and_answers_at_the_other(
    cell: Cell, customer: Phone, a6: Phone, a6b: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(16))
    other = await a6b.called()
    talk = await (await a6.called()).answer()
    await other.ended()
    await call.connected()
    await time_passes(1)
    await talk.refer(f"4{cell.nn}61")
    await talk.ended()
    again = await a6.called()
    await (await a6b.called()).pick_up()
    await again.ended()
    await time_passes(1)
    await call.hangup()


@scenario(Expected(tags="", offers="a1 cancelled", direction="internal"))
async def an_agent_dials_her_own_number(cell: Cell, a1: Phone) -> None:
    call = await a1.call(cell.extension("a1"))
    ringing = await a1.rings()
    await time_passes(1)
    await call.hangup()
    await ringing.ended()


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent"))
async def an_agent_answers_and_hangs_up_at_once(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    talk = await (await a1.rings()).pick_up()
    await talk.hangup()
    await call.ended()


@scenario(TALKED)
async def the_dialplan_tries_whether_phones_can_be_called_and_then_calls_one(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(14))
    await takes_the_call(a1, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect", offers="a1 answered & a2 answered_elsewhere", ended_by="customer"
    )
)
async def the_phone_that_stops_ringing_hears_that_it_was_busy(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(11))
    other = await a2.rings()
    await (await a1.rings()).answer()
    await other.ended()
    await cell.talks("a1")
    await time_passes(1)
    await call.hangup()


# The customer waits in music, and in no queue.
@scenario(TALKED, TALKED)
async def a_caller_hears_music_until_the_agent_is_free(cell: Cell, customer: Phone, a1: Phone) -> None:
    first, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    second = await customer.call(cell.dn("99"), cell.caller(23))
    await cell.event("MusicOnHoldStart", 2)
    await time_passes(2)
    await first.hangup()
    await takes_the_call(a1, second, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout reassign reassigned_call agent_transferred_call transferred"
        " customer_disconnect",
        offers="s1 no_answer, a1 answered, s1 answered",
        ended_by="customer",
        transfers="blind s1 answered",
    )
)
async def the_boss_lets_it_ring_and_the_secretary_passes_the_call_on(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(24))
    await (await s1.rings()).ended()
    talk = await (await a1.rings()).answer()
    await cell.talks("a1")
    await time_passes(1)
    await talk.refer(cell.extension("s1"))
    await takes_the_call(s1, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call queued customer_abandon",
        ended_by="customer",
        queues="ghost abandoned",
        abandoned_in="queue",
    )
)
async def a_customer_waits_for_a_member_whose_phone_the_pbx_does_not_know(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(20))
    await cell.waits_in("ghost")
    await time_passes(3)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_reject customer_disconnect",
        offers="a1 rejected, a2 answered",
        ended_by="customer",
        queues="linear answered",
    )
)
async def a_caller_hears_ringing_only_while_a_phone_rings(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(26))
    await (await a1.rings()).decline(603)
    await takes_the_call(a2, call, seconds=1)


@scenario(TALKED)
async def the_agent_of_a_queue_hears_an_announcement_when_the_customer_has_hung_up(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(28))
    talk = await (await a1.rings()).answer()
    await time_passes(1)
    await call.hangup()
    await talk.ended()


# Who is called outside is nobody of the staff, and passes the customer back to them.
@scenario(
    Expected(
        tags="incoming_dn_call transferred_external transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
    )
)
async def whom_an_agent_transferred_outside_passes_back_by_keys(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.refer("940800555")
    mobile = await (await customer.rings()).pick_up()
    await talk.ended()
    await time_passes(2)
    await mobile.dtmf("##")
    await cell.event("DTMFEnd", 1, Digit="#", Direction="Received")
    await mobile.dtmf(cell.extension("a2"))
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer", transfers="")
)
async def an_agent_fetches_the_customer_from_a_mobile_to_the_desk(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(33))
    mobile = await (await customer.rings()).pick_up()
    await call.connected()
    await time_passes(2)
    first = next(name for name in cell.pbx.channels if name.rpartition("-")[0] == cell.device("customer"))
    await cell.pbx.action(
        "Redirect", Channel=first, Context=f"from-internal-{cell.nn}", Exten=cell.extension("a1"), Priority=1
    )
    await mobile.ended()
    await takes_the_call(a1, call, seconds=1)


@scenario(Expected(tags="agent_to_agent_call agent_disconnect", offers="a2 answered", direction="internal"))
async def an_agents_phone_answers_an_intercom_by_itself(cell: Cell, a1: Phone, a2: Phone) -> None:
    await a2.when_called("answer")
    call = await a1.call(f"*80{cell.extension('a2')}")
    await call.connected()
    await cell.talks("a2")
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout reassign agent_transferred_call transferred"
        " customer_disconnect",
        offers="a1 answered, a2 no_answer, a2 answered",
        ended_by="customer",
    )
)
async def what_an_agent_transferred_to_a_queue_rings_a_second_time(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("56"), cell, customer, a1)
    await talk.refer(cell.to_queue("04"))
    await (await a2.rings()).ended()
    await takes_the_call(a2, call, seconds=1)
