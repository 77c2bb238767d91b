"""What a supervisor who has read nothing wants to know, from the page Now, in no more clicks than promised."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from types import SimpleNamespace
from typing import Self

import msgspec
import pytest
from playwright.async_api import Browser

from bridge.reports import asked
from bridge.store.facets import facets
from bridge.vocabulary.record import Record
from bridge.web import looks as style_of
from bridge.web.looks import COLOURS
from bridge.web.pages import calls, reports
from tests.web.browser import Reader, follow, reader
from tests.web.served import recorded, served

STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NOW = datetime(2026, 11, 25, 23, 50, tzinfo=UTC)
"""A Wednesday, on which all that is recorded has happened."""
INK = "all => all.map(one => getComputedStyle(one).fill)"


def moved(record: Record, day: datetime) -> Record:
    """The same call on another day, at the same time of day."""
    began = datetime.fromisoformat(record.started_at).replace(hour=0, minute=0, second=0, microsecond=0)
    by = day.replace(hour=0, minute=0, second=0, microsecond=0) - began

    def later(stamp: re.Match[bytes]) -> bytes:
        at = datetime.fromisoformat(stamp[0].decode()) + by
        return at.isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()

    return msgspec.json.decode(STAMP.sub(later, msgspec.json.encode(record)), type=Record)


LAST_WEEK = [moved(record, NOW - timedelta(days=NOW.weekday() + 4)) for record in recorded()]
TODAY = [
    msgspec.structs.replace(record, record_id=f"today-{n}")
    for n, record in enumerate(moved(record, NOW) for record in recorded())
]


class StandingStill(datetime):
    """The clock of the pages."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.fromtimestamp(NOW.timestamp(), tz)


@pytest.fixture(autouse=True)
def the_day_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "datetime", StandingStill)
    monkeypatch.setattr(reports, "datetime", StandingStill)
    monkeypatch.setattr(asked, "time", SimpleNamespace(time=NOW.timestamp))


class Clicks:
    """A reader whose clicks are counted; links may be typed as words."""

    def __init__(self, made: Reader) -> None:
        self.made, self.page, self.count = made, made.page, 0

    async def click(self, selector: str) -> None:
        self.count += 1
        await self.page.click(selector)

    async def follow(self, link: str) -> None:
        self.count += 1
        await follow(self.page, link)


@asynccontextmanager
async def supervisor(browser: Browser, folder: Path) -> AsyncIterator[Clicks]:
    records = [*LAST_WEEK, *TODAY]
    async with served(folder, records) as site, reader(browser, site, "supervisor") as made:
        yield Clicks(made)


async def test_every_coached_call_of_last_week_takes_three_clicks(browser: Browser, tmp_path: Path) -> None:
    coached = {record.record_id for record in LAST_WEEK if ("kind", "coached") in facets(record)}
    async with supervisor(browser, tmp_path) as who:
        await who.follow("nav >> text=Calls")
        await who.follow("text=Coached")
        await who.follow("text=Last week")
        links = await who.page.locator("#rows td.when a").evaluate_all("all => all.map(one => one.pathname)")
        assert {link.rpartition("/")[2] for link in links} == coached
        assert who.count <= 3


async def test_why_a_call_is_a_cpe_reject_takes_two_clicks_from_the_list_and_shows_the_event(
    browser: Browser, tmp_path: Path
) -> None:
    async with supervisor(browser, tmp_path) as who:
        await who.made.open("/calls?kind=device_failure&tag=cpe_reject")
        await who.follow("#rows tr:first-child td.when a")
        bit = await who.page.locator("li:has(code:text-is('cpe_reject')) a.bit").inner_text()
        await who.follow("li:has(code:text-is('cpe_reject')) a.bit")
        assert await who.page.evaluate("document.querySelector(':target').id") == f"picture-tag-{bit}"
        assert "cpe_reject" in await who.page.inner_text("ul.why")
        assert who.count <= 2


async def test_which_phones_failed_today_and_why_takes_two_clicks(browser: Browser, tmp_path: Path) -> None:
    failed = {o.device for r in TODAY for o in r.offers if o.outcome == "cpe_rejected"}
    async with supervisor(browser, tmp_path) as who:
        await who.follow("nav >> text=Reports")
        await who.follow("main >> text=Device health")
        text = await who.page.inner_text("table.report")
        assert all(device in text for device in failed)
        assert who.count <= 2


PAIRS = {
    "Supervision": {(s.by, s.target) for r in TODAY for s in r.supervisions if s.mode == "coach"},
    "Transfers": {(t.from_, t.to) for r in TODAY for t in r.transfers if t.from_ and t.to},
}
"""Of people, by the report that names them."""


@pytest.mark.parametrize("report", PAIRS)
async def test_who_coached_whom_and_who_passed_the_customer_on_takes_two_clicks(
    browser: Browser, report: str, tmp_path: Path
) -> None:
    async with supervisor(browser, tmp_path) as who:
        await who.follow("nav >> text=Reports")
        await who.follow(f"main >> text={report}")
        rows = [row.split() for row in await who.page.locator("table.report tbody tr").all_inner_texts()]
        for pair in PAIRS[report]:
            assert any(set(pair) <= set(row) for row in rows), pair
        assert who.count <= 2


async def test_the_calls_behind_a_number_are_one_click_away(browser: Browser, tmp_path: Path) -> None:
    async with supervisor(browser, tmp_path) as who:
        await who.made.open("/reports/agents?period=last_week&columns=all")
        cell = who.page.locator("table.report tbody td a").first
        told = int((await cell.inner_text()).replace(",", ""))
        await follow(who.page, cell)
        assert "rows" in who.page.url or "/calls" in who.page.url
        assert await who.page.locator("main tbody tr").count() == told


async def test_what_is_seen_is_a_file_after_two_clicks(browser: Browser, tmp_path: Path) -> None:
    async with supervisor(browser, tmp_path) as who:
        await who.follow("nav >> text=Calls")
        async with who.page.expect_download() as coming:
            await who.click("text=CSV")
        file = tmp_path / "calls.csv"
        await (await coming.value).save_as(file)
        assert len(file.read_text("utf-8-sig").splitlines()) - 1 == len(LAST_WEEK) + len(TODAY)
        assert who.count <= 2


async def test_an_address_that_is_sent_shows_the_same(browser: Browser, tmp_path: Path) -> None:
    async with (
        served(tmp_path, LAST_WEEK) as site,
        reader(browser, site, "supervisor") as one, reader(browser, site, "administrator") as other,
    ):  # fmt: skip
        await one.open("/calls?kind=coached&period=last_week")
        await other.open(one.page.url.removeprefix(site.base))
        assert await other.page.inner_text("main") == await one.page.inner_text("main")


async def test_a_wall_screen_needs_an_address_alone(browser: Browser, tmp_path: Path) -> None:
    async with supervisor(browser, tmp_path) as who:
        await who.made.open("/?wall=1&queues=support,sales&lang=zh-TW")
        assert await who.page.locator("#board.wall").count() == 1
        assert await who.page.get_attribute("html", "lang") == "zh-Hant-TW"
        assert not await who.page.locator("header.top").is_visible()


async def test_on_paper_a_call_and_a_report_are_a4_light_and_without_controls(
    browser: Browser, tmp_path: Path
) -> None:
    async with supervisor(browser, tmp_path) as who:
        for path in (f"/calls/{LAST_WEEK[0].record_id}", "/reports/agents?period=last_week"):
            await who.made.open(path + ("&" if "?" in path else "?") + "theme=dark")
            await who.page.emulate_media(media="print")
            assert not await who.page.locator("header.top").is_visible()
            assert not await who.page.locator("details.filters").first.is_visible()
            ground = await who.page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert ground == "rgb(255, 255, 255)"
            for colour in await who.page.locator(".picture svg text").evaluate_all(INK):
                assert max(map(int, re.findall(r"\d+", colour)[:3])) < 130, colour
            assert (await who.page.pdf(prefer_css_page_size=True)).startswith(b"%PDF")
            await who.page.emulate_media(media="screen")


def test_a_dark_picture_is_printed_in_the_colours_of_a_light_one() -> None:
    style = (Path(style_of.__file__).parent / "static" / "style.css").read_text().partition("@media print")[2]
    for dark, light in zip(COLOURS["dark"], COLOURS["light"], strict=True):
        turned = re.search(rf'\[(?:fill|stroke)="{dark}"\] {{ (?:fill|stroke): (#\w+)', style)
        assert turned is not None, dark
        short = light.lower().replace("#ffffff", "#fff").replace("#333333", "#333")
        assert turned[1] == short
