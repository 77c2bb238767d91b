"""Agents whose line is kept open, in silence or in music, and bridged with one customer after the other."""

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell

TAKEN = Expected(tags="incoming_dn_call customer_disconnect", ended_by="customer", first="customer")
LEFT = Expected(tags="incoming_dn_call agent_disconnect", ended_by="agent", first="customer")


async def _keeps_open(cell: Cell, agent: Phone, number: str, application: str) -> Call:
    line = await agent.call(number)
    await line.connected()
    await cell.event("Newexten", Channel=f"{cell.device('a1')}-", Application=application)
    return line


async def _visits(cell: Cell, customer: Phone, visits: int) -> Call:
    """A customer calls, and is bridged with the open line."""
    call = await customer.call(cell.dn("91"), cell.caller(visits + 1))
    await call.connected()
    await cell.event("BridgeEnter", visits, Channel=f"{cell.device('customer')}-")
    return call


@scenario(TAKEN, TAKEN)
async def an_open_line_takes_two_customers(cell: Cell, customer: Phone, a1: Phone) -> None:
    line = await _keeps_open(cell, a1, f"5{cell.nn}4", "Wait")
    for visits in range(2):
        call = await _visits(cell, customer, visits)
        await call.hangup()
        await cell.event("BridgeLeave", visits, Channel=f"{cell.device('a1')}-")
    await line.hangup()


@scenario(TAKEN, LEFT)
async def a_dialler_keeps_an_agents_line_open_in_music_and_she_hangs_up(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    await cell.pbx.action(
        "Originate", Channel=cell.device("a1"), Context=f"from-internal-{cell.nn}", Exten=f"5{cell.nn}5", Priority=1,
        Async="true",
    )  # fmt: skip
    line = await (await a1.rings()).pick_up()
    await cell.event("Newexten", Channel=f"{cell.device('a1')}-", Application="MusicOnHold")
    call = await _visits(cell, customer, 0)
    await call.hangup()
    await cell.event("BridgeLeave", Channel=f"{cell.device('a1')}-")
    again = await _visits(cell, customer, 1)
    await line.hangup()
    await again.ended()


@scenario(TAKEN)
async def a_dialler_bridges_a_customer_in_music_with_an_open_line(cell: Cell, customer: Phone, a1: Phone) -> None:
    line = await _keeps_open(cell, a1, f"5{cell.nn}4", "Wait")
    call = await customer.call(cell.dn("92"), cell.caller())
    await call.connected()
    await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="MusicOnHold")
    await cell.pbx.action(
        "Bridge", Channel1=await cell.channel("customer"), Channel2=await cell.channel("a1"), Tone="no"
    )
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    await cell.event("BridgeEnter", Channel=f"{cell.device('a1')}-")
    await call.hangup()
    await cell.event("BridgeLeave", Channel=f"{cell.device('a1')}-")
    await line.hangup()


# What is kept open is the half of a Local channel; the agent's phone is behind the other.
@scenario(TAKEN, LEFT)
async def an_open_line_is_a_local_channel(cell: Cell, customer: Phone, a1: Phone) -> None:
    await cell.pbx.action(
        "Originate", Channel=f"Local/5{cell.nn}8@from-internal-{cell.nn}/n", Context=f"from-internal-{cell.nn}",
        Exten=f"5{cell.nn}4", Priority=1, Async="true",
    )  # fmt: skip
    line = await (await a1.rings()).answer()
    await cell.event("Newexten", Channel=f"Local/5{cell.nn}8@", Application="Wait")
    call = await _visits(cell, customer, 0)
    await call.hangup()
    await cell.event("BridgeLeave", Channel=f"Local/5{cell.nn}8@")
    again = await _visits(cell, customer, 1)
    await line.hangup()
    await again.ended()


# An application keeps her in a bridge of its own, and puts one customer after the other into it.
@scenario(TAKEN, LEFT)
async def an_applications_bridge_is_an_open_line(cell: Cell, customer: Phone, a1: Phone) -> None:
    async with cell.application() as dialler:
        line = await a1.call(f"5{cell.nn}9")
        await line.connected()
        await cell.event("Newexten", Channel=f"{cell.device('a1')}-", Application="Stasis")
        bridge = await dialler.opens_a_room()
        await dialler.puts_into(bridge, await cell.channel("a1"))
        await cell.event("BridgeEnter", Channel=f"{cell.device('a1')}-")
        for visits in range(2):
            call = await customer.call(cell.dn("95"), cell.caller(visits + 1))
            await call.connected()
            await cell.event("Newexten", visits, Channel=f"{cell.device('customer')}-", Application="Stasis")
            await dialler.puts_into(bridge, await cell.channel("customer"))
            await cell.event("BridgeEnter", visits, Channel=f"{cell.device('customer')}-")
            await (call if visits == 0 else line).hangup()
            await cell.gone("customer" if visits == 0 else "a1")
        await call.hangup()
        await dialler.closes(bridge)
