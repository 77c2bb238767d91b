"""``callbridge demo``: the pages, for whoever has no PBX at hand."""

import asyncio
import signal
import sys
import time
from pathlib import Path

import httpx
import msgspec

from bridge.commands.demo import settings_text
from bridge.commands.options import live_settings
from bridge.pipeline.pipeline import Pipeline
from bridge.simulate import telling
from bridge.simulate.story import stories
from tests.helpers.heard import until
from tests.helpers.ports import free_port

IN_TIME = 20.0
"""Seconds from the command to the open page."""


async def test_the_demo_opens_in_time_has_calls_that_go_on_and_leaves_nothing(tmp_path: Path) -> None:
    port = free_port()
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-c",
            "import sys; from bridge.cli import main; sys.exit(main())",
            "demo",
            "--port",
            str(port),
        ),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"TMPDIR": str(tmp_path), "PATH": "", "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        said = [(await process.stdout.readline()).decode() for _ in range(3)]
        assert f"http://127.0.0.1:{port}/" in said[0]
        token = said[2].strip()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            while True:
                try:
                    page = await client.get("/sign-in")
                except httpx.TransportError:
                    assert time.monotonic() - began < IN_TIME, "not open yet"
                    await asyncio.sleep(0.1)
                    continue
                break
            assert page.status_code == 200
            took = time.monotonic() - began
            assert took < IN_TIME
            headers = {"Authorization": f"Bearer {token}"}
            listed = await client.get("/v1/records", params={"limit": 1000}, headers=headers)
            records = msgspec.json.decode(listed.content)["records"]
            before = len(records)
            people = {offer["agent"] for record in records for offer in record["offers"]}
            assert [agent for agent in people if agent.isdecimal()] == [], "everybody has a name"
            assert before > 100
            kept = msgspec.json.decode((await client.get("/v1/states", headers=headers)).content)
            first = min(one["from"] for one in kept["states"])
            assert first < min(record["answered_at"] or "~" for record in records), "agents' days are not empty"
            states: set[str] = set()

            async def busy() -> None:
                while "in call" not in states:
                    found = msgspec.json.decode((await client.get("/v1/devices", headers=headers)).content)
                    states.update(device["state"] for device in found)
                    await asyncio.sleep(0.5)

            await asyncio.wait_for(busy(), 60)
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0, errors
    assert b"callbridge: warning" not in errors
    assert b"events_without_time" not in errors
    await until(lambda: not list(tmp_path.iterdir()))


def test_people_take_seconds_to_answer_to_decline_and_to_hang_up_in_the_demo(tmp_path: Path) -> None:
    file = tmp_path / "callbridge.toml"
    file.touch(0o600)
    file.write_text(settings_text(tmp_path, 1, 2))
    pipeline = Pipeline(live_settings(file), telling.PBX)
    records = [record for message in telling.hours_before(1.8e9, 2) for record in pipeline.feed(message).records]

    rang = [offer.ring_seconds for record in records for offer in record.offers if offer.ringing_at]
    assert len(rang) > 50
    assert min(rang) > 1, "somebody picked up or declined as no person can"
    assert max(rang) < 20, "the wait for a person to answer is not what a manager looks at"
    talked = [record.talk_seconds for record in records if record.answered_at]
    assert min(talked) > 3


def test_the_demo_has_the_tags_of_its_recorded_calls_at_the_pace_of_people(tmp_path: Path) -> None:
    file = tmp_path / "callbridge.toml"
    file.touch(0o600)
    file.write_text(settings_text(tmp_path, 1, 2))
    pipeline = Pipeline(live_settings(file), telling.PBX)
    records = [record for message in telling.hours_before(1.8e9, 6) for record in pipeline.feed(message).records]
    expected = {tuple(tags) for story in stories() for tags in story.calls}
    assert {tuple(record.tags) for record in records} == expected
