"""Who asks a queue, listens, barges in or pages while a customer waits or talks."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import in_talk, presses, spies, takes_the_call


@scenario(
    Expected(
        tags="incoming_dn_call queued agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="attended a2 answered",
        held=True,
    )
)
async def an_agent_leaves_the_customer_in_a_queue_that_she_waited_in(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await cell.pause("a2", "second")
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.hold()
    waiting = await a1.call(f"4{cell.nn}44")
    await waiting.connected()
    await cell.waits_in("second")
    await time_passes(1)
    await talk.refer_to(waiting)
    await talk.ended()
    await time_passes(3)
    await cell.unpause()
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer", queues="", held=True
    ),
    Expected(tags="", direction="internal", queues="second abandoned", consult=True),
)
async def an_agent_asks_a_queue_on_her_second_line_and_comes_back(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await cell.pause("a2", "second")
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.hold()
    waiting = await a1.call(f"4{cell.nn}44")
    await waiting.connected()
    await cell.waits_in("second")
    await time_passes(3)
    await waiting.hangup()
    await talk.resume()
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer", queues=""),
    Expected(
        tags="agent_to_agent_call",
        offers="a2 cancelled",
        direction="internal",
        queues="second abandoned",
        consult=True,
    ),
)
async def an_agent_asks_a_queue_by_keys_and_its_agent_rings_in_vain(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await presses(cell, talk, "*2", cell.to_queue("04"))
    ringing = await a2.rings()
    await time_passes(1)
    await talk.dtmf("*1")
    await ringing.ended()
    await cell.event("BridgeEnter", 1, Channel=f"{cell.device('a1')}-")
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_conference_call supervisor_transferred_call transferred"
        " customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        supervisions="s1 barge a1",
    )
)
async def a_supervisor_barges_in_and_then_takes_the_customer_over(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    barging = await spies(cell, s1, f"*60{cell.extension('a1')}")
    await time_passes(2)
    await barging.hangup()
    await cell.event("ChanSpyStop")
    taking = await s1.call(f"*51{cell.extension('a1')}")
    await taking.connected()
    await talk.ended()
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call queued supervisor_monitored_call customer_abandon",
        ended_by="customer",
        queues="single abandoned",
        abandoned_in="queue",
    )
)
async def a_supervisor_listens_to_a_customer_who_waits_and_gives_up(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    await cell.pause("a1", "single")
    call = await customer.call(cell.dn("56"), cell.caller())
    await cell.waits_in("single")
    spying = await spies(cell, s1, "*53")
    await time_passes(3)
    await call.hangup()
    await spying.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"),
    Expected(
        tags="agent_to_agent_call agent_disconnect",
        offers="a2 answered",
        direction="internal",
    ),
)
async def a_page_rings_at_an_agent_who_talks(cell: Cell, customer: Phone, a1: Phone, a2: Phone, s1: Phone) -> None:
    call, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    page = await s1.call("*61")
    await (await a2.rings()).answer()
    await (await a1.rings()).decline(486)
    await page.connected()
    await time_passes(2)
    await page.hangup()
    await cell.gone("a2")
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        queues="linear answered",
    )
)
async def the_pbx_is_reloaded_in_the_midst_of_a_call(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a1.rings()).answer()
    await time_passes(2)
    await cell.pbx.action("Reload")
    await time_passes(3)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_conference_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="blind a2 answered",
        supervisions="s1 barge a1",
    )
)
async def an_agent_transfers_while_a_supervisor_barges_in(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, s1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    barging = await spies(cell, s1, f"*60{cell.extension('a1')}")
    await time_passes(2)
    await talk.refer(cell.extension("a2"))
    await takes_the_call(a2, call, seconds=1)
    await barging.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call queued supervisor_monitored_call customer_abandon",
        ended_by="customer",
        queues="single abandoned",
        abandoned_in="queue",
    )
)
async def a_supervisor_listens_before_the_customer_calls_who_waits_and_gives_up(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    await cell.pause("a1", "single")
    spying = await s1.call("*53")
    await spying.connected()
    await time_passes(1)
    call = await customer.call(cell.dn("56"), cell.caller())
    await cell.waits_in("single")
    await cell.event("ChanSpyStart")
    await time_passes(3)
    await call.hangup()
    await spying.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call supervisor_conference_call agent_transferred_call"
        " supervisor_transferred_call transferred customer_disconnect",
        offers="a1 answered, s1 answered, a2 answered",
        ended_by="customer",
    )
)
async def a_supervisor_listens_speaks_and_is_passed_the_call_and_passes_it_on(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, s1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    spying = await spies(cell, s1, f"*63{cell.extension('a1')}")
    await time_passes(2)
    await spying.dtmf("6")
    await time_passes(2)
    await spying.hangup()
    await talk.refer(cell.extension("s1"))
    over = await (await s1.rings()).answer()
    await time_passes(1)
    await over.refer(cell.extension("a2"))
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(tags="incoming_dn_call supervisor_monitored_call customer_disconnect", offers="a1 answered"),
    Expected(tags="agent_to_agent_call agent_disconnect", offers="a2 answered", direction="internal", consult=True),
)
async def a_supervisor_listens_while_the_agent_asks_a_colleague(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, s1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    spying = await spies(cell, s1, f"*63{cell.extension('a1')}")
    await time_passes(1)
    await talk.hold()
    consult = await a1.call(cell.extension("a2"))
    await takes_the_call(a2, consult, seconds=1)
    await cell.gone("a2")
    await talk.resume()
    await time_passes(1)
    await spying.hangup()
    await cell.event("ChanSpyStop")
    await call.hangup()
