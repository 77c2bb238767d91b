"""The calls that go on at the end of ``make demo`` can be looked at while they do."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.live.floor import AGENTS, TALK, at_work
from tests.live.lab import LABS, Lab

pytestmark = pytest.mark.full


@pytest.fixture
def floor() -> Iterator[Lab]:
    lab = LABS["floor"]
    ours = lab.up()
    yield lab
    if ours:
        lab.down()


async def test_whoever_opens_the_demos_page_sees_people_talk_and_finds_their_calls_after(
    floor: Lab, tmp_path: Path
) -> None:
    async with (
        asyncio.timeout(200), at_work(floor, tmp_path, 300) as (address, token),
        httpx.AsyncClient(base_url=address, headers={"Authorization": f"Bearer {token}"}) as client,
    ):  # fmt: skip

        async def asked(path: str) -> Any:
            return (await client.get(path)).raise_for_status().json()

        states: set[str] = set()
        while "talking" not in states:
            items = (await asked("v1/live"))["items"]
            agents = [item["value"] for item in items if item["kind"] == "agent"]
            states = {agent["state"] for agent in agents}
            await asyncio.sleep(0.2)
        assert len([agent for agent in agents if agent["role"] == "agent"]) == len(AGENTS)
        talks: list[float] = []
        while not any(talk >= TALK[0] for talk in talks):
            talks = [record["talk_seconds"] for record in (await asked("v1/records"))["records"]]
            await asyncio.sleep(0.5)
