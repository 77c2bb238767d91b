"""Consultations with queues and with people outside, calls that phones forward on, and what comes beside calls."""

import socket
import uuid
from dataclasses import replace

from tests.live import scripts
from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import consults, in_talk, presses, takes_the_call

ANSWERED = Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer")


@scenario(
    Expected(
        tags="incoming_dn_call queued customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        queues="single answered",
    )
)
async def a_local_channel_before_a_queue_goes_away(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_only_agent_comes_back_while_a_customer_waits(cell, customer, a1, dn="59")


@scenario(
    Expected(
        tags="incoming_dn_call queued agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
    )
)
async def an_agent_transfers_to_a_queue_behind_a_local_channel(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await cell.pause("a2", "second")
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.refer(f"4{cell.nn}43")
    await cell.waits_in("second")
    await talk.ended()
    await time_passes(3)
    await cell.unpause()
    await takes_the_call(a2, call, seconds=1)


@scenario(
    replace(ANSWERED, queues=""),
    Expected(tags="", direction="internal", queues="second abandoned", consult=True),
)
async def an_agent_asks_a_queue_by_keys_where_nobody_is_ready_and_comes_back(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await cell.pause("a2", "second")
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await presses(cell, talk, "*2", cell.to_queue("04"))
    await cell.waits_in("second")
    await time_passes(3)
    await talk.dtmf("*1")
    await cell.event("BridgeEnter", 1, Channel=f"{cell.device('a1')}-")
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="attended a2 answered",
    )
)
async def an_agent_asks_a_queue_by_keys_and_hands_over(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await presses(cell, talk, "*2", cell.to_queue("04"))
    await takes_the_call(a2, talk, seconds=1)
    await cell.event("AttendedTransfer")
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer", held=True),
    Expected(tags="outbound_call agent_disconnect", direction="outbound", ended_by="agent", consult=True),
)
async def an_agent_asks_somebody_outside_and_comes_back(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    consult, _ = await consults(talk, a1, "9" + cell.caller(2), customer)
    await time_passes(1)
    await consult.hangup()
    await time_passes(0.5)
    await talk.resume()
    await time_passes(1)
    await call.hangup()


@scenario(
    ANSWERED,
    Expected(tags="outbound_call customer_disconnect", direction="outbound", ended_by="customer", consult=True),
)
async def an_agent_asks_somebody_outside_by_keys_and_comes_back(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await presses(cell, talk, "*2", "96" + cell.caller(2))
    asked = await (await customer.rings()).pick_up()
    await time_passes(2)
    await asked.hangup()
    await cell.event("BridgeEnter", 2, Channel=f"{cell.device('a1')}-")
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered, s1 answered",
        ended_by="customer",
    )
)
async def whom_an_agent_asks_passes_her_on_and_she_hands_over(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, s1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    consult, asked = await consults(talk, a1, cell.extension("a2"), a2)
    await time_passes(1)
    await asked.refer(cell.extension("s1"))
    await (await s1.rings()).answer()
    await asked.ended()
    await time_passes(1)
    await talk.refer_to(consult)
    await talk.ended()
    await time_passes(1)
    await call.hangup()


@scenario(ANSWERED, Expected(tags="incoming_dn_call", ended_by="system"))
async def a_second_caller_is_told_that_the_agent_talks(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("94"), cell.caller())
    await (await a1.rings()).answer()
    second = await customer.call(cell.dn("94"), cell.caller(2))
    await second.ended()
    await time_passes(1)
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call", ended_by="system"))
async def an_unwanted_caller_is_turned_away(cell: Cell, customer: Phone) -> None:
    call = await customer.call(cell.dn("95"), cell.caller())
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 forwarded, a2 forwarded, a3 answered",
        ended_by="customer",
    )
)
async def a_phone_forwards_to_one_that_forwards_on(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, a3: Phone
) -> None:
    call = await customer.call(cell.dn("96"), cell.caller())
    await (await a1.rings()).redirect(cell.extension("a2"))
    await (await a2.rings()).redirect(cell.extension("a3"))
    await takes_the_call(a3, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign customer_disconnect",
        offers="a1 forwarded, a2 rejected, a2 answered",
        ended_by="customer",
        queues="second answered",
    )
)
async def a_phone_forwards_to_a_queue(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("96"), cell.caller())
    await (await a1.rings()).redirect(cell.to_queue("04"))
    await (await a2.rings()).decline(603)
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 forwarded",
        ended_by="customer",
        queues="linear answered",
    )
)
async def a_members_phone_forwards_to_a_mobile_outside(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("97"), cell.caller())
    await (await a1.rings()).redirect("9" + cell.caller(2))
    await (await customer.rings()).pick_up()
    await cell.event("BridgeEnter", 1)
    await time_passes(1)
    await call.hangup()


@scenario(ANSWERED)
async def a_message_comes_in_while_a_call_lasts(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind((f"{cell.customers}.{cell.number}", 0))
        host, port = phone.getsockname()
        mark = uuid.uuid4().hex
        lines = [
            f"MESSAGE sip:{cell.dn('93')}@{cell.address} SIP/2.0",
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{mark}",
            f"From: <sip:{cell.caller(2)}@{host}>;tag={mark[:8]}",
            f"To: <sip:{cell.dn('93')}@{cell.address}>",
            f"Call-ID: {mark}",
            "CSeq: 1 MESSAGE",
            "Max-Forwards: 70",
            "Content-Type: text/plain",
            "Content-Length: 5",
            "",
            "hello",
        ]
        phone.sendto("\r\n".join(lines).encode(), (cell.address, 5060))
        await time_passes(2)
    await call.hangup()


@scenario(ANSWERED)
async def a_station_of_a_shared_line_takes_the_call(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("88"), cell.caller())
    await (await a1.rings()).pick_up()
    await call.connected()
    await time_passes(2)
    await call.hangup()
