"""Rooms whose callers wait for a leader, and hear nobody until then."""

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell, time_passes

TAKEN = Expected(tags="incoming_dn_call customer_disconnect", ended_by="customer")
LEFT = Expected(tags="incoming_dn_call customer_abandon", ended_by="customer", abandoned_in="ivr")


async def _waits(cell: Cell, customer: Phone, xx: str, before: int) -> Call:
    call = await customer.call(cell.dn(xx), cell.caller(before + 1))
    await call.connected()
    await cell.joins(before)
    return call


async def _one_leaves_one_stays(cell: Cell, customer: Phone, agent: Phone, xx: str, leader: str) -> None:
    first = await _waits(cell, customer, xx, 0)
    second = await _waits(cell, customer, xx, 1)
    await time_passes(2.5)  # it is no short abandon
    await first.hangup()
    await cell.leaves()
    leads = await agent.call(leader)
    await cell.joins(2)
    await second.hangup()
    await cell.leaves(1)
    await leads.hangup()


@scenario(LEFT, TAKEN)
async def one_caller_leaves_before_the_leader_comes_and_one_stays(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _one_leaves_one_stays(cell, customer, a1, "93", f"5{cell.nn}6")


@scenario(LEFT, TAKEN)
async def one_caller_leaves_the_music_of_a_room_and_one_stays(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _one_leaves_one_stays(cell, customer, a1, "94", f"5{cell.nn}7")


@scenario(TAKEN, TAKEN)
async def a_leader_who_sits_in_the_room_takes_each_caller_at_once(cell: Cell, customer: Phone, a1: Phone) -> None:
    leads = await a1.call(f"5{cell.nn}6")
    await cell.joins()
    for before in range(2):
        call = await _waits(cell, customer, "93", before + 1)
        await call.hangup()
        await cell.leaves(before)
    await leads.hangup()


@scenario(Expected(tags="incoming_dn_call agent_disconnect", ended_by="agent"))
async def a_leader_leaves_and_the_caller_hears_music_again(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await _waits(cell, customer, "94", 0)
    leads = await a1.call(f"5{cell.nn}7")
    await cell.joins(1)
    await leads.hangup()
    await cell.leaves()
    await call.hangup()
