"""Who answers is asked before anybody is connected: by an application of ARI, or behind several Local channels."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.live import scripts
from tests.live.application import Application
from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell, time_passes


@asynccontextmanager
async def _with_a_bot(cell: Cell, customer: Phone) -> AsyncIterator[tuple[Call, Application, str]]:
    """The customer, and a bot that she talks to; and the name of her channel."""
    async with cell.application() as bot:
        call = await customer.call(cell.dn("95"), cell.caller())
        await call.connected()
        await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
        yield call, bot, await cell.channel("customer")


async def _picks_up(cell: Cell, who: str, phone: Phone) -> Call:
    asked = await (await phone.rings()).pick_up()
    await cell.event("DialEnd", DestChannel=f"{cell.device(who)}-", DialStatus="ANSWER")
    return asked


async def _presses(cell: Cell, who: str, asked: Call, key: str) -> None:
    await asked.dtmf(key)
    await cell.event("DTMFEnd", Channel=f"{cell.device(who)}-", Digit=key)


@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_reject customer_disconnect",
        offers="a1 rejected, a2 answered",
    )
)
async def an_agent_declines_to_a_bot_by_a_key_and_the_next_one_takes_the_call(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    async with _with_a_bot(cell, customer) as (call, bot, caller):
        first = await bot.ring(cell.device("a1"), caller)
        await _presses(cell, "a1", await _picks_up(cell, "a1", a1), "2")
        await bot.let_go(first)
        await cell.gone("a1")
        second = await bot.ring(cell.device("a2"), caller)
        await _presses(cell, "a2", await _picks_up(cell, "a2", a2), "1")
        await bot.connect(second, caller)
        await cell.event("BridgeEnter", Channel=f"{cell.device('a2')}-")
        await call.hangup()
        await cell.event("Hangup", Channel=f"{cell.device('customer')}-")
        await bot.let_go(second)


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon",
        offers="a1 cancelled",
        ended_by="customer",
        abandoned_in="ringing",
    )
)
async def a_customer_gives_up_while_a_bot_asks_the_agent(cell: Cell, customer: Phone, a1: Phone) -> None:
    async with _with_a_bot(cell, customer) as (call, bot, caller):
        leg = await bot.ring(cell.device("a1"), caller)
        await _picks_up(cell, "a1", a1)
        await time_passes(2.5)  # it is no short abandon
        await call.hangup()
        await cell.event("Hangup", Channel=f"{cell.device('customer')}-")
        await bot.let_go(leg)


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere & a2 answered",
    )
)
async def a_bot_asks_two_agents_at_once_and_the_second_is_quicker(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    async with _with_a_bot(cell, customer) as (call, bot, caller):
        slow = await bot.ring(cell.device("a1"), caller)
        quick = await bot.ring(cell.device("a2"), caller)
        await _picks_up(cell, "a1", a1)
        await _presses(cell, "a2", await _picks_up(cell, "a2", a2), "1")
        await bot.connect(quick, caller)
        await cell.event("BridgeEnter", Channel=f"{cell.device('a2')}-")
        await bot.let_go(slow)
        await cell.gone("a1")
        await call.hangup()
        await cell.event("Hangup", Channel=f"{cell.device('customer')}-")
        await bot.let_go(quick)


# Follow-me: the mobile is answered and joined to its own Local channel, and the caller has nobody until 1 is pressed.


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere & a2 answered",
    )
)
async def a_mobile_behind_local_channels_takes_the_call_by_a_key(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("96"), cell.caller())
    await a1.rings()
    asked = await _picks_up(cell, "a2", a2)
    await cell.event("Newexten", Channel=f"Local/9{cell.nn}3@", Application="Read")
    await asked.dtmf("1")
    await call.connected()
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered & a2 answered_elsewhere",
    )
)
async def the_desk_is_answered_while_the_mobile_is_asked(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("96"), cell.caller())
    await _picks_up(cell, "a2", a2)
    await cell.event("Newexten", Channel=f"Local/9{cell.nn}3@", Application="Read")
    await (await a1.rings()).answer()
    await call.connected()
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    await call.hangup()


async def _asks_the_mobile(xx: str, cell: Cell, customer: Phone, a2: Phone) -> tuple[Call, Call]:
    """The customer's call, and that of the mobile, which is asked to press 1."""
    call = await customer.call(cell.dn(xx), cell.caller())
    asked = await _picks_up(cell, "a2", a2)
    await cell.event("Newexten", Channel=f"Local/9{cell.nn}3@", Application="Read")
    return call, asked


@scenario(Expected(tags="incoming_dn_call agent_reject customer_disconnect", offers="a1 answered & a2 rejected"))
async def the_mobile_declines_by_a_key_and_the_desk_is_answered(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, asked = await _asks_the_mobile("96", cell, customer, a2)
    await asked.dtmf("2")
    await cell.gone("a2")
    await (await a1.rings()).answer()
    await call.connected()
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon agent_no_answer_timeout",
        offers="a1 cancelled & a2 no_answer",
        ended_by="customer",
        abandoned_in="ringing",
    )
)
async def the_mobiles_mailbox_answers_and_the_customer_gives_up(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, _ = await _asks_the_mobile("96", cell, customer, a2)
    await a1.rings()
    await cell.gone("a2")
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon",
        offers="a1 cancelled & a2 cancelled",
        ended_by="customer",
        abandoned_in="ringing",
    )
)
async def a_customer_gives_up_while_the_mobile_is_asked(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, asked = await _asks_the_mobile("96", cell, customer, a2)
    await a1.rings()
    await time_passes(2.2)  # it is no short abandon
    await call.hangup()
    await asked.ended()


# The queue's member is all of this; her desk rings 3 s.
@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout customer_disconnect",
        offers="a1 no_answer & a2 answered",
        queues="follow answered",
    )
)
async def a_queues_call_follows_the_member_to_a_mobile_that_takes_it_by_a_key(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("88"), cell.caller())
    await (await a1.rings()).ended()
    asked = await _picks_up(cell, "a2", a2)
    await cell.event("Newexten", Channel=f"Local/9{cell.nn}3@", Application="Read")
    await asked.dtmf("1")
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_no_answer_timeout customer_disconnect",
        offers="a1 no_answer, a2 answered",
    )
)
async def the_desk_rings_first_and_then_the_mobile_by_one_dial(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("97"), cell.caller())
    await a1.rings()
    await (await a2.rings()).answer()
    await call.connected()
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    await call.hangup()


# The phone is rung by an application: no Dial of the dialplan names it, and no device has failed.
@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", queues="applied answered"))
async def a_queues_member_is_an_application_that_rings_the_agent(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.an_application_behind_local_channels_rings_the_agent(cell, customer, a1)
