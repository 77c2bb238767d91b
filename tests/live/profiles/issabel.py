"""Calls on a PBX in the manner of Issabel and of FreePBX before Gosub: Macros and the old channel driver for SIP, of
which 22 has neither."""

from tests.live import scripts
from tests.live.expected import Expected, rescued
from tests.live.phones import Phone
from tests.live.scenarios import Suite, adding_to
from tests.live.stage import Cell, time_passes
from tests.live.talks import takes_the_call

ISSABEL: Suite = {}
scenario = adding_to(ISSABEL)


# A queue's members, behind Local channels.


@scenario(
    Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent", queues="00 answered")
)
async def a_member_behind_macros_answers_and_hangs_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_first_agent_answers_and_hangs_up(cell, customer, a1)


@scenario(rescued("a1 rejected", "agent_reject"))
async def a_member_behind_macros_declines_with_603(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.the_first_agent_declines_and_the_second_answers(cell, customer, a1, a2, code=603)


@scenario(rescued("a1 rejected", "agent_reject"))
async def a_member_behind_macros_declines_with_486(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.the_first_agent_declines_and_the_second_answers(cell, customer, a1, a2, code=486)


@scenario(rescued("a1 rejected", "agent_reject"))
async def a_member_behind_macros_declines_with_480(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.the_first_agent_declines_and_the_second_answers(cell, customer, a1, a2, code=480)


@scenario(rescued("a1 cpe_rejected", "cpe_reject"))
async def a_members_phone_behind_macros_is_busy_at_once(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.the_first_phone_is_busy_and_the_second_answers(cell, customer, a1, a2)


@scenario(rescued("a1 cpe_rejected", "cpe_reject"))
async def a_members_phone_behind_macros_is_gone(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.the_first_phone_is_gone_and_the_second_answers(cell, customer, a1, a2)


@scenario(rescued("a1 no_answer", "agent_no_answer_timeout"))
async def a_member_behind_macros_lets_it_ring(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.the_first_phone_rings_out_and_the_second_answers(cell, customer, a1, a2)


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon",
        offers="a1 cancelled",
        ended_by="customer",
        queues="00 abandoned",
        abandoned_in="ringing",
    )
)
async def a_customer_gives_up_while_a_member_behind_macros_rings(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_customer_gives_up_while_a_phone_rings(cell, customer, a1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject customer_disconnect",
        offers="a1 rejected & a2 answered",
        queues="01 answered",
    )
)
async def of_two_sip_phones_one_declines_and_one_answers(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.both_ring_one_declines_the_other_answers(cell, customer, a1, a2)


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere & a2 answered",
        queues="01 answered",
    )
)
async def of_two_sip_phones_one_is_quicker(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.both_ring_and_the_second_is_quicker(cell, customer, a1, a2)


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout queue_exit",
        offers="a1 no_answer",
        ended_by="system",
        queues="08 timeout",
        queue_exit_reason="timeout",
    )
)
async def a_queue_of_sip_phones_gives_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_queue_gives_up_after_its_time(cell, customer, a1)


# One extension, and groups.


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues=""))
async def a_macro_dials_one_extension(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_only_phone_is_answered(cell, customer, a1)


@scenario(Expected(tags="incoming_dn_call agent_reject", offers="a1 rejected", ended_by="system", queues=""))
async def the_extension_that_a_macro_dials_declines(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_only_phone_declines(cell, customer, a1)


@scenario(Expected(tags="incoming_dn_call cpe_reject", offers="a1 cpe_rejected", ended_by="system", queues=""))
async def the_extension_that_a_macro_dials_is_not_registered(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_only_phone_is_not_registered(cell, customer, a1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout customer_abandon",
        offers="a3 no_answer",
        ended_by="customer",
        queues="",
        abandoned_in="ivr",
    )
)
async def a_macro_leads_to_the_mailbox(cell: Cell, customer: Phone, a3: Phone) -> None:
    call = await customer.call(cell.dn("02"), cell.caller())
    await (await a3.rings()).ended()
    await cell.event("Newexten", Application="VoiceMail")
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject customer_disconnect",
        offers="a1 rejected & a2 answered",
        queues="",
    )
)
async def in_a_group_of_sip_phones_one_declines(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("20"), cell.caller())
    first, second = await a1.rings(), await a2.rings()
    await first.decline(486)
    await cell.gone("a1")
    await second.answer()
    await call.hangup()


# Transfers, supervision, calls of the house.


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="blind a2 answered",
    )
)
async def a_sip_phone_transfers_blind(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("11"), cell.caller())
    talk = await (await a1.rings()).answer()
    await talk.refer(cell.extension("a2"))
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="attended a2 answered",
    )
)
async def a_sip_phone_consults_and_transfers(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("11"), cell.caller())
    talk = await (await a1.rings()).answer()
    await talk.hold()
    consulting = await a1.call(cell.extension("a2"))
    await (await a2.rings()).answer()
    await consulting.connected()
    await time_passes(1)
    await talk.refer_to(consulting)
    await talk.ended()
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call customer_disconnect",
        offers="a1 answered",
        supervisions="s1 monitor a1",
    )
)
async def a_supervisor_listens_to_a_sip_phone(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call = await customer.call(cell.dn("11"), cell.caller())
    await (await a1.rings()).answer()
    over = await s1.call(f"*555{cell.extension('a1')}")
    await over.connected()
    await cell.event("ChanSpyStart")
    await time_passes(1)
    await over.hangup()
    await cell.event("ChanSpyStop")
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere",
        ended_by="customer",
        transfers="",
    )
)
async def a_colleague_picks_a_sip_call_up(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("11"), cell.caller())
    await a1.rings()
    await (await a2.call(f"*8{cell.extension('a1')}")).connected()
    await cell.event("BridgeEnter", Channel=f"{cell.device('a2')}-")
    await time_passes(1)
    await call.hangup()


@scenario(Expected(tags="outbound_call customer_disconnect", direction="outbound", ended_by="customer"))
async def a_macro_calls_out(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_agent_calls_out(cell, customer, a1)


@scenario(Expected(tags="outbound_call customer_abandon", direction="outbound"))
async def whom_a_macro_calls_is_busy(cell: Cell, customer: Phone, a1: Phone) -> None:
    await customer.when_called("decline", 486)
    call = await a1.call("9" + cell.caller())
    await call.ended()


@scenario(
    Expected(
        tags="agent_to_agent_call agent_disconnect", offers="a2 answered", direction="internal", ended_by="agent"
    )
)
async def a_sip_phone_calls_another(cell: Cell, a1: Phone, a2: Phone) -> None:
    await scripts.the_agent_calls_a_colleague(cell, a1, a2)
