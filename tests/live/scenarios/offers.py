"""Who was offered the call, and what became of the offer: declined, dead phone, no answer, answered."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell, time_passes

RESCUED = Expected(
    tags="incoming_dn_call reassigned_call reassign agent_reject customer_disconnect",
    offers="a1 rejected, a2 answered",
    ended_by="customer",
    queues="linear answered",
)
DEAD_THEN_RESCUED = Expected(
    tags="incoming_dn_call reassigned_call reassign cpe_reject customer_disconnect",
    offers="a1 cpe_rejected, a2 answered",
    ended_by="customer",
    queues="linear answered",
)


@scenario(
    Expected(
        tags="incoming_dn_call agent_disconnect",
        offers="a1 answered",
        ended_by="agent",
        queues="linear answered",
    )
)
async def the_first_agent_answers_and_hangs_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    talk = await (await a1.rings()).answer()
    await call.connected()
    await talk.hangup()
    await call.ended()


async def _declines(code: int, cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a1.rings()).decline(code)
    await (await a2.rings()).answer()
    await call.connected()
    await call.hangup()


@scenario(RESCUED)
async def an_agent_declines_with_603(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await _declines(603, cell, customer, a1, a2)


@scenario(RESCUED)
async def an_agent_declines_and_the_phone_says_486(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await _declines(486, cell, customer, a1, a2)


@scenario(RESCUED)
async def an_agent_declines_and_the_phone_says_480(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await _declines(480, cell, customer, a1, a2)


@scenario(RESCUED)
async def an_agent_declines_and_the_phone_says_600(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await _declines(600, cell, customer, a1, a2)


@scenario(DEAD_THEN_RESCUED)
async def a_ringing_phone_fails_with_500(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await _declines(500, cell, customer, a1, a2)


@scenario(DEAD_THEN_RESCUED)
async def a_ringing_phone_cannot_take_the_media_488(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await _declines(488, cell, customer, a1, a2)


async def _refuses_at_once(code: int, cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await a1.when_called("decline", code)
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a2.rings()).answer()
    await call.connected()
    await call.hangup()


@scenario(DEAD_THEN_RESCUED)
async def a_phone_on_do_not_disturb_says_486(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await _refuses_at_once(486, cell, customer, a1, a2)


@scenario(DEAD_THEN_RESCUED)
async def a_phone_on_do_not_disturb_says_480(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await _refuses_at_once(480, cell, customer, a1, a2)


@scenario(DEAD_THEN_RESCUED)
async def a_phone_on_do_not_disturb_says_600(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await _refuses_at_once(600, cell, customer, a1, a2)


@scenario(DEAD_THEN_RESCUED)
async def a_phone_is_out_of_service_503(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await _refuses_at_once(503, cell, customer, a1, a2)


@scenario(DEAD_THEN_RESCUED)
async def a_phone_shares_no_codec_488(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await _refuses_at_once(488, cell, customer, a1, a2)


@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_no_answer_timeout agent_disconnect",
        offers="a1 no_answer, a2 answered",
        ended_by="agent",
        queues="linear answered",
    )
)
async def an_agent_lets_it_ring(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a1.rings()).ended()
    talk = await (await a2.rings()).answer()
    await call.connected()
    await talk.hangup()
    await call.ended()


@scenario(DEAD_THEN_RESCUED)
async def a_phone_is_gone_but_still_registered(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await a1.die()
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a2.rings()).answer()
    await call.connected()
    await call.hangup()


@scenario(DEAD_THEN_RESCUED)
async def a_phone_hangs_and_answers_nothing(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    a1.freeze()
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a2.rings()).answer()
    await call.connected()
    await call.hangup()


@scenario(DEAD_THEN_RESCUED)
async def a_phone_loses_its_registration_while_ringing(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await a1.rings()
    await a1.unregister()
    await (await a2.rings()).answer()
    await call.connected()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign cpe_reject customer_disconnect",
        offers="a4 cpe_rejected, a2 answered",
        queues="dynamic answered",
    )
)
async def a_watched_phone_hangs_while_ringing(cell: Cell, customer: Phone, a4: Phone, a2: Phone) -> None:
    await cell.log_in("a4")
    await cell.log_in("a2")
    call = await customer.call(cell.dn("06"), cell.caller())
    await a4.rings()
    a4.freeze()
    await (await a2.rings()).answer()
    await call.connected()
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a2 answered", queues="linear answered")
)
async def an_unregistered_agent_is_passed_over_for_a_ready_one(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await a1.unregister()
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a2.rings()).answer()
    await call.connected()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call reassign agent_reject customer_disconnect",
        offers="a1 rejected, a1 answered",
        queues="single answered",
    )
)
async def the_same_agent_declines_first_and_answers_then(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("07"), cell.caller())
    await (await a1.rings()).decline(603)
    await (await a1.rings()).answer()
    await call.connected()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_reject agent_no_answer_timeout customer_disconnect",
        offers="a1 rejected, a2 no_answer, a1 answered",
        queues="linear answered",
    )
)
async def the_call_comes_round_to_the_agent_who_declined(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a1.rings()).decline(603)
    await (await a2.rings()).ended()
    await (await a1.rings()).answer()
    await call.connected()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_reject cpe_reject agent_no_answer_timeout"
        " agent_disconnect",
        offers="a1 rejected, a2 cpe_rejected, a3 no_answer, a4 answered",
        ended_by="agent",
        queues="five answered",
    )
)
async def one_declines_one_phone_fails_one_sleeps_and_one_answers(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone, a4: Phone
) -> None:
    await a2.when_called("decline", 486)
    call = await customer.call(cell.dn("15"), cell.caller())
    await (await a1.rings()).decline(603)
    await (await a3.rings()).ended()
    talk = await (await a4.rings()).answer()
    await call.connected()
    await talk.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call over_customer_waiting_threshold over_agent_answer_threshold customer_disconnect",
        offers="a1 answered",
    )
)
async def an_agent_answers_after_both_thresholds_of_the_number(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("12"), cell.caller())
    ringing = await a1.rings()
    await time_passes(5)
    await ringing.answer()
    await call.connected()
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call over_agent_answer_threshold customer_disconnect", offers="a1 answered")
)
async def an_agent_answers_after_the_numbers_threshold(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("12"), cell.caller())
    ringing = await a1.rings()
    await time_passes(2.8)
    await ringing.answer()
    await call.connected()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call over_agent_answer_threshold reassign reassigned_call agent_reject customer_disconnect",
        offers="a1 rejected, a2 answered",
        queues="strict answered",
    )
)
async def an_agent_declines_after_the_queues_threshold(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("13"), cell.caller())
    ringing = await a1.rings()
    await time_passes(3.6)
    await ringing.decline(603)
    await (await a2.rings()).answer()
    await call.connected()
    await call.hangup()


# Two at once.


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject customer_disconnect",
        offers="a1 rejected & a2 answered",
        queues="ringall answered",
    )
)
async def both_ring_one_declines_the_other_answers(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("01"), cell.caller())
    first, second = await a1.rings(), await a2.rings()
    await first.decline(603)
    await cell.gone("a1")
    await second.answer()
    await call.connected()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere & a2 answered",
        queues="ringall answered",
    )
)
async def both_ring_and_one_is_quicker(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("01"), cell.caller())
    await a1.rings()
    await (await a2.rings()).answer()
    await call.connected()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call reassign agent_reject customer_disconnect",
        offers="a1 rejected & a2 rejected, a1 answered_elsewhere & a2 answered",
        queues="ringall answered",
    )
)
async def both_decline_and_both_ring_again(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("01"), cell.caller())
    first, second = await a1.rings(), await a2.rings()
    await first.decline(603)
    await second.decline(486)
    await a1.rings()
    await (await a2.rings()).answer()
    await call.connected()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject cpe_reject customer_disconnect",
        offers="a1 cpe_rejected & a2 rejected & a3 answered",
        queues="",
    )
)
async def a_ring_group_with_a_busy_phone_a_decline_and_an_answer(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone
) -> None:
    await a1.when_called("decline", 486)
    call = await customer.call(cell.dn("40"), cell.caller())
    second, third = await a2.rings(), await a3.rings()
    await second.decline(603)
    await cell.gone("a2")
    await third.answer()
    await call.connected()
    await call.hangup()


# Local members, the FreePBX manner.


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
    await (await a2.rings()).answer()
    await call.connected()
    await call.hangup()


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
    await (await a2.rings()).answer()
    await call.connected()
    await call.hangup()


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
    await (await a1.rings()).answer()
    await call.connected()
    await call.hangup()


# Calls to one agent.


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues=""))
async def a_number_that_rings_one_agent(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("11"), cell.caller())
    await (await a1.rings()).answer()
    await call.connected()
    await call.hangup()


# The PBX gives up for the caller: a call that the system ended is not abandoned.
@scenario(Expected(tags="incoming_dn_call agent_reject", offers="a1 rejected", ended_by="system"))
async def the_only_agent_declines_with_603(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("11"), cell.caller())
    await (await a1.rings()).decline(603)
    await call.ended()


@scenario(Expected(tags="incoming_dn_call agent_reject", offers="a1 rejected", ended_by="system"))
async def the_only_agent_declines_with_486(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("11"), cell.caller())
    await (await a1.rings()).decline(486)
    await call.ended()


@scenario(Expected(tags="incoming_dn_call cpe_reject", offers="a1 cpe_rejected", ended_by="system"))
async def the_only_agents_phone_is_not_registered(cell: Cell, customer: Phone, a1: Phone) -> None:
    await a1.unregister()
    call = await customer.call(cell.dn("11"), cell.caller())
    await call.ended()


@scenario(Expected(tags="non_dn_incoming_call cpe_reject", offers="a5 cpe_rejected", ended_by="system"))
async def an_agents_phone_was_never_switched_on(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.extension("a5"), cell.caller())
    await call.ended()


@scenario(Expected(tags="incoming_dn_call agent_no_answer_timeout", offers="a1 no_answer", ended_by="system"))
async def the_only_agent_lets_it_ring(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("45"), cell.caller())
    await (await a1.rings()).ended()
    await call.ended()


@scenario(
    Expected(
        tags="non_dn_incoming_call agent_disconnect", offers="a3 answered", ended_by="agent", queues=""
    )
)
async def a_customer_dials_an_agents_own_number(cell: Cell, customer: Phone, a3: Phone) -> None:
    call = await customer.call(cell.extension("a3"), cell.caller())
    talk = await (await a3.rings()).answer()
    await call.connected()
    await talk.hangup()


@scenario(Expected(tags="non_dn_incoming_call customer_disconnect", offers="s1 answered", ended_by="customer"))
async def a_customer_dials_a_supervisors_own_number(cell: Cell, customer: Phone, s1: Phone) -> None:
    call = await customer.call(cell.extension("s1"), cell.caller())
    await (await s1.rings()).answer()
    await call.connected()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_no_answer_timeout customer_disconnect",
        offers="a1 no_answer, a2 answered",
        queues="",
    )
)
async def the_call_follows_to_the_second_agent(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("41"), cell.caller())
    await (await a1.rings()).ended()
    await (await a2.rings()).answer()
    await call.connected()
    await call.hangup()


# A phone that forwards has not failed the offer, so the next one is no reassignment; and nobody was connected who
# could have passed the call on, so it is no transfer either.
@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 forwarded, a2 answered", transfers="")
)
async def a_phone_forwards_to_a_colleague(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("42"), cell.caller())
    await (await a1.rings()).redirect(cell.extension("a2"))
    await (await a2.rings()).answer()
    await call.connected()
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 forwarded", ended_by="customer", transfers="")
)
async def a_phone_forwards_to_an_outside_number(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("42"), cell.caller(1))
    await (await a1.rings()).redirect(cell.caller(2))
    await (await customer.rings()).answer()
    await call.connected()
    await call.hangup()


# The offer ends by SIP's own timeout: 32 s without a word from the phone.
@scenario(
    Expected(
        tags="incoming_dn_call reassign cpe_reject customer_disconnect",
        offers="a1 cpe_rejected, a1 answered",
        queues="long answered",
    )
)
async def a_silent_phone_is_given_up_by_sip_itself(cell: Cell, customer: Phone, a1: Phone) -> None:
    await a1.die()
    call = await customer.call(cell.dn("16"), cell.caller())
    await cell.channel("a1")
    await a1.start()
    await a1.register()
    await (await a1.rings()).answer()
    await call.connected()
    await call.hangup()


@scenario(Expected(tags="non_dn_incoming_call agent_reject", offers="s1 rejected", ended_by="system"))
async def a_supervisor_declines_a_customer(cell: Cell, customer: Phone, s1: Phone) -> None:
    call = await customer.call(cell.extension("s1"), cell.caller())
    await (await s1.rings()).decline(603)
    await call.ended()


# The extension is no agent, but the customer was connected to somebody: no abandon.
@scenario(Expected(tags="non_dn_incoming_call customer_disconnect", ended_by="customer"))
async def a_customer_dials_a_plain_extension(cell: Cell, customer: Phone, e1: Phone) -> None:
    call = await customer.call(cell.extension("e1"), cell.caller())
    await (await e1.rings()).answer()
    await call.connected()
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", queues="local answered")
)
async def a_local_member_answers_and_hangs_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("02"), cell.caller())
    talk = await (await a1.rings()).answer()
    await talk.hangup()
    await call.ended()
