"""Calls that programs place and phones that they ring: with ids of their own, in early media, twice, with reasons."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import in_talk, spies, takes_the_call


@scenario(
    Expected(
        tags="outbound_call customer_disconnect", direction="outbound", offers="a1 answered", ended_by="customer"
    )
)
async def a_click_names_its_channels_itself(cell: Cell, customer: Phone, a1: Phone) -> None:
    await cell.pbx.action(
        "Originate", Channel=cell.device("a1"), Context=f"from-internal-{cell.nn}", Exten=f"9{cell.caller()}",
        Priority=1, CallerID=cell.dn("00"), ChannelId=f"crm-{cell.caller()}-{cell.began}", Async="true",
    )  # fmt: skip
    await (await a1.rings()).pick_up()
    outside = await (await customer.rings()).pick_up()
    await cell.talks("a1")
    await time_passes(1)
    await outside.hangup()


# The carrier announces, and the PBX takes that for an answer: so it says, and nothing says that it was none.
@scenario(
    Expected(
        tags="outbound_call agent_disconnect",
        direction="outbound",
        offers="a1 answered",
        ended_by="agent",
    )
)
async def a_dialler_goes_on_in_early_media_and_the_customer_never_answers(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    await customer.when_called("announce")
    await cell.pbx.action(
        "Originate", Channel=f"PJSIP/{cell.caller()}@trunk{cell.nn}", Context=f"queues-{cell.nn}",
        Exten=f"6{cell.nn}07", Priority=1, CallerID=cell.dn("00"), EarlyMedia="true", Async="true",
    )  # fmt: skip
    ringing = await customer.called()
    talk = await (await a1.rings()).pick_up()
    await time_passes(2)
    await talk.hangup()
    await ringing.ended()


# Who listens from outside is no supervisor that anybody knows, and no customer who was not served.
@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def somebody_outside_listens_to_an_agents_talk(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    listening = await customer.call(cell.dn("99"), cell.caller(19))
    await cell.event("ChanSpyStart")
    await time_passes(5)
    await listening.hangup()
    await cell.event("ChanSpyStop")
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call customer_disconnect",
        offers="a1 answered", supervisions="s1 monitor a1",
    ),
    Expected(
        tags="incoming_dn_call supervisor_monitored_call customer_disconnect",
        offers="a2 answered", supervisions="s1 monitor a2",
    ),
)  # fmt: skip
async def a_supervisor_goes_from_talk_to_talk_by_a_key(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, s1: Phone
) -> None:
    first, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    second = await customer.call(cell.dn("98"), cell.caller(3))
    await second.connected()
    await cell.event("Newexten", Application="Read")
    await time_passes(1)
    await second.dtmf(cell.extension("a2"))
    await (await a2.rings()).answer()
    await cell.talks("a2")
    spying = await spies(cell, s1, "*55")
    await time_passes(2)
    await spying.dtmf("*")
    await cell.event("ChanSpyStart", 1)
    await time_passes(2)
    await spying.hangup()
    await cell.event("ChanSpyStop", 1)
    await first.hangup()
    await second.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout reassign reassigned_call customer_disconnect",
        offers="a1 no_answer, a2 answered", ended_by="customer",
    )
)  # fmt: skip
async def a_bot_lets_a_phone_go_as_if_it_were_busy_and_rings_the_next(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    async with cell.application() as bot:
        call = await customer.call(cell.dn("61"), cell.caller())
        await call.connected()
        caller = await cell.channel("customer")
        leg = await bot.ring(cell.device("a1"), caller)
        await a1.rings()
        await time_passes(3)
        await bot.let_go(leg, reason="busy")
        leg = await bot.ring(cell.device("a2"), caller)
        await (await a2.rings()).pick_up()
        await bot.connect(leg, caller)
        await time_passes(1.5)
        await call.hangup()
        await cell.event("Hangup", Channel=f"{cell.device('customer')}-")
        await cell.clear()


@scenario(
    Expected(
        tags="outbound_call customer_disconnect", direction="outbound", offers="a1 answered", ended_by="customer"
    )
)
async def a_click_calls_a_colleague_who_is_forwarded_to_a_mobile(cell: Cell, customer: Phone, a1: Phone) -> None:
    await cell.pbx.action("DBPut", Family="CFU", Key=cell.extension("a2"), Val=f"9{cell.caller()}")
    await cell.pbx.action(
        "Originate", Channel=cell.device("a1"), Context=f"from-internal-{cell.nn}", Exten=f"4{cell.nn}45",
        Priority=1, CallerID=cell.dn("00"), Async="true",
    )  # fmt: skip
    await (await a1.rings()).pick_up()
    outside = await (await customer.rings()).pick_up()
    await cell.talks("a1")
    await time_passes(1)
    await outside.hangup()
    await cell.pbx.action("DBDel", Family="CFU", Key=cell.extension("a2"))


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        queues="linear answered",
    )
)
async def a_bot_is_not_there_and_the_dialplan_goes_on_to_the_queue(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("61"), cell.caller())
    await takes_the_call(a1, call, seconds=1)


# She listened, and is in the customer's talk in place of the agent.
@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call supervisor_transferred_call transferred customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        supervisions="s1 monitor a1",
        transfers="takeover s1 answered",
    )
)
async def a_panel_bridges_the_supervisor_who_listens_with_the_customer(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await spies(cell, s1, f"*63{cell.extension('a1')}")
    await time_passes(2)
    await cell.pbx.action("Bridge", Channel1=await cell.channel("s1"), Channel2=await cell.channel("customer"))
    await talk.ended()
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="outbound_call queued queue_exit customer_disconnect",
        direction="outbound",
        offers="a2 answered",
        ended_by="customer",
        queues="dynamic timeout, second answered",
        queue_exit_reason="timeout",
    )
)
async def whom_nobody_of_the_first_queue_takes_a_dialler_brings_to_the_next(
    cell: Cell, customer: Phone, a2: Phone
) -> None:
    await cell.pbx.action(
        "Originate", Channel=f"PJSIP/{cell.caller()}@trunk{cell.nn}", Context=f"from-internal-{cell.nn}",
        Exten="next-queue", Priority=1, CallerID=cell.dn("00"), Async="true",
    )  # fmt: skip
    outside = await (await customer.rings()).pick_up()
    await takes_the_call(a2, outside, seconds=1)


@scenario(Expected(tags="incoming_dn_call", ended_by="system"))
async def a_script_refuses_a_caller_for_want_of_a_channel(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(31))
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        ended_by="customer",
    )
)
async def after_early_media_one_declines_by_a_key_and_the_next_takes_the_call(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(32))
    asked = await (await a1.rings()).pick_up()
    await time_passes(2)
    await asked.dtmf("2")
    await asked.ended()
    taken = await (await a2.rings()).pick_up()
    await time_passes(2)
    await taken.dtmf("1")
    await call.connected()
    await time_passes(2)
    await call.hangup()


# Her phone fell out of the room, and the customer waited there for her.
@scenario(Expected(tags="incoming_dn_call customer_disconnect", ended_by="customer", transfers=""))
async def an_agents_line_to_her_room_breaks_and_she_comes_back(cell: Cell, customer: Phone, a1: Phone) -> None:
    sits = await a1.call(cell.room)
    await sits.connected()
    await cell.joins()
    await time_passes(1)
    call = await customer.call(cell.dn("70"), cell.caller())
    await call.connected()
    await cell.redirect("customer", cell.room)
    await cell.joins(1)
    await time_passes(2)
    await sits.hangup()
    await cell.leaves()
    await time_passes(2)
    again = await a1.call(cell.room)
    await again.connected()
    await cell.joins(2)
    await time_passes(2)
    await call.hangup()
    await cell.leaves(1)
    await time_passes(1)
    await again.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call supervisor_conference_call customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        supervisions="s1 monitor a1, s2 barge a1",
    )
)
async def one_supervisor_listens_and_another_barges_in(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone, s2: Phone
) -> None:
    call, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    listening = await spies(cell, s1, f"*63{cell.extension('a1')}")
    await time_passes(2)
    barging = await spies(cell, s2, f"*60{cell.extension('a1')}")
    await time_passes(2)
    await barging.hangup()
    await cell.event("ChanSpyStop")
    await listening.hangup()
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call system_disconnect", offers="a1 answered", ended_by="system"))
async def a_panel_empties_a_room(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await cell.pbx.action(
        "Redirect", Channel=await cell.channel("customer"), ExtraChannel=await cell.channel("a1"),
        Context=f"both-{cell.nn}", Exten="s", Priority=1,
        ExtraContext=f"both-{cell.nn}", ExtraExten="s", ExtraPriority=1,
    )  # fmt: skip
    await cell.joins(1)
    await time_passes(1)
    await cell.pbx.action("ConfbridgeKick", Conference=f"room{cell.nn}", Channel="all")
    await call.ended()
    await talk.ended()
