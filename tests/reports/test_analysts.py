"""What analysts paste: the views, the three queries, the Grafana dashboard, the Prometheus rules."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from bridge.config.sinks import PostgresSink
from bridge.reports.periods import SLOT
from bridge.reports.request import Request
from bridge.reports.result import Lengths, Rate
from bridge.sinks import postgres_schema
from bridge.sinks.postgres import Postgres
from bridge.store import state_rows
from bridge.store.flat import NAMES
from bridge.store.row_tables import KINDS
from bridge.store.uncalled import not_called_back
from bridge.vocabulary.agent_state import StateRecord
from bridge.vocabulary.record import Record
from tests.docs.pages import ROOT, blocks, text
from tests.helpers.calls_database import PASSWORD, ask
from tests.helpers.servers import ADDRESS, Server
from tests.reports import centre
from tests.reports.asking import opened, stored, told

TAIPEI = ZoneInfo("Asia/Taipei")
DAY = 86_400_000
RULES = ROOT / "config" / "prometheus" / "callbridge.rules.yml"


@pytest.fixture(scope="module")
def now() -> int:
    return round(time.time() * 1000)


@pytest.fixture(scope="module")
def lately(now: int) -> list[Record]:
    """Calls of the last five days, so that what ended long ago and lately is in them."""
    return centre.calls(21, 700, now - 5 * DAY, now - 3_600_000)


@pytest.fixture(scope="module")
def stretches(lately: list[Record], now: int) -> list[StateRecord]:
    return centre.states(22, lately, now - 2 * DAY, now - DAY)


@pytest.fixture(scope="module")
def local(lately: list[Record], stretches: list[StateRecord], tmp_path_factory: pytest.TempPathFactory) -> str:
    return stored(tmp_path_factory.mktemp("store") / "calls.db", [*lately, *stretches])


@pytest.fixture(scope="module")
def filled(lately: list[Record], stretches: list[StateRecord], database: Server) -> Server:
    with ask(database) as db:
        db.execute("DROP SCHEMA IF EXISTS callbridge CASCADE")
    dsn = f"host={ADDRESS} port={database.port} dbname=calls user=callbridge"
    with closing(Postgres(PostgresSink(dsn=dsn), PASSWORD)) as sink:
        sink.write([*lately, *stretches])
    return database


@pytest.fixture(params=["sqlite", "postgres"])
def asked(request: pytest.FixtureRequest, local: str, filled: Server) -> Any:
    """Asks one of the two databases."""
    if request.param == "sqlite":
        with closing(sqlite3.connect(local)) as db:
            yield request.param, lambda query: db.execute(query).fetchall()
    else:
        with ask(filled) as db:
            yield request.param, lambda query: db.execute(query.encode()).fetchall()


def pasted(dialect: str, title: str) -> str:
    """The query of the page."""
    (found,) = (block for block in blocks("docs/analysts.md", "sql") if block.startswith(f"-- {dialect}: {title}\n"))
    return found


def request(now: int, since: int, **more: Any) -> Request:
    return Request(since=now - since, until=now, zone=TAIPEI, **more)


def test_the_query_of_declines_counts_as_the_report_does(asked: Any, local: str, now: int) -> None:
    dialect, query = asked
    with opened(local) as database:
        result = told("agents", request(now, 7 * DAY), database)
    at = [f.id for f in result.figures].index("rejected")
    right: dict[str, int] = {}
    for line in result.lines:
        right[line.key[1]] = right.get(line.key[1], 0) + line.values[at]  # type: ignore[operator]
    assert {agent: declined for agent, _, declined in query(pasted(dialect, "declined"))} == right
    assert sum(right.values()) > 20


def test_the_query_of_service_levels_counts_as_the_report_does(asked: Any, local: str, now: int) -> None:
    dialect, query = asked
    with opened(local) as database:
        result = told("dn", request(now, DAY, interval="60"), database)
    at = [f.id for f in result.figures].index("sl_offered")
    right: dict[str, tuple[int, int]] = {}
    for line in result.lines:
        rate = line.values[at]
        assert isinstance(rate, Rate)
        hour = line.bucket.label[:13]
        so_far = right.get(hour, (0, 0))
        right[hour] = so_far[0] + rate.numerator, so_far[1] + rate.denominator
    found = {str(hour)[:13]: (quick, wanted) for hour, quick, wanted in query(pasted(dialect, "service level"))}
    assert found == {hour: rate for hour, rate in right.items() if rate[1]}
    assert len(found) > 5


def test_the_query_of_who_was_not_called_back_finds_them(asked: Any, local: str, now: int) -> None:
    dialect, query = asked
    with opened(local) as database:
        right = set(not_called_back(database.ask, now - 7 * DAY, now, None))
    found = {row[-1] for row in query(pasted(dialect, "not called back"))}
    assert found == right
    assert len(found) > 3


def test_the_views_hold_every_row_with_its_times_and_its_seconds(asked: Any, lately: list[Record]) -> None:
    dialect, query = asked
    prefix = "callbridge." if dialect == "postgres" else ""
    for table in KINDS:
        (count,) = query(f"SELECT count(*) FROM {prefix}{table}")
        assert query(f"SELECT count(*) FROM {prefix}flat_{table}") == [count], table
    for table in state_rows.KINDS:
        (count,) = query(f"SELECT count(*) FROM {prefix}{table}")
        assert count[0] > 10
        told = query(f"SELECT count(*), sum(seconds) FROM {prefix}flat_{table}")
        (right,) = query(f"SELECT sum(until - since) FROM {prefix}{table}")
        assert (told[0][0], round(told[0][1] * 1000)) == (count[0], right[0]), table
    assert query(f"SELECT count(*) FROM {prefix}flat_tags")[0][0] == sum(len(record.tags) for record in lately)
    record = max(lately, key=lambda r: r.wait_seconds)
    columns = f"started_at, wait_seconds, talk_seconds, complete FROM {prefix}flat_calls"
    (row,) = query(f"SELECT {columns} WHERE record_id = '{record.record_id}'")
    started = row[0] if dialect == "postgres" else datetime.fromisoformat(row[0])
    assert started == datetime.fromisoformat(record.started_at)
    assert float(row[2]) == record.talk_seconds
    assert bool(row[3]) is record.complete


def test_the_page_names_every_view() -> None:
    assert set(re.findall(r"^\| `(flat_\w+)`", text("docs/analysts.md"), re.MULTILINE)) == set(NAMES)


@pytest.fixture
def newer(filled: Server, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Has a callbridge of the next version start."""

    def start() -> None:
        monkeypatch.setattr(
            postgres_schema,
            "MIGRATIONS",
            (*postgres_schema.MIGRATIONS, "CREATE VIEW callbridge.flat_new AS SELECT 1"),
        )
        dsn = f"host={ADDRESS} port={filled.port} dbname=calls user=callbridge"
        with psycopg.connect(dsn, password=PASSWORD, autocommit=True) as db:
            postgres_schema.migrate(db, "postgres")

    return start


def test_analysts_read_every_view_and_write_none_also_after_an_upgrade(
    filled: Server, newer: Callable[[], None]
) -> None:
    (granting,) = (block for block in blocks("docs/analysts.md", "sql") if block.startswith("CREATE ROLE"))
    with ask(filled) as db:
        db.execute(granting.encode())
        db.execute("CREATE ROLE grafana; GRANT USAGE ON SCHEMA callbridge TO grafana")
        db.execute("GRANT SELECT ON callbridge.flat_calls TO grafana")
        try:
            newer()
            db.execute("SET ROLE analyst")
            for view in (*NAMES, "flat_new"):
                assert db.execute(f"SELECT count(*) > 0 FROM callbridge.{view}".encode()).fetchone() == (True,), view
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute("DELETE FROM callbridge.records")
            db.execute("SET ROLE grafana")
            assert db.execute("SELECT count(*) > 0 FROM callbridge.flat_calls").fetchone() == (True,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute("SELECT count(*) FROM callbridge.flat_offers")
        finally:
            db.execute("RESET ROLE")
            db.execute("DROP OWNED BY analyst, grafana; DROP ROLE analyst, grafana")
            db.execute("DROP VIEW IF EXISTS callbridge.flat_new")
            db.execute(f"UPDATE callbridge.version SET version = {len(postgres_schema.MIGRATIONS) - 1}".encode())


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((ROOT / "config/grafana/callbridge.json").read_text())["panels"]
    return found


def filled_in(query: str, since: int, until: int) -> str:
    """With what Grafana puts in place of its macros."""
    start, end = (datetime.fromtimestamp(at / 1000, TAIPEI) for at in (since, until))
    bounds = f"BETWEEN '{start}' AND '{end}'"
    return re.sub(r"\$__timeFilter\((\w+)\)", rf"\1 {bounds}", query)


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel["title"])
def test_each_panel_of_the_dashboard_shows_something(panel: dict[str, Any], filled: Server, now: int) -> None:
    (target,) = panel["targets"]
    query = filled_in(target["rawSql"], now - 7 * DAY, now)
    assert "$" not in query
    with ask(filled) as db:
        cursor = db.execute(query.encode())
        rows = cursor.fetchall()
        names = [column.name for column in cursor.description or ()]
    assert len(rows) > 3
    if panel["type"] == "timeseries":
        assert names[0] == "time"
        assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_the_dashboard_counts_as_the_report_does(filled: Server, local: str, now: int) -> None:
    since = (now - 4 * DAY) // SLOT * SLOT
    with opened(local) as database:
        result = told("dn", Request(since=since, until=now, zone=TAIPEI), database)
    of = dict(zip([f.id for f in result.figures], result.totals, strict=True))
    with ask(filled) as db:
        shown = [
            db.execute(filled_in(p["targets"][0]["rawSql"], since, now).encode()).fetchall() for p in panels()[:3]
        ]
    outcomes: dict[str, int] = {}
    for _, outcome, calls in shown[0]:
        outcomes[outcome] = outcomes.get(outcome, 0) + calls
    assert outcomes == {name: of[name] for name in outcomes}
    assert sum(outcomes.values()) == of["concluded"]
    wait = of["wait"]
    assert isinstance(wait, Lengths)
    assert max(longest for _, _, longest in shown[2] if longest is not None) == wait.longest / 1000


def test_every_figure_in_the_alarms_is_one_that_the_service_tells() -> None:
    told_of = set(re.findall(r"`(callbridge_\w+)`", text("docs/operating.md")))
    used = set(re.findall(r"\b(callbridge_\w+?)(?:_bucket)?\b(?=[ {\[)])", RULES.read_text()))
    assert len(used) > 6
    assert used <= told_of


UNIT_TESTS = """
rule_files: [{rules}]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - series: 'callbridge_feed_connected{{pbx="pbx1", feed="ami"}}'
        values: '1 1 0 0 0 1'
      - series: 'callbridge_records_total{{pbx="pbx1", complete="false"}}'
        values: '0 0 0 1 1 1'
      - series: 'callbridge_outbox_oldest_seconds{{sink="crm"}}'
        values: '0 300 601 700 0 0'
      - series: 'callbridge_unwritten_records{{sink="sqlite busy.db"}}'
        values: '2x9'
      - series: 'callbridge_sink_failing{{sink="sqlite busy.db"}}'
        values: '0x9'
      - series: 'callbridge_unwritten_records{{sink="sqlite full.db"}}'
        values: '5x9'
      - series: 'callbridge_sink_failing{{sink="sqlite full.db"}}'
        values: '1x9'
    alert_rule_test:
      - {{eval_time: 1m, alertname: CallbridgeFeedAway, exp_alerts: []}}
      - eval_time: 4m
        alertname: CallbridgeFeedAway
        exp_alerts:
          - exp_labels: {{severity: critical, pbx: pbx1, feed: ami}}
            exp_annotations:
              summary: "pbx1: ami is not connected"
              description: >-
                Calls on this PBX are being missed. See the PBX, the link, and the user in manager.conf or ari.conf.
      - {{eval_time: 5m, alertname: CallbridgeFeedAway, exp_alerts: []}}
      - {{eval_time: 2m, alertname: CallbridgeCallsNotSeenInFull, exp_alerts: []}}
      - eval_time: 5m
        alertname: CallbridgeCallsNotSeenInFull
        exp_alerts:
          - exp_labels: {{severity: warning, pbx: pbx1, complete: "false"}}
            exp_annotations:
              summary: "pbx1: calls of the last hour were not seen in full"
              description: A feed was away. callbridge backfill can fill the gaps from the PBX's logs.
      - {{eval_time: 4m, alertname: CallbridgeRecordsNotWritten, exp_alerts: []}}
      - eval_time: 6m
        alertname: CallbridgeRecordsNotWritten
        exp_alerts:
          - exp_labels: {{severity: critical, sink: sqlite full.db}}
            exp_annotations:
              summary: sqlite full.db has not taken 5 records for 5 minutes
              description: The disk may be full. Records wait in memory and in the journal.
      - {{eval_time: 4m, alertname: CallbridgeSinkAway, exp_alerts: []}}
      - eval_time: 3m
        alertname: CallbridgeSinkAway
        exp_alerts:
          - exp_labels: {{severity: warning, sink: crm}}
            exp_annotations:
              summary: crm has been away for more than ten minutes
              description: "Nothing is lost: its records wait in the outbox. callbridge outbox says why."
"""


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed: make servers")
def test_the_alarms_ring_when_they_should_and_end(tmp_path: Path) -> None:
    unit_tests = tmp_path / "tests.yml"
    unit_tests.write_text(UNIT_TESTS.format(rules=RULES))
    for command in (("check", "rules", str(RULES)), ("test", "rules", str(unit_tests))):
        done = subprocess.run(["promtool", *command], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
