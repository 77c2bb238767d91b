"""What a call meets where several ways of a PBX come together: carriers, rooms, queues and programs in a chain."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import comes_into_the_room, in_talk, takes_the_call


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere",
        ended_by="customer",
        transfers="",
        staff="s1",
    )
)
async def a_supervisors_phone_picks_up_what_a_queue_rings_by_an_invite(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call = await customer.call(cell.dn("56"), cell.caller())
    ringing = await a1.rings()
    await a1.until(lambda: bool(ringing.replaces), "the name of the dialog")
    taking = await s1.call(cell.extension("a1"), replaces=ringing.replaces)
    await taking.connected()
    await ringing.ended()
    await call.connected()
    await time_passes(2)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject reassign reassigned_call customer_disconnect",
        offers="a6 cpe_rejected, a2 answered",
        ended_by="customer",
    )
)
async def a_queue_calls_all_phones_of_a_member_who_has_none(cell: Cell, customer: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(60))
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        queues="carriers answered",
    )
)
async def a_carrier_refuses_to_call_a_members_mobile_and_the_next_one_calls_it(cell: Cell, customer: Phone) -> None:
    await customer.when_called("decline", 503)
    call = await customer.call(cell.dn("55"), cell.caller(14))
    await (await customer.called()).ended()
    await customer.when_called("ring")
    await (await customer.rings()).pick_up()
    await cell.event("BridgeEnter", 3)
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        ended_by="customer",
    )
)
async def the_dialplan_calls_one_agent_after_the_other_into_the_callers_room(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("55"), cell.caller(17))
    await call.connected()
    await (await a1.rings()).decline()
    await (await a2.rings()).pick_up()
    await cell.joins(1)
    await time_passes(2)
    await call.hangup()
    await cell.gone("customer")
    await cell.hang_up("a2")


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a2 answered",
        ended_by="customer",
        transfers="",
        staff="a1 a2",
    )
)
async def the_time_in_a_room_is_up_and_the_next_queue_takes_the_customer(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("55"), cell.caller(19))
    await call.connected()
    sits = await comes_into_the_room(cell, "a1", a1)
    await takes_the_call(a2, call, seconds=1)
    await time_passes(1)
    await sits.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_conference_call customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="",
    )
)
async def an_agent_gathers_guests_in_her_own_room(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    await cell.redirect("customer", f"4{cell.nn}67")
    await talk.ended()
    own = await a1.call(cell.extension("a2"))
    await (await a2.rings()).answer()
    await own.connected()
    await time_passes(1)
    await cell.redirect("a2", f"4{cell.nn}67")
    await own.ended()
    await cell.joins(1)
    leads = await a1.call(f"4{cell.nn}68")
    await leads.connected()
    await cell.joins(2)
    await time_passes(2)
    await call.hangup()
    await cell.gone("customer")
    await cell.hang_up("a2")
    await cell.hang_up("a1")


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="",
        staff="a1 a2",
    )
)
async def the_time_of_a_call_is_up_in_a_talk_and_the_dialplan_goes_on_to_a_queue(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("55"), cell, customer, a1, 24)
    await talk.ended()
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call queue_exit reassigned_call reassign agent_no_answer_timeout customer_disconnect",
        offers="a1 no_answer, a2 answered",
        ended_by="customer",
        queues="single timeout, second answered",
        queue_exit_reason="timeout",
    )
)
async def the_time_of_a_call_is_up_in_a_queue_and_the_dialplan_goes_on_to_another(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("55"), cell.caller(25))
    await (await a1.rings()).ended()
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="blind a2 answered",
    )
)
async def an_application_carries_out_what_an_agents_phone_asks_by_refer(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    async with cell.application() as bot:
        call = await customer.call(cell.dn("99"), cell.caller(55))
        await call.connected()
        await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
        caller = await cell.channel("customer")
        leg = await bot.ring(cell.device("a1"), caller)
        talk = await (await a1.rings()).pick_up()
        await bot.connect(leg, caller)
        await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
        await cell.pbx.action(
            "Setvar", Channel=await cell.channel("a1"), Variable="PJSIP_TRANSFER_HANDLING()", Value="ari-only"
        )
        await time_passes(1)
        await talk.refer(cell.extension("a2"))
        other = await bot.ring(cell.device("a2"), caller)
        await (await a2.rings()).pick_up()
        await bot.connect(other, caller)
        await bot.let_go(leg)
        await time_passes(2)
        await call.hangup()
        await cell.gone("customer")
        await bot.let_go(other)


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        ended_by="customer",
    )
)
async def the_dialplan_calls_agents_behind_local_channels_into_the_callers_room(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("55"), cell.caller(18))
    await call.connected()
    await (await a1.rings()).decline()
    await (await a2.rings()).pick_up()
    await cell.joins(1)
    await time_passes(2)
    await call.hangup()
    await cell.gone("customer")
    await cell.hang_up("a2")


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="",
    )
)
async def the_dialplan_behind_a_member_goes_on_to_a_colleague_when_the_time_is_up(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("55"), cell.caller(15))
    await (await (await a1.rings()).answer()).ended()
    await takes_the_call(a2, call, seconds=1)


PAGED = Expected(
    tags="agent_to_agent_call agent_disconnect", offers="a1 answered", direction="internal", ended_by="agent"
)


async def _pages(a1: Phone, a3: Phone) -> None:
    page = await a3.call("*87")
    talk = await (await a1.rings()).pick_up()
    await page.connected()
    await time_passes(3)
    await page.hangup()
    await talk.ended()


@scenario(PAGED)
async def a_page_by_local_channels_finds_a_phone_busy(cell: Cell, a1: Phone, a2: Phone, a3: Phone) -> None:
    await a2.when_called("decline", 486)
    await _pages(a1, a3)


@scenario(PAGED)
async def a_page_by_local_channels_finds_a_phone_off(cell: Cell, a1: Phone, a2: Phone, a3: Phone) -> None:
    await a2.unregister()
    await _pages(a1, a3)
