"""Calls that something outside of the PBX distributes: by Redirect, through holding bridges, or by a room."""

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import takes_the_call


async def _sent_to(cell: Cell, who: str) -> None:
    await cell.pbx.action(
        "Redirect", Channel=await cell.channel("customer"), Context=f"acd-{cell.nn}", Exten=cell.extension(who),
        Priority=1,
    )  # fmt: skip


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        ended_by="customer",
        queues="",
        transfers="",
    )
)
async def an_acd_outside_sends_a_customer_in_music_to_one_agent_after_the_other(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("70"), cell.caller())
    await call.connected()
    await cell.event("MusicOnHoldStart")
    await _sent_to(cell, "a1")
    await (await a1.rings()).decline(603)
    await cell.event("MusicOnHoldStart", 1)
    await _sent_to(cell, "a2")
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(tags="incoming_dn_call customer_abandon", ended_by="customer", abandoned_in="ivr"),
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"),
)
async def of_two_in_one_holding_bridge_one_gives_up_and_one_is_taken(cell: Cell, customer: Phone, a1: Phone) -> None:
    first = await customer.call(cell.dn("71"), cell.caller(1))
    await first.connected()
    await cell.event("BridgeEnter")
    second = await customer.call(cell.dn("71"), cell.caller(2))
    await second.connected()
    await cell.event("BridgeEnter", 1)
    await time_passes(2)
    await first.hangup()
    await cell.event("Hangup", Channel=f"{cell.device('customer')}-")
    await _sent_to(cell, "a1")
    await takes_the_call(a1, second, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
    )
)
async def an_operator_puts_the_customer_back_on_the_switchboard_for_another(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    async with cell.application() as board:
        call = await customer.call(cell.dn("61"), cell.caller())
        await call.connected()
        await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
        caller = await cell.channel("customer")
        await board.keep_waiting(caller)
        leg = await board.ring(cell.device("a1"), caller)
        first = await (await a1.rings()).pick_up()
        await board.connect(leg, caller)
        await cell.talks("a1")
        await time_passes(1)
        await board.keep_waiting(caller)
        await first.hangup()
        await time_passes(1)
        leg = await board.ring(cell.device("a2"), caller)
        await (await a2.rings()).pick_up()
        await board.connect(leg, caller)
        await cell.talks("a2")
        await time_passes(1)
        await call.hangup()
        await cell.event("Hangup", Channel=f"{cell.device('customer')}-")
        await cell.clear()


# A dialler's room: agent and customer are in it, and a third is called from outside, who comes in by a key.


async def _in_a_room(cell: Cell, customer: Phone, a1: Phone) -> tuple[Call, Call]:
    call = await customer.call(cell.dn("43"), cell.caller())
    talk = await (await a1.rings()).answer()
    await cell.pbx.action(
        "Redirect", Channel=await cell.channel("customer"), ExtraChannel=await cell.channel("a1"),
        Context=f"both-{cell.nn}", Exten="s", Priority=1,
        ExtraContext=f"both-{cell.nn}", ExtraExten="s", ExtraPriority=1,
    )  # fmt: skip
    await cell.joins(1)
    return call, talk


async def _third(cell: Cell, customer: Phone) -> Call:
    await cell.pbx.action(
        "Originate", Channel=f"PJSIP/{cell.caller(2)}@trunk{cell.nn}", Context=f"press-{cell.nn}", Exten="third",
        Priority=1, CallerID=cell.dn("00"), Async="true",
    )  # fmt: skip
    third = await (await customer.rings()).pick_up()
    await cell.event("Newexten", Application="Read")
    await time_passes(1)
    return third


async def _third_in_the_room(cell: Cell, customer: Phone) -> Call:
    third = await _third(cell, customer)
    await third.dtmf("1")
    await cell.joins(2)
    await time_passes(1)
    return third


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def a_third_from_outside_comes_into_the_room_by_a_key_and_leaves(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    call, talk = await _in_a_room(cell, customer, a1)
    third = await _third_in_the_room(cell, customer)
    await third.hangup()
    await cell.leaves()
    await time_passes(1)
    await call.hangup()
    await cell.leaves(1)
    await talk.hangup()


# Nothing tells who had called the third in, nor that this one was to have the customer.
@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer", transfers="")
)
async def an_agent_leaves_the_customer_to_a_third_from_outside_in_the_room(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    call, talk = await _in_a_room(cell, customer, a1)
    third = await _third_in_the_room(cell, customer)
    await talk.hangup()
    await cell.leaves()
    await time_passes(2)
    await call.hangup()
    await cell.leaves(1)
    await third.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"),
    Expected(tags="outbound_call customer_abandon", direction="outbound", ended_by="customer"),
)
async def a_third_from_outside_does_not_come_into_the_room(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await _in_a_room(cell, customer, a1)
    third = await _third(cell, customer)
    await third.hangup()
    await time_passes(1)
    await call.hangup()
    await cell.leaves()
    await talk.hangup()
