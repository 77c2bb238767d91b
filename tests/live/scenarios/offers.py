"""Who of a queue was offered the call, and what became of it: declined, dead phone, no answer, answered."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import takes_the_call

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
    await takes_the_call(a2, call)


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
    await takes_the_call(a2, call)


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
    await takes_the_call(a2, call)


@scenario(DEAD_THEN_RESCUED)
async def a_phone_hangs_and_answers_nothing(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    a1.freeze()
    call = await customer.call(cell.dn("00"), cell.caller())
    await takes_the_call(a2, call)


@scenario(DEAD_THEN_RESCUED)
async def a_phone_loses_its_registration_while_ringing(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await a1.rings()
    await a1.unregister()
    await takes_the_call(a2, call)


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
    await takes_the_call(a2, call)


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a2 answered", queues="linear answered"))
async def an_unregistered_agent_is_passed_over_for_a_ready_one(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await a1.unregister()
    call = await customer.call(cell.dn("00"), cell.caller())
    await takes_the_call(a2, call)


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
    await takes_the_call(a1, call)


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
    await takes_the_call(a1, call)


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
    await takes_the_call(a1, call)


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect", offers="a1 forwarded, a3 answered", queues="linear answered"
    )
)
async def a_members_phone_forwards_to_a_colleague(cell: Cell, customer: Phone, a1: Phone, a3: Phone) -> None:
    call = await customer.call(cell.dn("58"), cell.caller())
    await (await a1.rings()).redirect(cell.extension("a3"))
    await takes_the_call(a3, call)


@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_reject customer_disconnect",
        offers="a1 forwarded, a3 rejected, a2 answered",
        queues="linear answered",
    )
)
async def a_colleague_declines_what_a_members_phone_forwards(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone
) -> None:
    call = await customer.call(cell.dn("58"), cell.caller())
    await (await a1.rings()).redirect(cell.extension("a3"))
    await (await a3.rings()).decline(603)
    await takes_the_call(a2, call)


# Who answers there is nobody of the staff, though the queue's call has come to her.
@scenario(
    Expected(
        tags="incoming_dn_call agent_disconnect", offers="a1 forwarded", queues="linear answered", ended_by="agent"
    )
)
async def a_members_phone_forwards_to_a_plain_extension(cell: Cell, customer: Phone, a1: Phone, e1: Phone) -> None:
    call = await customer.call(cell.dn("58"), cell.caller())
    await (await a1.rings()).redirect(cell.extension("e1"))
    talk = await (await e1.rings()).answer()
    await call.connected()
    await talk.hangup()
    await call.ended()


# Rings, and says so by 183 (early media) only, of which the queue does not tell: nobody knows whether a person
# declined or the device did.
@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign customer_disconnect",
        offers="a1 None, a2 answered",
        queues="linear answered",
    )
)
async def a_phone_that_never_says_180_is_declined(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await a1.when_called("announce")
    call = await customer.call(cell.dn("00"), cell.caller())
    ringing = await a1.called()
    await time_passes(1.5)
    await ringing.decline(603)
    await takes_the_call(a2, call)
