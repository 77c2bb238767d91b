"""The journal: what survives when the service is killed, the power fails, or the disk is full."""

import asyncio
import os
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bridge.pipeline.pipeline import Pipeline
from bridge.pipeline.step import Step
from bridge.service import journal as journal_module
from bridge.service import keeping as keeping_module
from bridge.service.journal import Journal
from bridge.service.journal_read import read
from bridge.service.keeping import Keeping
from bridge.service.writer import Writer
from bridge.vocabulary.message import Message
from bridge.vocabulary.record import Record
from tests.helpers.compacting import compact
from tests.helpers.heard import until
from tests.helpers.killing import Steps, killed
from tests.helpers.recorded import PBX, messages, replayed, settings
from tests.helpers.samples import ANSWERED
from tests.helpers.story import Story


def message(number: int, channel: str = "c") -> Message:
    return Message(1000.0 + number, PBX, "ami", {"Event": "Newexten", "Uniqueid": channel, "No": str(number)})


def written(path: Path, count: int) -> list[Message]:
    journal = Journal(path)
    told = [message(i) for i in range(count)]
    for m in told:
        journal.append("c", m)
    journal.close()
    return told


@given(cut=st.integers(0, 2000), rubbish=st.binary(max_size=30))
@hypothesis_settings(max_examples=80, deadline=None)
def test_after_a_power_cut_a_damaged_tail_is_cut_and_the_rest_is_whole(
    tmp_path_factory: pytest.TempPathFactory, cut: int, rubbish: bytes
) -> None:
    path = tmp_path_factory.mktemp("journal") / "calls"
    told = written(path, 12)
    os.truncate(path, min(cut, path.stat().st_size))
    with path.open("ab") as file:
        file.write(rubbish)
    reports: list[str] = []
    found, *_ = read(path, reports.append)
    assert found == told[: len(found)]
    journal = Journal(path)
    journal.append("c", message(99))
    journal.close()
    again, *_ = read(path, reports.append)
    assert again == [*found, message(99)]


def test_a_damaged_line_in_the_middle_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "calls"
    told = written(path, 3)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1].replace(b"1001", b"1009") + lines[2])
    reports: list[str] = []
    found, *_ = read(path, reports.append)
    assert found == [told[0], told[2]]
    assert reports == [f"{path}:2: 1 damaged line(s) skipped"]


def test_compacting_keeps_what_belongs_to_calls_in_progress(tmp_path: Path) -> None:
    path = tmp_path / "calls"
    journal = Journal(path)
    for i, channel in enumerate(["over", "open", "over", "open", ""]):
        journal.append(channel, message(i, channel))
    compact(journal, {"open"}, now=1005.0)
    journal.append("open", message(9, "open"))
    journal.close()
    found, *_ = read(path, print)
    assert [m.event["No"] for m in found] == ["1", "3", "4", "9"]


def keep(journal: Journal, step: Step) -> Sequence[Record]:
    """What a step has to keep is in the journal then; the step's records."""
    for about, kept in step.keep:
        journal.append(about, kept)
    return step.records


@pytest.mark.parametrize("name", ["an_agent_consults_by_keys_and_comes_back", "a_browser_may_not_use_the_microphone"])
def test_a_service_killed_at_any_message_goes_on_as_if_nothing_had_happened(name: str, tmp_path: Path) -> None:
    """Where nothing was missed: the same record as without the kill, whatever the moment."""
    story = messages(name)
    whole = replayed(story)
    for killed_at in range(1, len(story), 7):
        path = tmp_path / f"calls{killed_at}"
        journal, first = Journal(path), Pipeline(settings(), PBX, keeps=True)
        records: list[Record] = []
        for m in story[:killed_at]:
            records += keep(journal, first.feed(m))
        journal.close()
        kept, *_ = read(path, print)
        records += replayed([*kept, *story[killed_at:]])
        unique = {msgspec.json.encode(r) for r in records}
        assert unique == {msgspec.json.encode(r) for r in whole}


@pytest.mark.parametrize("is_noticed", [True, False])
@pytest.mark.parametrize("name", ["an_agent_declines_with_603", "an_agent_transfers_blind_to_a_queue"])
def test_a_call_that_ari_alone_told_outlives_the_service_whether_or_not_it_had_noticed_that_ami_was_dead(
    name: str, is_noticed: bool, tmp_path: Path
) -> None:
    story = list(messages(name))
    began = next(i for i, m in enumerate(story) if m.event.get("type") == "ChannelCreated")
    told = [m for i, m in enumerate(story) if i < began or m.src == "ari"]
    over = told[-1].t
    told.append(Message(over + 2, PBX, "ari", {"request": "RollCall", "reply": []}))
    lost = Message(over + 5, PBX, "ami", {"feed": "lost"})
    journal, first = Journal(tmp_path / "calls"), Pipeline(settings(), PBX, keeps=True)
    for m in [*told, lost] if is_noticed else told:
        keep(journal, first.feed(m))
    compact(journal, set(first.open_channels), over + 5)
    journal.close()
    kept, *_ = read(tmp_path / "calls", print)
    restored = replayed(kept if is_noticed else [*kept, lost])
    assert [(r.record_id, r.tags, r.complete) for r in restored] == [
        (r.record_id, r.tags, r.complete) for r in replayed([*told, lost])
    ]
    assert len(restored) == 1


def test_a_service_that_is_restarted_again_and_again_keeps_its_journal_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "LARGEST", 1000)
    path = tmp_path / "calls"
    sizes = []
    for _ in range(5):
        written(path, 20)
        journal = Journal(path)
        assert journal.is_large
        compact(journal, {"open"}, now=5000.0)
        journal.close()
        sizes.append(path.stat().st_size)
    assert sizes == [0] * 5


def test_what_no_call_depends_on_takes_no_room_in_the_journal() -> None:
    pipeline = Pipeline(settings(), PBX, keeps=True)
    state = Message(1.0, PBX, "ami", {"Event": "DeviceStateChange", "Device": "PJSIP/1011", "State": "INUSE"})
    assert pipeline.feed(state).keep == ()
    pause = Message(2.0, PBX, "ami", {"Event": "QueueMemberPause", "Queue": "q", "Interface": "PJSIP/1011"})
    assert pipeline.feed(pause).keep == [("", pause)]


def test_a_long_call_does_not_become_complete_by_a_restart(tmp_path: Path) -> None:
    """When a feed was away is kept for calls that are still up, however long ago it was."""
    path = tmp_path / "calls"
    journal = Journal(path)
    journal.append("open", message(0, "open"))
    journal.append("", Message(1001.0, PBX, "ami", {"feed": "lost"}))
    journal.append("", Message(1002.0, PBX, "ami", {"feed": "connected"}))
    compact(journal, {"open"}, now=1000.0 + 7200)
    journal.close()
    found, *_ = read(path, print)
    assert [m.event.get("feed") for m in found] == [None, "lost", "connected"]


def test_a_compaction_that_a_full_disk_stops_leaves_nothing_behind_that_takes_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "calls"
    told = written(path, 3)
    taken = path.stat().st_size
    journal = Journal(path)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            compact(journal, {"c"}, now=1005.0)
    assert sum(each.stat().st_size for each in tmp_path.iterdir()) == taken
    journal.append("c", message(3))
    assert read(path, print).messages == [*told, message(3)]
    compact(journal, {"c"}, now=1005.0)
    journal.append("c", message(4))
    journal.close()
    assert read(path, print).messages == [*told, message(3), message(4)]


def test_a_service_killed_while_it_compacts_its_journal_has_heard_all_and_nothing_twice(tmp_path: Path) -> None:
    def work(path: Path, step: int) -> None:
        journal, steps = Journal(path), Steps(step)
        for name in ("open", "rename", "replace", "unlink"):
            steps.around(Path, name)
        for number in range(6):
            journal.append("open", message(number, "open"))
            journal.append("over", message(number, "over"))
            if number % 2:
                compact(journal, {"open"}, now=1005.0)
        journal.close()

    reached = []
    for step in range(1, 200):
        path = tmp_path / f"calls{step}"
        was_killed = killed(partial(work, path, step))
        heard = [m.event["No"] for m in read(path, print).messages if m.event["Uniqueid"] == "open"]
        assert heard == [str(number) for number in range(len(heard))]
        reached.append(len(heard))
        if not was_killed:
            break
    assert reached == sorted(reached)
    assert {*reached} == {2, 4, 6}


def test_what_a_browser_phone_said_of_a_call_in_progress_outlives_a_compaction(tmp_path: Path) -> None:
    name = "an_agent_declines_and_the_phone_says_480"
    story = list(messages(name))
    rang = next(i for i, m in enumerate(story) if m.event.get("ChannelStateDesc") == "Ringing")
    word = {"device": "PJSIP/1011", "report": "media_failed"}
    story.insert(rang + 1, Message(story[rang].t, PBX, "endpoint", word))
    path = tmp_path / "calls"
    journal, first = Journal(path), Pipeline(settings(), PBX, keeps=True)
    for m in story[: rang + 5]:
        keep(journal, first.feed(m))
    compact(journal, set(first.open_channels), story[rang].t + 3600)
    journal.close()
    kept, *_ = read(path, print)
    (record,) = replayed([*kept, *story[rang + 5 :]])
    assert record.offers[0].outcome == "cpe_rejected"


def test_a_list_of_calls_in_progress_brings_back_none_that_is_on_record_since(tmp_path: Path) -> None:
    """It is kept for the call that goes on, whatever else it listed."""

    def listed(*devices: str) -> list[dict[str, object]]:
        return [
            {"id": f"1000.{i}", "name": f"PJSIP/{device}-0000000{i}", "state": "Up", "protocol_id": f"sip-{i}"}
            for i, device in enumerate(devices)
        ]

    pipeline, journal = Pipeline(settings(), PBX, keeps=True), Journal(tmp_path / "calls")
    for m in (
        Message(1000.0, PBX, "ari", {"feed": "connected"}),
        Message(1000.1, PBX, "ari", {"request": "GET /channels", "reply": listed("1011", "1012")}),
        Message(1000.2, PBX, "ari", {"request": "GET /bridges", "reply": []}),
        Message(1001.0, PBX, "ari", {"type": "ChannelDestroyed", "channel": listed("1011")[0]}),
    ):
        keep(journal, pipeline.feed(m))
    pipeline.advance(1001.5)
    pipeline.advance(1012.0)
    assert {*pipeline.open_channels} == {"1000.1"}
    compact(journal, {*pipeline.open_channels}, 1012.0)
    journal.close()
    kept, *_ = read(tmp_path / "calls", print)
    restored = Pipeline(settings(), PBX)
    for m in kept:
        restored.feed(m)
    assert {*restored.open_channels} == {"1000.1"}


class Disk:
    """A full disk under a journal."""

    def __init__(self, journal: Journal) -> None:
        self.file, self.room, self.asked = journal._file, 0, 0
        journal._file = self  # type: ignore[assignment]

    def write(self, line: bytes) -> int | None:
        self.asked += 1
        if self.room == 0:
            raise OSError(28, "No space left on device")
        fits = line[: self.room]
        self.room -= len(fits)
        return self.file.write(fits)

    def fileno(self) -> int:
        return self.file.fileno()

    def close(self) -> None:
        self.file.close()


def test_what_a_full_disk_kept_from_the_journal_for_too_long_is_a_gap_in_the_calls_of_every_pbx(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "calls"
    keeping = Keeping(path, [("pbx1", "ami"), ("pbx1", "ari"), ("pbx2", "ami")])
    keeping.keep("c", message(0))

    monkeypatch.setattr(keeping_module, "MOST_LATE", 2)
    disk = Disk(keeping._journal)
    with capture_logs() as told:
        for number in (1, 2, 3, 4):
            keeping.keep("c", message(number))
        disk.room = 10**6
        keeping.keep("c", message(5))
    keeping.close()
    found, *_ = read(path, print)
    gaps = [(m.t, m.pbx, m.src, m.event["feed"]) for m in found if "feed" in m.event]
    assert gaps == [
        (t, pbx, src, word)
        for t, word in ((1001.0, "lost"), (1003.0, "connected"))
        for pbx, src in (("pbx1", "ami"), ("pbx1", "ari"), ("pbx2", "ami"))
    ]
    assert [m for m in found if "feed" not in m.event] == [message(number) for number in (0, 3, 4, 5)]
    assert [line["event"] for line in told] == ["journal_failed", "journal_recovered"]


def test_messages_that_a_full_disk_kept_out_of_the_journal_are_written_when_there_is_room_again(
    tmp_path: Path,
) -> None:
    path = tmp_path / "calls"
    keeping = Keeping(path, [("pbx1", "ami")])
    keeping.keep("c", message(0))
    disk = Disk(keeping._journal)
    with capture_logs():
        for number in range(1, 9):
            disk.room += 100  # in which not a whole line may fit
            keeping.keep("c", message(number))
        disk.room = 10**6
        keeping.keep("c", message(9))
    keeping.close()
    assert read(path, print).messages == [message(number) for number in range(10)]


async def test_nobody_is_thanked_for_what_the_disk_has_no_room_for_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping_module, "EVERY", 0.01)
    path = tmp_path / "calls"
    keeping = Keeping(path, [("pbx1", "ami")])
    disk = Disk(keeping._journal)
    with capture_logs():
        keeping.keep("c", message(0))
        kept = asyncio.create_task(keeping.kept())
        await until(lambda: disk.asked > 3)
        assert not kept.done()
        disk.room = 10**6
        await kept
    assert read(path, print).messages == [message(0)]
    keeping.close()


def test_a_service_that_dies_on_a_full_disk_was_not_listening_since_it_was_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "calls"
    written(path, 1)
    os.utime(path, (1005.0, 1005.0))
    journal = Journal(path)
    journal.fails = True
    journal.sync()
    journal.close()
    assert read(path, print).alive == 1005.0


def test_what_was_seen_after_an_outage_still_counts_after_a_restart(tmp_path: Path) -> None:
    """When the outage ended is kept with when it began, or all that came after it would be in doubt."""
    story = Story()
    story.feed("connected")
    story.listed()
    customer, agent = story.after(1).connected()
    story.after(10).feed("lost")
    story.after(1).feed("connected")
    story.listed({**customer, "BridgeId": "room"}, {**agent, "BridgeId": "room"})
    story.after(3600).event("Hold", **agent)
    pipeline = Pipeline(story.given, "pbx", keeps=True)
    journal = Journal(tmp_path / "calls")
    for m in story.messages:
        keep(journal, pipeline.feed(m))
    compact(journal, set(pipeline.open_channels), story.messages[-1].t)
    journal.close()
    story.messages, *_ = read(tmp_path / "calls", print)
    assert len(story.messages) < 20
    story.after(10).hang_up(customer)
    story.gone(agent, customer)
    record = story.only()
    assert not record.complete
    assert record.tags == ["incoming_dn_call", "customer_disconnect"]


@pytest.mark.parametrize("channel", ["1.1\n2.2", "a b", "a%20b", "-", "=", "客戶", "1.1\r", "\x00"])
def test_whatever_the_pbx_calls_a_channel_its_line_is_whole_and_kept_as_long_as_its_call(
    channel: str, tmp_path: Path
) -> None:
    path = tmp_path / "calls"
    journal = Journal(path)
    journal.append(channel, message(1))
    journal.append("other", message(2))
    compact(journal, {channel}, 0.0)
    journal.close()
    reports: list[str] = []
    assert read(path, reports.append).messages == [message(1)]
    assert reports == []


def test_a_clock_that_was_set_back_while_the_service_was_down_holds_no_record_back(tmp_path: Path) -> None:
    path = tmp_path / "calls"
    later = time.time() + 3600
    journal = Journal(path)
    for number in range(3):
        journal.append("a", Message(later + number, PBX, "ami", {"Event": "Newchannel", "Uniqueid": "a"}))
    journal.close()
    keeping = Keeping(path, [(PBX, "ami"), (PBX, "ari")])
    heard: list[Message] = []
    with capture_logs() as logs:
        keeping.restore(heard.append)
    keeping.close()
    told = [(m.src, m.event["feed"]) for m in heard if "feed" in m.event]
    assert told == [("ami", "lost"), ("ari", "lost"), ("ami", "clock")]
    assert heard[-1].event["by"] == pytest.approx(-3602.0, abs=5)
    assert "clock_was_set" in [line["event"] for line in logs]
    assert read(path, print).messages[-1] == heard[-1], "the next restart knows of it, too"


def test_a_call_in_a_room_that_is_older_than_what_is_kept_of_rooms_is_told_whole_after_a_restart(
    tmp_path: Path,
) -> None:
    story = Story()
    story.feed("connected")
    story.listed()
    story.event("BridgeCreate", BridgeUniqueid="room", BridgeTechnology="softmix")
    room = {"BridgeUniqueid": "room", "BridgeTechnology": "softmix", "BridgeCreator": "ConfBridge"}
    agent = story.after(10).channel("PJSIP/1001", "Up")
    story.event("Newexten", **agent, Application="ConfBridge", AppData="room", Context="staff")
    story.event("BridgeEnter", **room, **agent)
    sitting = len(story.messages)
    customer = story.after(3600).call_in()
    story.event("Newexten", **customer, Application="ConfBridge", AppData="room", Context="staff")
    story.event("BridgeEnter", **room, **customer)
    talking = len(story.messages)
    story.after(30).hang_up(customer)
    story.event("BridgeLeave", **room, **customer)
    story.gone(customer)

    path = tmp_path / "calls"
    journal, first = Journal(path), Pipeline(story.given, "pbx", keeps=True)
    for told in story.messages[:sitting]:
        keep(journal, first.feed(told))
    compact(journal, {*first.open_channels, *first.open_bridges}, now=story.messages[sitting - 1].t + 1800)
    for told in story.messages[sitting:talking]:
        keep(journal, first.feed(told))
    journal.close()
    kept, *_ = read(path, print)
    assert replayed([*kept, *story.messages[talking:]], story.given) == story.told()


async def test_a_record_is_written_only_after_the_journal_has_every_message_that_it_was_made_of(
    tmp_path: Path,
) -> None:
    keeping = Keeping(tmp_path / "calls", [(PBX, "ami")])
    found: list[list[Message]] = []

    class Sink:
        def write(self, records: Sequence[object]) -> None:
            found.append(read(tmp_path / "calls", print).messages)

        def close(self) -> None: ...

    writer = Writer(Sink(), "x")
    writing = asyncio.create_task(writer.run())
    await asyncio.sleep(0)  # it waits
    for number in range(3):
        keeping.take(PBX, Step(keep=[("c", message(number))]))
    writer.put([ANSWERED])
    writer.finish()
    await writing
    keeping.close()
    assert found == [[message(0), message(1), message(2)]]


async def test_what_one_turn_of_the_loop_has_brought_is_one_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping = Keeping(tmp_path / "calls", [(PBX, "ami")])
    sizes: list[int] = []
    write = Journal._write
    monkeypatch.setattr(Journal, "_write", lambda self, lines: [sizes.append(lines.count(b"\n")), write(self, lines)])
    for number in range(3):
        keeping.take(PBX, Step(keep=[("c", message(number))]))
    assert sizes == []
    await asyncio.sleep(0)
    assert sizes == [3]
    keeping.close()
    assert read(tmp_path / "calls", print).messages == [message(0), message(1), message(2)]
