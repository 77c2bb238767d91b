"""The PBX, or who administers it, ends what goes on: with causes, by bridges, for want of room or of a queue."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import in_talk

CUT_OFF = Expected(tags="incoming_dn_call system_disconnect", offers="a1 answered", ended_by="system")


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 cancelled, a2 answered",
        ended_by="customer",
        queues="linear answered",
    )
)
async def an_administrator_ends_a_ringing_with_the_cause_of_a_refusal(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await a1.rings()
    await cell.pbx.action("Hangup", Channel=await cell.channel("a1"), Cause=21)
    await (await a2.rings()).answer()
    await cell.talks("a2")
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call", offers="a1 cancelled", ended_by="system"))
async def an_administrator_ends_a_ringing_with_the_cause_of_a_busy_line(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    call = await customer.call(cell.dn("43"), cell.caller())
    await a1.rings()
    await time_passes(1)
    await cell.pbx.action("Hangup", Channel=await cell.channel("a1"), Cause=17)
    await call.ended()


@scenario(CUT_OFF)
async def an_administrator_ends_a_talk_with_the_cause_of_a_busy_line(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    await cell.pbx.action("Hangup", Channel=await cell.channel("a1"), Cause=17)
    await call.ended()


@scenario(CUT_OFF)
async def a_panel_destroys_the_bridge_of_a_talk(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    inside = await cell.event("BridgeEnter", Channel=f"{cell.device('a1')}-")
    await time_passes(1)
    await cell.pbx.action("BridgeDestroy", BridgeUniqueid=inside["BridgeUniqueid"])
    await call.ended()


@scenario(CUT_OFF)
async def a_panel_kicks_the_agent_out_of_the_bridge(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    inside = await cell.event("BridgeEnter", Channel=f"{cell.device('a1')}-")
    await time_passes(1)
    await cell.pbx.action("BridgeKick", BridgeUniqueid=inside["BridgeUniqueid"], Channel=await cell.channel("a1"))
    await call.ended()


@scenario(Expected(tags="incoming_dn_call", ended_by="system"))
async def the_dialplan_refuses_a_caller_by_a_sip_code(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(21))
    await call.ended()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"),
    CUT_OFF,
)
async def an_agent_parks_where_the_only_place_is_taken(cell: Cell, customer: Phone, a1: Phone) -> None:
    first, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.refer(f"4{cell.nn}62")
    await cell.event("ParkedCall")
    await talk.ended()
    second, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.refer(f"4{cell.nn}62")
    await second.ended()
    await first.hangup()


@scenario(Expected(tags="incoming_dn_call", ended_by="system", queues=""))
async def the_dialplan_leads_to_a_queue_that_there_is_not(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(22))
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call queued customer_abandon",
        ended_by="customer",
        queues="tiny abandoned",
        abandoned_in="queue",
    ),
    Expected(
        tags="incoming_dn_call overflowed system_disconnect",
        offers="a1 answered",
        ended_by="system",
        overflow_reason="queue_full",
    ),
)
async def an_agent_transfers_to_a_queue_that_is_full(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await cell.pause("a2", "tiny")
    waiting = await customer.call(cell.dn("99"), cell.caller(30))
    await cell.waits_in("tiny")
    second = await customer.call(cell.dn("56"), cell.caller(1))
    talk = await (await a1.rings()).answer()
    await cell.talks("a1")
    await time_passes(1)
    await talk.refer(f"4{cell.nn}63")
    await second.ended()
    await time_passes(1)
    await waiting.hangup()


# The carrier calls again, the number that the PBX has told it.
@scenario(
    Expected(tags="incoming_dn_call", ended_by="system"),
    Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent"),
)
async def the_pbx_answers_and_has_the_carrier_call_another_number(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(15))
    await call.connected()
    talk = await (await a1.rings()).answer()
    await call.ended()
    await time_passes(1)
    await talk.hangup()


@scenario(Expected(tags="incoming_dn_call queued", ended_by="system"))
async def the_pbx_allows_a_waiting_caller_four_seconds_in_all(cell: Cell, customer: Phone, a2: Phone) -> None:
    await cell.pause("a2", "second")
    call = await customer.call(cell.dn("99"), cell.caller(35))
    await cell.waits_in("second")
    await call.ended()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered_elsewhere", ended_by="customer"))
async def a_colleague_picks_up_what_the_dialplan_has_marked(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(36))
    ringing = await a1.rings()
    taken = await a2.call("*65")
    await taken.connected()
    await ringing.ended()
    await call.connected()
    await time_passes(1)
    await call.hangup()
