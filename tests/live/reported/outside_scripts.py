"""Scripts outside of the PBX that dial, play and ask; applications that hand callers on; files that call."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import takes_the_call

Asks = Callable[[str], Awaitable[str]]
"""Sends a line to the PBX; what the PBX answers."""


@asynccontextmanager
async def _script(port: int, does: Callable[[Asks], Awaitable[None]]) -> AsyncIterator[None]:
    """A FastAGI script: the PBX connects, says who calls, and is then told line by line what to do."""

    async def serves(reads: asyncio.StreamReader, writes: asyncio.StreamWriter) -> None:
        while (await reads.readline()).strip():
            pass

        async def ask(line: str) -> str:
            writes.write(f"{line}\n".encode())
            return (await reads.readline()).decode()

        await does(ask)
        writes.close()

    async with await asyncio.start_server(serves, "127.0.0.1", port):
        yield


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout reassign reassigned_call customer_disconnect",
        offers="a1 no_answer, a2 answered",
        ended_by="customer",
    )
)
async def a_script_outside_dials_one_agent_after_the_other(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    async def dials(ask: Asks) -> None:
        await ask(f"EXEC Dial {cell.device('a1')},3,tk")
        await ask(f"EXEC Dial {cell.device('a2')},20,tk")

    async with _script(4500 + cell.number, dials):
        call = await customer.call(cell.dn("99"), cell.caller(84))
        await (await a1.rings()).ended()
        await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon", offers="a1 cancelled", ended_by="customer", abandoned_in="ringing"
    )
)
async def a_customer_gives_up_while_a_script_plays_between_answer_and_talk(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    async def plays(ask: Asks) -> None:
        await ask("EXEC Playback silence/5")

    async with _script(4500 + cell.number, plays):
        call = await customer.call(cell.dn("99"), cell.caller(85))
        await call.connected()
        ringing = await a1.rings()
        await time_passes(1.5)
        await ringing.pick_up()
        await time_passes(1.5)
        await call.hangup()
        await ringing.ended()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def a_script_plays_to_the_customer_and_then_she_talks(cell: Cell, customer: Phone, a1: Phone) -> None:
    async def plays(ask: Asks) -> None:
        await ask("EXEC Playback silence/2")

    async with _script(4500 + cell.number, plays):
        call = await customer.call(cell.dn("99"), cell.caller(85))
        await takes_the_call(a1, call, seconds=3)


@scenario(Expected(tags="incoming_dn_call customer_abandon", ended_by="customer", abandoned_in="ivr"))
async def a_customer_hangs_up_in_a_menu_outside_of_the_pbx(cell: Cell, customer: Phone) -> None:
    async def listens(reads: asyncio.StreamReader, writes: asyncio.StreamWriter) -> None:
        while await reads.read(100):
            pass
        writes.close()

    async with await asyncio.start_server(listens, "127.0.0.1", 4600 + cell.number):
        call = await customer.call(cell.dn("99"), cell.caller(62))
        await call.connected()
        await time_passes(3)
        await call.hangup()
        await cell.gone("customer")


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def a_bot_gives_the_customer_to_another_application_which_rings_an_agent(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    async with cell.application() as bot, cell.application("acd") as acd:
        call = await customer.call(cell.dn("61"), cell.caller())
        await call.connected()
        await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
        caller = await cell.channel("customer")
        await bot.moves(caller, f"acd-{cell.nn}")
        await time_passes(1)
        leg = await acd.ring(cell.device("a1"), caller)
        await (await a1.rings()).pick_up()
        await acd.connect(leg, caller)
        await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
        await time_passes(1.5)
        await call.hangup()
        await cell.gone("customer")
        await cell.clear()


# The carrier is told to call another number.
@scenario(Expected(tags="incoming_dn_call", ended_by="system"))
async def an_application_has_the_carrier_call_another_number(cell: Cell, customer: Phone) -> None:
    async with cell.application() as bot:
        call = await customer.call(cell.dn("99"), cell.caller(96))
        await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
        await time_passes(1)
        caller = await cell.channel("customer")
        await bot.redirects(caller, f"PJSIP/sip:0800444@{cell.customers}.{cell.number}")
        await call.ended()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def an_application_takes_the_customers_voice_for_a_while(cell: Cell, customer: Phone, a1: Phone) -> None:
    async with cell.application() as bot:
        call = await customer.call(cell.dn("61"), cell.caller())
        await call.connected()
        await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
        caller = await cell.channel("customer")
        leg = await bot.ring(cell.device("a1"), caller)
        await (await a1.rings()).pick_up()
        await bot.connect(leg, caller)
        await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
        await time_passes(1)
        await bot.silences(caller, 2)
        await time_passes(1)
        await call.hangup()
        await cell.gone("customer")
        await cell.clear()


@scenario(
    Expected(tags="", direction="internal"),
    Expected(
        tags="outbound_call customer_disconnect",
        direction="outbound",
        offers="a1 answered",
        ended_by="customer",
        queues="single answered",
    ),
)
async def a_file_in_the_spool_calls_a_customer_for_a_queue(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    asks = await a2.call(f"*77{cell.caller()}")
    outside = await (await customer.rings()).pick_up()
    await asks.ended()
    await takes_the_call(a1, outside, seconds=1)


# The dialplan has an agent called into the room in which the caller is.
@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def the_dialplan_has_an_agent_called_into_the_callers_room(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(86))
    await call.connected()
    await (await a1.rings()).pick_up()
    await cell.joins(1)
    await time_passes(2)
    await call.hangup()
    await cell.leaves()
    await cell.hang_up("a1")


# A bot outside talks with the caller, and has the PBX pass her on: she has not talked with staff before.
@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def a_bot_behind_the_carrier_passes_the_customer_on(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(87))
    bot = await (await customer.rings()).pick_up()
    await call.connected()
    await time_passes(2)
    await bot.refer(cell.dn("43"))
    await takes_the_call(a1, call, seconds=1)


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", ended_by="customer"),
    Expected(tags="incoming_dn_call", ended_by="system"),
)
async def a_room_for_two_has_no_place_for_a_third(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(78))
    await call.connected()
    await cell.joins()
    await (await a1.call(cell.room)).connected()
    await cell.joins(1)
    await time_passes(1)
    refused = await customer.call(cell.dn("99"), f"{cell.customer_number}978")
    await refused.ended()
    await call.hangup()
    await cell.leaves()
    await cell.hang_up("a1")


# Asked by a macro (Asterisk 16).


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        ended_by="customer",
    )
)
async def an_agent_is_asked_by_a_macro_and_sends_the_customer_on(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(83))
    asked = await (await a1.rings()).pick_up()
    await time_passes(1)
    await asked.dtmf("2")
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon", offers="a1 cancelled", ended_by="customer", abandoned_in="ringing"
    )
)
async def a_customer_gives_up_while_a_macro_asks_the_agent(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(83))
    asked = await (await a1.rings()).pick_up()
    await time_passes(2)
    await call.hangup()
    await asked.ended()
