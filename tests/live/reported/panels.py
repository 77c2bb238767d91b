"""Calls that a program places or moves: by Originate with an application, through Local channels, by ARI."""

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes
from tests.live.talks import takes_the_call

CLICKED = Expected(
    tags="outbound_call customer_disconnect", direction="outbound", offers="a1 answered", ended_by="customer"
)


@scenario(CLICKED)
async def a_click_runs_dial_for_the_agent_who_answers(cell: Cell, customer: Phone, a1: Phone) -> None:
    await cell.pbx.action(
        "Originate", Channel=cell.device("a1"), Application="Dial",
        Data=f"PJSIP/{cell.caller()}@trunk{cell.nn},30", CallerID=cell.dn("00"), Async="true",
    )  # fmt: skip
    await (await a1.rings()).pick_up()
    outside = await (await customer.rings()).pick_up()
    await cell.talks("a1")
    await time_passes(1)
    await outside.hangup()


@scenario(CLICKED)
async def a_click_by_ari_leads_the_agent_into_the_dialplan(cell: Cell, customer: Phone, a1: Phone) -> None:
    async with cell.application() as crm:
        await crm.clicks(cell.device("a1"), f"from-internal-{cell.nn}", f"9{cell.caller()}", cell.dn("00"))
        await (await a1.rings()).pick_up()
        outside = await (await customer.rings()).pick_up()
        await cell.talks("a1")
        await time_passes(1)
        await outside.hangup()


@scenario(
    Expected(
        tags="outbound_call agent_transferred_call transferred customer_disconnect",
        direction="outbound",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="blind a2 answered",
    )
)
async def a_clicked_call_through_a_local_channel_that_goes_away_is_transferred(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await cell.pbx.action(
        "Originate", Channel=f"Local/{cell.extension('a1')}@from-internal-{cell.nn}",
        Context=f"from-internal-{cell.nn}", Exten=f"9{cell.caller()}", Priority=1, CallerID=cell.dn("00"),
        Async="true",
    )  # fmt: skip
    talk = await (await a1.rings()).pick_up()
    outside = await (await customer.rings()).pick_up()
    await cell.event("BridgeEnter", Channel=f"{cell.device('customer')}-")
    await time_passes(1.5)
    await talk.refer(cell.extension("a2"))
    await takes_the_call(a2, outside, seconds=1)


@scenario(
    Expected(
        tags="outbound_call agent_reject reassign reassigned_call customer_disconnect",
        direction="outbound",
        offers="a1 rejected, a2 answered",
        ended_by="customer",
        queues="linear answered",
    )
)
async def a_dialler_runs_queue_for_the_customer_who_answers(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    await cell.pbx.action(
        "Originate", Channel=f"PJSIP/{cell.caller()}@trunk{cell.nn}", Application="Queue",
        Data=f"{cell.queue('linear')},tk", CallerID=cell.dn("00"), Async="true",
    )  # fmt: skip
    outside = await (await customer.rings()).pick_up()
    await (await a1.rings()).decline(603)
    await takes_the_call(a2, outside, seconds=1)


async def _called_back(cell: Cell, customer: Phone) -> Call:
    await cell.pbx.action(
        "Originate", Channel=f"PJSIP/{cell.caller()}@trunk{cell.nn}", Context=f"from-internal-{cell.nn}",
        Exten="back", Priority=1, CallerID=cell.dn("00"), Async="true",
    )  # fmt: skip
    outside = await (await customer.rings()).pick_up()
    await cell.event("Newexten", Application="Read")
    await time_passes(1)
    return outside


@scenario(
    Expected(
        tags="outbound_call agent_disconnect", direction="outbound", offers="a1 answered", queues="linear answered"
    )
)
async def whom_the_pbx_calls_back_comes_into_the_queue_by_a_key(cell: Cell, customer: Phone, a1: Phone) -> None:
    outside = await _called_back(cell, customer)
    await outside.dtmf("1")
    talk = await (await a1.rings()).answer()
    await talk.hangup()
    await outside.ended()


@scenario(Expected(tags="outbound_call customer_abandon", direction="outbound", ended_by="customer", queues=""))
async def whom_the_pbx_calls_back_presses_nothing_and_hangs_up(cell: Cell, customer: Phone) -> None:
    outside = await _called_back(cell, customer)
    await outside.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call supervisor_transferred_call transferred customer_disconnect",
        offers="a1 answered",
        ended_by="customer",
        transfers="takeover s1 answered",
    )
)
async def a_supervisor_bridges_the_customer_to_her_own_phone_by_a_code(
    cell: Cell, customer: Phone, a1: Phone, s1: Phone
) -> None:
    call = await customer.call(cell.dn("43"), cell.caller())
    talk = await (await a1.rings()).answer()
    await s1.call(f"*51{cell.extension('a1')}")
    await talk.ended()
    await cell.event("BridgeEnter", Channel=f"{cell.device('s1')}-")
    await time_passes(1)
    await call.hangup()


@scenario(
    Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer", transfers=""),
    Expected(tags="agent_to_agent_call", offers="a2 cancelled", direction="internal", consult=True),
)
async def a_panel_takes_back_a_transfer_that_still_rings(cell: Cell, customer: Phone, a1: Phone, a2: Phone) -> None:
    call = await customer.call(cell.dn("43"), cell.caller())
    await (await a1.rings()).answer()
    agent = await cell.channel("a1")
    await cell.pbx.action("Atxfer", Channel=agent, Context=f"from-internal-{cell.nn}", Exten=cell.extension("a2"))
    ringing = await a2.rings()
    await cell.pbx.action("CancelAtxfer", Channel=agent)
    await ringing.ended()
    await cell.event("BridgeEnter", 1, Channel=agent)
    await time_passes(1)
    await call.hangup()


# Both are outside of the house, and have talked: nobody has given up, and nothing tells which one is the customer.
@scenario(Expected(tags="outbound_call", direction="outbound", ended_by="unknown"))
async def a_click_calls_a_mobile_outside_and_then_the_customer(cell: Cell, customer: Phone) -> None:
    await cell.pbx.action(
        "Originate", Channel=f"PJSIP/{cell.caller(2)}@trunk{cell.nn}", Context=f"from-internal-{cell.nn}",
        Exten=f"9{cell.caller(1)}", Priority=1, CallerID=cell.dn("00"), Async="true",
    )  # fmt: skip
    await (await customer.rings()).pick_up()
    outside = await (await customer.rings()).pick_up()
    await cell.event("BridgeEnter", 1)
    await time_passes(2)
    await outside.hangup()
