"""Stretches of states over HTTP."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bridge.vocabulary.agent_state import AgentStateRecord
from tests.reports import centre
from tests.reports.asking import stored
from tests.web.served import asked

SINCE, UNTIL = 1_792_800_000_000, 1_792_886_400_000


async def test_every_stretch_that_lasted_in_the_period_is_listed_once_page_by_page_in_order(tmp_path: Path) -> None:
    states = centre.states(3, [centre.made()], SINCE, UNTIL)
    async with asked(tmp_path) as (site, client):
        stored(Path(site.desk.store), states)
        headers = site.header("supervisor")
        begin, end = centre.written(SINCE + 3_600_000), centre.written(SINCE + 40_000_000)
        address = f"/v1/states?agent=1001&since={begin}&until={end}&limit=2"
        found, after = list[AgentStateRecord](), ""
        while True:
            page = msgspec.json.decode((await client.get(address + after, headers=headers)).content)
            found += [msgspec.convert(one, AgentStateRecord) for one in page["states"]]
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        wanted = [
            one for one in states
            if isinstance(one, AgentStateRecord) and one.agent == "1001" and one.from_ < end
            and (one.until is None or one.until > begin)
        ]  # fmt: skip
        assert len(wanted) > 3
        assert sorted(found, key=lambda one: one.state_id) == sorted(wanted, key=lambda one: one.state_id)
        assert [one.from_ for one in found] == sorted(one.from_ for one in found)
        devices = msgspec.json.decode((await client.get("/v1/states?devices=true", headers=headers)).content)
        assert {one["kind"] for one in devices["states"]} == {"device_state"}
