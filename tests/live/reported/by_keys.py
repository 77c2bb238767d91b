"""Transfers by keys that go other ways: dropped, tried again, swapped, begun for nothing, picked up by another."""

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import in_talk, presses, takes_the_call

TALKED = Expected(
    tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer", transfers=""
)


async def _a_colleague_declines_what_was_left(cell: Cell, caller: str, customer: Phone, a1: Phone, a2: Phone) -> Call:
    """The agent hangs up while the colleague's phone, whom she asks by keys, still rings; the colleague declines."""
    call = await customer.call(cell.dn("99"), caller)
    talk = await (await a1.rings()).answer()
    await call.connected()
    await time_passes(1)
    await presses(cell, talk, "*2", cell.extension("a2"))
    ringing = await a2.rings()
    await time_passes(1)
    await talk.hangup()
    await time_passes(1)
    await ringing.decline(603)
    return call


# The agent is not called back: the customer is dropped.
@scenario(
    Expected(
        tags="incoming_dn_call agent_reject system_disconnect",
        offers="a1 answered, a2 rejected",
        ended_by="system",
        transfers="attended a2 refused",
    )
)
async def a_colleague_declines_what_an_agent_left_by_keys_and_the_customer_is_dropped(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await _a_colleague_declines_what_was_left(cell, cell.caller(17), customer, a1, a2)
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 rejected, a1 rejected, a2 answered",
        ended_by="customer",
        transfers="attended a2 answered",
    )
)
async def nobody_wants_the_customer_and_the_colleague_is_called_again(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await _a_colleague_declines_what_was_left(cell, cell.caller(18), customer, a1, a2)
    await (await a1.rings()).decline(603)
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="attended a2 answered",
    )
)
async def an_agent_goes_to_and_fro_between_customer_and_colleague_and_hands_over(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await presses(cell, talk, "*2", cell.extension("a2"))
    await (await a2.rings()).answer()
    await time_passes(1)
    for entered in (2, 3):
        await talk.dtmf("*5")
        await cell.event("BridgeEnter", entered, Channel=f"{cell.device('a1')}-")
        await time_passes(1)
    await talk.dtmf("*4")
    await cell.event("AttendedTransfer", Result="Success")
    await talk.ended()
    await time_passes(1)
    await call.hangup()


@scenario(TALKED)
async def an_agent_begins_to_transfer_by_keys_and_dials_nothing(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.dtmf("##")
    await time_passes(6)
    await call.hangup()


@scenario(TALKED)
async def an_agent_asks_by_keys_a_number_that_there_is_not(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await presses(cell, talk, "*2", "777")
    await time_passes(6)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered_elsewhere",
        ended_by="customer",
        transfers="attended s1 answered",
    )
)
async def a_supervisor_picks_up_whom_an_agent_asks_by_keys(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, s1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await presses(cell, talk, "*2", cell.extension("a2"))
    ringing = await a2.rings()
    picked = await s1.call("*8")
    await picked.connected()
    await ringing.ended()
    await time_passes(2)
    await talk.hangup()
    await cell.event("AttendedTransfer", Result="Success")
    await time_passes(1)
    await call.hangup()
