"""A phone is answered, and the caller not connected yet: the agent must press 1 first, or hears who is calling."""

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell


async def _picks_up(xx: str, cell: Cell, customer: Phone, a1: Phone) -> tuple[Call, Call]:
    """The PBX asks the agent whether to put the call through."""
    call = await customer.call(cell.dn(xx), cell.caller())
    asked = await (await a1.rings()).pick_up()
    await cell.event("Newexten", Channel=f"{cell.device('a1')}-", Application="Read")
    return call, asked


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues="confirm answered"))
async def an_agent_takes_the_call_by_a_key(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, asked = await _picks_up("53", cell, customer, a1)
    await asked.dtmf("1")
    await call.connected()
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign customer_disconnect",
        offers="a1 rejected, a1 answered",
        queues="confirm answered",
    )
)
async def an_agent_declines_by_a_key_and_takes_the_call_then(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, asked = await _picks_up("53", cell, customer, a1)
    await asked.dtmf("2")
    await asked.ended()
    again = await (await a1.rings()).pick_up()
    await cell.event("Newexten", 1, Channel=f"{cell.device('a1')}-", Application="Read")
    await again.dtmf("1")
    await call.connected()
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    await call.hangup()


# A mobile phone's mailbox answers so, too.
@scenario(Expected(tags="incoming_dn_call agent_no_answer_timeout", offers="a1 no_answer", ended_by="system"))
async def a_phone_is_answered_and_no_key_is_pressed(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, _ = await _picks_up("54", cell, customer, a1)
    await call.ended()


@scenario(Expected(tags="incoming_dn_call agent_reject", offers="a1 rejected", ended_by="system"))
async def an_agent_hangs_up_when_asked_to_take_the_call(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, asked = await _picks_up("54", cell, customer, a1)
    await asked.hangup()
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon short_abandon",
        offers="a1 cancelled",
        ended_by="customer",
        abandoned_in="ringing",
    )
)
async def a_customer_gives_up_while_the_agent_is_asked(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, asked = await _picks_up("54", cell, customer, a1)
    await call.hangup()
    await asked.ended()


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon short_abandon",
        offers="a1 cancelled & a2 answered_elsewhere",
        ended_by="customer",
        queues="ringall abandoned",
        abandoned_in="ringing",
    )
)
async def a_customer_gives_up_while_the_agent_hears_who_calls(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("55"), cell.caller())
    ringing, other = await a1.rings(), await a2.rings()
    told = await ringing.pick_up()
    await other.ended()
    await call.hangup()
    await told.ended()


# The queue has the caller wait on.
@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign customer_disconnect",
        offers="a1 rejected & a2 answered_elsewhere, a1 answered_elsewhere & a2 answered",
        queues="ringall answered",
    )
)
async def an_agent_hangs_up_on_hearing_who_calls(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("55"), cell.caller())
    ringing, other = await a1.rings(), await a2.rings()
    told = await ringing.pick_up()
    await other.ended()
    await told.hangup()
    await a1.rings()
    await (await a2.rings()).pick_up()
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    await call.hangup()


# Whoever is being put through does not wait for an agent.
@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues="ringall answered"))
async def the_only_agent_hears_who_calls_before_the_customer(cell: Cell, customer: Phone, a1: Phone) -> None:
    await cell.pause("a2", "ringall")
    call = await customer.call(cell.dn("55"), cell.caller())
    await (await a1.rings()).pick_up()
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    await call.hangup()
