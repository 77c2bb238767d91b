"""Every number of every report, counted anew by a script that shares no code with the product."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import psycopg
import pytest

from bridge.config.sinks import PostgresSink
from bridge.pipeline.driver import Driver
from bridge.pipeline.pipeline import Pipeline
from bridge.reports.database import Database, Postgres
from bridge.reports.request import Request
from bridge.sinks.postgres import Postgres as PostgresStore
from bridge.vocabulary.agent_state import StateRecord
from bridge.vocabulary.record import Record
from tests.helpers.calls_database import PASSWORD
from tests.helpers.recorded import NAMES, PBX, messages, replayed, settings
from tests.helpers.servers import ADDRESS, Server
from tests.reports import centre, recount
from tests.reports.asking import cells, opened, stored, told

BEGAN = 1_792_800_000_000
"""A Friday evening two days before Europe's clocks go back, 2026-10-23 22:40 UTC."""
DAYS = 3
UNTIL = BEGAN + DAYS * 86_400_000
ZONES = ("Europe/Berlin", "Asia/Taipei", "Asia/Kathmandu", "Australia/Adelaide", "America/St_Johns")


@pytest.fixture(scope="module")
def made_up() -> list[Record]:
    return centre.calls(14, 1500, BEGAN, UNTIL)


@pytest.fixture(scope="module")
def stretches(made_up: list[Record]) -> list[StateRecord]:
    return centre.states(15, made_up, BEGAN, UNTIL)


@pytest.fixture(scope="module")
def stores(
    made_up: list[Record], stretches: list[StateRecord], tmp_path_factory: pytest.TempPathFactory, database: Server
) -> Iterator[dict[str, Database]]:
    """The same records in both databases."""
    path = stored(tmp_path_factory.mktemp("store") / "calls.db", [*made_up, *stretches])
    dsn = f"host={ADDRESS} port={database.port} dbname=calls user=callbridge"
    sink = PostgresStore(PostgresSink(dsn=dsn), PASSWORD)
    for at in range(0, len(made_up), 500):
        sink.write(made_up[at : at + 500])
    for at in range(0, len(stretches), 500):
        sink.write(stretches[at : at + 500])
    sink.close()
    with contextlib.ExitStack() as stack:
        db = stack.enter_context(
            psycopg.connect(dsn, password=PASSWORD, options="-c search_path=callbridge", autocommit=True)
        )
        yield {"sqlite": stack.enter_context(opened(path)), "postgres": Postgres(db)}


def compared(
    records: list[Record], database: Database, report: str, request: Request, states: Sequence[StateRecord] = ()
) -> int:
    """How many figures were the same; fails where one is not."""
    lines = [*centre.lines(records)]
    counted, counting = recount.recount(
        report, lines, request.since, request.until, request.zone.key, request.interval,
        start=request.attribution == "start", states=centre.lines(states),
    )  # fmt: skip
    result = told(report, request, database)
    found = cells(result)
    shown = {figure.id for figure in result.figures}
    known = {
        (place.replace(":", "") if request.interval in ("15", "30", "60") else place, key): figures
        for (place, key), figures in found.items()
    }
    compared = 0
    most = {"at_once", "waiting_at_once", "last_failure", "lost_in_call"}
    for (place, key), figures in counted.items():
        there = known.pop((place.replace(":", ""), key) if request.interval in ("15", "30", "60") else (place, key))
        ours = {
            name: value for name, value in figures.items() if name.split("/")[0] in shown and _is_told(name, value)
        }
        for name, value in ours.items():
            if name.endswith("/p90") and name not in there:
                continue  # only some lengths have one
            assert there.get(name) == value, (report, place, key, name)
            compared += 1
        extra = {n: v for n, v in there.items() if n not in ours and n not in most and v != (0, 0)}
        assert not {n: v for n, v in extra.items() if not _follows(n)}, (report, place, key, extra)
    for figures in known.values():  # what only these figures know of has no row in the recount
        assert {name for name, value in figures.items() if value != (0, 0)} <= most | FOLLOWS, figures
    if request.interval == "none":
        for (key, figure), spans in counting.spans.items():
            most_there = found["", key].get(figure, 0)
            assert most_there == recount.most_at_once(spans, request.since, request.until), (key, figure)
    return compared


FOLLOWS = {"talk_hold_avg", "before"}
"""Figures that the recount leaves out: sums that are compared by themselves."""


def _is_told(name: str, value: object) -> bool:
    return value != 0 or name.endswith("/p90")


def _follows(name: str) -> bool:
    return name in FOLLOWS


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("report", recount.REPORTS)
@pytest.mark.parametrize("interval", ["none", "30", "day", "hour-of-day"])
def test_a_script_of_its_own_counts_the_same(
    made_up: list[Record], stretches: list[StateRecord], stores: dict[str, Database], kind: str, report: str,
    interval: Any,
) -> None:  # fmt: skip
    request = Request(since=BEGAN, until=UNTIL, zone=ZoneInfo("Europe/Berlin"), interval=interval)
    assert compared(made_up, stores[kind], report, request, stretches) > 10


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("report", ["agents", "dn", "queues"])
@pytest.mark.parametrize("interval", ["15", "60", "week", "weekday-hour"])
def test_in_every_zone_the_hours_and_days_are_those_of_its_clocks(
    made_up: list[Record], stretches: list[StateRecord], stores: dict[str, Database], zone: str, report: str,
    interval: Any,
) -> None:  # fmt: skip
    request = Request(since=BEGAN + 12_345, until=UNTIL - 6_789, zone=ZoneInfo(zone), interval=interval)
    assert compared(made_up, stores["sqlite"], report, request, stretches) > 10


@pytest.mark.parametrize("report", recount.REPORTS)
def test_counted_by_the_start_of_the_call_a_script_of_its_own_counts_the_same(
    made_up: list[Record], stretches: list[StateRecord], stores: dict[str, Database], report: str
) -> None:
    request = Request(
        since=BEGAN, until=UNTIL, zone=ZoneInfo("Europe/Berlin"), interval="60", attribution="start"
    )  # fmt: skip
    assert compared(made_up, stores["postgres"], report, request, stretches) > 10


def test_over_all_recorded_calls_a_script_of_its_own_counts_the_same(tmp_path: Any) -> None:
    records = [record for name in NAMES for record in replayed(messages(name))]
    states = recorded_states()
    assert len(records) > 30
    assert len(states) > 100
    with opened(stored(tmp_path / "calls.db", [*records, *states])) as database:
        for report in recount.REPORTS:
            request = Request(since=0, until=4_000_000_000_000, zone=ZoneInfo("Asia/Taipei"))
            assert compared(records, database, report, request, states) > 0, report


def recorded_states() -> list[StateRecord]:
    """Of all recorded calls one after the other: agents have other states in each, so each is a PBX of its own."""
    found: dict[str, StateRecord] = {}
    for number, name in enumerate(NAMES):
        driver = Driver(PBX, pipeline := Pipeline(settings(), PBX))
        pipeline.track()
        told: list[StateRecord] = []
        for message in messages(name):
            told += driver.feed(message).states
        for one in told:
            own = f"{number}.{one.state_id}"
            found[own] = msgspec.structs.replace(one, pbx=f"{PBX}.{number}", state_id=own)
    return list(found.values())
