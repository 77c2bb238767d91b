"""What SIP says beside the call: reasons in headers, forwards that are ignored, an INVITE that replaces a call."""

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import in_talk, takes_the_call

TALKED = Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer")
HUNG_UP_ON = Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent")


def _next(first: str, tag: str) -> Expected:
    """The first agent's offer fails, the second answers, the customer hangs up."""
    return Expected(
        tags=f"incoming_dn_call reassigned_call reassign {tag} customer_disconnect",
        offers=f"a1 {first}, a2 answered",
        ended_by="customer",
    )


async def _takes_over(who: Phone, number: str, talk: Call) -> None:
    """By an INVITE that replaces the talk."""
    taking = await who.call(number, replaces=talk.replaces)
    await taking.connected()
    await talk.ended()


@scenario(TALKED)
async def a_customer_hangs_up_and_the_carrier_says_normal_unspecified(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    await call.hangup("Q.850;cause=31")


@scenario(TALKED)
async def a_customers_line_fails_and_the_carrier_says_so(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    await call.hangup('Q.850;cause=41;text="Temporary failure"')


@scenario(HUNG_UP_ON)
async def an_agents_phone_hangs_up_and_says_that_a_timer_expired(cell: Cell, customer: Phone, a1: Phone) -> None:
    _, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    await talk.hangup("Q.850;cause=102")


@scenario(HUNG_UP_ON)
async def an_agents_phone_hangs_up_and_says_that_the_call_was_rejected(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    _, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    await talk.hangup("Q.850;cause=21")


@scenario(_next("rejected", "agent_reject"))
async def an_agent_declines_and_the_phone_calls_it_normal(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a1.rings()).decline(603, "Q.850;cause=16")
    await takes_the_call(a2, call, seconds=1)


@scenario(_next("rejected", "agent_reject"))
async def an_agent_declines_with_486_and_the_phone_says_unspecified(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a1.rings()).decline(486, "Q.850;cause=31")
    await takes_the_call(a2, call, seconds=1)


@scenario(_next("cpe_rejected", "cpe_reject"))
async def a_phone_on_do_not_disturb_calls_it_normal(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await a1.when_called("decline", 486, "Q.850;cause=16")
    call = await customer.call(cell.dn("00"), cell.caller())
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon", offers="a1 cancelled", ended_by="customer", abandoned_in="ringing"
    )
)
async def a_carrier_takes_the_call_back_and_says_completed_elsewhere(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("43"), cell.caller())
    ringing = await a1.rings()
    await time_passes(3)
    await call.hangup('SIP;cause=200;text="Call completed elsewhere"')
    await ringing.ended()


# The PBX follows no phone's forward: nobody else is called by it, so it is a refusal.
@scenario(_next("rejected", "agent_reject"))
async def a_queue_ignores_that_an_agent_deflects(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(12))
    await (await a1.rings()).redirect(cell.extension("e1"))
    await takes_the_call(a2, call, seconds=1)


@scenario(_next("cpe_rejected", "cpe_reject"))
async def the_pbx_ignores_that_a_phone_forwards_at_once(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await a1.when_called("decline", 302, forward=cell.extension("e1"))
    call = await customer.call(cell.dn("99"), cell.caller(13))
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
    )
)
async def a_colleagues_phone_takes_the_talk_over_by_an_invite(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    await _takes_over(a2, cell.extension("a1"), talk)
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_transferred_call transferred customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        transfers="takeover s1 answered",
    )
)
async def a_supervisors_phone_takes_the_talk_over_by_an_invite(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    await _takes_over(s1, cell.extension("a1"), talk)
    await time_passes(1)
    await call.hangup()


# One agent, one device, two phones: she goes on at the other.
@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a6 answered", transfers="", ended_by="customer")
)
async def an_agent_takes_her_talk_over_to_her_other_phone(cell: Cell, customer: Phone, a6: Phone, a6b: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(16))
    other = await a6b.called()
    talk = await (await a6.called()).answer()
    await other.ended()
    await call.connected()
    await time_passes(1)
    await _takes_over(a6b, cell.extension("a6"), talk)
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 forwarded & a2 answered_elsewhere",
        ended_by="customer",
    )
)
async def one_of_a_group_forwards_to_the_reception_which_answers(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, e1: Phone
) -> None:
    await a1.when_called("decline", 302, forward=cell.extension("e1"))
    call = await customer.call(cell.dn("99"), cell.caller(34))
    other = await a2.rings()
    await (await e1.rings()).pick_up()
    await other.ended()
    await call.connected()
    await time_passes(1)
    await call.hangup()


# She is called twice at once, which is one offer.
@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 forwarded & a2 answered", ended_by="customer")
)
async def one_of_a_group_forwards_to_the_other(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await a1.when_called("decline", 302, forward=cell.extension("a2"))
    call = await customer.call(cell.dn("99"), cell.caller(34))
    ringing, again = await a2.rings(), await a2.called()
    await ringing.pick_up()
    await again.ended()
    await call.connected()
    await time_passes(1)
    await call.hangup()


@scenario(_next("cpe_rejected", "cpe_reject"))
async def a_members_phone_forwards_to_a_number_that_there_is_not(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await a1.when_called("decline", 302, forward="777")
    call = await customer.call(cell.dn("97"), cell.caller())
    await takes_the_call(a2, call, seconds=1)


@scenario(Expected(tags="outbound_call customer_abandon", direction="outbound"))
async def whom_an_agent_calls_is_busy_and_the_carrier_calls_it_normal(cell: Cell, customer: Phone, a1: Phone) -> None:
    await customer.when_called("decline", 486, "Q.850;cause=16")
    await (await a1.call("9" + cell.caller())).ended()
