"""What Dial can do before and after an answer, and what leads to a Dial."""

from tests.live import scripts
from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import takes_the_call

ANSWERED = Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer")


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent", queues=""))
async def after_the_agent_a_menu_has_the_customer(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("20"), cell.caller())
    talk = await (await a1.rings()).answer()
    await talk.hangup()
    await cell.event("Newexten", Application="WaitExten")
    await call.hangup()


@scenario(ANSWERED)
async def who_answers_and_who_called_go_different_ways_into_one_room(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("21"), cell.caller())
    talk = await (await a1.rings()).pick_up()
    await cell.joins(1)
    await time_passes(1)
    await call.hangup()
    await cell.leaves()
    await talk.hangup()


@scenario(ANSWERED)
async def the_agent_hears_an_announcement_when_the_customer_has_hung_up(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    call = await customer.call(cell.dn("22"), cell.caller())
    talk = await (await a1.rings()).answer()
    await call.hangup()
    await talk.ended()


@scenario(Expected(tags="incoming_dn_call system_disconnect", offers="a1 answered", ended_by="system"))
async def time_is_up_after_two_warnings(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("23"), cell.caller())
    talk = await (await a1.rings()).answer()
    await talk.ended()
    await call.ended()


@scenario(Expected(tags="incoming_dn_call system_disconnect", offers="a1 answered", ended_by="system"))
async def the_pbx_allows_a_call_four_seconds_in_all(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("32"), cell.caller())
    talk = await (await a1.rings()).answer()
    await talk.ended()
    await call.ended()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 cancelled, a2 answered", ended_by="customer")
)
async def a_key_pressed_while_a_phone_rings_leads_to_another(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("30"), cell.caller())
    await a1.rings()
    await call.connected()
    await call.dtmf("1")
    await takes_the_call(a2, call, seconds=1)


@scenario(Expected(tags="incoming_dn_call agent_reject", offers="a1 rejected", ended_by="system", queues=""))
async def the_only_agent_hangs_up_on_hearing_who_calls(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("31"), cell.caller())
    asked = await (await a1.rings()).pick_up()
    await time_passes(1)
    await asked.hangup()
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere & a2 answered",
        ended_by="customer",
    )
)
async def a_group_behind_local_channels_that_go_away(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("40"), cell.caller())
    await a1.rings()
    await takes_the_call(a2, call, seconds=1)


@scenario(Expected(tags="incoming_dn_call agent_reject", offers="a1 rejected", ended_by="system", queues=""))
async def an_agent_is_asked_whether_to_take_the_call_and_says_no(cell: Cell, customer: Phone, a1: Phone) -> None:
    await scripts.the_only_agent_declines_by_a_key(cell, customer, a1, dn="41", key="4")


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer", held=True))
async def a_customer_puts_the_agent_on_hold(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("43"), cell.caller())
    await (await a1.rings()).answer()
    await call.hold()
    await time_passes(1.2)
    await call.resume()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere & a2 answered_elsewhere",
        ended_by="customer",
        transfers="",
    )
)
async def a_supervisor_takes_what_rings_behind_a_local_channel(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, s1: Phone
) -> None:
    call = await customer.call(cell.dn("40"), cell.caller())
    await a1.rings()
    await a2.rings()
    await (await s1.call(f"*8{cell.extension('a1')}")).connected()
    await cell.event("BridgeEnter", Channel=f"{cell.device('s1')}-")
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject customer_abandon",
        offers="a1 rejected",
        ended_by="customer",
        queues="",
        abandoned_in="ivr",
    )
)
async def an_agent_sends_the_customer_to_the_mailbox_by_a_key(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("44"), cell.caller())
    asked = await (await a1.rings()).pick_up()
    await time_passes(1)
    await asked.dtmf("3")
    await asked.ended()
    await cell.event("Newexten", Application="VoiceMail")
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject reassign reassigned_call customer_disconnect",
        offers="a1 cpe_rejected, a2 answered",
        queues="",
    )
)
async def after_the_pbxs_do_not_disturb_the_next_agent_is_dialled(cell: Cell, customer: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("45"), cell.caller())
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon",
        offers="a1 forwarded",
        ended_by="customer",
        queues="",
        abandoned_in="ivr",
    )
)
async def a_phone_forwards_to_the_mailbox(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("46"), cell.caller())
    await (await a1.rings()).redirect(f"4{cell.nn}60")
    await cell.event("Newexten", Application="VoiceMail")
    await time_passes(2.5)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        queues="",
    )
)
async def a_call_follows_its_agent_who_declines_by_a_key(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await scripts.the_first_agent_declines_by_a_key_and_the_second_takes_the_call(cell, customer, a1, a2, dn="47")


@scenario(ANSWERED)
async def the_pbx_says_something_in_the_midst_of_the_call(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("54"), cell.caller())
    talk = await (await a1.rings()).answer()
    await talk.dtmf("*7")
    await time_passes(3)
    await call.hangup()


@scenario(ANSWERED)
async def a_phone_registers_anew_in_the_midst_of_the_call(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("43"), cell.caller())
    await (await a1.rings()).answer()
    await a1.unregister()
    await a1.register()
    await time_passes(1)
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent"))
async def a_phones_registration_ends_and_the_call_goes_on(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("43"), cell.caller())
    talk = await (await a1.rings()).answer()
    await a1.unregister()
    await time_passes(1)
    await talk.hangup()
    await call.ended()


@scenario(Expected(tags="incoming_dn_call agent_reject", offers="a1 rejected", ended_by="system"))
async def a_phone_registers_anew_while_it_rings_and_the_agent_declines(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    call = await customer.call(cell.dn("43"), cell.caller())
    ringing = await a1.rings()
    await a1.unregister()
    await a1.register()
    await time_passes(1)
    await ringing.decline(603)
    await call.ended()


@scenario(ANSWERED)
async def a_caller_who_shows_no_number(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("43"), "anonymous")
    await takes_the_call(a1, call, seconds=1)


@scenario(ANSWERED)
async def a_caller_who_shows_an_agents_number(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("43"), cell.extension("a2"))
    await takes_the_call(a1, call, seconds=1)


# A dialplan may write the technology as it likes; the phone's channel is PJSIP all the same.


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject reassign reassigned_call customer_disconnect",
        offers="a1 cpe_rejected, a2 answered",
        ended_by="customer",
    )
)
async def a_dead_phone_and_the_next_are_dialled_in_small_letters(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await a1.unregister()
    call = await customer.call(cell.dn("83"), cell.caller())
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        queues="small answered",
    )
)
async def a_queues_members_are_written_in_small_letters(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("84"), cell.caller())
    await (await a1.rings()).decline(603)
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject queued customer_abandon",
        offers="a1 cpe_rejected & a2 cpe_rejected",
        ended_by="customer",
        queues="small abandoned",
        abandoned_in="queue",
    )
)
async def no_phone_of_members_in_small_letters_can_be_reached(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await a1.unregister()
    await a2.unregister()
    call = await customer.call(cell.dn("84"), cell.caller())
    await cell.waits_in("small")
    await time_passes(3)
    await call.hangup()
