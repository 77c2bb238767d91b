"""The service killed at every step between a finished call and its delivery: kill -9, in a process of its own."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.config import Settings
from bridge.config.sinks import JsonlSink, SqliteSink
from bridge.sinks import forward
from bridge.sinks.delivery import Delivery
from bridge.store.reader import find
from bridge.vocabulary.record import Record
from tests.helpers.killing import Steps, depth, killed, lines
from tests.helpers.samples import ABANDONED, ANSWERED

RECORDS = [ABANDONED, ANSWERED]
MOST = 200
"""Steps that writing and delivering the records certainly does not take."""


@pytest.mark.parametrize("with_store", [True, False], ids=["with a store", "with an outbox alone"])
def test_wherever_it_is_killed_no_finished_call_is_lost_and_none_is_twice_in_the_store(
    with_store: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forward, "FIRST_PAUSE", 0.001)

    def serve(records: list[Record], acknowledge: Callable[[Record], object]) -> None:
        store = SqliteSink(path="calls.db")
        delivery = Delivery(Settings(sink=[*([store] if with_store else []), JsonlSink(path="lines.jsonl")]))
        (_, sink), *_ = delivery.local
        for record in records:
            sink.write([record])
            acknowledge(record)
        delivery.close()

    def killed_at(step: int, acknowledge: Callable[[Record], object]) -> bool:
        """Before SQL statement number ``step``; whether it got so far."""

        def work() -> None:
            Steps(step).before_every_sql_statement()
            serve(RECORDS, acknowledge)

        return killed(work)

    db = "calls.db" if with_store else "callbridge-outbox.db"
    for step in range(1, MOST):
        folder = tmp_path / str(step)
        folder.mkdir()
        monkeypatch.chdir(folder)
        told, tell = os.pipe()
        was_killed = killed_at(step, lambda record: os.write(tell, b"x"))  # noqa: B023
        os.close(tell)
        safe = RECORDS[: len(os.read(told, 99))]
        os.close(told)

        serve([], lambda record: None)
        assert {record.record_id for record in lines(Path("lines.jsonl"))} >= {r.record_id for r in safe}, step
        assert depth(db) == 0

        serve(RECORDS, lambda record: None)  # as when the calls that were open are gone through again
        found = lines(Path("lines.jsonl"))
        assert {record.record_id for record in found} == {record.record_id for record in RECORDS}
        assert all(record in RECORDS for record in found)
        if with_store:
            assert find(db) == RECORDS
        if not was_killed:
            assert step > 30, "the steps are those of the store and of the outbox"
            return
    pytest.fail("killed all the time")
