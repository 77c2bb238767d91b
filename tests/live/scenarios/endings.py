"""Who ended a connected call, when nobody did or the PBX did; holding, picking up and parking."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell
from tests.live.talks import fetches, in_talk, parks

PBX_ENDED = Expected(tags="incoming_dn_call system_disconnect", offers="a1 answered", ended_by="system")


@scenario(PBX_ENDED)
async def an_administrator_hangs_the_agent_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, _ = await in_talk(cell.dn("00"), cell, customer, a1)
    await cell.hang_up("a1")
    await call.ended()


@scenario(PBX_ENDED)
async def an_administrator_hangs_the_customer_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, _ = await in_talk(cell.dn("00"), cell, customer, a1)
    await cell.hang_up("customer")
    await call.ended()


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent"))
async def an_agent_hangs_up_by_a_key(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("61"), cell, customer, a1)
    await talk.dtmf("*")
    await call.ended()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def a_customer_hangs_up_by_a_key(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("61"), cell, customer, a1)
    await call.dtmf("*")
    await talk.ended()


@scenario(PBX_ENDED)
async def the_call_is_limited_to_three_seconds(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("44"), cell.caller())
    await (await a1.rings()).answer()
    await call.ended()


@scenario(
    Expected(tags="non_dn_incoming_call system_disconnect device_lost", offers="a5 answered", ended_by="system")
)
async def an_agents_phone_dies_and_the_pbx_notices_the_silence(cell: Cell, customer: Phone, a5: Phone) -> None:
    call = await customer.call(cell.extension("a5"), cell.caller())
    await (await a5.rings()).answer()
    await call.connected()
    await a5.die()
    await call.ended()


@scenario(
    Expected(tags="non_dn_incoming_call customer_disconnect device_lost", offers="a4 answered", ended_by="customer")
)
async def an_agents_phone_dies_and_the_customer_gives_up(cell: Cell, customer: Phone, a4: Phone) -> None:
    call = await customer.call(cell.extension("a4"), cell.caller())
    await (await a4.rings()).answer()
    await call.connected()
    await a4.die()
    await cell.event("ContactStatus", ContactStatus="Unreachable", EndpointName=cell.extension("a4"))
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent", held=True))
async def an_agent_puts_the_customer_on_hold(cell: Cell, customer: Phone, a1: Phone) -> None:
    _, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    await talk.hold()
    await talk.resume()
    await talk.hangup()


# Nobody offered the call to the colleague who took it, so there is no offer to that one.
@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered_elsewhere", ended_by="customer"))
async def a_colleague_picks_the_ringing_call_up(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("11"), cell.caller())
    await a1.rings()
    picked = await a2.call("*8" + cell.extension("a1"))
    await picked.connected()
    await call.connected()
    await cell.talks("a2")
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered_elsewhere", ended_by="agent"))
async def a_colleague_picks_up_whatever_rings(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("11"), cell.caller())
    await a1.rings()
    picked = await a2.call("*8")
    await picked.connected()
    await call.connected()
    await cell.talks("a2")
    await picked.hangup()


# Parked by one agent and taken by another: the call was passed on, and the second agent was connected.
@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
    )
)
async def an_agent_parks_the_customer_and_a_colleague_takes_the_call(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    space = await parks(cell, talk)
    await fetches(a2, space)
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent"))
async def an_agent_parks_the_customer_and_takes_the_call_back(cell: Cell, customer: Phone, a1: Phone) -> None:
    _, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    space = await parks(cell, talk)
    taken = await fetches(a1, space)
    await taken.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered, a1 answered", ended_by="customer")
)
async def a_parked_customer_comes_back_to_the_agent(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    await talk.refer(cell.parking)
    await talk.ended()
    await (await a1.rings()).answer()
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer", held=True))
async def a_customer_on_hold_gives_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    await talk.hold()
    await cell.event("Hold", Channel=f"{cell.device('a1')}-")
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere & a2 answered_elsewhere",
        ended_by="customer",
        queues="ringall answered",
    )
)
async def a_colleague_picks_up_a_call_of_the_queue(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone
) -> None:
    call = await customer.call(cell.dn("01"), cell.caller())
    await a1.rings()
    await a2.rings()
    picked = await a3.call("*8" + cell.extension("a1"))
    await picked.connected()
    await cell.talks("a3")
    await cell.gone("a1")
    await cell.gone("a2")
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_disconnect",
        offers="a1 answered_elsewhere",
        ended_by="agent",
        queues="single answered",
    )
)
async def a_colleague_picks_up_what_rings_for_a_queues_only_agent(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("07"), cell.caller())
    await a1.rings()
    picked = await a2.call("*8")
    await picked.connected()
    await cell.talks("a2")
    await picked.hangup()
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred agent_disconnect",
        offers="a1 answered",
        ended_by="agent",
    )
)
async def an_agent_parks_by_keys_and_a_colleague_takes_the_call(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    _, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    await talk.dtmf("#72")
    parked = await cell.event("ParkedCall", ParkeeChannel=f"{cell.device('customer')}-")
    await talk.ended()
    taken = await fetches(a2, parked["ParkingSpace"])
    await taken.hangup()
