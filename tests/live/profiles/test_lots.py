"""A parking lot is there from its first call on. A service that starts then tells of parked calls as any other."""

import asyncio
from pathlib import Path

import pytest

from tests.live.expected import compare
from tests.live.feed_limits import differences_by_ari
from tests.live.profiles.built import BUILT
from tests.live.season import INSTANCES, Season, play

PARKED = (
    "an_agent_parks_the_customer_and_a_colleague_takes_the_call",
    "an_agent_parks_the_customer_and_takes_the_call_back",
    "a_parked_customer_comes_back_to_the_agent",
)


@pytest.mark.full
@pytest.mark.parametrize("key", ["own-22", "own-16"])
def test_calls_parked_in_a_lot_that_was_there_before_the_service_are_told_whole(key: str, tmp_path: Path) -> None:
    pbx = BUILT[key]
    scenarios = [pbx.suite[name] for name in PARKED]
    ours = pbx.lab.up()

    async def twice() -> Season:
        first = await play(pbx.lab, tmp_path / "first", scenarios, print)
        cells = {name: played.cell.number for name, played in first.played.items()}
        assert len(set(cells.values())) == len(PARKED)  # each in a lot of its own, which all of them have used now
        return await play(pbx.lab, tmp_path / "second", scenarios, print)

    try:
        season = asyncio.run(twice())
    finally:
        if ours:
            pbx.lab.down()
    for name, played in season.played.items():
        assert played.failure is None
        for instance in INSTANCES:
            records, nn = season.records(name, instance), played.cell.nn
            if instance == "ari":
                assert differences_by_ari(name, pbx.suite[name].expected, records, nn, pbx.cannot) == []
            else:
                assert compare(pbx.suite[name].expected, records, nn) == []
    assert b"parking" in season.capture.read_bytes().split(b"BridgeListComplete", 1)[0]
