"""What ordinary offices have their PBX do, two features at once: groups and queues, forwarding, parking, pickup."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import fetches, in_talk, parks, presses, takes_the_call


async def _calls(cell: Cell, customer: Phone, route: int) -> Call:
    return await customer.call(cell.dn("98"), cell.caller(route))


@asynccontextmanager
async def _forwarded(cell: Cell, who: str, number: str) -> AsyncIterator[None]:
    """The PBX's database says that all calls to an extension go to another number."""
    await cell.pbx.action("DBPut", Family="CFU", Key=cell.extension(who), Val=number)
    try:
        yield
    finally:
        await cell.pbx.action("DBDel", Family="CFU", Key=cell.extension(who))


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout reassign customer_disconnect",
        offers="a1 no_answer & a2 no_answer, a1 answered",
        ended_by="customer",
        queues="single answered",
    )
)
async def nobody_of_a_group_takes_the_call_by_the_key_and_the_queue_does(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await _calls(cell, customer, 1)
    ringing = await a2.rings()
    asked = await (await a1.rings()).pick_up()
    await asked.ended()
    await ringing.ended()
    await takes_the_call(a1, call, seconds=1)


# The PBX takes the Local channel of who hangs up instead of pressing the key for an answer, and ends the call.
@scenario(
    Expected(
        tags="incoming_dn_call agent_reject",
        offers="a1 rejected & a2 answered_elsewhere",
        ended_by="system",
    )
)
async def one_of_a_group_hangs_up_instead_of_the_key_and_the_call_is_over(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await _calls(cell, customer, 1)
    ringing = await a2.rings()
    asked = await (await a1.rings()).pick_up()
    await time_passes(1)
    await asked.hangup()
    await ringing.ended()
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout reassign reassigned_call queue_exit customer_abandon",
        offers="a1 no_answer, a2 no_answer",
        ended_by="customer",
        queues="single timeout, second timeout",
        queue_exit_reason="timeout",
        abandoned_in="ivr",
    )
)
async def two_queues_find_nobody_and_the_caller_comes_to_the_mailbox(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await _calls(cell, customer, 2)
    await (await a1.rings()).ended()
    await (await a2.rings()).ended()
    await cell.event("Newexten", Application="VoiceMail")
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 cpe_rejected, a2 rejected, a3 answered",
        ended_by="customer",
    )
)
async def a_caller_dials_one_extension_after_the_other_in_the_menu(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone
) -> None:
    await a1.when_called("decline", 486)
    call = await _calls(cell, customer, 3)
    for again, who in enumerate(("a1", "a2", "a3")):
        await cell.event("Newexten", again, Channel=f"{cell.device('customer')}-", Application="Read")
        await time_passes(1)
        await call.dtmf(cell.extension(who))
        if who == "a2":
            await (await a2.rings()).decline(486)
    await takes_the_call(a3, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign customer_disconnect",
        offers="a2 rejected, a2 answered",
        ended_by="customer",
        queues="second answered",
    )
)
async def an_extension_is_forwarded_to_a_queue(cell: Cell, customer: Phone, a2: Phone) -> None:
    async with _forwarded(cell, "a1", cell.to_queue("04")):
        call = await _calls(cell, customer, 4)
        await (await a2.rings()).decline(603)
        await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign customer_disconnect",
        offers="a3 rejected, a3 answered",
        ended_by="customer",
        queues="forwards answered",
    )
)
async def a_members_extension_is_forwarded_to_a_colleague(cell: Cell, customer: Phone, a3: Phone) -> None:
    async with _forwarded(cell, "a1", cell.extension("a3")):
        call = await _calls(cell, customer, 5)
        await (await a3.rings()).decline(603)
        await takes_the_call(a3, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        queues="forwards answered",
    )
)
async def a_members_extension_is_forwarded_to_her_mobile(cell: Cell, customer: Phone) -> None:
    async with _forwarded(cell, "a1", "90800555"):
        call = await _calls(cell, customer, 5)
        await (await customer.rings()).pick_up()
        await cell.event("AgentConnect", Queue=cell.queue("forwards"))
        await time_passes(1)
        await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent"),
    Expected(
        tags="incoming_dn_call queued customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        queues="single answered",
    ),
)
async def the_calls_of_an_agent_who_talks_wait_in_her_queue(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _calls(cell, customer, 6)
    talk = await (await a1.rings()).answer()
    await cell.held_free(cell.device("a1"), free=False)
    second = await _calls(cell, customer, 6)
    await cell.waits_in("single")
    await time_passes(3)
    await talk.hangup()
    await takes_the_call(a1, second, seconds=1)


@scenario(
    Expected(tags="", direction="internal"),
    Expected(tags="incoming_dn_call customer_abandon", ended_by="customer", abandoned_in="ivr"),
)
async def an_agent_throws_the_night_switch_and_a_caller_comes_to_the_mailbox(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    switch = await a1.call("*27")
    await switch.connected()
    await switch.ended()
    call = await _calls(cell, customer, 7)
    await cell.event("Newexten", Application="VoiceMail")
    await time_passes(6)
    await call.hangup()
    await cell.pbx.action("DBDel", Family="night", Key=cell.nn)


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", ended_by="customer"),
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"),
)
async def a_call_goes_out_by_the_carrier_and_comes_back_to_an_agent(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await _calls(cell, customer, 8)
    await takes_the_call(a1, call, seconds=1)


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"),
    Expected(
        tags="incoming_dn_call queued customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        queues="single answered",
    ),
)
async def a_customer_calls_a_second_time_while_she_talks(cell: Cell, customer: Phone, a1: Phone) -> None:
    first, _ = await in_talk(cell.dn("56"), cell, customer, a1)
    second = await customer.call(cell.dn("56"), cell.caller())
    await cell.waits_in("single", 1)
    await time_passes(3)
    await first.hangup()
    await takes_the_call(a1, second, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered_elsewhere, s1 answered",
        ended_by="customer",
        queues="single answered",
        transfers="blind s1 answered",
    )
)
async def a_colleague_picks_up_what_a_queue_rings_and_transfers(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, s1: Phone
) -> None:
    call = await customer.call(cell.dn("56"), cell.caller())
    ringing = await a1.rings()
    talk = await a2.call("*8")
    await talk.connected()
    await ringing.ended()
    await cell.event("BridgeEnter", Channel=f"{cell.device('a2')}-")
    await time_passes(1)
    await talk.refer(cell.extension("s1"))
    await takes_the_call(s1, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a1 answered",
        ended_by="customer",
        queues="linear answered",
    )
)
async def what_an_agent_parked_a_colleague_fetches_and_gives_back(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    space = await parks(cell, talk)
    fetched = await fetches(a2, space)
    await time_passes(1)
    await fetched.refer(cell.extension("a1"))
    await takes_the_call(a1, call, seconds=1)


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered, a1 cancelled", ended_by="customer"),
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"),
)
async def what_an_agent_parked_comes_back_while_she_talks_and_the_customer_gives_up(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    await parks(cell, talk)
    other, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    ringing = await a1.rings()
    await time_passes(1)
    await call.hangup()
    await ringing.ended()
    await other.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call agent_transferred_call transferred"
        " customer_disconnect",
        offers="a1 answered, a1 rejected, a2 answered",
        ended_by="customer",
        queues="linear answered, linear answered",
    )
)
async def an_agent_sends_a_customer_back_into_her_own_queue_and_declines(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    await talk.refer(f"4{cell.nn}47")
    await talk.ended()
    await (await a1.rings()).decline(603)
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout reassign reassigned_call customer_disconnect",
        offers="a1 no_answer, a2 answered",
        ended_by="customer",
    ),
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"),
)
async def two_customers_ring_at_one_phone_and_the_second_is_taken(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    first = await customer.call(cell.dn("00"), cell.caller(1))
    await a1.rings()
    second = await customer.call(cell.dn("43"), cell.caller(2))
    await (await a1.rings()).answer()
    await takes_the_call(a2, first, seconds=1)
    await second.hangup()


@scenario(
    Expected(
        tags="outbound_call customer_disconnect", direction="outbound", offers="a2 cancelled", ended_by="customer"
    )
)
async def whom_an_agent_called_is_passed_to_a_queue_and_gives_up(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    talk = await a1.call("9" + cell.caller())
    outside = await (await customer.rings()).answer()
    await talk.connected()
    await time_passes(1)
    await talk.refer(cell.to_queue("04"))
    ringing = await a2.rings()
    await time_passes(1)
    await outside.hangup()
    await ringing.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a3 answered",
        ended_by="customer",
        transfers="blind a3 answered",
    )
)
async def an_agent_transfers_to_an_extension_that_is_forwarded(
    cell: Cell, customer: Phone, a1: Phone, a3: Phone
) -> None:
    async with _forwarded(cell, "a2", cell.extension("a3")):
        call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
        await talk.refer(f"4{cell.nn}45")
        await takes_the_call(a3, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call transferred_external customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
    )
)
async def an_agent_transfers_by_keys_to_an_extension_that_is_forwarded_outside(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    async with _forwarded(cell, "a2", "90800555"):
        call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
        await presses(cell, talk, "*2", f"4{cell.nn}45")
        await (await customer.rings()).pick_up()
        await time_passes(2)
        await talk.hangup()
        await cell.event("AttendedTransfer")
        await time_passes(1)
        await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign customer_disconnect",
        offers="a2 rejected, a2 answered",
        ended_by="customer",
    )
)
async def a_members_extension_is_forwarded_to_another_queue(cell: Cell, customer: Phone, a2: Phone) -> None:
    async with _forwarded(cell, "a1", cell.to_queue("04")):
        call = await _calls(cell, customer, 5)
        await (await a2.rings()).decline(603)
        await (await a2.rings()).answer()
        await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
        await time_passes(1)
        await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject reassign reassigned_call agent_transferred_call transferred"
        " customer_disconnect",
        offers="a1 answered, a2 cpe_rejected, a3 answered",
        ended_by="customer",
        transfers="blind a3 answered",
    )
)
async def an_agent_transfers_to_the_menu_where_an_extension_is_busy(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone
) -> None:
    await a2.when_called("decline", 486)
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.refer(f"4{cell.nn}46")
    for again, who in enumerate(("a2", "a3")):
        await cell.event("Newexten", again, Channel=f"{cell.device('customer')}-", Application="Read")
        await time_passes(1)
        await call.dtmf(cell.extension(who))
    await takes_the_call(a3, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 no_answer, a1 rejected & a2 no_answer, a3 answered",
        ended_by="customer",
    )
)
async def a_group_hunts_in_vain_and_the_caller_dials_on_in_the_menu(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone
) -> None:
    call = await _calls(cell, customer, 9)
    await (await a1.rings()).ended()
    ringing = await a2.rings()
    await (await a1.rings()).decline(486)
    await ringing.ended()
    await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Read")
    await time_passes(1)
    await call.dtmf(cell.extension("a3"))
    await takes_the_call(a3, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout reassign reassigned_call customer_disconnect",
        offers="a1 no_answer, a1 no_answer & a3 answered | a1 no_answer, a1 answered_elsewhere & a3 answered",
        ended_by="customer",
    )
)
async def one_of_a_hunting_group_is_forwarded_to_a_colleague(
    cell: Cell, customer: Phone, a1: Phone, a3: Phone
) -> None:
    async with _forwarded(cell, "a2", cell.extension("a3")):
        call = await _calls(cell, customer, 9)
        await (await a1.rings()).ended()
        await a1.rings()
        await takes_the_call(a3, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call queue_exit customer_abandon",
        offers="a1 cancelled",
        ended_by="customer",
        queues="leaves key",
        queue_exit_reason="key",
        abandoned_in="ivr",
    )
)
async def whom_the_reception_does_not_take_leaves_the_queue_for_the_mailbox_by_a_key(
    cell: Cell, customer: Phone, a1: Phone, e1: Phone
) -> None:
    call = await customer.call(cell.dn("98"), cell.caller(0))
    await (await e1.rings()).ended()
    ringing = await a1.rings()
    await call.connected()
    await time_passes(1)
    await call.dtmf("5")
    await ringing.ended()
    await cell.event("Newexten", Application="VoiceMail")
    await time_passes(4)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call queue_exit reassigned_call agent_reject reassign customer_disconnect",
        offers="a1 rejected, a1 cancelled, a3 answered",
        ended_by="customer",
        queues="leaves key",
        queue_exit_reason="key",
    )
)
async def a_customer_leaves_the_queue_by_a_key_to_an_extension_that_is_forwarded(
    cell: Cell, customer: Phone, a1: Phone, a3: Phone, e1: Phone
) -> None:
    await e1.when_called("decline", 486)
    async with _forwarded(cell, "a2", cell.extension("a3")):
        call = await customer.call(cell.dn("98"), cell.caller(0))
        await (await a1.rings()).decline(603)
        ringing = await a1.rings()
        await call.connected()
        await time_passes(1)
        await call.dtmf("6")
        await ringing.ended()
        await takes_the_call(a3, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        held=True,
    ),
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        queues="leaves answered",
    ),
)
async def an_agent_takes_the_next_customer_while_the_first_is_parked(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, e1: Phone
) -> None:
    await e1.when_called("decline", 486)
    first, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.hold()
    await time_passes(1)
    await talk.resume()
    # This lot calls a1 back after 45 s: the next customer comes to her before.
    space = await parks(cell, talk, f"7{cell.nn}7")
    second = await customer.call(cell.dn("98"), cell.caller(0))
    await (await a1.rings()).answer()
    await fetches(a2, space)
    await time_passes(1)
    await first.hangup()
    await second.hangup()
