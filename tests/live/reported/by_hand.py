"""An administrator ends a leg in the middle of a transfer, a consultation, a call that goes out, or of listening."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import in_talk, parks, presses, spies

TALKED = Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer")
CUT_OFF = Expected(tags="incoming_dn_call system_disconnect", offers="a1 answered", ended_by="system")


@scenario(TALKED, Expected(tags="agent_to_agent_call", offers="a2 cancelled", direction="internal", consult=True))
async def an_administrator_ends_the_ringing_of_whom_an_agent_asks_by_keys(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await presses(cell, talk, "*2", cell.extension("a2"))
    await a2.rings()
    await cell.hang_up("a2")
    await cell.event("BridgeEnter", 1, Channel=f"{cell.device('a1')}-")
    await time_passes(1)
    await call.hangup()


@scenario(
    TALKED,
    Expected(tags="agent_to_agent_call system_disconnect", offers="a2 answered", direction="internal", consult=True),
)
async def an_administrator_ends_the_talk_with_whom_an_agent_asks_by_keys(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await presses(cell, talk, "*2", cell.extension("a2"))
    await (await a2.rings()).answer()
    await time_passes(1.5)
    await cell.hang_up("a2")
    await cell.event("BridgeEnter", 2, Channel=f"{cell.device('a1')}-")
    await time_passes(1)
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call system_disconnect", offers="a1 answered, a2 cancelled", ended_by="system"))
async def an_administrator_ends_the_ringing_of_whom_an_agent_has_transferred_to(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    await talk.refer(cell.extension("a2"))
    await a2.rings()
    await talk.ended()
    await time_passes(1)
    await cell.hang_up("a2")
    await call.ended()


@scenario(Expected(tags="incoming_dn_call system_disconnect", offers="a1 answered, a1 cancelled", ended_by="system"))
async def an_administrator_ends_the_ringing_of_who_parked(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    await parks(cell, talk)
    await a1.rings()
    await time_passes(1)
    await cell.hang_up("a1")
    await call.ended()


async def _cuts_half(half: str, cell: Cell, customer: Phone, a1: Phone) -> None:
    call, _ = await in_talk(cell.dn("99"), cell, customer, a1, 29)
    await cell.talks("a1")
    await time_passes(1.5)
    await cell.pbx.action("Hangup", Channel=cell.local_half(cell.extension("a1"), half))
    await call.ended()


@scenario(CUT_OFF)
async def an_administrator_ends_the_callers_half_of_a_talk(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _cuts_half(";1", cell, customer, a1)


@scenario(CUT_OFF)
async def an_administrator_ends_the_phones_half_of_a_talk(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _cuts_half(";2", cell, customer, a1)


@scenario(Expected(tags="outbound_call customer_abandon", direction="outbound", ended_by="system"))
async def an_administrator_ends_what_rings_at_a_customer(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await a1.call(f"9{cell.caller()}")
    await customer.rings()
    await time_passes(1)
    await cell.hang_up("customer")
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call customer_disconnect", offers="a1 answered",
        ended_by="customer", supervisions="s1 monitor a1",
    )
)  # fmt: skip
async def an_administrator_ends_a_supervisors_listening(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    listening = await spies(cell, s1, f"*63{cell.extension('a1')}")
    await time_passes(1.5)
    await cell.hang_up("s1")
    await listening.ended()
    await time_passes(1)
    await call.hangup()


@scenario(Expected(tags="", offers="a1 cancelled", direction="internal"))
async def an_administrator_ends_the_ringing_of_a_click(cell: Cell, customer: Phone, a1: Phone) -> None:
    await cell.pbx.action(
        "Originate", Channel=cell.device("a1"), Context=f"from-internal-{cell.nn}", Exten=f"9{cell.caller()}",
        Priority=1, CallerID=cell.dn("00"), Async="true",
    )  # fmt: skip
    ringing = await a1.rings()
    await time_passes(1)
    await cell.hang_up("a1")
    await ringing.ended()
