"""Queues with options that ours have not."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes


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
    await cell.talks("a1")
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
    await cell.talks("a1")
    await customer.call(cell.dn("04"), cell.caller(2))
    ringing = await a1.rings()
    await talk.hold()
    other = await ringing.answer()
    await cell.talks("a1")
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
    await cell.talks("a2")
    await time_passes(1)
    await talk.refer(cell.extension("s1"))
    await (await s1.rings()).answer()
    await cell.talks("s1")
    await call.hangup()


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
    await cell.talks("a1")
    await (await a2.rings()).answer()
    await cell.talks("a2")
    await first.hangup()
    await second.hangup()


@scenario(
    Expected(tags="incoming_dn_call queued customer_disconnect", offers="a2 answered", queues="penalty answered")
)
async def a_rule_lets_the_second_row_take_the_call(cell: Cell, customer: Phone, a2: Phone) -> None:
    await cell.pause("a1", "penalty")
    call = await customer.call(cell.dn("09"), cell.caller())
    await (await a2.rings()).answer()
    await cell.talks("a2")
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", queues="wrapup answered"),
    Expected(tags="incoming_dn_call queued customer_disconnect", offers="a1 answered", queues="wrapup answered"),
)
async def a_customer_waits_while_the_agent_wraps_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    first = await customer.call(cell.dn("11"), cell.caller(1))
    talk = await (await a1.rings()).answer()
    await cell.talks("a1")
    await talk.hangup()
    await first.ended()
    second = await customer.call(cell.dn("11"), cell.caller(2))
    await (await a1.rings()).answer()
    await cell.talks("a1")
    await second.hangup()
