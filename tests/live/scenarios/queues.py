"""Waiting, and giving up."""

from tests.live import scripts
from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import takes_the_call


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon queued",
        ended_by="customer",
        queues="dynamic abandoned",
        abandoned_in="queue",
    )
)
async def a_customer_gives_up_where_nobody_is_logged_in(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("06"), cell.caller())
    await cell.waits_in("dynamic")
    await time_passes(3)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon",
        offers="a1 cancelled",
        ended_by="customer",
        queues="linear abandoned",
        abandoned_in="ringing",
    )
)
async def a_customer_gives_up_while_an_agent_rings(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_customer_gives_up_while_a_phone_rings(cell, customer, a1)


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon",
        offers="a1 cancelled & a2 cancelled",
        ended_by="customer",
        queues="ringall abandoned",
        abandoned_in="ringing",
    )
)
async def a_customer_gives_up_while_both_agents_ring(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("01"), cell.caller())
    await a1.rings()
    await a2.rings()
    await time_passes(2.8)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon short_abandon",
        offers="a1 cancelled",
        ended_by="customer",
        abandoned_in="ringing",
    )
)
async def a_customer_hangs_up_at_once(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await a1.rings()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon agent_reject reassign reassigned_call",
        offers="a1 rejected, a2 cancelled",
        ended_by="customer",
        abandoned_in="ringing",
    )
)
async def a_customer_gives_up_after_a_decline(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a1.rings()).decline(603)
    await a2.rings()
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered"),
    Expected(tags="incoming_dn_call queued customer_disconnect", offers="a1 answered", queues="single answered"),
)
async def a_second_customer_waits_for_the_only_agent(cell: Cell, customer: Phone, a1: Phone) -> None:
    first = await customer.call(cell.dn("07"), cell.caller(1))
    await (await a1.rings()).answer()
    await first.connected()
    second = await customer.call(cell.dn("07"), cell.caller(2))
    await cell.waits_in("single", after=1)
    await time_passes(2)
    await first.hangup()
    await (await a1.rings()).answer()
    await second.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon queued cpe_reject",
        offers="a1 cpe_rejected",
        ended_by="customer",
        queues="single abandoned",
        abandoned_in="queue",
    )
)
async def a_customer_waits_where_the_only_phone_is_unreachable(cell: Cell, customer: Phone, a1: Phone) -> None:
    await a1.unregister()
    call = await customer.call(cell.dn("07"), cell.caller())
    await cell.waits_in("single")
    await time_passes(3)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon queued",
        ended_by="customer",
        queues="dynamic abandoned",
        abandoned_in="queue",
    )
)
async def a_customer_waits_while_the_only_agent_pauses(cell: Cell, customer: Phone, a1: Phone) -> None:
    await cell.log_in("a1")
    await cell.pause("a1", "dynamic")
    call = await customer.call(cell.dn("06"), cell.caller())
    await cell.waits_in("dynamic")
    await time_passes(3)
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a2 answered", queues="dynamic answered"))
async def a_pausing_agent_is_not_offered_the_call(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await cell.log_in("a1")
    await cell.log_in("a2")
    await cell.pause("a1", "dynamic")
    call = await customer.call(cell.dn("06"), cell.caller())
    await takes_the_call(a2, call)


# A call to a feature code of the PBX involves nobody but the agent: no category.
@scenario(
    Expected(tags="", direction="internal"),
    Expected(tags="incoming_dn_call queued customer_disconnect", offers="a3 answered", queues="dynamic answered"),
)
async def an_agent_logs_in_by_phone_while_a_customer_waits(cell: Cell, customer: Phone, a3: Phone) -> None:
    call = await customer.call(cell.dn("06"), cell.caller())
    await cell.waits_in("dynamic")
    await time_passes(2)
    await (await a3.call("*61")).ended()
    await (await a3.rings()).answer()
    await call.hangup()


@scenario(
    Expected(
        tags="agent_to_agent_call agent_disconnect",
        offers="a2 answered",
        direction="internal",
        queues="dynamic answered",
    )
)
async def an_agent_calls_the_queue(cell: Cell, a1: Phone, a2: Phone) -> None:
    await cell.log_in("a2")
    call = await a1.call(cell.to_queue("06"))
    await (await a2.rings()).answer()
    await call.hangup()
