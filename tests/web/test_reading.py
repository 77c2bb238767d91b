"""What only reads the store is answered by a process of its own, which nobody at a page or the API can tell."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from bridge.config import Dn
from bridge.store.access import ROLES, Role
from bridge.web.reading import NICE
from tests.helpers.heard import until
from tests.web.served import Site, recorded, served

SOME = recorded()[:40]
PATHS = (
    "/v1/records?limit=7", "/v1/records?limit=x", "/v1/records/nowhere", f"/v1/records/{SOME[0].record_id}",
    f"/v1/records/{SOME[0].record_id}/explanation", f"/v1/records/{SOME[0].record_id}/picture.svg", "/v1/devices",
    "/v1/states", "/v1/reports/dn?since=2026-11-22T00:00:00Z&until=2026-11-23T00:00:00Z",
    "/v1/reports/agents/rows?figure=offered&since=2026-11-22T00:00:00Z&until=2026-11-23T00:00:00Z",
    "/v1/reports/nowhere", "/calls?kind=abandoned", "/calls?tag=nowhere",
    "/reports/queues?first=2026-11-01&last=2026-11-23&lang=zh-TW",
    "/reports/agents/rows?figure=offered&first=2026-11-01&last=2026-11-23",
)  # fmt: skip
CHANGES = re.compile(rb'"as_of":"[^"]*"|\d\d:\d\d:\d\d')
"""When it was asked."""


def is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}/exe").exists()


@asynccontextmanager
async def apart(folder: Path) -> AsyncIterator[tuple[Site, httpx.AsyncClient]]:
    async with served(folder, SOME, apart=True) as site, httpx.AsyncClient(base_url=site.base, timeout=60) as client:
        yield site, client


async def told(client: httpx.AsyncClient, site: Site, role: Role, path: str) -> tuple[int, dict[str, str], bytes]:
    answer = await client.get(path, headers=site.header(role))
    headers = {name: value for name, value in answer.headers.items() if name not in ("date", "content-length")}
    return answer.status_code, headers, CHANGES.sub(b"", answer.content)


async def test_each_answer_is_the_one_that_the_service_itself_would_give(tmp_path: Path) -> None:
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    async with (
        apart(tmp_path / "there") as (there, away),
        served(tmp_path / "here", SOME) as here,
        httpx.AsyncClient(base_url=here.base, timeout=60) as near,
    ):
        for path in PATHS:
            for role in ROLES:
                assert await told(away, there, role, path) == await told(near, here, role, path), (path, role)
        assert (await away.get("/v1/records")).status_code == 401
        assert there.desk.elsewhere is not None
        assert there.desk.elsewhere.pid is not None
        assert there.desk.access.audit(1000) != []
        assert len(there.desk.access.audit(1000)) == len(here.desk.access.audit(1000))


async def test_a_page_says_that_not_all_is_seen_as_soon_as_the_service_knows(tmp_path: Path) -> None:
    async with apart(tmp_path) as (site, client):
        headers = site.header("supervisor")
        assert "All working" in (await client.get("/calls?lang=en", headers=headers)).text
        for key in site.desk.seen._up:
            site.desk.seen._up[key] = None
        assert "Not all working" in (await client.get("/calls?lang=en", headers=headers)).text


async def test_pages_of_both_processes_name_things_by_the_settings_as_they_were_last_read(tmp_path: Path) -> None:
    async with apart(tmp_path) as (site, client):
        headers = site.header("administrator")
        number = next(record.dn for record in SOME if record.dn is not None)
        assert "Harbour line" not in (await client.get("/calls?lang=en", headers=headers)).text
        fresh = replace(site.desk.settings, dn=[Dn(number=number, name="Harbour line")])
        site.desk.seen.hub.reload(fresh)
        for page in ("/calls", "/system"):
            assert "Harbour line" in (await client.get(page, headers=headers)).text, page


async def test_a_folder_of_its_name_where_the_service_was_started_is_not_taken_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the copy of the repository from which it was installed, and which may be newer by now."""
    (tmp_path / "bridge").mkdir()
    (tmp_path / "bridge" / "__init__.py").write_text("raise SystemExit('another one')")
    monkeypatch.chdir(tmp_path)
    async with apart(tmp_path) as (site, client):
        for path in ("/v1/records", "/reports/agents/export?format=csv"):
            assert (await client.get(path, headers=site.header("supervisor"))).status_code == 200, path


async def test_a_reading_process_that_is_killed_is_started_again_and_requests_that_waited_are_told_to_come_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.api.reading.PAUSE", 0.0)
    async with apart(tmp_path) as (site, client):
        headers = site.header("supervisor")
        assert (await client.get("/v1/records", headers=headers)).status_code == 200
        reading = site.desk.elsewhere
        assert reading is not None
        first = reading.pid
        assert first is not None
        assert os.getpriority(os.PRIO_PROCESS, first) == min(os.getpriority(os.PRIO_PROCESS, 0) + NICE, 19)
        os.kill(first, signal.SIGSTOP)
        waiting = asyncio.create_task(client.get("/v1/records", headers=headers))
        await until(lambda: bool(reading._asked))
        os.kill(first, signal.SIGKILL)
        answer = await waiting
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert (await client.get("/v1/records", headers=headers)).status_code == 200
        assert reading.pid not in (None, first)


async def test_one_that_hangs_is_ended_and_nobody_waits_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with apart(tmp_path) as (site, client):
        headers = site.header("supervisor")
        assert (await client.get("/v1/records", headers=headers)).status_code == 200
        reading = site.desk.elsewhere
        assert reading is not None
        assert reading.pid is not None
        os.kill(reading.pid, signal.SIGSTOP)
        monkeypatch.setattr("bridge.api.reading.PATIENCE", 0.2)
        assert (await client.get("/v1/records", headers=headers)).status_code == 503
        monkeypatch.undo()
        monkeypatch.setattr("bridge.api.reading.PAUSE", 0.0)
        await until(lambda: reading.pid is None)
        assert (await client.get("/v1/records", headers=headers)).status_code == 200


async def test_no_more_wait_for_it_than_are_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.api.reading.MOST_ASKED", 3)
    async with apart(tmp_path) as (site, client):
        headers = site.header("supervisor")
        assert (await client.get("/v1/records", headers=headers)).status_code == 200
        reading = site.desk.elsewhere
        assert reading is not None
        assert reading.pid is not None
        os.kill(reading.pid, signal.SIGSTOP)
        waiting = [asyncio.create_task(client.get("/v1/records", headers=headers)) for _ in range(3)]
        await until(lambda: len(reading._asked) == 3)
        assert (await client.get("/v1/records", headers=headers)).status_code == 503
        assert (await client.get("/v1/live", headers=headers)).status_code == 200
        os.kill(reading.pid, signal.SIGCONT)
        assert [answer.status_code for answer in await asyncio.gather(*waiting)] == [200] * 3


async def test_it_ends_with_the_service_however_that_ends(tmp_path: Path) -> None:
    async with apart(tmp_path) as (site, client):
        await client.get("/v1/records", headers=site.header("supervisor"))
        reading = site.desk.elsewhere
        assert reading is not None
        ended = reading.pid
        assert ended is not None
    await until(lambda: not is_there(ended))
    script = (
        "import asyncio\nfrom pathlib import Path\nfrom bridge.api.reading import Reading\n"
        "async def main():\n"
        "    reading = Reading()\n"
        "    await reading._running()\n"
        "    print(reading.pid, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    service = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE)
    assert service.stdout is not None
    child = int(await service.stdout.readline())
    assert is_there(child)
    service.kill()
    await service.wait()
    await until(lambda: not is_there(child))
