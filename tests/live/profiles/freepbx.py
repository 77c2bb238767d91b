"""Calls in the manner of FreePBX (docker/dialplans/freepbx): every member behind a Local channel, numbers for queues,
ring groups, follow-me, voicemail, hot desks."""

from tests.live import scripts
from tests.live.expected import Expected, rescued
from tests.live.phones import Call, Phone
from tests.live.scenarios import Suite, adding_to
from tests.live.stage import Cell, time_passes
from tests.live.talks import takes_the_call

FREEPBX: Suite = {}
scenario = adding_to(FREEPBX)


# Queues.


@scenario(
    Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent", queues="00 answered")
)
async def a_member_answers_and_hangs_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_first_agent_answers_and_hangs_up(cell, customer, a1)


@scenario(rescued("a1 rejected", "agent_reject"))
async def a_member_declines_with_603(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.the_first_agent_declines_and_the_second_answers(cell, customer, a1, a2, code=603)


@scenario(rescued("a1 rejected", "agent_reject"))
async def a_member_declines_with_486(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.the_first_agent_declines_and_the_second_answers(cell, customer, a1, a2, code=486)


@scenario(rescued("a1 rejected", "agent_reject"))
async def a_member_declines_with_480(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.the_first_agent_declines_and_the_second_answers(cell, customer, a1, a2, code=480)


@scenario(rescued("a1 cpe_rejected", "cpe_reject"))
async def a_members_phone_is_busy_at_once(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.the_first_phone_is_busy_and_the_second_answers(cell, customer, a1, a2)


@scenario(rescued("a1 cpe_rejected", "cpe_reject"))
async def a_members_phone_is_gone(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.the_first_phone_is_gone_and_the_second_answers(cell, customer, a1, a2)


@scenario(rescued("a1 no_answer", "agent_no_answer_timeout"))
async def a_member_lets_it_ring(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.the_first_phone_rings_out_and_the_second_answers(cell, customer, a1, a2)


@scenario(rescued("a1 cpe_rejected", "cpe_reject"))
async def a_members_phone_loses_its_registration_while_ringing(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await a1.rings()
    await a1.unregister()
    await takes_the_call(a2, call)


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon",
        offers="a1 cancelled",
        ended_by="customer",
        queues="00 abandoned",
        abandoned_in="ringing",
    )
)
async def a_customer_gives_up_while_a_member_rings(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_customer_gives_up_while_a_phone_rings(cell, customer, a1)


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon queued cpe_reject",
        offers="a3 cpe_rejected",
        ended_by="customer",
        queues="07 abandoned",
        abandoned_in="queue",
    )
)
async def the_only_members_phone_is_unreachable(cell: Cell, customer: Phone, a3: Phone) -> None:
    await a3.unregister()
    call = await customer.call(cell.dn("07"), cell.caller())
    await cell.waits_in("07")
    await time_passes(3)
    await call.hangup()


# The queue cannot know, so it offers the call; the dialplan finds no contact to dial. The device failed the offer.
@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign cpe_reject customer_disconnect",
        offers="a1 cpe_rejected, a2 answered",
        queues="05 answered",
    )
)
async def a_member_without_state_is_not_registered(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await a1.unregister()
    call = await customer.call(cell.dn("05"), cell.caller())
    await takes_the_call(a2, call)


@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_reject customer_disconnect",
        offers="a1 rejected, a2 answered",
        queues="05 answered",
    )
)
async def a_member_without_state_declines(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("05"), cell.caller())
    await (await a1.rings()).decline(603)
    await takes_the_call(a2, call)


FEATURE_CODE = Expected(tags="", direction="internal")


# Do not disturb is kept by the PBX: the queue offers the call and no phone is dialled. As with a phone that says so
# itself, the device and not the person failed the offer.
@scenario(
    FEATURE_CODE,
    Expected(
        tags="incoming_dn_call reassigned_call reassign cpe_reject customer_disconnect",
        offers="a1 cpe_rejected, a2 answered",
        queues="05 answered",
    ),
    FEATURE_CODE,
)
async def a_member_asked_the_pbx_not_to_be_disturbed(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await (await a1.call("*78")).ended()
    call = await customer.call(cell.dn("05"), cell.caller())
    await takes_the_call(a2, call)
    await (await a1.call("*79")).ended()


# Here the queue knows, and passes over the one who does not want to be disturbed.
@scenario(
    FEATURE_CODE,
    Expected(tags="incoming_dn_call customer_disconnect", offers="a2 answered", queues="00 answered"),
    FEATURE_CODE,
)
async def a_member_not_to_be_disturbed_is_passed_over(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await (await a1.call("*78")).ended()
    call = await customer.call(cell.dn("00"), cell.caller())
    await takes_the_call(a2, call)
    await (await a1.call("*79")).ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject customer_disconnect",
        offers="a1 rejected & a2 answered",
        queues="01 answered",
    )
)
async def of_two_members_one_declines_and_one_answers(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.both_ring_one_declines_the_other_answers(cell, customer, a1, a2)


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere & a2 answered",
        queues="01 answered",
    )
)
async def of_two_members_one_is_quicker(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.both_ring_and_the_second_is_quicker(cell, customer, a1, a2)


# Ring groups.


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject cpe_reject customer_disconnect",
        offers="a1 cpe_rejected & a2 rejected & a3 answered",
        queues="",
    )
)
async def in_a_ring_group_one_is_busy_one_declines_one_answers(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone
) -> None:
    await a1.when_called("decline", 486)
    await scripts.both_ring_one_declines_the_other_answers(cell, customer, a2, a3, dn="20", declines="a2")


@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_no_answer_timeout customer_disconnect",
        offers="a1 no_answer, a2 answered",
        queues="",
    )
)
async def a_ring_group_hunts(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("21"), cell.caller())
    await (await a1.rings()).ended()
    await takes_the_call(a2, call)


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject customer_disconnect",
        offers="a1 rejected & a2 answered",
        queues="",
    )
)
async def a_ring_group_of_local_channels(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.both_ring_one_declines_the_other_answers(cell, customer, a1, a2, dn="22")


# Follow-me. Agent 4's phone is watched by the PBX, which dials only what it has found reachable.


async def _calls_the_followed(cell: Cell, customer: Phone) -> Call:
    await cell.event("ContactStatus", ContactStatus="Reachable", EndpointName=cell.extension("a4"))
    return await customer.call(cell.dn("30"), cell.caller())


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a4 answered", queues=""))
async def the_followed_agent_answers_herself(cell: Cell, customer: Phone, a4: Phone) -> None:
    call = await _calls_the_followed(cell, customer)
    await takes_the_call(a4, call)


# The second phone began to ring while the first still did: one round, no re-offer.
@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout customer_disconnect",
        offers="a4 no_answer, a2 answered",
        queues="",
    )
)
async def the_call_follows_the_agent_to_a_colleague(cell: Cell, customer: Phone, a4: Phone, a2: Phone) -> None:
    call = await _calls_the_followed(cell, customer)
    await (await a4.rings()).ended()
    await takes_the_call(a2, call)


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a4 answered_elsewhere, a2 answered", queues="")
)
async def a_colleague_is_quicker_than_the_followed_agent(cell: Cell, customer: Phone, a4: Phone, a2: Phone) -> None:
    call = await _calls_the_followed(cell, customer)
    await a4.rings()
    await takes_the_call(a2, call)


# Nobody passed the call on: the PBX did, so it is no transfer. The customer was connected, if not to staff.
@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout customer_disconnect",
        offers="a5 no_answer",
        ended_by="customer",
        queues="",
    )
)
async def the_call_follows_the_agent_outside(cell: Cell, customer: Phone, a5: Phone) -> None:
    call = await customer.call(cell.dn("31"), cell.caller())
    ringing = await a5.rings()
    outside = await customer.rings()
    await ringing.ended()
    await outside.answer()
    await call.connected()
    await call.hangup()


# One extension, and voicemail.


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues=""))
async def a_did_rings_one_extension(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_only_phone_is_answered(cell, customer, a1)


@scenario(Expected(tags="incoming_dn_call agent_reject", offers="a1 rejected", ended_by="system", queues=""))
async def an_extension_declines(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_only_phone_declines(cell, customer, a1)


@scenario(Expected(tags="incoming_dn_call cpe_reject", offers="a1 cpe_rejected", ended_by="system", queues=""))
async def an_extension_is_not_registered(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_only_phone_is_not_registered(cell, customer, a1)


@scenario(Expected(tags="non_dn_incoming_call agent_disconnect", offers="a2 answered", ended_by="agent", queues=""))
async def a_customer_dials_an_extensions_own_number(cell: Cell, customer: Phone, a2: Phone) -> None:
    await scripts.the_agents_own_number_is_dialled(cell, customer, a2)


# No agent answered before the customer hung up, message or not.
@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout customer_abandon",
        offers="a3 no_answer",
        ended_by="customer",
        abandoned_in="ivr",
    )
)
async def a_customer_leaves_a_message_and_hangs_up(cell: Cell, customer: Phone, a3: Phone) -> None:
    call = await customer.call(cell.dn("02"), cell.caller())
    await (await a3.rings()).ended()
    await call.connected()
    await time_passes(1)
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call agent_no_answer_timeout", offers="a3 no_answer", ended_by="system"))
async def a_customers_message_is_cut_off(cell: Cell, customer: Phone, a3: Phone) -> None:
    call = await customer.call(cell.dn("02"), cell.caller())
    await (await a3.rings()).ended()
    await call.ended()


@scenario(Expected(tags="incoming_dn_call agent_reject", offers="a3 rejected", ended_by="system"))
async def an_agent_declines_and_voicemail_answers(cell: Cell, customer: Phone, a3: Phone) -> None:
    call = await customer.call(cell.dn("02"), cell.caller())
    await (await a3.rings()).decline(603)
    await call.connected()
    await call.ended()


@scenario(Expected(tags="incoming_dn_call cpe_reject", offers="a3 cpe_rejected", ended_by="system"))
async def a_phone_is_not_registered_and_voicemail_answers(cell: Cell, customer: Phone, a3: Phone) -> None:
    await a3.unregister()
    call = await customer.call(cell.dn("02"), cell.caller())
    await call.connected()
    await call.ended()


@scenario(Expected(tags="incoming_dn_call customer_abandon", ended_by="customer", abandoned_in="ivr"))
async def voicemail_answers_at_once(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("03"), cell.caller())
    await call.connected()
    await time_passes(2.2)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout queue_exit",
        offers="a1 no_answer",
        ended_by="system",
        queues="08 timeout",
        queue_exit_reason="timeout",
    )
)
async def a_queue_gives_up_and_voicemail_takes_over(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_queue_gives_up_after_its_time(cell, customer, a1)


# The menu.


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues="00 answered"))
async def the_menu_of_a_did_leads_to_a_queue(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("13"), cell.caller())
    await call.connected()
    await call.dtmf("1")
    await (await a1.rings()).answer()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered & a2 answered_elsewhere & a3 answered_elsewhere",
        queues="",
    )
)
async def the_menu_of_a_did_leads_to_a_ring_group(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone
) -> None:
    call = await customer.call(cell.dn("13"), cell.caller())
    await call.connected()
    await call.dtmf("2")
    first = await a1.rings()
    await a2.rings()
    await a3.rings()
    await first.answer()
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a2 answered", ended_by="agent", queues=""))
async def the_menu_of_a_did_takes_an_extension(cell: Cell, customer: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("13"), cell.caller())
    await call.connected()
    await call.dtmf(cell.extension("a2"))
    await (await (await a2.rings()).answer()).hangup()
    await call.ended()


# Transfers of a queue's call.


def passed_on(offers: str, transfers: str, queues: str = "00 answered") -> Expected:
    return Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers=offers,
        ended_by="customer",
        transfers=transfers,
        queues=queues,
    )


async def _from_the_queue(cell: Cell, customer: Phone, a1: Phone) -> tuple[Call, Call]:
    call = await customer.call(cell.dn("00"), cell.caller())
    talk = await (await a1.rings()).answer()
    await call.connected()
    return call, talk


async def _presses(cell: Cell, talk: Call, feature: str, number: str) -> None:
    await talk.dtmf(feature)
    await cell.event("DTMFEnd", Channel=f"{cell.device('a1')}-", Digit=feature[-1], Direction="Received")
    await talk.dtmf(number)


@scenario(passed_on("a1 answered, a2 answered", "blind a2 answered"))
async def a_member_transfers_blind_by_keys(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await _from_the_queue(cell, customer, a1)
    await _presses(cell, talk, "##", cell.extension("a2"))
    await (await a2.rings()).answer()
    await talk.ended()
    await call.hangup()


@scenario(passed_on("a1 answered, a2 answered", "attended a2 answered"))
async def a_member_transfers_attended_by_keys(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await _from_the_queue(cell, customer, a1)
    await _presses(cell, talk, "*2", cell.extension("a2"))
    await (await a2.rings()).answer()
    await talk.hangup()
    await cell.event("AttendedTransfer", Result="Success")
    await call.hangup()


@scenario(passed_on("a1 answered, s1 answered", "blind s1 answered"))
async def a_member_transfers_blind_to_a_supervisor(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, talk = await _from_the_queue(cell, customer, a1)
    await talk.refer(cell.extension("s1"))
    await (await s1.rings()).answer()
    await talk.ended()
    await call.hangup()


@scenario(passed_on("a1 answered, a2 answered", "attended a2 answered"))
async def a_member_consults_and_transfers(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await _from_the_queue(cell, customer, a1)
    await talk.hold()
    consult = await a1.call(cell.extension("a2"))
    await (await a2.rings()).answer()
    await consult.connected()
    await talk.refer_to(consult)
    await talk.ended()
    await consult.ended()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a3 answered",
        queues="07 answered",
    )
)
async def an_extension_transfers_blind_to_a_queue(cell: Cell, customer: Phone, a1: Phone, a3: Phone) -> None:
    call = await customer.call(cell.dn("11"), cell.caller())
    talk = await (await a1.rings()).answer()
    await call.connected()
    await talk.refer(cell.to_queue("07"))
    await (await a3.rings()).answer()
    await talk.ended()
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call transferred_external customer_disconnect", offers="a1 answered"))
async def a_member_transfers_blind_to_an_outside_number(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await _from_the_queue(cell, customer, a1)
    await talk.refer("9" + cell.caller(2))
    await (await customer.rings()).answer()
    await talk.ended()
    await call.hangup()


# Supervision.


async def _spied(code: str, cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, _ = await _from_the_queue(cell, customer, a1)
    spy = await s1.call(code + cell.extension("a1"))
    await spy.connected()
    await cell.event("ChanSpyStart")
    await spy.hangup()
    await call.hangup()


def watched(tag: str, mode: str) -> Expected:
    return Expected(
        tags=f"incoming_dn_call {tag} customer_disconnect", offers="a1 answered", supervisions=f"s1 {mode} a1"
    )


@scenario(watched("supervisor_monitored_call", "monitor"))
async def a_supervisor_dials_555_and_listens(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    await _spied("*555", cell, customer, a1, s1)


@scenario(watched("supervisor_coached_call", "coach"))
async def a_supervisor_dials_556_and_whispers(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    await _spied("*556", cell, customer, a1, s1)


@scenario(watched("supervisor_conference_call", "barge"))
async def a_supervisor_dials_557_and_barges_in(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    await _spied("*557", cell, customer, a1, s1)


# Call back by a Local channel.

ASKED = Expected(tags="incoming_dn_call virtual_queue_callback_incoming", offers="a1 cancelled", ended_by="system")


@scenario(
    ASKED,
    Expected(
        tags="outbound_call virtual_queue_callback_outgoing customer_disconnect",
        offers="a1 answered",
        direction="outbound",
        callback=True,
    ),
)
async def a_customer_is_called_back_through_a_local_channel(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_customer_is_called_back(cell, customer, a1)


@scenario(
    ASKED,
    Expected(
        tags="outbound_call virtual_queue_callback_outgoing customer_abandon",
        offers="a1 answered",
        direction="outbound",
        callback=True,
    ),
)
async def a_customer_called_back_through_a_local_channel_is_busy(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_customer_is_busy_when_called_back(cell, customer, a1)


# Hot desks: agent a6 has no device; she logs in at desk d1, and the offers are hers.


async def _sits_down(cell: Cell, d1: Phone) -> None:
    await (await d1.call("*11" + cell.extension("a6"))).ended()


async def _leaves(d1: Phone) -> None:
    await (await d1.call("*12")).ended()


@scenario(
    FEATURE_CODE,
    Expected(
        tags="incoming_dn_call customer_disconnect", offers="a6 answered", ended_by="customer", queues="06 answered"
    ),
    FEATURE_CODE,
)
async def an_agent_answers_at_a_hot_desk(cell: Cell, customer: Phone, d1: Phone) -> None:
    await _sits_down(cell, d1)
    call = await customer.call(cell.dn("06"), cell.caller())
    await takes_the_call(d1, call)
    await _leaves(d1)


@scenario(
    FEATURE_CODE,
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_reject customer_disconnect",
        offers="a6 rejected, a2 answered",
        queues="06 answered",
    ),
    FEATURE_CODE,
)
async def an_agent_declines_at_a_hot_desk(cell: Cell, customer: Phone, d1: Phone, a2: Phone) -> None:
    await _sits_down(cell, d1)
    call = await customer.call(cell.dn("06"), cell.caller())
    await (await d1.rings()).decline(603)
    await takes_the_call(a2, call)
    await _leaves(d1)


# The desk's phone is there, but nobody sits at it: the queue offers the call to the agent, who has no phone.
@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign cpe_reject customer_disconnect",
        offers="a6 cpe_rejected, a2 answered",
        queues="06 answered",
    )
)
async def an_agent_sits_at_no_desk(cell: Cell, customer: Phone, d1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("06"), cell.caller())
    await takes_the_call(a2, call)


@scenario(
    FEATURE_CODE,
    Expected(tags="incoming_dn_call agent_disconnect", offers="a6 answered", ended_by="agent", queues=""),
    FEATURE_CODE,
)
async def a_did_rings_an_agent_at_a_hot_desk(cell: Cell, customer: Phone, d1: Phone) -> None:
    await _sits_down(cell, d1)
    call = await customer.call(cell.dn("40"), cell.caller())
    talk = await (await d1.rings()).answer()
    await call.connected()
    await talk.hangup()
    await call.ended()
    await _leaves(d1)


@scenario(
    FEATURE_CODE,
    Expected(tags="outbound_call agent_disconnect", direction="outbound", ended_by="agent", staff="a6"),
    FEATURE_CODE,
)
async def an_agent_calls_out_from_a_hot_desk(cell: Cell, customer: Phone, d1: Phone) -> None:
    await _sits_down(cell, d1)
    call = await d1.call("9" + cell.caller())
    outside = await (await customer.rings()).answer()
    await call.hangup()
    await outside.ended()
    await _leaves(d1)


@scenario(
    FEATURE_CODE,
    Expected(
        tags="agent_to_agent_call agent_disconnect",
        offers="a1 answered",
        direction="internal",
        ended_by="agent",
        staff="a6 a1",
    ),
    FEATURE_CODE,
)
async def an_agent_calls_a_colleague_from_a_hot_desk(cell: Cell, d1: Phone, a1: Phone) -> None:
    await _sits_down(cell, d1)
    call = await d1.call(cell.extension("a1"))
    await takes_the_call(a1, call)
    await _leaves(d1)


@scenario(
    FEATURE_CODE,
    Expected(
        tags="agent_to_agent_call agent_reject",
        offers="a6 rejected",
        direction="internal",
    ),
    FEATURE_CODE,
)
async def an_agent_at_a_hot_desk_declines_a_colleague(cell: Cell, d1: Phone, a1: Phone) -> None:
    await _sits_down(cell, d1)
    call = await a1.call(cell.extension("a6"))
    await (await d1.rings()).decline(603)
    await call.ended()
    await _leaves(d1)


# Outbound and internal.


@scenario(Expected(tags="outbound_call customer_disconnect", direction="outbound", ended_by="customer"))
async def an_extension_calls_out(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_agent_calls_out(cell, customer, a1)


@scenario(Expected(tags="non_dn_outgoing_call customer_disconnect", direction="outbound", ended_by="customer"))
async def an_extension_calls_out_as_itself(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_agent_calls_out(cell, customer, a1, prefix="91")


@scenario(Expected(tags="outbound_call customer_abandon", direction="outbound"))
async def the_customer_called_is_busy(cell: Cell, customer: Phone, a1: Phone) -> None:
    await customer.when_called("decline", 486)
    await (await a1.call("9" + cell.caller())).ended()


@scenario(
    Expected(
        tags="agent_to_agent_call agent_disconnect", offers="a2 answered", direction="internal", ended_by="agent"
    )
)
async def an_extension_calls_another(cell: Cell, a1: Phone, a2: Phone) -> None:
    await scripts.the_agent_calls_a_colleague(cell, a1, a2)


@scenario(
    Expected(
        tags="agent_to_agent_call agent_no_answer_timeout",
        offers="a3 no_answer",
        direction="internal",
        ended_by="agent",
    )
)
async def a_colleagues_voicemail_answers(cell: Cell, a1: Phone, a3: Phone) -> None:
    call = await a1.call(cell.extension("a3"))
    await (await a3.rings()).ended()
    await call.connected()
    await call.hangup()
