"""What happens to an agent with a browser phone (a1), and the records that it must leave.

``without`` is what the PBX alone can tell, ``knowing`` what the phone's own reports add, where that differs.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.stage import time_passes

if TYPE_CHECKING:
    from tests.browser.phone import BrowserPhone
    from tests.browser.play import BrowserCell as Cell

Script = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class Scenario:
    name: str
    script: Script
    without: list[Expected]
    knowing: list[Expected]
    number: int

    async def play(self, cell: Cell) -> None:
        people = set(inspect.signature(self.script).parameters) - {"cell"}
        await cell.open(people, f"0{self.number:03d}00")
        await self.script(cell=cell, **{name: cell.phone(name) for name in people})


SCENARIOS: dict[str, Scenario] = {}


def scenario(without: Expected, knowing: Expected | None = None) -> Callable[[Script], Script]:
    def add(script: Script) -> Script:
        name = script.__name__
        SCENARIOS[name] = Scenario(name, script, [without], [knowing or without], len(SCENARIOS) + 1)
        return script

    return add


RESCUED = "incoming_dn_call reassigned_call reassign customer_disconnect"
REJECTED = Expected(tags=f"{RESCUED} agent_reject", offers="a1 rejected, a2 answered", ended_by="customer")
FAILED = Expected(tags=f"{RESCUED} cpe_reject", offers="a1 cpe_rejected, a2 answered", ended_by="customer")
UNANSWERED = Expected(
    tags=f"{RESCUED} agent_no_answer_timeout", offers="a1 no_answer, a2 answered", ended_by="customer"
)
TALKED = Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered", ended_by="customer")
LOST = Expected(tags="incoming_dn_call system_disconnect device_lost", offers="a1 answered", ended_by="system")


async def a2_rescues(call: Call, a2: Phone) -> None:
    """The call goes on to agent 2, who talks until the customer hangs up. The phone rings for only so long: wait
    for nothing before that may take its time."""
    await (await a2.rings()).answer()
    await call.connected()
    await call.hangup()


async def opens_its_page_anew(cell: Cell, a1: BrowserPhone) -> None:
    """Who closes the page and opens it again is not called before the queues have noticed both."""
    await a1.start()
    await cell.missed("a1")
    await a1.register()
    await cell.back("a1")
    await cell.held_free(cell.device("a1"))


# Answered.


@scenario(TALKED)
async def the_agent_answers_and_both_hear_each_other(cell: Cell, customer: Phone, a1: BrowserPhone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    talk = await (await a1.rings()).answer()
    await call.connected()
    await talk.hears_and_speaks()
    await call.hangup()
    await talk.ended()


@scenario(replace(TALKED, tags="incoming_dn_call agent_disconnect", ended_by="agent"))
async def the_agent_answers_over_wss_and_hangs_up(cell: Cell, customer: Phone, a1: BrowserPhone) -> None:
    a1.server = f"wss://{a1.pbx}:8089/ws"
    await opens_its_page_anew(cell, a1)
    a1.server = f"ws://{a1.pbx}:8088/ws"
    call = await customer.call(cell.dn("00"), cell.caller())
    talk = await (await a1.rings()).answer()
    await call.connected()
    await talk.hears_and_speaks()
    await talk.hangup()
    await call.ended()


@scenario(replace(TALKED, held=True))
async def the_agent_puts_the_customer_on_hold(cell: Cell, customer: Phone, a1: BrowserPhone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    talk = await (await a1.rings()).answer()
    await call.connected()
    await talk.hears_and_speaks()  # nobody is quicker; a hold that crosses what the PBX asks ends the call
    await talk.hold()
    await cell.event("Hold")
    await talk.resume()
    await cell.event("Unhold")
    await call.hangup()
    await talk.ended()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="blind a2 answered",
    )
)
async def the_agent_transfers_blind(cell: Cell, customer: Phone, a1: BrowserPhone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    talk = await (await a1.rings()).answer()
    await call.connected()
    await talk.refer(cell.extension("a2"))
    await (await a2.rings()).answer()
    await call.hangup()


@scenario(
    Expected(
        tags="incoming_dn_call agent_transferred_call transferred customer_disconnect",
        offers="a1 answered, a2 answered",
        ended_by="customer",
        transfers="attended a2 answered",
        held=True,
    )
)
async def the_agent_asks_a_colleague_and_transfers(cell: Cell, customer: Phone, a1: BrowserPhone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    talk = await (await a1.rings()).answer()
    await call.connected()
    await talk.hold()
    consult = await a1.call(cell.extension("a2"))
    await (await a2.rings()).answer()
    await consult.connected()
    await talk.refer_to(consult)
    await cell.event("AttendedTransfer")
    await talk.ended()
    await call.hangup()


# Not answered.


@scenario(REJECTED)
async def the_agent_presses_reject(cell: Cell, customer: Phone, a1: BrowserPhone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a1.rings()).decline()
    await a2_rescues(call, a2)


@scenario(REJECTED)
async def the_agent_presses_reject_and_the_page_says_486(
    cell: Cell, customer: Phone, a1: BrowserPhone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a1.rings()).decline(486)
    await a2_rescues(call, a2)


@scenario(REJECTED)
async def the_agent_presses_reject_and_the_page_says_603(
    cell: Cell, customer: Phone, a1: BrowserPhone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a1.rings()).decline(603)
    await a2_rescues(call, a2)


@scenario(REJECTED, FAILED)
async def the_agent_answers_but_the_microphone_is_denied(
    cell: Cell, customer: Phone, a1: BrowserPhone, a2: Phone
) -> None:
    await a1.deny_microphone()
    call = await customer.call(cell.dn("00"), cell.caller())
    ringing = await a1.rings()
    await ringing.press_answer()
    await ringing.ended()
    await a2_rescues(call, a2)
    await a1.reported("media_failed")


@scenario(UNANSWERED, FAILED)
async def the_agent_answers_but_the_browser_still_asks_for_the_microphone(
    cell: Cell, customer: Phone, a1: BrowserPhone, a2: Phone
) -> None:
    await a1.never_get_the_microphone()
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a1.rings()).press_answer()
    await a2_rescues(call, a2)
    await a1.reported("answered_by_user")


@scenario(UNANSWERED)
async def the_agent_lets_it_ring(cell: Cell, customer: Phone, a1: BrowserPhone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a1.rings()).ended()
    await a2_rescues(call, a2)


@scenario(FAILED, UNANSWERED)
async def the_phone_gives_up_ringing_and_says_408(cell: Cell, customer: Phone, a1: BrowserPhone, a2: Phone) -> None:
    await impatient(cell, a1)
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a1.rings()).ended()
    await a2_rescues(call, a2)
    await a1.reported("unanswered")


@scenario(REJECTED, UNANSWERED)
async def the_phone_gives_up_ringing_and_says_480(cell: Cell, customer: Phone, a1: BrowserPhone, a2: Phone) -> None:
    await impatient(cell, a1)
    call = await customer.call(cell.dn("00"), cell.caller())
    await (await a1.rings()).ended()
    await a2_rescues(call, a2)
    await a1.reported("unanswered")


async def impatient(cell: Cell, a1: BrowserPhone) -> None:
    """The page comes back with a library that gives up ringing before the queue does."""
    a1.patience = 1
    await opens_its_page_anew(cell, a1)
    a1.patience = 60


@scenario(FAILED)
async def the_page_is_on_do_not_disturb_and_does_not_ring(
    cell: Cell, customer: Phone, a1: BrowserPhone, a2: Phone
) -> None:
    await a1.do_not_disturb()
    call = await customer.call(cell.dn("00"), cell.caller())
    await a2_rescues(call, a2)


@scenario(REJECTED, FAILED)
async def the_page_is_on_do_not_disturb_but_its_library_rings_first(
    cell: Cell, customer: Phone, a1: BrowserPhone, a2: Phone
) -> None:
    await a1.do_not_disturb()
    call = await customer.call(cell.dn("00"), cell.caller())
    await a2_rescues(call, a2)
    await a1.reported("rejected_by_page")


@scenario(
    Expected(
        tags="incoming_dn_call customer_abandon short_abandon",
        offers="a1 cancelled",
        ended_by="customer",
        abandoned_in="ringing",
    )
)
async def the_customer_gives_up_while_the_browser_rings(cell: Cell, customer: Phone, a1: BrowserPhone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    ringing = await a1.rings()
    await call.hangup()
    await ringing.ended()


# The page or its browser is gone.


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a2 answered", ended_by="customer"))
async def the_tab_was_closed_before_the_call(cell: Cell, customer: Phone, a1: BrowserPhone, a2: Phone) -> None:
    await a1.stop()
    await cell.missed("a1")
    call = await customer.call(cell.dn("00"), cell.caller())
    await a2_rescues(call, a2)


@scenario(FAILED)
async def the_tab_is_closed_while_it_rings(cell: Cell, customer: Phone, a1: BrowserPhone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await a1.rings()
    await a1.stop()
    await a2_rescues(call, a2)


@scenario(LOST)
async def the_tab_is_closed_in_the_call(cell: Cell, customer: Phone, a1: BrowserPhone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    talk = await (await a1.rings()).answer()
    await call.connected()
    await talk.hears_and_speaks()
    await a1.stop()
    await call.ended()


@scenario(Expected(tags="incoming_dn_call customer_disconnect", offers="a2 answered", ended_by="customer"))
async def the_browser_was_killed_before_the_call(cell: Cell, customer: Phone, a1: BrowserPhone, a2: Phone) -> None:
    a1.kill()
    await cell.missed("a1")
    call = await customer.call(cell.dn("00"), cell.caller())
    await a2_rescues(call, a2)


@scenario(FAILED)
async def the_browser_is_killed_while_it_rings(cell: Cell, customer: Phone, a1: BrowserPhone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await a1.rings()
    a1.kill()
    await a2_rescues(call, a2)


@scenario(replace(LOST, tags="incoming_dn_call customer_disconnect device_lost", ended_by="customer"))
async def the_browser_is_killed_in_the_call_and_the_customer_hangs_up(
    cell: Cell, customer: Phone, a1: BrowserPhone
) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    talk = await (await a1.rings()).answer()
    await call.connected()
    await talk.hears_and_speaks()
    a1.kill()
    await cell.lost("a1")
    await call.hangup()


@scenario(FAILED)
async def the_page_is_reloaded_while_it_rings(cell: Cell, customer: Phone, a1: BrowserPhone, a2: Phone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await a1.rings()
    await a1.reload()
    await a2_rescues(call, a2)


# The network is gone.


@scenario(FAILED)
async def the_cable_was_pulled_before_the_call(cell: Cell, customer: Phone, a1: BrowserPhone, a2: Phone) -> None:
    cell.cable(False)
    call = await customer.call(cell.dn("00"), cell.caller())
    await a2_rescues(call, a2)


# The PBX hears nothing of it: only the phone can say, once it is back.
@scenario(UNANSWERED, FAILED)
async def the_cable_is_pulled_while_it_rings_and_is_back_in_the_call(
    cell: Cell, customer: Phone, a1: BrowserPhone, a2: Phone
) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    await a1.rings()
    cell.cable(False)
    ringing = await a2.rings()
    cell.cable(True)
    await ringing.answer()
    await call.connected()
    await a1.reported("transport_lost")
    await call.hangup()


@scenario(LOST)
async def the_cable_is_pulled_in_the_call(cell: Cell, customer: Phone, a1: BrowserPhone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    talk = await (await a1.rings()).answer()
    await call.connected()
    await talk.hears_and_speaks()
    cell.cable(False)
    await call.ended()


@scenario(TALKED)
async def the_cable_is_out_for_a_second_in_the_call(cell: Cell, customer: Phone, a1: BrowserPhone) -> None:
    call = await customer.call(cell.dn("00"), cell.caller())
    talk = await (await a1.rings()).answer()
    await call.connected()
    await talk.hears_and_speaks()
    cell.cable(False)
    await time_passes(1)
    cell.cable(True)
    before = await talk.hears_and_speaks()
    await talk.hears_and_speaks(more_than=before)
    await call.hangup()


ONE_LIBRARYS = {
    "the_phone_gives_up_ringing_and_says_408": "jssip",
    "the_phone_gives_up_ringing_and_says_480": "sipjs",
    "the_page_is_on_do_not_disturb_and_does_not_ring": "jssip",
    "the_page_is_on_do_not_disturb_but_its_library_rings_first": "sipjs",
}
"""Scenarios of what one library does and the other does not."""
LIBRARIES = {
    "jssip": [name for name in SCENARIOS if ONE_LIBRARYS.get(name) != "sipjs"],
    "sipjs": [name for name in SCENARIOS if ONE_LIBRARYS.get(name) != "jssip"],
    "simpleuser": [
        "the_agent_presses_reject",
        "the_agent_answers_but_the_microphone_is_denied",
        "the_agent_lets_it_ring",
        "the_tab_is_closed_while_it_rings",
    ],
}
"""Which scenarios are played with which library: SIP.js's SimpleUser only where its own ways could matter."""
