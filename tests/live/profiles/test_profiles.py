"""The same call deserves the same record, whatever the version of the PBX and however its dialplan is written."""

from collections.abc import Callable

import pytest

from tests.live.expected import compare
from tests.live.feed_limits import differences_by_ari
from tests.live.profiles.built import BUILT
from tests.live.profiles.table import Table
from tests.live.season import INSTANCES, Season

pytestmark = pytest.mark.full

CALLS = [pytest.param(key, name, id=f"{key}-{name}") for key, pbx in BUILT.items() for name in pbx.suite]


@pytest.mark.parametrize(("key", "name"), CALLS)
def test_every_call_gets_what_it_deserves_on_every_pbx(
    key: str, name: str, season_on: Callable[[str], Season], table: Table
) -> None:
    pbx = BUILT[key]
    row = table.setdefault((pbx.dialplan, name), {})
    if name in pbx.lacks:
        row[pbx.version] = f"impossible: {pbx.lacks[name]}"
        return
    row[pbx.version] = "not played"
    season = season_on(key)
    played = season.played[name]
    assert played.failure is None
    row[pbx.version] = "wrong"
    expected = pbx.suite[name].expected
    differences = []
    for instance in INSTANCES:
        records = season.records(name, instance)
        if instance == "ari":
            found = differences_by_ari(name, expected, records, played.cell.nn, pbx.cannot)
        else:
            found = compare(expected, records, played.cell.nn)
        differences += [f"{instance}: {difference}" for difference in found]
    assert not differences, "\n".join(differences)
    row[pbx.version] = f"exact: but for ARI alone: {pbx.cannot[name].why}" if name in pbx.cannot else "exact"


@pytest.mark.parametrize("pbx", BUILT)
def test_no_record_is_left_that_no_scenario_explains_on_any_pbx(pbx: str, season_on: Callable[[str], Season]) -> None:
    season = season_on(pbx)
    for instance in INSTANCES:
        explained = [r["record_id"] for name in season.played for r in season.records(name, instance)]
        assert sorted(explained) == sorted(r["record_id"] for r in season.instances[instance])


@pytest.mark.parametrize("pbx", BUILT)
def test_the_services_had_nothing_to_complain_about_on_any_pbx(pbx: str, season_on: Callable[[str], Season]) -> None:
    for name, lines in season_on(pbx).said.items():
        assert [line for line in lines if "level=info" not in line] == [], name
