"""The pictures of the pages in docs/pages, taken while calls go on: ``python -m tests.live.pictures``.

Takes five minutes, most of them for calls to happen. Needs what ``make test`` has installed.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from playwright.async_api import Browser, async_playwright

from tests.live.floor import at_work
from tests.live.lab import LABS, ROOT

PLACE = ROOT / "docs" / "pages"
CALLS = 30
"""On record before the first picture."""


class Shot(NamedTuple):
    name: str
    path: str
    lang: str = "en"
    theme: str = "light"
    width: int = 1366
    height: int = 768


SHOTS = (
    Shot("now.en", "/"),
    Shot("now.zh-TW", "/", "zh-TW", "dark"),
    Shot("wall.en", "/?wall=1", theme="dark", width=1920, height=1080),
    Shot("calls.en", "/calls"),
    Shot("call.en", "/calls/{call}", height=1000),
    Shot("call.zh-TW", "/calls/{call}", "zh-TW", height=1000),
    Shot("agent.en", "/agents?agent={agent}", height=900),
    Shot("reports.en", "/reports/agents", height=900),
    Shot("reports.zh-TW", "/reports/service-level?by=queue", "zh-TW", "dark", height=900),
    Shot("system.en", "/system", height=900),
    Shot("telephone.zh-TW", "/", "zh-TW", width=360, height=740),
)


async def take(address: str, token: str) -> None:
    """Waits until there is something to see, then takes them all."""
    async with httpx.AsyncClient(base_url=address, headers={"Authorization": f"Bearer {token}"}) as client:
        calls: list[Any] = []
        while len(calls) < CALLS:
            await asyncio.sleep(2)
            calls = (await client.get("/v1/records")).raise_for_status().json()["records"]
    richest = max(calls, key=lambda record: (len(record["tags"]), len(record["offers"])))
    names = {"call": richest["record_id"], "agent": next(o["agent"] for c in calls for o in c["offers"])}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for shot in SHOTS:
            await _take(browser, address, token, shot, names)
        await browser.close()


async def _take(browser: Browser, address: str, token: str, shot: Shot, names: dict[str, str]) -> None:
    context = await browser.new_context(viewport={"width": shot.width, "height": shot.height})
    page = await context.new_page()
    await page.goto(f"{address}/sign-in?lang={shot.lang}&theme={shot.theme}&zone=Asia/Taipei")
    await page.fill("#token", token)
    await page.press("#token", "Enter")
    await page.wait_for_url(f"{address}/")
    await page.goto(address + shot.path.format(**names))
    if shot.path.startswith("/?") or shot.path == "/":
        await page.wait_for_selector("#board:not([data-stale]) #queues tr")
    await page.screenshot(path=PLACE / f"{shot.name}.jpg", type="jpeg", quality=62)
    print(f"{shot.name}.jpg", flush=True)
    await context.close()


async def main() -> None:
    lab = LABS["floor"]
    lab.up()
    with tempfile.TemporaryDirectory() as folder:
        try:
            async with at_work(lab, Path(folder), 1800) as (address, token):
                await take(address, token)
        finally:
            lab.down()


if __name__ == "__main__":
    asyncio.run(main())
