"""Every number of every report, counted anew by a script that shares no code with the product."""

from __future__ import annotations

import contextlib
import tomllib
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import psycopg
import pytest

from bridge.config import Settings
from bridge.config.sinks import PostgresSink
from bridge.pipeline.driver import Driver
from bridge.pipeline.pipeline import Pipeline
from bridge.reports.catalogue import REPORTS
from bridge.reports.database import Database, Postgres
from bridge.reports.longest import with_longest
from bridge.reports.request import Request
from bridge.simulate import pbxs
from bridge.simulate.story import stories
from bridge.simulate.timeline import Plan, timeline
from bridge.sinks.postgres import Postgres as PostgresStore
from bridge.vocabulary.agent_state import StateRecord
from bridge.vocabulary.message import Message
from bridge.vocabulary.record import Record
from tests.helpers.calls_database import PASSWORD, ask
from tests.helpers.recorded import NAMES, PBX, messages, replayed, settings
from tests.helpers.servers import ADDRESS, Server
from tests.reports import centre, recount
from tests.reports.asking import opened, stored, told
from tests.reports.comparing import compared, recounted, same

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
def test_an_independent_script_counts_the_same_by_the_start_of_each_call(
    made_up: list[Record], stretches: list[StateRecord], stores: dict[str, Database], report: str
) -> None:
    request = Request(
        since=BEGAN, until=UNTIL, zone=ZoneInfo("Europe/Berlin"), interval="60", attribution="start"
    )  # fmt: skip
    assert compared(made_up, stores["postgres"], report, request, stretches) > 10


@pytest.mark.parametrize("interval", ["none", "day"])
def test_both_databases_name_the_same_call_as_the_longest(stores: dict[str, Database], interval: Any) -> None:
    named = 0
    for name, report in REPORTS.items():
        request = Request(since=BEGAN, until=UNTIL, zone=ZoneInfo("Asia/Taipei"), interval=interval)
        sqlite, postgres = (
            with_longest(told(report, request, stores[kind]), stores[kind]).longest for kind in ("sqlite", "postgres")
        )
        assert sqlite == postgres, name
        named += sum(map(len, sqlite.values()))
    assert named > 100


def test_over_all_recorded_calls_a_script_of_its_own_counts_the_same(tmp_path: Any) -> None:
    records = [record for name in NAMES for record in replayed(messages(name))]
    states = recorded_states()
    assert len(records) > 30
    assert len(states) > 100
    with opened(stored(tmp_path / "calls.db", [*records, *states])) as database:
        for report in recount.REPORTS:
            request = Request(since=0, until=4_000_000_000_000, zone=ZoneInfo("Asia/Taipei"))
            assert compared(records, database, report, request, states) > 0, report


@pytest.fixture(scope="module")
def simulated() -> list[Record]:
    """A day of 20,000 calls on three PBXs, as the simulator's AMI tells them, through the pipelines."""
    given = simulated_settings()
    records: list[Record] = []
    for number in (1, 2, 3):
        pbx = pbxs.name(number)
        driver = Driver(pbx, Pipeline(given, pbx))
        plan = Plan(stories(), rate=6_700 / 86_400, seconds=86_400, talk=60.0, seed=number)
        for event in pbxs.SNAPSHOT:
            driver.feed(Message(BEGAN / 1000, pbx, "ami", dict(event)))
        for at, text in timeline(plan, pbx, BEGAN / 1000):
            event = dict(line.split(": ", 1) for line in text[:-4].split("\r\n"))
            records += driver.feed(Message(at, pbx, "ami", event)).records
    return list({record.record_id: record for record in records}.values())


@pytest.mark.full
def test_an_independent_script_counts_the_same_of_a_day_of_20000_simulated_calls_on_three_pbxs(
    simulated: list[Record], tmp_path: Any, database: Server
) -> None:
    assert len(simulated) > 19_500
    assert len({record.pbx for record in simulated}) == 3
    path = stored(tmp_path / "calls.db", simulated)
    with ask(database) as db:
        db.execute("DROP SCHEMA IF EXISTS callbridge CASCADE")
    dsn = f"host={ADDRESS} port={database.port} dbname=calls user=callbridge"
    with contextlib.closing(PostgresStore(PostgresSink(dsn=dsn), PASSWORD)) as sink:
        for at in range(0, len(simulated), 500):
            sink.write(simulated[at : at + 500])
    equal = 0
    with (
        opened(path) as sqlite,
        psycopg.connect(dsn, password=PASSWORD, options="-c search_path=callbridge", autocommit=True) as db,
    ):
        for report in recount.REPORTS:
            for interval in ("none", "60"):
                request = Request(since=BEGAN, until=UNTIL, zone=ZoneInfo("Asia/Taipei"), interval=interval)
                counted = recounted(simulated, report, request)
                for of in (sqlite, Postgres(db)):
                    equal += same(counted, of, report, request)
    print(f"{len(simulated):,} calls: {equal:,} numbers equal")
    assert equal > 50_000


def simulated_settings() -> Settings:
    return msgspec.convert(tomllib.loads(pbxs.settings(3, 5038)), Settings)


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
