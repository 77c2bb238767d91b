"""The menu before anybody is called, and what it leads to."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell, time_passes


@scenario(Expected(tags="incoming_dn_call customer_abandon", ended_by="customer", queues="", abandoned_in="ivr"))
async def a_customer_gives_up_in_the_menu(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("20"), cell.caller())
    await call.connected()
    await time_passes(3)
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call customer_abandon", ended_by="customer", queues="", abandoned_in="ivr"))
async def a_customer_gives_up_in_endless_music(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("23"), cell.caller())
    await call.connected()
    await time_passes(3)
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call", ended_by="system", queues=""))
async def the_menu_ends_the_call(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("20"), cell.caller())
    await call.connected()
    await call.dtmf("3")
    await call.ended()


@scenario(Expected(tags="incoming_dn_call", ended_by="system", queues=""))
async def an_announcement_ends_the_call(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("22"), cell.caller())
    await call.ended()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues="linear answered"))
async def the_menu_leads_to_the_queue(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("20"), cell.caller())
    await call.connected()
    await call.dtmf("1")
    await (await a1.rings()).answer()
    await call.hangup()


# The menu asked for an extension; the number the customer dialled is still the DN.
@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a2 answered", ended_by="agent", queues=""))
async def the_menu_takes_an_extension(cell: Cell, customer: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("21"), cell.caller())
    await call.connected()
    await call.dtmf(cell.extension("a2"))
    await (await (await a2.rings()).answer()).hangup()
    await call.ended()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues=""))
async def the_menu_leads_to_an_agent(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("20"), cell.caller())
    await call.connected()
    await call.dtmf("2")
    await (await a1.rings()).answer()
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call", ended_by="system", queues=""))
async def the_menu_knows_no_such_key(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("20"), cell.caller())
    await call.connected()
    await call.dtmf("9")
    await call.ended()


# She did not hang up: her carrier was told to call somebody else.
@scenario(Expected(tags="incoming_dn_call", ended_by="system"))
async def the_carrier_is_told_to_call_another_number(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("65"), cell.caller())
    await call.ended()
