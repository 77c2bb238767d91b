"""Calls that begin inside: to customers, and among colleagues."""

from tests.live import scripts
from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell
from tests.live.talks import takes_the_call


async def _reaches(prefix: str, cell: Cell, customer: Phone, who: Phone, hangs_up: str) -> None:
    call = await who.call(prefix + cell.caller())
    outside = await (await customer.rings()).answer()
    await call.connected()
    await (call if hangs_up == "staff" else outside).hangup()
    await call.ended()


@scenario(Expected(tags="outbound_call agent_disconnect", direction="outbound", ended_by="agent"))
async def an_agent_calls_a_customer_and_hangs_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _reaches("9", cell, customer, a1, "staff")


@scenario(Expected(tags="outbound_call customer_disconnect", direction="outbound", ended_by="customer"))
async def an_agent_calls_a_customer_who_hangs_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _reaches("9", cell, customer, a1, "customer")


@scenario(Expected(tags="outbound_call agent_disconnect", direction="outbound", ended_by="supervisor"))
async def a_supervisor_calls_a_customer(cell: Cell, customer: Phone, s1: Phone) -> None:
    await _reaches("9", cell, customer, s1, "staff")


@scenario(Expected(tags="outbound_call customer_disconnect", direction="outbound", ended_by="customer"))
async def a_plain_extension_calls_a_customer(cell: Cell, customer: Phone, e1: Phone) -> None:
    await _reaches("9", cell, customer, e1, "customer")


@scenario(Expected(tags="non_dn_outgoing_call customer_disconnect", direction="outbound", ended_by="customer"))
async def an_agent_calls_out_showing_no_dn(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _reaches("91", cell, customer, a1, "customer")


# It makes no difference to the customer whose number it is that is not shown.
@scenario(Expected(tags="non_dn_outgoing_call customer_disconnect", direction="outbound", ended_by="customer"))
async def an_agent_calls_out_with_a_hidden_number(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _reaches("95", cell, customer, a1, "customer")


@scenario(Expected(tags="outbound_call agent_disconnect", direction="outbound", ended_by="agent"))
async def an_agent_calls_out_showing_the_dn_by_the_dials_own_word(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _reaches("96", cell, customer, a1, "staff")


@scenario(Expected(tags="outbound_call customer_disconnect", direction="outbound", ended_by="customer"))
async def a_second_carrier_takes_the_call_that_the_first_refuses(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await a1.call("97" + cell.caller())
    await (await customer.rings()).decline(503)
    outside = await (await customer.rings()).answer()
    await call.connected()
    await outside.hangup()
    await call.ended()


@scenario(Expected(tags="outbound_call customer_abandon", direction="outbound"))
async def no_carrier_takes_the_call(cell: Cell, customer: Phone, a1: Phone) -> None:
    await customer.when_called("decline", 503)
    await (await a1.call("97" + cell.caller())).ended()


async def _refused(code: int, cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await a1.call("9" + cell.caller())
    await (await customer.rings()).decline(code)
    await call.ended()


NOT_CONNECTED = Expected(tags="outbound_call customer_abandon", direction="outbound")


@scenario(NOT_CONNECTED)
async def the_customer_is_busy(cell: Cell, customer: Phone, a1: Phone) -> None:
    await customer.when_called("decline", 486)
    await (await a1.call("9" + cell.caller())).ended()


@scenario(NOT_CONNECTED)
async def the_customer_declines(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _refused(603, cell, customer, a1)


@scenario(NOT_CONNECTED)
async def the_customers_number_is_invalid(cell: Cell, customer: Phone, a1: Phone) -> None:
    await customer.when_called("decline", 404)
    await (await a1.call("9" + cell.caller())).ended()


@scenario(NOT_CONNECTED)
async def the_customer_lets_it_ring(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await a1.call("94" + cell.caller())
    await customer.rings()
    await call.ended()


@scenario(Expected(tags="outbound_call customer_abandon", direction="outbound", ended_by="agent"))
async def the_agent_gives_up_before_the_customer_answers(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await a1.call("9" + cell.caller())
    await customer.rings()
    await call.rings()
    await call.hangup()


TRUNK_FULL = Expected(
    tags="outbound_call overflowed", direction="outbound", ended_by="system", overflow_reason="trunk_cap"
)


async def _two_on_the_trunk(prefix: str, cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    first = await a1.call(prefix + cell.caller(1))
    await (await customer.rings()).answer()
    await first.connected()
    await (await a2.call(prefix + cell.caller(2))).ended()
    await first.hangup()


@scenario(Expected(tags="outbound_call agent_disconnect", direction="outbound"), TRUNK_FULL)
async def the_trunk_is_full(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await _two_on_the_trunk("92", cell, customer, a1, a2)


@scenario(Expected(tags="outbound_call agent_disconnect", direction="outbound"), TRUNK_FULL)
async def the_trunk_is_full_and_the_dialplan_says_so(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await _two_on_the_trunk("93", cell, customer, a1, a2)


# Among colleagues.


@scenario(
    Expected(
        tags="agent_to_agent_call agent_disconnect", offers="a2 answered", direction="internal", ended_by="agent"
    )
)
async def an_agent_calls_an_agent(cell: Cell, a1: Phone, a2: Phone) -> None:
    await scripts.the_agent_calls_a_colleague(cell, a1, a2)


@scenario(
    Expected(
        tags="agent_to_agent_call agent_disconnect",
        offers="s1 answered",
        direction="internal",
        ended_by="supervisor",
    )
)
async def an_agent_calls_a_supervisor(cell: Cell, a1: Phone, s1: Phone) -> None:
    call = await a1.call(cell.extension("s1"))
    answered = await (await s1.rings()).answer()
    await call.connected()
    await answered.hangup()


@scenario(Expected(tags="agent_to_agent_call agent_reject", offers="a2 rejected", direction="internal"))
async def an_agent_declines_a_colleague(cell: Cell, a1: Phone, a2: Phone) -> None:
    call = await a1.call(cell.extension("a2"))
    await (await a2.rings()).decline(603)
    await call.ended()


# Two of the staff, but one's phone is off: still a call from one to the other.
@scenario(Expected(tags="agent_to_agent_call cpe_reject", offers="a5 cpe_rejected", direction="internal"))
async def an_agent_calls_a_colleague_whose_phone_is_off(cell: Cell, a1: Phone) -> None:
    await (await a1.call(cell.extension("a5"))).ended()


@scenario(Expected(tags="agent_to_agent_call", offers="a2 cancelled", direction="internal", ended_by="agent"))
async def an_agent_rings_a_colleague_and_gives_up(cell: Cell, a1: Phone, a2: Phone) -> None:
    call = await a1.call(cell.extension("a2"))
    await a2.rings()
    await call.rings()
    await call.hangup()


# A colleague who can also be reached at an outside number: whoever answers says what kind of call it was.
@scenario(
    Expected(
        tags="agent_to_agent_call agent_disconnect", offers="a2 answered", direction="internal", ended_by="agent"
    )
)
async def a_colleague_answers_at_the_desk_while_the_mobile_phone_rings_too(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await a1.call(f"3{cell.nn}2")
    await customer.rings()
    talk = await (await a2.rings()).answer()
    await call.connected()
    await talk.hangup()
    await call.ended()


@scenario(
    Expected(
        tags="non_dn_outgoing_call customer_disconnect", offers="a2 answered_elsewhere", direction="outbound",
        ended_by="customer",
    )
)  # fmt: skip
async def a_colleague_answers_at_the_mobile_phone_while_the_desk_rings_too(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await a1.call(f"3{cell.nn}2")
    await a2.rings()
    outside = await (await customer.rings()).answer()
    await call.connected()
    await outside.hangup()
    await call.ended()


@scenario(Expected(tags="agent_to_agent_call agent_no_answer_timeout", offers="a2 no_answer", direction="internal"))
async def a_colleague_answers_neither_at_the_desk_nor_at_the_mobile_phone(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await a1.call(f"3{cell.nn}3")
    await a2.rings()
    await customer.rings()
    await call.ended()


# An extension is neither agent nor supervisor: no category, and nobody of the staff was offered the call.
@scenario(Expected(tags="agent_disconnect", direction="internal", ended_by="agent"))
async def an_agent_calls_a_plain_extension(cell: Cell, a1: Phone, e1: Phone) -> None:
    call = await a1.call(cell.extension("e1"))
    await takes_the_call(e1, call)


@scenario(Expected(tags="agent_reject", offers="a1 rejected", direction="internal"))
async def an_agent_declines_a_plain_extension(cell: Cell, a1: Phone, e1: Phone) -> None:
    call = await e1.call(cell.extension("a1"))
    await (await a1.rings()).decline(486)
    await call.ended()
