"""A call in progress in a real Chromium: its page, its agents' day, and several tabs at once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from bridge.live.items import AgentItem, AlarmItem, TodayItem
from bridge.tags.catalogue import BY_NAME
from tests.board.scene import Scene, going_on
from tests.helpers.heard import GIVES_UP
from tests.web.browser import follow, reader
from tests.web.test_pages import EVERY, HARMFUL, SOME

OFFERS = """() => [...document.querySelectorAll('#offers tr')].map((row) =>
  ['agent', 'device', 'queue', 'outcome'].map((name) => row.querySelector(`[data-f="${name}"]`).textContent))"""


async def texts(page: Page, selector: str) -> list[str]:
    return [" ".join(text.split()) for text in await page.locator(selector).all_inner_texts()]


async def test_the_page_of_a_call_in_progress_is_one_click_away_and_becomes_its_record(
    browser: Browser, tmp_path: Path
) -> None:
    async with going_on(tmp_path) as scene, reader(browser, scene.site, "supervisor") as made:
        page, key = made.page, scene.key
        await follow(page, "#calls a")
        await expect(page.locator("#link")).to_contain_text("Live")
        call = scene.call
        assert call is not None
        assert page.url.endswith(f"/calls/{key}")
        await expect(page.locator(".going [data-f=stage]")).to_have_text("Ringing")
        await expect(page.locator("[data-f=customer]")).to_have_text(call.number or "–")
        await expect(page.locator("#going > dl [data-f=queue]")).to_have_text(call.queue or "–")
        assert await page.evaluate(OFFERS) == [
            ["1011", "PJSIP/1011", "q01-linear", "declined"], ["1012", "PJSIP/1012", "q01-linear", "is called"]
        ]  # fmt: skip
        await expect(page.locator("#tags li")).to_have_count(4)
        call = scene.call
        assert call is not None
        assert call.tags_so_far == ["incoming_dn_call", "reassigned_call", "reassign", "agent_reject"]
        assert await texts(page, "#tags [data-f=bit]") == [str(BY_NAME[name].bit) for name in call.tags_so_far]
        assert await texts(page, "#tags .so-far") == ["so far"] * 4
        assert call.number not in await page.title()
        scene.end()
        await expect(page.locator("h1")).to_contain_text("Call of", timeout=20_000)
        assert page.url.endswith(f"/calls/{key}")
        assert made.complaints == []


async def test_a_supervisor_comes_to_a_call_and_back_to_the_board_by_keyboard_alone(
    browser: Browser, tmp_path: Path
) -> None:
    async with going_on(tmp_path) as scene, reader(browser, scene.site, "supervisor") as made:
        page = made.page
        await page.wait_for_selector("#calls a")

        async def tab_to(selector: str) -> None:
            for _ in range(80):
                await page.keyboard.press("Tab")
                if await page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
                    return
            raise AssertionError(f"Tab never comes to {selector}")

        await tab_to("#pause")
        await page.keyboard.press("Enter")
        await expect(page.locator("#link")).to_contain_text("Paused")
        await page.keyboard.press("Enter")
        await expect(page.locator("#link")).to_have_text("Live")
        await tab_to("#calls a")
        focused = await page.evaluate("document.activeElement.href")
        await asyncio.sleep(1.5)  # what changes meanwhile takes the focus from nobody
        assert await page.evaluate("document.activeElement.href") == focused
        await page.keyboard.press("Enter")
        await expect(page.locator("#tags li")).to_have_count(4)
        await tab_to("#board .actions a")
        await page.keyboard.press("Enter")
        await expect(page.locator("#calls tr")).to_have_count(1)
        assert made.complaints == []


async def test_a_call_that_is_unknown_has_no_page(browser: Browser, tmp_path: Path) -> None:
    async with going_on(tmp_path) as scene, reader(browser, scene.site, "viewer") as made:
        assert await made.open("/calls/nowhere") == 403
        assert await made.open(f"/calls/{scene.key}") == 403


@pytest.mark.parametrize(("lang", "theme", "width"), SOME)
async def test_a_screen_reader_and_a_telephone_read_what_is_going_on(
    browser: Browser, tmp_path: Path, lang: str, theme: str, width: int
) -> None:
    await read_by_everybody(browser, tmp_path, lang, theme, width)


@pytest.mark.full
@pytest.mark.parametrize(("lang", "theme", "width"), [each for each in EVERY if each not in SOME])
async def test_so_they_do_in_each_language_theme_and_width(
    browser: Browser, tmp_path: Path, lang: str, theme: str, width: int
) -> None:
    await read_by_everybody(browser, tmp_path, lang, theme, width)


async def read_by_everybody(browser: Browser, folder: Path, lang: str, theme: str, width: int) -> None:
    async with (
        going_on(folder) as scene,
        reader(browser, scene.site, "supervisor", lang=lang, theme=theme, width=width) as made,
    ):
        for path, there in (("/", "#agents li"), (f"/calls/{scene.key}", "#tags li"), ("/?wall=1", "#queues tr")):
            await made.open(path)
            await made.page.wait_for_selector(there)
            found = await Axe().run(made.page)
            harm = [
                (v["id"], v["nodes"][0]["html"][:120]) for v in found.response["violations"] if v["impact"] in HARMFUL
            ]
            assert harm == [], path
            assert await made.page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert made.complaints == []


def the_day(scene: Scene) -> dict[str, Any]:
    """What has to stand on the page of today."""
    items = scene.hub.items
    today = {key: item for (_, key), item in items.items() if isinstance(item, TodayItem)}
    of = {key.removeprefix("queue:"): item for key, item in today.items() if key.startswith("queue:")}
    queues = {key.partition("/")[2] for kind, key in items if kind == "queue"}
    agents = [item for item in items.values() if isinstance(item, AgentItem) and item.state != "logged_out"]
    return {
        "level": percent(today["all"].sl),
        "recent": f"30 min: {percent(today['all'].sl_30)}",
        "queues": {
            name: [percent(of[name].sl), percent(of[name].sl_30), str(of[name].answered), str(of[name].abandoned)]
            if name in of else ["–"] * 4
            for name in queues
        },
        "agents": sorted([agent.name, day(agent)] for agent in agents),
    }  # fmt: skip


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f} %"


def day(agent: AgentItem) -> str:
    if not (agent.queues or agent.handled or agent.answered):
        return ""
    parts = [f"{agent.answered} answered"]
    if (agent.handled or 0) > (agent.answered or 0):
        parts.append(f"{agent.handled} handled")
    parts += [f"{agent.rejected} declined"] * bool(agent.rejected) + [f"{agent.no_answer} not answered"] * bool(
        agent.no_answer
    )
    if agent.last_failure is not None:
        parts.append(f"phone failed {agent.device_failed}, last {agent.last_failure.at[11:16]}")
    return " · ".join(parts)


DAY = """() => {
  const text = (row, name) => row.querySelector(`[data-f="${name}"]`).textContent;
  const columns = ["today", "recent", "answered", "abandoned"];
  return {
    level: document.querySelector("[data-total=today] dd").textContent,
    recent: document.querySelector("[data-total=today] .recent").textContent,
    queues: Object.fromEntries([...document.querySelectorAll("#queues tr")].map((row) =>
      [text(row, "name"), columns.map((name) => text(row, name))])),
    agents: [...document.querySelectorAll("#agents li")].map((row) => [text(row, "name"), text(row, "day")]).sort(),
  };
}"""


async def test_the_day_of_the_queues_and_of_each_agent_stands_on_the_page(browser: Browser, tmp_path: Path) -> None:
    async with going_on(tmp_path) as scene, reader(browser, scene.site, "supervisor") as made:
        await made.page.wait_for_selector("#agents li")
        shown = await made.page.evaluate(DAY)
        assert shown == the_day(scene)
        assert any("declined" in line for _, line in shown["agents"])
        assert any("phone failed" in line for _, line in shown["agents"])


async def test_a_wall_shows_no_failures_of_phones_whoever_has_opened_it(browser: Browser, tmp_path: Path) -> None:
    async with going_on(tmp_path) as scene, reader(browser, scene.site, "supervisor") as made:
        await expect(made.page.locator("#alarms")).to_contain_text("the phone fails again and again", timeout=20_000)
        await made.open("/?wall=1")
        await made.page.wait_for_selector("#queues tr")
        assert any(item.name == "device_failures" for item in scene.hub.items.values() if isinstance(item, AlarmItem))
        assert "the phone fails" not in await made.page.inner_text("body")
        assert await made.page.locator("#agents").count() == 0


async def test_tabs_share_one_stream_and_when_its_tab_is_closed_another_reads_it(
    browser: Browser, tmp_path: Path
) -> None:
    async with going_on(tmp_path) as scene, reader(browser, scene.site, "supervisor") as made:
        await expect(made.page.locator("#link")).to_contain_text("Live")
        others = [await made.page.context.new_page() for _ in range(7)]
        for page in others:
            await page.goto(made.base + "/")
        for page in others:
            await expect(page.locator("#link")).to_contain_text("Live")
            await expect(page.locator("#calls tr")).to_have_count(1)
        assert len(scene.hub.staff._readers) == 1
        await made.page.close()
        async with asyncio.timeout(GIVES_UP):
            while len(scene.hub.staff._readers) != 1:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        scene.end()
        for page in others:
            await expect(page.locator("#calls tr")).to_have_count(0)
            await expect(page.locator("#link")).to_contain_text("Live")
        assert len(scene.hub.staff._readers) == 1


async def test_without_javascript_the_board_shows_its_queues_as_they_were_and_nothing_empty(
    browser: Browser, tmp_path: Path
) -> None:
    async with going_on(tmp_path) as scene:
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await page.goto(f"{scene.site.base}/sign-in?lang=en")
        await page.fill("#token", scene.site.tokens["supervisor"])
        await follow(page, "button.main")
        await expect(page.locator("#queues tr").first).to_be_visible()
        await expect(page.locator("h2:visible")).to_have_text(["Queues"])
        await expect(page.locator(".totals")).to_be_hidden()
        await expect(page.locator("table.queues")).to_have_css("opacity", "1")
        await context.close()
