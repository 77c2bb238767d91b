"""PBX, service or network fail while a supervisor looks at the page Now: it says so, and is right again by itself.

The service is a process of its own behind a simulated PBX, the page a real Chromium behind a proxy of the test.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect

from bridge.store.access import Access, path_beside
from bridge.store.records import SqliteStore
from tests.helpers.ports import free_ports, listening
from tests.web.browser import chromium

pytestmark = pytest.mark.full

COMMAND = [sys.executable, "-c", "import sys; from bridge.cli import main; sys.exit(main())"]
PATIENCE = 60_000
"""Milliseconds: this machine may be busy. How long it took is printed."""


class Centre:
    """The PBX and the service, each to be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pbx_port, self.port, self.proxy_port = free_ports(3)
        store = str(folder / "calls.db")
        SqliteStore(store).close()
        access = Access(path_beside(store))
        self.token = access.add("the floor", "supervisor") or ""
        access.close()
        pbx = folder / "pbx"
        subprocess.run([*COMMAND, "simulate", "--settings", str(pbx), "--port", str(self.pbx_port)], check=True)
        self.config = folder / "callbridge.toml"
        sink = f'[[sink]]\ntype = "sqlite"\npath = "{store}"\n'
        self.config.write_text(f"{pbx.read_text()}[web]\nport = {self.port}\n{sink}")
        self.config.chmod(0o600)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start_pbx(self) -> None:
        calls = ["--rate", "3", "--talk", "4", "--seconds", "10000", "--port", str(self.pbx_port)]
        self._start("pbx", "simulate", *calls)

    def start_service(self) -> None:
        self._start("service", "run", "--config", str(self.config))

    def _start(self, name: str, *words: str) -> None:
        with (self.folder / f"{name}.log").open("a") as log:
            self.processes[name] = subprocess.Popen([*COMMAND, *words], cwd=self.folder, stderr=log, stdout=log)

    def kill(self, name: str) -> None:
        self.processes[name].kill()
        self.processes[name].wait()


class Proxy:
    """Passes bytes on, or swallows them."""

    def __init__(self) -> None:
        self.swallows = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
        try:
            other_reader, other_writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.close()
            return
        ways = [
            asyncio.create_task(self._pass(reader, other_writer)),
            asyncio.create_task(self._pass(other_reader, writer)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        writer.close()
        other_writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if not self.swallows:
                    writer.write(data)
                    await writer.drain()


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[tuple[Centre, Proxy, Page]]:
    """The page, live, while calls go on."""
    centre, proxy = Centre(folder), Proxy()
    serving = await asyncio.start_server(
        lambda reader, writer: proxy.serve(reader, writer, centre.port), "127.0.0.1", centre.proxy_port
    )
    try:
        centre.start_service()
        await until(lambda: listening(centre.port))
        centre.start_pbx()
        async with chromium() as browser:
            page = await browser.new_page(viewport={"width": 1366, "height": 900})
            await page.goto(f"http://127.0.0.1:{centre.proxy_port}/sign-in?lang=en&zone=UTC")
            await page.fill("#token", centre.token)
            await page.press("#token", "Enter")
            await is_right(centre, page)
            yield centre, proxy, page
    finally:
        for process in centre.processes.values():
            process.kill()
            process.wait()
        serving.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE / 1000):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


QUEUES = """() => Object.fromEntries([...document.querySelectorAll("#queues tr")].map((row) =>
  [row.dataset.key, ["waiting", "talking"].map((name) =>
    Number(row.querySelector(`[data-f="${name}"]`).textContent))]))"""


async def is_right(centre: Centre, page: Page) -> None:
    """The page says that it is live, and shows what the service says at the same moment; calls are going on."""
    await expect(page.locator("#link")).to_have_text("Live", timeout=PATIENCE)
    async with httpx.AsyncClient(timeout=60) as client, asyncio.timeout(PATIENCE / 1000):
        while True:
            before = await told(centre, client)
            shown = await page.evaluate(QUEUES)
            if shown in (before, await told(centre, client)) and any(any(counts) for counts in shown.values()):
                return
            await asyncio.sleep(0.05)


async def told(centre: Centre, client: httpx.AsyncClient) -> dict[str, Any]:
    with suppress(httpx.HTTPError):
        header = {"Authorization": f"Bearer {centre.token}"}
        answer = await client.get(f"http://127.0.0.1:{centre.port}/v1/live?kinds=queue", headers=header)
        if answer.status_code == 200:
            items = answer.json()["items"]
            return {item["key"]: [item["value"]["waiting"], item["value"]["talking"]] for item in items}
    return {}


async def says(page: Page, selector: str, text: str) -> None:
    began = time.monotonic()
    await expect(page.locator(selector)).to_contain_text(text, timeout=PATIENCE)
    print(f"{text!r} after {time.monotonic() - began:.1f} s")


async def test_a_pbx_that_is_killed_is_told_as_away_and_its_calls_turn_grey_until_it_is_back(tmp_path: Path) -> None:
    async with watched(tmp_path) as (centre, _, page):
        centre.kill("pbx")
        await says(page, "#share", "0 of 1 PBX")
        await says(page, "#alarms", "the PBX cannot be seen")
        assert await page.locator("#queues tr").count() == await page.locator("#queues tr[data-away]").count() > 0
        assert await page.inner_text("[data-total=waiting] dd") == "–"
        centre.start_pbx()
        await expect(page.locator("#share")).to_be_hidden(timeout=PATIENCE)
        await is_right(centre, page)
        await expect(page.locator("#alarms")).not_to_contain_text("cannot be seen", timeout=PATIENCE)


async def test_a_service_that_is_killed_is_told_as_a_lost_connection_until_it_runs_again(tmp_path: Path) -> None:
    async with watched(tmp_path) as (centre, _, page):
        centre.kill("service")
        await says(page, "#link", "Connection lost")
        assert await page.locator("#board[data-stale]").count() == 1
        centre.start_service()
        await is_right(centre, page)
        assert await page.locator("#board[data-stale]").count() == 0


async def test_a_service_that_is_stopped_says_so_itself(tmp_path: Path) -> None:
    async with watched(tmp_path) as (centre, _, page):
        centre.processes["service"].terminate()
        await says(page, "#link", "The service is stopping")
        await asyncio.to_thread(centre.processes["service"].wait, 60)
        centre.start_service()
        await is_right(centre, page)


async def test_a_proxy_that_swallows_all_bytes_is_told_as_a_lost_connection_until_it_passes_them_on(
    tmp_path: Path,
) -> None:
    async with watched(tmp_path) as (centre, proxy, page):
        proxy.swallows = True
        await says(page, "#link", "Connection lost")
        assert await page.locator("#board[data-stale]").count() == 1
        await asyncio.sleep(3)
        proxy.swallows = False
        await is_right(centre, page)
