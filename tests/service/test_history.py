"""A finished call is history: neither a restart nor other settings change its record."""

import asyncio
import time
from pathlib import Path

import msgspec
from structlog.testing import capture_logs

from bridge.config import Thresholds
from bridge.pipeline.pipeline import Pipeline
from bridge.service.keeping import Keeping
from bridge.vocabulary.record import Record
from tests.calls.test_late_facts import a_call, tell_call_id
from tests.helpers.compacting import compact
from tests.helpers.heard import until
from tests.helpers.killing import lines
from tests.helpers.manager import Manager, manager
from tests.helpers.samples import ABANDONED, ANSWERED
from tests.helpers.service import followed, records, service
from tests.helpers.story import BEGAN, SETTINGS, Story


async def waited(pbx: Manager, call: str, seconds: float) -> None:
    """A customer waits so long and gives up. The PBX's clock is ours, as its answers to pings tell, too."""
    channel = f"Channel: PJSIP/trunk-0000{call}\nUniqueid: {call}\nLinkedid: {call}"

    def say(event: str, more: str = "") -> None:
        pbx.say(f"Event: {event}\nTimestamp: {time.time():.6f}\n{channel}\nChannelState: 4{more}")

    say("Newchannel", "\nContext: from-trunk\nExten: 8000")
    await asyncio.sleep(seconds)
    say("HangupRequest")
    say("Hangup", "\nCause: 16")


async def test_a_restart_with_other_settings_changes_no_record_of_calls_that_had_ended(tmp_path: Path) -> None:
    told = f'[[sink]]\ntype = "jsonl"\npath = "{tmp_path}/lines.jsonl"\n'

    async def serve(pbx: Manager, run: int, call: str, more: str) -> list[Record]:
        async with service(tmp_path, pbx.port, told + more) as process:
            await followed(pbx, run)
            await waited(pbx, call, 1.2)
            await until(lambda: len(records(tmp_path)) == run)
            process.terminate()
            await process.wait()
        return records(tmp_path)

    async with manager() as pbx:
        first = await serve(pbx, 1, "1.1", "")
        second = await serve(pbx, 2, "1.2", "[thresholds]\ncustomer_waiting = 1\n")
        third = await serve(pbx, 3, "1.3", "")
    over = ["over_customer_waiting_threshold" in record.tags for record in third]
    assert over == [False, True, False], "the settings apply to calls that end after they were loaded"
    assert [record.revision for record in third] == [1, 1, 1]
    assert (third[:2], second[:1]) == (second, first)
    assert lines(tmp_path / "lines.jsonl") == third, "and nobody was told twice"


def test_what_is_heard_late_of_a_call_that_had_ended_is_judged_by_the_settings_of_its_end(tmp_path: Path) -> None:
    stricter = msgspec.structs.replace(SETTINGS, thresholds=Thresholds(customer_waiting=0.5))
    story = Story()
    customer = a_call(story)
    with capture_logs():
        keeping = Keeping(tmp_path / "calls", [])
    keeping.judged_by.note(SETTINGS)
    restarted = Pipeline(keeping.judged_by.before(stricter), "pbx")
    for message in story.messages:
        restarted.feed(message)
    (first,) = restarted.advance(BEGAN + story.now + 3).records
    restarted.reload(stricter)
    tell_call_id(story.after(3), customer)
    restarted.feed(story.messages[-1])
    (second,) = restarted.advance(BEGAN + story.now + 3).records
    assert (second.revision, second.tags, second.thresholds) == (2, first.tags, first.thresholds)
    keeping.judged_by.note(stricter)
    assert keeping.judged_by.before(SETTINGS) == stricter
    (tmp_path / "calls.settings").write_text('{"roles": 5}')
    assert keeping.judged_by.before(SETTINGS) == SETTINGS, "of another version"
    keeping.close()


def kept(path: Path) -> Keeping:
    with capture_logs():
        return Keeping(path, [])


def test_what_is_seen_of_a_call_after_the_restart_has_a_higher_revision_than_what_is_on_record(
    tmp_path: Path,
) -> None:
    first = kept(tmp_path / "calls")
    first.wrote([msgspec.structs.replace(ANSWERED, revision=2)])
    first.close()
    second = kept(tmp_path / "calls")
    assert second.history.unwritten([ANSWERED, msgspec.structs.replace(ANSWERED, revision=2)]) == []
    again = msgspec.structs.replace(ANSWERED, revision=3)
    assert second.history.unwritten([again, ABANDONED]) == [again, ABANDONED]
    assert [r.revision for r in second.history.revised([ANSWERED, ABANDONED])] == [3, 1]
    assert [r.revision for r in second.history.revised([msgspec.structs.replace(ANSWERED, revision=2)])] == [4]
    second.close()


def test_what_is_on_record_is_known_until_the_calls_lines_are_dropped(tmp_path: Path) -> None:
    keeping = kept(tmp_path / "calls")
    keeping.wrote([ANSWERED])
    compact(keeping._journal, set(), time.time())
    keeping.wrote([ABANDONED])
    keeping.close()
    assert kept(tmp_path / "calls").history.unwritten([ANSWERED, ABANDONED]) == []
    later = kept(tmp_path / "calls")
    compact(later._journal, set(), time.time() + 1000)
    later.close()
    assert kept(tmp_path / "calls").history.unwritten([ANSWERED, ABANDONED]) == [ANSWERED, ABANDONED]
