"""Of one call there is one record, also where one instance heard how two calls became one and another did not."""

from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path

import pytest
from msgspec.structs import replace

from bridge.config.sinks import PostgresSink
from bridge.sinks.postgres import Postgres
from bridge.store.outbox import Outbox
from bridge.store.reader import find
from bridge.store.records import SqliteStore
from bridge.vocabulary.record import Record
from tests.helpers.calls_database import PASSWORD, ask, kept
from tests.helpers.samples import ABANDONED, ANSWERED, SUPERVISED
from tests.helpers.servers import ADDRESS

WHOLE = replace(SUPERVISED, linked_ids=[SUPERVISED.call_id, "1772442110.3"])
"""1002 asked 1003 before passing the call on."""
ASKING = replace(
    WHOLE, record_id="a5c0", call_id="1772442110.3", linked_ids=["1772442110.3"], consult_of=WHOLE.call_id,
    complete=False, tags=["agent_to_agent_call"],
)  # fmt: skip
"""What is told of it by who did not hear that the call was passed on."""
UNPASSED = replace(WHOLE, linked_ids=[WHOLE.call_id], complete=False)
BY_KEYS = replace(
    ASKING, record_id="be15", call_id="1772442110.4", linked_ids=[WHOLE.call_id], complete=True,
)  # fmt: skip
"""A consultation that the PBX makes and that was dropped: it shares the Linkedid of the call that it was made in."""

Keep = Callable[[Sequence[Record]], list[Record]]
"""Writes records one after another into an empty store, and gives what is in it then, by id."""


@pytest.fixture(params=["sqlite", "postgres"])
def keep(request: pytest.FixtureRequest, tmp_path: Path) -> Keep:
    def keep_in_postgres(records: Sequence[Record]) -> list[Record]:
        server = request.getfixturevalue("database")
        with ask(server) as db:
            db.execute("DROP SCHEMA IF EXISTS callbridge CASCADE")
        dsn = f"host={ADDRESS} port={server.port} dbname=calls user=callbridge"
        instance = Postgres(PostgresSink(dsn=dsn), PASSWORD)
        for record in records:
            instance.write([record])
        instance.close()
        return by_id(kept(server))

    def keep_in_sqlite(records: Sequence[Record]) -> list[Record]:
        path = tmp_path / "calls.db"
        path.unlink(missing_ok=True)
        store = SqliteStore(str(path))
        for record in records:
            store.write([record])
        store.close()
        return by_id(find(str(path)))

    return keep_in_postgres if request.param == "postgres" else keep_in_sqlite


def by_id(records: Sequence[Record]) -> list[Record]:
    return sorted(records, key=lambda record: record.record_id)


def test_a_transfer_that_one_instance_did_not_hear_of_leaves_one_call(keep: Keep) -> None:
    for order in permutations([WHOLE, ASKING, UNPASSED]):
        assert keep(order) == [WHOLE]


def test_what_is_learnt_of_a_transfer_afterwards_leaves_one_call(keep: Keep) -> None:
    learnt = replace(WHOLE, revision=2, complete=False)
    for order in permutations([learnt, ASKING, UNPASSED]):
        assert keep(order) == [learnt]


def test_a_consultation_that_was_dropped_stays_beside_its_call_however_much_was_seen_of_either(keep: Keep) -> None:
    for call, consultation in ((WHOLE, BY_KEYS), (UNPASSED, BY_KEYS), (UNPASSED, replace(BY_KEYS, complete=False))):
        for order in permutations([call, consultation]):
            assert keep(order) == by_id(order)


def test_what_was_seen_in_full_stays_whatever_else_is_told_of_it(keep: Keep) -> None:
    for order in permutations([replace(WHOLE, complete=False), replace(ASKING, complete=True, consult_of=None)]):
        assert keep(order) == by_id(order)


def test_of_two_halves_that_each_know_of_the_other_the_one_that_tells_more_stays(keep: Keep) -> None:
    more, less = replace(WHOLE, complete=False), replace(ASKING, linked_ids=WHOLE.linked_ids, consult_of=None)
    for order in permutations([more, replace(less, transfers=[])]):
        assert keep(order) == [more]


def test_calls_of_different_pbxs_have_nothing_to_do_with_each_other(keep: Keep) -> None:
    for order in permutations([WHOLE, replace(ASKING, pbx="pbx2")]):
        assert keep(order) == by_id(order)


def test_no_other_call_is_touched(keep: Keep) -> None:
    assert keep([ABANDONED, ASKING, ANSWERED, WHOLE]) == by_id([ABANDONED, ANSWERED, WHOLE])


def test_what_is_part_of_another_call_is_not_sent_to_anybody_any_more(tmp_path: Path) -> None:
    path = str(tmp_path / "calls.db")
    store = SqliteStore(path, outbox=["crm"])
    store.write([ASKING])
    store.write([WHOLE])
    outbox = Outbox(path)
    assert [waiting.record for waiting in outbox.due("crm", float("inf"), 10)] == [WHOLE]
    outbox.close()
    store.close()
