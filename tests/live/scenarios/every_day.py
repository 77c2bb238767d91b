"""What many contact centres do: a click in the CRM, a dialler, a survey, an agent at a mobile phone,
an agent who logs in once for the day."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import takes_the_call


async def _clicks(cell: Cell, agent: str | None = None) -> None:
    """The CRM has the PBX call the agent, for 3 s at most, and then the customer."""
    await cell.pbx.action(
        "Originate", Channel=agent or cell.device("a1"), Context=f"from-internal-{cell.nn}",
        Exten=f"9{cell.caller()}", Priority=1, CallerID=cell.caller(), Async="true", Timeout=3000,
    )  # fmt: skip


@scenario(
    Expected(
        tags="outbound_call customer_disconnect", direction="outbound", ended_by="customer", offers="a1 answered"
    )
)
async def an_agent_clicks_to_call_a_customer(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _clicks(cell)
    talk = await (await a1.rings()).answer()
    outside = await (await customer.rings()).answer()
    await talk.connected()
    await outside.hangup()
    await talk.ended()


@scenario(Expected(tags="agent_reject", direction="internal", offers="a1 rejected"))
async def an_agent_thinks_better_of_a_click(cell: Cell, a1: Phone) -> None:
    await _clicks(cell)
    await (await a1.rings()).decline(603)


@scenario(Expected(tags="agent_no_answer_timeout", direction="internal", offers="a1 no_answer"))
async def an_agent_lets_a_click_ring(cell: Cell, a1: Phone) -> None:
    await _clicks(cell)
    await (await a1.rings()).ended()


@scenario(Expected(tags="agent_no_answer_timeout", direction="internal", offers="a1 no_answer"))
async def an_agent_behind_a_local_channel_lets_a_click_ring(cell: Cell, a1: Phone) -> None:
    await _clicks(cell, f"Local/{cell.extension('a1')}@from-internal-{cell.nn}")
    await (await a1.rings()).ended()


@scenario(Expected(tags="cpe_reject", direction="internal", offers="a1 cpe_rejected"))
async def a_dead_phone_is_called_by_a_click(cell: Cell, a1: Phone) -> None:
    a1.freeze()
    await _clicks(cell)
    await cell.channel("a1")
    await cell.gone("a1")


@scenario(Expected(tags="", direction="internal", offers="a1 cancelled"))
async def the_crm_takes_a_click_back(cell: Cell, a1: Phone) -> None:
    await _clicks(cell)
    ringing = await a1.rings()
    await cell.hang_up("a1")
    await ringing.ended()


async def _dials(cell: Cell, customer: Phone, xx: str) -> None:
    """A dialler calls the customer, and a queue finds the agent."""
    await cell.pbx.action(
        "Originate", Channel=f"PJSIP/{cell.caller()}@trunk{cell.nn}", Context=f"queues-{cell.nn}",
        Exten=cell.to_queue(xx), Priority=1, CallerID=cell.dn("00"), Async="true",
    )  # fmt: skip


@scenario(
    Expected(
        tags="outbound_call agent_disconnect",
        direction="outbound",
        ended_by="agent",
        offers="a1 answered",
        queues="linear answered",
    )
)
async def a_dialler_finds_a_customer_and_an_agent(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _dials(cell, customer, "00")
    outside = await (await customer.rings()).answer()
    talk = await (await a1.rings()).answer()
    await talk.connected()
    await talk.hangup()
    await outside.ended()


@scenario(
    Expected(
        tags="outbound_call customer_abandon queued",
        direction="outbound",
        ended_by="customer",
        queues="dynamic abandoned",
    )
)
async def a_dialler_finds_a_customer_and_no_agent(cell: Cell, customer: Phone) -> None:
    await _dials(cell, customer, "06")
    outside = await (await customer.rings()).answer()
    await cell.waits_in("dynamic")
    await time_passes(1.5)
    await outside.hangup()


@scenario(Expected(tags="outbound_call customer_abandon", direction="outbound"))
async def a_dialler_finds_nobody(cell: Cell, customer: Phone) -> None:
    await _dials(cell, customer, "00")
    await (await customer.rings()).decline(486)


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent"))
async def the_agent_hangs_up_and_the_customer_is_asked_how_it_was(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("50"), cell.caller())
    talk = await (await a1.rings()).answer()
    await talk.connected()
    await talk.hangup()
    await cell.event("Newexten", Context=f"survey-{cell.nn}")
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent"))
async def the_survey_ends_the_call(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("50"), cell.caller())
    talk = await (await a1.rings()).answer()
    await talk.connected()
    await talk.hangup()
    await call.ended()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def an_agent_sends_the_customer_to_the_survey(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    talk = await (await a1.rings()).answer()
    await talk.connected()
    await talk.refer(f"4{cell.nn}50")
    await cell.event("Newexten", Context=f"survey-{cell.nn}")
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call system_disconnect", offers="a1 answered", ended_by="system"))
async def the_survey_that_an_agent_sent_the_customer_to_ends_the_call(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    talk = await (await a1.rings()).answer()
    await talk.connected()
    await talk.refer(f"4{cell.nn}50")
    await call.ended()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="0800555 answered", ended_by="customer"))
async def an_agent_answers_at_a_mobile_phone(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("51"), cell.caller())
    mobile = await (await customer.rings()).answer()
    await call.connected()
    await call.hangup()
    await mobile.ended()


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="0800555 answered", ended_by="agent"))
async def an_agent_hangs_up_at_a_mobile_phone(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("51"), cell.caller())
    mobile = await (await customer.rings()).answer()
    await call.connected()
    await mobile.hangup()
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign customer_abandon",
        offers="0800555 rejected, 0800555 cancelled",
        ended_by="customer",
        abandoned_in="ringing",
    )
)
async def an_agent_declines_at_a_mobile_phone(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("51"), cell.caller())
    await (await customer.rings()).decline(603)
    await customer.rings()
    await call.hangup()


# The login itself is no call.
@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a2 answered", ended_by="customer"),
    Expected(tags="incoming_dn_call agent_disconnect", offers="a2 answered", ended_by="agent"),
)
async def an_agent_logged_in_for_the_day_takes_two_calls(cell: Cell, customer: Phone, a2: Phone) -> None:
    agent = f"Agent:{cell.extension('a2')}"
    shift = await a2.call("*71")
    await cell.held_free(agent)
    first = await customer.call(cell.dn("52"), cell.caller(1))
    await first.connected()
    await cell.held_free(agent, False)
    await first.hangup()
    await cell.held_free(agent)
    second = await customer.call(cell.dn("52"), cell.caller(2))
    await second.connected()
    await shift.hangup()
    await second.ended()


@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_no_answer_timeout customer_disconnect",
        offers="a2 no_answer, a1 answered",
        queues="acknowledge answered",
    )
)
async def an_agent_logged_in_for_the_day_does_not_acknowledge_a_call(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    shift = await a2.call("*72")
    await cell.held_free(f"Agent:{cell.extension('a2')}")
    call = await customer.call(cell.dn("59"), cell.caller())
    await takes_the_call(a1, call)
    await shift.hangup()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a2 answered", queues="acknowledge answered"))
async def an_agent_logged_in_for_the_day_acknowledges_a_call(cell: Cell, customer: Phone, a2: Phone) -> None:
    shift = await a2.call("*72")
    await cell.held_free(f"Agent:{cell.extension('a2')}")
    call = await customer.call(cell.dn("59"), cell.caller())
    await cell.event("BridgeEnter", Channel=f"Local/{cell.extension('a2')}@headset")
    await shift.dtmf("#")
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    await call.hangup()
    await cell.held_free(f"Agent:{cell.extension('a2')}")
    await shift.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call reassigned_call reassign agent_no_answer_timeout customer_disconnect",
        offers="a1 no_answer, a2 answered",
    )
)
async def a_call_follows_its_agent_to_a_colleague(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("60"), cell.caller())
    await (await a1.rings()).ended()
    ringing = await a2.rings()
    # Nobody answers sooner, and the PBX tells of the end of one ringing when the next has begun.
    await time_passes(0.5)
    await ringing.answer()
    await call.connected()
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    await call.hangup()
