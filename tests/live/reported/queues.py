"""Queues with options that ours have not."""

from tests.live import scripts
from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import takes_the_call


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign customer_disconnect",
        offers="a1 rejected & a2 answered_elsewhere, a1 answered_elsewhere & a2 answered",
        queues="ringall answered",
    )
)
async def of_two_who_ring_one_hangs_up_before_she_hears_the_customer(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("01"), cell.caller())
    first, second = await a1.rings(), await a2.rings()
    asked = await first.pick_up()
    await time_passes(1)
    await asked.hangup()
    await second.ended()
    await (await a2.rings()).pick_up()
    await cell.event("BridgeEnter", Channel=f"{cell.device('a2')}-")
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered & a2 answered_elsewhere | a1 answered_elsewhere & a2 answered",
        queues="ringall answered",
    )
)
async def two_agents_pick_up_at_the_same_moment(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await a1.when_called("answer")
    await a2.when_called("answer")
    call = await customer.call(cell.dn("02"), cell.caller())
    await cell.event("AgentConnect", Queue=cell.queue("ringall"))
    await cell.event("BridgeEnter", 1)
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout reassign queue_exit customer_abandon",
        offers="a1 no_answer, a1 no_answer, a1 cancelled",
        ended_by="customer",
        queues="single timeout, single timeout, single abandoned",
        abandoned_in="ringing",
        queue_exit_reason="timeout",
    )
)
async def a_queue_is_left_for_an_announcement_and_joined_again(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("03"), cell.caller())
    for _ in range(2):
        await (await a1.rings()).ended()
    await a1.rings()
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues="inuse answered"),
    Expected(
        tags="incoming_dn_call agent_reject reassign customer_abandon",
        offers="a1 rejected, a1 cancelled",
        ended_by="customer",
        queues="inuse abandoned",
        abandoned_in="ringing",
    ),
)
async def a_queue_rings_an_agent_who_talks_and_she_declines(cell: Cell, customer: Phone, a1: Phone) -> None:
    first = await customer.call(cell.dn("04"), cell.caller(1))
    await (await a1.rings()).answer()
    second = await customer.call(cell.dn("04"), cell.caller(2))
    await (await a1.rings()).decline(486)
    await a1.rings()
    await second.hangup()
    await first.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues="inuse answered", held=True),
    Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", queues="inuse answered"),
)
async def an_agent_holds_one_customer_and_takes_the_next(cell: Cell, customer: Phone, a1: Phone) -> None:
    first = await customer.call(cell.dn("04"), cell.caller(1))
    talk = await (await a1.rings()).answer()
    await customer.call(cell.dn("04"), cell.caller(2))
    ringing = await a1.rings()
    await talk.hold()
    other = await ringing.answer()
    await time_passes(1.5)
    await other.hangup()
    await first.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout queue_exit",
        offers="a1 no_answer",
        ended_by="system",
        queues="autopause timeout",
        queue_exit_reason="timeout",
    )
)
async def once_round_the_members_and_out(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("05"), cell.caller())
    await (await a1.rings()).ended()
    await call.ended()
    await cell.pbx.action("QueuePause", Interface=cell.device("a1"), Queue=cell.queue("autopause"), Paused="false")


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout queued customer_abandon",
        offers="a1 no_answer",
        ended_by="customer",
        queues="autopause abandoned",
        abandoned_in="queue",
    )
)
async def who_does_not_answer_is_paused_and_the_customer_waits(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("10"), cell.caller())
    await (await a1.rings()).ended()
    await time_passes(3)
    await call.hangup()
    await cell.pbx.action("QueuePause", Interface=cell.device("a1"), Queue=cell.queue("autopause"), Paused="false")


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call agent_transferred_call transferred"
        " customer_disconnect",
        offers="a1 rejected, a2 answered, s1 answered",
        transfers="blind s1 answered",
    )
)
async def local_members_go_away_and_the_agent_transfers(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, s1: Phone
) -> None:
    call = await customer.call(cell.dn("06"), cell.caller())
    await (await a1.rings()).decline(603)
    talk = await (await a2.rings()).answer()
    await time_passes(1)
    await talk.refer(cell.extension("s1"))
    await takes_the_call(s1, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout customer_abandon",
        offers="a1 no_answer",
        ended_by="customer",
        abandoned_in="ivr",
    )
)
async def a_members_own_mailbox_answers_the_queues_call(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("07"), cell.caller())
    await (await a1.rings()).ended()
    await cell.event("Newexten", Application="VoiceMail")
    await time_passes(2)
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues="serial answered"),
    Expected(tags="incoming_dn_call queued customer_disconnect", offers="a2 answered", queues="serial answered"),
)
async def a_queue_serves_one_caller_at_a_time(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    first = await customer.call(cell.dn("08"), cell.caller(1))
    ringing = await a1.rings()
    second = await customer.call(cell.dn("08"), cell.caller(2))
    await cell.waits_in("serial", 1)
    await time_passes(3)
    await ringing.answer()
    await takes_the_call(a2, first, seconds=1)
    await second.hangup()


@scenario(
    Expected(tags="incoming_dn_call queued customer_disconnect", offers="a2 answered", queues="penalty answered")
)
async def a_rule_lets_the_second_row_take_the_call(cell: Cell, customer: Phone, a2: Phone) -> None:
    await cell.pause("a1", "penalty")
    call = await customer.call(cell.dn("09"), cell.caller())
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", queues="wrapup answered"),
    Expected(tags="incoming_dn_call queued customer_disconnect", offers="a1 answered", queues="wrapup answered"),
)
async def a_customer_waits_while_the_agent_wraps_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    first = await customer.call(cell.dn("11"), cell.caller(1))
    talk = await (await a1.rings()).answer()
    await talk.hangup()
    await first.ended()
    second = await customer.call(cell.dn("11"), cell.caller(2))
    await takes_the_call(a1, second, seconds=1)


# Who answers waits before being connected: two seconds and more lie between.


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon",
        offers="a1 cancelled",
        ended_by="customer",
        queues="delay abandoned",
        abandoned_in="ringing",
    )
)
async def a_customer_gives_up_between_the_answer_and_the_connection(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("13"), cell.caller())
    ringing = await a1.rings()
    await time_passes(2)
    picked = await ringing.pick_up()
    await time_passes(1)
    await call.hangup()
    await picked.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign customer_disconnect",
        offers="a1 rejected, a1 answered",
        queues="delay answered",
    )
)
async def an_agent_hangs_up_between_the_answer_and_the_connection(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("13"), cell.caller())
    picked = await (await a1.rings()).pick_up()
    await time_passes(1)
    await picked.hangup()
    await (await a1.rings()).pick_up()
    await cell.event("BridgeEnter", Channel=f"{cell.device('a1')}-")
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues="joininuse answered"),
    Expected(
        tags="incoming_dn_call queue_exit",
        ended_by="system",
        queues="joininuse join_empty",
        queue_exit_reason="join_empty",
    ),
)
async def nobody_may_wait_while_the_only_agent_talks(cell: Cell, customer: Phone, a1: Phone) -> None:
    first = await customer.call(cell.dn("14"), cell.caller(1))
    await (await a1.rings()).answer()
    await cell.held_free(cell.device("a1"), free=False)
    second = await customer.call(cell.dn("14"), cell.caller(2))
    await second.ended()
    await first.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues="leaveinuse answered"),
    Expected(
        tags="incoming_dn_call agent_reject queue_exit",
        offers="a2 rejected",
        ended_by="system",
        queues="leaveinuse leave_empty",
        queue_exit_reason="leave_empty",
    ),
)
async def nobody_may_wait_on_when_the_last_agent_takes_another_call(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    first = await customer.call(cell.dn("15"), cell.caller(1))
    await (await a1.rings()).answer()
    second = await customer.call(cell.dn("15"), cell.caller(2))
    ringing = await a2.rings()
    await cell.pause("a2", "leaveinuse")
    await ringing.decline(603)
    await second.ended()
    await first.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        queues="single answered, second answered",
        transfers="",
    )
)
async def from_the_agent_who_hung_up_on_to_the_next_queue(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("16"), cell.caller())
    talk = await (await a1.rings()).answer()
    await talk.hangup()
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="0800555 answered",
        ended_by="customer",
        queues="outside answered",
    )
)
async def a_member_is_a_number_outside(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("17"), cell.caller())
    await (await customer.rings()).pick_up()
    await cell.event("BridgeEnter", 1)
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
async def a_handler_runs_after_the_customer_has_given_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("42"), cell.caller())
    await a1.rings()
    await time_passes(2.5)
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call", offers="a1 cancelled", ended_by="system", queues="linear unknown"))
async def a_handler_runs_after_an_administrator_ended_the_wait(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("42"), cell.caller())
    await a1.rings()
    await cell.hang_up("customer")
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        queues="linear answered",
    )
)
async def the_queues_are_read_anew_while_a_phone_rings(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    ringing = await a1.rings()
    await cell.pbx.action("QueueReload", Members="yes", Rules="yes", Parameters="yes")
    await ringing.decline(603)
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred agent_no_answer_timeout reassign"
        " customer_disconnect",
        offers="a1 answered, a2 no_answer & a3 no_answer, a2 answered & a3 answered_elsewhere",
        ended_by="customer",
    )
)
async def an_agent_hands_over_to_a_queue_that_rings_a_second_round(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone
) -> None:
    call = await customer.call(cell.dn("43"), cell.caller())
    talk = await (await a1.rings()).answer()
    await talk.dtmf(f"*2{cell.to_queue('03')}")
    first, other = await a2.rings(), await a3.rings()
    await first.ended()
    await other.ended()
    await talk.hangup()
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject queued reassign customer_disconnect",
        offers="a1 cpe_rejected, a1 answered",
        ended_by="customer",
        queues="single answered",
    )
)
async def the_only_agents_phone_comes_back_while_a_customer_waits(cell: Cell, customer: Phone, a1: Phone) -> None:
    await a1.unregister()
    call = await customer.call(cell.dn("56"), cell.caller())
    await cell.waits_in("single")
    await time_passes(3)
    await a1.register()
    await takes_the_call(a1, call, seconds=1)


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues="dynamic answered"))
async def an_agent_logs_out_in_the_midst_of_the_call(cell: Cell, customer: Phone, a1: Phone) -> None:
    await cell.log_in("a1")
    call = await customer.call(cell.dn("57"), cell.caller())
    await (await a1.rings()).answer()
    await cell.pbx.action("QueueRemove", Queue=cell.queue("dynamic"), Interface=cell.device("a1"))
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout queued customer_abandon",
        offers="a1 no_answer",
        ended_by="customer",
        queues="dynamic abandoned",
        abandoned_in="queue",
    )
)
async def an_agent_logs_out_while_the_phone_rings_and_nobody_is_left(cell: Cell, customer: Phone, a1: Phone) -> None:
    await cell.log_in("a1")
    call = await customer.call(cell.dn("57"), cell.caller())
    ringing = await a1.rings()
    await cell.pbx.action("QueueRemove", Queue=cell.queue("dynamic"), Interface=cell.device("a1"))
    await ringing.ended()
    await time_passes(2)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject queued customer_abandon",
        offers="a1 rejected",
        ended_by="customer",
        queues="pausebusy abandoned",
        abandoned_in="queue",
    )
)
async def who_declines_is_paused_and_the_customer_waits(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("79"), cell.caller())
    await (await a1.rings()).decline(486)
    await time_passes(3)
    await call.hangup()
    await cell.pbx.action("QueuePause", Interface=cell.device("a1"), Queue=cell.queue("pausebusy"), Paused="false")


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon",
        offers="a1 cancelled",
        ended_by="customer",
        queues="single abandoned",
        abandoned_in="ringing",
    )
)
async def a_customer_whom_nothing_has_answered_yet_gives_up_in_the_queue(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    call = await customer.call(cell.dn("80"), cell.caller())
    await a1.rings()
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        ended_by="customer",
        queues="follows answered",
    )
)
async def a_queues_call_follows_its_member_who_declines_by_a_key(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await scripts.the_first_agent_declines_by_a_key_and_the_second_takes_the_call(cell, customer, a1, a2, dn="81")


# Neither of the staff nor the customer has ended it.
@scenario(Expected(tags="incoming_dn_call", offers="a1 answered_elsewhere", ended_by="unknown"))
async def a_number_outside_answers_while_the_desk_rings_and_hangs_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("82"), cell.caller())
    ringing = await a1.rings()
    mobile = await (await customer.rings()).pick_up()
    await ringing.ended()
    await cell.event("BridgeEnter", 1)
    await time_passes(1)
    await mobile.hangup()
    await call.ended()
