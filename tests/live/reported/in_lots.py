"""Customers in parking lots: parked by attended transfer, a second time, out of a queue, with an announcement."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import fetches, in_talk, parks, takes_the_call


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        held=True,
    )
)
async def an_agent_parks_by_attended_transfer_and_a_colleague_fetches(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.hold()
    await time_passes(1)
    parking = await a1.call(cell.parking)
    await parking.connected()
    parked = await cell.event("ParkedCall")
    await talk.refer_to(parking)
    await talk.ended()
    await time_passes(1)
    await fetches(a2, parked["ParkingSpace"])
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
    )
)
async def what_a_colleague_fetched_and_parked_again_comes_back_to_her(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    space = await parks(cell, talk)
    fetched = await fetches(a2, space)
    await time_passes(1)
    await parks(cell, fetched)
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call queued customer_disconnect",
        ended_by="customer",
        queues="single transferred",
    )
)
async def a_panel_parks_a_caller_who_waits_and_an_agent_fetches_her(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await cell.pause("a1", "single")
    call = await customer.call(cell.dn("56"), cell.caller())
    await cell.waits_in("single")
    await time_passes(2)
    await cell.pbx.action("Park", Channel=await cell.channel("customer"), Parkinglot=f"lot{cell.nn}", Timeout=40000)
    parked = await cell.event("ParkedCall")
    await time_passes(1)
    await fetches(a2, parked["ParkingSpace"])
    await time_passes(1)
    await call.hangup()


# Who is told of a parked call is offered none: she hears where it is.
@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
    ),
    Expected(tags="", direction="internal"),
)
async def a_colleague_is_told_of_a_parked_call_and_fetches_it(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.refer(f"4{cell.nn}64")
    told = await (await a2.rings()).pick_up()
    parked = await cell.event("ParkedCall")
    await told.ended()
    await fetches(a2, parked["ParkingSpace"])
    await time_passes(1)
    await call.hangup()


# The parked call came to the colleague, who had nobody's offer of it.
@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a1 answered_elsewhere",
        ended_by="customer",
    )
)
async def a_colleague_picks_up_what_comes_back_from_the_lot(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await parks(cell, talk)
    ringing = await a1.rings()
    picked = await a2.call("*8")
    await picked.connected()
    await ringing.ended()
    await time_passes(2)
    await call.hangup()
