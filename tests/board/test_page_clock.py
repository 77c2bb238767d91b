"""The page Now by a clock and a stream of the test: what it says when the stream is well, and when it is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.async_api import Browser, Page

from bridge.live.items import AgentItem, PbxItem, QueueItem
from tests.web.browser import reader
from tests.web.served import served

STUB = """
window.opened = [];
window.EventSource = class {
  constructor(url) { window.stream = this; window.opened.push(url); this.on = {}; }
  addEventListener(type, take) { (this.on[type] ??= []).push(take); }
  close() { this.on = {}; }
};
window.tell = (type, data, id = "") => {
  for (const take of window.stream.on[type] ?? []) take({ data: JSON.stringify(data), lastEventId: id });
};
window.beat = (at = Date.now()) => window.tell("beat", { at: new Date(at).toISOString(), seq: 0 });
"""
BEAT = 2000
T = "2026-11-22T13:50:00.000Z"


def item(kind: str, key: str, value: Any) -> dict[str, Any]:
    return {"kind": kind, "key": key, "value": value}


def snapshot(*items: dict[str, Any]) -> dict[str, Any]:
    return {"epoch": 1, "seq": 0, "at": T, "items": items}


QUEUE = item("queue", "pbx1/support", {
    "waiting": 1, "ringing": 0, "talking": 0, "longest_since": T, "calls": ["c1"], "logged_in": 1, "ready": 0,
    "busy": 0, "ringing_agents": 0, "paused": 1, "unreachable": 0, "wrap_up": 0,
})  # fmt: skip
AGENT = item("agent", "pbx1/1161", {
    "name": "Mei", "role": "agent", "device": "PJSIP/1161", "state": "paused", "since": T, "reason": "lunch",
    "queues": ["support"], "paused_in": ["support"], "call": None, "listening_to": None, "mode": None, "with": None,
    "until": None,
})  # fmt: skip
PBX = item("pbx", "pbx1", {"state": "up", "since": T, "feeds": {"ami": "up"}})


LOADED = {T: "2026-11-22T13:51:00.000Z", "2026-11-22T09:00:00.000Z": "2026-11-22T09:01:00.000Z"}
"""When the page has been loaded, by when it began to be: from then on only the test lets time pass."""


@asynccontextmanager
async def opened(browser: Browser, folder: Path, *, at: str = T, path: str = "/") -> AsyncIterator[Page]:
    """The page at a time of the test, once it has its first snapshot."""
    async with served(folder, []) as site, reader(browser, site, "supervisor") as made:
        page = made.page
        await page.add_init_script(STUB)
        await page.clock.install(time=at)
        await page.goto(site.base + path)
        await page.wait_for_function("window.stream")
        await page.clock.pause_at(LOADED[at])
        await page.clock.run_for(2000)  # after so long without a word it opens another stream
        await page.evaluate("opened.length = 1")
        await page.evaluate("(given) => tell('snapshot', given, '1-0')", snapshot(PBX, QUEUE, AGENT))
        await page.evaluate("beat()")
        await page.clock.run_for(100)
        yield page
        assert made.complaints == []


def test_what_the_page_is_given_here_is_what_the_board_gives() -> None:
    for given, kind in ((QUEUE, QueueItem), (AGENT, AgentItem), (PBX, PbxItem)):
        names = {field.encode_name for field in msgspec.structs.fields(kind)}
        assert given["value"].keys() <= names


@pytest.mark.parametrize("beats", [150, pytest.param(1800, marks=pytest.mark.full)])
async def test_a_stream_that_is_well_for_an_hour_is_never_called_lost_or_slow(
    browser: Browser, tmp_path: Path, beats: int
) -> None:
    async with opened(browser, tmp_path) as page:
        await page.evaluate("""() => {
          window.said = new Set();
          const link = document.getElementById("link");
          const now = () => [link.textContent.trim(), document.title, board.hasAttribute("data-stale")].join(", ");
          const all = { subtree: true, childList: true, attributes: true };
          new MutationObserver(() => said.add(now())).observe(document.documentElement, all);
          said.add(now());
        }""")
        for _ in range(beats):
            await page.evaluate("beat()")
            await page.clock.run_for(BEAT)
        assert await page.evaluate("[...said]") == ["Live, Now · callbridge, false"]
        assert len(await page.evaluate("opened")) == 1


async def test_without_a_beat_for_six_seconds_it_says_so_turns_grey_stops_its_timers_and_opens_the_stream_again(
    browser: Browser,
    tmp_path: Path,
) -> None:
    async with opened(browser, tmp_path) as page:
        await page.clock.run_for(4800)
        assert await page.inner_text("#link") == "Live", "one beat may come late"
        await page.clock.run_for(1000)
        assert "Connection lost" in await page.inner_text("#link")
        assert (await page.title()).startswith("(?)")
        assert (await page.inner_text(".top .whole")).strip() == "Not all working"
        await page.set_viewport_size({"width": 360, "height": 900})
        assert await page.evaluate("document.documentElement.scrollWidth") == 360, "nor is it cut on a telephone"
        stood = await page.inner_text("#agents .timer")
        await page.clock.run_for(60_000)
        assert await page.inner_text("#agents .timer") == stood, "nobody knows whether it goes on"
        assert await page.locator("#board[data-stale]").count() == 1
        streams = await page.evaluate("opened")
        assert 4 < len(streams) < 20
        assert all("after=1-0" in url for url in streams[1:]), "it goes on where it was"
        while not await page.evaluate("Object.keys(stream.on).length"):
            await page.clock.run_for(500)  # until the next try
        await page.evaluate("beat()")
        await page.clock.run_for(1000)
        assert await page.inner_text("#link") == "Live"
        assert (await page.inner_text(".top .whole")).strip() == "All working"
        assert await page.inner_text("#agents .timer") != stood


async def test_a_service_that_says_good_bye_is_asked_again_after_the_time_that_it_told(
    browser: Browser, tmp_path: Path
) -> None:
    async with opened(browser, tmp_path) as page:
        await page.evaluate("tell('bye', { why: 'stopping', retry_seconds: 3 })")
        await page.clock.run_for(200)
        assert "The service is stopping" in await page.inner_text("#link")
        await page.clock.run_for(2700)
        assert len(await page.evaluate("opened")) == 1
        await page.clock.run_for(300)
        assert len(await page.evaluate("opened")) == 2


async def test_timers_run_on_the_services_clock_whatever_the_browsers_says(browser: Browser, tmp_path: Path) -> None:
    async with opened(browser, tmp_path, at="2026-11-22T09:00:00.000Z") as page:
        await page.evaluate("beat(Date.parse('2026-11-22T13:50:42.000Z'))")
        await page.clock.run_for(600)
        assert await page.inner_text("#queues [data-f=longest]") == "0:42"
        assert await page.inner_text("#agents .timer") == "0:42"


async def test_each_card_tells_state_reason_and_since_when(browser: Browser, tmp_path: Path) -> None:
    async with opened(browser, tmp_path) as page:
        await page.evaluate("beat(Date.parse('2026-11-22T14:02:05.000Z'))")
        await page.clock.run_for(600)
        card = " ".join((await page.inner_text("#agents li")).split())
        assert card == "Mei 1161 Not ready 12:05 lunch"


async def test_a_card_in_after_call_work_tells_until_when_and_a_call_what_it_has_passed(
    browser: Browser, tmp_path: Path
) -> None:
    async with opened(browser, tmp_path) as page:
        agent = {
            **AGENT["value"],
            "state": "wrap_up",
            "reason": None,
            "paused_in": [],
            "until": "2026-11-22T13:51:30.000Z",
        }
        call = {
            "pbx": "pbx1", "direction": "inbound", "dn": None, "number": "0912000001", "name": None, "started_at": T,
            "answered_at": None, "seen_from_start": True, "stage": "waiting", "stage_since": T, "queue": "support",
            "joined_at": T, "position": 1, "agents": [], "supervisors": [], "offers": [], "answer_due": T,
            "stays": [], "is_answered": False,
            "over_threshold": ["customer_waiting", "agent_answer"], "tags_so_far": None,
        }  # fmt: skip
        change = [item("agent", "pbx1/1161", agent), item("call", "c1", call)]
        await page.evaluate("(set) => tell('change', { seq: 1, at: '', set, gone: [] }, '1-1')", change)
        await page.clock.run_for(600)
        card = " ".join((await page.inner_text("#agents li")).split())
        assert card.startswith("Mei 1161 After-call work")
        assert card.endswith("until 13:51:30")
        assert await page.inner_text("#calls .over") == "waits too long · rings too long"
        assert await page.locator("#queues tr[data-late]").count() == 1


async def test_rows_that_come_go_and_change_places_move_no_other_row_and_no_focus(
    browser: Browser, tmp_path: Path
) -> None:
    async with opened(browser, tmp_path) as page:
        await page.evaluate("""() => {
          window.moved = 0;
          new MutationObserver((changes) => { for (const one of changes) moved += one.addedNodes.length; })
            .observe(document.getElementById("calls"), { childList: true });
        }""")

        def call(key: str, stage: str, second: int) -> dict[str, Any]:
            at = f"2026-11-22T13:50:{second:02d}.000Z"
            joined = at if stage == "waiting" else None
            return item("call", key, {
                "pbx": "pbx1", "direction": "inbound", "dn": None, "number": key, "name": None, "started_at": at,
                "answered_at": None, "seen_from_start": True, "stage": stage, "stage_since": at, "queue": "support",
                "joined_at": joined, "position": None, "agents": [], "supervisors": [], "offers": [],
                "answer_due": None, "stays": [], "is_answered": False, "over_threshold": [], "tags_so_far": None,
            })  # fmt: skip

        async def told(seq: int, put: list[dict[str, Any]], *gone: str) -> list[str]:
            change = {"seq": seq, "at": "", "set": put, "gone": [["call", key] for key in gone]}
            await page.evaluate("([change, id]) => tell('change', change, id)", [change, f"1-{seq}"])
            await page.clock.run_for(100)
            shown = await page.evaluate("[...document.querySelectorAll('#calls tr')].map((row) => row.dataset.key)")
            return [str(key) for key in shown]

        several = [call(f"w{n}", "waiting", n) for n in range(20)]
        assert await told(1, several) == [f"w{n}" for n in range(20)]
        await page.focus("#calls tr:nth-child(5) a")
        assert await page.evaluate("moved") == 20
        assert (await told(2, [], "w0", "w7"))[0] == "w1"
        assert await page.evaluate("moved") == 20, "those that stay stay where they are"
        assert (await told(3, [call("w1", "talking", 1)]))[-1] == "w1"
        assert await page.evaluate("moved") == 21, "only the one that was answered"
        assert (await told(4, [call("w4", "talking", 4)]))[-2:] == ["w1", "w4"]
        assert await page.evaluate("document.activeElement.closest('tr').dataset.key") == "w4"


async def test_what_is_known_of_a_pbx_that_is_away_stays_grey_and_leaves_the_totals(
    browser: Browser, tmp_path: Path
) -> None:
    async with opened(browser, tmp_path) as page:
        assert await page.inner_text("[data-total=waiting] dd") == "1"
        away = {**PBX["value"], "state": "away", "since": T}
        await page.evaluate(
            "(set) => tell('change', { seq: 1, at: '', set, gone: [] }, '1-1')", [item("pbx", "pbx1", away)]
        )
        await page.clock.run_for(300)
        assert await page.locator("#queues tr[data-away]").count() == 1
        assert await page.inner_text("#queues [data-f=waiting]") == "1"
        assert await page.inner_text("[data-total=waiting] dd") == "–"
        assert await page.inner_text("#share") == "0 of 1 PBX · pbx1: last known 13:50:00"
        stood = await page.inner_text("#queues [data-f=longest]")
        await page.evaluate("beat()")
        await page.clock.run_for(4000)
        assert await page.inner_text("#queues [data-f=longest]") == stood


async def test_who_comes_while_a_pbx_is_away_is_told_how_long_it_was_when_last_known(
    browser: Browser, tmp_path: Path
) -> None:
    async with opened(browser, tmp_path) as page:
        away = item("pbx", "pbx1", {**PBX["value"], "state": "away", "since": "2026-11-22T13:50:42.000Z"})
        await page.evaluate("(given) => tell('snapshot', given, '2-0')", {**snapshot(away, QUEUE, AGENT), "epoch": 2})
        for _ in range(2):
            await page.clock.run_for(1000)
            await page.evaluate("beat()")
            assert await page.inner_text("#queues [data-f=longest]") == "0:42"
            assert await page.inner_text("#agents [data-f=timer]") == "0:42"


async def test_of_several_pbxs_each_card_and_queue_says_which(browser: Browser, tmp_path: Path) -> None:
    async with opened(browser, tmp_path) as page:
        assert await page.inner_text("#agents [data-f=pbx]") == ""
        other = item("pbx", "pbx2", PBX["value"])
        await page.evaluate("(set) => tell('change', { seq: 1, at: '', set, gone: [] }, '1-1')", [other])
        await page.clock.run_for(600)
        assert await page.inner_text("#agents [data-f=pbx]") == "pbx1"
        assert await page.inner_text("#queues [data-f=pbx]") == "pbx1"


async def test_on_the_wall_a_long_name_of_a_queue_leaves_room_for_its_pbx(browser: Browser, tmp_path: Path) -> None:
    async with opened(browser, tmp_path, path="/?wall=1") as page:
        long = item("queue", "pbx1/customer-service-international", QUEUE["value"])
        other = item("pbx", "pbx2", PBX["value"])
        await page.evaluate("(set) => tell('change', { seq: 1, at: '', set, gone: [] }, '1-1')", [other, long])
        await page.clock.run_for(600)
        row = page.locator("#queues tr", has_text="international")
        cell, pbx = await row.locator("th").bounding_box(), await row.locator("[data-f=pbx]").bounding_box()
        assert cell
        assert pbx
        assert await row.locator("[data-f=pbx]").inner_text() == "pbx1"
        assert cell["x"] <= pbx["x"]
        assert pbx["x"] + pbx["width"] <= cell["x"] + cell["width"]
        assert pbx["y"] + pbx["height"] <= cell["y"] + cell["height"]


async def test_when_the_clock_was_set_back_a_timer_is_unknown_and_not_zero(browser: Browser, tmp_path: Path) -> None:
    async with opened(browser, tmp_path) as page:
        assert await page.inner_text("#agents [data-f=timer]") == "1:02"
        await page.evaluate("beat(Date.now() - 3_600_000)")
        await page.clock.run_for(600)
        assert await page.inner_text("#agents [data-f=timer]") == "–"
        assert await page.inner_text("#queues [data-f=longest]") == "–"
        back = {**AGENT["value"], "state": "ready", "since": "2026-11-22T12:51:00.000Z"}
        await page.evaluate(
            "(set) => tell('change', { seq: 1, at: '', set, gone: [] }, '1-1')", [item("agent", "pbx1/1161", back)]
        )
        await page.clock.run_for(600)
        assert await page.inner_text("#agents [data-f=timer]") == "0:03", "what began since is known again"


CUT = """() => [...document.querySelectorAll(".totals :is(dt, dd), #board :is(th, td, .actions)")]
  .filter((cell) => cell.clientWidth && cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent)"""


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
async def test_on_a_wall_of_any_size_no_word_is_cut_or_covers_another_and_six_queues_fit(
    browser: Browser, tmp_path: Path, lang: str
) -> None:
    async with opened(browser, tmp_path, path=f"/?wall=1&lang={lang}") as page:
        queues = [item("queue", f"pbx1/sales {n}", QUEUE["value"]) for n in range(5)]
        today = item("today", "all", {"sl": 0.934, "sl_30": 0.956, "answered": 1, "abandoned": 0})
        await page.evaluate("(set) => tell('change', { seq: 1, at: '', set, gone: [] }, '1-1')", [today, *queues])
        for width, height in ((1366, 768), (1920, 1080), (1280, 1024), (3840, 2160), (360, 740)):
            await page.set_viewport_size({"width": width, "height": height})
            await page.evaluate("beat()")
            await page.clock.run_for(600)
            assert await page.evaluate(CUT) == [], width
            if width > 860:
                last = await page.locator("#queues tr").nth(5).bounding_box()
                assert last
                assert last["y"] + last["height"] <= height, f"six queues on {width} × {height}"


async def test_an_alarm_of_a_phone_says_whose_it_is(browser: Browser, tmp_path: Path) -> None:
    async with opened(browser, tmp_path) as page:
        phone = "pbx1/PJSIP/1161"
        told = {"name": "device_failures", "kind": "device", "key": phone, "since": T}
        alarm = item("alarm", f"device_failures:device:{phone}", told)
        await page.evaluate("(set) => tell('change', { seq: 1, at: '', set, gone: [] }, '1-1')", [alarm])
        await page.clock.run_for(600)
        assert "Mei (PJSIP/1161): the phone fails again and again" in await page.inner_text("#alarms")
