"""Agents who are members twice or have two phones under one device, customers who are asked before they are put
through, and who leave a queue or a lot."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import in_talk, takes_the_call


# Her phone rings twice at once, for the queue knows her by two names: that is one offer.
@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect", offers="a1 answered_elsewhere & a2 answered", ended_by="customer"
    )
)
async def an_agent_is_a_member_twice_and_a_colleague_is_quicker(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await _twice(cell, "QueueAdd")
    call = await customer.call(cell.dn("02"), cell.caller())
    first, second = await a1.called(), await a1.called()
    await time_passes(1)
    await (await a2.rings()).pick_up()
    await first.ended()
    await second.ended()
    await cell.talks("a2")
    await time_passes(1)
    await call.hangup()
    await _twice(cell, "QueueRemove")


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect", offers="a1 answered & a2 answered_elsewhere", ended_by="customer"
    )
)
async def an_agent_is_a_member_twice_and_answers(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await _twice(cell, "QueueAdd")
    call = await customer.call(cell.dn("02"), cell.caller())
    first, second = await a1.called(), await a1.called()
    other = await a2.rings()
    await time_passes(1)
    await first.pick_up()
    await second.ended()
    await other.ended()
    await time_passes(1)
    await call.hangup()
    await _twice(cell, "QueueRemove")


async def _twice(cell: Cell, action: str) -> None:
    """Agent 1, who is a member of the queue by her phone, by a Local channel, too; or not any more."""
    member = f"Local/{cell.extension('a1')}@members-{cell.nn}/n"
    await cell.pbx.action(action, Queue=cell.queue("ringall"), Interface=member)


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a6 rejected, a2 answered",
        ended_by="customer",
    )
)
async def a_member_declines_on_one_of_her_phones_and_lets_the_other_ring(
    cell: Cell, customer: Phone, a6: Phone, a6b: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(60))
    declined, ringing = await a6.called(), await a6b.called()
    await time_passes(1)
    await declined.decline(603)
    await ringing.ended()
    await takes_the_call(a2, call, seconds=1)


# Customers who are asked first.

NEVER_CONNECTED = Expected(tags="outbound_call customer_abandon", direction="outbound")


@scenario(NEVER_CONNECTED)
async def a_customer_who_is_called_hears_a_notice_and_hangs_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    talk = await a1.call("*69" + cell.caller())
    outside = await (await customer.rings()).pick_up()
    await cell.event("Newexten", Application="Read")
    await time_passes(1.5)
    await outside.hangup()
    await talk.ended()


@scenario(NEVER_CONNECTED)
async def a_customer_who_is_called_refuses_by_a_key(cell: Cell, customer: Phone, a1: Phone) -> None:
    talk = await a1.call("*69" + cell.caller())
    outside = await (await customer.rings()).pick_up()
    await cell.event("Newexten", Application="Read")
    await time_passes(1.5)
    await outside.dtmf("9")
    await outside.ended()
    await talk.ended()


@scenario(Expected(tags="outbound_call customer_disconnect", direction="outbound", ended_by="customer"))
async def a_customer_who_is_called_agrees_by_a_key(cell: Cell, customer: Phone, a1: Phone) -> None:
    await a1.call("*69" + cell.caller())
    outside = await (await customer.rings()).pick_up()
    await cell.event("Newexten", Application="Read")
    await time_passes(1.5)
    await outside.dtmf("1")
    await cell.talks("a1")
    await time_passes(1)
    await outside.hangup()


# Out of queues and lots.


@scenario(
    Expected(
        tags="incoming_dn_call queue_exit customer_disconnect",
        offers="a1 cancelled, a1 answered",
        ended_by="customer",
        queue_exit_reason="key",
        queues="leaves key",
    )
)
async def a_customer_leaves_the_queue_by_a_key_for_another_number_of_the_house(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(40))
    ringing = await a1.rings()
    await call.connected()
    await time_passes(1.5)
    await call.dtmf("8")
    await ringing.ended()
    talk = await (await a1.rings()).pick_up()
    await cell.talks("a1")
    await time_passes(1)
    await call.hangup()
    await talk.ended()


@scenario(Expected(tags="", direction="internal", offers="a1 cancelled", queues="single abandoned"))
async def somebody_of_the_office_calls_a_queue_and_gives_up(cell: Cell, e1: Phone, a1: Phone) -> None:
    call = await e1.call(cell.to_queue("06"))
    ringing = await a1.rings()
    await call.connected()
    await time_passes(2)
    await call.hangup()
    await ringing.ended()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def a_parked_customer_gives_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    await talk.refer(cell.parking)
    await cell.event("ParkedCall")
    await talk.ended()
    await time_passes(2)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered, a3 answered",
        ended_by="customer",
        transfers="blind a2 answered, blind a3 answered",
    )
)
async def a_panel_sends_the_customer_from_agent_to_agent_to_agent(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone
) -> None:
    call, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    await cell.redirect("customer", cell.extension("a2"))
    await (await a2.rings()).answer()
    await time_passes(1)
    await cell.redirect("customer", cell.extension("a3"))
    await takes_the_call(a3, call, seconds=1)
