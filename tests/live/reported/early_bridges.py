"""An application that puts caller and agent into one bridge before it has the agent's phone called, so that the
caller hears the ringing: being in a bridge with a phone that rings is not being connected."""

from tests.live.application import Application
from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.reported import scenario
from tests.live.stage import Cell, time_passes


async def _comes_to(bot: Application, cell: Cell, customer: Phone) -> tuple[Call, str]:
    call = await customer.call(cell.dn("61"), cell.caller())
    await call.connected()
    await cell.event("Newexten", Channel=f"{cell.device('customer')}-", Application="Stasis")
    return call, await cell.channel("customer")


async def _rings(bot: Application, cell: Cell, caller: str, who: str, seconds: int = 20) -> None:
    leg = await bot.creates(cell.device(who))
    await bot.connect(leg, caller)
    await bot.dials(leg, caller, seconds)


@scenario(
    Expected(
        tags="incoming_dn_call agent_reject reassign reassigned_call customer_disconnect",
        offers="a1 rejected, a2 answered",
        ended_by="customer",
    )
)
async def a_bot_bridges_before_it_dials_and_the_first_agent_declines(
    cell: Cell, customer: Phone, a1: Phone, a2: Phone
) -> None:
    async with cell.application() as bot:
        call, caller = await _comes_to(bot, cell, customer)
        await _rings(bot, cell, caller, "a1")
        await (await a1.rings()).decline(603)
        await _rings(bot, cell, caller, "a2")
        await (await a2.rings()).pick_up()
        await time_passes(1.5)
        await call.hangup()
        await cell.event("Hangup", Channel=f"{cell.device('customer')}-")
        await cell.clear()


@scenario(
    Expected(
        tags="incoming_dn_call agent_no_answer_timeout customer_abandon",
        offers="a1 no_answer",
        ended_by="customer",
        abandoned_in="ivr",
    )
)
async def a_bot_bridges_before_it_dials_and_its_time_is_up(cell: Cell, customer: Phone, a1: Phone) -> None:
    async with cell.application() as bot:
        call, caller = await _comes_to(bot, cell, customer)
        await _rings(bot, cell, caller, "a1", 3)
        await (await a1.rings()).ended()
        await time_passes(1)
        await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon", offers="a1 cancelled", ended_by="customer", abandoned_in="ringing"
    )
)
async def a_customer_gives_up_in_one_bridge_with_a_phone_that_rings(cell: Cell, customer: Phone, a1: Phone) -> None:
    async with cell.application() as bot:
        call, caller = await _comes_to(bot, cell, customer)
        await _rings(bot, cell, caller, "a1")
        await a1.rings()
        await time_passes(2.5)
        await call.hangup()
        await cell.event("Hangup", Channel=f"{cell.device('customer')}-")
        await cell.clear()
