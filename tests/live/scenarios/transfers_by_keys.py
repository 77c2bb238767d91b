"""Passing a call on by the keys of the phone: the PBX does what a REFER does elsewhere."""

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell
from tests.live.talks import by_agent, by_supervisor, consults, in_talk, leaves_by_keys, presses


@scenario(by_agent("a1 answered, a2 answered", "blind a2 answered"))
async def an_agent_transfers_blind_by_keys(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await presses(cell, talk, "##", cell.extension("a2"))
    await (await a2.rings()).answer()
    await talk.ended()
    await call.hangup()


@scenario(by_agent("a1 answered, a2 answered", "attended a2 answered"))
async def an_agent_transfers_attended_by_keys(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await presses(cell, talk, "*2", cell.extension("a2"))
    await (await a2.rings()).answer()
    await talk.hangup()
    await cell.event("AttendedTransfer", Result="Success")
    await call.hangup()


# The agent hangs up while the colleague still rings: the colleague gets the customer.
@scenario(by_agent("a1 answered, s1 answered", "attended s1 answered"))
async def an_agent_leaves_the_customer_with_a_ringing_supervisor(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await presses(cell, talk, "*2", cell.extension("s1"))
    ringing = await s1.rings()
    await talk.hangup()
    # Asterisk 22 crashes where she answers before it has brought her leg to the customer.
    await cell.event("BridgeEnter", after=1, Channel=f"Local/{cell.extension('s1')}@")
    await ringing.answer()
    await cell.event("AttendedTransfer", Result="Success")
    await call.hangup()


async def _three_for_a_while(cell: Cell, talk: Call, a2: Phone) -> None:
    """By ``*3``, until agent 2 leaves."""
    await presses(cell, talk, "*2", cell.extension("a2"))
    third = await (await a2.rings()).answer()
    await talk.dtmf("*3")
    await cell.event("AttendedTransfer", DestType="Threeway")
    await third.hangup()
    await cell.gone("a2")


@scenario(Expected(tags="incoming_dn_call agent_conference_call agent_disconnect", offers="a1 answered, a2 answered"))
async def an_agent_makes_it_three_by_keys(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    _, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await _three_for_a_while(cell, talk, a2)
    await talk.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered"),
    Expected(tags="agent_to_agent_call agent_disconnect", offers="a2 answered", direction="internal", consult=True),
)
async def an_agent_consults_by_keys_and_comes_back(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await presses(cell, talk, "*2", cell.extension("a2"))
    consulted = await (await a2.rings()).answer()
    await consulted.hangup()
    # In the first talk, in the consultation, and back in the first talk.
    await cell.event("BridgeEnter", 2, Channel=f"{cell.device('a1')}-")
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_conference_call customer_disconnect", offers="a1 answered, s1 answered"
    )
)
async def an_agent_adds_a_supervisor_by_keys(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await presses(cell, talk, "*2", cell.extension("s1"))
    third = await (await s1.rings()).answer()
    await talk.dtmf("*3")
    await cell.event("AttendedTransfer", DestType="Threeway")
    await third.hangup()
    await cell.gone("s1")
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call transferred_external customer_disconnect", offers="a1 answered"))
async def an_agent_transfers_to_an_outside_number_by_keys(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await presses(cell, talk, "##", "9" + cell.caller(2))
    await (await customer.rings()).answer()
    await talk.ended()
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered"),
    Expected(tags="agent_to_agent_call agent_reject", offers="a2 rejected", direction="internal", consult=True),
)
async def a_colleague_declines_to_be_consulted_by_keys(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await presses(cell, talk, "*2", cell.extension("a2"))
    await (await a2.rings()).decline(603)
    # In the first talk, and back in it.
    await cell.event("BridgeEnter", 1, Channel=f"{cell.device('a1')}-")
    await call.hangup()


# The agent has hung up already: the PBX rings her again, for the customer is still there.
@scenario(
    Expected(
        tags="incoming_dn_call reassign agent_reject customer_disconnect",
        offers="a1 answered, a2 rejected, a1 answered",
    ),
)
async def a_colleague_declines_what_an_agent_left_by_keys_and_the_agent_is_called_back(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    ringing = await leaves_by_keys(cell, talk, cell.extension("a2"), a2)
    await ringing.decline(603)
    await (await a1.rings()).answer()
    await call.hangup()


# The colleague's phone rings for 8 s, and the PBX gives the agent back to the customer.
@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered"),
    Expected(
        tags="agent_to_agent_call agent_no_answer_timeout",
        offers="a2 no_answer",
        direction="internal",
        consult=True,
    ),
)
async def a_colleague_lets_a_consultation_by_keys_ring(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await presses(cell, talk, "*2", cell.extension("a2"))
    await (await a2.rings()).ended()
    await cell.event("BridgeEnter", 1, Channel=f"{cell.device('a1')}-")
    await call.hangup()


@scenario(by_supervisor("s1 answered, a1 answered", "blind a1 answered"))
async def a_supervisor_transfers_blind_by_keys(cell: Cell, customer: Phone, s1: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.extension("s1"), cell, customer, s1)
    await presses(cell, talk, "##", cell.extension("a1"))
    await (await a1.rings()).answer()
    await talk.ended()
    await call.hangup()


@scenario(by_supervisor("s1 answered, a1 answered", "attended a1 answered"))
async def a_supervisor_transfers_attended_by_keys(cell: Cell, customer: Phone, s1: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.extension("s1"), cell, customer, s1)
    await presses(cell, talk, "*2", cell.extension("a1"))
    await (await a1.rings()).answer()
    await talk.hangup()
    await cell.event("AttendedTransfer", Result="Success")
    await call.hangup()


# The first colleague could not help and left the three of them.
@scenario(
    Expected(
        tags="incoming_dn_call agent_conference_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered, s1 answered",
        transfers="attended s1 answered",
    )
)
async def an_agent_makes_it_three_by_keys_and_then_transfers(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, s1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await _three_for_a_while(cell, talk, a2)
    consult, _ = await consults(talk, a1, cell.extension("s1"), s1)
    await talk.refer_to(consult)
    await talk.ended()
    await consult.ended()
    await call.hangup()
