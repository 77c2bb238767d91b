"""Calls as PBXs elsewhere carry them: applications inside applications, many steps, old causes, numbers that come
late, and counts that are no caps."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import takes_the_call

# What a Dial left on the caller's channel is no word of hers.


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject customer_abandon",
        offers="a1 rejected",
        ended_by="customer",
        queues="",
        abandoned_in="ivr",
    )
)
async def declined_by_an_agent_a_customer_gives_up_in_the_menu(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("71"), cell.caller())
    await (await a1.rings()).decline(603)
    await time_passes(3)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject customer_abandon",
        offers="a1 cpe_rejected",
        ended_by="customer",
        queues="",
        abandoned_in="ivr",
    )
)
async def whom_no_phone_was_found_for_gives_up_in_the_menu(cell: Cell, customer: Phone, a1: Phone) -> None:
    await a1.unregister()
    call = await customer.call(cell.dn("71"), cell.caller())
    await call.connected()
    await time_passes(3)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject reassign reassigned_call customer_disconnect",
        offers="a1 cpe_rejected, a2 answered",
        ended_by="customer",
        queues="linear answered",
    )
)
async def after_a_dead_phone_a_customer_hangs_up_on_the_next_agent(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await a1.unregister()
    call = await customer.call(cell.dn("72"), cell.caller())
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_abandon",
        offers="a1 rejected, a2 cancelled",
        ended_by="customer",
        queues="",
        abandoned_in="ringing",
    )
)
async def declined_by_one_agent_a_customer_gives_up_while_the_next_rings(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("73"), cell.caller())
    await (await a1.rings()).decline(486)
    await a2.rings()
    await time_passes(3)
    await call.hangup()


# The number that was dialled is not the first that the PBX hears.


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues="linear answered"))
async def the_carrier_calls_an_account_and_tells_the_number_beside(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(f"acct{cell.nn}", cell.caller())
    await takes_the_call(a1, call, seconds=1)


@scenario(Expected(tags="incoming_dn_call agent_disconnect", offers="a1 answered", ended_by="agent", queues=""))
async def the_number_comes_with_the_country_before_it(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(f"+886{cell.dn('75')}", cell.caller())
    await (await (await a1.rings()).answer()).hangup()
    await call.ended()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a2 answered", queues=""))
async def a_menu_behind_a_common_number_leads_to_the_line(cell: Cell, customer: Phone, a2: Phone) -> None:
    call = await customer.call(f"pilot{cell.nn}", cell.caller())
    await call.connected()
    await call.dtmf("1")
    await takes_the_call(a2, call, seconds=1)


# Applications inside applications.


@scenario(Expected(tags="incoming_dn_call cpe_reject", offers="a1 cpe_rejected", ended_by="system", queues=""))
async def a_phone_without_a_contact_is_dialled_under_a_condition(cell: Cell, customer: Phone, a1: Phone) -> None:
    await a1.unregister()
    call = await customer.call(cell.dn("77"), cell.caller())
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign customer_disconnect",
        offers="a1 rejected, a1 answered",
        queues="",
    )
)
async def an_agent_declines_and_takes_the_next_try(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("78"), cell.caller())
    await (await a1.rings()).decline(603)
    await takes_the_call(a1, call, seconds=1)


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", queues="small answered"),
    Expected(
        tags="incoming_dn_call overflowed", ended_by="system", queues="small full", overflow_reason="queue_full"
    ),
)
async def a_queue_that_was_only_tried_is_full(cell: Cell, customer: Phone, a1: Phone) -> None:
    first = await customer.call(cell.dn("79"), cell.caller(1))
    ringing = await a1.rings()
    second = await customer.call(cell.dn("79"), cell.caller(2))
    await second.ended()
    await ringing.answer()
    await first.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject reassign reassigned_call customer_disconnect",
        offers="a1 cpe_rejected, a2 answered",
        queues="",
    )
)
async def a_script_dials_a_dead_phone_and_then_another(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await a1.unregister()
    call = await customer.call(cell.dn("80"), cell.caller())
    await call.connected()
    await cell.event("AsyncAGIStart")
    caller = await cell.channel("customer")
    for who in ("a1", "a2"):
        command = f'EXEC Dial "{cell.device(who)},15,tT"'
        await cell.pbx.action("AGI", Channel=caller, Command=command, CommandID=who)
    await takes_the_call(a2, call, seconds=1)


# A count is a cap only where it turns calls away.

SHUT = Expected(tags="incoming_dn_call", ended_by="system", queues="")


@scenario(SHUT)
async def the_shop_is_shut_and_calls_are_counted(cell: Cell, customer: Phone) -> None:
    await (await customer.call(cell.dn("81"), cell.caller())).ended()


@scenario(SHUT, SHUT)
async def the_shop_is_shut_to_two_at_once(cell: Cell, customer: Phone) -> None:
    first = await customer.call(cell.dn("81"), cell.caller(1))
    await first.connected()
    second = await customer.call(cell.dn("81"), cell.caller(2))
    await first.ended()
    await second.ended()


@scenario(SHUT, SHUT)
async def a_menu_and_a_route_to_the_busy_tone_end_counted_calls(cell: Cell, customer: Phone) -> None:
    first = await customer.call(cell.dn("82"), cell.caller(1))
    await first.connected()
    second = await customer.call(cell.dn("83"), cell.caller(2))
    await second.ended()
    await first.dtmf("3")
    await first.ended()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"),
    Expected(tags="incoming_dn_call overflowed", ended_by="system", queues="", overflow_reason="line_cap"),
)
async def a_line_that_the_settings_name_is_full_and_says_so_politely(cell: Cell, customer: Phone, a1: Phone) -> None:
    first = await customer.call(cell.dn("84"), cell.caller(1))
    await (await a1.rings()).answer()
    second = await customer.call(cell.dn("84"), cell.caller(2))
    await second.ended()
    await first.hangup()


@scenario(
    Expected(tags="outbound_call agent_disconnect", direction="outbound"),
    Expected(tags="outbound_call overflowed", direction="outbound", overflow_reason="trunk_cap"),
)
async def the_trunk_is_full_after_a_long_way(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    first = await a1.call("98" + cell.caller(1))
    await (await customer.rings()).answer()
    await first.connected()
    await (await a2.call("98" + cell.caller(2))).ended()
    await first.hangup()


# Generated dialplans take many steps.


@scenario(Expected(tags="incoming_dn_call cpe_reject", offers="a1 cpe_rejected", ended_by="system", queues=""))
async def after_sixty_steps_nobody_is_dialled(cell: Cell, customer: Phone) -> None:
    await (await customer.call(cell.dn("85"), cell.caller())).ended()


@scenario(SHUT, SHUT)
async def a_long_way_leads_to_a_menu_and_to_the_end(cell: Cell, customer: Phone) -> None:
    first = await customer.call(cell.dn("86"), cell.caller(1))
    await first.connected()
    second = await customer.call(cell.dn("86"), cell.caller(2))
    await second.connected()
    for call in (first, second):
        await call.dtmf("3")
        await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject reassign reassigned_call customer_disconnect",
        offers="a1 cpe_rejected, a2 answered",
        queues="",
    )
)
async def between_two_agents_lie_forty_steps(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await a1.unregister()
    call = await customer.call(cell.dn("87"), cell.caller())
    await takes_the_call(a2, call, seconds=1)
