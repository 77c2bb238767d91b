"""The rows stand beside the records: written, replaced and withdrawn with them, and the same out of every rebuild."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.config.sinks import PostgresSink
from bridge.sinks.postgres import Postgres
from bridge.store import state_rows
from bridge.store.migrations import MIGRATIONS, WITH_ROWS
from bridge.store.records import SqliteStore
from bridge.store.row_tables import KINDS, columns
from bridge.store.rows import rows
from bridge.vocabulary.record import Record
from tests.helpers.calls_database import PASSWORD, ask
from tests.helpers.samples import ABANDONED, ANSWERED, SUPERVISED
from tests.helpers.servers import ADDRESS, Server
from tests.reports import centre
from tests.reports.asking import stored

CALLS = centre.calls(3, 60, 1_792_800_000_000, 1_792_886_400_000)
Tables = dict[str, list[tuple[Any, ...]]]


def of(records: list[Record]) -> Tables:
    """What must stand there for these records."""
    made = [rows(record) for record in records]
    return {table: sorted((row for each in made for row in getattr(each, table)), key=repr) for table in KINDS}


def in_sqlite(path: str) -> Tables:
    with sqlite3.connect(path) as db:
        return {table: sorted(db.execute(f"SELECT * FROM {table}"), key=repr) for table in KINDS}


def in_postgres(server: Server) -> Tables:
    with ask(server) as db:
        return {
            table: sorted(db.execute(f"SELECT * FROM callbridge.{table}".encode()).fetchall(), key=repr)
            for table in KINDS
        }


def plain(tables: Tables) -> Tables:
    return {table: [tuple(row) for row in found] for table, found in tables.items()}


def test_every_record_has_its_rows_in_the_local_store(tmp_path: Path) -> None:
    assert in_sqlite(stored(tmp_path / "calls.db", CALLS)) == plain(of(CALLS))


def test_a_better_version_of_a_record_replaces_its_rows_and_a_worse_one_changes_none(tmp_path: Path) -> None:
    store = SqliteStore(str(tmp_path / "calls.db"))
    better = msgspec.structs.replace(CALLS[0], revision=2, offers=[], queues=[], talk_seconds=1.0)
    store.write([CALLS[0]])
    store.write([better])
    store.write([CALLS[0]])
    store.close()
    assert in_sqlite(str(tmp_path / "calls.db")) == plain(of([better]))


def test_the_rows_of_a_call_that_turns_out_to_be_part_of_another_go_with_its_record(tmp_path: Path) -> None:
    part = msgspec.structs.replace(CALLS[0], complete=False, pbx="pbx1")
    whole = msgspec.structs.replace(
        CALLS[1], complete=True, pbx="pbx1", consult_of=None, linked_ids=[*CALLS[1].linked_ids, part.call_id]
    )
    assert in_sqlite(stored(tmp_path / "calls.db", [part, whole])) == plain(of([whole]))


def test_a_store_of_before_the_rows_gets_them_from_its_records(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as db:
        for script in MIGRATIONS[: WITH_ROWS - 1]:
            db.executescript(script)
        db.execute(f"PRAGMA user_version = {WITH_ROWS - 1}")
        for r in CALLS:
            db.execute(
                "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (r.record_id, r.revision, r.complete, r.pbx, r.call_id, r.started_at, r.ended_at, r.direction, r.dn,
                 msgspec.json.encode(r).decode()),
            )  # fmt: skip
    db.close()
    SqliteStore(str(path)).close()
    assert in_sqlite(str(path)) == plain(of(CALLS))


def test_a_disk_that_only_keeps_the_outbox_keeps_no_rows(tmp_path: Path) -> None:
    store = SqliteStore(str(tmp_path / "outbox.db"), keep=False)
    store.write(CALLS)
    store.close()
    assert not any(in_sqlite(str(tmp_path / "outbox.db")).values())


@pytest.fixture
def empty(database: Server) -> Server:
    with ask(database) as db:
        db.execute("DROP SCHEMA IF EXISTS callbridge CASCADE")
    return database


def sink(server: Server, **more: Any) -> Postgres:
    dsn = f"host={ADDRESS} port={server.port} dbname=calls user=callbridge"
    return Postgres(PostgresSink(dsn=dsn, **more), PASSWORD)


def test_postgresql_holds_the_same_rows_as_the_local_store(empty: Server, tmp_path: Path) -> None:
    sink(empty).write(CALLS)
    assert in_postgres(empty) == in_sqlite(stored(tmp_path / "calls.db", CALLS))


def test_in_postgresql_too_rows_are_replaced_and_withdrawn_with_their_record(empty: Server) -> None:
    part = msgspec.structs.replace(CALLS[0], complete=False, pbx="pbx1")
    whole = msgspec.structs.replace(
        CALLS[1], complete=True, pbx="pbx1", consult_of=None, linked_ids=[*CALLS[1].linked_ids, part.call_id]
    )
    better = msgspec.structs.replace(whole, revision=3, offers=[])
    for batch in ([part], [whole], [better], [whole]):
        sink(empty).write(batch)
    assert in_postgres(empty) == plain(of([better]))


def test_a_database_of_before_the_rows_gets_them_from_its_records(empty: Server) -> None:
    first = sink(empty)
    first.write(CALLS)
    first.close()
    with ask(empty) as db:
        for table in (*KINDS, *state_rows.KINDS, "erased", "open_calls"):
            db.execute(f"DROP TABLE callbridge.{table} CASCADE".encode())
        db.execute("UPDATE callbridge.version SET version = 1")
    again = sink(empty)
    assert again.check()
    again.close()
    assert in_postgres(empty) == plain(of(CALLS))


def test_rows_go_with_the_months_that_are_not_kept(empty: Server) -> None:
    sink(empty).write([ANSWERED, ABANDONED, SUPERVISED])
    assert in_postgres(empty)["calls"]
    sink(empty, keep_months=1).write([])
    assert not any(in_postgres(empty).values())


def test_a_role_that_may_only_read_can_report(empty: Server) -> None:
    sink(empty).write(CALLS)
    with ask(empty) as db:
        db.execute("DROP ROLE IF EXISTS reader")
        db.execute("CREATE ROLE reader")
        db.execute("GRANT USAGE ON SCHEMA callbridge TO reader")
        db.execute("GRANT SELECT ON ALL TABLES IN SCHEMA callbridge TO reader")
        db.execute("SET ROLE reader")
        assert db.execute("SELECT count(*) FROM callbridge.calls").fetchone() == (len(CALLS),)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute("DELETE FROM callbridge.calls")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_rows_say_null_only_where_they_may_and_no_length_is_negative(seed: int) -> None:
    for record in centre.calls(seed, 5, 1_792_800_000_000, 1_792_886_400_000):
        made = rows(record)
        for table in KINDS:
            known = columns(KINDS[table])
            for row in getattr(made, table):
                for (name, (kind, may_be_null)), value in zip(known.items(), row, strict=True):
                    assert may_be_null or value is not None, (table, name)
                    assert value is None or isinstance(value, str if kind == "text" else int), (table, name)
                    assert not name.endswith("_ms") or value is None or value >= 0, (table, name)
