"""Customers who come back from a menu or another number of the house, rooms entered and left by keys, phones that
hang for a while, carriers that say little."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import by_agent, comes_into_the_room, in_talk, presses, takes_the_call


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered, a1 answered",
        ended_by="customer",
    )
)
async def a_customer_pays_in_a_menu_and_comes_back_to_the_agent(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await time_passes(1)
    await talk.refer(f"4{cell.nn}70")
    await talk.ended()
    await time_passes(2)  # the PBX does not tell what it runs there first
    await call.dtmf("42")
    await takes_the_call(a1, call, seconds=1)


@scenario(
    Expected(
        tags="non_dn_incoming_call agent_transferred_call transferred customer_disconnect",
        offers="a2 answered, a1 answered",
        ended_by="customer",
        transfers="blind a1 answered",
    )
)
async def an_agent_transfers_to_another_number_of_the_house(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.extension("a2"), cell, customer, a2)
    await time_passes(1)
    await talk.refer(cell.dn("43"))
    await takes_the_call(a1, call, seconds=1)


@scenario(
    Expected(
        tags="non_dn_incoming_call transferred_external customer_disconnect",
        offers="a2 answered",
        ended_by="customer",
    ),
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"),
)
async def an_agent_transfers_to_a_number_of_the_house_by_way_of_the_carrier(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.extension("a2"), cell, customer, a2)
    await time_passes(1)
    await talk.refer("98" + cell.dn("43"))
    await (await a1.rings()).answer()
    await talk.ended()
    await time_passes(1.5)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_conference_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
    )
)
async def an_agent_makes_it_three_with_the_agent_of_a_queue_and_leaves(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await presses(cell, talk, "*2", cell.to_queue("04"))
    await (await a2.rings()).answer()
    await time_passes(0.5)
    await talk.dtmf("*3")
    await cell.event("AttendedTransfer", DestType="Threeway")
    await time_passes(1.5)
    await talk.hangup()
    await cell.gone("a1")
    await time_passes(1.5)
    await call.hangup()


# Rooms.

HEARD = Expected(
    tags="incoming_dn_call supervisor_monitored_call customer_disconnect",
    offers="",
    ended_by="customer",
    supervisions="s1 monitor a1",
)


@scenario(HEARD, HEARD)
async def a_supervisor_listens_to_two_customers_of_an_agent_in_a_room(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    sits = await comes_into_the_room(cell, "a1", a1)
    spying = await s1.call(f"*63{cell.extension('a1')}")
    await spying.connected()
    await cell.event("ChanSpyStart")
    for which in range(2):
        call = await customer.call(cell.dn("70"), cell.caller(which + 1))
        await call.connected()
        await cell.redirect("customer", cell.room)
        await cell.joins(which, Channel=f"{cell.device('customer')}-")
        await time_passes(2)
        await call.hangup()
        await cell.gone("customer")
        await time_passes(1)
    await spying.hangup()
    await sits.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call supervisor_conference_call customer_disconnect",
        offers="",
        ended_by="customer",
        supervisions="s1 monitor a1",
    )
)
async def a_supervisor_in_a_room_unmutes_herself_by_a_key(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call = await customer.call(cell.dn("70"), cell.caller())
    await call.connected()
    sits = await a1.call(cell.room)
    await sits.connected()
    await cell.redirect("customer", cell.room)
    await cell.joins(Channel=f"{cell.device('customer')}-")
    listens = await s1.call(f"5{cell.nn}3")
    await listens.connected()
    await cell.joins(Channel=f"{cell.device('s1')}-")
    await time_passes(1.5)
    await listens.dtmf("*5")
    await cell.event("ConfbridgeUnmute")
    await time_passes(1.5)
    await listens.hangup()
    await cell.gone("s1")
    await call.hangup()
    await cell.gone("customer")
    await sits.hangup()


# The customer leaves by herself: nobody has passed her on.

LEFT_BY_KEY = Expected(
    tags="incoming_dn_call customer_disconnect", offers="a2 answered", ended_by="customer", transfers=""
)


async def _leaves_by_key(cell: Cell, customer: Phone, a1: Phone, a2: Phone, which: int) -> None:
    sits = await comes_into_the_room(cell, "a1", a1)
    await time_passes(1)
    call = await customer.call(cell.dn("99"), cell.caller(which))
    await call.connected()
    await cell.joins(Channel=f"{cell.device('customer')}-")
    await time_passes(1.5)
    await call.dtmf("*1")
    await (await a2.rings()).answer()
    await cell.talks("a2")
    await time_passes(1)
    await call.hangup()
    await cell.gone("customer")
    await sits.hangup()


@scenario(LEFT_BY_KEY)
async def a_customer_leaves_a_room_by_a_key_for_a_queue(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await _leaves_by_key(cell, customer, a1, a2, 53)


@scenario(LEFT_BY_KEY)
async def a_customer_leaves_a_room_by_a_key_for_an_extension(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await _leaves_by_key(cell, customer, a1, a2, 59)


@scenario(
    by_agent("a1 answered", transfers="blind a2 answered"),
    Expected(
        tags="agent_to_agent_call agent_conference_call agent_disconnect",
        offers="a1 answered & a2 answered",
        direction="internal",
    ),
)
async def a_parked_call_is_told_by_a_page_and_fetched(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, s1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.refer(cell.parking)
    parked = await cell.event("ParkedCall")
    await talk.ended()
    page = await s1.call("*61")
    first, second = await (await a1.rings()).answer(), await (await a2.rings()).answer()
    await page.connected()
    await time_passes(1.5)
    await page.hangup()
    await first.ended()
    await second.ended()
    fetching = await a2.call(parked["ParkingSpace"])
    await fetching.connected()
    await cell.talks("a2")
    await time_passes(1)
    await call.hangup()


# Phones that hang for a while, and come back.


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a4 answered", ended_by="customer"))
async def a_watched_phone_hangs_for_some_seconds_in_a_talk(cell: Cell, customer: Phone, a4: Phone) -> None:
    await cell.log_in("a4")
    call = await customer.call(cell.dn("57"), cell.caller())
    await (await a4.rings()).answer()
    await time_passes(1)
    a4.freeze()
    await cell.event("ContactStatus", ContactStatus="Unreachable", EndpointName=cell.extension("a4"))
    a4.thaw()
    await cell.event("ContactStatus", ContactStatus="Reachable", EndpointName=cell.extension("a4"))
    await time_passes(2)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a4 rejected, a2 answered",
        ended_by="customer",
    )
)
async def a_watched_phone_hangs_for_some_seconds_while_it_rings(
    cell: Cell, customer: Phone, a4: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("99"), cell.caller(57))
    ringing = await a4.rings()
    a4.freeze()
    await cell.event("ContactStatus", ContactStatus="Unreachable", EndpointName=cell.extension("a4"))
    a4.thaw()
    await cell.event("ContactStatus", ContactStatus="Reachable", EndpointName=cell.extension("a4"))
    await ringing.decline(603)
    await takes_the_call(a2, call, seconds=1)


# The phone says that the call is in a line (182), and never that it rings: no person was asked.
@scenario(Expected(tags="incoming_dn_call cpe_reject", offers="a1 cpe_rejected", ended_by="system"))
async def a_phone_says_that_the_call_is_in_a_line_and_declines(cell: Cell, customer: Phone, a1: Phone) -> None:
    await a1.when_called("announce", 182)
    call = await customer.call(cell.dn("43"), cell.caller())
    ringing = await a1.called()
    await time_passes(2.5)
    await ringing.decline(486)
    await call.ended()


@scenario(Expected(tags="outbound_call customer_disconnect", direction="outbound", ended_by="customer"))
async def the_carrier_says_that_a_call_is_forwarded_and_somebody_answers(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    await customer.when_called("announce", 181)
    talk = await a1.call("9" + cell.caller())
    outside = await customer.called()
    await time_passes(2)
    await outside.pick_up()
    await talk.connected()
    await time_passes(1)
    await outside.hangup()


@scenario(Expected(tags="outbound_call customer_disconnect", direction="outbound", ended_by="customer"))
async def the_agents_line_goes_on_when_the_customer_has_hung_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    talk = await a1.call("*68" + cell.caller())
    outside = await (await customer.rings()).answer()
    await talk.connected()
    await time_passes(1)
    await outside.hangup()
    await talk.ended()


@scenario(Expected(tags="non_dn_incoming_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def the_carrier_tells_no_number(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, _ = await in_talk("s", cell, customer, a1)
    await time_passes(1)
    await call.hangup()


# From a bot into a queue, past one agent to the next, who asks a supervisor and comes back, and to the survey.
@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call agent_disconnect",
        offers="a1 rejected, a2 answered",
        ended_by="agent",
        transfers="",
    ),
    Expected(
        tags="agent_to_agent_call agent_disconnect",
        offers="s1 answered",
        direction="internal",
        consult=True,
    ),
)
async def from_a_bot_by_a_queue_and_a_consultation_to_the_end(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, s1: Phone
) -> None:
    async with cell.application() as bot:
        call = await customer.call(cell.dn("61"), cell.caller())
        await call.connected()
        await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
        await time_passes(1)
        await bot.go_on(await cell.channel("customer"))
        await (await a1.rings()).decline(603)
        talk = await (await a2.rings()).answer()
        await time_passes(1)
        await talk.hold()
        consult = await a2.call(cell.extension("s1"))
        await (await s1.rings()).answer()
        await consult.connected()
        await time_passes(1)
        await consult.hangup()
        await talk.resume()
        await time_passes(1)
        await talk.hangup()
        await call.ended()
