"""Servers that go away in the middle of their work and come back: each call arrives once, and one line tells it."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from bridge.sinks import forward
from bridge.sinks.forward import Forwarder
from bridge.sinks.sink import Sink
from bridge.store.outbox import Outbox
from bridge.store.records import SqliteStore
from bridge.vocabulary.record import Record
from tests.helpers.calls_database import ask as ask_database
from tests.helpers.calls_database import kept
from tests.helpers.samples import ABANDONED, ANSWERED
from tests.helpers.servers import Server, until
from tests.sinks import test_jetstream as jetstream
from tests.sinks import test_postgres as postgres
from tests.sinks.test_jetstream import cluster, stream  # noqa: F401

MANY = [msgspec.structs.replace(ANSWERED, record_id=f"{number:04}") for number in range(200)]
NAME = "archive"


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"FIRST_PAUSE": 0.05, "LONGEST_PAUSE": 0.2, "LONGEST_WAIT": 0.2, "LOOK": 0.05}.items():
        monkeypatch.setattr(forward, name, value)


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "calls.db")


@contextmanager
def forwarding(path: str, open_sink: Callable[[], Sink]) -> Iterator[Forwarder]:
    forwarder = Forwarder(NAME, Outbox(path), open_sink)
    forwarder.start()
    try:
        yield forwarder
    finally:
        forwarder.finish()
        assert forwarder.join(20)


def put(path: str, records: list[Record]) -> None:
    store = SqliteStore(path, outbox=[NAME])
    store.write(records)
    store.close()


def waits(path: str) -> tuple[int, int, str | None]:
    """How many records wait, how many were refused, and why the sink fails, as `/metrics` and `outbox` tell it."""
    box = Outbox(path)
    (depth,) = box.depths([NAME])
    box.close()
    return depth.waiting, depth.dead, depth.why


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_a_database_that_is_restarted_while_it_writes_gets_every_call_once_and_one_line_tells_it(
    how: signal.Signals, path: str, database: Server
) -> None:
    postgres.sink(database).write([ABANDONED])
    holder = ask_database(database)  # somebody holds the table, so that the batch is under way at the restart
    holder.execute("BEGIN")
    holder.execute("LOCK TABLE callbridge.records IN SHARE MODE")
    put(path, MANY)
    held = "SELECT 1 FROM pg_stat_activity WHERE usename = 'callbridge' AND wait_event_type = 'Lock'"
    with capture_logs() as logs, forwarding(path, lambda: postgres.sink(database)):
        with ask_database(database, "template1") as watch:
            until(lambda: watch.execute(held).fetchone(), "the batch to wait for the table")
        database.stop(how)
        until(lambda: waits(path)[2], "the failure to be told")
        assert waits(path)[:2] == (len(MANY), 0)
        database.start()
        until(lambda: waits(path) == (0, 0, None), "delivery")
    assert sorted(record.record_id for record in kept(database)) == sorted(r.record_id for r in [ABANDONED, *MANY])
    assert [line["event"] for line in logs] == ["sink_failed", "sink_recovered"]


@contextmanager
def out_and_back(path: str, servers: list[Server], name: str) -> Iterator[None]:
    """The stream has got one call when the body takes it away; it gets what comes after that once, and one line tells
    of each, the failure and the recovery."""
    instance = jetstream.sink(servers, name)
    until(lambda: jetstream.written(instance, ABANDONED), "the stream's leader")
    instance.close()
    put(path, MANY[:1])
    with capture_logs() as logs, forwarding(path, lambda: jetstream.sink(servers, name)):
        until(lambda: waits(path) == (0, 0, None), "delivery")
        yield
        until(lambda: waits(path) == (0, 0, None), "delivery")
    found = [record.record_id for _, record in jetstream.messages(servers, name)]
    assert sorted(found) == sorted(record.record_id for record in MANY[1:])
    assert [line["event"] for line in logs] == ["sink_failed", "sink_recovered"]


def test_a_stream_that_somebody_deletes_is_made_again_and_gets_what_comes_after_it_once(
    path: str,
    cluster: list[Server],  # noqa: F811
    stream: str,  # noqa: F811
) -> None:
    with out_and_back(path, cluster, stream):
        jetstream.ask(cluster, lambda js: js.delete_stream(stream))
        put(path, MANY[1:])


def test_calls_wait_while_another_stream_has_the_place_of_ours_and_then_arrive_once(
    path: str,
    cluster: list[Server],  # noqa: F811
    stream: str,  # noqa: F811
) -> None:
    async def replace(js: jetstream.JetStreamContext) -> None:
        await js.delete_stream(stream)
        await js.add_stream(name="OTHER", subjects=["callbridge.>"])

    with out_and_back(path, cluster, stream):
        jetstream.ask(cluster, replace)
        put(path, MANY[1:])
        until(lambda: waits(path)[2], "the failure to be told")
        assert waits(path)[:2] == (len(MANY) - 1, 0)
        jetstream.ask(cluster, lambda js: js.delete_stream("OTHER"))
