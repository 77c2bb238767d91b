"""A service that is killed without warning, and started again."""

import signal
from pathlib import Path

from tests.helpers import desk
from tests.helpers.desk import Desk, say
from tests.helpers.heard import until
from tests.helpers.manager import manager
from tests.helpers.ports import free_port, listening
from tests.helpers.service import CALL, DIAL, LEG, followed, heard, records, service


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
