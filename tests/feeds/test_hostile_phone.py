"""A phone that means harm to the running service: refused, told of once, and no call gets another record for it."""

import asyncio
import json
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from bridge.feeds.endpoint_token import Phone
from tests.helpers import desk
from tests.helpers.desk import Desk, say, token_for
from tests.helpers.heard import GIVES_UP, until
from tests.helpers.manager import manager
from tests.helpers.ports import free_port, listening
from tests.helpers.service import CALL, DIAL, LEG, followed, heard, records, service

HOSTILE = Phone("pbx1", "PJSIP/1003")


async def floods(found: Desk, used: str) -> None:
    """It takes the calls of others for its own, five hundred times, and comes back for more."""
    for _ in range(2):
        async with found.phone() as phone:
            with suppress(ConnectionClosed):
                for number in range(500):
                    await phone.send(json.dumps({"n": number, "report": "media_failed"}))
                while True:
                    await phone.recv()


async def lies_about_another_phone(found: Desk, used: str) -> None:
    async with found.phone() as phone:
        for number, call_id in enumerate(("leg@pbx", "1.2", None)):
            lie = {"n": number, "report": "media_failed", "device": "PJSIP/1001", "sip_call_id": call_id}
            assert await say(phone, lie) == {"ack": number}


async def comes_with_the_token_that_another_phone_used(found: Desk, used: str) -> None:
    for _ in range(3):
        assert await found.refuses(used) == 401


async def sends_a_megabyte(found: Desk, used: str) -> None:
    for _ in range(2):
        async with found.phone() as phone:
            with suppress(ConnectionClosed):
                await phone.send(json.dumps({"n": 1, "report": "media_failed", "reason": "x" * 1_000_000}))
                await phone.recv()


@pytest.mark.parametrize(
    ("attack", "told"),
    [
        (floods, "it sends too many reports"),
        (lies_about_another_phone, None),
        (comes_with_the_token_that_another_phone_used, "its token was used before"),
        (sends_a_megabyte, "it sends a report larger than 4096 bytes"),
    ],
)
async def test_a_hostile_phone_changes_no_record(
    attack: Callable[[Desk, str], Awaitable[None]], told: str | None, tmp_path: Path
) -> None:
    port, used = free_port(), token_for(desk.ONE)
    async with manager() as pbx, service(tmp_path, pbx.port, desk.settings(port)) as process:
        await followed(pbx)
        pbx.say(f"Event: Newchannel\n{CALL}\nChannelState: 4\nContext: from-trunk\nExten: 8000")
        pbx.say(f"Event: Newchannel\n{LEG}\nChannelState: 0\nContext: agents\nExten: s")
        pbx.say(f"Event: DialBegin\n{DIAL}\nDialString: 1001")
        pbx.say(f"Event: Newstate\n{LEG}\nChannelState: 5")
        await until(lambda: heard(tmp_path, "DialBegin") and listening(port))
        async with Desk(port).phone(used) as phone:
            assert await say(phone, {"n": 1, "report": "ringing"}) == {"ack": 1}
            await attack(Desk(port, HOSTILE), used)
            assert await say(phone, {"n": 2, "report": "network_changed", "reason": "online"}) == {"ack": 2}
        pbx.say(f"Event: HangupRequest\n{LEG}\nChannelState: 5\nCause: 19\nTechCause: 480")
        pbx.say(f"Event: Hangup\n{LEG}\nChannelState: 5\nCause: 19\nTechCause: 480")
        pbx.say(f"Event: Hangup\n{CALL}\nChannelState: 4\nCause: 16")
        await until(lambda: bool(records(tmp_path)))
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(GIVES_UP):
            _, log = await process.communicate()
    (record,) = records(tmp_path)
    assert [(o.agent, o.outcome, o.reason) for o in record.offers] == [("1001", "rejected", "declined")]
    assert record.tags == ["incoming_dn_call", "agent_reject"]
    refused = [line for line in log.decode().splitlines() if "phone_refused" in line]
    assert len(refused) == (told is not None)
    assert all(str(told) in line for line in refused)
