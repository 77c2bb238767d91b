"""Passing a call on without asking (REFER): to colleagues, queues and outside numbers, answered or not."""

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import by_agent, by_supervisor, in_talk


async def _blind(cell: Cell, customer: Phone, who: Phone, number: str, to: str, target: Phone) -> Call:
    call, talk = await in_talk(number, cell, customer, who)
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
@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", transfers="blind e1 answered"))
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
    Expected(
        tags="non_dn_incoming_call agent_transferred_call transferred agent_no_answer_timeout reassign"
        " reassigned_call customer_disconnect",
        offers="a3 answered, a1 no_answer, a2 no_answer, a1 answered",
        queues="linear answered",
    )
)
async def the_queue_that_a_call_is_transferred_to_calls_one_agent_twice(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone
) -> None:
    call = await customer.call(cell.extension("a3"), cell.caller())
    talk = await (await a3.rings()).answer()
    await talk.refer(cell.to_queue("00"))
    await (await a1.rings()).ended()
    await (await a2.rings()).ended()
    await (await a1.rings()).answer()
    await call.hangup()


@scenario(
    Expected(
        tags="non_dn_incoming_call agent_transferred_call transferred queued customer_disconnect",
        offers="a3 answered, a2 answered",
        queues="dynamic answered",
    )
)
async def a_call_waits_in_the_queue_that_it_is_transferred_to(
    cell: Cell, customer: Phone, a2: Phone, a3: Phone
) -> None:
    call = await customer.call(cell.extension("a3"), cell.caller())
    talk = await (await a3.rings()).answer()
    await talk.refer(cell.to_queue("06"))
    await cell.waits_in("dynamic")
    await time_passes(1.5)
    await cell.log_in("a2")
    await (await a2.rings()).answer()
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call transferred_external customer_disconnect", offers="a1 answered"))
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
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
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
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
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
        tags="non_dn_incoming_call supervisor_transferred_call transferred transferred_external customer_disconnect",
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
async def an_agent_declines_a_supervisors_blind_transfer(cell: Cell, customer: Phone, s1: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.extension("s1"), cell, customer, s1)
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


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject system_disconnect",
        offers="a1 answered, a5 cpe_rejected",
        ended_by="system",
        transfers="blind a5 refused",
    )
)
async def an_agent_transfers_to_a_phone_that_is_off(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await talk.refer(cell.extension("a5"))
    await call.ended()


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
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await talk.refer(cell.extension("s1"))
    second = await (await s1.rings()).answer()
    await talk.ended()
    await second.refer(cell.extension("a2"))
    await (await a2.rings()).answer()
    await second.ended()
    await call.hangup()


@scenario(
    Expected(
        tags="non_dn_incoming_call customer_disconnect",
        offers="s1 answered, a1 cancelled",
        ended_by="customer",
        transfers="blind a1 unanswered",
    )
)
async def a_customer_gives_up_after_a_supervisors_transfer(cell: Cell, customer: Phone, s1: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.extension("s1"), cell, customer, s1)
    await talk.refer(cell.extension("a1"))
    await a1.rings()
    await talk.ended()
    await call.hangup()


# Nobody of the staff passed it on, so bits 6 and 10 are not true; transferred it was.
@scenario(Expected(tags="incoming_dn_call transferred customer_disconnect", offers="a1 answered"))
async def the_reception_transfers_to_an_agent(cell: Cell, customer: Phone, e1: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("20"), cell.caller())
    await call.connected()
    await call.dtmf("4")
    talk = await (await e1.rings()).answer()
    await talk.connected()
    await talk.refer(cell.extension("a1"))
    await (await a1.rings()).answer()
    await talk.ended()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered, a1 answered",
        transfers="blind a2 answered, blind a1 answered",
    )
)
async def an_agent_gets_back_the_call_that_she_transferred(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await talk.refer(cell.extension("a2"))
    second = await (await a2.rings()).answer()
    await talk.ended()
    await second.connected()
    await second.refer(cell.extension("a1"))
    third = await (await a1.rings()).answer()
    await second.ended()
    await third.connected()
    await call.hangup()
    await third.ended()


@scenario(by_agent("a1 answered, a2 answered, a1 answered", "blind a2 answered, blind a1 answered"))
async def a_transferred_call_is_transferred_back(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    await talk.refer(cell.extension("a2"))
    second = await (await a2.rings()).answer()
    await talk.ended()
    await second.refer(cell.extension("a1"))
    await (await a1.rings()).answer()
    await second.ended()
    await call.hangup()
