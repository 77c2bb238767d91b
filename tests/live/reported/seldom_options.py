"""Options of applications that few use: keys that go on, spying by groups, lines to other PBXs, strangers."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import by_agent, in_talk, spies, takes_the_call


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        queues="single answered, second answered",
        transfers="",
    )
)
async def an_agent_hangs_up_by_a_key_and_the_next_queue_has_the_customer(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("99"), cell, customer, a1, 79)
    await time_passes(1)
    await talk.dtmf("*")
    await talk.ended()
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="",
    )
)
async def a_customer_hangs_up_on_one_agent_by_a_key_and_has_the_next(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("99"), cell, customer, a1, 80)
    await time_passes(1)
    await call.dtmf("*")
    await talk.ended()
    await takes_the_call(a2, call, seconds=1)


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def the_phones_channel_goes_on_in_the_dialplan_when_the_customer_has_hung_up(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("99"), cell, customer, a1, 66)
    await time_passes(1)
    await call.hangup()
    await talk.ended()


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent"))
async def an_agent_records_by_a_key_and_hangs_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("99"), cell, customer, a1, 67)
    await time_passes(1)
    await talk.dtmf("*6")
    await cell.event("MixMonitorStart")
    await time_passes(1)
    await talk.hangup()
    await call.ended()


@scenario(Expected(tags="outbound_call customer_disconnect", direction="outbound", ended_by="customer", transfers=""))
async def the_pbx_presses_keys_in_the_menu_of_whom_an_agent_calls(cell: Cell, customer: Phone, a1: Phone) -> None:
    talk = await a1.call(f"*73{cell.caller()}")
    outside = await (await customer.rings()).pick_up()
    await talk.connected()
    await time_passes(3)
    await outside.hangup()


@scenario(
    Expected(
        tags="outbound_call supervisor_conference_call customer_disconnect",
        direction="outbound",
        ended_by="customer",
        staff="a1 s1",
    )
)
async def whom_an_agent_calls_meets_her_in_a_room_and_a_supervisor_joins(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    await a1.call(f"*76{cell.caller()}")
    outside = await (await customer.rings()).pick_up()
    await cell.joins(1)
    await time_passes(1)
    await (await s1.call(cell.room)).connected()
    await cell.joins(2)
    await time_passes(2)
    await outside.hangup()
    await cell.leaves()
    await cell.hang_up("s1")
    await cell.hang_up("a1")


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
    )
)
async def a_caller_hears_music_in_a_holding_bridge_before_a_phone_is_called(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(69))
    await takes_the_call(a1, call, seconds=1)


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a2 answered", ended_by="customer"))
async def the_star_leads_from_the_mailbox_to_a_queue(cell: Cell, customer: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(73))
    await call.connected()
    await cell.event("Newexten", Application="VoiceMail")
    await time_passes(1)
    await call.dtmf("*")
    await takes_the_call(a2, call, seconds=1)


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def a_caller_finds_an_agent_in_the_directory(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(74))
    await call.connected()
    await cell.event("Newexten", Application="Directory")
    await time_passes(1)
    await call.dtmf("243")
    await time_passes(8)
    await call.dtmf("1")
    await takes_the_call(a1, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout customer_abandon",
        offers="a1 no_answer & a2 answered_elsewhere",
        ended_by="customer",
        abandoned_in="ivr",
    )
)
async def the_mailbox_of_one_of_a_group_takes_the_call_from_the_others(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(82))
    await a1.rings()
    other = await a2.rings()
    await other.ended()
    await call.connected()
    await time_passes(2)
    await call.hangup()


# Spying.


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
    )
)
async def a_supervisor_listens_to_whoever_of_a_group_talks(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, _ = await in_talk(cell.dn("99"), cell, customer, a1, 70)
    spying = await spies(cell, s1, "*74")
    await time_passes(2)
    await spying.hangup()
    await cell.event("ChanSpyStop")
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call supervisor_conference_call customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        supervisions="s1 monitor a1, s1 barge a1",
    )
)
async def a_supervisor_who_listens_leaves_by_a_key_and_barges_in(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    spying = await spies(cell, s1, f"*75{cell.extension('a1')}")
    await time_passes(2)
    await spying.dtmf("5")
    await cell.event("ChanSpyStart", 1)
    await time_passes(2)
    await spying.hangup()
    await cell.event("ChanSpyStop", 1)
    await call.hangup()


# A phone's own way to pass on: the consultation is cut while it rings, and the customer is sent there.
@scenario(
    by_agent("a1 answered, a2 answered", transfers="blind a2 answered"),
    Expected(tags="agent_to_agent_call", offers="a2 cancelled", direction="internal", consult=True),
)
async def an_agent_cuts_a_consultation_that_rings_and_sends_the_customer_there(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.hold()
    asks = await a1.call(cell.extension("a2"))
    ringing = await a2.rings()
    await time_passes(1.5)
    await asks.hangup()
    await ringing.ended()
    await talk.refer(cell.extension("a2"))
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", ended_by="customer"),
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"),
)
async def a_call_goes_by_iax_to_another_pbx_where_an_agent_takes_it(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(76))
    await takes_the_call(a1, call, seconds=1)


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def somebody_whom_the_pbx_does_not_know_calls(cell: Cell, customer: Phone, a1: Phone) -> None:
    network = cell.customers.rpartition(".")[0]
    stranger = Phone("stranger", f"{network}.{100 + cell.number}.90", cell.address)
    await stranger.start()
    try:
        call = await stranger.call(cell.dn("43"), cell.caller())
        await takes_the_call(a1, call, seconds=1)
    finally:
        await stranger.stop()


# She who called parks the agent, and is gone.
@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer", transfers="")
)
async def a_customer_parks_the_agent_by_keys_and_hangs_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("99"), cell, customer, a1, 98)
    await time_passes(1)
    await call.dtmf("#72")
    await cell.event("ParkedCall")
    await time_passes(1)
    await call.hangup()
    await time_passes(1)
    await talk.hangup()
