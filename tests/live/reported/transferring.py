"""Calls that are passed on to something else than a phone, and calls that are joined."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import consults, in_talk, parks, takes_the_call


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
    )
)
async def an_agent_transfers_to_a_menu_that_leads_to_a_queue(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.refer(f"4{cell.nn}20")
    await cell.event("Newexten", Application="Read")
    await time_passes(1)
    await call.dtmf("1")
    await takes_the_call(a2, call, seconds=1)


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def an_agent_transfers_to_a_colleagues_mailbox(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.refer(f"4{cell.nn}60")
    await cell.event("Newexten", Application="VoiceMail")
    await talk.ended()
    await time_passes(2)
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call system_disconnect", offers="a1 answered", ended_by="system"))
async def an_agent_transfers_to_an_announcement_that_ends_the_call(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.refer(f"4{cell.nn}22")
    await talk.ended()
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_transferred_call transferred customer_disconnect",
        offers="a1 answered, s1 answered",
        ended_by="customer",
        transfers="takeover s1 answered",
    ),
    Expected(tags="", direction="internal"),  # the code
)
async def a_supervisor_fetches_the_customer_by_a_code(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    fetching = await s1.call(f"*59{cell.extension('a1')}")
    await fetching.ended()
    await (await s1.rings()).answer()
    await talk.ended()
    await time_passes(1)
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call system_disconnect", offers="a1 answered", ended_by="system", transfers=""))
async def a_panel_kicks_the_customer_out_of_the_room(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await cell.pbx.action(
        "Redirect", Channel=await cell.channel("customer"), ExtraChannel=await cell.channel("a1"),
        Context=f"both-{cell.nn}", Exten="s", Priority=1,
        ExtraContext=f"both-{cell.nn}", ExtraExten="s", ExtraPriority=1,
    )  # fmt: skip
    await cell.joins(1)
    await time_passes(1)
    await cell.pbx.action("ConfbridgeKick", Conference=f"room{cell.nn}", Channel=await cell.channel("customer"))
    await call.ended()
    await talk.hangup()


@scenario(
    Expected(
        tags="outbound_call customer_disconnect", direction="outbound", offers="a1 answered", ended_by="customer"
    )
)
async def a_click_calls_the_customer_first(cell: Cell, customer: Phone, a1: Phone) -> None:
    await cell.pbx.action(
        "Originate", Channel=f"Local/90{cell.caller()[1:]}@from-internal-{cell.nn}/n",
        Context=f"from-internal-{cell.nn}", Exten=cell.extension("a1"), Priority=1, CallerID=cell.dn("00"),
        Async="true",
    )  # fmt: skip
    outside = await (await customer.rings()).pick_up()
    await takes_the_call(a1, outside, seconds=1)


@scenario(
    Expected(
        tags="outbound_call customer_disconnect",
        direction="outbound",
        offers="a1 answered",
        ended_by="customer",
        queues="linear answered",
    )
)
async def a_queue_finds_the_agent_and_then_the_customer_is_called(cell: Cell, customer: Phone, a1: Phone) -> None:
    await cell.pbx.action(
        "Originate", Channel=f"Local/{cell.to_queue('00')}@from-internal-{cell.nn}/n",
        Context=f"from-internal-{cell.nn}", Exten=f"9{cell.caller()}", Priority=1, CallerID=cell.dn("00"),
        Async="true",
    )  # fmt: skip
    await (await a1.rings()).pick_up()
    outside = await (await customer.rings()).pick_up()
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    await time_passes(1)
    await outside.hangup()


@scenario(Expected(tags="outbound_call customer_abandon", direction="outbound", ended_by="system"))
async def a_machine_answers_the_dialler(cell: Cell, customer: Phone) -> None:
    await cell.pbx.action(
        "Originate", Channel=f"PJSIP/{cell.caller()}@trunk{cell.nn}", Context=f"from-internal-{cell.nn}",
        Exten="amd", Priority=1, CallerID=cell.dn("00"), Async="true",
    )  # fmt: skip
    outside = await (await customer.rings()).pick_up()
    await cell.event("VarSet", Variable="AMDSTATUS")
    await outside.ended()


@scenario(Expected(tags="outbound_call customer_abandon", direction="outbound", ended_by="system"))
async def the_pbx_answers_the_agent_before_it_calls_the_customer(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await a1.call("99" + cell.caller())
    await call.connected()
    await (await customer.rings()).ended()
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call transferred_external customer_disconnect",
        offers="a1 answered, a1 answered",
        held=True,
    )
)
async def an_agent_joins_two_customers_who_both_called_in(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.hold()
    other = await customer.call(cell.dn("43"), cell.caller(2))
    second = await (await a1.rings()).answer()
    await time_passes(1)
    await talk.refer_to(second)
    await talk.ended()
    await second.ended()
    await time_passes(1)
    await call.hangup()
    await other.ended()


# Diallers.


@scenario(
    Expected(
        tags="outbound_call customer_abandon queued queue_exit",
        direction="outbound",
        ended_by="system",
        queues="dynamic timeout",
        queue_exit_reason="timeout",
    )
)
async def nobody_is_there_for_whom_the_dialler_found(cell: Cell, customer: Phone) -> None:
    await cell.pbx.action(
        "Originate", Channel=f"PJSIP/{cell.caller()}@trunk{cell.nn}", Context=f"from-internal-{cell.nn}",
        Exten="dropped", Priority=1, CallerID=cell.dn("00"), Async="true",
    )  # fmt: skip
    outside = await (await customer.rings()).pick_up()
    await outside.ended()


@scenario(Expected(tags="outbound_call customer_abandon", direction="outbound"))
async def a_dialler_finds_a_customer_busy_behind_a_local_channel(cell: Cell, customer: Phone) -> None:
    await customer.when_called("decline", 486)
    await cell.pbx.action(
        "Originate", Channel=f"Local/90{cell.caller()[1:]}@from-internal-{cell.nn}/n",
        Context=f"from-internal-{cell.nn}", Exten=cell.to_queue("00"), Priority=1, CallerID=cell.dn("00"),
        Async="true",
    )  # fmt: skip
    await (await customer.rings()).ended()
    await cell.event("Hangup", Channel=f"{cell.device('customer')}-")


@scenario(Expected(tags="outbound_call customer_disconnect", direction="outbound", offers="", ended_by="customer"))
async def a_dialler_brings_a_customer_to_an_agent_in_a_room_by_a_local_channel(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    sits = await a1.call(f"5{cell.nn}0")
    await sits.connected()
    await cell.joins()
    await time_passes(1)
    await cell.pbx.action(
        "Originate", Channel=f"Local/90{cell.caller()[1:]}@from-internal-{cell.nn}",
        Context=f"from-internal-{cell.nn}", Exten=f"5{cell.nn}0", Priority=1, CallerID=cell.dn("00"), Async="true",
    )  # fmt: skip
    outside = await (await customer.rings()).pick_up()
    await cell.joins(1)
    await time_passes(1.5)
    await outside.hangup()
    await cell.leaves()
    await time_passes(1)
    await sits.hangup()


@scenario(Expected(tags="outbound_call customer_abandon", direction="outbound", ended_by="customer"))
async def a_customer_hears_a_reminder_and_hangs_up(cell: Cell, customer: Phone) -> None:
    await cell.pbx.action(
        "Originate", Channel=f"PJSIP/{cell.caller()}@trunk{cell.nn}", Context=f"from-internal-{cell.nn}",
        Exten="goodbye", Priority=1, CallerID=cell.dn("00"), Async="true",
    )  # fmt: skip
    outside = await (await customer.rings()).pick_up()
    await time_passes(0.5)
    await outside.hangup()


# Carriers.


@scenario(Expected(tags="outbound_call customer_abandon", direction="outbound"))
async def the_carrier_says_in_words_that_the_number_is_gone(cell: Cell, customer: Phone, a1: Phone) -> None:
    await customer.when_called("announce")
    call = await a1.call("9" + cell.caller())
    announced = await customer.rings()
    await time_passes(1)
    await announced.decline(410)
    await call.ended()


@scenario(Expected(tags="outbound_call customer_disconnect", direction="outbound", ended_by="customer"))
async def a_customer_answers_after_early_media(cell: Cell, customer: Phone, a1: Phone) -> None:
    await customer.when_called("announce")
    call = await a1.call("9" + cell.caller())
    ringing = await customer.rings()
    await time_passes(1)
    outside = await ringing.pick_up()
    await call.connected()
    await cell.talks("a1")
    await outside.hangup()


@scenario(Expected(tags="outbound_call customer_abandon", direction="outbound", ended_by="agent"))
async def the_agent_gives_up_while_the_carrier_announces(cell: Cell, customer: Phone, a1: Phone) -> None:
    await customer.when_called("announce")
    call = await a1.call("9" + cell.caller())
    announced = await customer.rings()
    await time_passes(1)
    await call.hangup()
    await announced.ended()


@scenario(Expected(tags="outbound_call customer_disconnect", direction="outbound", ended_by="customer"))
async def the_carrier_sends_an_outgoing_call_to_another_number(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await a1.call("93" + cell.caller())
    await (await customer.rings()).redirect(cell.caller(2))
    outside = await (await customer.rings()).pick_up()
    await call.connected()
    await time_passes(1)
    await outside.hangup()


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent"))
async def the_customers_line_dies_and_the_agent_hangs_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    _, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(2)
    await customer.die()
    await time_passes(1)
    await talk.hangup()
    await cell.gone("a1")
    await cell.clear()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered, a2 answered", ended_by="customer")
)
async def the_customers_own_pbx_transfers_the_agent_away(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await call.refer(cell.extension("a2"))
    await takes_the_call(a2, talk, seconds=1)


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def an_agent_transfers_to_a_number_that_there_is_not_and_talks_on(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.refer(f"4{cell.nn}99")
    await time_passes(2)
    assert not talk.over
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject system_disconnect",
        offers="a1 answered, a1 rejected",
        ended_by="system",
        transfers="blind unanswered",
    )
)
async def who_parked_the_customer_declines_when_the_call_comes_back(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await parks(cell, talk)
    await (await a1.rings()).decline(603)
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered, s1 answered",
        ended_by="customer",
    )
)
async def from_a_queue_that_rings_to_the_next_one_and_then_to_a_supervisor(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, s1: Phone
) -> None:
    call = await customer.call(cell.dn("78"), cell.caller())
    first = await (await a1.rings()).answer()
    await first.refer(cell.to_queue("05"))
    second = await (await a2.rings()).answer()
    consult, _ = await consults(second, a2, cell.extension("s1"), s1)
    await second.refer_to(consult)
    await second.ended()
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered_elsewhere",
        ended_by="customer",
        transfers="blind s1 answered",
    )
)
async def a_supervisor_picks_up_what_an_agent_transferred_to_a_colleague(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, s1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.refer(cell.extension("a2"))
    ringing = await a2.rings()
    await (await s1.call("*8")).connected()
    await ringing.ended()
    await cell.event("BridgeEnter", Channel=f"{cell.device('s1')}-")
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout reassign customer_disconnect",
        offers="a1 answered, a2 no_answer, a1 answered",
        ended_by="customer",
    )
)
async def nobody_answers_what_an_agent_left_by_keys_and_she_takes_the_call_back(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.dtmf(f"*2{cell.extension('a2')}")
    ringing = await a2.rings()
    await talk.hangup()
    await cell.event("AttendedTransfer")
    await ringing.ended()
    await takes_the_call(a1, call, seconds=1)
