"""What people do in a call, where it is the same on several dialplans or in several scenarios: only the records that
must come of it differ, and they stand where the scenario does.
"""

from tests.live.phones import Call, Phone
from tests.live.stage import Cell, time_passes
from tests.live.talks import takes_the_call


async def the_first_agent_answers_and_hangs_up(cell: Cell, customer: Phone, a1: Phone, *, dn: str = "00") -> None:
    call = await customer.call(cell.dn(dn), cell.caller())
    talk = await (await a1.rings()).answer()
    await talk.hangup()
    await call.ended()


async def the_first_agent_declines_and_the_second_answers(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, *, code: int = 603, dn: str = "00", caller: int = 1,
    seconds: float = 0,
) -> None:  # fmt: skip
    call = await customer.call(cell.dn(dn), cell.caller(caller))
    await (await a1.rings()).decline(code)
    await takes_the_call(a2, call, seconds)


async def the_first_agent_declines_by_a_key_and_the_second_takes_the_call(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, *, dn: str
) -> None:
    """Both are asked by the PBX whether they take it."""
    call = await customer.call(cell.dn(dn), cell.caller())
    asked = await (await a1.rings()).pick_up()
    await time_passes(2)
    await asked.dtmf("2")
    await asked.ended()
    taking = await (await a2.rings()).pick_up()
    await time_passes(2)
    await taking.dtmf("1")
    await cell.event("BridgeEnter", Channel=f"{cell.device('a2')}-")
    await time_passes(1)
    await call.hangup()


async def the_only_agent_declines_by_a_key(cell: Cell, customer: Phone, a1: Phone, *, dn: str, key: str) -> None:
    call = await customer.call(cell.dn(dn), cell.caller())
    asked = await (await a1.rings()).pick_up()
    await time_passes(1)
    await asked.dtmf(key)
    await asked.ended()
    await call.ended()


async def the_only_agent_comes_back_while_a_customer_waits(
    cell: Cell, customer: Phone, a1: Phone, *, dn: str
) -> None:
    await cell.pause("a1", "single")
    call = await customer.call(cell.dn(dn), cell.caller())
    await cell.waits_in("single")
    await time_passes(3)
    await cell.unpause()
    await takes_the_call(a1, call, seconds=1)


async def one_waits_and_the_queue_is_full(cell: Cell, customer: Phone, a1: Phone, *, dn: str) -> None:
    first = await customer.call(cell.dn(dn), cell.caller(1))
    ringing = await a1.rings()
    second = await customer.call(cell.dn(dn), cell.caller(2))
    await second.ended()
    await ringing.answer()
    await first.connected()
    await first.hangup()


async def the_first_phone_is_busy_and_the_second_answers(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await a1.when_called("decline", 486)
    call = await customer.call(cell.dn("00"), cell.caller())
    await takes_the_call(a2, call)


async def the_first_phone_is_gone_and_the_second_answers(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await a1.die()
    call = await customer.call(cell.dn("00"), cell.caller())
    await takes_the_call(a2, call)


async def the_first_phone_rings_out_and_the_second_answers(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a1.rings()).ended()
    await takes_the_call(a2, call)


async def the_customer_gives_up_while_a_phone_rings(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    ringing = await a1.rings()
    await time_passes(2.2)  # it is no short abandon, and the phone does not ring for long
    await call.hangup()
    await ringing.ended()


async def both_ring_one_declines_the_other_answers(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, *, dn: str = "01", declines: str = "a1"
) -> None:
    call = await customer.call(cell.dn(dn), cell.caller())
    first, second = await a1.rings(), await a2.rings()
    await first.decline(603)
    await cell.gone(declines)
    await second.answer()
    await call.connected()
    await call.hangup()


async def both_ring_and_the_second_is_quicker(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("01"), cell.caller())
    await a1.rings()
    await takes_the_call(a2, call)


async def the_only_phone_is_answered(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("11"), cell.caller())
    await takes_the_call(a1, call)


async def the_only_phone_declines(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("11"), cell.caller())
    await (await a1.rings()).decline(486)
    await call.ended()


async def the_only_phone_is_not_registered(cell: Cell, customer: Phone, a1: Phone) -> None:
    await a1.unregister()
    call = await customer.call(cell.dn("11"), cell.caller())
    await call.ended()


async def the_agents_own_number_is_dialled(cell: Cell, customer: Phone, a2: Phone, *, who: str = "a2") -> None:
    call = await customer.call(cell.extension(who), cell.caller())
    talk = await (await a2.rings()).answer()
    await call.connected()
    await talk.hangup()


async def the_queue_gives_up_after_its_time(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("08"), cell.caller())
    await (await a1.rings()).ended()
    await call.ended()


async def an_application_behind_local_channels_rings_the_agent(cell: Cell, customer: Phone, a1: Phone) -> None:
    """It is the queue's member; she hangs up when all is said."""
    async with cell.application() as members:
        call = await customer.call(cell.dn("66"), cell.caller())
        await cell.event("Newexten", Channel=f"Local/8{cell.nn}8@", Application="Stasis")
        member = cell.local_half(f"8{cell.nn}8", ";2")
        leg = await members.ring(cell.device("a1"), member)
        talk = await (await a1.rings()).pick_up()
        await cell.event("DialEnd", DestChannel=f"{cell.device('a1')}-", DialStatus="ANSWER")
        await members.answers(member)
        await members.connect(leg, member)
        await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
        await cell.event("BridgeEnter", Channel=f"{cell.device('a1')}-")
        await time_passes(0.5)  # the PBX's log does not tell a talk of some milliseconds from none
        await talk.hangup()
        await cell.gone("a1")
        await cell.pbx.action("Hangup", Channel=member)
        await call.ended()


async def asks_for_a_call_back(cell: Cell, customer: Phone, a1: Phone) -> Call:
    """The agent's phone as it rings for the call back."""
    call = await customer.call(cell.dn("10"), cell.caller())
    await a1.rings()
    await call.connected()
    await call.dtmf("1")
    await call.ended()
    return await a1.rings()


async def the_customer_is_called_back(cell: Cell, customer: Phone, a1: Phone) -> None:
    ringing = await asks_for_a_call_back(cell, customer, a1)
    talk = await ringing.answer()
    outside = await (await customer.rings()).answer()
    await outside.hangup()
    await talk.ended()


async def the_customer_is_busy_when_called_back(cell: Cell, customer: Phone, a1: Phone) -> None:
    await customer.when_called("decline", 486)
    ringing = await asks_for_a_call_back(cell, customer, a1)
    talk = await ringing.answer()
    await talk.ended()


async def the_agent_calls_out(cell: Cell, customer: Phone, a1: Phone, *, prefix: str = "9") -> None:
    call = await a1.call(prefix + cell.caller())
    outside = await (await customer.rings()).answer()
    await call.connected()
    await outside.hangup()


async def the_agent_calls_a_colleague(cell: Cell, a1: Phone, a2: Phone) -> None:
    call = await a1.call(cell.extension("a2"))
    await takes_the_call(a2, call)
