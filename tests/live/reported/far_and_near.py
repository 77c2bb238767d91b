"""Agents at other PBXs and outside who pass calls on, the PBX's own calls to staff, keys that are no hangup, callers
whom an application has ring on before it answers."""

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import by_agent, in_talk, takes_the_call


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a2 answered", ended_by="customer"),
    Expected(tags="non_dn_incoming_call customer_disconnect", offers="a2 answered", ended_by="customer"),
)
async def a_queues_member_is_at_another_pbx(cell: Cell, customer: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(75))
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="0800555 answered, a1 answered",
        ended_by="customer",
        transfers="blind a1 answered",
    )
)
async def an_agent_outside_has_her_own_pbx_pass_the_customer_on(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("17"), cell.caller())
    talk = await (await customer.rings()).pick_up()
    await call.connected()
    await time_passes(2)
    await talk.refer(cell.extension("a1"))
    await takes_the_call(a1, call, seconds=1)


async def _records_until_the_pbx_ends_it(cell: Cell, call: Call, talk: Call, after: float) -> None:
    await time_passes(after)
    await talk.dtmf("*6")
    await cell.event("MixMonitorStart")
    await call.ended()


async def _hangs_up_by_keys(call: Call, talk: Call, keys: str) -> None:
    await time_passes(1)
    await talk.dtmf(keys)
    await call.ended()


@scenario(
    Expected(tags="incoming_dn_call system_disconnect", offers="a1 answered", ended_by="system"),
)
async def an_agent_records_by_a_key_just_before_the_pbx_ends_the_talk(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("99"), cell, customer, a1, 63)
    await _records_until_the_pbx_ends_it(cell, call, talk, 2.2)


@scenario(
    Expected(tags="incoming_dn_call system_disconnect", offers="a1 answered", ended_by="system"),
)
async def an_agent_who_may_hang_up_by_keys_records_just_before_the_pbx_ends_the_talk(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("99"), cell, customer, a1, 27)
    await _records_until_the_pbx_ends_it(cell, call, talk, 3.2)


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent"))
async def an_agent_hangs_up_by_the_code_of_two_keys(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("99"), cell, customer, a1, 27)
    await _hangs_up_by_keys(call, talk, "*0")


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent"))
async def an_agent_hangs_up_by_a_key_that_a_variable_allows(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("99"), cell, customer, a1, 25)
    await _hangs_up_by_keys(call, talk, "*")


@scenario(
    Expected(tags="incoming_dn_call system_disconnect", offers="a1 answered", ended_by="system"),
)
async def a_customer_types_a_number_and_an_administrator_ends_the_talk(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    call, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    await call.dtmf("12#")
    await cell.event("DTMFEnd", Channel=f"{cell.device('customer')}-", Digit="#")
    await time_passes(0.5)
    await cell.hang_up("a1")
    await call.ended()


@scenario(
    Expected(tags="incoming_dn_call queued customer_abandon", ended_by="customer", abandoned_in="queue"),
    Expected(tags="", offers="s1 answered", direction="internal"),
)
async def the_pbx_tells_a_supervisor_that_somebody_waits(cell: Cell, customer: Phone, s1: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(64))
    told = await (await s1.rings()).pick_up()
    await told.ended()
    await call.hangup()


@scenario(
    Expected(tags="", direction="internal"),
    Expected(tags="agent_to_agent_call agent_disconnect", offers="a1 answered, a2 answered", direction="internal"),
)
async def the_pbx_calls_an_agent_back_and_then_the_colleague(cell: Cell, a1: Phone, a2: Phone) -> None:
    asks = await a1.call("*82")
    await asks.ended()
    talk = await (await a1.rings()).pick_up()
    await (await a2.rings()).answer()
    await cell.talks("a1")
    await time_passes(1)
    await talk.hangup()


@scenario(
    Expected(
        tags="outbound_call customer_disconnect",
        direction="outbound",
        offers="a1 answered_elsewhere & a2 answered",
        ended_by="customer",
    )
)
async def a_click_calls_a_group_first_and_then_the_customer(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await cell.pbx.action(
        "Originate", Channel=f"Local/4{cell.nn}48@from-internal-{cell.nn}/n", Context=f"from-internal-{cell.nn}",
        Exten=f"9{cell.caller()}", Priority=1, CallerID=cell.dn("00"), Async="true",
    )  # fmt: skip
    other = await a1.rings()
    await (await a2.rings()).pick_up()
    await other.ended()
    outside = await (await customer.rings()).pick_up()
    await cell.talks("a2")
    await time_passes(1.5)
    await outside.hangup()


@scenario(by_agent("a1 answered, a2 answered", transfers="attended a2 answered"))
async def a_panel_asks_a_queue_for_the_agent_and_hands_over(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    await cell.pbx.action(
        "Atxfer", Channel=await cell.channel("a1"), Context=f"from-internal-{cell.nn}", Exten=cell.to_queue("04")
    )
    await (await a2.rings()).answer()
    await time_passes(1.5)
    await talk.hangup()
    await cell.event("AttendedTransfer")
    await time_passes(1)
    await call.hangup()


# The caller is answered when the agent has picked up.


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def an_application_answers_the_caller_when_the_agent_has_picked_up(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    async with cell.application() as bot:
        call = await customer.call(cell.dn("99"), cell.caller(96))
        await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
        caller = await cell.channel("customer")
        leg = await bot.ring(cell.device("a1"), caller)
        ringing = await a1.rings()
        await time_passes(2)
        await ringing.pick_up()
        await bot.answers(caller)
        await bot.connect(leg, caller)
        await call.connected()
        await time_passes(1.5)
        await call.hangup()
        await cell.gone("customer")
        await cell.clear()


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon", offers="a1 cancelled", ended_by="customer", abandoned_in="ringing"
    )
)
async def a_caller_whom_an_application_has_not_answered_gives_up_while_a_phone_rings(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    async with cell.application() as bot:
        call = await customer.call(cell.dn("99"), cell.caller(96))
        await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
        leg = await bot.ring(cell.device("a1"), await cell.channel("customer"))
        ringing = await a1.rings()
        await time_passes(3)
        await call.hangup()
        await cell.gone("customer")
        await bot.let_go(leg)
        await ringing.ended()


# Two drivers for SIP in one PBX (Asterisk 16).


@scenario(Expected(tags="outbound_call customer_disconnect", direction="outbound", ended_by="customer"))
async def an_agent_calls_out_by_a_carrier_of_another_driver(cell: Cell, customer: Phone, a1: Phone) -> None:
    talk = await a1.call(f"*79{cell.caller()}")
    outside = await (await customer.called()).pick_up()
    await talk.connected()
    await time_passes(1)
    await outside.hangup()
    await talk.ended()


@scenario(Expected(tags="outbound_call customer_abandon", direction="outbound", ended_by="customer"))
async def a_carrier_of_another_driver_finds_the_customer_busy(cell: Cell, customer: Phone, a1: Phone) -> None:
    await customer.when_called("decline", 486)
    talk = await a1.call(f"*79{cell.caller()}")
    await talk.ended()
