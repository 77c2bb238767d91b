"""What is on the screen while real phones call on a real PBX, against what the API says and what the store holds."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect

from bridge.vocabulary.times import milliseconds
from tests.live.floor import go_on
from tests.live.lab import LABS, Lab
from tests.web.browser import chromium, follow

pytestmark = pytest.mark.full

LOOKS = 60
"""Times at which screen and API have to agree."""
STATES = {"talking", "ringing", "ready"}
STAGES = {"waiting", "ringing", "talking"}
"""Seen by the end, at least."""

SHOWN = """() => {
  const text = (row, name) => row.querySelector(`[data-f="${name}"]`)?.textContent ?? "";
  const since = (row, name) => Number(row.querySelector(`[data-f="${name}"]`)?.dataset.since ?? 0);
  const rows = (id) => [...document.getElementById(id).children].filter((row) => row.dataset.key);
  const total = (name) => document.querySelector(`[data-total="${name}"] dd`).textContent;
  const counts = ["waiting", "talking", "ready", "busy", "ringing", "wrap_up", "paused", "unreachable", "logged_in",
    "today", "recent", "answered", "abandoned"];
  return {
    totals: ["waiting", "busy", "ready", "today"].map(total),
    queues: Object.fromEntries(rows("queues").map((row) =>
      [row.dataset.key, [...counts.map((name) => text(row, name)), since(row, "longest")]])),
    agents: Object.fromEntries(rows("agents").map((row) =>
      [row.dataset.key, [text(row, "name"), row.dataset.state, since(row, "timer"), text(row, "more"),
        text(row, "day")]])),
    calls: Object.fromEntries(rows("calls").map((row) =>
      [row.dataset.key, [row.dataset.stage, ...["customer", "direction", "queue", "position", "agents"].map((name) =>
        text(row, name)), since(row, "timer")]])),
  };
}"""

Items = list[dict[str, Any]]


def expected(items: Items) -> dict[str, Any]:
    """What has to stand on the page."""
    of = {(item["kind"], item["key"]): item["value"] for item in items}
    queues = {key: value for (kind, key), value in of.items() if kind == "queue"}
    agents = {key: value for (kind, key), value in of.items() if kind == "agent"}
    calls = {key: value for (kind, key), value in of.items() if kind == "call"}
    day = of.get(("today", "all"))
    members = [agent for agent in agents.values() if agent["queues"]]
    free = [a for a in members if a["state"] == "ready" and len(a["queues"]) > len(a["paused_in"])]
    busy = [a for a in members if a["state"] in ("talking", "hold", "dialling")]
    return {
        "totals": [
            text(sum(queue["waiting"] for queue in queues.values())), text(len(busy)), text(len(free)),
            percent(day["sl"] if day else None),
        ],
        "queues": {key: a_queue(q, of.get(("today", f"queue:{key.partition('/')[2]}"))) for key, q in queues.items()},
        "agents": {
            key: an_agent(agent, calls.get(agent["call"] or ""))
            for key, agent in agents.items()
            if agent["state"] != "logged_out" or agent["listening_to"]
        },
        "calls": {key: a_call(call) for key, call in calls.items()},
    }  # fmt: skip


def a_queue(queue: dict[str, Any], day: dict[str, Any] | None) -> list[Any]:
    counts = (
        "waiting",
        "talking",
        "ready",
        "busy",
        "ringing_agents",
        "wrap_up",
        "paused",
        "unreachable",
        "logged_in",
    )
    today = [percent(day["sl"]), percent(day["sl_30"]), text(day["answered"]), text(day["abandoned"])] if day else []
    return [*(text(queue[name]) for name in counts), *(today or ["–"] * 4), epoch(queue["longest_since"])]


def an_agent(agent: dict[str, Any], call: dict[str, Any] | None) -> list[Any]:
    spies = bool(agent["listening_to"]) and agent["state"] not in ("talking", "hold", "dialling")
    until = f"until {agent['until'][11:19]}" if agent["until"] else None
    some = agent["paused_in"] if agent["state"] != "paused" else []
    paused = f"not ready in {', '.join(some)}" if some else None
    more = [part for part in (agent["with"], call and call["queue"], agent["reason"], until, paused) if part]
    return [
        agent["name"], agent["state"], 0 if spies else epoch(agent["since"]), " · ".join(more or agent["queues"]),
        the_day(agent),
    ]  # fmt: skip


def the_day(agent: dict[str, Any]) -> str:
    if not (agent["queues"] or agent["handled"] or agent["answered"]):
        return ""
    parts = [f"{agent['answered']} answered"]
    parts += [f"{agent['handled']} handled"] * (agent["handled"] > agent["answered"])
    parts += [f"{agent['rejected']} declined"] * bool(agent["rejected"])
    parts += [f"{agent['no_answer']} not answered"] * bool(agent["no_answer"])
    if failure := agent["last_failure"]:
        parts.append(f"phone failed {agent['device_failed']}, last {failure['at'][11:16]}")
    return " · ".join(parts)


def a_call(call: dict[str, Any]) -> list[Any]:
    direction = {"inbound": "inbound", "outbound": "outbound", "internal": "inside"}[call["direction"]]
    return [
        call["stage"], call["number"] or call["name"] or "–", direction, call["queue"] or "–",
        f"no. {call['position']}" if call["position"] else "", ", ".join(call["agents"]) or "–",
        epoch(call["joined_at"] or call["stage_since"]),
    ]  # fmt: skip


def text(value: int | None) -> str:
    return "–" if value is None else str(value)


def percent(share: float | None) -> str:
    if share is None:
        return "–"
    return f"{min(99, max(1, int(share * 100 + 0.5))) if 0 < share < 1 else int(share * 100)} %"


def epoch(at: str | None) -> int:
    """Milliseconds; 0 for none."""
    return milliseconds(at) if at else 0


@pytest.fixture
def floor() -> Iterator[Lab]:
    lab = LABS["floor"]
    ours = lab.up()
    yield lab
    if ours:
        lab.down()


class Desk:
    """A supervisor's page, and the API beside it."""

    def __init__(self, page: Page, client: httpx.AsyncClient) -> None:
        self.page, self.client = page, client

    async def asked(self, path: str) -> Any:
        return (await self.client.get(path)).raise_for_status().json()

    async def agrees(self) -> Items:
        """Once the screen shows what the API says just before or just after: value by value."""
        shown: Any = None
        wanted: Any = None
        with suppress(TimeoutError):
            async with asyncio.timeout(30):
                items = (await self.asked("v1/live"))["items"]
                while True:
                    before, shown = items, await self.page.evaluate(SHOWN)
                    items = (await self.asked("v1/live"))["items"]
                    wanted = expected(items)
                    if shown in (wanted, expected(before)):
                        return before if shown == expected(before) else items
        assert shown == wanted
        raise AssertionError("the API did not answer")


async def test_the_screen_shows_value_by_value_what_the_api_says_and_then_what_the_store_holds(
    floor: Lab, tmp_path: Path
) -> None:
    going_on = asyncio.create_task(go_on(floor, tmp_path, 420))
    try:
        async with asyncio.timeout(100):
            while not (tmp_path / "page").exists():
                assert not going_on.done()
                await asyncio.sleep(0.1)
        address, token = (tmp_path / "page").read_text().split()
        header = {"Authorization": f"Bearer {token}"}
        async with chromium() as browser, httpx.AsyncClient(base_url=address, headers=header, timeout=30) as client:
            page = await browser.new_page(viewport={"width": 1366, "height": 900})
            complaints: list[str] = []
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
            await page.goto(f"{address}sign-in?lang=en&zone=UTC")
            await page.fill("#token", token)
            await page.press("#token", "Enter")
            await expect(page.locator("#link")).to_have_text("Live", timeout=30_000)
            desk = Desk(page, client)
            await the_board(desk)
            await keep_picture(page, "board")
            key = await a_call_in_progress(desk)
            await keep_picture(page, "call-in-progress")
            await its_record(desk, key)
            await keep_picture(page, "call-record")
            assert complaints == []
    finally:
        going_on.cancel()
        with suppress(asyncio.CancelledError):
            await going_on


async def keep_picture(page: Page, name: str) -> None:
    """Where somebody wants to look at them."""
    if folder := os.environ.get("CALLBRIDGE_PICTURES"):
        await page.screenshot(path=f"{folder}/{name}.png", full_page=True)


async def the_board(desk: Desk) -> None:
    looks, states, stages = 0, set[str](), set[str]()
    while looks < LOOKS or not (states >= STATES and stages >= STAGES):
        items = await desk.agrees()
        looks += 1
        states |= {item["value"]["state"] for item in items if item["kind"] == "agent"}
        stages |= {item["value"]["stage"] for item in items if item["kind"] == "call"}
        await asyncio.sleep(0.5)
    print(f"{looks} looks, agents {sorted(states)}, calls {sorted(stages)}")


async def a_call_in_progress(desk: Desk) -> str:
    """The page of a call that is talked on; its key."""
    page = desk.page
    async with asyncio.timeout(120):
        while True:
            await follow(page, page.locator("#calls tr[data-stage=talking] a").first)
            key = page.url.rpartition("/")[2]
            with suppress(AssertionError):
                await expect(page.locator("#tags li").first).to_be_visible(timeout=15_000)
                items = (await desk.asked(f"v1/live?kinds=call&call={key}"))["items"]
                shown = await page.locator("#tags [data-f=bit]").all_inner_texts()
                offers = await page.locator("#offers tr").count()
                if items and items[0]["value"]["tags_so_far"] is not None:
                    call = items[0]["value"]
                    assert offers == len(call["offers"])
                    assert len(shown) == len(call["tags_so_far"])
                    assert await page.locator("[data-f=customer]").inner_text() == (call["number"] or "–")
                    return key
            await page.goto(page.url.partition("/calls/")[0] + "/")
            await expect(page.locator("#link")).to_have_text("Live", timeout=30_000)


async def its_record(desk: Desk, key: str) -> None:
    """The same page, once the call is over, tells what the store holds."""
    page = desk.page
    await expect(page.locator("h1")).to_contain_text("Call of", timeout=120_000)
    record = await desk.asked(f"v1/records/{key}")
    bits = [text.strip() for text in await page.locator("ul.why a.bit").all_inner_texts()]
    assert len(bits) == len(record["tags"])
    assert sum(1 << int(bit) for bit in bits) == record["tag_bits"]
    assert await page.locator(".sentence").inner_text()
    customer = record["customer"]["number"] if record["customer"] else "–"
    assert customer in await page.locator("dl.facts").inner_text()
    raw = await page.locator("pre code").text_content()
    assert raw is not None
    assert httpx.Response(200, text=raw).json() == record
