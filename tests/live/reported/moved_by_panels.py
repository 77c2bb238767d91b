"""Agents who sit in rooms while a dialler parks and moves their customers, panels that redirect one of two, and calls
that are parked, picked up or sent outside by others than who talks."""

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import in_talk, parks, takes_the_call


async def _sits(cell: Cell, agent: Phone, room: str, before: int = 0) -> Call:
    sits = await agent.call(room)
    await sits.connected()
    await cell.joins(before, Channel=f"{cell.technology}/")
    return sits


async def _moved(cell: Cell, number: str) -> None:
    await cell.redirect("customer", number)


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="", ended_by="customer", transfers=""))
async def a_dialler_brings_a_caller_in_music_to_an_agent_in_a_room(cell: Cell, customer: Phone, a1: Phone) -> None:
    sits = await _sits(cell, a1, f"5{cell.nn}0")
    await time_passes(1)
    call = await customer.call(cell.dn("70"), cell.caller())
    await call.connected()
    await time_passes(2)
    await _moved(cell, f"5{cell.nn}0")
    await cell.joins(1)
    await time_passes(1.5)
    await call.hangup()
    await cell.leaves()
    await time_passes(1)
    await sits.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_abandon", offers="", ended_by="customer", abandoned_in="ivr"),
    Expected(tags="incoming_dn_call customer_disconnect", offers="", ended_by="customer"),
)
async def a_caller_in_music_gives_up_while_an_agent_sits_in_a_room(cell: Cell, customer: Phone, a1: Phone) -> None:
    sits = await _sits(cell, a1, f"5{cell.nn}0")
    call = await customer.call(cell.dn("70"), cell.caller())
    await call.connected()
    await time_passes(5.5)
    await call.hangup()
    await cell.gone("customer")
    # She takes another, so that it is known that she sits there.
    second = await customer.call(cell.dn("70"), cell.caller(2))
    await second.connected()
    await _moved(cell, f"5{cell.nn}0")
    await cell.joins(1)
    await time_passes(1.5)
    await second.hangup()
    await cell.leaves()
    await time_passes(1)
    await sits.hangup()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="", ended_by="customer", transfers=""))
async def a_dialler_parks_the_customer_of_an_agent_in_a_room_and_brings_her_back(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    sits = await _sits(cell, a1, f"5{cell.nn}0")
    await time_passes(1)
    call = await customer.call(cell.dn("70"), cell.caller())
    await call.connected()
    await _moved(cell, f"5{cell.nn}0")
    await cell.joins(1)
    await time_passes(1.5)
    await _moved(cell, f"4{cell.nn}23")
    await cell.leaves()
    await time_passes(2)
    await _moved(cell, f"5{cell.nn}0")
    await cell.joins(2)
    await time_passes(1.5)
    await call.hangup()
    await cell.leaves(1)
    await time_passes(1)
    await sits.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect", offers="", ended_by="customer"
    )
)
async def a_dialler_parks_the_customer_of_an_agent_in_a_room_for_another(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    sits = await _sits(cell, a1, f"5{cell.nn}0")
    other = await _sits(cell, a2, f"5{cell.nn}1", 1)
    await time_passes(1)
    call = await customer.call(cell.dn("70"), cell.caller())
    await call.connected()
    await _moved(cell, f"5{cell.nn}0")
    await cell.joins(2, Channel=f"{cell.technology}/")
    await time_passes(1.5)
    await _moved(cell, f"4{cell.nn}23")
    await cell.leaves()
    await time_passes(2)
    await _moved(cell, f"5{cell.nn}1")
    await cell.joins(3, Channel=f"{cell.technology}/")
    await time_passes(1.5)
    await call.hangup()
    await cell.gone("customer")
    await time_passes(1)
    await sits.hangup()
    await other.hangup()


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="", ended_by="agent", transfers=""))
async def an_agent_in_a_room_hangs_up_on_the_customer(cell: Cell, customer: Phone, a1: Phone) -> None:
    sits = await _sits(cell, a1, f"5{cell.nn}0")
    await time_passes(1)
    call = await customer.call(cell.dn("70"), cell.caller())
    await call.connected()
    await _moved(cell, f"5{cell.nn}0")
    await cell.joins(1)
    await time_passes(1.5)
    await sits.hangup()
    await cell.leaves()
    await time_passes(1)
    await cell.hang_up("customer")
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 cancelled, s1 answered",
        ended_by="customer",
        transfers="",
    )
)
async def a_panel_sends_a_caller_who_rings_to_somebody_else(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call = await customer.call(cell.dn("43"), cell.caller())
    ringing = await a1.rings()
    await time_passes(1)
    await cell.redirect("customer", cell.extension("s1"))
    await ringing.ended()
    await takes_the_call(s1, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call transferred_external customer_disconnect", offers="a1 answered", ended_by="customer"
    )
)
async def a_panel_sends_the_customer_in_a_talk_to_a_number_outside(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await cell.redirect("customer", "9" + cell.caller(2))
    await talk.ended()
    await (await customer.rings()).pick_up()
    await cell.event("BridgeEnter", 2)
    await time_passes(1.5)
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="", ended_by="customer", transfers=""))
async def a_bot_connects_the_customer_with_a_number_outside(cell: Cell, customer: Phone) -> None:
    async with cell.application() as bot:
        call = await customer.call(cell.dn("61"), cell.caller())
        await call.connected()
        await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
        caller = await cell.channel("customer")
        leg = await bot.ring(f"PJSIP/{cell.caller(2)}@trunk{cell.nn}", caller)
        await (await customer.rings()).pick_up()
        await cell.event("DialEnd", DestChannel=f"{cell.device('customer')}-", DialStatus="ANSWER")
        await bot.connect(leg, caller)
        await cell.event("BridgeEnter", 1, Channel=f"{cell.device('customer')}-")
        await time_passes(1.5)
        await call.hangup()
        await cell.event("Hangup", Channel=caller)
        await bot.let_go(leg)


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject system_disconnect",
        offers="a1 answered, a1 cpe_rejected",
        ended_by="system",
    )
)
async def what_an_agent_parked_comes_back_to_a_phone_that_is_off(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await parks(cell, talk)
    await a1.unregister()
    await call.ended()


@scenario(
    Expected(
        tags="agent_to_agent_call agent_disconnect",
        direction="internal",
        offers="s1 answered_elsewhere",
        ended_by="agent",
    )
)
async def a_colleague_picks_up_what_an_agent_calls_a_supervisor_for(
    cell: Cell, a1: Phone, a2: Phone, s1: Phone
) -> None:
    call = await a1.call(cell.extension("s1"))
    await s1.rings()
    await (await a2.call("*8")).connected()
    await cell.event("BridgeEnter", 1)
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="blind a2 answered",
    )
)
async def a_panel_sends_the_customer_in_a_talk_to_a_colleague(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await cell.redirect("customer", cell.extension("a2"))
    await talk.ended()
    await takes_the_call(a2, call, seconds=1.5)


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer", transfers="")
)
async def a_panel_sends_the_customer_in_a_talk_to_the_mailbox(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await cell.redirect("customer", f"4{cell.nn}60")
    await talk.ended()
    await cell.event("Newexten", Application="VoiceMail")
    await time_passes(2)
    await call.hangup()
