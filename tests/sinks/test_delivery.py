"""Every kind of sink at once, fed by one service, through an outage of each."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from bridge.config import Settings
from bridge.config.sinks import JsonlSink, NatsSink, PostgresSink, SqliteSink, WebhookSink
from bridge.errors import SinkError
from bridge.sinks import forward
from bridge.sinks.delivery import Delivery
from bridge.sinks.jetstream import JetStream
from bridge.store.outbox import Outbox
from bridge.store.reader import find
from bridge.vocabulary.record import Record
from tests.helpers.calls_database import PASSWORD, kept
from tests.helpers.receiver import Receiver, receiver
from tests.helpers.samples import ABANDONED, ANSWERED, SUPERVISED
from tests.helpers.servers import ADDRESS, Server, nats_cluster, until


@pytest.fixture
def crm() -> Iterator[Receiver]:
    with receiver() as crm:
        yield crm


def lines(path: Path) -> list[Record]:
    return [msgspec.json.decode(line, type=Record) for line in path.read_bytes().splitlines()]


def depths(path: Path) -> dict[str, int]:
    box = Outbox(str(path))
    found = {depth.sink: depth.waiting for depth in box.depths([])}
    box.close()
    return found


def many(count: int) -> list[Record]:
    return [msgspec.structs.replace(ANSWERED, record_id=f"{number:04}") for number in range(count)]


def test_each_sink_gets_every_call_whichever_of_them_is_down_meanwhile(
    database: Server, crm: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forward, "LONGEST_PAUSE", 0.5)
    store, jsonl = tmp_path / "calls.db", tmp_path / "calls.jsonl"
    with nats_cluster(tmp_path, 1) as (nats_server,), capture_logs() as logs:
        stream = NatsSink(servers=[f"nats://{ADDRESS}:{nats_server.port}"], username="bridge", secret="s3cret")
        dsn = f"host={ADDRESS} port={database.port} dbname=calls user=callbridge"
        sinks = [
            SqliteSink(path=str(store)),
            JsonlSink(path=str(jsonl)),
            PostgresSink(dsn=dsn, secret=PASSWORD),
            stream,
            WebhookSink(url=crm.url, secret="s3cret"),
        ]
        delivery = Delivery(Settings(sink=list(sinks)))
        (_, local), *_ = delivery.local
        records = many(300)
        try:
            local.write(records[:100])
            until(lambda: not depths(store), "the first hundred")
            database.stop(signal.SIGQUIT)
            local.write(records[100:150])
            until(lambda: depths(store) == {"postgres": 50}, "all but PostgreSQL")
            nats_server.stop(signal.SIGKILL)
            local.write(records[150:200])
            until(lambda: depths(store) == {"postgres": 100, "nats": 50}, "all but PostgreSQL and NATS")
            database.start()
            local.write(records[200:250])
            until(lambda: depths(store) == {"nats": 100}, "all but NATS")
            nats_server.start()
            until(lambda: not depths(store), "all")
            local.write(records[250:])
            until(lambda: not depths(store), "the rest")
        finally:
            delivery.close()
        looking = JetStream(stream, "s3cret")
        assert looking._do(_messages(looking)) == 300
        looking.close()
    assert {r.record_id for r in find(str(store))} == {r.record_id for r in kept(database)}
    assert len(kept(database)) == len({request.record.record_id for request in crm.taken}) == 300
    assert sorted(record.record_id for record in lines(jsonl)) == [record.record_id for record in records]
    told = [(line["event"], line["sink"]) for line in logs]
    assert sorted(told) == [
        (event, name) for event in ("sink_failed", "sink_recovered") for name in ("nats", "postgres")
    ]
    assert "s3cret" not in str(logs)


async def _messages(looking: JetStream) -> int:
    client = await looking._connected()
    return (await client.jetstream().stream_info("CALLBRIDGE")).state.messages


def test_two_services_on_one_pbx_bring_the_more_complete_record_to_one_database_and_either_may_die(
    database: Server, tmp_path: Path
) -> None:
    """Both are processes of their own; one saw only half of each call and is killed in the middle."""
    dsn = f"host={ADDRESS} port={database.port} dbname=calls user=callbridge"
    records = many(120)

    def serve(name: str, complete: bool, count: int) -> int:
        sinks = [SqliteSink(path=str(tmp_path / name)), PostgresSink(dsn=dsn, secret=PASSWORD)]
        if (child := os.fork()) == 0:
            with contextlib.suppress(BaseException):
                delivery = Delivery(Settings(sink=list(sinks)))
                for record in records[:count]:
                    delivery.local[0][1].write([msgspec.structs.replace(record, complete=complete)])
                if count < len(records):
                    os.kill(os.getpid(), signal.SIGKILL)
                until(lambda: not depths(tmp_path / name), "delivery")
                delivery.close()
                os._exit(0)
            os._exit(1)
        return child

    sys.stdout.flush()
    children = [serve("first.db", False, 70), serve("second.db", True, 120)]
    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert ends == [-signal.SIGKILL, 0]
    again = serve("first.db", False, 120)
    assert os.waitstatus_to_exitcode(os.waitpid(again, 0)[1]) == 0
    assert sorted(kept(database), key=lambda record: record.record_id) == records


def test_a_sink_that_is_away_keeps_neither_the_start_nor_the_stop_waiting(tmp_path: Path) -> None:
    with receiver() as gone:
        pass
    settings = Settings(
        sink=[SqliteSink(path=str(tmp_path / "calls.db")), WebhookSink(url=gone.url, secret="s3cret")]
    )
    with capture_logs():
        began = time.monotonic()
        delivery = Delivery(settings)
        delivery.local[0][1].write([ANSWERED])
        delivery.close()
    assert time.monotonic() - began < 5
    assert depths(tmp_path / "calls.db") == {"webhook": 1}


def test_what_waited_at_the_stop_is_delivered_after_the_next_start(crm: Receiver, tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    with receiver() as gone:
        pass
    for url in (gone.url, crm.url):
        with capture_logs():
            delivery = Delivery(
                Settings(sink=[SqliteSink(path=str(path)), WebhookSink(name="crm", url=url, secret="s3cret")])
            )
            if url == gone.url:
                delivery.local[0][1].write([ANSWERED, ABANDONED, SUPERVISED])
            else:
                until(lambda: not depths(path), "delivery")
            delivery.close()
    assert {request.record.record_id for request in crm.taken} == {"5f2a", "0b11", "77c0"}


def test_without_a_store_records_wait_in_a_file_of_their_own(
    crm: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    delivery = Delivery(Settings(sink=[WebhookSink(url=crm.url, secret="s3cret")]))
    delivery.local[0][1].write([ANSWERED])
    until(lambda: crm.taken, "delivery")
    delivery.close()
    assert Path("callbridge-outbox.db").exists()


def test_lines_on_stdout_need_no_outbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    delivery = Delivery(Settings(sink=[JsonlSink(path="-")]))
    assert [name for name, _ in delivery.local] == ["jsonl -"]
    delivery.close()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_told_at_the_start(tmp_path: Path) -> None:
    sinks = [SqliteSink(path=str(tmp_path / "calls.db")), JsonlSink(path=str(tmp_path))]
    with pytest.raises(SinkError, match="Is a directory; name a path that can be written"):
        Delivery(Settings(sink=list(sinks)))
