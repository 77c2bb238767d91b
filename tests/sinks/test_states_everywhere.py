"""Stretches of states are kept by one rule in every store, and what lasts is told alike in SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from structlog.testing import capture_logs

from bridge.config import Settings, States
from bridge.config.sinks import PostgresSink, SqliteSink
from bridge.reports.database import Database
from bridge.reports.database import Postgres as Asked
from bridge.reports.request import Request
from bridge.service import purging
from bridge.sinks.postgres import Postgres
from bridge.store.asking import asking
from bridge.store.open_calls import Open, OpenCalls
from bridge.store.records import SqliteStore
from bridge.store.states import find
from tests.helpers.calls_database import PASSWORD, ask
from tests.helpers.heard import until
from tests.helpers.servers import ADDRESS, Server
from tests.reports.asking import told
from tests.store.test_states import BEGAN, stretch

DAY = 86_400.0
HOUR = 3_600_000


def dsn(server: Server) -> str:
    return f"host={ADDRESS} port={server.port} dbname=calls user=callbridge"


async def test_old_states_go_from_every_store_by_the_days_of_states(tmp_path: Path, database: Server) -> None:
    now = time.time() - BEGAN
    of_postgres = PostgresSink(dsn=dsn(database), secret=PASSWORD, keep_months=1)
    paths = [str(tmp_path / "calls.db"), str(tmp_path / "second.db")]
    stores = [*map(SqliteStore, paths), Postgres(of_postgres, PASSWORD)]
    for store in stores:
        store.write([stretch(now - 9 * DAY, now - 8 * DAY), stretch(now - 3 * DAY, now - 2 * DAY, "paused")])
        store.close()
    settings = Settings(sink=[*(SqliteSink(path=path) for path in paths), of_postgres], states=States(keep_days=5))
    with capture_logs() as logs:
        task = asyncio.create_task(purging.run(settings))
        await until(lambda: len(logs) == 3)
        task.cancel()
    assert {(line["event"], line["count"]) for line in logs} == {("old_states_erased", 1)}
    assert [[one.state for one in find(path)] for path in paths] == [["paused"], ["paused"]]
    with ask(database) as db:
        assert db.execute("SELECT state FROM callbridge.agent_states").fetchall() == [("paused",)]


async def test_months_of_postgresql_are_of_calls_and_not_of_states(database: Server) -> None:
    now = time.time() - BEGAN
    sink = Postgres(PostgresSink(dsn=dsn(database), keep_months=1), PASSWORD)
    sink.write([stretch(now - 90 * DAY, now - 89 * DAY)])
    sink.write([])
    sink.close()
    with ask(database) as db:
        assert db.execute("SELECT count(*) FROM callbridge.agent_states").fetchone() == (1,)


@contextmanager
def store(kind: str, folder: Path, server: Server) -> Iterator[tuple[Database, Postgres | OpenCalls]]:
    """Of an agent who is ready since the beginning; and the table of what is open in it."""
    if kind == "sqlite":
        path = str(folder / "calls.db")
        local = SqliteStore(path)
        local.write([stretch(0, None)])
        local.close()
        table = OpenCalls(path)
        with asking(path) as asked:
            yield asked, table
        table.close()
        return
    sink = Postgres(PostgresSink(dsn=dsn(server)), PASSWORD)
    sink.write([stretch(0, None)])
    with psycopg.connect(dsn(server), password=PASSWORD, options="-c search_path=callbridge", autocommit=True) as db:
        yield Asked(db), sink
    sink.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize(("said", "hours", "is_open"), [(None, 10, False), (0, 10, True), (8, 2, False)])
def test_what_a_dead_service_left_open_counts_up_to_its_last_word(
    kind: str, said: int | None, hours: int, is_open: bool, tmp_path: Path, database: Server
) -> None:
    """``said``: how many hours ago the service told of a call that goes on."""
    began = round(BEGAN * 1000)
    now = began + 10 * HOUR
    request = Request(since=began, until=now, zone=ZoneInfo("UTC"))
    with store(kind, tmp_path, database) as (asked, table):
        if said is not None:
            table.write_open({"pbx": Open(1, began + HOUR)}, now - said * HOUR)
        result = told("agents", request, asked, as_of=now)
    (line,) = result.lines
    figures = {figure.id: value for figure, value in zip(result.figures, line.values, strict=True)}
    assert (figures["t_ready"], figures["logged_in"]) == (hours * HOUR, hours * HOUR)
    assert line.open is is_open
