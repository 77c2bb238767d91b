"""Machines that record a talk, hear it or speak into it: none of them is anybody who takes part."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.reported.behind_local import FarEnd
from tests.live.stage import Cell, time_passes
from tests.live.talks import comes_into_the_room, in_talk, takes_the_call

TALKED = Expected(
    tags="incoming_dn_call customer_disconnect",
    offers="a1 answered",
    ended_by="customer",
    supervisions="",
    staff="a1",
    transfers="",
)
IN_A_ROOM = Expected(
    tags="incoming_dn_call customer_disconnect", offers="", ended_by="customer", supervisions="", staff="a1"
)


@scenario(IN_A_ROOM)
async def a_dialler_records_an_agents_room_by_a_local_channel(cell: Cell, customer: Phone, a1: Phone) -> None:
    sits = await comes_into_the_room(cell, "a1", a1)
    call = await customer.call(cell.dn("70"), cell.caller())
    await call.connected()
    await cell.redirect("customer", cell.room)
    await cell.joins(Channel=f"{cell.device('customer')}-")
    await cell.pbx.action(
        "Originate", Channel=f"Local/{cell.room}@from-internal-{cell.nn}/n", Context=f"from-internal-{cell.nn}",
        Exten="machine", Priority=1, Async="true",
    )  # fmt: skip
    await cell.joins(Channel="Local/")
    await time_passes(1.5)
    await call.hangup()
    await cell.gone("customer")
    await cell.pbx.action("Hangup", Channel=cell.local_half(cell.room, ";2"))
    await time_passes(1)
    await sits.hangup()


@scenario(IN_A_ROOM)
async def a_room_in_which_agent_and_customer_talk_is_recorded(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(52))
    await call.connected()
    await cell.joins(Channel=f"{cell.device('customer')}-")
    comes = await comes_into_the_room(cell, "a1", a1)
    await time_passes(1.5)
    await call.hangup()
    await cell.gone("customer")
    await comes.hangup()


@scenario(TALKED)
async def an_application_announces_something_in_a_talk(cell: Cell, customer: Phone, a1: Phone) -> None:
    async with cell.application() as bot:
        call = await customer.call(cell.dn("61"), cell.caller())
        await call.connected()
        await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
        caller = await cell.channel("customer")
        room = await bot.opens_a_room()
        await bot.puts_into(room, caller)
        await bot.ring(cell.device("a1"), caller)
        await (await a1.rings()).pick_up()
        await cell.event("Newstate", Channel=f"{cell.device('a1')}-", ChannelStateDesc="Up")
        await time_passes(0.5)
        await bot.puts_into(room, await cell.channel("a1"))
        await bot.announces(room)
        await time_passes(2)
        await call.hangup()
        await cell.event("Hangup", Channel=f"{cell.device('customer')}-")
        await bot.closes(room)
        await cell.clear()


@scenario(TALKED)
async def a_machine_whispers_to_the_agent(cell: Cell, customer: Phone, a1: Phone) -> None:
    async with cell.application() as machine:
        call, _ = await in_talk(cell.dn("00"), cell, customer, a1)
        await machine.plays_into(await cell.channel("a1"))
        await time_passes(1.5)
        await machine.stop_writing_down()
        await call.hangup()


@scenario(TALKED)
async def a_customer_hears_music_under_the_talk(cell: Cell, customer: Phone, a1: Phone) -> None:
    async with cell.application() as machine:
        call, _ = await in_talk(cell.dn("00"), cell, customer, a1)
        await machine.plays_into(await cell.channel("customer"))
        await time_passes(1.5)
        await call.hangup()
        await cell.gone("customer")


@scenario(TALKED)
async def a_machine_whispers_to_the_agent_through_a_local_channel(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, _ = await in_talk(cell.dn("00"), cell, customer, a1)
    await cell.pbx.action(
        "Originate", Channel=f"Local/*67{cell.extension('a1')}@from-internal-{cell.nn}/n",
        Context=f"from-internal-{cell.nn}", Exten="machine", Priority=1, Async="true",
    )  # fmt: skip
    await cell.event("ChanSpyStart")
    await time_passes(1.5)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        ended_by="customer",
        queues="linear answered",
    )
)
async def a_panel_takes_the_customer_from_a_bot_by_audiosocket_into_the_queue(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    async with FarEnd(cell):
        call = await customer.call(cell.dn("99"), cell.caller(51))
        await call.connected()
        await cell.event("Newexten", Application="AudioSocket")
        await time_passes(1.5)
        await cell.redirect("customer", cell.to_queue("00"))
        await (await a1.rings()).decline(603)
        await takes_the_call(a2, call, seconds=1)
