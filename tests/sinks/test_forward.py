"""From the outbox to sinks that fail in every way."""

import itertools
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bridge.config import Settings
from bridge.errors import SinkError
from bridge.records.worth import worth
from bridge.service.metrics import Metrics
from bridge.sinks import forward, worker
from bridge.sinks.forward import Forwarder
from bridge.store.outbox import Outbox
from bridge.store.records import SqliteStore
from bridge.vocabulary.record import Record
from tests.helpers.samples import ABANDONED, ANSWERED, SUPERVISED
from tests.helpers.servers import until

Answer = Callable[[Sequence[Record]], None]


class Scripted:
    """A sink that answers each write as the script says, and then takes everything."""

    def __init__(self, script: Sequence[Answer] = ()) -> None:
        self._script = iter(script)
        self.answer: Answer | None = None
        """Of every write after the script."""
        self.writes: list[list[Record]] = []

    def write(self, records: Sequence[Record]) -> None:
        self.writes.append(list(records))
        answer = next(self._script, self.answer)
        if answer is not None:
            answer(records)

    def check(self) -> str:
        return ""

    def close(self) -> None: ...

    @property
    def seen(self) -> list[Record]:
        return list(itertools.chain(*self.writes))


def down(records: Sequence[Record]) -> None:
    raise SinkError("sink crm: no connection; see url")


def refuse(*names: str) -> Answer:
    def answer(records: Sequence[Record]) -> None:
        here = {record.record_id for record in records}
        if refused := {name: "HTTP 422" for name in names if name in here}:
            raise SinkError("sink crm: records refused", delivered=here - set(refused), refused=refused)

    return answer


def fail(*names: str) -> Answer:
    def answer(records: Sequence[Record]) -> None:
        here = {record.record_id for record in records}
        if here & set(names):
            raise SinkError("sink crm: HTTP 500; see url", delivered=here - set(names))

    return answer


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"FIRST_PAUSE": 0.001, "LONGEST_PAUSE": 0.004, "LONGEST_WAIT": 0.01, "LOOK": 0.01}.items():
        monkeypatch.setattr(forward, name, value)


@contextmanager
def forwarding(path: str, *sinks: tuple[str, Scripted], keep: bool = True) -> Iterator[list[Forwarder]]:
    forwarders = [Forwarder(name, Outbox(path, keep=keep), lambda sink=sink: sink) for name, sink in sinks]
    for forwarder in forwarders:
        forwarder.start()
    try:
        yield forwarders
    finally:
        for forwarder in forwarders:
            forwarder.finish()
        assert all(forwarder.join(20) for forwarder in forwarders)


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "calls.db")


def waiting(path: str, sink: str = "crm") -> tuple[int, int]:
    """How many records wait for the sink, and how many it refused."""
    box = Outbox(path)
    depth = next(depth for depth in box.depths([sink]) if depth.sink == sink)
    box.close()
    return depth.waiting, depth.dead


def put(path: str, *records: Record, sinks: Sequence[str] = ("crm",)) -> None:
    store = SqliteStore(path, outbox=sinks)
    store.write(records)
    store.close()


def test_what_was_written_while_a_sink_was_down_reaches_it_when_it_is_back(path: str) -> None:
    put(path, ANSWERED, ABANDONED)
    crm = Scripted([down, down, down])
    with capture_logs() as logs, forwarding(path, ("crm", crm)):
        until(lambda: waiting(path) == (0, 0), "delivery")
    assert {record.record_id for record in crm.seen[3:]} == {ANSWERED.record_id, ABANDONED.record_id}
    assert [line["event"] for line in logs] == ["sink_failed", "sink_recovered"], "an outage is told once"


def test_a_sink_that_is_down_is_knocked_at_with_one_record_and_slows_no_other(path: str) -> None:
    records = [msgspec.structs.replace(ANSWERED, record_id=str(number)) for number in range(500)]
    put(path, *records, sinks=["crm", "archive"])
    crm, archive = Scripted(), Scripted()
    crm.answer = down
    with capture_logs(), forwarding(path, ("crm", crm), ("archive", archive)):
        until(lambda: waiting(path, "archive") == (0, 0) and len(crm.writes) > 3, "the archive")
        assert waiting(path) == (500, 0)
    assert {len(write) for write in crm.writes[1:]} == {1}
    assert len({write[0].record_id for write in crm.writes[1:4]}) == 3, "with another one each time"


def test_a_call_that_a_sink_refuses_is_put_aside_and_sent_again_when_asked_for(path: str) -> None:
    put(path, ANSWERED, ABANDONED, SUPERVISED)
    crm = Scripted()
    crm.answer = refuse(ABANDONED.record_id)
    with capture_logs(), forwarding(path, ("crm", crm)):
        until(lambda: waiting(path) == (0, 1), "delivery")
        box = Outbox(path)
        assert [dead[0:1] + dead[2:3] + dead[4:] for dead in box.dead()] == [("crm", ABANDONED.call_id, "HTTP 422")]
        crm.answer = None
        assert box.retry("crm") == 1
        box.close()
        until(lambda: waiting(path) == (0, 0), "the retry")
    assert crm.writes[-1] == [ABANDONED]


def test_a_call_at_which_the_sink_stumbles_each_time_is_put_aside_in_the_end(path: str) -> None:
    put(path, ANSWERED)
    crm = Scripted()
    crm.answer = fail(ANSWERED.record_id)
    with capture_logs(), forwarding(path, ("crm", crm)) as (forwarder,):
        until(lambda: len(crm.writes) > 2 * forward.TRIES, "tries")
        assert waiting(path) == (1, 0), "while the sink takes nothing else, it is the sink"
        for number in itertools.count():
            put(path, msgspec.structs.replace(ABANDONED, record_id=str(number)))
            forwarder.wake()
            until(lambda: waiting(path)[0] <= 1, "the others")
            if waiting(path) == (0, 1):
                break
    assert number + 1 >= forward.TRIES


def test_a_better_version_takes_the_place_of_one_that_waits_or_was_refused(path: str) -> None:
    put(path, ANSWERED, ABANDONED)
    crm = Scripted([refuse(ANSWERED.record_id)])
    with capture_logs(), forwarding(path, ("crm", crm)) as (forwarder,):
        until(lambda: waiting(path) == (0, 1), "the refusal")
        revised = msgspec.structs.replace(ANSWERED, revision=2)
        put(path, revised)
        forwarder.wake()
        until(lambda: waiting(path) == (0, 0), "delivery")
    assert crm.writes[-1] == [revised]


def test_a_version_that_is_written_while_an_older_one_is_on_its_way_follows_it(path: str) -> None:
    put(path, ANSWERED)
    revised = msgspec.structs.replace(ANSWERED, revision=2)
    crm = Scripted([lambda records: put(path, revised)])
    with forwarding(path, ("crm", crm)):
        until(lambda: waiting(path) == (0, 0), "delivery")
    assert crm.writes == [[ANSWERED], [revised]]


def test_a_record_written_again_is_not_delivered_again(path: str) -> None:
    put(path, ANSWERED)
    crm = Scripted()
    with forwarding(path, ("crm", crm)) as (forwarder,):
        until(lambda: waiting(path) == (0, 0), "delivery")
        put(path, ANSWERED, msgspec.structs.replace(ANSWERED, complete=False))
        forwarder.wake()
    assert crm.seen == [ANSWERED]


def test_a_sink_that_asks_for_a_pause_is_tried_at_once_when_the_operator_says_so(path: str) -> None:
    def busy(records: Sequence[Record]) -> None:
        raise SinkError("sink crm: HTTP 429; see url", pause=3600)

    put(path, ANSWERED)
    crm = Scripted([busy])
    with pytest.MonkeyPatch.context() as patch, capture_logs(), forwarding(path, ("crm", crm)):
        patch.setattr(forward, "LONGEST_WAIT", 3600.0)
        until(lambda: crm.writes, "the first try")
        box = Outbox(path)
        until(lambda: box.depths(["crm"])[0].failing_since, "the pause")
        box.retry("crm")
        until(lambda: waiting(path) == (0, 0), "delivery")
        box.close()
    assert len(crm.writes) == 2


def test_a_sink_with_a_fault_of_its_own_is_told_without_the_call(path: str) -> None:
    def trip(records: Sequence[Record]) -> None:
        raise KeyError(records[0].call_id)

    put(path, ANSWERED)
    with capture_logs() as logs, forwarding(path, ("crm", Scripted([trip]))):
        until(lambda: waiting(path) == (0, 0), "delivery")
    assert logs[0]["why"] == "sink crm: failed with KeyError; report this"


def test_a_disk_that_is_full_when_a_delivery_is_to_be_noted_costs_a_second_delivery_and_no_call(path: str) -> None:
    put(path, ANSWERED)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TRIGGER full BEFORE DELETE ON outbox BEGIN SELECT RAISE(FAIL, 'disk is full'); END")
    crm = Scripted()
    with capture_logs() as logs, forwarding(path, ("crm", crm)):
        until(lambda: len(crm.writes) > 2, "deliveries")
        other.execute("DROP TRIGGER full")
        until(lambda: waiting(path) == (0, 0), "delivery")
    other.close()
    assert [line["event"] for line in logs] == ["sink_failed", "sink_recovered"]
    assert logs[0]["why"] == "outbox: disk is full; make room, or see who else holds the file"


def test_without_a_store_a_record_is_kept_only_until_every_sink_has_it(path: str) -> None:
    store = SqliteStore(path, outbox=["crm", "archive"], keep=False)
    store.write([ANSWERED, ABANDONED])
    crm, archive = Scripted(), Scripted()
    archive.answer = refuse(ABANDONED.record_id)
    with capture_logs(), forwarding(path, ("crm", crm), ("archive", archive), keep=False):
        until(lambda: waiting(path) == (0, 0) and waiting(path, "archive") == (0, 1), "delivery")
        box = Outbox(path)
        assert [dead.record_id for dead in box.dead()] == [ABANDONED.record_id], "it can still be sent again"
        archive.answer = None
        box.retry("archive")
        box.close()
        until(lambda: waiting(path, "archive") == (0, 0), "delivery")
    assert store._db.execute("SELECT count(*) FROM records").fetchone() == (0,)
    store.close()


def test_a_row_that_is_no_record_is_put_aside_with_the_reason_and_the_others_are_delivered(path: str) -> None:
    put(path, ANSWERED, ABANDONED, SUPERVISED)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE records SET json = '{\"version\":1}' WHERE record_id = ?", (ABANDONED.record_id,))
        db.execute("UPDATE records SET json = CAST(x'30393837ff' AS TEXT) WHERE record_id = ?", (ANSWERED.record_id,))
        db.execute("INSERT INTO outbox (sink, record_id, worth, queued, due) VALUES ('crm', 'nobody', '', 0, 0)")
    crm = Scripted()
    with capture_logs() as logs, forwarding(path, ("crm", crm)):
        until(lambda: waiting(path) == (0, 3), "delivery")
    assert crm.seen == [SUPERVISED]
    box = Outbox(path)
    whys = {dead.record_id: dead.why for dead in box.dead()}
    box.close()
    unreadable = "cannot be read: the store holds what is no record"
    assert whys == {ABANDONED.record_id: unreadable, ANSWERED.record_id: unreadable, "nobody": "is not in the store"}
    assert [line["event"] for line in logs] == ["records_refused"]
    assert "0987" not in str(logs)


def test_a_worker_that_dies_is_seen_and_started_again_and_loses_no_call(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(path, ANSWERED)
    monkeypatch.setattr(worker, "FIRST_REST", 0.001)
    crm, settle, deaths = Scripted(), Forwarder._settle, iter([MemoryError(), SystemExit(), KeyError("0987")])

    def dying(self: Forwarder, *arguments: Any) -> None:
        if (death := next(deaths, None)) is not None:
            raise death
        settle(self, *arguments)

    monkeypatch.setattr(Forwarder, "_settle", dying)
    with capture_logs() as logs, forwarding(path, ("crm", crm)) as (forwarder,):
        until(lambda: waiting(path) == (0, 0), "delivery")
        metrics = Metrics(Settings(), {}, [], [forwarder.worker])
        (problem,) = metrics.problems()
        assert problem.startswith("sink crm failed with KeyError in test_forward.py:")
        assert b'callbridge_worker_failures_total{worker="sink crm"} 3.0' in metrics.text(())
    assert {line["event"] for line in logs} == {"worker_failed"}
    assert "0987" not in f"{logs} {problem}"


@pytest.mark.parametrize("happens", ["was deleted", "was replaced by another file"])
def test_a_store_that_is_not_at_its_place_any_more_is_noticed_and_takes_nothing(path: str, happens: str) -> None:
    store = SqliteStore(path, outbox=["crm"])
    store.write([ANSWERED])
    crm = Scripted()
    with capture_logs() as logs, forwarding(path, ("crm", crm)):
        until(lambda: waiting(path) == (0, 0), "delivery")
        aside = Path(path).rename(Path(path).with_name("aside.db"))
        if "replaced" in happens:
            shutil.copy(aside, path)
        with pytest.raises(SinkError, match=f"calls.db: {happens}; stop the service, move its -wal and -shm away"):
            store.write([ABANDONED])
        until(lambda: logs, "notice")
        aside.replace(path)
        store.write([ABANDONED])
        until(lambda: ABANDONED in crm.seen and waiting(path) == (0, 0), "delivery")
    assert [line["event"] for line in logs] == ["sink_failed", "sink_recovered"]
    assert f"outbox: {happens}" in logs[0]["why"]
    store.close()


VERSIONS = st.lists(
    st.builds(
        lambda call, revision, complete: msgspec.structs.replace(
            ANSWERED, record_id=call, call_id=call, linked_ids=[call], revision=revision, complete=complete
        ),
        st.sampled_from("abc"),
        st.integers(1, 4),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)
SCRIPTS = st.lists(
    st.one_of(
        st.just(down),
        st.builds(fail, st.sampled_from("abc")),
        st.builds(fail, st.sampled_from("abc"), st.sampled_from("abc")),
    ),
    max_size=8,
)


@bounded(max_examples=40, deadline=None)
@given(VERSIONS, SCRIPTS)
def test_however_a_sink_fails_it_gets_the_best_version_of_each_call_and_never_a_worse_one_after_it(
    versions: list[Record], script: list[Answer]
) -> None:
    with tempfile.TemporaryDirectory() as folder, capture_logs():
        path = str(Path(folder, "calls.db"))
        put(path)
        crm = Scripted(script)
        with forwarding(path, ("crm", crm)) as (forwarder,):
            for record in versions:
                put(path, record)
                forwarder.wake()
            until(lambda: waiting(path) == (0, 0), "delivery")
    for call in {record.record_id for record in versions}:
        worths = [value(record) for record in crm.seen if record.record_id == call]
        assert worths == sorted(worths)
        assert worths[-1] == max(value(record) for record in versions if record.record_id == call)


def value(record: Record) -> str:
    return worth(record.revision, record.complete, msgspec.json.encode(record))
