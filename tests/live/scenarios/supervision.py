"""Supervisors and colleagues on the line: listening, whispering, barging, and taking over."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import in_talk, spies


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        supervisions="s1 monitor a1",
    )
)
async def a_supervisor_listens(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, _ = await in_talk(cell.dn("11"), cell, customer, a1)
    spy = await spies(cell, s1, "*51" + cell.extension("a1"))
    await call.hangup()
    await spy.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_coached_call agent_disconnect",
        offers="a1 answered",
        ended_by="agent",
        supervisions="s1 coach a1",
    )
)
async def a_supervisor_whispers(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    _, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    spy = await spies(cell, s1, "*52" + cell.extension("a1"))
    await spy.hangup()
    await talk.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_conference_call customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        supervisions="s1 barge a1",
    )
)
async def a_supervisor_barges_in(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, _ = await in_talk(cell.dn("11"), cell, customer, a1)
    spy = await spies(cell, s1, "*53" + cell.extension("a1"))
    await spy.hangup()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call supervisor_coached_call supervisor_conference_call"
        " customer_disconnect",
        offers="a1 answered",
        supervisions="s1 monitor a1, s1 coach a1, s1 barge a1",
    )
)
async def a_supervisor_listens_then_whispers_then_barges_in(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call, _ = await in_talk(cell.dn("11"), cell, customer, a1)
    spy = await spies(cell, s1, "*54" + cell.extension("a1"))
    await spy.dtmf("5")
    await cell.event("DTMFEnd", Channel=f"{cell.device('s1')}-", Digit="5", Direction="Received")
    await spy.dtmf("6")
    await cell.event("DTMFEnd", Channel=f"{cell.device('s1')}-", Digit="6", Direction="Received")
    await spy.hangup()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call customer_disconnect",
        offers="a1 answered",
        supervisions="s1 monitor a1",
    )
)
async def a_supervisor_who_may_switch_only_listens(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, _ = await in_talk(cell.dn("11"), cell, customer, a1)
    spy = await spies(cell, s1, "*54" + cell.extension("a1"))
    await spy.hangup()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_coached_call customer_disconnect",
        offers="a1 answered",
        supervisions="a2 coach a1",
    )
)
async def an_agent_whispers_to_an_agent(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, _ = await in_talk(cell.dn("11"), cell, customer, a1)
    spy = await spies(cell, a2, "*52" + cell.extension("a1"))
    await spy.hangup()
    await call.hangup()


# Listening is a supervisor's tag; an agent who only listens sets none.
@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", supervisions="a2 monitor a1"))
async def an_agent_listens_to_an_agent(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, _ = await in_talk(cell.dn("11"), cell, customer, a1)
    spy = await spies(cell, a2, "*51" + cell.extension("a1"))
    await spy.hangup()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_conference_call customer_disconnect",
        offers="a1 answered",
        supervisions="a2 barge a1",
    )
)
async def an_agent_barges_in_on_an_agent(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, _ = await in_talk(cell.dn("11"), cell, customer, a1)
    spy = await spies(cell, a2, "*53" + cell.extension("a1"))
    await spy.hangup()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call customer_disconnect",
        offers="a1 answered",
        supervisions="s1 monitor a1",
    ),
    Expected(tags="non_dn_incoming_call customer_disconnect", offers="a2 answered", supervisions=""),
)
async def of_two_calls_at_once_one_is_listened_to(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, s1: Phone
) -> None:
    call, _ = await in_talk(cell.dn("11"), cell, customer, a1)
    other = await customer.call(cell.extension("a2"), cell.caller(2))
    await (await a2.rings()).answer()
    await other.connected()
    spy = await spies(cell, s1, "*51" + cell.extension("a1"))
    await spy.hangup()
    await other.hangup()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call supervisor_coached_call customer_disconnect",
        offers="a1 answered",
        supervisions="s1 monitor a1, s2 coach a1",
    )
)
async def one_supervisor_listens_and_another_whispers(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone, s2: Phone
) -> None:
    call, _ = await in_talk(cell.dn("11"), cell, customer, a1)
    first = await spies(cell, s1, "*51" + cell.extension("a1"))
    second = await spies(cell, s2, "*52" + cell.extension("a1"))
    await first.hangup()
    await second.hangup()
    await call.hangup()


@scenario(
    Expected(
        tags="agent_to_agent_call supervisor_monitored_call agent_disconnect",
        offers="a2 answered",
        direction="internal",
        supervisions="s1 monitor a2",
    )
)
async def a_supervisor_listens_to_two_agents(cell: Cell, a1: Phone, a2: Phone, s1: Phone) -> None:
    call = await a1.call(cell.extension("a2"))
    await (await a2.rings()).answer()
    await call.connected()
    spy = await spies(cell, s1, "*51" + cell.extension("a2"))
    await spy.hangup()
    await call.hangup()


@scenario(
    Expected(
        tags="outbound_call supervisor_coached_call customer_disconnect",
        direction="outbound",
        supervisions="s1 coach a1",
    )
)
async def a_supervisor_whispers_on_an_outside_call(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call = await a1.call("9" + cell.caller())
    outside = await (await customer.rings()).answer()
    await call.connected()
    spy = await spies(cell, s1, "*52" + cell.extension("a1"))
    await spy.hangup()
    await outside.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_transferred_call transferred customer_disconnect",
        offers="a1 answered, s1 answered",
        ended_by="customer",
        transfers="takeover s1 answered",
    )
)
async def a_supervisor_takes_the_customer_over(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await cell.redirect("customer", cell.extension("s1"))
    await (await s1.rings()).answer()
    await talk.ended()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call supervisor_transferred_call transferred agent_disconnect",
        offers="a1 answered, s1 answered",
        ended_by="supervisor",
        supervisions="s1 monitor a1",
        transfers="takeover s1 answered",
    )
)
async def a_supervisor_listens_and_then_takes_over(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    _, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    spy = await spies(cell, s1, "*51" + cell.extension("a1"))
    await spy.hangup()
    await cell.redirect("customer", cell.extension("s1"))
    taken = await (await s1.rings()).answer()
    await talk.ended()
    await taken.hangup()


# The supervisor was there first: ChanSpy waits for the agent's next call.
@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call customer_disconnect",
        offers="a1 answered",
        supervisions="s1 monitor a1",
    )
)
async def a_supervisor_waits_for_the_agents_next_call(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    spy = await s1.call("*51" + cell.extension("a1"))
    await spy.connected()
    call, _ = await in_talk(cell.dn("11"), cell, customer, a1)
    await cell.event("ChanSpyStart")
    await call.hangup()
    await cell.event("ChanSpyStop")
    await spy.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call customer_disconnect",
        offers="a1 answered",
        supervisions="s1 monitor a1",
    ),
    Expected(
        tags="incoming_dn_call supervisor_monitored_call agent_disconnect",
        offers="a1 answered",
        supervisions="s1 monitor a1",
    ),
)
async def a_supervisor_listens_to_one_call_after_the_other(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, _ = await in_talk(cell.dn("11"), cell, customer, a1)
    spy = await spies(cell, s1, "*51" + cell.extension("a1"))
    await call.hangup()
    await cell.event("ChanSpyStop")
    await cell.gone("customer")
    await cell.gone("a1")
    _, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await cell.event("ChanSpyStart", 1)
    await talk.hangup()
    await cell.event("ChanSpyStop", 1)
    await spy.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call customer_disconnect",
        offers="a1 answered",
        queues="local answered",
        supervisions="s1 monitor a1",
    )
)
async def a_supervisor_listens_to_a_local_member(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call = await customer.call(cell.dn("02"), cell.caller())
    await (await a1.rings()).answer()
    spy = await spies(cell, s1, "*51" + cell.extension("a1"))
    await spy.hangup()
    await call.hangup()


# By an application: a snoop channel says neither who listens nor how, so the application says it.


async def _snoops(cell: Cell, customer: Phone, a1: Phone, *modes: str) -> None:
    call, _ = await in_talk(cell.dn("11"), cell, customer, a1)
    async with cell.application() as application:
        for mode in modes:
            await application.snoop(await cell.channel("a1"), cell.device("s1"), mode)
            await application.stop_snooping()
        await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call customer_disconnect",
        offers="a1 answered",
        supervisions="s1 monitor a1",
    )
)
async def a_supervisor_listens_through_an_application(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _snoops(cell, customer, a1, "monitor")


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_coached_call supervisor_conference_call customer_disconnect",
        offers="a1 answered",
        supervisions="s1 coach a1, s1 barge a1",
    )
)
async def a_supervisor_whispers_and_barges_in_through_an_application(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _snoops(cell, customer, a1, "coach", "barge")


@scenario(
    Expected(
        tags="agent_to_agent_call supervisor_monitored_call agent_disconnect",
        offers="a2 answered",
        direction="internal",
        supervisions="s1 monitor a1",
    )
)
async def a_supervisor_listens_to_two_colleagues(cell: Cell, a1: Phone, a2: Phone, s1: Phone) -> None:
    talk = await a1.call(cell.extension("a2"))
    await (await a2.rings()).answer()
    await talk.connected()
    spying = await s1.call(f"*51{cell.extension('a1')}")
    await cell.event("ChanSpyStart")
    await spying.hangup()
    await talk.hangup()


# What a key switched to goes on in the agent's next call.
@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call supervisor_coached_call customer_disconnect",
        offers="a1 answered",
        supervisions="s1 monitor a1, s1 coach a1",
    ),
    Expected(
        tags="incoming_dn_call supervisor_coached_call customer_disconnect",
        offers="a1 answered",
        supervisions="s1 coach a1",
    ),
)
async def a_supervisor_goes_on_whispering_in_the_next_call(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    first, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    spy = await spies(cell, s1, "*54" + cell.extension("a1"))
    await spy.dtmf("5")
    await cell.event("DTMFEnd", Channel=f"{cell.device('s1')}-", Digit="5", Direction="Received")
    await first.hangup()
    await talk.ended()
    await cell.gone("a1")
    second = await customer.call(cell.dn("00"), cell.caller(2))
    await (await a1.rings()).answer()
    await second.connected()
    await cell.event("ChanSpyStart", 1)
    await second.hangup()
    await spy.hangup()


@scenario(
    *[
        Expected(
            tags="incoming_dn_call supervisor_monitored_call customer_disconnect",
            offers="a2 answered",
            supervisions="s1 monitor a2",
        )
    ]
    * 2
)
async def a_supervisor_listens_to_two_calls_of_an_agent_logged_in_for_the_day(
    cell: Cell, customer: Phone, a2: Phone, s1: Phone
) -> None:
    agent = f"Agent:{cell.extension('a2')}"
    shift = await a2.call("*71")
    await cell.held_free(agent)
    spy = await spies(cell, s1, "*51" + cell.extension("a2"))
    for which in (1, 2):
        call = await customer.call(cell.dn("52"), cell.caller(which))
        await call.connected()
        await cell.held_free(agent, False)
        await call.hangup()
        await cell.held_free(agent)
    await spy.hangup()
    await shift.hangup()


# As an operator's panel does it: no dialplan, and no event that tells the arguments.
WHISPERED = Expected(
    tags="incoming_dn_call supervisor_coached_call customer_disconnect",
    offers="a1 answered",
    supervisions="s1 coach a1",
)


async def _brings(cell: Cell, channel: str, s1: Phone) -> None:
    """A panel calls the supervisor, who takes it at once, and has her whisper to the agent."""
    await s1.when_called("answer")
    await cell.pbx.action(
        "Originate", Channel=channel, Application="ChanSpy", Data=f"{cell.device('a1')},qw", Async="true"
    )
    await cell.event("ChanSpyStart")


@scenario(WHISPERED)
async def a_supervisor_whispers_from_a_panel(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, _ = await in_talk(cell.dn("11"), cell, customer, a1)
    await _brings(cell, cell.device("s1"), s1)
    await time_passes(1)
    await call.hangup()


# Over before the PBX could be asked what she did.
@scenario(WHISPERED)
async def a_supervisor_whispers_from_a_panel_for_a_moment(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, _ = await in_talk(cell.dn("11"), cell, customer, a1)
    await _brings(cell, cell.device("s1"), s1)
    await cell.hang_up("s1")
    await cell.gone("s1")
    await call.hangup()


# The panel knows extensions, not devices: the spy is a Local channel's, and the supervisor behind it.
@scenario(WHISPERED)
async def a_supervisor_whispers_from_a_panel_that_calls_her_extension(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call, _ = await in_talk(cell.dn("11"), cell, customer, a1)
    await _brings(cell, f"Local/{cell.extension('s1')}@from-internal-{cell.nn}", s1)
    await cell.talks("s1")
    await call.hangup()


# No spy, but nobody hears her.
@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call supervisor_conference_call customer_disconnect",
        supervisions="s1 monitor a1",
    )
)
async def a_supervisor_listens_muted_in_a_room_and_then_speaks(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call = await customer.call(cell.dn("70"), cell.caller())
    await call.connected()
    agent = await a1.call(cell.room)
    await cell.joins(1)
    listens = await s1.call(f"5{cell.nn}3")
    await cell.joins(2)
    await time_passes(1)
    await cell.pbx.action("ConfbridgeUnmute", Conference=f"room{cell.nn}", Channel=await cell.channel("s1"))
    await time_passes(0.5)
    await call.hangup()
    await cell.leaves()
    await agent.hangup()
    await listens.hangup()
