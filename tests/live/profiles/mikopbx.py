"""Calls on a PBX in the manner of MikoPBX: each way of a call is a Local channel, a phone is dialled by its contacts
under a condition, and an agent has a desk phone and a browser that ring together."""

from tests.live import scripts
from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import Suite, adding_to
from tests.live.stage import Cell, time_passes
from tests.live.talks import takes_the_call

MIKOPBX: Suite = {}
scenario = adding_to(MIKOPBX)

# A queue's members.


@scenario(
    Expected(
        tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent", queues="linear answered"
    )
)
async def a_member_answers_at_the_browser_and_hangs_up(cell: Cell, customer: Phone, a1: Phone, a1w: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await a1.rings()
    talk = await (await a1w.rings()).answer()
    await talk.hangup()
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        queues="linear answered",
    )
)
async def a_member_declines_at_the_desk_and_lets_the_browser_ring(
    cell: Cell, customer: Phone, a1: Phone, a1w: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    ringing = await a1.rings()
    await a1w.rings()
    await ringing.decline(603)
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        queues="linear answered",
    )
)
async def a_member_without_a_browser_declines(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a1.rings()).decline(486)
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout reassign reassigned_call agent_disconnect",
        offers="a1 no_answer, a2 answered",
        queues="linear answered",
    )
)
async def a_member_lets_desk_and_browser_ring(cell: Cell, customer: Phone, a1: Phone, a1w: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await a1w.rings()
    await (await a1.rings()).ended()
    talk = await (await a2.rings()).answer()
    await talk.hangup()
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon",
        offers="a1 cancelled",
        ended_by="customer",
        queues="linear abandoned",
        abandoned_in="ringing",
    )
)
async def a_customer_gives_up_while_desk_and_browser_ring(cell: Cell, customer: Phone, a1: Phone, a1w: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await a1.rings()
    await a1w.rings()
    await time_passes(2.2)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere & a2 answered",
        queues="ringall answered",
    )
)
async def of_two_members_who_hear_it_ring_one_is_quicker(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("02"), cell.caller())
    await a1.rings()
    await takes_the_call(a2, call, seconds=1)


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a3 answered", queues=""))
async def nobody_is_logged_in_and_another_number_takes_the_call(cell: Cell, customer: Phone, a3: Phone) -> None:
    call = await customer.call(cell.dn("04"), cell.caller())
    await takes_the_call(a3, call, seconds=1)


# One destination after the other.


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout reassign reassigned_call customer_disconnect",
        offers="a1 no_answer, a2 answered",
        queues="",
    )
)
async def the_second_destination_takes_what_the_first_lets_ring(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("01"), cell.caller())
    await (await a1.rings()).ended()
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject reassign reassigned_call agent_no_answer_timeout agent_disconnect",
        offers="a1 cpe_rejected, a2 no_answer, a3 answered",
        queues="",
    )
)
async def the_last_resort_takes_the_call(cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone) -> None:
    await a1.unregister()
    call = await customer.call(cell.dn("01"), cell.caller())
    await (await a2.rings()).ended()
    talk = await (await a3.rings()).answer()
    await talk.hangup()
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon",
        offers="a1 cancelled",
        ended_by="customer",
        queues="",
        abandoned_in="ringing",
    )
)
async def a_customer_gives_up_at_the_first_destination(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("01"), cell.caller())
    await a1.rings()
    await time_passes(2.2)
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call cpe_reject", offers="a1 cpe_rejected", ended_by="system", queues=""))
async def the_only_destination_has_no_contact(cell: Cell, customer: Phone, a1: Phone) -> None:
    await a1.unregister()
    call = await customer.call(cell.dn("03"), cell.caller())
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        queues="",
        held=True,
    )
)
async def the_only_destination_answers_at_the_browser_and_holds(
    cell: Cell, customer: Phone, a1: Phone, a1w: Phone
) -> None:
    call = await customer.call(cell.dn("03"), cell.caller())
    await a1.rings()
    talk = await (await a1w.rings()).answer()
    await talk.hold()
    await time_passes(1.2)
    await talk.resume()
    await call.hangup()


# Transfers, all of them through a context of their own.


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="attended a2 answered",
    )
)
async def a_member_consults_by_keys_and_transfers(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("03"), cell.caller())
    talk = await (await a1.rings()).answer()
    await talk.dtmf(f"*2{cell.extension('a2')}")
    await (await a2.rings()).answer()
    await time_passes(1)
    await talk.hangup()
    await cell.event("AttendedTransfer")
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred agent_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="agent",
        transfers="blind a2 answered",
    )
)
async def a_member_transfers_blind_by_refer(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    talk = await (await a1.rings()).answer()
    await talk.refer(cell.extension("a2"))
    other = await (await a2.rings()).answer()
    await time_passes(1)
    await other.hangup()
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred agent_no_answer_timeout reassign reassigned_call"
        " customer_disconnect",
        offers="a3 answered, a1 no_answer, a2 answered",
        ended_by="customer",
    )
)
async def the_reserve_transfers_to_a_queue(cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone) -> None:
    call = await customer.call(cell.dn("04"), cell.caller())
    talk = await (await a3.rings()).answer()
    await talk.refer(cell.to_queue("00"))
    await (await a1.rings()).ended()
    await takes_the_call(a2, call, seconds=1)


# Calls of the house, and out of it.


@scenario(Expected(tags="outbound_call customer_disconnect", direction="outbound", ended_by="customer"))
async def an_agent_calls_out_by_a_provider(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_agent_calls_out(cell, customer, a1)


@scenario(Expected(tags="outbound_call customer_abandon", direction="outbound"))
async def both_providers_find_the_customer_busy(cell: Cell, customer: Phone, a1: Phone) -> None:
    await customer.when_called("decline", 486)
    call = await a1.call("9" + cell.caller())
    await call.ended()


@scenario(
    Expected(
        tags="agent_to_agent_call agent_disconnect", offers="a2 answered", direction="internal", ended_by="agent"
    )
)
async def a_member_calls_a_colleague(cell: Cell, a1: Phone, a2: Phone) -> None:
    await scripts.the_agent_calls_a_colleague(cell, a1, a2)


@scenario(
    Expected(
        tags="outbound_call customer_disconnect", direction="outbound", offers="a1 answered", ended_by="customer"
    )
)
async def a_click_rings_desk_and_browser(cell: Cell, customer: Phone, a1: Phone, a1w: Phone) -> None:
    await cell.pbx.action(
        "Originate", Channel=f"Local/{cell.extension('a1')}@internal-originate/n",
        Context=f"from-internal-{cell.nn}", Exten=f"9{cell.caller()}", Priority=1, CallerID=cell.caller(),
        Variable=f"__CELL={cell.nn}", Async="true",
    )  # fmt: skip
    await a1.rings()
    await (await a1w.rings()).pick_up()
    outside = await (await customer.rings()).pick_up()
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    await time_passes(1)
    await outside.hangup()
