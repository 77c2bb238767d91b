"""Every way out of a queue but an answer."""

from tests.live import scripts
from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell
from tests.live.talks import takes_the_call


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout queue_exit",
        offers="a1 no_answer",
        ended_by="system",
        queues="timeout timeout",
        queue_exit_reason="timeout",
    )
)
async def the_queue_gives_up_after_its_time(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_queue_gives_up_after_its_time(cell, customer, a1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout queue_exit reassign reassigned_call customer_disconnect",
        offers="a1 no_answer, a2 answered",
        queues="backup timeout, ringall answered",
        queue_exit_reason="timeout",
    )
)
async def a_second_queue_takes_over_after_the_first_ones_time(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await cell.pause("a1", "ringall")
    call = await customer.call(cell.dn("17"), cell.caller())
    await (await a1.rings()).ended()
    await takes_the_call(a2, call)


@scenario(
    Expected(
        tags="incoming_dn_call queue_exit",
        ended_by="system",
        queues="joinempty join_empty",
        queue_exit_reason="join_empty",
    )
)
async def nobody_may_join_while_the_only_agent_pauses(cell: Cell, customer: Phone, a1: Phone) -> None:
    await cell.pause("a1", "joinempty")
    call = await customer.call(cell.dn("04"), cell.caller())
    await call.ended()


# The caller was refused and never waited, so the unreachable member was not offered anything.
@scenario(
    Expected(
        tags="incoming_dn_call queue_exit",
        ended_by="system",
        queues="joinempty join_empty",
        queue_exit_reason="join_empty",
    )
)
async def nobody_may_join_while_the_only_phone_is_unreachable(cell: Cell, customer: Phone, a1: Phone) -> None:
    await a1.unregister()
    call = await customer.call(cell.dn("04"), cell.caller())
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject queue_exit",
        offers="a1 rejected",
        ended_by="system",
        queues="leave leave_empty",
        queue_exit_reason="leave_empty",
    )
)
async def the_queue_empties_under_a_waiting_customer(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("05"), cell.caller())
    ringing = await a1.rings()
    await cell.pause("a1", "leave")
    await ringing.decline(603)
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call queue_exit",
        offers="a1 cancelled",
        ended_by="system",
        queues="key key",
        queue_exit_reason="key",
    )
)
async def a_customer_leaves_the_queue_by_a_key(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("09"), cell.caller())
    await a1.rings()
    await call.connected()
    await call.dtmf("0")
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call queue_exit customer_disconnect",
        offers="a1 cancelled, a3 answered",
        queues="key key",
        queue_exit_reason="key",
    )
)
async def a_key_leads_from_the_queue_to_another_agent(cell: Cell, customer: Phone, a1: Phone, a3: Phone) -> None:
    call = await customer.call(cell.dn("09"), cell.caller())
    await a1.rings()
    await call.connected()
    await call.dtmf("2")
    await (await a3.rings()).answer()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call queued queue_exit customer_disconnect",
        ended_by="customer",
        queues="dynamic timeout",
        queue_exit_reason="timeout",
    )
)
async def an_answering_service_outside_takes_the_call(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("56"), cell.caller())
    await takes_the_call(customer, call)


# Neither the staff nor the customer hung up.
@scenario(
    Expected(
        tags="incoming_dn_call queued queue_exit",
        ended_by="unknown",
        queues="dynamic timeout",
        queue_exit_reason="timeout",
    )
)
async def an_answering_service_outside_ends_the_call(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("56"), cell.caller())
    service = await (await customer.rings()).answer()
    await call.connected()
    await service.hangup()
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 cancelled, a3 answered",
        queues="linear transferred",
    )
)
async def an_administrator_takes_a_caller_out_of_the_queue(cell: Cell, customer: Phone, a1: Phone, a3: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await a1.rings()
    await cell.redirect("customer", cell.extension("a3"))
    await takes_the_call(a3, call)
