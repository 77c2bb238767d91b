"""Other ways of listening in than by the agent's channel, and other hands on a call: a panel's."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import fetches, in_talk, spies, takes_the_call


async def _listens(cell: Cell, customer: Phone, a1: Phone, s1: Phone, code: str) -> None:
    call, _ = await in_talk(cell.dn("00"), cell, customer, a1)
    over = await spies(cell, s1, code)
    await time_passes(1)
    await over.hangup()
    await cell.event("ChanSpyStop")
    await call.hangup()


LISTENED = Expected(
    tags="incoming_dn_call supervisor_monitored_call customer_disconnect",
    offers="a1 answered",
    supervisions="s1 monitor a1",
)


@scenario(LISTENED)
async def a_supervisor_listens_to_whoever_talks(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    await _listens(cell, customer, a1, s1, "*55")


@scenario(
    Expected(
        tags="non_dn_incoming_call supervisor_monitored_call customer_disconnect",
        offers="a1 answered",
    )
)
async def a_supervisor_listens_to_whoever_is_on_an_extension(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call = await customer.call(cell.extension("a1"), cell.caller())
    await (await a1.rings()).answer()
    over = await spies(cell, s1, f"*57{cell.extension('a1')}")
    await time_passes(1)
    await over.hangup()
    await cell.event("ChanSpyStop")
    await call.hangup()


@scenario(LISTENED)
async def a_supervisor_listens_to_the_agents_words_only(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    await _listens(cell, customer, a1, s1, f"*58{cell.extension('a1')}")


# The customer hears the supervisor, the agent does not: nobody is coached.
@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered"))
async def a_supervisor_whispers_to_the_customer(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    await _listens(cell, customer, a1, s1, "*56")


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        transfers="blind a2 answered",
    )
)
async def a_panel_transfers_blind_for_the_agent(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, _ = await in_talk(cell.dn("00"), cell, customer, a1)
    await cell.pbx.action(
        "BlindTransfer",
        Channel=await cell.channel("a1"),
        Context=f"from-internal-{cell.nn}",
        Exten=cell.extension("a2"),
    )
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        transfers="attended a2 answered",
    )
)
async def a_panel_transfers_attended_for_the_agent(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    await cell.pbx.action(
        "Atxfer", Channel=await cell.channel("a1"), Context=f"from-internal-{cell.nn}", Exten=cell.extension("a2")
    )
    await (await a2.rings()).answer()
    await time_passes(1)
    await talk.hangup()
    await cell.event("AttendedTransfer")
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered",
    )
)
async def a_panel_parks_the_customer_and_a_colleague_takes_the_call(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    await cell.pbx.action(
        "Park", Channel=await cell.channel("customer"), TimeoutChannel=await cell.channel("a1"),
        Timeout=20000, Parkinglot=f"lot{cell.nn}",
    )  # fmt: skip
    parked = await cell.event("ParkedCall")
    await talk.ended()
    await fetches(a2, parked["ParkingSpace"])
    await call.hangup()


# The PBX makes one call of the two; but the colleague was never offered the customer's.
@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        transfers="blind a2 answered",
    ),
    Expected(
        tags="agent_to_agent_call system_disconnect",
        offers="a3 answered",
        direction="internal",
        ended_by="system",
        consult=True,
    ),
)
async def a_panel_bridges_the_customer_with_a_colleague_who_talks(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone
) -> None:
    call, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    other = await a2.call(cell.extension("a3"))
    left = await (await a3.rings()).answer()
    await cell.pbx.action(
        "Bridge", Channel1=await cell.channel("customer"), Channel2=await cell.channel("a2"), Tone="no"
    )
    await talk.ended()
    await left.ended()
    await time_passes(1)
    await call.hangup()
    await other.ended()
