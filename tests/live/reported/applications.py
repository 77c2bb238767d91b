"""Menus, mailboxes, scripts and applications that a call passes through."""

from tests.live.application import Application
from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import fetches, takes_the_call


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer", queues=""))
async def a_customer_dials_on_from_the_pbxs_dial_tone(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("50"), cell.caller())
    await call.connected()
    await call.dtmf(cell.extension("a1"))
    await takes_the_call(a1, call, seconds=1)


@scenario(Expected(tags="incoming_dn_call customer_disconnect", ended_by="customer", queues=""))
async def a_customer_dials_out_again_from_the_pbxs_dial_tone(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("50"), cell.caller())
    await call.connected()
    await call.dtmf(f"9{cell.caller(2)}")
    outside = await (await customer.rings()).answer()
    await cell.event("BridgeEnter", 1)
    await call.hangup()
    await outside.ended()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer", queues=""))
async def out_of_the_mailbox_to_the_operator(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("51"), cell.caller())
    await call.connected()
    await cell.event("Newexten", Application="VoiceMail")
    await time_passes(1)
    await call.dtmf("0")
    await takes_the_call(a1, call, seconds=1)


@scenario(Expected(tags="incoming_dn_call customer_abandon", ended_by="customer", queues="", abandoned_in="ivr"))
async def a_customer_talks_to_her_own_echo(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("52"), cell.caller())
    await call.connected()
    await time_passes(3)
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_abandon", ended_by="customer", queues="", abandoned_in="ivr"),
    Expected(
        tags="non_dn_outgoing_call customer_disconnect",
        direction="outbound",
        offers="a1 answered",
        ended_by="customer",
        queues="linear answered",
    ),
)
async def the_pbx_calls_back_whom_it_did_not_answer(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("53"), cell.caller())
    await call.rings()
    await time_passes(2.5)
    await call.hangup()
    back = await (await customer.rings()).pick_up()
    await takes_the_call(a1, back, seconds=1)


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", queues="linear answered"))
async def a_script_brings_the_customer_into_the_queue(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("60"), cell.caller())
    await call.connected()
    await cell.event("AsyncAGIStart")
    await cell.pbx.action(
        "AGI",
        Channel=await cell.channel("customer"),
        Command=f'EXEC Queue "{cell.queue("linear")},tk"',
        CommandID="q",
    )
    talk = await (await a1.rings()).answer()
    await talk.hangup()
    await cell.event("AGIExecEnd")
    await cell.pbx.action("AGI", Channel=await cell.channel("customer"), Command="ASYNCAGI BREAK", CommandID="end")
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        queues="linear answered",
    )
)
async def a_bot_lets_the_customer_go_on_into_the_queue(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    async with cell.application() as bot:
        call = await customer.call(cell.dn("61"), cell.caller())
        await call.connected()
        await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
        await time_passes(1)
        await bot.go_on(await cell.channel("customer"))
        await (await a1.rings()).decline(603)
        await takes_the_call(a2, call, seconds=1)


@scenario(Expected(tags="incoming_dn_call customer_disconnect", ended_by="customer", queues=""))
async def a_colleague_takes_a_call_that_the_dialplan_parked(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("62"), cell.caller())
    await call.connected()
    parked = await cell.event("ParkedCall")
    await fetches(a1, parked["ParkingSpace"])
    await time_passes(1)
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call", ended_by="system", queues=""))
async def nobody_takes_a_call_that_the_dialplan_parked(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("62"), cell.caller())
    await call.connected()
    await call.ended()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def a_bot_hands_over_to_a_queue_behind_a_local_channel(cell: Cell, customer: Phone, a1: Phone) -> None:
    async with cell.application() as bot:
        call = await customer.call(cell.dn("61"), cell.caller())
        await call.connected()
        await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
        caller = await cell.channel("customer")
        leg = await bot.ring(f"Local/{cell.to_queue('00')}@queues-{cell.nn}/n", caller)
        await (await a1.rings()).pick_up()
        await cell.event("BridgeEnter", Channel=f"{cell.device('a1')}-")
        await bot.connect(leg, caller)
        await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
        await time_passes(1)
        await call.hangup()
        await cell.event("Hangup", Channel=f"{cell.device('customer')}-")
        await bot.let_go(leg)


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon", offers="a1 cancelled", ended_by="customer", abandoned_in="ringing"
    )
)
async def a_customer_gives_up_while_a_bots_queue_rings_an_agent(cell: Cell, customer: Phone, a1: Phone) -> None:
    async with cell.application() as bot:
        call = await customer.call(cell.dn("61"), cell.caller())
        await call.connected()
        await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
        leg = await bot.ring(f"Local/{cell.to_queue('00')}@queues-{cell.nn}/n", await cell.channel("customer"))
        await a1.rings()
        await time_passes(2.5)
        await call.hangup()
        await cell.event("Hangup", Channel=f"{cell.device('customer')}-")
        await bot.let_go(leg)


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer", supervisions="")
)
async def an_application_has_the_call_written_down(cell: Cell, customer: Phone, a1: Phone) -> None:
    async with cell.application() as scribe:
        call = await customer.call(cell.dn("00"), cell.caller())
        await (await a1.rings()).answer()
        await scribe.write_down(await cell.channel("a1"))
        await time_passes(1.5)
        await call.hangup()
        await cell.event("Hangup", Channel=f"{cell.device('customer')}-")
        await scribe.stop_writing_down()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer", supervisions="")
)
async def a_machine_listens_through_a_local_channel(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a1.rings()).answer()
    await cell.pbx.action(
        "Originate", Channel=f"Local/*50{cell.extension('a1')}@from-internal-{cell.nn}/n",
        Context=f"from-internal-{cell.nn}", Exten="machine", Priority=1, Async="true",
    )  # fmt: skip
    await cell.event("ChanSpyStart")
    await time_passes(1.5)
    await call.hangup()


# Voice bots.


async def _with_a_bot(cell: Cell, customer: Phone, bot: Application) -> tuple[Call, str]:
    call = await customer.call(cell.dn("61"), cell.caller())
    await call.connected()
    await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
    caller = await cell.channel("customer")
    await bot.talk_with_a_machine(caller)
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    return call, caller


@scenario(Expected(tags="incoming_dn_call customer_abandon", ended_by="customer", abandoned_in="ivr"))
async def a_customer_talks_to_a_bot_and_hangs_up(cell: Cell, customer: Phone) -> None:
    async with cell.application() as bot:
        call, _ = await _with_a_bot(cell, customer, bot)
        await time_passes(3)
        await call.hangup()
        await bot.stop_writing_down()


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent"))
async def an_agent_comes_to_customer_and_bot_and_the_bot_leaves(cell: Cell, customer: Phone, a1: Phone) -> None:
    async with cell.application() as bot:
        call, caller = await _with_a_bot(cell, customer, bot)
        await time_passes(1)
        leg = await bot.ring(cell.device("a1"), caller)
        talk = await (await a1.rings()).pick_up()
        await cell.event("DialEnd", DestChannel=f"{cell.device('a1')}-", DialStatus="ANSWER")
        await bot.connect(leg, caller)
        await cell.event("BridgeEnter", Channel=f"{cell.device('a1')}-")
        await bot.stop_writing_down()
        await time_passes(1)
        await talk.hangup()
        await cell.event("Hangup", Channel=f"{cell.device('a1')}-")
        await bot.let_go(cell.pbx.channels[caller])
        await call.ended()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues="linear answered"))
async def a_panel_takes_the_customer_from_a_bot_into_the_queue(cell: Cell, customer: Phone, a1: Phone) -> None:
    async with cell.application() as bot:
        call, caller = await _with_a_bot(cell, customer, bot)
        await time_passes(1)
        await cell.pbx.action(
            "Redirect", Channel=caller, Context=f"queues-{cell.nn}", Exten=cell.to_queue("00"), Priority=1
        )
        await bot.stop_writing_down()
        await takes_the_call(a1, call, seconds=1)


@scenario(Expected(tags="outbound_call customer_abandon", direction="outbound", ended_by="customer"))
async def a_bot_calls_a_customer_who_hangs_up(cell: Cell, customer: Phone) -> None:
    async with cell.application() as bot:
        await cell.pbx.action(
            "Originate", Channel=f"PJSIP/{cell.caller()}@trunk{cell.nn}", Context=f"from-internal-{cell.nn}",
            Exten="bot", Priority=1, CallerID=cell.dn("00"), Async="true",
        )  # fmt: skip
        outside = await (await customer.rings()).pick_up()
        await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
        await bot.talk_with_a_machine(await cell.channel("customer"))
        await time_passes(2)
        await outside.hangup()
        await bot.stop_writing_down()
