"""Every call on the real PBX leaves exactly the record it deserves, whichever feed the service listens to."""

import json
import subprocess
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from bridge.reports.request import Request
from bridge.store.asking import asking
from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.record import Record
from tests.live.expected import compare
from tests.live.feed_limits import differences_by_ari
from tests.live.scenarios import SCENARIOS
from tests.live.season import INSTANCES, Season
from tests.live.watchers import CALLBRIDGE, last_revisions
from tests.reports import recount
from tests.reports.asking import stored
from tests.reports.comparing import compared


@pytest.mark.parametrize("instance", INSTANCES)
@pytest.mark.parametrize("name", SCENARIOS)
def test_every_call_gets_the_tags_and_offers_it_deserves(name: str, instance: str, season: Season) -> None:
    played = season.played[name]
    assert played.failure is None
    records = season.records(name, instance)
    expected = SCENARIOS[name].expected
    if instance == "ari":
        differences = differences_by_ari(name, expected, records, played.cell.nn)
    else:
        differences = compare(expected, records, played.cell.nn)
    assert not differences, "\n".join(differences)


def test_every_tag_is_deserved_by_some_call() -> None:
    deserved = {tag for scenario in SCENARIOS.values() for each in scenario.expected for tag in each.tags.split()}
    assert deserved == set(BY_NAME)


def test_every_tag_names_its_evidence(season: Season) -> None:
    for instance in INSTANCES:
        for record in season.instances[instance]:
            assert all(record["evidence"][tag] for tag in record["tags"])
            assert set(record["evidence"]) == set(record["tags"])


def test_no_record_is_left_that_no_scenario_explains(season: Season) -> None:
    for instance in INSTANCES:
        explained = [r["record_id"] for name in season.played for r in season.records(name, instance)]
        written = [r["record_id"] for r in season.instances[instance]]
        assert sorted(explained) == sorted(written)


def test_the_services_had_nothing_to_complain_about(season: Season) -> None:
    for name, lines in season.said.items():
        assert [line for line in lines if "level=info" not in line] == [], name


@pytest.mark.parametrize("instance", INSTANCES)
def test_a_script_of_its_own_counts_the_same_of_the_days_calls(instance: str, season: Season, tmp_path: Path) -> None:
    records = [msgspec.convert(record, Record) for record in season.instances[instance]]
    request = Request(since=0, until=4_000_000_000_000, zone=ZoneInfo("Asia/Taipei"))
    with asking(stored(tmp_path / "calls.db", records)) as database:
        equal = {report: compared(records, database, report, request) for report in recount.REPORTS}
    assert sum(equal.values()) > 10 * len(records), equal


def test_a_replay_of_the_day_gives_the_days_records(season: Season) -> None:
    command = [CALLBRIDGE, "replay", str(season.capture), "--config", str(season.config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    replayed = {r["record_id"]: r for r in last_revisions(done.stdout)}
    live = {r["record_id"]: r for r in season.instances["both"]}
    assert set(replayed) == set(live)
    assert not [
        f"{i} {name}: {replayed[i].get(name)!r}, live {record.get(name)!r}"
        for i, record in live.items()
        for name in sorted({*record, *replayed[i]})
        if record.get(name) != replayed[i].get(name)
    ]


def test_the_store_holds_what_the_record_file_holds(season: Season) -> None:
    command = [CALLBRIDGE, "records", "--config", str(season.config), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    stored = [json.loads(line) for line in done.stdout.splitlines()]
    key = lambda record: record["record_id"]  # noqa: E731
    assert sorted(stored, key=key) == sorted(season.instances["both"], key=key)
