"""Calls in ways that few set up: consoles that hold, rooms that invite, two lines made one, what is not there."""

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import (
    consults,
    in_talk,
    logs_in_for_the_day,
    presses,
    takes_the_call,
)


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject reassign reassigned_call customer_disconnect",
        offers="a1 cpe_rejected, a2 answered",
        ended_by="customer",
    )
)
async def the_dialplan_of_a_queues_member_is_gone(cell: Cell, customer: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("55"), cell.caller(11))
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="outbound_call customer_disconnect",
        direction="outbound",
        offers="a2 answered",
        ended_by="customer",
        staff="a2",
    )
)
async def a_click_calls_for_an_agent_who_is_logged_in_for_the_day(cell: Cell, customer: Phone, a2: Phone) -> None:
    shift = await logs_in_for_the_day(cell, a2, "*71")
    await cell.pbx.action(
        "Originate", Channel=f"Local/agent@rare-{cell.nn}/n", Context=f"from-internal-{cell.nn}",
        Exten=f"9{cell.caller()}", Priority=1, CallerID=cell.dn("00"), Async="true",
    )  # fmt: skip
    outside = await (await customer.rings()).pick_up()
    await time_passes(2)
    await outside.hangup()
    await cell.gone("customer")
    await time_passes(1)
    await shift.hangup()


# Consoles and rooms.


async def _both(cell: Cell, customer_to: str, agent_to: str) -> None:
    """An agent's console sends the customer and the agent's own line to two places at once."""
    await cell.pbx.action(
        "Redirect", Channel=await cell.channel("customer"), ExtraChannel=await cell.channel("a1"),
        Context=f"from-internal-{cell.nn}", Exten=customer_to, Priority=1,
        ExtraContext=f"from-internal-{cell.nn}", ExtraExten=agent_to, ExtraPriority=1,
    )  # fmt: skip


@scenario(
    Expected(
        tags="incoming_dn_call customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        transfers="",
        staff="a1",
    )
)
async def an_agents_console_holds_the_customer_and_takes_her_back(cell: Cell, customer: Phone, a1: Phone) -> None:
    call, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    await _both(cell, f"4{cell.nn}23", f"4{cell.nn}23")
    await cell.event("MusicOnHoldStart", 1)
    await time_passes(2)
    await cell.pbx.action("Bridge", Channel1=await cell.channel("customer"), Channel2=await cell.channel("a1"))
    await cell.event("BridgeEnter", 3)
    await time_passes(2)
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer", transfers=""),
    Expected(tags="agent_to_agent_call system_disconnect", offers="a2 answered", direction="internal", consult=True),
)
async def an_agent_asks_a_colleague_while_the_customer_is_alone_in_a_room(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    await _both(cell, cell.room, cell.extension("a2"))
    await cell.joins()
    asked = await (await a2.rings()).answer()
    await time_passes(2)
    await cell.redirect("a1", cell.room)
    await asked.ended()
    await cell.joins(1)
    await time_passes(2)
    await call.hangup()
    await cell.gone("customer")
    await cell.hang_up("a1")


async def _in_a_room(cell: Cell, customer: Phone, a1: Phone, room: str) -> Call:
    call, _ = await in_talk(cell.dn("43"), cell, customer, a1)
    await _both(cell, room, room)
    await cell.joins(1)
    await time_passes(1)
    return call


@scenario(
    Expected(
        tags="incoming_dn_call agent_conference_call customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="",
    )
)
async def an_agent_calls_a_colleague_into_the_room_by_a_key(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call = await _in_a_room(cell, customer, a1, f"4{cell.nn}66")
    talk = next(each for each in a1.calls.values() if not each.over)
    await talk.dtmf("*1")
    await (await a2.rings()).pick_up()
    await cell.joins(2)
    await time_passes(2)
    await call.hangup()
    await cell.gone("customer")
    await cell.hang_up("a2")
    await cell.hang_up("a1")


@scenario(
    Expected(
        tags="incoming_dn_call agent_conference_call customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="",
        held=True,
    )
)
async def an_application_makes_a_conference_of_an_agents_two_calls(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await consults(talk, a1, cell.extension("a2"), a2)
    first = next(name for name in cell.pbx.channels if name.startswith(f"{cell.device('a1')}-"))
    async with cell.application() as crm:
        room = await crm.opens_a_room()
        await cell.pbx.action(
            "Redirect", Channel=await cell.channel("customer"), ExtraChannel=first,
            Context=f"from-internal-{cell.nn}", Exten="bot", Priority=1,
            ExtraContext=f"from-internal-{cell.nn}", ExtraExten="bot", ExtraPriority=1,
        )  # fmt: skip
        await cell.redirect("a2", "bot")
        await cell.event("VarSet", 2, Variable="STASISSTATUS")
        for each in (first, await cell.channel("customer"), await cell.channel("a2")):
            await crm.puts_into(room, each)
        await talk.resume()
        await time_passes(2)
        await call.hangup()
        await cell.gone("customer")
        await crm.closes(room)
        await cell.hang_up("a2")
        await cell.hang_up("a1")


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        held=True,
    )
)
async def a_panel_bridges_the_customer_with_whom_her_agent_asks(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await consults(talk, a1, cell.extension("a2"), a2)
    await time_passes(1)
    await cell.pbx.action(
        "Bridge", Channel1=await cell.channel("customer"), Channel2=await cell.channel("a2"), Tone="no"
    )
    await talk.ended()
    await time_passes(2)
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="blind a2 answered",
    )
)
async def a_program_takes_the_local_channel_out_of_a_talk_that_is_transferred_then(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("99"), cell, customer, a1, 29)
    await cell.pbx.action("LocalOptimizeAway", Channel=cell.local_half(cell.extension("a1"), ";1"))
    await cell.event("LocalOptimizationEnd")
    await time_passes(1)
    await talk.refer(cell.extension("a2"))
    await takes_the_call(a2, call, seconds=1)


# Without a dialplan behind it, and by the keys of one.


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer", transfers=""),
    Expected(tags="agent_to_agent_call agent_disconnect", offers="a2 answered", direction="internal", consult=True),
)
async def a_customer_hangs_up_while_the_agent_asks_by_keys_and_the_two_go_on(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await presses(cell, talk, "*2", cell.extension("a2"))
    await (await a2.rings()).answer()
    await time_passes(2)
    await call.hangup()
    await time_passes(2)
    await talk.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call cpe_reject reassign reassigned_call customer_disconnect",
        offers="a1 cpe_rejected, a2 answered",
        ended_by="customer",
    )
)
async def the_dialplan_behind_a_desk_is_gone(cell: Cell, customer: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("55"), cell.caller(12))
    await takes_the_call(a2, call, seconds=1)


@scenario(
    Expected(
        tags="incoming_dn_call queued agent_no_answer_timeout customer_abandon",
        offers="a3 no_answer",
        ended_by="customer",
        abandoned_in="queue",
    ),
    Expected(tags="", direction="internal"),
)
async def an_agent_who_logs_in_to_pause_is_rung_before_she_has_paused(cell: Cell, customer: Phone, a3: Phone) -> None:
    call = await customer.call(cell.dn("57"), cell.caller())
    await cell.waits_in("dynamic")
    await call.connected()
    await time_passes(3)
    await a3.call("*85")
    await (await a3.rings()).ended()
    await time_passes(2)
    await call.hangup()


async def _out(cell: Cell, customer: Phone, a1: Phone, prefix: str, shown: str) -> None:
    talk = await a1.call(f"{prefix}{cell.caller()}")
    outside = await (await customer.rings()).pick_up()
    assert outside.other == shown, (outside.other, outside.shown)
    await talk.connected()
    await cell.talks("a1")
    await time_passes(1)
    await outside.hangup()


SHOWN = Expected(tags="outbound_call customer_disconnect", direction="outbound", ended_by="customer")
HIDDEN = Expected(tags="non_dn_outgoing_call customer_disconnect", direction="outbound", ended_by="customer")


@scenario(HIDDEN)
async def a_dial_hides_the_number_that_it_shows(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _out(cell, customer, a1, "961", "anonymous")


@scenario(HIDDEN)
async def only_the_names_presentation_is_taken_away(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _out(cell, customer, a1, "962", "anonymous")


@scenario(SHOWN)
async def a_dial_shows_a_number_after_the_dialplan_has_hidden_another(cell: Cell, customer: Phone, a1: Phone) -> None:
    await _out(cell, customer, a1, "963", cell.dn("00"))


# An agent's two lines, and what a panel or an application makes of them.


async def _asks(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> tuple[Call, Call]:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    await consults(talk, a1, cell.extension("a2"), a2)
    await time_passes(1)
    return call, talk


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        held=True,
    )
)
async def a_panel_brings_the_customer_and_whom_her_agent_asks_into_a_room(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await _asks(cell, customer, a1, a2)
    await cell.redirect("a2", cell.room)
    await cell.redirect("customer", cell.room)
    await cell.joins(1)
    await talk.ended()
    await time_passes(2)
    await call.hangup()
    await cell.gone("customer")
    await cell.hang_up("a2")


@scenario(
    Expected(
        tags="incoming_dn_call agent_conference_call customer_disconnect",
        offers="a1 answered, a1 answered",
        ended_by="customer",
        transfers="",
        held=True,
    )
)
async def an_application_makes_a_conference_with_a_colleague_who_called_meanwhile(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    call, talk = await in_talk(cell.dn("43"), cell, customer, a1)
    first = await cell.channel("a1")
    await talk.hold()
    own = await a2.call(cell.extension("a1"))
    await (await a1.rings()).pick_up()
    await own.connected()
    await time_passes(1)
    async with cell.application() as crm:
        room = await crm.opens_a_room()
        await cell.pbx.action(
            "Redirect", Channel=await cell.channel("customer"), ExtraChannel=first,
            Context=f"from-internal-{cell.nn}", Exten="bot", Priority=1,
            ExtraContext=f"from-internal-{cell.nn}", ExtraExten="bot", ExtraPriority=1,
        )  # fmt: skip
        await cell.redirect("a2", "bot")
        await cell.event("VarSet", 2, Variable="STASISSTATUS")
        for each in (first, await cell.channel("customer"), await cell.channel("a2")):
            await crm.puts_into(room, each)
        await talk.resume()
        await time_passes(2)
        await call.hangup()
        await cell.gone("customer")
        await crm.closes(room)
        await cell.hang_up("a2")
        await cell.hang_up("a1")


def _next(outcome: str, tag: str) -> Expected:
    return Expected(
        tags=f"incoming_dn_call reassigned_call reassign {tag} customer_disconnect",
        offers=f"a1 {outcome}, a2 answered",
        ended_by="customer",
    )


@scenario(_next("rejected", "agent_reject"))
async def a_phones_page_says_487_when_its_agent_declines(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a1.rings()).decline(487)
    await takes_the_call(a2, call, seconds=1)


@scenario(_next("cpe_rejected", "cpe_reject"))
async def a_phones_page_says_487_at_once(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    await a1.when_called("decline", 487)
    call = await customer.call(cell.dn("00"), cell.caller())
    await takes_the_call(a2, call, seconds=1)
