"""``callbridge demo``: the pages, for whoever has no PBX at hand."""

import asyncio
import signal
import sys
import time
from pathlib import Path

import httpx
import msgspec

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
