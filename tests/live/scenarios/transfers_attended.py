"""Asking a colleague first, then passing the call on (REFER with Replaces), or not."""

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import by_agent, by_supervisor, consults, in_talk


@scenario(by_agent("a1 answered, a2 answered", "attended a2 answered", "agent_disconnect"))
async def an_agent_transfers_attended_to_an_agent(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    _, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    consult, answered = await consults(talk, a1, cell.extension("a2"), a2)
    await talk.refer_to(consult)
    await talk.ended()
    await consult.ended()
    await answered.hangup()


@scenario(by_agent("a1 answered, s1 answered", "attended s1 answered"))
async def an_agent_transfers_attended_to_a_supervisor(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    consult, _ = await consults(talk, a1, cell.extension("s1"), s1)
    await talk.refer_to(consult)
    await talk.ended()
    await consult.ended()
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call transferred_external customer_disconnect", offers="a1 answered"))
async def an_agent_transfers_attended_to_an_outside_number(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    consult, _ = await consults(talk, a1, "9" + cell.caller(2), customer)
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
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    consult, _ = await consults(talk, a1, cell.to_queue("06"), a2)
    await talk.refer_to(consult)
    await talk.ended()
    await consult.ended()
    await call.hangup()


@scenario(by_supervisor("s1 answered, a1 answered", "attended a1 answered"))
async def a_supervisor_transfers_attended_to_an_agent(cell: Cell, customer: Phone, s1: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.extension("s1"), cell, customer, s1)
    consult, _ = await consults(talk, s1, cell.extension("a1"), a1)
    await talk.refer_to(consult)
    await talk.ended()
    await consult.ended()
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", transfers=""),
    Expected(tags="agent_to_agent_call agent_disconnect", offers="a2 answered", direction="internal", consult=True),
)
async def an_agent_consults_and_comes_back(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    consult, _ = await consults(talk, a1, cell.extension("a2"), a2)
    await consult.hangup()
    await talk.resume()
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", transfers=""),
    Expected(tags="agent_to_agent_call agent_reject", offers="a2 rejected", direction="internal", consult=True),
)
async def a_colleague_declines_to_be_consulted(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await talk.hold()
    consult = await a1.call(cell.extension("a2"))
    await (await a2.rings()).decline(603)
    await consult.ended()
    await talk.resume()
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", transfers=""),
    Expected(tags="agent_to_agent_call", offers="a2 cancelled", direction="internal", consult=True),
)
async def a_colleague_does_not_come_to_the_phone_to_be_consulted(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await talk.hold()
    consult = await a1.call(cell.extension("a2"))
    await a2.rings()
    await consult.rings()
    await consult.hangup()
    await talk.resume()
    await call.hangup()


@scenario(by_supervisor("s1 answered, s2 answered", "attended s2 answered"))
async def a_supervisor_transfers_attended_to_a_supervisor(cell: Cell, customer: Phone, s1: Phone, s2: Phone) -> None:
    call, talk = await in_talk(cell.extension("s1"), cell, customer, s1)
    consult, _ = await consults(talk, s1, cell.extension("s2"), s2)
    await talk.refer_to(consult)
    await talk.ended()
    await consult.ended()
    await call.hangup()


@scenario(
    Expected(tags="non_dn_incoming_call agent_disconnect", offers="s1 answered", ended_by="supervisor", transfers=""),
    Expected(tags="agent_to_agent_call agent_disconnect", offers="a1 answered", direction="internal", consult=True),
)
async def a_supervisor_consults_and_comes_back(cell: Cell, customer: Phone, s1: Phone, a1: Phone) -> None:
    _, talk = await in_talk(cell.extension("s1"), cell, customer, s1)
    consult, _ = await consults(talk, s1, cell.extension("a1"), a1)
    await consult.hangup()
    await talk.resume()
    await talk.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, s1 answered",
        queues="local answered",
        transfers="attended s1 answered",
    )
)
async def a_local_member_transfers_attended(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, talk = await in_talk(cell.dn("02"), cell, customer, a1)
    consult, _ = await consults(talk, a1, cell.extension("s1"), s1)
    await talk.refer_to(consult)
    await talk.ended()
    await consult.ended()
    await call.hangup()


@scenario(
    Expected(
        tags="non_dn_incoming_call supervisor_transferred_call transferred transferred_external customer_disconnect",
        offers="s1 answered",
    )
)
async def a_supervisor_transfers_attended_to_an_outside_number(cell: Cell, customer: Phone, s1: Phone) -> None:
    call, talk = await in_talk(cell.extension("s1"), cell, customer, s1)
    consult, _ = await consults(talk, s1, "9" + cell.caller(2), customer)
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
    call, talk = await in_talk(cell.extension("s1"), cell, customer, s1)
    consult, _ = await consults(talk, s1, cell.to_queue("06"), a2)
    await talk.refer_to(consult)
    await talk.ended()
    await consult.ended()
    await call.hangup()


# The customer was connected before, so this is no abandon; the colleagues go on about something of their own.
@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer", transfers=""),
    Expected(tags="agent_to_agent_call agent_disconnect", offers="a2 answered", direction="internal", consult=True),
)
async def a_customer_gives_up_while_the_agent_consults(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    consult, _ = await consults(talk, a1, cell.extension("a2"), a2)
    await call.hangup()
    await talk.ended()
    await consult.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, s1 answered",
        transfers="attended s1 answered",
    )
)
async def an_agent_leaves_a_consulted_supervisor_to_the_customer_and_is_done(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    consult, answered = await consults(talk, a1, cell.extension("s1"), s1)
    await consult.refer_to(talk)
    await talk.ended()
    await consult.ended()
    await answered.connected()
    await call.hangup()


async def _leaves_to_a_ringing_phone(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> tuple[Call, Call]:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await talk.hold()
    consult = await a1.call(cell.extension("a2"))
    ringing = await a2.rings()
    await consult.rings()
    await talk.refer_to(consult)
    await talk.ended()
    return call, ringing


@scenario(by_agent("a1 answered, a2 answered", "attended a2 answered"))
async def an_agent_transfers_to_a_colleague_who_still_rings(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, ringing = await _leaves_to_a_ringing_phone(cell, customer, a1, a2)
    await ringing.answer()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject system_disconnect",
        offers="a1 answered, a2 rejected",
        ended_by="system",
        transfers="attended a2 refused",
    )
)
async def a_colleague_who_still_rings_declines_the_transfer(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, ringing = await _leaves_to_a_ringing_phone(cell, customer, a1, a2)
    await ringing.decline(603)
    await call.ended()


# The customer takes the agent's place in the queue while a phone rings for it: she is offered at once, not queued.
@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        transfers="attended a2 answered",
    )
)
async def an_agent_transfers_to_a_queue_that_rings_a_colleague(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await cell.log_in("a2")
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await talk.hold()
    consult = await a1.call(cell.helpdesk)
    ringing = await a2.rings()
    await consult.connected()
    await talk.refer_to(consult)
    await talk.ended()
    await time_passes(1.5)
    await ringing.answer()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred queued customer_disconnect",
        offers="a1 answered, a2 answered",
        transfers="attended a2 answered",
    )
)
async def an_agent_transfers_to_a_queue_where_nobody_is_ready_yet(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await talk.hold()
    consult = await a1.call(cell.helpdesk)
    await cell.waits_in("dynamic")
    await consult.connected()
    await talk.refer_to(consult)
    await talk.ended()
    await time_passes(1.5)
    await cell.log_in("a2")
    await (await a2.rings()).answer()
    await call.hangup()
