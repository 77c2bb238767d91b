"""What a dialplan does around a call: groups as members, its own do-not-disturb, a recording with a beep."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import in_talk


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere & a2 answered",
        queues="group answered",
    )
)
async def one_of_a_group_takes_a_queues_call(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("98"), cell.caller())
    await a1.rings()
    await (await a2.rings()).answer()
    await call.connected()
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_no_answer_timeout customer_disconnect",
        offers="a1 no_answer & a2 no_answer, a2 answered_elsewhere & a3 answered",
        queues="group answered",
    )
)
async def a_group_lets_it_ring_and_the_next_group_takes_the_call(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone
) -> None:
    call = await customer.call(cell.dn("98"), cell.caller())
    await a1.rings()
    await (await a3.rings()).answer()
    await call.connected()
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject customer_disconnect",
        offers="a1 rejected & a2 answered",
        queues="group answered",
    )
)
async def of_a_group_one_declines_a_queues_call_and_one_takes_it(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("98"), cell.caller())
    first, second = await a1.rings(), await a2.rings()
    await first.decline(603)
    await cell.gone("a1")
    await second.answer()
    await call.connected()
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon",
        offers="a1 cancelled & a2 cancelled",
        queues="group abandoned",
        ended_by="customer",
        abandoned_in="ringing",
    )
)
async def a_customer_gives_up_while_a_group_rings_for_a_queue(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("98"), cell.caller())
    await a1.rings()
    await a2.rings()
    await time_passes(2.2)  # it is no short abandon
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call cpe_reject", offers="a1 cpe_rejected", ended_by="system"))
async def a_direct_call_finds_the_pbxs_own_do_not_disturb(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller())
    await call.ended()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", supervisions="", ended_by="customer")
)
async def a_call_is_recorded_with_a_beep(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, _ = await in_talk(cell.dn("89"), cell, customer, a1)
    await time_passes(2.5)  # the beep comes every second
    await call.hangup()


# Whoever is talking when everybody is to hear something does not hear it: nobody's device has failed.
@scenario(
    Expected(
        tags="agent_to_agent_call agent_disconnect", offers="a3 answered", direction="internal", ended_by="agent"
    )
)
async def a_page_finds_a_phone_busy(cell: Cell, a1: Phone, a2: Phone, a3: Phone) -> None:
    await a2.when_called("decline", 486)
    page = await a1.call(f"5{cell.nn}2")
    await (await a3.rings()).answer()
    await page.connected()
    await cell.talks("a1")
    await page.hangup()
