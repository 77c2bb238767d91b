"""Members of a queue behind Local channels, the FreePBX manner."""

from tests.live import scripts
from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import takes_the_call


@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_reject customer_disconnect",
        offers="a1 rejected, a2 answered",
        queues="local answered",
    )
)
async def a_local_member_declines(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("02"), cell.caller())
    await (await a1.rings()).decline(603)
    await takes_the_call(a2, call)


@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_no_answer_timeout agent_disconnect",
        offers="a1 no_answer, a2 answered",
        queues="local answered",
        ended_by="agent",
    )
)
async def a_local_member_lets_it_ring(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("02"), cell.caller())
    await (await a1.rings()).ended()
    talk = await (await a2.rings()).answer()
    await call.connected()
    await talk.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign cpe_reject customer_disconnect",
        offers="a1 cpe_rejected, a2 answered",
        queues="local answered",
    )
)
async def a_local_members_phone_is_gone(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await a1.die()
    call = await customer.call(cell.dn("02"), cell.caller())
    await takes_the_call(a2, call)


@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_no_answer_timeout cpe_reject customer_disconnect",
        offers="a1 no_answer, a2 cpe_rejected, a1 answered",
        queues="local answered",
    )
)
async def a_local_member_behind_a_hint_is_busy(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await a2.when_called("decline", 486)
    call = await customer.call(cell.dn("02"), cell.caller())
    await (await a1.rings()).ended()
    await takes_the_call(a1, call)


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", queues="local answered"))
async def a_local_member_answers_and_hangs_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_first_agent_answers_and_hangs_up(cell, customer, a1, dn="02")


# The queue called one member; the dialplan behind him tries two phones, one after the other.
@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_reject customer_disconnect",
        offers="a1 rejected, a3 answered",
        queues="forwarding answered",
    )
)
async def the_pbx_forwards_what_a_local_member_declines(cell: Cell, customer: Phone, a1: Phone, a3: Phone) -> None:
    call = await customer.call(cell.dn("62"), cell.caller())
    await (await a1.rings()).decline(603)
    await takes_the_call(a3, call)


@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_no_answer_timeout customer_disconnect",
        offers="a1 no_answer, a3 answered",
        queues="forwarding answered",
    )
)
async def the_pbx_forwards_what_a_local_member_lets_ring(cell: Cell, customer: Phone, a1: Phone, a3: Phone) -> None:
    call = await customer.call(cell.dn("62"), cell.caller())
    await (await a1.rings()).ended()
    await takes_the_call(a3, call)


@scenario(
    Expected(
        tags="incoming_dn_call reassign agent_reject customer_disconnect",
        offers="a2 rejected, a2 answered",
        queues="nested answered, dynamic answered",
    )
)
async def a_queues_member_is_another_queue(cell: Cell, customer: Phone, a2: Phone) -> None:
    await cell.log_in("a2")
    call = await customer.call(cell.dn("63"), cell.caller())
    await (await a2.rings()).decline(603)
    await takes_the_call(a2, call)


# A queue is no device that could fail, and calling it is not calling an agent.
@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon queued short_abandon",
        ended_by="customer",
        queues="nested abandoned, dynamic abandoned",
        abandoned_in="queue",
    )
)
async def nobody_is_logged_in_to_the_queue_that_is_a_member(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("63"), cell.caller())
    await cell.waits_in("dynamic")
    await time_passes(1.3)
    await call.hangup()
