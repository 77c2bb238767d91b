"""The figures of today on the board, against the reports."""

import json
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from bridge.cli import main
from bridge.config import Settings
from bridge.config.sinks import SqliteSink
from bridge.live import day
from bridge.live.day import AgentDay, Figures
from bridge.live.hub import Hub
from bridge.live.items import AgentItem, CallItem, Change, TodayItem
from bridge.pipeline.pipeline import Pipeline
from bridge.reports import asked
from bridge.service.today import figures
from bridge.store.reader import find
from bridge.store.records import SqliteStore
from bridge.vocabulary.record import Record
from bridge.vocabulary.times import rfc3339, seconds
from tests.helpers import recorded
from tests.helpers.noon import NOON
from tests.web.served import recorded as all_records

TIME = re.compile(r"20\d\d-\d\d-\d\dT[\d:.]+Z")
AGO = 900
"""Seconds since each call began: the last half hour is all of today."""


def of_today(now: float | None = None) -> list[Record]:
    now = time.time() if now is None else now
    return [shifted(record, now - AGO) for record in all_records()]


def shifted(record: Record, began: float) -> Record:
    later = began - seconds(record.started_at)
    text = TIME.sub(lambda found: rfc3339(seconds(found[0]) + later), msgspec.json.encode(record).decode())
    return msgspec.json.decode(text, type=Record)


def settings_of(path: str, zone: str = NOON) -> Settings:
    given = recorded.settings()
    reports = msgspec.structs.replace(given.reports, timezone=zone)
    return msgspec.structs.replace(given, sink=[SqliteSink(path)], reports=reports)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Settings]]:
    """A folder with the calls of today, and the settings. The clock of reports stands still: every call stays one of
    the last half hour, however long the tests take."""
    folder, now = tmp_path_factory.mktemp("today"), time.time()
    path = str(folder / "calls.db")
    store = SqliteStore(path)
    store.write(of_today(now))
    store.close()
    given = (recorded.CAPTURES / "callbridge.toml").read_text().replace('path = "callbridge.db"', f'path = "{path}"')
    file = folder / "callbridge.toml"
    file.write_text(f'{given}\n[reports]\ntimezone = "{NOON}"\n')
    file.chmod(0o600)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asked, "time", SimpleNamespace(time=lambda: now))
        yield folder, settings_of(path)


def reported(folder: Path, name: str) -> dict[str, Any]:
    out = folder / f"{name}.json"
    config = str(folder / "callbridge.toml")
    assert main(["report", name, "--config", config, "--format", "json", "--out", str(out)]) == 0
    report: dict[str, Any] = json.loads(out.read_bytes())
    return report


def as_reported(item: TodayItem) -> dict[str, Any]:
    """What the report of DNs has for it."""
    return {
        "arrived": item.arrived, "answered": item.answered, "abandoned": item.abandoned, "exited": item.exited,
        "short_abandons": item.short_abandons, "overflowed": item.overflowed,
    }  # fmt: skip


def test_with_no_call_in_progress_each_dn_has_the_figures_of_its_report(shop: tuple[Path, Settings]) -> None:
    folder, settings = shop
    shown = figures(settings).today
    report = reported(folder, "dn")
    lines = {"all": report["totals"]} | {f"dn:{row['dn']}": row for row in report["rows"]}
    assert {key for key in shown if not key.startswith("queue:")} == lines.keys()
    for key, line in lines.items():
        item = shown[key]
        assert as_reported(item) == {name: line[name] for name in as_reported(item)}
        assert share(item.sl) == line[item.sl_formula]["value"]
        assert item.asa == line["asa"]["average"]
        assert item.wait_longest == line["wait"]["longest"]
        assert item.talk_avg == line["talk"]["average"]
        assert (item.sl_30, item.sl_30_of) == (item.sl, line[item.sl_formula]["denominator"])
    assert shown["all"].arrived > 20


def test_with_no_call_in_progress_each_queue_has_the_figures_of_its_report(shop: tuple[Path, Settings]) -> None:
    folder, settings = shop
    shown = figures(settings).today
    rows = {f"queue:{row['queue']}": row for row in reported(folder, "queues")["rows"]}
    assert {key for key in shown if key.startswith("queue:")} == rows.keys()
    for key, row in rows.items():
        item = shown[key]
        assert (item.arrived, item.answered, item.abandoned) == (row["entered"], row["answered"], row["abandoned"])
        assert item.exited == row["timeout"] + row["leave_empty"] + row["key"]
        assert share(item.sl) == row[item.sl_formula]["value"]
        assert item.asa == row["asa"]["average"]
        assert item.wait_longest == row["wait"]["longest"]


def test_with_no_call_in_progress_each_agent_has_the_figures_of_her_report(shop: tuple[Path, Settings]) -> None:
    folder, settings = shop
    shown = figures(settings)
    rows = {f"{recorded.PBX}/{row['agent']}": row for row in reported(folder, "agents")["rows"]}
    assert shown.agents.keys() == rows.keys()
    for key, row in rows.items():
        own = msgspec.structs.asdict(shown.agents[key])
        failure = own.pop("last_failure")
        assert own == {name: row[name] for name in own}
        assert (failure is not None) == (row["device_failed"] > 0)
    assert sum(own.device_failed for own in shown.agents.values()) > 3


def share(value: float | None) -> float | None:
    """With as many digits as a report has."""
    return None if value is None else round(value, 6)


def test_the_longest_wait_of_the_day_leads_to_its_call(shop: tuple[Path, Settings]) -> None:
    _, settings = shop
    item = figures(settings).today["all"]
    waited = {r.record_id: r.wait_seconds for r in of_today() if r.direction == "inbound"}
    assert item.wait_longest_call is not None
    assert waited[item.wait_longest_call] == item.wait_longest == max(waited.values())


def test_at_the_very_midnight_there_are_figures_of_no_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    SqliteStore(str(tmp_path / "calls.db")).close()
    monkeypatch.setattr(asked, "time", SimpleNamespace(time=lambda: 1_795_305_600.0))
    shown = figures(settings_of(str(tmp_path / "calls.db"), "UTC"))
    assert shown.since == "2026-11-22T00:00:00.000Z"
    assert {item.arrived for item in shown.today.values()} == {0}
    assert shown.agents == {}


# -- while calls go on


def followed(name: str, hub: Hub, store: SqliteStore) -> Iterator[float]:
    """A recorded story, as the service has it: what changes is told the board, what is over is written."""
    pipeline = Pipeline(recorded.settings(), recorded.PBX)
    pipeline.watch(board=True)
    now = 0.0
    for message in recorded.messages(name):
        if message.pbx == recorded.PBX:
            now = message.t
            store.write(list(pipeline.feed(message).records))
            hub.take(pipeline.refresh(now), now)
            yield now
    store.write(list(pipeline.advance(now + 60).records))
    hub.take(pipeline.refresh(now + 60), now + 60)
    yield now + 60


def all_today(hub: Hub) -> dict[str, tuple[int, int]]:
    found = {key: item for (_, key), item in hub.items.items() if isinstance(item, TodayItem)}
    return {key: (item.arrived, item.answered) for key, item in found.items() if item.arrived or item.answered}


def of_agents(hub: Hub) -> dict[str, AgentDay]:
    return {
        key: AgentDay(a.handled or 0, a.answered or 0, a.rejected or 0, a.no_answer or 0, a.device_failed or 0,
                      a.last_failure)
        for (_, key), a in hub.items.items() if isinstance(a, AgentItem)
    }  # fmt: skip


@pytest.mark.parametrize("name", recorded.NAMES)
def test_whenever_the_store_is_read_a_call_counts_once_and_nothing_falls_when_it_ends(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(str(tmp_path / "calls.db"), "Asia/Taipei")
    clock = recorded.messages(name)[0].t
    monkeypatch.setattr(asked, "time", SimpleNamespace(time=lambda: clock + 1))
    store, hub, chance = SqliteStore(str(tmp_path / "calls.db")), Hub(recorded.settings(), 1.0), random.Random(11)
    hub.figures(figures(settings), clock)
    before: dict[str, tuple[int, int]] = {}
    before_calls, came_in = set[str](), set[str]()
    for clock in followed(name, hub, store):
        if chance.random() < 0.1:
            hub.figures(figures(settings, lambda: hub.day.calls), clock)
        now, calls = all_today(hub), {key: c for (_, key), c in hub.items.items() if isinstance(c, CallItem)}
        if before_calls - calls.keys():
            for key, (arrived, answered) in before.items():
                assert now[key] >= (arrived, answered), "a figure fell as a call ended"
        assert now.get("all", (0, 0))[0] >= sum(call.direction == "inbound" for call in calls.values())
        before, before_calls = now, {*calls}
        came_in |= {key for key, call in calls.items() if call.direction == "inbound"}
    hub.figures(figures(settings, lambda: hub.day.calls), clock + 30)
    report = figures(settings)
    assert all_today(hub) == {
        key: (item.arrived, item.answered) for key, item in report.today.items() if item.arrived or item.answered
    }
    for key, own in of_agents(hub).items():
        assert own == report.agents.get(key, AgentDay())
    if came_in <= {record.call_id for record in find(str(tmp_path / "calls.db"))}:
        assert before == all_today(hub), "what the board had counted by itself is what the report counts"
    else:  # a call that came in has become part of another: the board counts it by itself until nobody has a record
        assert all(before[key] >= counted for key, counted in all_today(hub).items())
    store.close()


def test_while_the_store_cannot_be_read_no_more_calls_are_remembered_than_have_a_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(day, "MOST_OVER", 5)
    hub = Hub(recorded.settings(), 1.0)
    hub.figures(nothing_yet(), 0.0)
    for number in range(50):
        start = rfc3339(1000.0 + number)
        call = CallItem("pbx1", "inbound", "8000", None, None, start, None, True, "menu", start)
        hub.take([Change("call", f"c{number}", None, call)], 0.0)
        hub.take([Change("call", f"c{number}", call, None)], 0.0)
    assert len(hub.day.calls) == 5
    assert all_today(hub) == {"all": (5, 0), "dn:8000": (5, 0)}


def nothing_yet() -> Figures:
    none = TodayItem(0, 0, 0, 0, 0, 0, None, "sl_offered", 20.0, None, 0, None, None, None, None)
    return Figures(rfc3339(0.0), none, {}, {}, {}, frozenset())
