"""The local store."""

import sqlite3
import tempfile
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings

from bridge.errors import SinkError
from bridge.store.migrations import MIGRATIONS
from bridge.store.reader import find, find_call
from bridge.store.records import SqliteStore
from bridge.vocabulary.record import Record
from tests.helpers.samples import ABANDONED, ANSWERED, SUPERVISED, at
from tests.helpers.versions import ORDERS, best


def write(path: Path, *records: Record) -> None:
    store = SqliteStore(str(path))
    store.write(records)
    store.close()


@pytest.fixture
def store(tmp_path: Path) -> str:
    write(tmp_path / "calls.db", ANSWERED, ABANDONED, SUPERVISED)
    return str(tmp_path / "calls.db")


def ids(records: Sequence[Record]) -> list[str]:
    return [record.record_id for record in records]


def test_a_record_comes_back_as_it_was_written(store: str) -> None:
    assert find_call(store, ANSWERED.record_id) == [ANSWERED]


def test_a_damaged_record_is_never_quoted_to_the_log_and_holds_up_no_write(store: str) -> None:
    db = sqlite3.connect(store)
    with db:
        db.execute("UPDATE records SET json = CAST(x'30393837ff' AS TEXT)")  # a customer's number, and no UTF-8
    db.close()
    with pytest.raises(SinkError, match="Could not decode to UTF-8 column 'json'; ") as reading:
        find(store)
    assert "0987" not in str(reading.value)
    write(Path(store), ANSWERED, ABANDONED, SUPERVISED)
    assert find(store) == [ABANDONED, ANSWERED, SUPERVISED]


def test_a_service_that_starts_while_the_disk_is_full_needs_no_room_in_its_store(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    running = SqliteStore(str(path))
    running.write([ANSWERED])
    log = path.with_name("calls.db-wal").read_bytes()
    SqliteStore(str(path)).close()
    assert path.with_name("calls.db-wal").read_bytes() == log
    running.close()


def test_what_saw_the_whole_call_stays_however_often_an_instance_that_saw_half_of_it_wrote_again(store: str) -> None:
    write(Path(store), msgspec.structs.replace(ANSWERED, revision=3, complete=False))
    assert find_call(store, ANSWERED.record_id) == [ANSWERED]


def test_calls_are_listed_by_their_start(store: str) -> None:
    assert ids(find(store)) == ["0b11", "5f2a", "77c0"]


def test_calls_are_found_by_tag_and_by_several_tags_at_once(store: str) -> None:
    assert ids(find(store, tags=["incoming_dn_call"])) == ["0b11", "5f2a"]
    assert ids(find(store, tags=["incoming_dn_call", "agent_reject"])) == ["5f2a"]
    assert find(store, tags=["agent_reject", "queued"]) == []


def test_calls_are_found_by_agent_whether_offered_talking_or_supervising(store: str) -> None:
    assert ids(find(store, agent="1001")) == ["5f2a"]
    assert ids(find(store, agent="1002")) == ["5f2a", "77c0"]
    assert ids(find(store, agent="2001")) == ["77c0"]
    assert find(store, agent="0287654321") == [], "a customer is no agent"


def test_calls_are_found_by_dn_and_by_time(store: str) -> None:
    assert ids(find(store, dn="8000")) == ["0b11", "5f2a"]
    assert ids(find(store, since=at(0))) == ["5f2a", "77c0"]
    assert ids(find(store, until=at(100))) == ["0b11", "5f2a"], "a call that starts at the end is not before it"
    assert ids(find(store, dn="8000", since=at(0), until=at(1), tags=["reassign"], agent="1002")) == ["5f2a"]


def test_a_call_is_found_by_any_of_its_names(store: str) -> None:
    for name in (ANSWERED.record_id, ANSWERED.call_id, "1772442030.9"):
        assert find_call(store, name) == [ANSWERED]
    assert find_call(store, "1772442030.8") == []


def test_a_revised_record_takes_the_place_of_the_first_in_every_list(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    revised = msgspec.structs.replace(ABANDONED, record_id=ANSWERED.record_id, revision=2, linked_ids=["9.9"])
    write(path, ANSWERED)
    write(path, revised)
    assert find(str(path)) == [revised]
    assert find(str(path), tags=["agent_reject"]) == find(str(path), agent="1002") == []
    assert find_call(str(path), "1772442030.9") == []


def test_what_was_seen_in_full_is_not_replaced_by_what_was_seen_in_part(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    write(
        path, ANSWERED, msgspec.structs.replace(ANSWERED, complete=False, linked_ids=["1", "2", "3", "4", "5", "6"])
    )
    assert find(str(path)) == [ANSWERED]


@settings(max_examples=50, deadline=None)
@given(ORDERS)
def test_whatever_the_order_and_however_often_versions_are_written_the_same_one_stays(
    orders: tuple[list[Record], list[Record]],
) -> None:
    kept = []
    for order in orders:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "calls.db")
            store = SqliteStore(str(path))
            for record in order:
                store.write([record])
            store.close()
            kept.append((find(str(path)), [bool(find_call(str(path), name)) for name in "abc"]))
    assert kept[0] == kept[1]
    assert kept[0][0] == [best(orders[0])]


def test_two_instances_write_into_one_store_while_it_is_read(tmp_path: Path) -> None:
    path = str(tmp_path / "calls.db")
    records = [msgspec.structs.replace(ANSWERED, record_id=str(number)) for number in range(100)]

    def serve() -> None:
        store = SqliteStore(path)
        for record in records:
            store.write([record])
        store.close()

    instances = [threading.Thread(target=serve) for _ in range(2)]
    SqliteStore(path).close()
    for instance in instances:
        instance.start()
    while any(instance.is_alive() for instance in instances):
        found = find(path)
        assert len(ids(found)) == len(set(ids(found)))
    assert sorted(ids(find(path))) == sorted(str(number) for number in range(100))


def test_a_batch_that_fails_leaves_nothing_behind_and_can_be_written_again(tmp_path: Path) -> None:
    path = str(tmp_path / "calls.db")
    store = SqliteStore(path)
    other = sqlite3.connect(path)
    other.execute(
        "CREATE TRIGGER full BEFORE INSERT ON records WHEN NEW.record_id = '77c0' "
        "BEGIN SELECT RAISE(FAIL, 'full'); END"
    )
    other.commit()
    with pytest.raises(SinkError, match=r"calls\.db: full; "):
        store.write([ANSWERED, SUPERVISED])
    assert find(path) == []
    other.execute("DROP TRIGGER full")
    other.commit()
    store.write([ANSWERED, SUPERVISED])
    assert find(path) == [ANSWERED, SUPERVISED]


def test_every_question_is_answered_by_an_index(store: str) -> None:
    db = sqlite3.connect(store)
    for condition in (
        "started_at >= ?",
        "dn = ?",
        "record_id IN (SELECT record_id FROM record_tags WHERE tag = ?)",
        "record_id IN (SELECT record_id FROM record_agents WHERE agent = ?)",
    ):
        plan = " ".join(
            row[3] for row in db.execute(f"EXPLAIN QUERY PLAN SELECT json FROM records WHERE {condition}", "x")
        )
        assert "SEARCH" in plan
        assert "SCAN" not in plan


def test_a_store_of_an_empty_file_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    path.touch()
    write(path, ANSWERED)
    assert sqlite3.connect(path).execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    assert sqlite3.connect(path).execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_store_of_the_first_version_is_brought_up_to_date_with_its_records(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    old = sqlite3.connect(path)
    old.executescript(MIGRATIONS[0])
    json = msgspec.json.encode(ANSWERED).decode()
    row = ("5f2a", 1, 1, "pbx1", "1.1", ANSWERED.started_at, ANSWERED.ended_at, "inbound", "8000", json)
    old.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    old.execute("PRAGMA user_version = 1")
    old.commit()
    old.close()
    write(path, ABANDONED)
    assert find(str(path)) == [ABANDONED, ANSWERED]


def test_a_store_of_a_newer_version_is_left_alone(store: str) -> None:
    db = sqlite3.connect(store)
    db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    db.close()
    with pytest.raises(SinkError, match=r"calls\.db: written by a newer callbridge; "):
        SqliteStore(store)
    with pytest.raises(SinkError, match=r"calls\.db cannot be read: written by another version"):
        find(store)


@pytest.mark.parametrize("version", [0, 3])
def test_the_database_of_another_programme_is_refused_and_left_as_it_is(tmp_path: Path, version: int) -> None:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE customers (id INTEGER)")
        db.execute(f"PRAGMA user_version = {version}")
        db.commit()
    before = path.read_bytes()
    with pytest.raises(SinkError, match=r"shop\.db: the database of another programme; "):
        SqliteStore(str(path))
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["shop.db"]


@pytest.mark.parametrize("name", ["no.db", "folder", "text.db"])
def test_what_is_no_store_is_told_in_one_line(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.db").write_text("number,name\n" * 1000)
    path = str(tmp_path / name)
    with pytest.raises(SinkError, match=r"^[^\n]+; name the store of a callbridge[^\n]+$"):
        find(path)
    if name != "no.db":
        with pytest.raises(SinkError, match=r"^[^\n]+; name a [^\n]+$"):
            SqliteStore(path)
