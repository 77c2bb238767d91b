"""The table of SIP codes is what the PBX makes of a phone that refuses."""

from bridge.calls.sip_codes import CODES
from tests.live.lab import Lab
from tests.live.manager import Manager
from tests.live.stage import Cell

APART = 16
"""A cell that no scenario is played in."""


async def test_the_pbx_tells_each_refusal_by_the_cause_in_the_table(lab: Lab) -> None:
    pbx = Manager()
    await pbx.connect(lab.address, lab.ami_port, lab.username, lab.secret)
    cell = Cell(APART, pbx, lab.address, lab.ari_url, lab.customers, customer_number="0999000")
    agent, customer = cell.phone("a1"), cell.phone("customer")
    try:
        await agent.start()
        await agent.register()
        await customer.start()
        told = {}
        for code in CODES:
            cell.began = len(pbx.events)
            await agent.when_called("decline", code.code)
            call = await customer.call(cell.dn("11"), cell.caller())
            await call.ended()
            hangup = await cell.event("Hangup", Channel=cell.device("a1"))
            told[code.code] = int(hangup["Cause"])
        assert told == {code.code: code.cause for code in CODES}
    finally:
        await cell.close_phones()
        await pbx.close()
