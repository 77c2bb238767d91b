"""Calls of a contact centre that is an ARI application (centre.py): Asterisk itself queues, transfers and spies
nothing."""

from tests.live import scripts
from tests.live.expected import Expected, rescued
from tests.live.phones import Call, Phone
from tests.live.scenarios import Suite, adding_to
from tests.live.stage import Cell, time_passes
from tests.live.talks import in_talk, takes_the_call

STASIS: Suite = {}
scenario = adding_to(STASIS)


# Queues.


@scenario(
    Expected(
        tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent", queues="linear answered"
    )
)
async def an_application_connects_an_agent(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_first_agent_answers_and_hangs_up(cell, customer, a1)


@scenario(rescued("a1 rejected", "agent_reject", "linear answered"))
async def an_agent_declines_an_applications_call(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.the_first_agent_declines_and_the_second_answers(cell, customer, a1, a2, dn="00")


# Without a word of the application nothing shows that this is a queue; the offers show all the same.
@scenario(rescued("a1 rejected", "agent_reject", queues=""))
async def an_agent_declines_and_the_application_says_nothing(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await scripts.the_first_agent_declines_and_the_second_answers(cell, customer, a1, a2, dn="02")


@scenario(rescued("a1 rejected", "agent_reject", "linear answered"))
async def an_agent_declines_an_originated_call(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.the_first_agent_declines_and_the_second_answers(cell, customer, a1, a2, dn="03")


@scenario(rescued("a1 cpe_rejected", "cpe_reject", "linear answered"))
async def a_phone_is_busy_for_an_application(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.the_first_phone_is_busy_and_the_second_answers(cell, customer, a1, a2)


@scenario(rescued("a1 cpe_rejected", "cpe_reject", "linear answered"))
async def a_phone_is_gone_for_an_application(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.the_first_phone_is_gone_and_the_second_answers(cell, customer, a1, a2)


@scenario(rescued("a1 no_answer", "agent_no_answer_timeout", "linear answered"))
async def an_agent_lets_an_application_ring(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.the_first_phone_rings_out_and_the_second_answers(cell, customer, a1, a2)


@scenario(rescued("a1 no_answer", "agent_no_answer_timeout", "linear answered"))
async def an_agent_lets_an_originated_call_ring(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("03"), cell.caller())
    await (await a1.rings()).ended()
    await takes_the_call(a2, call)


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon",
        offers="a1 cancelled",
        ended_by="customer",
        queues="linear abandoned",
        abandoned_in="ringing",
    )
)
async def a_customer_gives_up_in_an_applications_queue(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_customer_gives_up_while_a_phone_rings(cell, customer, a1)


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere & a2 answered",
        queues="ringall answered",
    )
)
async def an_application_rings_two_and_one_is_quicker(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.both_ring_and_the_second_is_quicker(cell, customer, a1, a2)


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject customer_disconnect",
        offers="a1 rejected & a2 answered",
        queues="ringall answered",
    )
)
async def an_application_rings_two_and_one_declines(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.both_ring_one_declines_the_other_answers(cell, customer, a1, a2)


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues="small answered"),
    Expected(
        tags="incoming_dn_call overflowed", ended_by="system", queues="small full", overflow_reason="queue_full"
    ),
)
async def an_applications_queue_is_full(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.one_waits_and_the_queue_is_full(cell, customer, a1, dn="05")


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout queue_exit",
        offers="a1 no_answer",
        ended_by="system",
        queues="timeout timeout",
        queue_exit_reason="timeout",
    )
)
async def an_application_gives_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_queue_gives_up_after_its_time(cell, customer, a1)


# The application finds no phone to ring, and says of no offer.
@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon queued",
        ended_by="customer",
        queues="single abandoned",
        abandoned_in="queue",
    )
)
async def an_application_has_nobody_to_ring(cell: Cell, customer: Phone, a1: Phone) -> None:
    await a1.unregister()
    call = await customer.call(cell.dn("09"), cell.caller())
    await call.connected()
    await time_passes(3)
    await call.hangup()


# One phone, an announcement, and calls from inside.


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues=""))
async def an_application_rings_one_agent(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_only_phone_is_answered(cell, customer, a1)


@scenario(Expected(tags="incoming_dn_call agent_reject", offers="a1 rejected", ended_by="system", queues=""))
async def an_applications_only_agent_declines(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_only_phone_declines(cell, customer, a1)


@scenario(Expected(tags="non_dn_incoming_call agent_disconnect", offers="a2 answered", ended_by="agent"))
async def an_application_gets_an_extensions_number(cell: Cell, customer: Phone, a2: Phone) -> None:
    await scripts.the_agents_own_number_is_dialled(cell, customer, a2)


@scenario(Expected(tags="incoming_dn_call", ended_by="system", queues=""))
async def an_application_announces_and_hangs_up(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("22"), cell.caller())
    await call.ended()


@scenario(Expected(tags="outbound_call customer_disconnect", direction="outbound", ended_by="customer"))
async def an_application_calls_out_for_an_agent(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_agent_calls_out(cell, customer, a1)


@scenario(
    Expected(
        tags="agent_to_agent_call agent_disconnect", offers="a2 answered", direction="internal", ended_by="agent"
    )
)
async def an_application_connects_two_agents(cell: Cell, a1: Phone, a2: Phone) -> None:
    await scripts.the_agent_calls_a_colleague(cell, a1, a2)


# Passing a call on, by moving channels.


async def _presses(cell: Cell, talk: Call, keys: str) -> None:
    before = cell.count("DTMFEnd")
    await talk.dtmf(keys)
    await cell.event("DTMFEnd", before + len(keys) - 1)


def passed_on(offers: str, transfers: str) -> Expected:
    return Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers=offers,
        ended_by="customer",
        transfers=transfers,
    )


@scenario(passed_on("a1 answered, a2 answered", "blind a2 answered"))
async def an_application_passes_the_customer_on(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    await _presses(cell, talk, "##" + cell.extension("a2"))
    await (await a2.rings()).answer()
    await talk.ended()
    await call.hangup()


@scenario(passed_on("a1 answered, s1 answered", "blind s1 answered"))
async def an_application_passes_the_customer_to_a_supervisor(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    await _presses(cell, talk, "##" + cell.extension("s1"))
    await (await s1.rings()).answer()
    await talk.ended()
    await call.hangup()


@scenario(passed_on("a1 answered, a2 answered", "attended a2 answered"))
async def an_agent_consults_and_the_application_passes_on(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    await _presses(cell, talk, "*2" + cell.extension("a2"))
    await (await a2.rings()).answer()
    await _presses(cell, talk, "*4")
    await talk.ended()
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", transfers=""),
    Expected(tags="agent_to_agent_call agent_disconnect", offers="a2 answered", direction="internal", consult=True),
)
async def an_application_brings_the_customer_back(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    await _presses(cell, talk, "*2" + cell.extension("a2"))
    consulted = await (await a2.rings()).answer()
    await consulted.hangup()
    # In the first talk, and back in it.
    await cell.event("BridgeEnter", 1, Channel=f"{cell.device('customer')}-")
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_conference_call customer_disconnect",
        offers="a1 answered, a2 answered",
        transfers="",
    )
)
async def an_application_makes_it_three(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    await _presses(cell, talk, "*2" + cell.extension("a2"))
    third = await (await a2.rings()).answer()
    await _presses(cell, talk, "*3")
    await cell.event("BridgeEnter", 1, Channel=f"{cell.device('customer')}-")
    await third.hangup()
    await call.hangup()
    await talk.ended()


# Supervision: by snoop channels, and by joining the bridge.


async def _supervised(code: str, cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> tuple[Call, Call, Call]:
    call, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    over = await s1.call(code + cell.extension("a1"))
    await over.connected()
    await cell.event("BridgeEnter", Channel=f"{cell.device('s1')}-")
    return call, talk, over


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call customer_disconnect",
        offers="a1 answered",
        supervisions="s1 monitor a1",
    )
)
async def an_application_lets_a_supervisor_listen(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, _, over = await _supervised("*51", cell, customer, a1, s1)
    await over.hangup()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_coached_call agent_disconnect",
        offers="a1 answered",
        supervisions="s1 coach a1",
    )
)
async def an_application_lets_a_supervisor_whisper(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    _, talk, over = await _supervised("*52", cell, customer, a1, s1)
    await over.hangup()
    await talk.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_coached_call customer_disconnect",
        offers="a1 answered",
        supervisions="a2 coach a1",
    )
)
async def an_application_lets_an_agent_whisper(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, _ = await in_talk(cell.dn("00"), cell, customer, a1)
    over = await a2.call("*52" + cell.extension("a1"))
    await over.connected()
    await cell.event("BridgeEnter", Channel=f"{cell.device('a2')}-")
    await over.hangup()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_conference_call customer_disconnect", offers="a1 answered", transfers=""
    )
)
async def an_application_lets_a_supervisor_join(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, _, over = await _supervised("*53", cell, customer, a1, s1)
    await over.hangup()
    await call.hangup()


# The supervisor was for a moment in the bridge with both, and stayed in the agent's place.
@scenario(
    Expected(
        tags="incoming_dn_call supervisor_conference_call supervisor_transferred_call transferred"
        " customer_disconnect",
        offers="a1 answered",
        transfers="takeover s1 answered",
    )
)
async def an_application_lets_a_supervisor_take_over(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, talk, _ = await _supervised("*54", cell, customer, a1, s1)
    await talk.ended()
    await call.hangup()
