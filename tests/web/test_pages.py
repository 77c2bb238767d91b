"""The pages in a real Chromium, as those read them who run the contact centre."""

import re
from pathlib import Path

import msgspec
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

from bridge.store.facets import facets
from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.record import Record
from tests.helpers.samples import ANSWERED
from tests.web.browser import Reader, follow, reader
from tests.web.served import recorded, served

HARMFUL = ("serious", "critical")
NO_ID = "0" * 22


def newest_first() -> list[Record]:
    return sorted(recorded(), key=lambda r: (r.started_at, r.record_id), reverse=True)


def busiest() -> Record:
    """A call with offers, tags and a queue."""
    return max(recorded(), key=lambda r: (bool(r.queues), len(r.offers), len(r.tags)))


def coached() -> Record:
    return next(r for r in recorded() if r.supervisions)


def length(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


async def cells(made: Reader, selector: str) -> list[str]:
    return [" ".join(text.split()) for text in await made.page.locator(selector).all_inner_texts()]


async def test_the_list_of_calls_shows_what_the_store_holds(browser: Browser, tmp_path: Path) -> None:
    async with served(tmp_path) as site, reader(browser, site, "supervisor") as made:
        assert await made.open("/calls") == 200
        wanted = newest_first()
        starts = await cells(made, "#rows td.when a")
        assert starts == [r.started_at[:19].replace("T", " ") for r in wanted]
        waits = await cells(made, "#rows td:nth-child(6)")
        assert waits == [length(r.wait_seconds) for r in wanted]
        numbers = await cells(made, "#rows td:nth-child(4)")
        shown = [(r.customer.number if r.customer else None) or "–" for r in wanted]
        assert [number.split(" ")[0] for number in numbers] == shown
        assert made.complaints == []


async def test_a_call_is_two_clicks_from_its_view_and_tells_all_that_its_record_says(
    browser: Browser, tmp_path: Path
) -> None:
    async with served(tmp_path) as site, reader(browser, site, "supervisor") as made:
        page = made.page
        await follow(page, "nav a[href='/calls']")
        await follow(page, "nav.views a[href*='kind=coached']")
        assert await page.locator("#rows tr").count() == sum(("kind", "coached") in facets(r) for r in recorded())
        for record in (busiest(), coached()):
            await made.open(f"/calls/{record.record_id}")
            text = await page.inner_text("main")
            for offer in record.offers:
                assert offer.device in text
            for tag in record.tags:
                assert tag in text
                assert record.labels[tag].zh in text
            for spy in record.supervisions:
                assert spy.from_[11:23] in text
            assert record.customer is not None
            assert str(record.customer.number) in text
            raw = await page.locator("details pre").text_content()
            assert msgspec.json.decode(raw or "", type=Record) == record
        assert made.complaints == []


async def test_previous_and_next_walk_through_the_list_it_came_from(browser: Browser, tmp_path: Path) -> None:
    async with served(tmp_path) as site, reader(browser, site, "supervisor") as made:
        wanted = [r.record_id for r in newest_first() if ("kind", "device_failure") in facets(r)]
        await made.open("/calls?kind=device_failure")
        await follow(made.page, "#rows tr:first-child td.when a")
        walked = [made.page.url.split("/calls/")[1].split("?")[0]]
        while await made.page.locator("a[rel=next]").count():
            await follow(made.page, "a[rel=next]")
            walked.append(made.page.url.split("/calls/")[1].split("?")[0])
        assert walked == wanted


async def test_more_calls_come_as_one_scrolls(browser: Browser, tmp_path: Path) -> None:
    many = [
        msgspec.structs.replace(ANSWERED, record_id=f"r{n:04}", call_id=f"c{n}", linked_ids=[f"c{n}"])
        for n in range(450)
    ]
    async with served(tmp_path, many) as site, reader(browser, site, "supervisor") as made:
        await made.open("/calls")
        rows = made.page.locator("#rows tr:not(.more)")
        assert await rows.count() == 200
        for count in (400, 450):
            await made.page.mouse.wheel(0, 100_000)
            await expect(rows).to_have_count(count)
        ids = await made.page.locator("#rows td.when a").evaluate_all("links => links.map(link => link.pathname)")
        assert len(set(ids)) == len(ids) == 450
        assert made.complaints == []


async def test_a_customer_is_found_by_keyboard_alone(browser: Browser, tmp_path: Path) -> None:
    record = next(r for r in recorded() if r.customer is not None and r.customer.number)
    assert record.customer is not None
    number = record.customer.number or ""
    async with served(tmp_path) as site, reader(browser, site, "supervisor") as made:
        await made.page.keyboard.press("/")
        await made.page.keyboard.type(number)
        await made.page.keyboard.press("Enter")
        await made.page.wait_for_url("**/calls?search=*")
        assert number not in made.page.url
        assert number in await made.page.inner_text("#rows")
        await made.page.keyboard.press("/")
        await made.page.keyboard.type(record.call_id)
        await made.page.keyboard.press("Enter")
        await made.page.wait_for_url(f"**/calls/{record.record_id}")


async def test_a_part_of_a_call_is_looked_at_by_keys_and_its_address_shows_the_same(
    browser: Browser, tmp_path: Path
) -> None:
    record = busiest()
    async with served(tmp_path) as site, reader(browser, site, "supervisor") as made:
        page = made.page
        await made.open(f"/calls/{record.record_id}")
        whole = await page.inner_html(".picture")

        async def pressed(key: str) -> None:
            async with page.expect_navigation():
                await page.keyboard.press(key)

        await pressed("+")
        await pressed("+")
        await follow(page, "text=← Earlier")
        part = await page.inner_html(".picture")
        assert part != whole
        await made.open(page.url.removeprefix(site.base))
        assert await page.inner_html(".picture") == part
        await pressed("-")
        await pressed("0")
        assert "zoom" not in page.url
        assert await page.inner_html(".picture") == whole
        await page.focus(".picture")
        await page.keyboard.press("ArrowRight")
        first = await page.evaluate("document.activeElement.id")
        await page.keyboard.press("ArrowRight")
        assert await page.evaluate("document.activeElement.id") != first
        await page.keyboard.press("ArrowLeft")
        assert await page.evaluate("document.activeElement.id") == first
        assert made.complaints == []


async def test_single_keys_are_listed_and_can_be_switched_off(browser: Browser, tmp_path: Path) -> None:
    async with served(tmp_path) as site, reader(browser, site, "supervisor") as made:
        page = made.page
        await page.keyboard.press("?")
        await expect(page.locator("#keys")).to_be_visible()
        await page.uncheck("#keys-on")
        await page.keyboard.press("Escape")
        await expect(page.locator("#keys")).to_be_hidden()
        for _ in range(2):
            await page.keyboard.press("/")
            assert await page.evaluate("document.activeElement.id") != "search"
            await page.keyboard.press("?")
            await expect(page.locator("#keys")).to_be_hidden()
            await made.open("/calls")
        await page.click("details.menu summary")
        await page.click("button[data-opens=keys]")
        await page.check("#keys-on")
        await page.click("#keys button")
        await page.keyboard.press("/")
        assert await page.evaluate("document.activeElement.id") == "search"


NARROW = """() => [...document.querySelectorAll('template')].flatMap(template => {
    const list = document.getElementById({queue: 'queues', call: 'calls'}[template.id]);
    if (!list) return [];
    list.append(template.content.cloneNode(true));
    return [...list.querySelectorAll('td')].map(cell => parseFloat(getComputedStyle(cell).paddingLeft));
})"""


async def test_on_a_telephone_no_figure_of_the_board_stands_on_its_name(browser: Browser, tmp_path: Path) -> None:
    async with (
        served(tmp_path) as site, reader(browser, site, "supervisor", width=360) as made,
    ):  # fmt: skip
        room = await made.page.evaluate(NARROW)
        assert len(room) > 15
        assert min(room) > 100


EVERY = [(lang, theme, width) for lang in ("en", "zh-TW") for theme in ("light", "dark") for width in (1366, 360)]
SOME = [("en", "light", 1366), ("zh-TW", "dark", 360)]


@pytest.mark.parametrize(("lang", "theme", "width"), SOME)
async def test_a_screen_reader_and_a_telephone_read_every_page(
    browser: Browser, tmp_path: Path, lang: str, theme: str, width: int
) -> None:
    await read_by_everybody(browser, tmp_path, lang, theme, width)


@pytest.mark.full
@pytest.mark.parametrize(("lang", "theme", "width"), [each for each in EVERY if each not in SOME])
async def test_so_they_do_in_each_language_theme_and_width(
    browser: Browser, tmp_path: Path, lang: str, theme: str, width: int
) -> None:
    await read_by_everybody(browser, tmp_path, lang, theme, width)


HELP = "/reports/agents?first=2026-11-22&columns=all"
"""Where the list of keys is opened."""
IN_SIGHT = """selector => {
    const box = document.querySelector(selector).getBoundingClientRect();
    return box.width > 0 && box.left >= 0 && box.right <= innerWidth;
}"""


async def read_by_everybody(browser: Browser, folder: Path, lang: str, theme: str, width: int) -> None:
    """axe finds nothing that harms, nothing stands out at the side, and the browser does not complain."""
    some = [busiest(), coached(), *recorded()[:6]]
    tag = BY_NAME[busiest().tags[-1]].bit
    pages = (
        "/", "/calls?kind=coached&tag=queued", "/calls", f"/calls/{busiest().record_id}#picture-tag-{tag}", "/system",
        "/nowhere", "/agents?agent=1011&day=2026-11-22", "/reports", "/reports/devices?first=2026-11-22", HELP,
        "/reports/dn?first=2026-11-22&interval=day", "/reports/service-level?first=2026-11-22",
        "/reports/agents/rows?figure=offered&since=2026-11-01T00:00:00Z",
    )  # fmt: skip
    async with (
        served(folder, some) as site,
        reader(browser, site, "administrator", lang=lang, theme=theme, width=width) as made,
    ):
        for path in pages:
            await made.open(path)
            await made.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert await made.page.evaluate(IN_SIGHT, ".menu .sheet"), path
            if path == HELP:
                await made.page.keyboard.press("?")
                assert await made.page.evaluate(IN_SIGHT, "dialog[open]")
            found = await Axe().run(made.page)
            harm = [
                (v["id"], v["nodes"][0]["html"][:120]) for v in found.response["violations"] if v["impact"] in HARMFUL
            ]
            assert harm == [], path
            assert await made.page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert await made.page.get_attribute("html", "lang") == ("en" if lang == "en" else "zh-Hant-TW")
        assert [complaint for complaint in made.complaints if "404" not in complaint] == []


async def test_a_view_keeps_the_days_that_were_picked(browser: Browser, tmp_path: Path) -> None:
    async with served(tmp_path) as site, reader(browser, site, "supervisor") as made:
        await made.open("/calls?first=2026-11-22&last=2026-11-22&kind=abandoned")
        await follow(made.page, "nav.views a[href*='kind=coached']")
        assert sorted(made.page.url.partition("?")[2].split("&")) == [
            "first=2026-11-22", "kind=coached", "last=2026-11-22",
        ]  # fmt: skip
        assert "coached" in (await made.page.get_attribute("nav.views a[aria-current]", "href") or "")


async def test_the_list_says_how_many_calls_the_filters_found(browser: Browser, tmp_path: Path) -> None:
    coached_calls = sum(("kind", "coached") in facets(record) for record in recorded())
    async with served(tmp_path) as site, reader(browser, site, "supervisor") as made:
        for path, count in (("/calls", len(recorded())), ("/calls?kind=coached", coached_calls)):
            await made.open(path)
            assert f"{count} calls, the newest first." in await made.page.inner_text("main")


async def test_an_error_says_in_the_readers_language_what_to_do_and_leads_back(
    browser: Browser, tmp_path: Path
) -> None:
    async with (
        served(tmp_path) as site, reader(browser, site, "supervisor", lang="zh-TW") as made,
    ):  # fmt: skip
        for path, status, word in (
            (f"/calls/{NO_ID}", 404, "可能已刪除"), (f"/calls?search={NO_ID}", 404, "搜尋只保存一天"),
            ("/nowhere", 404, "沒有這個頁面"), ("/calls?first=2026-99-99", 400, "重新開啟此頁再選擇"),
        ):  # fmt: skip
            assert await made.open(path) == status
            shown = await made.page.inner_text("main")
            assert word in shown, path
            assert not re.search("[a-z]", shown), "English words that nobody asked for"
            assert status == 400 or await made.page.locator("main details").count() == 0, "the page has said it all"
            assert await cells(made, "header nav a") == ["現況", "通話", "報表", "系統"], "she is still signed in"
        await follow(made.page, "main a[href='/calls']")
        assert await made.page.locator("#rows tr").count() == len(recorded()), "the page without what was wrong"


async def test_a_list_without_a_call_says_what_to_do(browser: Browser, tmp_path: Path) -> None:
    async with served(tmp_path) as site, reader(browser, site, "supervisor") as made:
        await made.open("/calls?agent=nobody")
        assert "Take a filter away, or choose other days" in await made.page.inner_text("main .none")
        await made.page.fill("#search", "Nobody Atall")
        await follow(made.page, ".search button")
        assert "Search by the whole number, an agent's name" in await made.page.inner_text("main .none")
        await made.open("/agents?agent=nobody")
        assert "No call of this agent is on record for this day." in await cells(made, "main .none")


async def test_before_the_first_call_the_list_says_where_to_look(browser: Browser, tmp_path: Path) -> None:
    async with served(tmp_path, []) as site, reader(browser, site, "supervisor") as made:
        await made.open("/calls")
        assert "The page System says whether the PBX is connected" in await made.page.inner_text("main .none")


async def test_the_pages_work_without_a_script(browser: Browser, tmp_path: Path) -> None:
    async with served(tmp_path) as site:
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await page.goto(f"{site.base}/sign-in?next=/calls")
        await page.fill("#token", site.tokens["supervisor"])
        await follow(page, "button.main")
        assert await page.locator("#rows tr").count() == len(recorded())
        await follow(page, f"#rows td.when a[href*='{busiest().record_id}']")
        assert await page.locator("ol.moments li").count() > 2
        await context.close()


async def test_a_wall_screen_sees_no_calls(browser: Browser, tmp_path: Path) -> None:
    async with served(tmp_path) as site, reader(browser, site, "viewer") as made:
        assert await cells(made, "header nav a") == ["Now", "Reports", "System"]
        assert await made.open("/calls") == 403
        assert "Not for this token" in await made.page.inner_text("h1")
