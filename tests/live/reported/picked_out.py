"""Calls that agents and panels pick out: of a queue, a parking lot, what rings elsewhere; and who waits for whom."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import by_agent, in_talk, logs_in_for_the_day, parks, serves_in_turn, takes_the_call


async def _panel_calls(cell: Cell, **to: str | int) -> None:
    """Has the PBX call agent 2, showing the customer's number, and bring her there when she answers."""
    await cell.pbx.action("Originate", Channel=cell.device("a2"), CallerID=cell.caller(), Async="true", **to)


@scenario(
    Expected(
        tags="incoming_dn_call queued customer_disconnect",
        offers="a2 answered",
        ended_by="customer",
        queues="dynamic answered",
    )
)
async def a_panel_has_an_agent_take_a_caller_of_her_choice_out_of_the_queue(
    cell: Cell, customer: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("57"), cell.caller())
    await cell.waits_in("dynamic")
    await call.connected()
    await time_passes(2)
    await _panel_calls(cell, Application="Bridge", Data=await cell.channel("customer"))
    await (await a2.rings()).pick_up()
    await cell.talks("a2")
    await time_passes(1.5)
    await call.hangup()


@scenario(by_agent("a1 answered, a2 answered", transfers="blind a2 answered"))
async def a_panel_fetches_a_parked_call_for_a_colleague(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    space = await parks(cell, talk)
    await time_passes(1)
    await _panel_calls(cell, Context=f"from-internal-{cell.nn}", Exten=space, Priority=1)
    await (await a2.rings()).pick_up()
    await cell.talks("a2")
    await time_passes(1.5)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere, a2 answered",
        ended_by="customer",
        transfers="",
    )
)
async def a_panel_has_a_colleague_pick_up_what_rings(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("43"), cell.caller())
    ringing = await a1.rings()
    await time_passes(1)
    await _panel_calls(cell, Application="PickupChan", Data=await cell.channel("a1"))
    await (await a2.rings()).pick_up()
    await ringing.ended()
    await cell.talks("a2")
    await time_passes(1.5)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere",
        ended_by="customer",
        transfers="",
        staff="s1",
    )
)
async def a_supervisor_of_the_same_group_picks_up_by_the_pbxs_own_code(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call = await customer.call(cell.dn("43"), cell.caller())
    ringing = await a1.rings()
    await time_passes(1)
    await s1.call("*8")
    await ringing.ended()
    await cell.talks("s1")
    await time_passes(1.5)
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"),
    Expected(tags="incoming_dn_call queued customer_disconnect", offers="a1 answered", ended_by="customer"),
    Expected(tags="incoming_dn_call queued customer_disconnect", offers="a1 answered", ended_by="customer"),
)
async def a_panel_moves_a_caller_to_the_head_of_the_queue(cell: Cell, customer: Phone, a1: Phone) -> None:
    first, _ = await in_talk(cell.dn("56"), cell, customer, a1)
    patient = await customer.call(cell.dn("56"), cell.caller(2))
    await cell.waits_in("single", 1)
    await patient.connected()
    await time_passes(1.5)
    moved = await customer.call(cell.dn("56"), cell.caller(3))
    await cell.waits_in("single", 2)
    await moved.connected()
    await time_passes(1.5)
    newest = await cell.event("QueueCallerJoin", 2, Queue=cell.queue("single"))
    await cell.pbx.action(
        "QueueChangePriorityCaller", Queue=cell.queue("single"), Caller=newest["Channel"], Priority=10,
        Immediate="yes",
    )  # fmt: skip
    await first.hangup()
    await serves_in_turn(cell, "a1", a1, (moved, cell.caller(3)), (patient, cell.caller(2)))


@scenario(
    Expected(
        tags="incoming_dn_call queued customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        queues="graded answered",
    )
)
async def a_panel_lets_an_agent_take_whom_a_penalty_kept_from_her(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(65))
    await cell.waits_in("graded")
    await time_passes(3)
    await cell.pbx.action("QueuePenalty", Interface=cell.device("a1"), Penalty=1, Queue=cell.queue("graded"))
    await takes_the_call(a1, call, seconds=1)
    await cell.pbx.action("QueuePenalty", Interface=cell.device("a1"), Penalty=5, Queue=cell.queue("graded"))


# Both agents ring for the first, and the second has nobody until one of them has taken the first.
@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered & a2 answered_elsewhere",
        ended_by="customer",
    ),
    Expected(tags="incoming_dn_call queued customer_disconnect", offers="a2 answered", ended_by="customer"),
)
async def all_ring_for_one_caller_while_the_next_waits(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("02"), cell.caller())
    ringing, other = await a1.rings(), await a2.rings()
    second = await customer.call(cell.dn("02"), cell.caller(2))
    await cell.waits_in("ringall", 1)
    await second.connected()
    await time_passes(3)
    await ringing.pick_up()
    await other.ended()
    await cell.talks("a1")
    await (await a2.rings()).pick_up()
    await cell.talks("a2")
    await time_passes(1)
    await call.hangup()
    await second.hangup()


# Agents at desks that are not theirs.


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a7 rejected, a2 answered",
        ended_by="customer",
    )
)
async def an_agent_declines_at_the_desk_that_the_database_names(
    cell: Cell, customer: Phone, a2: Phone, d1: Phone
) -> None:
    await cell.pbx.action("DBPut", Family="desk", Key=f"1{cell.nn}7", Val=cell.extension("d1"))
    call = await customer.call(cell.dn("99"), cell.caller(61))
    await (await d1.rings()).decline(603)
    await takes_the_call(a2, call, seconds=1)
    await cell.pbx.action("DBDel", Family="desk", Key=f"1{cell.nn}7")


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject reassign reassigned_call customer_disconnect",
        offers="a7 cpe_rejected, a2 answered",
        ended_by="customer",
    )
)
async def an_agent_sits_at_no_desk_that_the_database_knows(cell: Cell, customer: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(61))
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a2 answered", ended_by="customer", staff="a2"),
)
async def an_agent_logs_in_for_the_day_from_a_mobile(cell: Cell, customer: Phone) -> None:
    shift = await logs_in_for_the_day(cell, customer, cell.dn("99"), cell.caller(88))
    call = await customer.call(cell.dn("99"), cell.caller(43))
    await call.connected()
    await cell.event("BridgeEnter", 1)
    await time_passes(1.5)
    await call.hangup()
    await time_passes(1)
    await shift.hangup()


# Between the answer and the talk.


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon", offers="a1 cancelled", ended_by="customer", abandoned_in="ringing"
    )
)
async def a_customer_gives_up_while_a_greeting_has_answered_and_the_members_phone_rings(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(89))
    ringing = await a1.rings()
    await time_passes(3)
    await call.hangup()
    await ringing.ended()


@scenario(Expected(tags="incoming_dn_call agent_reject", offers="a1 rejected", ended_by="system"))
async def an_agent_declines_behind_a_greeting_that_has_answered(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(89))
    await (await a1.rings()).decline(603)
    await call.ended()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def an_agent_answers_behind_a_greeting_that_has_answered(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(89))
    await takes_the_call(a1, call, seconds=2)
