"""Talks that programs, panels and codes begin, move and cut: by ARI, by AMI, by the console."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import by_agent, in_talk, takes_the_call


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent", transfers=""))
async def a_bot_lets_the_customer_go_on_to_a_survey_when_the_agent_has_hung_up(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    async with cell.application() as bot:
        call = await customer.call(cell.dn("99"), cell.caller(54))
        await call.connected()
        await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
        caller = await cell.channel("customer")
        leg = await bot.ring(cell.device("a1"), caller)
        talk = await (await a1.rings()).pick_up()
        await bot.connect(leg, caller)
        await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
        await time_passes(1)
        await talk.hangup()
        await cell.gone("a1")
        await bot.go_on(caller)
        await call.ended()


# She gives the customer back to the application by her button, which lets her go and sends the customer on.
@scenario(by_agent("a1 answered, a2 answered", transfers="blind a2 answered"))
async def a_bot_lets_the_agent_go_and_sends_the_customer_on_to_a_queue(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    async with cell.application() as bot:
        call = await customer.call(cell.dn("99"), cell.caller(55))
        await call.connected()
        await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
        caller = await cell.channel("customer")
        leg = await bot.ring(cell.device("a1"), caller)
        await (await a1.rings()).pick_up()
        await bot.connect(leg, caller)
        await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
        await time_passes(1)
        await bot.go_on(caller)
        await (await a2.rings()).pick_up()
        await bot.let_go(leg)
        await cell.talks("a2")
        await time_passes(1)
        await call.hangup()


@scenario(
    Expected(
        tags="outbound_call agent_reject reassign reassigned_call customer_disconnect",
        direction="outbound",
        offers="a1 rejected, a2 answered",
        ended_by="customer",
    )
)
async def a_bot_calls_a_customer_and_finds_an_agent(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    async with cell.application() as bot:
        await cell.pbx.action(
            "Originate", Channel=f"PJSIP/{cell.caller()}@trunk{cell.nn}", Context=f"from-internal-{cell.nn}",
            Exten="bot", Priority=1, CallerID=cell.dn("00"), Async="true",
        )  # fmt: skip
        outside = await (await customer.rings()).pick_up()
        await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
        caller = await cell.channel("customer")
        await bot.ring(cell.device("a1"), caller)
        await (await a1.rings()).decline(603)
        await cell.gone("a1")
        leg = await bot.ring(cell.device("a2"), caller)
        await (await a2.rings()).pick_up()
        await bot.connect(leg, caller)
        await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
        await time_passes(1.5)
        await outside.hangup()
        await cell.event("Hangup", Channel=f"{cell.device('customer')}-")
        await cell.clear()


@scenario(Expected(tags="non_dn_outgoing_call customer_abandon", direction="outbound"))
async def an_application_calls_a_busy_customer_for_an_agent_in_one_bridge(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    await customer.when_called("decline", 486)
    async with cell.application() as program:
        talk = await a1.call("bot")
        await cell.event("Newexten", Channel=f"{cell.device('a1')}-", Application="Stasis")
        agent = await cell.channel("a1")
        await program.answer(agent)
        await talk.connected()
        leg = await program.creates(f"PJSIP/{cell.caller()}@trunk{cell.nn}")
        room = await program.opens_a_room()
        await program.puts_into(room, agent)
        await program.puts_into(room, await cell.channel("customer"))
        await program.dials(leg, agent, 20)
        await cell.gone("customer")
        await time_passes(1)
        await cell.hang_up("a1")
        await talk.ended()
        await program.closes(room)


# The customer to the next queue, the agent to an announcement, by one action.
@scenario(by_agent("a1 answered, a2 answered", transfers="blind a2 answered"))
async def a_panel_sends_the_two_of_a_talk_different_ways(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    await cell.pbx.action(
        "Redirect", Channel=await cell.channel("customer"), Context=f"queues-{cell.nn}", Exten=cell.to_queue("04"),
        Priority=1, ExtraChannel=await cell.channel("a1"), ExtraContext=f"from-internal-{cell.nn}",
        ExtraExten="goodbye", ExtraPriority=1,
    )  # fmt: skip
    await (await a2.rings()).answer()
    await cell.talks("a2")
    await time_passes(1)
    await call.hangup()


@scenario(by_agent("a1 answered, a2 answered", transfers="blind a2 answered"))
async def a_panel_presses_the_keys_of_a_transfer_for_the_agent(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    agent = await cell.channel("a1")
    for key in "##" + cell.extension("a2"):
        await cell.pbx.action("PlayDTMF", Channel=agent, Digit=key, Receive="true")
        await time_passes(0.3)
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="non_dn_outgoing_call customer_disconnect",
        direction="outbound",
        offers="a1 answered",
        ended_by="customer",
    )
)
async def the_console_calls_a_customer_and_brings_her_into_a_queue(cell: Cell, customer: Phone, a1: Phone) -> None:
    number = f"PJSIP/{cell.caller()}@trunk{cell.nn}"
    await cell.pbx.action(
        "Command", Command=f"channel originate {number} extension {cell.to_queue('00')}@queues-{cell.nn}"
    )
    outside = await (await customer.rings()).pick_up()
    await (await a1.rings()).answer()
    await cell.talks("a1")
    await time_passes(1)
    await outside.hangup()


@scenario(
    Expected(tags="incoming_dn_call system_disconnect", offers="a1 answered", ended_by="system"),
    Expected(tags="", direction="internal"),
)
async def a_supervisor_cuts_a_talk_by_a_code(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    await (await s1.call(f"*66{cell.extension('a1')}")).ended()
    await talk.ended()
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout reassign reassigned_call customer_disconnect",
        offers="a1 no_answer, a2 answered",
        ended_by="customer",
    )
)
async def a_panel_takes_a_caller_out_of_the_mailbox(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(56))
    await (await a1.rings()).ended()
    await call.connected()
    await cell.event("Newexten", Application="VoiceMail")
    await time_passes(1.5)
    await cell.redirect("customer", cell.extension("a2"))
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call queued customer_disconnect",
        offers="a2 answered",
        ended_by="customer",
        queues="dynamic transferred, single transferred, second answered",
        transfers="",
    )
)
async def a_panel_sends_a_caller_who_waits_from_queue_to_queue(cell: Cell, customer: Phone, a2: Phone) -> None:
    await cell.pause("a1", "single")
    call = await customer.call(cell.dn("57"), cell.caller())
    await cell.waits_in("dynamic")
    await time_passes(2)
    await cell.redirect("customer", cell.to_queue("07"))
    await cell.waits_in("single")
    await time_passes(2)
    await cell.redirect("customer", cell.to_queue("04"))
    await takes_the_call(a2, call, seconds=1)


TAKEN_ON = Expected(
    tags="incoming_dn_call customer_disconnect", offers="a1 answered, a2 answered", ended_by="customer", transfers=""
)


@scenario(TAKEN_ON)
async def the_time_with_one_agent_is_up_and_the_dialplan_calls_the_next(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("99"), cell, customer, a1, which=58)
    await talk.ended()
    await takes_the_call(a2, call, seconds=1)


@scenario(TAKEN_ON)
async def a_panel_limits_the_agents_side_and_the_next_queue_takes_the_customer(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("16"), cell, customer, a1)
    await cell.pbx.action("AbsoluteTimeout", Channel=await cell.channel("a1"), Timeout=2)
    await talk.ended()
    await takes_the_call(a2, call, seconds=1)
