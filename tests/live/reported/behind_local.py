"""Queues, bots and members behind channels of the PBX's own, and what the dialplan refuses for a phone."""

import asyncio

from tests.live import scripts
from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import takes_the_call

# A queue to which a group or a follow-me leads by a Local channel.


@scenario(
    Expected(
        tags="incoming_dn_call queued customer_abandon",
        ended_by="customer",
        queues="single abandoned",
        abandoned_in="queue",
    )
)
async def a_customer_gives_up_in_a_queue_behind_a_local_channel(cell: Cell, customer: Phone, a1: Phone) -> None:
    await cell.pause("a1", "single")
    call = await customer.call(cell.dn("58"), cell.caller())
    await cell.waits_in("single")
    await time_passes(6)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call queued customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        queues="single answered",
    )
)
async def a_customer_waits_in_a_queue_behind_a_local_channel(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_only_agent_comes_back_while_a_customer_waits(cell, customer, a1, dn="58")


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign customer_abandon",
        offers="a1 rejected, a1 cancelled",
        ended_by="customer",
        abandoned_in="ringing",
    )
)
async def an_agent_of_a_queue_behind_a_local_channel_declines(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("58"), cell.caller())
    await (await a1.rings()).decline(486)
    await a1.rings()
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred queued customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
    )
)
async def an_agent_of_a_queue_behind_a_local_channel_transfers(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await cell.pause("a1", "single")
    call = await customer.call(cell.dn("58"), cell.caller())
    await cell.waits_in("single")
    await time_passes(2)
    await cell.unpause()
    talk = await (await a1.rings()).answer()
    await time_passes(1)
    await talk.refer(cell.extension("a2"))
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject reassign reassigned_call customer_disconnect",
        offers="a1 cpe_rejected, a2 answered",
        ended_by="customer",
    )
)
async def the_dialplan_behind_a_member_is_busy(cell: Cell, customer: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("64"), cell.caller())
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject reassign reassigned_call customer_disconnect",
        offers="a1 cpe_rejected, a2 answered",
        ended_by="customer",
    )
)
async def a_routine_refuses_for_a_phone_before_it_is_called(cell: Cell, customer: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("65"), cell.caller())
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_disconnect",
        offers="a1 answered",
        ended_by="agent",
    )
)
async def one_local_channel_behind_the_other_goes_away(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("89"), cell.caller())
    talk = await (await a1.rings()).answer()
    await call.connected()
    await time_passes(1)
    await talk.hangup()
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a2 rejected, a1 answered",
        ended_by="customer",
    )
)
async def a_colleague_declines_before_an_agents_own_way_calls_her(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("92"), cell.caller())
    await (await a2.rings()).decline(603)
    await takes_the_call(a1, call, seconds=1)


# A bot that the dialplan dials.


@scenario(Expected(tags="incoming_dn_call customer_abandon", ended_by="customer", abandoned_in="ivr"))
async def a_customer_hangs_up_on_a_bot_that_was_dialled(cell: Cell, customer: Phone) -> None:
    async with FarEnd(cell):
        call = await customer.call(cell.dn("66"), cell.caller())
        await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
        await time_passes(5.5)
        await call.hangup()
        await cell.gone("customer")


@scenario(
    Expected(
        tags="incoming_dn_call agent_disconnect",
        offers="a1 answered",
        ended_by="agent",
        queues="single answered",
    )
)
async def a_bot_that_was_dialled_ends_and_an_agent_takes_the_call(cell: Cell, customer: Phone, a1: Phone) -> None:
    async with FarEnd(cell) as bot:
        call = await customer.call(cell.dn("66"), cell.caller())
        await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
        await time_passes(1.5)
        for writer in bot:
            writer.close()
        talk = await (await a1.rings()).answer()
        await time_passes(1)
        await talk.hangup()
        await call.ended()


class FarEnd:
    """What answers at the far end of AudioSocket, and says nothing."""

    def __init__(self, cell: Cell) -> None:
        self._port = 9000 + cell.number
        self._writers: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> list[asyncio.StreamWriter]:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        return self._writers

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        while await reader.read(4096):
            pass

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for writer in self._writers:
            writer.close()


# What a caller gave up, and kept.


@scenario(
    Expected(tags="incoming_dn_call queued virtual_queue_callback_incoming", ended_by="system"),
    Expected(
        tags="outbound_call virtual_queue_callback_outgoing customer_disconnect",
        offers="a1 answered",
        direction="outbound",
        ended_by="customer",
        callback=True,
    ),
)
async def a_local_channel_keeps_the_place_of_a_caller_who_is_called_back(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    await cell.pause("a1", "keeps")
    call = await customer.call(cell.dn("87"), cell.caller())
    await cell.waits_in("keeps")
    await time_passes(2)
    await call.dtmf("1")
    await call.ended()
    await cell.waits_in("keeps", 1)
    await time_passes(1)
    await cell.unpause()
    await (await a1.rings()).pick_up()
    outside = await (await customer.rings()).pick_up()
    await time_passes(1)
    await outside.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call queued queue_exit customer_abandon",
        ended_by="customer",
        queue_exit_reason="timeout",
        queues="single timeout, second abandoned",
        abandoned_in="queue",
    )
)
async def a_menu_after_the_queue_leads_to_another_queue(cell: Cell, customer: Phone) -> None:
    await cell.pause("a1", "single")
    await cell.pause("a2", "second")
    call = await customer.call(cell.dn("91"), cell.caller())
    await cell.event("Newexten", Application="Read")
    await time_passes(1)
    await call.dtmf("1")
    await cell.waits_in("second")
    await time_passes(3)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call queued",
        ended_by="system",
        queues="single transferred",
    )
)
async def a_panel_withdraws_a_caller_from_the_queue(cell: Cell, customer: Phone) -> None:
    await cell.pause("a1", "single")
    call = await customer.call(cell.dn("56"), cell.caller())
    await cell.waits_in("single")
    await time_passes(3)
    await cell.pbx.action(
        "QueueWithdrawCaller", Queue=cell.queue("single"), Caller=await cell.channel("customer"), WithdrawInfo="full"
    )
    await call.ended()
