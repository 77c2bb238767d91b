"""The list of calls by several filters, beside the records themselves."""

import itertools
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bridge.store import facets as facets_module
from bridge.store.facets import NAMES, TERMS, Found, Wanted, count, facets, places, signature
from bridge.store.migrations import WITH_FACETS
from bridge.store.records import SqliteStore
from tests.web.served import recorded


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = str(tmp_path_factory.mktemp("facets") / "calls.db")
    with closing(SqliteStore(path)) as written:
        written.write(recorded())
    return path


def test_two_filters_at_once_list_the_calls_that_both_are_true_of(store: str) -> None:
    of = {r.record_id: set(facets(r)) for r in recorded()}
    all_there_are = sorted({facet for each in of.values() for facet in each})
    with closing(sqlite3.connect(store)) as db:
        for pair in itertools.combinations(all_there_are, 2):
            found = {place.record_id for place in places(db, Wanted(pair), limit=1000)}
            assert found == {record_id for record_id, its in of.items() if its.issuperset(pair)}, pair


def test_the_list_says_how_many_calls_it_has_with_any_two_filters(store: str) -> None:
    of = {r.record_id: set(facets(r)) for r in recorded()}
    all_there_are = sorted({facet for each in of.values() for facet in each})
    with closing(sqlite3.connect(store)) as db:
        for pair in itertools.combinations(all_there_are, 2):
            assert count(db, Wanted(pair)) == Found(sum(its.issuperset(pair) for its in of.values()), True), pair
        for wanted in (Wanted(), Wanted(not_called_back=True), Wanted(since=0, until=1)):
            assert count(db, wanted) == Found(len(places(db, wanted, limit=1000)), True), wanted


def test_where_there_are_too_many_calls_to_count_the_list_says_how_many_there_are_at_least(
    store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets_module, "LOOKED", 5)
    with closing(sqlite3.connect(store)) as db:
        assert count(db, Wanted()) == Found(5, False)


def test_two_tags_of_many_calls_but_of_none_together_need_no_second_look_at_any_call(store: str) -> None:
    asked: list[str] = []
    with closing(sqlite3.connect(store)) as db:
        db.set_trace_callback(asked.append)
        both = (("tag", "customer_disconnect"), ("tag", "agent_disconnect"))
        assert places(db, Wanted((*both, ("kind", "missed"), ("direction", "inbound")))) == []
        db.set_trace_callback(None)
        plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {asked[-1]}")]
    assert len(plan) == 1, plan
    assert "SEARCH f USING PRIMARY KEY" in plan[0]


def test_each_filter_that_is_a_word_has_a_bit_of_its_own_and_names_share_the_others() -> None:
    assert [signature([term]) for term in TERMS] == [1 << place for place in range(len(TERMS))]
    named = signature((name, str(number)) for name in NAMES for number in range(1000))
    assert named == (1 << 63) - (1 << len(TERMS))


def test_a_store_from_before_lists_the_same_calls_once_it_is_brought_up_to_date(store: str, tmp_path: Path) -> None:
    path = str(tmp_path / "calls.db")
    with closing(SqliteStore(path)) as written:
        written.write(recorded())
    with closing(sqlite3.connect(path)) as db:
        db.execute("ALTER TABLE record_facets DROP COLUMN others")
        db.execute("ALTER TABLE record_facets DROP COLUMN tags")
        for table in ("record_tags", "record_agents"):  # which were tables then
            db.execute(f"DROP VIEW {table}")
            db.execute(f"CREATE TABLE {table} (record_id)")
        db.execute(f"PRAGMA user_version = {WITH_FACETS - 1}")
        db.commit()
    SqliteStore(path).close()
    with closing(sqlite3.connect(path)) as db, closing(sqlite3.connect(store)) as new:
        for listed in ("record_facets", "record_tags", "record_agents"):
            query = f"SELECT * FROM {listed}"
            assert db.execute(query).fetchall() == new.execute(query).fetchall()
