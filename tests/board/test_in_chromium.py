"""The page Now in a real Chromium, while a simulated PBX goes on."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, Page

from bridge.live.hub import Hub
from bridge.live.items import AgentItem, CallItem, QueueItem
from bridge.pipeline.pipeline import Pipeline
from tests.helpers import recorded
from tests.helpers.heard import GIVES_UP
from tests.web.browser import reader
from tests.web.served import Site, served

STORY = ("an_agent_declines_with_603", "an_agent_transfers_blind_to_a_queue", "the_queue_gives_up_after_its_time")


async def calls_go_on(site: Site) -> None:
    """Recorded calls, one after the other, four times as fast as they were."""
    hub, pipeline = site.desk.seen.hub, Pipeline(recorded.settings(), recorded.PBX)
    pipeline.watch(board=True)
    while True:
        for name in STORY:
            before = None
            for message in recorded.messages(name):
                await asyncio.sleep(min(0.5, (message.t - (before or message.t)) / 4))
                before = message.t
                pipeline.feed(message)
                if changes := pipeline.refresh(message.t):
                    hub.take(changes, time.time())


@asynccontextmanager
async def busy(folder: Path) -> AsyncIterator[Site]:
    async with served(folder, []) as site:
        going = asyncio.create_task(calls_go_on(site))
        try:
            yield site
        finally:
            going.cancel()
            with suppress(asyncio.CancelledError):
                await going


def expected(hub: Hub) -> dict[str, Any]:
    """What has to stand on the page, of what does not pass with time."""
    queues = {key.partition("/")[2]: item for (_, key), item in hub.items.items() if isinstance(item, QueueItem)}
    agents = [item for item in hub.items.values() if isinstance(item, AgentItem) and item.state != "logged_out"]
    calls = [item for item in hub.items.values() if isinstance(item, CallItem)]
    return {
        "queues": {
            name: [
                text(v)
                for v in (
                    q.waiting,
                    q.talking,
                    q.ready,
                    q.busy,
                    q.ringing_agents,
                    q.paused,
                    q.unreachable,
                    q.logged_in,
                )
            ]
            for name, q in queues.items()
        },
        "agents": sorted([a.name, a.state] for a in agents),
        "calls": sorted([c.stage, c.number or c.name or "–", c.queue or "–"] for c in calls),
        "waiting": text(sum(q.waiting for q in queues.values())),
        "ready": text(sum(a.state == "ready" and len(a.queues) > len(a.paused_in) for a in agents)),
    }


def text(value: int | None) -> str:
    return "–" if value is None else str(value)


SHOWN = """() => {
  const of = (row, name) => row.querySelector(`[data-f="${name}"]`)?.textContent ?? "";
  const rows = (id) => [...document.getElementById(id).children].filter((row) => row.dataset.key);
  const total = (name) => document.querySelector(`[data-total="${name}"] dd`).textContent;
  const counts = ["waiting", "talking", "ready", "busy", "ringing", "paused", "unreachable", "logged_in"];
  return {
    queues: Object.fromEntries(rows("queues").map((row) => [of(row, "name"), counts.map((name) => of(row, name))])),
    agents: rows("agents").map((row) => [of(row, "name"), row.dataset.state]).sort(),
    calls: rows("calls").map((row) => [row.dataset.stage, of(row, "customer"), of(row, "queue")]).sort(),
    waiting: total("waiting"), ready: total("ready"),
  };
}"""


async def until(condition: Callable[[], Any], within: float, what: str) -> float:
    """Seconds that it took. The page and the service change while we look, so both are asked until they agree."""
    began = time.monotonic()
    while not await condition():
        assert time.monotonic() - began < within, what
        await asyncio.sleep(0.03)
    return time.monotonic() - began


async def agrees(page: Page, site: Site) -> bool:
    before = expected(site.desk.seen.hub)
    shown = await page.evaluate(SHOWN)
    return shown in (before, expected(site.desk.seen.hub))


@pytest.mark.parametrize("lang", ["en", pytest.param("zh-TW", marks=pytest.mark.full)])
async def test_the_page_shows_what_the_board_says_value_by_value_while_calls_go_on(
    browser: Browser, tmp_path: Path, lang: str
) -> None:
    async with busy(tmp_path) as site, reader(browser, site, "supervisor", lang=lang) as made:
        for _ in range(15):
            await until(lambda: agrees(made.page, site), 15.0, "not as the board says")
            await asyncio.sleep(0.2)
        assert made.complaints == []


@pytest.mark.full
async def test_cut_twenty_times_at_random_the_page_is_right_again_within_two_seconds(
    browser: Browser, tmp_path: Path
) -> None:
    chance = random.Random(3)
    async with busy(tmp_path) as site, reader(browser, site, "supervisor") as made:
        context: BrowserContext = made.page.context
        slowest = 0.0
        for _ in range(20):
            await asyncio.sleep(chance.random())
            await context.set_offline(True)
            await made.page.evaluate("() => window.stop()")  # ends the stream, as a lost network does
            await made.page.wait_for_selector("#board[data-stale]")  # it is cut, and says so
            await asyncio.sleep(chance.random() / 2)
            await context.set_offline(False)
            slowest = max(slowest, await until(lambda: agrees(made.page, site), 15.0, "still wrong after a cut"))
        print(f"slowest: {slowest:.2f} s")


async def test_what_a_wall_is_told_over_http_is_what_it_shows_and_no_number_of_a_customer(
    browser: Browser, tmp_path: Path
) -> None:
    async with busy(tmp_path) as site, reader(browser, site, "viewer") as made:
        await asyncio.sleep(1)
        await made.open("/?wall=1&queues=q01-linear")
        await made.page.wait_for_selector("#queues tr")
        assert [await row.inner_text() for row in await made.page.locator("#queues th a").all()] == ["q01-linear"]
        async with httpx.AsyncClient(timeout=GIVES_UP) as client:
            answer = await client.get(site.base + "/v1/live", headers=site.header("viewer"))
        assert '"number"' not in answer.text
        assert "0002001" not in answer.text + await made.page.content()
        assert made.complaints == []


@pytest.mark.full
async def test_a_stream_that_says_nothing_is_told_as_lost_and_all_is_grey(browser: Browser, tmp_path: Path) -> None:
    async with busy(tmp_path) as site, reader(browser, site, "supervisor") as made:
        await until(lambda: agrees(made.page, site), 15.0, "never right")
        await made.page.route("**/v1/live**", lambda route: None)  # whatever is asked from now on hangs
        await made.page.evaluate("() => window.stop()")
        await made.page.wait_for_selector("#board[data-stale]", timeout=6000)
        assert "Connection lost" in await made.page.inner_text("#link")
