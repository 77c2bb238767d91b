"""Refused because a limit was reached: a full queue, a full line."""

from tests.live import scripts
from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues="small answered"),
    Expected(
        tags="incoming_dn_call overflowed", ended_by="system", queues="small full", overflow_reason="queue_full"
    ),
)
async def the_queue_is_full(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.one_waits_and_the_queue_is_full(cell, customer, a1, dn="03")


FULL_LINE = Expected(tags="incoming_dn_call overflowed", ended_by="system", queues="", overflow_reason="line_cap")


FIRST_ON_THE_LINE = Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer")


async def _two_on_a_line(dn: str, cell: Cell, customer: Phone, a1: Phone) -> None:
    first = await customer.call(dn, cell.caller(1))
    await (await a1.rings()).answer()
    await first.connected()
    second = await customer.call(dn, cell.caller(2))
    await second.ended()
    await first.hangup()


@scenario(FIRST_ON_THE_LINE, FULL_LINE)
async def the_line_is_full_and_busy(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _two_on_a_line(cell.dn("30"), cell, customer, a1)


@scenario(FIRST_ON_THE_LINE, FULL_LINE)
async def the_line_is_full_and_congested(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _two_on_a_line(cell.dn("31"), cell, customer, a1)


@scenario(FIRST_ON_THE_LINE, FULL_LINE)
async def the_line_is_full_and_the_dialplan_says_so(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _two_on_a_line(cell.dn("32"), cell, customer, a1)
