"""Three and more: conference rooms."""

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.scenarios import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import by_agent, consults, in_talk


@scenario(
    Expected(
        tags="agent_conference_call agent_to_agent_call agent_disconnect", direction="internal", ended_by="agent"
    )
)
async def three_agents_meet_in_a_room(cell: Cell, a1: Phone, a2: Phone, a3: Phone) -> None:
    calls = [await phone.call(cell.room) for phone in (a1, a2, a3)]
    for call in calls:
        await call.connected()
    await cell.joins(2)
    for call in calls:
        await call.hangup()


# The last conversation is the customer's with the second agent, who leaves it first.
@scenario(Expected(tags="incoming_dn_call agent_conference_call agent_disconnect"))
async def two_agents_meet_a_customer_in_a_room(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("70"), cell.caller())
    await call.connected()
    first, second = await a1.call(cell.room), await a2.call(cell.room)
    await cell.joins(2)
    await first.connected()
    await first.hangup()
    await second.hangup()
    await cell.leaves(1)
    await call.hangup()


@scenario(Expected(tags="incoming_dn_call supervisor_conference_call customer_disconnect"))
async def a_supervisor_an_agent_and_a_customer_meet_in_a_room(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call = await customer.call(cell.dn("70"), cell.caller())
    await call.connected()
    first, second = await a1.call(cell.room), await s1.call(cell.room)
    await cell.joins(2)
    await second.connected()
    await second.hangup()
    await call.hangup()
    await cell.leaves(1)
    await first.hangup()


# Two are no conference.
@scenario(Expected(tags="incoming_dn_call customer_disconnect"))
async def one_agent_and_a_customer_meet_in_a_room(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("70"), cell.caller())
    await call.connected()
    agent = await a1.call(cell.room)
    await cell.joins(1)
    await call.hangup()
    await cell.leaves()
    await agent.hangup()


# She is in the room too: the call was not passed on, it became a conference.
@scenario(Expected(tags="incoming_dn_call supervisor_conference_call customer_disconnect", offers="a1 answered"))
async def an_agent_moves_the_call_into_a_room_and_a_supervisor_joins(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await talk.refer(cell.room)
    await cell.joins()
    await talk.ended()
    own = await a1.call(cell.room)
    await cell.joins(1)
    invited = await s1.call(cell.room)
    await cell.joins(2)
    await call.hangup()
    await cell.leaves()
    await own.hangup()
    await invited.hangup()


async def _asks_in_the_room(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, number: str
) -> tuple[Call, Call, Call, Call]:
    """A colleague sits in the room; an agent leaves her customer on hold and joins. The colleague's call, then the
    customer's, then the agent's two."""
    sits = await a2.call(cell.room)
    await cell.joins()
    call, talk = await in_talk(number, cell, customer, a1)
    await talk.hold()
    asks = await a1.call(cell.room)
    await cell.joins(1)
    await asks.connected()
    return sits, call, talk, asks


@scenario(by_agent("a1 answered", "attended a2 answered"))
async def an_agent_transfers_attended_into_a_room_where_a_colleague_sits(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    sits, call, talk, asks = await _asks_in_the_room(cell, customer, a1, a2, cell.dn("11"))
    await talk.refer_to(asks)
    await talk.ended()
    await asks.ended()
    await call.hangup()
    await cell.gone("customer")
    await sits.hangup()


# The phone may as well have the room's leg replaced by the customer's; here behind a Local channel. It says BYE only
# when the PBX has let go of it: where the BYE comes first, Asterisk cuts the customer off.
@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred agent_disconnect",
        offers="a1 answered",
        transfers="attended a2 answered",
    )
)
async def an_agent_leaves_her_customer_to_a_colleague_in_a_room(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    sits, call, talk, asks = await _asks_in_the_room(cell, customer, a1, a2, cell.dn("02"))
    await asks.refer_to(talk, stays=True)
    await talk.ended()
    await cell.gone("a1")
    await asks.hangup()
    await sits.hangup()
    await cell.gone("a2")
    await call.hangup()


# The customer is the one who is passed on, though only the colleague's place changes.
@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a2 answered",
        transfers="attended a2 answered",
    )
)
async def an_agent_has_a_colleague_take_her_place_in_a_room(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("70"), cell.caller())
    await call.connected()
    talk = await a1.call(cell.room)
    await cell.joins(1)
    await talk.connected()
    consult, _ = await consults(talk, a1, cell.extension("a2"), a2)
    await talk.refer_to(consult)
    await talk.ended()
    await consult.ended()
    await call.hangup()


@scenario(by_agent("a1 answered", "blind a2 answered"))
async def an_agent_transfers_blind_into_a_room_where_a_colleague_sits(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    sits = await a2.call(cell.room)
    await cell.joins()
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await talk.refer(cell.room)
    await cell.joins(1)
    await talk.ended()
    await call.hangup()
    await cell.gone("customer")
    await sits.hangup()


# As most desk phones do it: the PBX sees two calls of one phone, and neither is on hold.
@scenario(
    Expected(tags="incoming_dn_call agent_conference_call customer_disconnect", offers="a1 answered, a2 answered")
)
async def an_agents_phone_makes_it_three(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    consult, third = await consults(talk, a1, cell.extension("a2"), a2)
    await talk.resume()
    await time_passes(1.5)
    await third.hangup()
    await consult.ended()
    await call.hangup()


@scenario(
    Expected(
        tags="outbound_call supervisor_conference_call supervisor_transferred_call transferred customer_disconnect",
        offers="a1 answered",
        direction="outbound",
        transfers="attended a1 answered",
    )
)
async def a_supervisors_phone_makes_it_three_and_leaves_the_two_to_each_other(
    cell: Cell, customer: Phone, s1: Phone, a1: Phone
) -> None:
    talk = await s1.call("9" + cell.caller())
    outside = await (await customer.rings()).answer()
    await talk.connected()
    consult, _ = await consults(talk, s1, cell.extension("a1"), a1)
    await talk.resume()
    await time_passes(1.5)
    await talk.refer_to(consult)
    await talk.ended()
    await consult.ended()
    await outside.hangup()


# A panel moves the customer only; the agent follows by a call of her own, and the three are a conference.
@scenario(
    Expected(
        tags="incoming_dn_call agent_conference_call customer_disconnect",
        offers="a1 answered, a2 answered",
        transfers="",
    )
)
async def an_operators_panel_brings_a_customer_and_a_colleague_into_a_room(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("11"), cell, customer, a1)
    await cell.pbx.action(
        "Originate", Channel=cell.device("a2"), Context=f"from-internal-{cell.nn}", Exten=cell.room, Priority=1,
        Async="true",
    )  # fmt: skip
    invited = await (await a2.rings()).pick_up()
    await cell.joins()
    await cell.redirect("customer", cell.room)
    await talk.ended()
    await cell.joins(1)
    own = await a1.call(cell.room)
    await cell.joins(2)
    await own.connected()
    await call.hangup()
    await cell.gone("customer")
    await own.hangup()
    await invited.hangup()


async def _waits_for(cell: Cell, customer: Phone) -> Call:
    """A customer who hears music until somebody puts her through."""
    call = await customer.call(cell.dn("23"), cell.caller())
    return await call.connected()


# The dialler's manner: the agent sits in the room all day, and each customer is put into it.
@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", transfers="", offers=""),
    Expected(tags="incoming_dn_call system_disconnect", ended_by="system"),
    Expected(tags="incoming_dn_call agent_disconnect", transfers="", offers=""),
)
async def an_agent_who_sits_in_a_room_takes_three_customers(cell: Cell, customer: Phone, a1: Phone) -> None:
    sits = await a1.call(cell.room)
    await cell.joins()
    call = await _waits_for(cell, customer)
    await cell.redirect("customer", cell.room)
    await cell.joins(1)
    await call.hangup()
    await cell.gone("customer")
    call = await _waits_for(cell, customer)
    await cell.redirect("customer", cell.room)
    await cell.joins(2)
    await cell.pbx.action("ConfbridgeKick", Conference=f"room{cell.nn}", Channel=await cell.channel("customer"))
    await call.ended()
    await cell.gone("customer")
    call = await _waits_for(cell, customer)
    await cell.redirect("customer", cell.room)
    await cell.joins(3)
    await sits.hangup()
    await cell.gone("a1")
    await call.hangup()


# Called to the room in the morning; the dialler calls the customers out of it.
@scenario(
    Expected(tags="outbound_call customer_disconnect", direction="outbound", offers="", transfers=""),
    Expected(tags="outbound_call agent_disconnect", direction="outbound", offers="", transfers=""),
)
async def a_dialler_calls_two_customers_for_an_agent_who_sits_in_a_room(
    cell: Cell, customer: Phone, a1: Phone
) -> None:
    await cell.pbx.action(
        "Originate", Channel=cell.device("a1"), Application="ConfBridge", Data=f"room{cell.nn}", Async="true"
    )
    sits = await (await a1.rings()).pick_up()
    await cell.joins()
    for n in (1, 2):
        await cell.pbx.action(
            "Originate", Channel=f"Local/{cell.room}@from-internal-{cell.nn}", Context=f"from-internal-{cell.nn}",
            Exten=f"9{cell.caller()}", Priority=1, CallerID=cell.dn("00"), Async="true",
        )  # fmt: skip
        outside = await (await customer.rings()).answer()
        await cell.event("BridgeEnter", n - 1, Channel=f"{cell.device('customer')}-")
        await (outside if n == 1 else sits).hangup()
        await cell.gone("customer" if n == 1 else "a1")
    await outside.hangup()


# Each to whoever's room she is put; the first agent takes the next one meanwhile.
@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="",
        transfers="blind a2 answered",
    ),
)
async def a_customer_is_handed_to_an_agent_who_sits_in_another_room(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    first, second = await a1.call(cell.room), await a2.call(cell.other_room)
    await cell.joins(1)
    call = await _waits_for(cell, customer)
    await cell.redirect("customer", cell.room)
    await cell.joins(2)
    await cell.redirect("customer", cell.other_room)
    await cell.joins(3)
    await call.hangup()
    await cell.gone("customer")
    await first.hangup()
    await second.hangup()


# The customer came first: the agent stays when she has gone, and takes the next.
@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="", transfers=""),
    Expected(tags="incoming_dn_call supervisor_conference_call customer_disconnect", offers="", transfers=""),
)
async def an_agent_comes_to_a_customer_in_a_room_and_stays_for_the_next(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call = await customer.call(cell.dn("70"), cell.caller())
    await cell.joins()
    sits = await a1.call(cell.room)
    await cell.joins(1)
    await call.hangup()
    await cell.gone("customer")
    call = await customer.call(cell.dn("70"), cell.caller())
    await cell.joins(2)
    helps = await s1.call(cell.room)
    await cell.joins(3)
    await helps.connected()  # before that nobody has heard her
    await helps.hangup()
    await cell.gone("s1")
    await call.hangup()
    await cell.gone("customer")
    await sits.hangup()
