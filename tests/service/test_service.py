"""The running service, as an operator starts and stops it."""

import asyncio
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from bridge.config import Settings
from bridge.errors import SinkError
from bridge.pbx.mirror import Mirror
from bridge.pipeline import driver as drive
from bridge.pipeline.pipeline import Pipeline
from bridge.pipeline.step import Step
from bridge.service import writer as writing
from bridge.service.writer import Writer
from bridge.states.stretch import Stretch
from bridge.vocabulary.facts import Fact
from bridge.vocabulary.message import Message
from bridge.vocabulary.record import Record
from bridge.vocabulary.written import Written
from tests.helpers.heard import GIVES_UP, until
from tests.helpers.manager import SECRET, manager
from tests.helpers.samples import ABANDONED, ANSWERED, SUPERVISED
from tests.helpers.service import abandoned_call, pbx_table, running, stop
from tests.helpers.stasis import stasis


async def next_record(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout is not None
    async with asyncio.timeout(GIVES_UP):
        record: dict[str, Any] = msgspec.json.decode(await process.stdout.readline())
    return record


async def test_a_call_is_recorded_when_it_ends_and_the_service_stops_cleanly(tmp_path: Path) -> None:
    async with manager() as pbx, running(["run"], tmp_path, pbx_table("pbx1", pbx.port)) as process:
        await until(lambda: "PJSIPShowContacts" in pbx.actions)
        abandoned_call(pbx, "1.1")
        record = await next_record(process)
        assert record["tags"][:2] == ["incoming_dn_call", "customer_abandon"]
        assert record["pbx"] == "pbx1"
        out, errors = await stop(process)
    assert process.returncode == 0
    assert out == ""
    assert "event=stopped" in errors
    assert SECRET not in errors


async def test_a_call_that_ended_just_before_the_stop_is_still_recorded(tmp_path: Path) -> None:
    async with manager() as pbx, running(["run"], tmp_path, pbx_table("pbx1", pbx.port)) as process:
        await until(lambda: "PJSIPShowContacts" in pbx.actions)
        abandoned_call(pbx, "1.1")
        first = await next_record(process)
        abandoned_call(pbx, "1.2")
        pbx.say("Event: BridgeListItem\nBridgeUniqueid: b-2")  # the service asks about it at once: it has read so far
        await until(lambda: "BridgeInfo/b-2" in pbx.actions)
        out, _ = await stop(process)
    records = [first, *map(msgspec.json.decode, out.splitlines())]
    assert [record["call_id"] for record in records] == ["1.1", "1.2"]


async def test_a_pbx_that_is_down_does_not_keep_the_others_calls_from_being_recorded(tmp_path: Path) -> None:
    async with manager() as gone:
        pass
    async with manager() as pbx:
        tables = pbx_table("down", gone.port), pbx_table("up", pbx.port)
        async with running(["run"], tmp_path, *tables) as process:
            await until(lambda: "PJSIPShowContacts" in pbx.actions)
            abandoned_call(pbx, "1.1")
            assert (await next_record(process))["pbx"] == "up"
            _, errors = await stop(process)
    assert process.returncode == 0
    assert errors.count("event=feed_lost pbx=down") == 1


async def test_one_feed_that_is_refused_does_not_stop_the_other(tmp_path: Path) -> None:
    async with (
        manager() as pbx,
        stasis() as other,
        running(["run"], tmp_path, pbx_table("pbx1", pbx.port, ari=other.port)) as process,
    ):
        await until(lambda: "PJSIPShowContacts" in pbx.actions and other.requests)
        abandoned_call(pbx, "1.1")
        assert (await next_record(process))["call_id"] == "1.1"
        _, errors = await stop(process)
    assert errors.count("event=feed_refused pbx=pbx1 feed=ari") == 1


async def test_what_a_capture_recorded_replays_to_the_same_record_as_the_live_call(tmp_path: Path) -> None:
    async with manager() as pbx:
        table = pbx_table("pbx1", pbx.port)
        capture = tmp_path / "capture.jsonl"
        (tmp_path / "second").mkdir()
        async with (
            running(["run"], tmp_path, table) as live,
            running(["capture", "--out", str(capture)], tmp_path / "second", table) as recorder,
        ):
            await until(lambda: pbx.actions.count("PJSIPShowContacts") == 2)
            abandoned_call(pbx, "1.1")
            record = await next_record(live)
            await until(lambda: b'"Event":"Hangup"' in capture.read_bytes())
            await stop(recorder)
            assert recorder.returncode == 0
    async with running(["replay", str(capture)], tmp_path, table) as replay:
        assert replay.stdout is not None
        again = await next_record(replay)
        assert await replay.stdout.read() == b""
        assert await replay.wait() == 0
    assert again == record


def test_a_message_that_trips_the_service_is_told_once_and_the_next_calls_are_recorded() -> None:
    class Tripping(Pipeline):
        def hear(self, message: Message, records: Sequence[Record] = ()) -> Step:
            if message.event.get("Event") == "VarSet":
                raise KeyError(message.event["Value"])
            return super().hear(message, records)

    driver = drive.Driver("pbx1", Tripping(msgspec.convert({"roles": {"trunks": ["PJSIP/trunk"]}}, Settings), "pbx1"))
    channel = {"Channel": "PJSIP/trunk-1", "Uniqueid": "1.1", "Linkedid": "1.1"}
    events = [
        {"Event": "Newchannel", "ChannelState": "4", "Exten": "8000", **channel},
        {"Event": "VarSet", "Variable": "PIN", "Value": "4711", **channel},
        {"Event": "VarSet", "Variable": "PIN", "Value": "4712", **channel},
        {"Event": "Hangup", "Cause": "16", **channel},
    ]
    with capture_logs() as logs:
        steps = [driver.feed(Message(1000.0 + n, "pbx1", "ami", event)) for n, event in enumerate(events)]
        steps.append(driver.advance(2000.0))
    records = [record for step in steps for record in step.records]
    assert [record.call_id for record in records] == ["1.1"]
    assert [(line["event"], line["kind"]) for line in logs] == [("message_failed", "VarSet")]
    assert "471" not in str(logs)


def test_a_message_that_trips_the_service_is_kept_for_a_restart_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def trip(mirror: Mirror, fact: Fact) -> None:
        raise KeyError(type(fact).__name__)

    driver = drive.Driver("pbx1", Pipeline(Settings(), "pbx1", keeps=True))
    channel = {"Channel": "PJSIP/trunk-1", "Uniqueid": "1.1", "Linkedid": "1.1", "ChannelState": "4"}
    tripping, next_one = (
        Message(t, "pbx1", "ami", {"Event": "Newchannel", "Exten": "8000", **channel}) for t in (1.0, 2.0)
    )
    with monkeypatch.context() as patched, capture_logs() as logs:
        patched.setattr(Mirror, "apply", trip)
        assert not driver.feed(tripping).keep
    assert [line["event"] for line in logs] == ["message_failed"]
    assert driver.feed(next_one).keep == [("1.1", tripping), ("1.1", next_one)]


class FlakySink:
    """Fails as often as it is told, then keeps what it gets."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.kept: list[Written] = []

    def write(self, records: Sequence[Written]) -> None:
        if self.failures:
            self.failures -= 1
            raise SinkError("sink x: No space left on device; make room")
        self.kept += records

    def close(self) -> None: ...


async def test_states_wait_for_others_no_record_waits_and_of_a_stretch_only_its_last_version_is_written() -> None:
    stretch = Stretch("1001", "agent", "PJSIP/1001", "ringing", 0.0, True)
    lasting = stretch.record("pbx", None, None, None, revision=0)
    over = stretch.record("pbx", 0.3, "talking", None, revision=1)
    sink = FlakySink(failures=0)
    writer = Writer(sink, "x")
    writes = asyncio.create_task(writer.run())
    writer.put([lasting])
    await asyncio.sleep(0)
    assert writer.is_idle  # of calls there is none
    writer.put([over])
    writer.put([ANSWERED])
    await until(lambda: bool(sink.kept))
    assert sink.kept == [ANSWERED]
    await until(lambda: not writer.waiting)
    assert sink.kept == [ANSWERED, over]
    writer.put([lasting])
    writer.finish()  # then they wait no longer
    await writes
    assert sink.kept == [ANSWERED, over, lasting]


async def test_a_sink_that_fails_for_a_while_gets_every_record_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "FIRST_PAUSE", 0.01)
    sink = FlakySink(failures=3)
    writer = Writer(sink, "x")
    task = asyncio.create_task(writer.run())
    records: list[Any] = [object(), object(), object()]
    with capture_logs() as logs:
        writer.put(records[:1])
        await until(lambda: sink.failures < 3)
        writer.put(records[1:])
        await until(lambda: len(sink.kept) == 3)
        writer.finish()
        await task
    assert sink.kept == records
    assert [line["event"] for line in logs] == ["sink_failed", "sink_recovered"]


async def test_a_full_disk_costs_memory_only_up_to_a_limit_and_what_was_lost_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writing, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(writing, "MOST_WAITING", 4)
    sink = FlakySink(failures=1_000_000)
    writer = Writer(sink, "x")
    with capture_logs() as logs:
        task = asyncio.create_task(writer.run())
        writer.put([ANSWERED, ANSWERED])
        await until(lambda: writer.is_failing)
        for _ in range(2):
            writer.put([ANSWERED, ANSWERED])
        assert writer.waiting == 4
        sink.failures = 0
        await until(lambda: len(sink.kept) == 4)
        writer.finish()
        await task
    assert [(line["event"], line.get("count")) for line in logs] == [
        ("sink_failed", None),
        ("records_lost", None),
        ("sink_recovered", 2),
        ("records_not_written", 2),
    ]


async def test_calls_that_are_all_over_at_once_are_all_written_however_many_they_are() -> None:
    sink = FlakySink(failures=0)
    writer = Writer(sink, "x")
    told: list[int] = []
    writer.written.append(lambda batch: told.append(len(batch)))
    with capture_logs() as logs:
        writer.put([ANSWERED] * 25_000)
        writer.finish()
        await writer.run()
    assert (len(sink.kept), sum(told), logs) == (25_000, 25_000, [])
    assert max(told) <= writing.AT_ONCE


async def test_a_disk_that_does_not_answer_costs_no_more_memory_than_one_that_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writing, "LONG", 0.0)
    monkeypatch.setattr(writing, "MOST_WAITING", 4)
    answers = threading.Event()

    class Hanging(FlakySink):
        def write(self, records: Sequence[Record]) -> None:
            answers.wait(20)
            super().write(records)

    sink = Hanging(failures=0)
    writer = Writer(sink, "x")
    with capture_logs() as logs:
        writer.put([ANSWERED, ANSWERED])
        task = asyncio.create_task(writer.run())
        await until(lambda: writer._takes_long)
        writer.put([ANSWERED] * 5)
        assert writer.waiting == 4
        answers.set()
        writer.finish()
        await task
    assert len(sink.kept) == 4
    assert [(line["event"], line.get("count")) for line in logs] == [
        ("records_lost", None),
        ("records_not_written", 3),
    ]


async def test_a_write_that_is_back_before_a_busy_service_looks_is_not_taken_for_one_that_hangs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writing, "LONG", 0.0)
    monkeypatch.setattr(writing, "MOST_WAITING", 4)
    began, may_go_on = threading.Event(), threading.Event()

    class Slow(FlakySink):
        def write(self, records: Sequence[Record]) -> None:
            began.set()
            may_go_on.wait(20)
            super().write(records)

    sink = Slow(failures=0)
    writer = Writer(sink, "x")
    with capture_logs() as logs:
        writer.put([ANSWERED])
        task = asyncio.create_task(writer.run())
        await until(began.is_set)
        may_go_on.set()
        while not writer._is_back:
            time.sleep(0.001)  # noqa: ASYNC251
        writer.put([ANSWERED] * 5)
        writer.finish()
        await task
    assert (len(sink.kept), logs) == (6, [])


async def test_when_writes_take_long_each_takes_fewer_records_so_that_none_seems_to_hang(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As on a machine with too little CPU, where 2,000 records took over ten seconds, and others were given up."""
    monkeypatch.setattr(writing, "SLOW", 0.0)
    sizes: list[int] = []

    class Counting(FlakySink):
        def write(self, records: Sequence[Record]) -> None:
            sizes.append(len(records))
            super().write(records)

    writer = Writer(Counting(failures=0), "x")
    writer.put([ANSWERED] * 6_000)
    writer.finish()
    await writer.run()
    assert sizes[:4] == [2_000, 1_000, 500, 250]
    assert min(sizes[:-1]) == writing.FEWEST_AT_ONCE
    monkeypatch.setattr(writing, "SLOW", 1e6)
    sizes.clear()
    writer.put([ANSWERED] * 6_000)
    await writer.run()
    assert max(sizes) == writing.AT_ONCE
    assert sum(sizes) == 6_000


async def test_a_sink_that_still_fails_at_the_stop_is_told_with_the_number_of_records_lost() -> None:
    writer = Writer(FlakySink(failures=100), "x")
    records: list[Any] = [object(), object()]
    with capture_logs() as logs:
        writer.put(records)
        writer.finish()
        await writer.run()
    assert [(line["event"], line.get("count")) for line in logs] == [
        ("sink_failed", None),
        ("records_not_written", 2),
    ]


async def test_one_record_at_which_the_store_trips_costs_no_other_record_and_is_told() -> None:
    class Tripping(FlakySink):
        def write(self, records: Sequence[Record]) -> None:
            if ABANDONED in records:
                raise KeyError(records[0].call_id)
            super().write(records)

    sink = Tripping(failures=0)
    writer = Writer(sink, "x")
    with capture_logs() as logs:
        writer.put([ANSWERED, ABANDONED, SUPERVISED])
        writer.finish()
        await writer.run()
    assert sink.kept == [ANSWERED, SUPERVISED]
    assert [line["event"] for line in logs] == ["worker_failed", "record_not_written"]
    assert logs[1]["record"] == ABANDONED.record_id
    assert writer.worker.trouble is not None
    assert writer.is_idle
