"""A service that is killed without warning, and started again."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bridge.store.reader import find
from bridge.vocabulary.record import Record
from tests.feeds import desk
from tests.feeds.desk import Desk, free_port, listening, say
from tests.feeds.heard import until
from tests.feeds.manager import SECRET, Manager, manager

CALL = "Channel: PJSIP/trunk-00000001\nUniqueid: 1.1\nLinkedid: 1.1"
LEG = "Channel: PJSIP/1001-00000002\nUniqueid: 1.2\nLinkedid: 1.1"
DIAL = "Uniqueid: 1.1\nDestUniqueid: 1.2\nDestChannel: PJSIP/1001-00000002"


@asynccontextmanager
async def service(folder: Path, port: int, more: str = "") -> AsyncIterator[asyncio.subprocess.Process]:
    config = folder / "callbridge.toml"
    config.write_text(f"""
[[pbx]]
name = "pbx1"
[pbx.ami]
host = "127.0.0.1"
port = {port}
username = "bridge"
secret = "{SECRET}"
[roles]
agents = ["PJSIP/1*"]
trunks = ["PJSIP/trunk"]
[[dn]]
number = "8000"
[[sink]]
type = "sqlite"
path = "{folder}/calls.db"
{more}""")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "import sys; from bridge.cli import main; sys.exit(main())"),
        *("run", "--config", str(config)),
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def followed(pbx: Manager, times: int = 1) -> None:
    await until(lambda: pbx.actions.count("QueueStatus") >= times)


def records(folder: Path) -> list[Record]:
    store = folder / "calls.db"
    return find(str(store)) if store.exists() else []


def heard(folder: Path, uniqueid: str) -> bool:
    journal = folder / "calls.db.calls"
    return journal.exists() and f'"{uniqueid}"' in journal.read_text()


async def test_a_call_in_progress_when_the_service_is_killed_is_told_whole_but_for_the_gap(tmp_path: Path) -> None:
    async with manager() as pbx:
        async with service(tmp_path, pbx.port) as first:
            await followed(pbx)
            pbx.say(f"Event: Newchannel\n{CALL}\nChannelState: 4\nContext: from-trunk\nExten: 8000")
            pbx.say(f"Event: Newchannel\n{LEG}\nChannelState: 0\nContext: agents\nExten: s")
            pbx.say(f"Event: DialBegin\n{DIAL}\nDialString: 1001")
            pbx.say(f"Event: Newstate\n{LEG}\nChannelState: 5")
            pbx.say(f"Event: HangupRequest\n{LEG}\nChannelState: 5\nCause: 21\nTechCause: 603")
            await until(lambda: heard(tmp_path, "603"))
            first.send_signal(signal.SIGKILL)
            await first.wait()
        pbx.hang_up()
        async with service(tmp_path, pbx.port) as second:
            await followed(pbx, 2)
            pbx.say(f"Event: Hangup\n{LEG}\nChannelState: 5\nCause: 21\nTechCause: 603")
            pbx.say(f"Event: Hangup\n{CALL}\nChannelState: 4\nCause: 21")
            await until(lambda: bool(records(tmp_path)))
            second.terminate()
            await second.wait()
    (record,) = records(tmp_path)
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "rejected")]
    assert "agent_reject" in record.tags
    assert not record.complete
    assert len(record.gaps) == 1


async def test_a_call_with_a_gap_does_not_become_complete_when_the_service_is_killed_again(tmp_path: Path) -> None:
    async with manager() as pbx:
        async with service(tmp_path, pbx.port) as first:
            await followed(pbx)
            pbx.say(f"Event: Newchannel\n{CALL}\nChannelState: 4\nContext: from-trunk\nExten: 8000")
            await until(lambda: heard(tmp_path, "1.1"))
            first.kill()
            await first.wait()
        async with service(tmp_path, pbx.port) as second:
            await followed(pbx, 2)
            pbx.say(f"Event: HangupRequest\n{CALL}\nChannelState: 4")
            pbx.say(f"Event: Hangup\n{CALL}\nChannelState: 4\nCause: 16")
            await until(lambda: bool(records(tmp_path)))
            second.kill()
            await second.wait()
        (once,) = records(tmp_path)
        async with service(tmp_path, pbx.port) as third:
            await followed(pbx, 3)
            third.terminate()
            await third.wait()
    assert not once.complete
    assert records(tmp_path) == [once]


async def test_a_call_that_ended_before_the_kill_is_on_record_once_and_complete(tmp_path: Path) -> None:
    async with manager() as pbx:
        async with service(tmp_path, pbx.port) as first:
            await followed(pbx)
            pbx.say(f"Event: Newchannel\n{CALL}\nChannelState: 4\nContext: from-trunk\nExten: 8000")
            pbx.say(f"Event: HangupRequest\n{CALL}\nChannelState: 4")
            pbx.say(f"Event: Hangup\n{CALL}\nChannelState: 4\nCause: 16")
            await until(lambda: heard(tmp_path, "Hangup"))
            first.send_signal(signal.SIGKILL)
            await first.wait()
        async with service(tmp_path, pbx.port) as second:
            await until(lambda: bool(records(tmp_path)))
            second.terminate()
            await second.wait()
    (record,) = records(tmp_path)
    assert record.complete
    assert record.revision == 1
    assert "customer_abandon" in record.tags


async def test_what_a_browser_phone_was_thanked_for_is_not_lost_with_the_service(tmp_path: Path) -> None:
    port = free_port()
    async with manager() as pbx:
        async with service(tmp_path, pbx.port, desk.settings(port)) as first:
            await followed(pbx)
            pbx.say(f"Event: Newchannel\n{CALL}\nChannelState: 4\nContext: from-trunk\nExten: 8000")
            pbx.say(f"Event: Newchannel\n{LEG}\nChannelState: 0\nContext: agents\nExten: s")
            pbx.say(f"Event: DialBegin\n{DIAL}\nDialString: 1001")
            pbx.say(f"Event: Newstate\n{LEG}\nChannelState: 5")
            await until(lambda: heard(tmp_path, "DialBegin") and listening(port))
            async with Desk(port).phone() as phone:
                assert await say(phone, {"n": 1, "report": "media_failed", "reason": "NotAllowedError"}) == {"ack": 1}
                first.send_signal(signal.SIGKILL)
                await first.wait()
        pbx.hang_up()
        async with service(tmp_path, pbx.port, desk.settings(port)) as second:
            await followed(pbx, 2)
            pbx.say(f"Event: HangupRequest\n{LEG}\nChannelState: 5\nCause: 19\nTechCause: 480")
            pbx.say(f"Event: Hangup\n{LEG}\nChannelState: 5\nCause: 19\nTechCause: 480")
            pbx.say(f"Event: Hangup\n{CALL}\nChannelState: 4\nCause: 16")
            await until(lambda: bool(records(tmp_path)))
            second.terminate()
            await second.wait()
    (record,) = records(tmp_path)
    assert [(o.outcome, o.reason) for o in record.offers] == [("cpe_rejected", "media_failed: NotAllowedError")]
