"""The kinds of calls that are placed, and the tags that each has when nothing disturbs it.

The customer's number tells the kind, whoever looks at the call: ``0KK`` and a serial number.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.live.phones import Call, Phone, PhoneError


@dataclass
class Desk:
    """A cell of the lab: its customer and its agents. A call has the whole desk to itself."""

    number: int
    customer: Phone
    agents: list[Phone]
    """None of them at a desk where nobody is at work."""

    @property
    def staffed(self) -> bool:
        return bool(self.agents)

    def dn(self, xx: str) -> str:
        return f"8{self.number:02d}{xx}"


Script = Callable[[Desk, str], Awaitable[None]]
"""Plays a call with this customer's number. Raises where the phones do not see what the kind is about."""


@dataclass(frozen=True)
class Kind:
    name: str
    tags: frozenset[str]
    staffed: bool
    play: Script
    number: int

    def customer(self, serial: int) -> str:
        return f"0{self.number:02d}{serial:05d}"


KINDS: list[Kind] = []
THRESHOLDS = """
[thresholds]        # such that a machine that is busy for a second or two makes no other call of one
queued_after = 2
short_abandon = 0.1
"""


def kind(tags: str, *, staffed: bool = True) -> Callable[[Script], Script]:
    def add(play: Script) -> Script:
        name = getattr(play, "__name__", "")
        KINDS.append(Kind(name, frozenset(tags.split()), staffed, play, len(KINDS) + 10))
        return play

    return add


def of(number: str) -> Kind | None:
    """The kind of call that a customer's number, or one dialled through the trunk, is of."""
    digits = number[-8:]
    found = [kind for kind in KINDS if len(digits) == 8 and digits.startswith(kind.customer(0)[:3])]
    return found[0] if found else None


async def _talks(seconds: float) -> None:
    """As long as a conversation lasts; the other end has noticed everything by then."""
    await asyncio.sleep(seconds)


async def _hangs_up(call: Call) -> None:
    """Nobody else has ended the call before."""
    if call.over:
        raise PhoneError(f"the PBX has ended {call!r}")
    await call.hangup()


@kind("incoming_dn_call customer_disconnect")
async def the_customer_hangs_up(desk: Desk, number: str) -> None:
    call = await desk.customer.call(desk.dn("00"), number)
    await (await desk.agents[0].rings()).answer()
    await call.connected()
    await _talks(2)
    await _hangs_up(call)


@kind("incoming_dn_call agent_disconnect")
async def the_agent_hangs_up(desk: Desk, number: str) -> None:
    call = await desk.customer.call(desk.dn("01"), number)
    talk = await (await desk.agents[0].rings()).answer()
    await call.connected()
    await _talks(1.5)
    await _hangs_up(talk)
    await call.ended()


@kind("incoming_dn_call customer_disconnect")
async def a_long_talk(desk: Desk, number: str) -> None:
    call = await desk.customer.call(desk.dn("11"), number)
    await (await desk.agents[0].rings()).answer()
    await call.connected()
    await _talks(20)
    await _hangs_up(call)


@kind("incoming_dn_call reassigned_call reassign agent_reject customer_disconnect")
async def the_first_agent_declines(desk: Desk, number: str) -> None:
    call = await desk.customer.call(desk.dn("00"), number)
    ringing = await desk.agents[0].rings()
    await _talks(0.5)
    await ringing.decline(603)
    await (await desk.agents[1].rings()).answer()
    await call.connected()
    await _talks(1)
    await _hangs_up(call)


@kind("incoming_dn_call reassigned_call reassign agent_no_answer_timeout customer_disconnect")
async def the_first_agent_lets_it_ring(desk: Desk, number: str) -> None:
    call = await desk.customer.call(desk.dn("00"), number)
    await (await desk.agents[0].rings()).ended()
    await (await desk.agents[1].rings()).answer()
    await call.connected()
    await _talks(1)
    await _hangs_up(call)


@kind("incoming_dn_call customer_abandon")
async def the_customer_gives_up_while_it_rings(desk: Desk, number: str) -> None:
    call = await desk.customer.call(desk.dn("16"), number)
    ringing = await desk.agents[0].rings()
    await _talks(1)
    await _hangs_up(call)
    await ringing.ended()


@kind("incoming_dn_call agent_transferred_call transferred customer_disconnect")
async def the_agent_transfers_blind(desk: Desk, number: str) -> None:
    call = await desk.customer.call(desk.dn("11"), number)
    talk = await (await desk.agents[0].rings()).answer()
    await call.connected()
    await _talks(1)
    await talk.refer(desk.agents[1].user)
    await (await desk.agents[1].rings()).answer()
    await talk.ended()
    await _talks(1)
    await _hangs_up(call)


@kind("incoming_dn_call agent_transferred_call transferred customer_disconnect")
async def the_agent_transfers_after_asking(desk: Desk, number: str) -> None:
    call = await desk.customer.call(desk.dn("11"), number)
    talk = await (await desk.agents[0].rings()).answer()
    await call.connected()
    await _talks(1)
    await talk.hold()
    asking = await desk.agents[0].call(desk.agents[1].user)
    await (await desk.agents[1].rings()).answer()
    await asking.connected()
    await _talks(1)
    await talk.refer_to(asking)
    await talk.ended()
    await asking.ended()
    await _talks(1)
    await _hangs_up(call)


@kind("outbound_call agent_disconnect")
async def the_agent_calls_a_customer(desk: Desk, number: str) -> None:
    call = await desk.agents[0].call("9" + number)
    await (await desk.customer.rings()).answer()
    await call.connected()
    await _talks(1.5)
    await _hangs_up(call)


@kind("outbound_call customer_abandon")
async def the_called_customer_declines(desk: Desk, number: str) -> None:
    call = await desk.agents[0].call("9" + number)
    ringing = await desk.customer.rings()
    await _talks(0.5)
    await ringing.decline(486)
    await call.ended()


@kind("incoming_dn_call customer_abandon queued", staffed=False)
async def nobody_is_logged_in(desk: Desk, number: str) -> None:
    call = await desk.customer.call(desk.dn("06"), number)
    await call.connected()
    await _talks(4)
    await _hangs_up(call)


@kind("incoming_dn_call customer_abandon queued cpe_reject", staffed=False)
async def the_only_phone_is_unreachable(desk: Desk, number: str) -> None:
    call = await desk.customer.call(desk.dn("07"), number)
    await call.connected()
    await _talks(4)
    await _hangs_up(call)
