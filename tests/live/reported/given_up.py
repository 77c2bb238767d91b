"""What the PBX gives up by its own times or an administrator cuts, what is tried again, and what comes to nothing."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import by_agent, in_talk, parks, takes_the_call


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout reassign reassigned_call queue_exit customer_disconnect",
        offers="a2 no_answer, a1 answered",
        ended_by="customer",
        queues="second timeout",
        queue_exit_reason="timeout",
    )
)
async def a_dial_gives_up_the_queue_behind_a_local_channel_and_calls_another(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(68))
    await (await a2.rings()).ended()
    await takes_the_call(a1, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout queued queue_exit",
        offers="a1 no_answer & a2 no_answer",
        ended_by="system",
        queue_exit_reason="timeout",
    )
)
async def a_dial_gives_up_a_group_of_local_channels_and_a_queue_has_nobody(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(77))
    first, second = await a1.rings(), await a2.rings()
    await first.ended()
    await second.ended()
    await call.ended()


@scenario(
    Expected(tags="incoming_dn_call agent_no_answer_timeout", offers="a1 no_answer", ended_by="system"),
)
async def nobody_answers_and_the_caller_hears_the_busy_tone(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(71))
    await (await a1.rings()).ended()
    await call.ended()


@scenario(by_agent("a1 answered, a2 answered", transfers="blind a2 answered"))
async def a_panel_sends_a_parked_customer_to_a_colleague(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await parks(cell, talk)
    await time_passes(1)
    await cell.redirect("customer", cell.extension("a2"))
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call transferred customer_disconnect",
        offers="a1 answered_elsewhere",
        ended_by="customer",
        staff="a1",
    )
)
async def the_reception_parks_the_customer_and_an_agent_fetches(
    cell: Cell, customer: Phone, a1: Phone, e1: Phone
) -> None:
    call = await customer.call(cell.dn("86"), cell.caller())
    other = await a1.rings()
    talk = await (await e1.rings()).answer()
    await other.ended()
    await call.connected()
    space = await parks(cell, talk)
    await time_passes(1)
    fetched = await a1.call(space)
    await fetched.connected()
    await cell.talks("a1")
    await time_passes(1)
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call system_disconnect", offers="a1 answered", ended_by="system"))
async def the_console_hangs_the_customer_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    await cell.pbx.action("Command", Command=f"channel request hangup {await cell.channel('customer')}")
    await call.ended()
    await talk.ended()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer", transfers="")
)
async def a_customers_own_pbx_sends_the_agent_to_a_number_that_there_is_not(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    call, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    await call.refer("7777777")
    await time_passes(2)
    await call.hangup()


@scenario(
    Expected(
        tags="outbound_call supervisor_monitored_call customer_abandon", direction="outbound", ended_by="customer"
    ),
)
async def a_supervisor_listens_while_the_customers_phone_rings_who_is_busy_then(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    await a1.call(f"9{cell.caller()}")
    ringing = await customer.rings()
    listening = await s1.call(f"*63{cell.extension('a1')}")
    await listening.connected()
    await time_passes(2)
    await ringing.decline(486)
    await cell.gone("a1")
    await listening.hangup()


@scenario(Expected(tags="", direction="internal"))
async def a_supervisor_finds_nobody_to_listen_to(cell: Cell, s1: Phone) -> None:
    listening = await s1.call(f"*83{cell.extension('a1')}")
    await listening.ended()


@scenario(
    Expected(tags="", direction="internal"),
    Expected(tags="agent_no_answer_timeout", offers="a1 no_answer", direction="internal"),
    Expected(
        tags="outbound_call customer_disconnect", direction="outbound", offers="a1 answered", ended_by="customer"
    ),
)
async def a_file_in_the_spool_calls_an_agent_a_second_time(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    asks = await a2.call(f"*84{cell.caller()}")
    await (await a1.rings()).ended()
    await asks.ended()
    await (await a1.rings()).pick_up()
    outside = await (await customer.rings()).pick_up()
    await cell.talks("a1")
    await time_passes(1)
    await outside.hangup()


# What the PBX asks afterwards is a call of its own, which no agent takes.
@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"),
    Expected(tags="outbound_call customer_abandon", direction="outbound", ended_by="customer"),
)
async def the_pbx_calls_a_customer_who_has_hung_up_to_ask_how_it_was(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, _ = await in_talk(cell.dn("99"), cell, customer, a1, 72)
    await time_passes(1)
    await call.hangup()
    asked = await (await customer.rings()).pick_up()
    await time_passes(1)
    await asked.hangup()
