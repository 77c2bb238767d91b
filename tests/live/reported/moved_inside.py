"""Colleagues who are passed on by panels and applications, and calls that applications and clicks make for agents."""

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes


def passed_on(by: str, to: str) -> Expected:
    return Expected(
        tags=f"agent_to_agent_call {by}_transferred_call transferred agent_disconnect",
        offers=f"a2 answered, {to} answered",
        direction="internal",
        ended_by="agent",
    )


def out(tags: str, offers: str) -> Expected:
    return Expected(
        tags=f"outbound_call {tags} customer_disconnect", offers=offers, direction="outbound", ended_by="customer"
    )


async def talk(caller: Phone, number: str, called: Phone) -> tuple[Call, Call]:
    call = await caller.call(number)
    answered = await (await called.rings()).answer()
    await call.connected()
    await time_passes(1)
    return call, answered


@scenario(passed_on("agent", "a3"))
async def a_panel_sends_a_colleague_who_called_to_another(cell: Cell, a1: Phone, a2: Phone, a3: Phone) -> None:
    call, _ = await talk(a1, cell.extension("a2"), a2)
    await cell.redirect("a1", cell.extension("a3"))
    await (await a3.rings()).answer()
    await cell.talks("a3")
    await time_passes(1)
    await call.hangup()


@scenario(passed_on("agent", "a3"))
async def a_panel_sends_a_colleague_who_was_called_to_another(cell: Cell, a1: Phone, a2: Phone, a3: Phone) -> None:
    _, called = await talk(a1, cell.extension("a2"), a2)
    await cell.redirect("a2", cell.extension("a3"))
    await (await a3.rings()).answer()
    await cell.talks("a3")
    await time_passes(1)
    await called.hangup()


@scenario(passed_on("supervisor", "s1"))
async def a_panel_sends_a_colleague_who_called_to_a_supervisor(cell: Cell, a1: Phone, a2: Phone, s1: Phone) -> None:
    call, _ = await talk(a1, cell.extension("a2"), a2)
    await cell.redirect("a1", cell.extension("s1"))
    await (await s1.rings()).answer()
    await cell.talks("s1")
    await time_passes(1)
    await call.hangup()


@scenario(passed_on("agent", "a3"))
async def an_application_passes_a_colleague_on(cell: Cell, a1: Phone, a2: Phone, a3: Phone) -> None:
    async with cell.application() as pbx:
        call = await a1.call(f"4{cell.nn}79")
        await call.connected()
        agent = await cell.channel("a1")
        first = await pbx.ring(cell.device("a2"), agent)
        await (await a2.rings()).pick_up()
        await pbx.connect(first, agent)
        await time_passes(2)
        await pbx.keep_waiting(agent)
        await pbx.let_go(first)
        leg = await pbx.ring(cell.device("a3"), agent)
        await (await a3.rings()).pick_up()
        await pbx.connect(leg, agent)
        await time_passes(1.5)
        await call.hangup()
        await cell.gone("a1")
        await cell.clear()


@scenario(out("", "a1 forwarded, a2 answered"))
async def a_phone_forwards_what_a_click_rings_to_a_colleague(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await cell.pbx.action(
        "Originate", Channel=cell.device("a1"), Context=f"from-internal-{cell.nn}", Exten=f"9{cell.caller()}",
        Priority=1, CallerID=cell.dn("00"), Async="true",
    )  # fmt: skip
    await (await a1.rings()).redirect(cell.extension("a2"))
    await (await a2.rings()).pick_up()
    outside = await (await customer.rings()).pick_up()
    await cell.talks("a2")
    await time_passes(1)
    await outside.hangup()


@scenario(out("", "a1 answered"))
async def an_application_calls_both_by_local_channels_and_joins_them(cell: Cell, customer: Phone, a1: Phone) -> None:
    async with cell.application() as clicks:
        agent = await clicks.calls(f"Local/{cell.extension('a1')}@from-internal-{cell.nn}", cell.dn("00"))
        await (await a1.rings()).pick_up()
        await time_passes(1)
        called = await clicks.calls(f"Local/9{cell.caller()}@from-internal-{cell.nn}", cell.dn("00"))
        outside = await (await customer.rings()).pick_up()
        await time_passes(1)
        await clicks.joins(agent, called)
        await time_passes(2)
        await outside.hangup()
        await cell.gone("customer")
        await cell.clear()


@scenario(out("agent_transferred_call transferred", "a2 answered"))
async def an_application_calls_out_for_an_agent_and_has_a_colleague_take_over(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    async with cell.application() as pbx:
        call = await a1.call(f"4{cell.nn}79")
        await call.connected()
        agent = await cell.channel("a1")
        await pbx.calls(f"PJSIP/{cell.caller()}@trunk{cell.nn}", cell.dn("00"), agent)
        outside = await (await customer.rings()).pick_up()
        caller = await cell.channel("customer")
        await pbx.connect(cell.pbx.channels[agent], caller)
        await time_passes(2)
        await pbx.keep_waiting(caller)
        await time_passes(1)
        await call.hangup()
        leg = await pbx.ring(cell.device("a2"), caller)
        await (await a2.rings()).pick_up()
        await pbx.connect(leg, caller)
        await time_passes(1.5)
        await outside.hangup()
        await cell.gone("customer")
        await cell.clear()
