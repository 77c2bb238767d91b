"""Passing a call on: by REFER and by keys, by agents and supervisors, to colleagues, queues and outside numbers."""

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell


async def _in_talk(number: str, cell: Cell, customer: Phone, who: Phone) -> tuple[Call, Call]:
    call = await customer.call(number, cell.caller())
    talk = await (await who.rings()).answer()
    await call.connected()
    return call, talk


def by_agent(offers: str, transfers: str, ended: str = "customer_disconnect") -> Expected:
    return Expected(
        tags=f"incoming_dn_call agent_transferred_call transferred {ended}", offers=offers, transfers=transfers
    )


def by_supervisor(offers: str, transfers: str) -> Expected:
    return Expected(
        tags="non_dn_incoming_call supervisor_transferred_call transferred customer_disconnect",
        offers=offers,
        transfers=transfers,
    )


# Blind, by REFER.


async def _blind(cell: Cell, customer: Phone, who: Phone, number: str, to: str, target: Phone) -> Call:
    call, talk = await _in_talk(number, cell, customer, who)
    await talk.refer(to)
    await (await target.rings()).answer()
    await talk.ended()
    return call


@scenario(by_agent("a1 answered, a2 answered", "blind a2 answered"))
async def an_agent_transfers_blind_to_an_agent(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await _blind(cell, customer, a1, cell.dn("11"), cell.extension("a2"), a2)
    await call.hangup()


@scenario(by_agent("a1 answered, s1 answered", "blind s1 answered"))
async def an_agent_transfers_blind_to_a_supervisor(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call = await _blind(cell, customer, a1, cell.dn("11"), cell.extension("s1"), s1)
    await call.hangup()


# An extension is neither agent nor supervisor.
@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect", offers="a1 answered", transfers="blind e1 answered"
    )
)
async def an_agent_transfers_blind_to_a_plain_extension(cell: Cell, customer: Phone, a1: Phone, e1: Phone) -> None:
    call = await _blind(cell, customer, a1, cell.dn("11"), cell.extension("e1"), e1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        queues="dynamic answered",
    )
)
async def an_agent_transfers_blind_to_a_queue(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await cell.log_in("a2")
    call = await _blind(cell, customer, a1, cell.dn("11"), cell.to_queue("06"), a2)
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call transferred_external customer_disconnect", offers="a1 answered")
)
async def an_agent_transfers_blind_to_an_outside_number(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await _blind(cell, customer, a1, cell.dn("11"), "9" + cell.caller(2), customer)
    await call.hangup()


# Connected before, so no abandon; nobody else was connected, so not transferred. The customer ended the call.
@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered, a2 cancelled",
        ended_by="customer",
        transfers="blind a2 unanswered",
    )
)
async def a_customer_gives_up_after_a_blind_transfer(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    await talk.refer(cell.extension("a2"))
    await a2.rings()
    await talk.ended()
    await call.hangup()


# Staff and caller had been connected, and it was the PBX that had nowhere left to send the caller.
@scenario(
    Expected(
        tags="incoming_dn_call agent_reject system_disconnect",
        offers="a1 answered, a2 rejected",
        ended_by="system",
        transfers="blind a2 refused",
    )
)
async def an_agent_declines_a_blind_transfer(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    await talk.refer(cell.extension("a2"))
    await (await a2.rings()).decline(603)
    await call.ended()


@scenario(by_supervisor("s1 answered, a1 answered", "blind a1 answered"))
async def a_supervisor_transfers_blind_to_an_agent(cell: Cell, customer: Phone, s1: Phone, a1: Phone) -> None:
    call = await _blind(cell, customer, s1, cell.extension("s1"), cell.extension("a1"), a1)
    await call.hangup()


@scenario(by_supervisor("s1 answered, s2 answered", "blind s2 answered"))
async def a_supervisor_transfers_blind_to_a_supervisor(cell: Cell, customer: Phone, s1: Phone, s2: Phone) -> None:
    call = await _blind(cell, customer, s1, cell.extension("s1"), cell.extension("s2"), s2)
    await call.hangup()


@scenario(
    Expected(
        tags="non_dn_incoming_call supervisor_transferred_call transferred customer_disconnect",
        offers="s1 answered, a1 answered",
        queues="single answered",
    )
)
async def a_supervisor_transfers_blind_to_a_queue(cell: Cell, customer: Phone, s1: Phone, a1: Phone) -> None:
    call = await _blind(cell, customer, s1, cell.extension("s1"), cell.to_queue("07"), a1)
    await call.hangup()


# What a supervisor passes on may go to anybody, outside numbers included.
@scenario(
    Expected(
        tags="non_dn_incoming_call supervisor_transferred_call transferred transferred_external"
        " customer_disconnect",
        offers="s1 answered",
    )
)
async def a_supervisor_transfers_blind_to_an_outside_number(cell: Cell, customer: Phone, s1: Phone) -> None:
    call = await _blind(cell, customer, s1, cell.extension("s1"), "9" + cell.caller(2), customer)
    await call.hangup()


@scenario(
    Expected(
        tags="non_dn_incoming_call agent_reject system_disconnect",
        offers="s1 answered, a1 rejected",
        ended_by="system",
        transfers="blind a1 refused",
    )
)
async def an_agent_declines_a_supervisors_blind_transfer(
    cell: Cell, customer: Phone, s1: Phone, a1: Phone
) -> None:
    call, talk = await _in_talk(cell.extension("s1"), cell, customer, s1)
    await talk.refer(cell.extension("a1"))
    await (await a1.rings()).decline(603)
    await call.ended()


@scenario(
    Expected(
        tags="outbound_call agent_transferred_call transferred customer_disconnect",
        offers="a2 answered",
        direction="outbound",
        transfers="blind a2 answered",
    )
)
async def an_agent_transfers_an_outside_call(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await a1.call("9" + cell.caller())
    outside = await (await customer.rings()).answer()
    await call.connected()
    await call.refer(cell.extension("a2"))
    await (await a2.rings()).answer()
    await call.ended()
    await outside.hangup()


# Attended, by REFER with Replaces.


async def _consults(talk: Call, who: Phone, number: str, target: Phone) -> tuple[Call, Call]:
    await talk.hold()
    consult = await who.call(number)
    answered = await (await target.rings()).answer()
    await consult.connected()
    return consult, answered


@scenario(by_agent("a1 answered, a2 answered", "attended a2 answered", "agent_disconnect"))
async def an_agent_transfers_attended_to_an_agent(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    _, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    consult, answered = await _consults(talk, a1, cell.extension("a2"), a2)
    await talk.refer_to(consult)
    await talk.ended()
    await consult.ended()
    await answered.hangup()


@scenario(by_agent("a1 answered, s1 answered", "attended s1 answered"))
async def an_agent_transfers_attended_to_a_supervisor(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    consult, _ = await _consults(talk, a1, cell.extension("s1"), s1)
    await talk.refer_to(consult)
    await talk.ended()
    await consult.ended()
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call transferred_external customer_disconnect", offers="a1 answered")
)
async def an_agent_transfers_attended_to_an_outside_number(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    consult, _ = await _consults(talk, a1, "9" + cell.caller(2), customer)
    await talk.refer_to(consult)
    await talk.ended()
    await consult.ended()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
    )
)
async def an_agent_transfers_attended_to_a_queue(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await cell.log_in("a2")
    call, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    consult, _ = await _consults(talk, a1, cell.to_queue("06"), a2)
    await talk.refer_to(consult)
    await talk.ended()
    await consult.ended()
    await call.hangup()


@scenario(by_supervisor("s1 answered, a1 answered", "attended a1 answered"))
async def a_supervisor_transfers_attended_to_an_agent(cell: Cell, customer: Phone, s1: Phone, a1: Phone) -> None:
    call, talk = await _in_talk(cell.extension("s1"), cell, customer, s1)
    consult, _ = await _consults(talk, s1, cell.extension("a1"), a1)
    await talk.refer_to(consult)
    await talk.ended()
    await consult.ended()
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", transfers=""),
    Expected(
        tags="agent_to_agent_call agent_disconnect", offers="a2 answered", direction="internal", consult=True
    ),
)
async def an_agent_consults_and_comes_back(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    consult, _ = await _consults(talk, a1, cell.extension("a2"), a2)
    await consult.hangup()
    await talk.resume()
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", transfers=""),
    Expected(tags="agent_to_agent_call agent_reject", offers="a2 rejected", direction="internal", consult=True),
)
async def a_colleague_declines_to_be_consulted(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    await talk.hold()
    consult = await a1.call(cell.extension("a2"))
    await (await a2.rings()).decline(603)
    await consult.ended()
    await talk.resume()
    await call.hangup()


# By keys.


async def _presses(cell: Cell, talk: Call, feature: str, number: str) -> None:
    await talk.dtmf(feature)
    await cell.event("DTMFEnd", Channel=f"PJSIP/{talk.phone.user}-", Digit=feature[-1], Direction="Received")
    await talk.dtmf(number)


@scenario(by_agent("a1 answered, a2 answered", "blind a2 answered"))
async def an_agent_transfers_blind_by_keys(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    await _presses(cell, talk, "##", cell.extension("a2"))
    await (await a2.rings()).answer()
    await talk.ended()
    await call.hangup()


@scenario(by_agent("a1 answered, a2 answered", "attended a2 answered"))
async def an_agent_transfers_attended_by_keys(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    await _presses(cell, talk, "*2", cell.extension("a2"))
    await (await a2.rings()).answer()
    await talk.hangup()
    await cell.event("AttendedTransfer", Result="Success")
    await call.hangup()


# The agent hangs up while the colleague still rings: the colleague gets the customer.
@scenario(by_agent("a1 answered, s1 answered", "attended s1 answered"))
async def an_agent_leaves_the_customer_with_a_ringing_supervisor(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    await _presses(cell, talk, "*2", cell.extension("s1"))
    ringing = await s1.rings()
    await talk.hangup()
    await ringing.answer()
    await cell.event("AttendedTransfer", Result="Success")
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_conference_call agent_disconnect", offers="a1 answered, a2 answered"
    )
)
async def an_agent_makes_it_three_by_keys(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    _, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    await _presses(cell, talk, "*2", cell.extension("a2"))
    third = await (await a2.rings()).answer()
    await talk.dtmf("*3")
    await cell.event("AttendedTransfer", DestType="Threeway")
    await third.hangup()
    await cell.gone("a2")
    await talk.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered"),
    Expected(
        tags="agent_to_agent_call agent_disconnect", offers="a2 answered", direction="internal", consult=True
    ),
)
async def an_agent_consults_by_keys_and_comes_back(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    await _presses(cell, talk, "*2", cell.extension("a2"))
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
    call, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    await _presses(cell, talk, "*2", cell.extension("s1"))
    third = await (await s1.rings()).answer()
    await talk.dtmf("*3")
    await cell.event("AttendedTransfer", DestType="Threeway")
    await third.hangup()
    await cell.gone("s1")
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call transferred_external customer_disconnect", offers="a1 answered")
)
async def an_agent_transfers_to_an_outside_number_by_keys(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    await _presses(cell, talk, "##", "9" + cell.caller(2))
    await (await customer.rings()).answer()
    await talk.ended()
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered"),
    Expected(tags="agent_to_agent_call agent_reject", offers="a2 rejected", direction="internal", consult=True),
)
async def a_colleague_declines_to_be_consulted_by_keys(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    await _presses(cell, talk, "*2", cell.extension("a2"))
    await (await a2.rings()).decline(603)
    # In the first talk, and back in it.
    await cell.event("BridgeEnter", 1, Channel=f"{cell.device('a1')}-")
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", transfers=""),
    Expected(tags="agent_to_agent_call", offers="a2 cancelled", direction="internal", consult=True),
)
async def a_colleague_does_not_come_to_the_phone_to_be_consulted(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    await talk.hold()
    consult = await a1.call(cell.extension("a2"))
    await a2.rings()
    await consult.rings()
    await consult.hangup()
    await talk.resume()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject system_disconnect",
        offers="a1 answered, a5 cpe_rejected",
        ended_by="system",
        transfers="blind a5 refused",
    )
)
async def an_agent_transfers_to_a_phone_that_is_off(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    await talk.refer(cell.extension("a5"))
    await call.ended()


@scenario(by_supervisor("s1 answered, s2 answered", "attended s2 answered"))
async def a_supervisor_transfers_attended_to_a_supervisor(
    cell: Cell, customer: Phone, s1: Phone, s2: Phone
) -> None:
    call, talk = await _in_talk(cell.extension("s1"), cell, customer, s1)
    consult, _ = await _consults(talk, s1, cell.extension("s2"), s2)
    await talk.refer_to(consult)
    await talk.ended()
    await consult.ended()
    await call.hangup()


@scenario(
    Expected(tags="non_dn_incoming_call agent_disconnect", offers="s1 answered", ended_by="supervisor", transfers=""),
    Expected(
        tags="agent_to_agent_call agent_disconnect", offers="a1 answered", direction="internal", consult=True
    ),
)
async def a_supervisor_consults_and_comes_back(cell: Cell, customer: Phone, s1: Phone, a1: Phone) -> None:
    _, talk = await _in_talk(cell.extension("s1"), cell, customer, s1)
    consult, _ = await _consults(talk, s1, cell.extension("a1"), a1)
    await consult.hangup()
    await talk.resume()
    await talk.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        queues="local answered",
        transfers="blind a2 answered",
    )
)
async def a_local_member_transfers_blind(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await _blind(cell, customer, a1, cell.dn("02"), cell.extension("a2"), a2)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, s1 answered",
        queues="local answered",
        transfers="attended s1 answered",
    )
)
async def a_local_member_transfers_attended(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, talk = await _in_talk(cell.dn("02"), cell, customer, a1)
    consult, _ = await _consults(talk, a1, cell.extension("s1"), s1)
    await talk.refer_to(consult)
    await talk.ended()
    await consult.ended()
    await call.hangup()


@scenario(
    Expected(
        tags="agent_to_agent_call agent_transferred_call transferred agent_disconnect",
        offers="a2 answered, s1 answered",
        direction="internal",
        transfers="blind s1 answered",
    )
)
async def an_agent_transfers_a_colleague(cell: Cell, a1: Phone, a2: Phone, s1: Phone) -> None:
    call = await a1.call(cell.extension("a2"))
    talk = await (await a2.rings()).answer()
    await call.connected()
    await talk.refer(cell.extension("s1"))
    await (await s1.rings()).answer()
    await talk.ended()
    await call.hangup()


# Passed on twice.
@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call supervisor_transferred_call transferred customer_disconnect",
        offers="a1 answered, s1 answered, a2 answered",
        transfers="blind s1 answered, blind a2 answered",
    )
)
async def an_agent_transfers_to_a_supervisor_who_transfers_on(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone, a2: Phone
) -> None:
    call, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    await talk.refer(cell.extension("s1"))
    second = await (await s1.rings()).answer()
    await talk.ended()
    await second.refer(cell.extension("a2"))
    await (await a2.rings()).answer()
    await second.ended()
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
    call, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    await _presses(cell, talk, "*2", cell.extension("a2"))
    await (await a2.rings()).ended()
    await cell.event("BridgeEnter", 1, Channel=f"{cell.device('a1')}-")
    await call.hangup()


# The agent is gone, the colleague does not answer, and the PBX rings the agent again.
@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout reassign customer_disconnect",
        offers="a1 answered, a2 no_answer, a1 answered",
        ended_by="customer",
    )
)
async def the_customer_comes_back_when_the_colleague_does_not_answer(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await _in_talk(cell.dn("11"), cell, customer, a1)
    await _presses(cell, talk, "*2", cell.extension("a2"))
    ringing = await a2.rings()
    await talk.hangup()
    await ringing.ended()
    await (await a1.rings()).answer()
    await call.hangup()


@scenario(
    Expected(
        tags="non_dn_incoming_call customer_disconnect",
        offers="s1 answered, a1 cancelled",
        ended_by="customer",
        transfers="blind a1 unanswered",
    )
)
async def a_customer_gives_up_after_a_supervisors_transfer(
    cell: Cell, customer: Phone, s1: Phone, a1: Phone
) -> None:
    call, talk = await _in_talk(cell.extension("s1"), cell, customer, s1)
    await talk.refer(cell.extension("a1"))
    await a1.rings()
    await talk.ended()
    await call.hangup()


@scenario(
    Expected(
        tags="non_dn_incoming_call supervisor_transferred_call transferred transferred_external"
        " customer_disconnect",
        offers="s1 answered",
    )
)
async def a_supervisor_transfers_attended_to_an_outside_number(cell: Cell, customer: Phone, s1: Phone) -> None:
    call, talk = await _in_talk(cell.extension("s1"), cell, customer, s1)
    consult, _ = await _consults(talk, s1, "9" + cell.caller(2), customer)
    await talk.refer_to(consult)
    await talk.ended()
    await consult.ended()
    await call.hangup()


@scenario(
    Expected(
        tags="non_dn_incoming_call supervisor_transferred_call transferred customer_disconnect",
        offers="s1 answered, a2 answered",
    )
)
async def a_supervisor_transfers_attended_to_a_queue(cell: Cell, customer: Phone, s1: Phone, a2: Phone) -> None:
    await cell.log_in("a2")
    call, talk = await _in_talk(cell.extension("s1"), cell, customer, s1)
    consult, _ = await _consults(talk, s1, cell.to_queue("06"), a2)
    await talk.refer_to(consult)
    await talk.ended()
    await consult.ended()
    await call.hangup()


@scenario(by_supervisor("s1 answered, a1 answered", "blind a1 answered"))
async def a_supervisor_transfers_blind_by_keys(cell: Cell, customer: Phone, s1: Phone, a1: Phone) -> None:
    call, talk = await _in_talk(cell.extension("s1"), cell, customer, s1)
    await _presses(cell, talk, "##", cell.extension("a1"))
    await (await a1.rings()).answer()
    await talk.ended()
    await call.hangup()


@scenario(by_supervisor("s1 answered, a1 answered", "attended a1 answered"))
async def a_supervisor_transfers_attended_by_keys(cell: Cell, customer: Phone, s1: Phone, a1: Phone) -> None:
    call, talk = await _in_talk(cell.extension("s1"), cell, customer, s1)
    await _presses(cell, talk, "*2", cell.extension("a1"))
    await (await a1.rings()).answer()
    await talk.hangup()
    await cell.event("AttendedTransfer", Result="Success")
    await call.hangup()
