"""What many scenarios begin or end with: a talk, a consultation, keys pressed in a talk."""

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.stage import Cell, time_passes


async def in_talk(number: str, cell: Cell, customer: Phone, who: Phone, which: int = 1) -> tuple[Call, Call]:
    """which: of the numbers that the scenario's customers call with."""
    call = await customer.call(number, cell.caller(which))
    talk = await (await who.rings()).answer()
    await call.connected()
    return call, talk


async def takes_the_call(who: Phone, call: Call, seconds: float = 0) -> None:
    """Answers what rings and talks so long; then the caller hangs up."""
    await (await who.rings()).answer()
    await call.connected()
    await time_passes(seconds)
    await call.hangup()


async def is_quicker(who: Phone, other: Phone, call: Call) -> None:
    """Both phones ring, and this one answers first; then the caller hangs up."""
    ringing = await other.rings()
    await (await who.rings()).pick_up()
    await ringing.ended()
    await call.connected()
    await time_passes(1)
    await call.hangup()


async def gives_up_while_both_ring(call: Call, one: Phone, other: Phone) -> None:
    first, second = await one.rings(), await other.rings()
    await time_passes(3)
    await call.hangup()
    await first.ended()
    await second.ended()


async def serves_in_turn(cell: Cell, name: str, who: Phone, *callers: tuple[Call, str]) -> None:
    """Answers the callers in this order, each with the number that the phone shows. name: the phone's in the cell."""
    for call, number in callers:
        talk = await (await who.rings()).pick_up()
        assert talk.other == number
        await cell.talks(name)
        await time_passes(1)
        await call.hangup()
        await talk.ended()


async def comes_into_the_room(cell: Cell, name: str, who: Phone) -> Call:
    """name: the phone's in the cell."""
    comes = await who.call(cell.room)
    await comes.connected()
    await cell.joins(Channel=f"{cell.device(name)}-")
    return comes


async def logs_in_for_the_day(cell: Cell, who: Phone, number: str, shown: str | None = None) -> Call:
    """Dials a number behind which the agent waits for calls (AgentLogin), until the PBX gives her some."""
    shift = await who.call(number, shown)
    await shift.connected()
    await cell.event("AgentLogin")
    await time_passes(6)  # the PBX gives her no call before
    return shift


async def consults(talk: Call, who: Phone, number: str, target: Phone) -> tuple[Call, Call]:
    await talk.hold()
    consult = await who.call(number)
    answered = await (await target.rings()).answer()
    await consult.connected()
    return consult, answered


async def spies(cell: Cell, who: Phone, number: str) -> Call:
    """Dials a number behind which somebody is listened to, until the PBX says so."""
    before = cell.count("ChanSpyStart")
    call = await who.call(number)
    await call.connected()
    await cell.event("ChanSpyStart", before)
    return call


async def parks(cell: Cell, talk: Call, lot: str = "") -> str:
    """Passes the other end to a parking lot, the cell's first or another; the number at which it is fetched."""
    before = cell.count("ParkedCall")
    await talk.refer(lot or cell.parking)
    parked = await cell.event("ParkedCall", before)
    await talk.ended()
    return parked["ParkingSpace"]


async def fetches(who: Phone, space: str) -> Call:
    call = await who.call(space)
    await call.connected()
    await who.pbx_answered()
    return call


async def presses(cell: Cell, talk: Call, feature: str, number: str) -> None:
    await talk.dtmf(feature)
    await cell.event("DTMFEnd", Channel=f"PJSIP/{talk.phone.user}-", Digit=feature[-1], Direction="Received")
    await talk.dtmf(number)


async def leaves_by_keys(cell: Cell, talk: Call, number: str, target: Phone) -> Call:
    """Asks by keys and hangs up while the target rings: the customer is passed on. Returns what rings."""
    await presses(cell, talk, "*2", number)
    ringing = await target.rings()
    await talk.hangup()
    await cell.event("AttendedTransfer")
    return ringing


def by_agent(offers: str, transfers: str, ended: str = "customer_disconnect") -> Expected:
    return Expected(
        tags=f"incoming_dn_call agent_transferred_call transferred {ended}", offers=offers, transfers=transfers
    )


def by_supervisor(offers: str, transfers: str) -> Expected:
    return Expected(
        tags="non_dn_incoming_call supervisor_transferred_call transferred customer_disconnect",
        offers=offers,
        transfers=transfers,
    )
