"""Queues asked at once or beside a phone, whose members are elsewhere, dead or out of the ordinary, left by keys."""

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.reported import scenario
from tests.live.scripts import the_first_agent_declines_and_the_second_answers
from tests.live.stage import Cell, time_passes
from tests.live.talks import (
    gives_up_while_both_ring,
    in_talk,
    is_quicker,
    logs_in_for_the_day,
    serves_in_turn,
    takes_the_call,
)

# Two queues, a queue and a phone, by one Dial.


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect", offers="a1 answered_elsewhere & a2 answered", ended_by="customer"
    )
)
async def two_queues_are_asked_at_once_and_one_agent_answers(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await is_quicker(a2, a1, await customer.call(cell.dn("99"), cell.caller(37)))


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon",
        offers="a1 cancelled & a2 cancelled",
        ended_by="customer",
        abandoned_in="ringing",
    )
)
async def a_customer_gives_up_while_two_queues_ring(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await gives_up_while_both_ring(await customer.call(cell.dn("99"), cell.caller(37)), a1, a2)


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect", offers="a1 answered_elsewhere & a2 answered", ended_by="customer"
    )
)
async def a_phone_beside_a_queue_is_quicker(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await is_quicker(a2, a1, await customer.call(cell.dn("99"), cell.caller(38)))


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect", offers="a1 answered & a2 answered_elsewhere", ended_by="customer"
    )
)
async def a_queues_agent_is_quicker_than_a_phone_beside_it(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await is_quicker(a1, a2, await customer.call(cell.dn("99"), cell.caller(38)))


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon",
        offers="a1 cancelled & a2 cancelled",
        ended_by="customer",
        abandoned_in="ringing",
    )
)
async def a_customer_gives_up_while_a_queue_and_a_phone_ring(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await gives_up_while_both_ring(await customer.call(cell.dn("99"), cell.caller(38)), a1, a2)


# The queue answers at once, for the PBX's own music: the phone beside it hardly rings, and the agent has the call.
@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered & a2 answered_elsewhere | a2 answered_elsewhere & a1 answered",
        ended_by="customer",
    )
)
async def a_queue_that_answers_at_once_stops_the_phone_beside_it(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(39))
    ringing = await a1.rings()
    await call.connected()
    await time_passes(1.5)
    await ringing.pick_up()
    await cell.talks("a1")
    await time_passes(1)
    await call.hangup()


# Left by keys.


@scenario(
    Expected(
        tags="incoming_dn_call queue_exit customer_abandon",
        offers="a1 cancelled",
        ended_by="customer",
        queue_exit_reason="key",
        abandoned_in="ivr",
    )
)
async def a_customer_leaves_for_the_mailbox_while_an_agent_rings(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(40))
    ringing = await a1.rings()
    await call.connected()
    await time_passes(1.5)
    await call.dtmf("5")
    await ringing.ended()
    await cell.event("Newexten", Application="VoiceMail")
    await time_passes(2)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call queued queue_exit", ended_by="system", queue_exit_reason="key", queues="leaves key"
    ),
    Expected(tags="outbound_call customer_disconnect", direction="outbound", ended_by="customer"),
)
async def a_caller_leaves_a_note_to_be_called_and_an_agent_calls(cell: Cell, customer: Phone, a1: Phone) -> None:
    await cell.pause("a1", "leaves")
    call = await customer.call(cell.dn("99"), cell.caller(40))
    await cell.waits_in("leaves")
    await time_passes(2)
    await call.dtmf("7")
    await cell.event("Newexten", Application="Read")
    await time_passes(1)
    await call.dtmf("1")
    await call.ended()
    await cell.unpause()
    talk = await a1.call("9" + cell.caller())
    outside = await (await customer.rings()).pick_up()
    await talk.connected()
    await time_passes(1)
    await outside.hangup()


# Who is served when.


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"),
    Expected(tags="incoming_dn_call queued customer_disconnect", offers="a1 answered", ended_by="customer"),
    Expected(tags="incoming_dn_call queued customer_disconnect", offers="a1 answered", ended_by="customer"),
)
async def a_preferred_caller_overtakes_one_who_waits(cell: Cell, customer: Phone, a1: Phone) -> None:
    first, _ = await in_talk(cell.dn("56"), cell, customer, a1)
    patient = await customer.call(cell.dn("56"), cell.caller(2))
    await cell.waits_in("single", 1)
    await time_passes(1.5)
    preferred = await customer.call(cell.dn("99"), cell.caller(41))
    await cell.waits_in("single", 2)
    await time_passes(1.5)
    await first.hangup()
    await serves_in_turn(cell, "a1", a1, (preferred, cell.caller(41)), (patient, cell.caller(2)))


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject reassign reassigned_call customer_disconnect",
        offers="a1 cpe_rejected, a2 answered",
        ended_by="customer",
    )
)
async def a_routine_refuses_for_a_member_before_she_is_called(cell: Cell, customer: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(42))
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call device_lost customer_disconnect",
        offers="a5 answered, a2 answered",
        ended_by="customer",
        transfers="",
    )
)
async def an_agents_phone_dies_in_a_talk_and_the_next_queue_takes_the_customer(
    cell: Cell, customer: Phone, a5: Phone, a2: Phone
) -> None:
    await cell.log_in("a5")
    call = await customer.call(cell.dn("99"), cell.caller(44))
    await (await a5.rings()).answer()
    await time_passes(1)
    await a5.die()
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="",
    )
)
async def an_administrator_ends_the_agents_side_and_the_next_queue_takes_the_customer(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, _ = await in_talk(cell.dn("16"), cell, customer, a1)
    await time_passes(1)
    await cell.hang_up("a1")
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout queued customer_abandon",
        offers="a1 no_answer",
        ended_by="customer",
        abandoned_in="queue",
    )
)
async def an_agent_is_paused_by_a_panel_while_she_rings(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("56"), cell.caller())
    ringing = await a1.rings()
    await time_passes(1)
    await cell.pause("a1", "single")
    await ringing.ended()
    await time_passes(3)
    await call.hangup()


# Members out of the ordinary.


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere & a2 answered | a1 answered & a2 answered_elsewhere",
        ended_by="customer",
    )
)
async def two_members_are_forwarded_to_their_mobiles_and_one_is_quicker(cell: Cell, customer: Phone) -> None:
    await _forwarded(cell)
    call = await customer.call(cell.dn("99"), cell.caller(45))
    other, ringing = await customer.called(), await customer.called()
    await time_passes(2)
    await ringing.pick_up()
    await other.ended()
    await cell.event("AgentConnect")
    await time_passes(1)
    await call.hangup()
    await _forwarded(cell, outside=False)


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject customer_disconnect",
        offers="a1 rejected & a2 answered | a1 answered & a2 rejected",
        ended_by="customer",
    )
)
async def two_members_are_forwarded_to_their_mobiles_and_one_declines(cell: Cell, customer: Phone) -> None:
    await _forwarded(cell)
    call = await customer.call(cell.dn("99"), cell.caller(45))
    other, ringing = await customer.called(), await customer.called()
    await time_passes(2)
    await other.decline(603)
    await time_passes(1)
    await ringing.pick_up()
    await cell.event("AgentConnect")
    await time_passes(1)
    await call.hangup()
    await _forwarded(cell, outside=False)


async def _forwarded(cell: Cell, outside: bool = True) -> None:
    """Agent 1 and agent 2 to numbers outside, by the PBX's database; or to none."""
    for who, mobile in (("a1", cell.caller(7)), ("a2", cell.caller(8))):
        if outside:
            await cell.pbx.action("DBPut", Family="CFU", Key=cell.extension(who), Val=f"9{mobile}")
        else:
            await cell.pbx.action("DBDel", Family="CFU", Key=cell.extension(who))


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject agent_reject reassign reassigned_call customer_disconnect",
        offers="a9 cpe_rejected, a2 rejected, a9 cpe_rejected, a2 answered",
        ended_by="customer",
    )
)
async def a_members_line_is_dead_in_every_round(cell: Cell, customer: Phone, a2: Phone) -> None:
    await the_first_agent_declines_and_the_second_answers(cell, customer, a2, a2, dn="99", caller=46, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, s1 answered",
        ended_by="customer",
        transfers="",
    )
)
async def a_supervisor_helps_out_in_a_queue(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    await the_first_agent_declines_and_the_second_answers(cell, customer, a1, s1, dn="99", caller=47, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        ended_by="customer",
    )
)
async def members_behind_local_channels_with_more_options(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await the_first_agent_declines_and_the_second_answers(cell, customer, a1, a2, dn="99", caller=48, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered, a1 answered",
        ended_by="customer",
        queues="single answered, second answered, single answered",
    )
)
async def a_call_goes_from_queue_to_queue_and_back(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("56"), cell, customer, a1)
    await time_passes(1)
    await talk.refer(cell.to_queue("04"))
    talk = await (await a2.rings()).answer()
    await time_passes(1)
    await talk.refer(cell.to_queue("07"))
    await takes_the_call(a1, call, seconds=1)


# Agents who are logged in for the day, asked for by name.


async def _asks_for_her(cell: Cell, customer: Phone) -> Call:
    call = await customer.call(cell.dn("99"), cell.caller(43))
    await call.connected()
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    await time_passes(1.5)
    return call


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a2 answered", ended_by="customer", staff="a2")
)
async def a_caller_asks_for_an_agent_who_is_logged_in_for_the_day(cell: Cell, customer: Phone, a2: Phone) -> None:
    shift = await logs_in_for_the_day(cell, a2, "*71")
    call = await _asks_for_her(cell, customer)
    await call.hangup()
    await cell.gone("customer")
    await shift.hangup()


@scenario(Expected(tags="incoming_dn_call", ended_by="system", offers=""))
async def a_caller_asks_for_an_agent_who_is_not_logged_in(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(43))
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a2 answered, a1 answered",
        ended_by="customer",
    )
)
async def an_agent_logged_in_for_the_day_transfers(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    shift = await logs_in_for_the_day(cell, a2, "*71")
    call = await _asks_for_her(cell, customer)
    await shift.refer(cell.extension("a1"))
    await takes_the_call(a1, call, seconds=1)


# All phones behind one device of the PBX.


@scenario(
    Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent", queues="sbc answered")
)
async def an_agent_behind_an_sbc_answers_and_hangs_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(49))
    talk = await (await a1.called()).pick_up()
    await cell.event("AgentConnect")
    await time_passes(1)
    await talk.hangup()
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        ended_by="customer",
    )
)
async def of_two_agents_behind_an_sbc_one_declines(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(49))
    ringing = await a1.called()
    await time_passes(1)
    await ringing.decline(486)
    await (await a2.called()).pick_up()
    await cell.event("AgentConnect")
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect", offers="a1 answered_elsewhere & a2 answered", ended_by="customer"
    )
)
async def of_two_agents_behind_an_sbc_one_is_quicker(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(50))
    other, ringing = await a1.called(), await a2.called()
    await time_passes(1)
    await ringing.pick_up()
    await other.ended()
    await cell.event("AgentConnect")
    await time_passes(1)
    await call.hangup()
