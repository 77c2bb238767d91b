"""Transfers that come back, that go into applications, or that the other side makes; and calls that come in and go
out by one carrier."""

from tests.live.expected import Expected
from tests.live.phones import Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import consults, in_talk, spies, takes_the_call

TALK = Expected(tags="agent_to_agent_call agent_disconnect", offers="a2 answered", direction="internal", consult=True)


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject reassign customer_disconnect",
        offers="a1 answered, a2 cpe_rejected, a1 answered",
        ended_by="customer",
    )
)
async def a_blind_transfer_finds_a_colleague_busy_and_comes_back(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await a2.when_called("decline", 486)
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.refer(f"4{cell.nn}40")
    await talk.ended()
    await takes_the_call(a1, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout agent_reject reassign system_disconnect",
        offers="a1 answered, a2 no_answer, a1 rejected",
        ended_by="system",
    )
)
async def nobody_wants_what_comes_back_from_a_blind_transfer(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.refer(f"4{cell.nn}40")
    await talk.ended()
    await (await a2.rings()).ended()
    await (await a1.rings()).decline(603)
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, s1 answered",
        ended_by="customer",
    )
)
async def what_an_agent_parked_goes_to_a_supervisor_when_its_time_is_up(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.refer(f"4{cell.nn}42")
    await cell.event("ParkedCall")
    await talk.ended()
    await takes_the_call(s1, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
    )
)
async def an_agent_parks_by_the_key_of_a_place_and_a_colleague_fetches(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.refer(f"4{cell.nn}41")
    await cell.event("ParkedCall")
    await talk.ended()
    fetching = await a2.call(f"4{cell.nn}41")
    await fetching.connected()
    await cell.event("BridgeEnter", Channel=f"{cell.device('a2')}-")
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
    )
)
async def an_agent_transfers_attended_into_a_menu(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.hold()
    menu = await a1.call(f"4{cell.nn}20")
    await menu.connected()
    await cell.event("Newexten", Application="Read")
    await talk.refer_to(menu)
    await cell.event("AttendedTransfer")
    await talk.ended()
    await time_passes(1)
    await call.dtmf("1")
    await takes_the_call(a2, call, seconds=1)


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer"))
async def an_agent_transfers_attended_into_a_mailbox(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await talk.hold()
    mailbox = await a1.call(f"4{cell.nn}60")
    await mailbox.connected()
    await cell.event("Newexten", Application="VoiceMail")
    await talk.refer_to(mailbox)
    await cell.event("AttendedTransfer")
    await talk.ended()
    await time_passes(2)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="",
    )
)
async def a_customer_joins_two_agents_and_is_out(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await call.hold()
    second = await customer.call(cell.extension("a2"), cell.caller())
    await (await a2.rings()).answer()
    await second.connected()
    await time_passes(1)
    await call.refer_to(second)
    await call.ended()
    await time_passes(1)
    await talk.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="",
    )
)
async def a_customer_transfers_the_agent_away_by_keys(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("63"), cell, customer, a1)
    await call.dtmf("##")
    await cell.event("DTMFEnd", 1, Channel=f"{cell.device('customer')}-", Digit="#", Direction="Received")
    await call.dtmf(cell.extension("a2"))
    await call.ended()
    await takes_the_call(a2, talk, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, s1 answered",
        ended_by="customer",
        held=True,
    ),
    TALK,
)
async def an_agent_asks_a_colleague_first_and_then_transfers_to_a_supervisor(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, s1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    first, _ = await consults(talk, a1, cell.extension("a2"), a2)
    await time_passes(1)
    await first.hangup()
    await cell.gone("a2")
    await talk.resume()
    await time_passes(1)
    second, _ = await consults(talk, a1, cell.extension("s1"), s1)
    await talk.refer_to(second)
    await talk.ended()
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="attended a2 answered",
    )
)
async def an_agent_has_the_consultation_replace_the_call(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    consult, _ = await consults(talk, a1, cell.extension("a2"), a2)
    await consult.refer_to(talk)
    await consult.ended()
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="outbound_call agent_transferred_call transferred customer_disconnect",
        direction="outbound",
        offers="a2 answered",
        ended_by="customer",
        transfers="attended a2 answered",
    )
)
async def an_agent_who_called_out_transfers_attended(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    talk = await a1.call("9" + cell.caller())
    outside = await (await customer.rings()).answer()
    await talk.connected()
    consult, _ = await consults(talk, a1, cell.extension("a2"), a2)
    await talk.refer_to(consult)
    await talk.ended()
    await time_passes(1)
    await outside.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call transferred customer_disconnect",
        offers="a1 answered_elsewhere, a2 answered",
        ended_by="customer",
        transfers="attended a2 answered",
    )
)
async def the_reception_asks_first_and_transfers(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, e1: Phone
) -> None:
    call = await customer.call(cell.dn("86"), cell.caller())
    await a1.rings()
    talk = await (await e1.rings()).answer()
    consult, _ = await consults(talk, e1, cell.extension("a2"), a2)
    await talk.refer_to(consult)
    await talk.ended()
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="outbound_call transferred_external customer_disconnect",
        direction="outbound",
        offers="a2 answered",
        ended_by="customer",
    )
)
async def a_colleague_transfers_an_agent_to_a_number_outside(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await a1.call(cell.extension("a2"))
    talk = await (await a2.rings()).answer()
    await call.connected()
    await time_passes(1)
    await talk.refer("9" + cell.caller())
    outside = await (await customer.rings()).pick_up()
    await talk.ended()
    await time_passes(1)
    await outside.hangup()


@scenario(Expected(tags="outbound_call customer_abandon", direction="outbound", offers="a1 answered"))
async def a_click_finds_the_customer_busy(cell: Cell, customer: Phone, a1: Phone) -> None:
    await customer.when_called("decline", 486)
    await cell.pbx.action(
        "Originate", Channel=cell.device("a1"), Context=f"from-internal-{cell.nn}", Exten="9" + cell.caller(),
        Priority=1, CallerID=cell.dn("00"), Async="true",
    )  # fmt: skip
    talk = await (await a1.rings()).pick_up()
    await talk.ended()


@scenario(
    Expected(
        tags="agent_to_agent_call agent_disconnect",
        direction="internal",
        offers="a1 answered",
    )
)
async def an_agent_dials_a_number_of_the_house(cell: Cell, a1: Phone, a2: Phone) -> None:
    call = await a2.call(cell.dn("43"))
    await takes_the_call(a1, call, seconds=1)


@scenario(
    Expected(
        tags="outbound_call agent_disconnect",
        direction="outbound",
    ),
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered",
    ),
)
async def an_agent_dials_a_number_of_the_house_by_way_of_the_carrier(cell: Cell, a1: Phone, a2: Phone) -> None:
    call = await a2.call("98" + cell.dn("43"))
    await takes_the_call(a1, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject customer_disconnect",
        offers="a1 cpe_rejected",
        ended_by="customer",
    )
)
async def a_busy_agents_calls_are_forwarded_to_a_number_outside(cell: Cell, customer: Phone, a1: Phone) -> None:
    await a1.when_called("decline", 486)
    call = await customer.call(cell.dn("85"), cell.caller())
    await (await customer.rings()).pick_up()
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere",
        ended_by="customer",
    )
)
async def the_reception_is_quicker_than_the_agent(cell: Cell, customer: Phone, a1: Phone, e1: Phone) -> None:
    call = await customer.call(cell.dn("86"), cell.caller())
    await a1.rings()
    await takes_the_call(e1, call, seconds=1)


@scenario(Expected(tags="incoming_dn_call system_disconnect", offers="a1 answered", ended_by="system"))
async def a_panel_gives_a_talk_two_more_seconds(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, talk = await in_talk(cell.dn("00"), cell, customer, a1)
    await cell.pbx.action("AbsoluteTimeout", Channel=await cell.channel("a1"), Timeout=2)
    await talk.ended()
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_monitored_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
    )
)
async def a_supervisor_listens_to_a_customer_who_is_transferred(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone, s1: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    spying = await spies(cell, s1, "*53")
    await time_passes(1)
    await talk.refer(cell.extension("a2"))
    await takes_the_call(a2, call, seconds=1)
    await spying.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_conference_call agent_disconnect",
        offers="a1 answered",
        ended_by="agent",
    )
)
async def a_supervisor_adds_herself_to_a_talk_by_a_code(cell: Cell, customer: Phone, a1: Phone, s1: Phone) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    adding = await s1.call(f"*52{cell.extension('a1')}")
    await adding.connected()
    await cell.event("BridgeEnter", Channel=f"{cell.device('s1')}-")
    await time_passes(1.5)
    await adding.hangup()
    await cell.gone("s1")
    await time_passes(1)
    await talk.hangup()
    await call.ended()


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered_elsewhere",
        ended_by="customer",
        transfers="",
    )
)
async def a_supervisor_takes_what_rings_at_a_phone_by_its_channel(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await a1.rings()
    await (await s1.call(f"*54{cell.extension('a1')}")).connected()
    await cell.event("BridgeEnter", Channel=f"{cell.device('s1')}-")
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout reassign reassigned_call customer_disconnect",
        offers="a1 no_answer, a2 answered",
        ended_by="customer",
    )
)
async def an_agent_lets_it_ring_in_a_block_of_conditions(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("90"), cell.caller())
    await (await a1.rings()).ended()
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject",
        offers="a1 cpe_rejected",
        ended_by="system",
    )
)
async def a_phone_says_unwanted_by_itself(cell: Cell, customer: Phone, a1: Phone) -> None:
    await a1.when_called("decline", 607)
    call = await customer.call(cell.dn("43"), cell.caller())
    await call.ended()


@scenario(Expected(tags="incoming_dn_call agent_reject", offers="a1 rejected", ended_by="system"))
async def an_agent_declines_a_caller_as_unwanted(cell: Cell, customer: Phone, a1: Phone) -> None:
    call = await customer.call(cell.dn("43"), cell.caller())
    await (await a1.rings()).decline(607)
    await call.ended()


@scenario(Expected(tags="incoming_dn_call agent_reject", offers="a1 rejected", ended_by="system"))
async def a_phone_rings_by_early_media_and_is_declined(cell: Cell, customer: Phone, a1: Phone) -> None:
    await a1.when_called("announce")
    call = await customer.call(cell.dn("43"), cell.caller())
    ringing = await a1.called()
    await time_passes(2.5)
    await ringing.decline(486)
    await call.ended()
