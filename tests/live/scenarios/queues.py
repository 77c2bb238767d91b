"""Waiting: abandoned, queued, overflowed, and every way out of a queue."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell, time_passes


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
    call = await customer.call(cell.dn("00"), cell.caller())
    ringing = await a1.rings()
    await time_passes(2.8)
    await call.hangup()
    await ringing.ended()


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
    ringing = await a1.rings()
    await time_passes(1)
    await ringing.decline(603)
    await a2.rings()
    await time_passes(1.5)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon", ended_by="customer", queues="", abandoned_in="ivr"
    )
)
async def a_customer_gives_up_in_the_menu(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("20"), cell.caller())
    await call.connected()
    await time_passes(3)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon", ended_by="customer", queues="", abandoned_in="ivr"
    )
)
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


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues="linear answered")
)
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


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered"),
    Expected(
        tags="incoming_dn_call queued customer_disconnect", offers="a1 answered", queues="single answered"
    ),
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
        tags="incoming_dn_call customer_abandon queued", ended_by="customer", queues="dynamic abandoned",
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
    await (await a2.rings()).answer()
    await call.connected()
    await call.hangup()


# A call to a feature code of the PBX involves nobody but the agent: no category.
@scenario(
    Expected(tags="", direction="internal"),
    Expected(
        tags="incoming_dn_call queued customer_disconnect", offers="a3 answered", queues="dynamic answered"
    ),
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
        tags="incoming_dn_call agent_no_answer_timeout queue_exit",
        offers="a1 no_answer",
        ended_by="system",
        queues="timeout timeout",
        queue_exit_reason="timeout",
    )
)
async def the_queue_gives_up_after_its_time(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("08"), cell.caller())
    await (await a1.rings()).ended()
    await call.ended()


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
    await (await a2.rings()).answer()
    await call.connected()
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues="small answered"),
    Expected(
        tags="incoming_dn_call overflowed", ended_by="system", queues="small full", overflow_reason="queue_full"
    ),
)
async def the_queue_is_full(cell: Cell, customer: Phone, a1: Phone) -> None:
    first = await customer.call(cell.dn("03"), cell.caller(1))
    ringing = await a1.rings()
    second = await customer.call(cell.dn("03"), cell.caller(2))
    await second.ended()
    await ringing.answer()
    await first.connected()
    await first.hangup()


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


FULL_LINE = Expected(tags="incoming_dn_call overflowed", ended_by="system", queues="", overflow_reason="line_cap")
FIRST_ON_THE_LINE = Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer")


async def _two_on_a_line(dn: str, cell: Cell, customer: Phone, a1: Phone) -> None:
    first = await customer.call(dn, cell.caller(1))
    await (await a1.rings()).answer()
    await first.connected()
    second = await customer.call(dn, cell.caller(2))
    await second.ended()
    await first.hangup()


@scenario(FIRST_ON_THE_LINE, FULL_LINE)
async def the_line_is_full_and_busy(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _two_on_a_line(cell.dn("30"), cell, customer, a1)


@scenario(FIRST_ON_THE_LINE, FULL_LINE)
async def the_line_is_full_and_congested(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _two_on_a_line(cell.dn("31"), cell, customer, a1)


@scenario(FIRST_ON_THE_LINE, FULL_LINE)
async def the_line_is_full_and_the_dialplan_says_so(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _two_on_a_line(cell.dn("32"), cell, customer, a1)


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon queued over_customer_waiting_threshold",
        ended_by="customer",
        queues="slow abandoned",
        abandoned_in="queue",
    )
)
async def a_customer_gives_up_after_waiting_too_long(cell: Cell, customer: Phone, a1: Phone) -> None:
    await cell.pause("a1", "slow")
    call = await customer.call(cell.dn("12"), cell.caller())
    await cell.waits_in("slow")
    await time_passes(5)
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
