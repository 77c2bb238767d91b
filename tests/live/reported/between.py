"""Bots that hand over to queues, listeners before the agent, three by keys of whom one leaves, agents at mobiles who
transfer, and attempts outside that fail."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import in_talk, presses, spies, takes_the_call


@scenario(Expected(tags="incoming_dn_call queued customer_disconnect", offers="a1 answered", ended_by="customer"))
async def a_bot_connects_with_a_queue_where_nobody_is_ready(cell: Cell, customer: Phone, a1: Phone) -> None:
    await cell.pause("a1", "single")
    async with cell.application() as bot:
        call = await customer.call(cell.dn("61"), cell.caller())
        await call.connected()
        await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
        caller = await cell.channel("customer")
        leg = await bot.ring(f"Local/{cell.to_queue('06')}@queues-{cell.nn}/n", caller)
        await cell.waits_in("single")
        await bot.connect(leg, caller)
        await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
        await time_passes(3)
        await cell.unpause()
        await (await a1.rings()).pick_up()
        await cell.event("BridgeEnter", Channel=f"{cell.device('a1')}-")
        await time_passes(1)
        await call.hangup()
        await cell.event("Hangup", Channel=f"{cell.device('customer')}-")
        await bot.let_go(leg)


@scenario(
    Expected(tags="incoming_dn_call queued customer_abandon", ended_by="customer", abandoned_in="queue", offers="")
)
async def a_customer_gives_up_in_a_queue_that_a_bot_connected(cell: Cell, customer: Phone, a1: Phone) -> None:
    await cell.pause("a1", "single")
    async with cell.application() as bot:
        call = await customer.call(cell.dn("61"), cell.caller())
        await call.connected()
        await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
        caller = await cell.channel("customer")
        leg = await bot.ring(f"Local/{cell.to_queue('06')}@queues-{cell.nn}/n", caller)
        await cell.waits_in("single")
        await bot.connect(leg, caller)
        await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
        await time_passes(6)
        await call.hangup()
        await cell.event("Hangup", Channel=f"{cell.device('customer')}-")
        await bot.let_go(leg)


@scenario(
    Expected(
        tags="incoming_dn_call queued supervisor_monitored_call customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
    )
)
async def a_supervisor_listens_to_a_customer_before_an_agent_is_there(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    await cell.pause("a1", "single")
    call = await customer.call(cell.dn("56"), cell.caller())
    await cell.waits_in("single")
    spying = await spies(cell, s1, "*53")
    await time_passes(2)
    await cell.unpause()
    await takes_the_call(a1, call, seconds=2)
    await spying.hangup()


@scenario(Expected(tags="incoming_dn_call system_disconnect", offers="a1 answered", ended_by="system"))
async def a_panel_sends_the_agent_elsewhere_and_leaves_the_customer(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await cell.redirect("a1", f"4{cell.nn}23")
    await call.ended()
    await time_passes(1)
    await talk.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_conference_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
    )
)
async def an_agent_makes_it_three_by_keys_and_leaves_the_two(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await presses(cell, talk, "*2", cell.extension("a2"))
    await (await a2.rings()).answer()
    await talk.dtmf("*3")
    await cell.event("AttendedTransfer", DestType="Threeway")
    await time_passes(1.5)
    await talk.hangup()
    await cell.gone("a1")
    await time_passes(1.5)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call transferred_external customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
    )
)
async def an_agent_makes_it_three_with_the_outside_by_keys_and_leaves_the_two(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await presses(cell, talk, "*2", "9" + cell.caller(2))
    await (await customer.rings()).pick_up()
    await time_passes(1)
    await talk.dtmf("*3")
    await cell.event("AttendedTransfer", DestType="Threeway")
    await time_passes(1.5)
    await talk.hangup()
    await cell.gone("a1")
    await time_passes(1.5)
    await call.hangup()


@scenario(Expected(tags="outbound_call customer_disconnect", direction="outbound", ended_by="customer"))
async def two_carriers_are_called_at_once(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await a1.call("97" + cell.caller())
    ringing = [await customer.rings(), await customer.rings()]
    outside = await ringing[0].pick_up()
    await call.connected()
    await ringing[1].ended()
    await time_passes(1)
    await outside.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="0800555 answered, a2 answered",
        ended_by="customer",
    )
)
async def an_agent_at_a_mobile_transfers_by_keys(cell: Cell, customer: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("17"), cell.caller())
    mobile = await (await customer.rings()).pick_up()
    await cell.event("BridgeEnter", 1)
    await time_passes(1)
    await mobile.dtmf("##")
    await cell.event("DTMFEnd", 1, Channel=f"{cell.device('customer')}-", Digit="#", Direction="Received")
    await mobile.dtmf(cell.extension("a2"))
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"),
    Expected(tags="outbound_call customer_abandon", direction="outbound", consult=True),
)
async def whom_an_agent_asks_outside_by_keys_is_busy(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await customer.when_called("decline", 486)
    await presses(cell, talk, "*2", "96" + cell.caller(2))
    await (await customer.rings()).ended()
    await cell.event("BridgeEnter", 1, Channel=f"{cell.device('a1')}-")
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call system_disconnect", offers="a1 answered", ended_by="system", transfers="blind refused"
    )
)
async def a_number_outside_refuses_what_an_agent_transferred(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await customer.when_called("decline", 486)
    await talk.refer("9" + cell.caller(2))
    await call.ended()
    await talk.hangup()
