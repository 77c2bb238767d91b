"""PostgreSQL, a real one."""

import signal
import threading
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from bridge.config.sinks import PostgresSink
from bridge.errors import SinkError
from bridge.sinks.postgres import Postgres
from bridge.vocabulary.record import Customer, Record
from tests.helpers.calls_database import PASSWORD, ask, kept
from tests.helpers.samples import ABANDONED, ANSWERED, SUPERVISED
from tests.helpers.servers import ADDRESS, Server, until
from tests.helpers.versions import ORDERS, best


def sink(server: Server, **settings: Any) -> Postgres:
    dsn = f"host={ADDRESS} port={server.port} dbname=calls user=callbridge"
    return Postgres(PostgresSink(dsn=dsn, **settings), PASSWORD)


def test_a_record_comes_back_as_it_was_written(database: Server) -> None:
    sink(database).write([ANSWERED, ABANDONED])
    assert kept(database) == [ABANDONED, ANSWERED]


def test_calls_are_found_by_tag_agent_customer_and_time_without_opening_the_record(database: Server) -> None:
    sink(database).write([ANSWERED, ABANDONED, SUPERVISED])
    with ask(database) as db:
        for condition, expected in {
            "tags @> '{agent_reject}'": ["5f2a"],
            "tags @> '{incoming_dn_call}' AND agents @> '{1001}'": ["5f2a"],
            "agents @> '{2001}'": ["77c0"],
            "customer = '0287654321' AND started_at < '2026-03-02'": ["0b11"],
            "linked_ids @> '{1772442030.9}'": ["5f2a"],
            "dn = '8000' AND NOT complete": [],
        }.items():
            query = f"SELECT record_id FROM callbridge.records WHERE {condition} ORDER BY started_at"
            assert [row[0] for row in db.execute(query.encode()).fetchall()] == expected, condition


def test_a_record_delivered_twice_changes_nothing(database: Server) -> None:
    first, second = sink(database), sink(database)
    for each in (first, second, first):
        each.write([ANSWERED, ABANDONED])
    assert kept(database) == [ABANDONED, ANSWERED]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ORDERS)
def test_whatever_the_order_in_which_two_instances_deliver_the_same_version_stays(
    database: Server, orders: tuple[list[Record], list[Record]]
) -> None:
    with ask(database) as db:
        db.execute("DROP SCHEMA IF EXISTS callbridge CASCADE")
    instances = sink(database), sink(database)
    for order in orders:
        for number, record in enumerate(order):
            instances[number % 2].write([record])
    assert kept(database) == [best(orders[0])]
    for instance in instances:
        instance.close()


def test_what_was_seen_in_full_replaces_what_was_seen_from_the_next_month_on(database: Server) -> None:
    partly = msgspec.structs.replace(ANSWERED, complete=False, started_at="2026-04-01T00:00:00.000Z")
    sink(database).write([partly])
    sink(database).write([ANSWERED])
    sink(database).write([partly])
    assert kept(database) == [ANSWERED]


def test_two_instances_deliver_the_same_calls_at_once_and_each_is_there_once(database: Server) -> None:
    calls = [f"{number:04}" for number in range(200)]
    records = [msgspec.structs.replace(ANSWERED, record_id=i, call_id=i, linked_ids=[i]) for i in calls]
    later = "2026-04-01T00:00:00.000Z"  # the one who saw only the end takes them for calls of the next month
    partly = [msgspec.structs.replace(record, complete=False, started_at=later) for record in records]

    def serve(own: list[Record]) -> None:
        mine = sink(database)
        for start in range(0, len(own), 20):
            mine.write(own[start : start + 20])
        mine.close()

    instances = [threading.Thread(target=serve, args=[own]) for own in (records, partly)]
    for instance in instances:
        instance.start()
    for instance in instances:
        instance.join()
    found = kept(database)
    assert sorted(record.record_id for record in found) == [record.record_id for record in records]
    assert all(record.complete for record in found)


def test_a_call_that_the_database_cannot_store_does_not_hold_up_the_others(database: Server) -> None:
    poison = msgspec.structs.replace(ABANDONED, customer=Customer(number="02\x00"))
    with pytest.raises(SinkError) as caught:
        sink(database).write([ANSWERED, poison, SUPERVISED])
    assert list(caught.value.refused) == [poison.record_id]
    assert "02" not in str(caught.value.refused), "what the customer is called is not told"
    assert set(caught.value.delivered) == {ANSWERED.record_id, SUPERVISED.record_id}
    assert kept(database) == [ANSWERED, SUPERVISED]


def test_a_server_that_stops_in_the_middle_of_a_batch_has_all_of_it_or_nothing(database: Server) -> None:
    instance = sink(database)
    instance.write([ABANDONED])
    holder = ask(database)  # somebody holds the table, so that the batch is under way when the server crashes
    holder.execute("BEGIN")
    holder.execute("LOCK TABLE callbridge.records IN SHARE MODE")
    errors: list[SinkError] = []

    def write() -> None:
        try:
            instance.write([ANSWERED, SUPERVISED])
        except SinkError as error:
            errors.append(error)

    writing = threading.Thread(target=write)
    writing.start()
    held = "SELECT 1 FROM pg_stat_activity WHERE usename = 'callbridge' AND wait_event_type = 'Lock'"
    with ask(database, "template1") as watch:
        until(lambda: watch.execute(held).fetchone(), "the batch to wait for the table")
    database.stop(signal.SIGQUIT)
    writing.join()
    database.start()
    assert len(errors) == 1
    assert "see dsn" in str(errors[0])
    assert kept(database) == [ABANDONED]
    instance.write([ANSWERED, SUPERVISED])
    assert kept(database) == [ABANDONED, ANSWERED, SUPERVISED]


def test_calls_are_in_a_partition_of_their_month(database: Server) -> None:
    december = msgspec.structs.replace(ANSWERED, record_id="dec", started_at="2026-12-31T23:59:59.999Z")
    january = msgspec.structs.replace(ANSWERED, record_id="jan", started_at="2027-01-01T00:00:00.000Z")
    sink(database).write([december, january])
    with ask(database) as db:
        rows = db.execute("SELECT tableoid::regclass::text, record_id FROM callbridge.records ORDER BY 1").fetchall()
    assert rows == [("callbridge.records_2026_12", "dec"), ("callbridge.records_2027_01", "jan")]


def test_months_that_are_not_to_be_kept_are_dropped_and_not_written_again(database: Server) -> None:
    sink(database).write([ABANDONED, ANSWERED])
    recent = msgspec.structs.replace(
        ANSWERED, record_id="now", started_at=datetime.now(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
    )
    sink(database, keep_months=1).write([recent, ABANDONED])
    assert kept(database) == [recent]
    with ask(database) as db:
        count = db.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'callbridge.records'::regclass")
        assert count.fetchone() == (1,)


def test_a_report_that_runs_for_long_does_not_keep_calls_from_being_written(database: Server) -> None:
    sink(database).write([ABANDONED])
    month = f"{datetime.now(UTC):%Y-%m}"
    recent = msgspec.structs.replace(ANSWERED, record_id="now", started_at=f"{month}-01T00:00:00.000Z")
    with ask(database) as report:
        report.execute("BEGIN")
        report.execute("SELECT count(*) FROM callbridge.records")
        sink(database, keep_months=1).write([recent])
        report.execute("COMMIT")
    assert kept(database) == [ABANDONED, recent]
    sink(database, keep_months=1).write([recent])
    assert kept(database) == [recent]


def test_a_partition_that_somebody_took_away_is_made_again(database: Server) -> None:
    instance = sink(database)
    instance.write([ANSWERED])
    with ask(database) as db:
        db.execute("DROP TABLE callbridge.records_2026_03")
    instance.write([ANSWERED])
    assert kept(database) == [ANSWERED]


def test_a_schema_of_a_newer_version_is_left_alone(database: Server) -> None:
    sink(database).write([ANSWERED])
    with ask(database) as db:
        db.execute("UPDATE callbridge.version SET version = 99")
    with pytest.raises(SinkError, match=r"^sink postgres: the schema is of a newer callbridge; "):
        sink(database).write([ABANDONED])


def test_a_wrong_password_is_told_in_one_line_without_it(database: Server) -> None:
    wrong = Postgres(PostgresSink(dsn=f"host={ADDRESS} port={database.port} dbname=calls user=callbridge"), "s3cret2")
    with pytest.raises(SinkError, match=r"^sink postgres: .*password authentication failed[^\n]+$") as caught:
        wrong.check()
    assert "s3cret" not in str(caught.value)


def test_check_says_which_server_is_there(database: Server) -> None:
    instance = sink(database)
    assert instance.check().startswith("PostgreSQL 15.")
    assert instance.check().endswith("as callbridge")
    instance.close()
