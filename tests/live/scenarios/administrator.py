"""An administrator ends a leg before it was answered: nobody refused, and nobody's time was up."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell
from tests.live.talks import in_talk, leaves_by_keys, takes_the_call

NEXT_ANSWERS = "incoming_dn_call customer_disconnect"


async def _the_next_answers(dn: str, cell: Cell, customer: Phone, a1: Phone, a2: Phone, ended: str) -> None:
    call = await customer.call(dn, cell.caller())
    await a1.rings()
    await cell.hang_up(ended)
    await takes_the_call(a2, call)


@scenario(Expected(tags=NEXT_ANSWERS, offers="a1 cancelled, a2 answered", queues="linear answered"))
async def an_administrator_ends_a_members_ringing(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await _the_next_answers(cell.dn("00"), cell, customer, a1, a2, "a1")


@scenario(Expected(tags=NEXT_ANSWERS, offers="a1 cancelled, a2 answered", queues="local answered"))
async def an_administrator_ends_a_local_members_ringing(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await _the_next_answers(cell.dn("02"), cell, customer, a1, a2, "a1")


async def _ends_half(half: str, cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("02"), cell.caller())
    await a1.rings()
    await cell.pbx.action("Hangup", Channel=cell.local_half(cell.extension("a1"), half))
    await takes_the_call(a2, call)


@scenario(Expected(tags=NEXT_ANSWERS, offers="a1 cancelled, a2 answered", queues="local answered"))
async def an_administrator_ends_the_queues_half_of_a_local_member(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await _ends_half(";1", cell, customer, a1, a2)


@scenario(Expected(tags=NEXT_ANSWERS, offers="a1 cancelled, a2 answered", queues="local answered"))
async def an_administrator_ends_the_phones_half_of_a_local_member(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await _ends_half(";2", cell, customer, a1, a2)


@scenario(Expected(tags=NEXT_ANSWERS, offers="a1 cancelled & a2 answered", queues="ringall answered"))
async def an_administrator_ends_one_of_two_phones_that_ring(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await _the_next_answers(cell.dn("01"), cell, customer, a1, a2, "a1")


@scenario(Expected(tags="incoming_dn_call", offers="a1 cancelled", ended_by="system"))
async def an_administrator_ends_the_only_phone_that_rings(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("11"), cell.caller())
    await a1.rings()
    await cell.hang_up("a1")
    await call.ended()


@scenario(Expected(tags="agent_to_agent_call", offers="a2 cancelled", direction="internal"))
async def an_administrator_ends_a_colleagues_ringing(cell: Cell, a1: Phone, a2: Phone) -> None:
    call = await a1.call(cell.extension("a2"))
    await a2.rings()
    await cell.hang_up("a2")
    await call.ended()


@scenario(Expected(tags="incoming_dn_call", offers="a1 cancelled", ended_by="system", queues="single unknown"))
async def an_administrator_ends_a_waiting_call_while_a_phone_rings(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("07"), cell.caller())
    await a1.rings()
    await cell.hang_up("customer")
    await call.ended()


# Behind a FollowMe, which answers at once, or behind Local channels that a Dial calls.


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 cancelled, a2 answered"))
async def an_administrator_ends_what_a_follow_me_rings(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await _the_next_answers(cell.dn("60"), cell, customer, a1, a2, "a1")


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 cancelled & a2 answered"))
async def an_administrator_ends_a_desk_behind_local_channels(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await _the_next_answers(cell.dn("97"), cell, customer, a1, a2, "a1")


async def _ends_half_of_the_desk(half: str, cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("97"), cell.caller())
    await a1.rings()
    await cell.pbx.action("Hangup", Channel=cell.local_half(f"9{cell.nn}1", half))
    await takes_the_call(a2, call)


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 cancelled & a2 answered"))
async def an_administrator_ends_the_callers_half_in_front_of_a_desk(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await _ends_half_of_the_desk(";1", cell, customer, a1, a2)


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 cancelled & a2 answered"))
async def an_administrator_ends_the_desks_half_in_front_of_it(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await _ends_half_of_the_desk(";2", cell, customer, a1, a2)


# Behind an application that runs the Dial, or dials again; and where a transfer, or a panel, has led to the phone.

RINGS_NO_MORE = Expected(tags="incoming_dn_call", offers="a1 cancelled", ended_by="system")


@scenario(RINGS_NO_MORE)
async def an_administrator_ends_what_a_dial_inside_another_application_rings(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    call = await customer.call(cell.dn("77"), cell.caller())
    await a1.rings()
    await cell.hang_up("a1")
    await call.ended()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 cancelled, a1 answered", ended_by="customer")
)
async def an_administrator_ends_what_is_dialled_again(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("78"), cell.caller())
    ringing = await a1.rings()
    await cell.hang_up("a1")
    await ringing.ended()
    await takes_the_call(a1, call)


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign system_disconnect",
        offers="a1 answered, a2 rejected, a1 cancelled",
        ended_by="system",
    )
)
async def an_administrator_ends_what_calls_an_agent_back_about_a_colleague_who_declined(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    ringing = await leaves_by_keys(cell, talk, cell.extension("a2"), a2)
    await ringing.decline(603)
    await a1.rings()
    await cell.hang_up("a1")
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered, a2 cancelled, a1 answered",
        ended_by="customer",
    )
)
async def an_administrator_ends_the_ringing_of_a_colleague_whom_an_agent_left_by_keys(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await leaves_by_keys(cell, talk, cell.extension("a2"), a2)
    await cell.hang_up("a2")
    await takes_the_call(a1, call)


@scenario(Expected(tags="incoming_dn_call system_disconnect", offers="a1 answered, a2 cancelled", ended_by="system"))
async def an_administrator_ends_the_ringing_of_whom_a_panel_has_sent_a_customer_to(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, _ = await in_talk(cell.dn("11"), cell, customer, a1)
    await cell.redirect("customer", cell.extension("a2"))
    await a2.rings()
    await cell.hang_up("a2")
    await call.ended()
