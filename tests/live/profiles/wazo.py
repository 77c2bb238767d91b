"""Calls on a PBX in the manner of Wazo: agents and people behind nested Local channels, a mobile that an application
rings, and a switchboard that is one."""

from tests.live import scripts
from tests.live.application import Application
from tests.live.expected import Expected
from tests.live.feed_limits import UNTOLD_CALLER, Instead, Limit
from tests.live.phones import Call, Phone
from tests.live.scenarios import Suite, adding_to
from tests.live.stage import Cell, time_passes
from tests.live.talks import takes_the_call

WAZO: Suite = {}


def _apart(customers: Expected, tag: str, offer: str) -> Instead:
    """By ARI alone the mobile that is not answered has a call of its own."""
    return Instead(UNTOLD_CALLER, (customers, Expected(tags=tag, offers=offer, direction="internal")))


RESCUED = Expected(tags="incoming_dn_call customer_disconnect", offers="a2 answered")
WAZO_CANNOT: dict[str, Limit | Instead] = {
    "an_agent_declines_at_a_mobile_that_was_woken": _apart(RESCUED, "agent_reject", "a3 rejected"),
    "an_agent_lets_a_mobile_ring_that_was_woken": _apart(RESCUED, "agent_no_answer_timeout", "a3 no_answer"),
    "a_customer_gives_up_while_a_mobile_rings_that_was_woken": _apart(
        Expected(tags="incoming_dn_call customer_abandon", abandoned_in="ivr"),
        "agent_no_answer_timeout",
        "a3 no_answer",
    ),
}
scenario = adding_to(WAZO)


# Agents and people behind Local channels.


@scenario(
    Expected(
        tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent", queues="linear answered"
    )
)
async def an_agent_behind_an_id_answers(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_first_agent_answers_and_hangs_up(cell, customer, a1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        queues="linear answered",
    )
)
async def an_agent_behind_an_id_declines(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a1.rings()).decline(603)
    await takes_the_call(a2, call)


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject reassign reassigned_call customer_disconnect",
        offers="a1 cpe_rejected, a2 answered",
        queues="linear answered",
    )
)
async def the_phone_of_an_agent_behind_an_id_is_gone(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.the_first_phone_is_gone_and_the_second_answers(cell, customer, a1, a2)


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout reassign reassigned_call customer_disconnect",
        offers="a1 no_answer, a2 answered",
        queues="linear answered",
    )
)
async def an_agent_behind_an_id_lets_it_ring(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.the_first_phone_rings_out_and_the_second_answers(cell, customer, a1, a2)


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon",
        offers="a1 cancelled",
        ended_by="customer",
        queues="linear abandoned",
        abandoned_in="ringing",
    )
)
async def a_customer_gives_up_while_an_agent_behind_an_id_rings(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_customer_gives_up_while_a_phone_rings(cell, customer, a1)


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere & a2 answered",
        queues="ringall answered",
    )
)
async def of_a_group_of_people_one_is_quicker(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("02"), cell.caller())
    await a1.rings()
    await takes_the_call(a2, call)


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="blind a2 answered",
    )
)
async def a_person_transfers_blind(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("03"), cell.caller())
    talk = await (await a1.rings()).answer()
    await time_passes(1)
    await talk.refer(cell.extension("a2"))
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="agent_to_agent_call agent_disconnect", offers="a2 answered", direction="internal", ended_by="agent"
    )
)
async def a_person_calls_another(cell: Cell, a1: Phone, a2: Phone) -> None:
    await scripts.the_agent_calls_a_colleague(cell, a1, a2)


@scenario(Expected(tags="outbound_call customer_disconnect", direction="outbound", ended_by="customer"))
async def a_person_calls_out(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_agent_calls_out(cell, customer, a1)


async def _picks_up(cell: Cell, who: str, phone: Phone) -> Call:
    """Answers, and the application has the phone."""
    picked = await (await phone.rings()).pick_up()
    await cell.event("DialEnd", DestChannel=f"{cell.device(who)}-", DialStatus="ANSWER")
    return picked


# A mobile, which an application rings for the Local channel that waits for it.


async def _waits(cell: Cell, after: int = 0) -> str:
    """The channel that has come to the application, to wait for the mobile."""
    told = await cell.event(
        "Newexten", after, Channel=f"Local/{cell.extension('a3')}@wait-for-registration", Application="Stasis"
    )
    return told["Channel"]


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a3 answered",
        ended_by="customer",
        queues="mobile answered",
    )
)
async def an_agent_answers_at_a_mobile_that_was_woken(cell: Cell, customer: Phone, a3: Phone) -> None:
    async with cell.application() as waker:
        call = await customer.call(cell.dn("01"), cell.caller())
        waits = await _waits(cell)
        leg = await waker.ring(cell.device("a3"), waits)
        await _picks_up(cell, "a3", a3)
        await waker.connect(leg, waits)
        await waker.answer(waits)
        await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
        await time_passes(1)
        await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a3 rejected, a2 answered",
        queues="mobile answered",
    )
)
async def an_agent_declines_at_a_mobile_that_was_woken(cell: Cell, customer: Phone, a2: Phone, a3: Phone) -> None:
    async with cell.application() as waker:
        call = await customer.call(cell.dn("01"), cell.caller())
        waits = await _waits(cell)
        await waker.ring(cell.device("a3"), waits)
        await (await a3.rings()).decline(603)
        await cell.gone("a3")
        await waker.let_go(cell.pbx.channels[waits])
        await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout reassign reassigned_call customer_disconnect",
        offers="a3 no_answer, a2 answered",
        queues="mobile answered",
    )
)
async def an_agent_lets_a_mobile_ring_that_was_woken(cell: Cell, customer: Phone, a2: Phone, a3: Phone) -> None:
    async with cell.application() as waker:
        call = await customer.call(cell.dn("01"), cell.caller())
        waits = await _waits(cell)
        leg = await waker.ring(cell.device("a3"), waits)
        await a3.rings()
        await cell.event("Hangup", Channel=waits)
        await waker.let_go(leg)
        await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon",
        offers="a3 cancelled",
        ended_by="customer",
        queues="",
        abandoned_in="ringing",
    )
)
async def a_customer_gives_up_while_a_mobile_rings_that_was_woken(cell: Cell, customer: Phone, a3: Phone) -> None:
    async with cell.application() as waker:
        call = await customer.call(cell.dn("04"), cell.caller())
        waits = await _waits(cell)
        leg = await waker.ring(cell.device("a3"), waits)
        await a3.rings()
        await time_passes(2.2)
        await call.hangup()
        await cell.event("Hangup", Channel=waits)
        await waker.let_go(leg)


# A switchboard, which is an application.


async def _at_the_switchboard(cell: Cell, customer: Phone, board: Application) -> tuple[Call, str]:
    call = await customer.call(cell.dn("05"), cell.caller())
    await call.connected()
    await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
    caller = await cell.channel("customer")
    await board.keep_waiting(caller)
    return call, caller


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent"))
async def an_operator_takes_a_call_of_the_switchboard(cell: Cell, customer: Phone, a1: Phone) -> None:
    async with cell.application() as board:
        call, caller = await _at_the_switchboard(cell, customer, board)
        await time_passes(2)
        leg = await board.ring(cell.device("a1"), caller)
        talk = await _picks_up(cell, "a1", a1)
        await board.connect(leg, caller)
        await cell.event("BridgeEnter", Channel=f"{cell.device('a1')}-")
        await time_passes(1)
        await talk.hangup()
        await cell.event("Hangup", Channel=f"{cell.device('a1')}-")
        await board.let_go(cell.pbx.channels[caller])
        await call.ended()


@scenario(Expected(tags="incoming_dn_call customer_abandon", ended_by="customer", abandoned_in="ivr"))
async def a_customer_gives_up_at_the_switchboard(cell: Cell, customer: Phone) -> None:
    async with cell.application() as board:
        call, _ = await _at_the_switchboard(cell, customer, board)
        await time_passes(3)
        await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
    )
)
async def an_operator_puts_a_call_back_and_a_colleague_takes_it(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    async with cell.application() as board:
        call, caller = await _at_the_switchboard(cell, customer, board)
        leg = await board.ring(cell.device("a1"), caller)
        await _picks_up(cell, "a1", a1)
        await board.connect(leg, caller)
        await cell.event("BridgeEnter", Channel=f"{cell.device('a1')}-")
        await time_passes(1)
        await board.keep_waiting(caller)
        await board.let_go(leg)
        await time_passes(1)
        other = await board.ring(cell.device("a2"), caller)
        await _picks_up(cell, "a2", a2)
        await board.connect(other, caller)
        await cell.event("BridgeEnter", Channel=f"{cell.device('a2')}-")
        await time_passes(1)
        await call.hangup()
        await cell.event("Hangup", Channel=f"{cell.device('customer')}-")
        await board.let_go(other)
