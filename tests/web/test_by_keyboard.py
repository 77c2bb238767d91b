"""A supervisor's whole task without a mouse, in a real Chromium."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from playwright.async_api import Page, expect

from bridge.records.proofs import in_words
from bridge.tags.catalogue import BY_NAME
from tests.board.scene import going_on
from tests.web.browser import chromium
from tests.web.served import Site

AT = """(wanted) => {
    const here = document.activeElement, shape = here.closest('.links') ? here.lastElementChild : null;
    if (here === document.body) return [false, null];
    const look = getComputedStyle(shape ?? here);
    const outlined = look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2;
    const isSeen = shape ? look.stroke !== 'none' : outlined;
    return [here.matches(wanted), isSeen ? null : here.outerHTML.slice(0, 100)];
}"""
"""Whether the focus is where it is wanted, and what has it without showing it."""


class Keys:
    """Somebody at the keyboard, who sees at each step where she is."""

    def __init__(self, page: Page) -> None:
        self.page, self.press, self.type = page, page.keyboard.press, page.keyboard.type

    async def sign_in(self, site: Site) -> None:
        """As a supervisor, who then sees the page Now."""
        await self.page.goto(f"{site.base}/sign-in?zone=UTC&lang=en")
        await self.type(site.tokens["supervisor"])
        await self.press("Enter")
        await expect(self.page.locator("#calls tr")).to_have_count(1)

    async def to(self, selector: str, key: str = "Tab") -> None:
        for _ in range(150):
            await self.press(key)
            is_there, unseen = await self.page.evaluate(AT, selector)
            assert unseen is None
            if is_there:
                return
        raise AssertionError(f"{key} never comes to {selector}")

    async def open(self, selector: str) -> None:
        await self.to(selector)
        await self.press("Enter")


async def test_a_supervisor_does_her_whole_task_by_keyboard_alone(tmp_path: Path) -> None:
    """Who waits and why, the agent, a CPE reject and the proof of each tag, a report by the hour as a file."""
    async with going_on(tmp_path) as scene, chromium() as browser:
        failed = next(record for record in scene.behind if "cpe_reject" in record.tags)
        day = date.fromisoformat(failed.started_at[:10])
        page = await browser.new_page(viewport={"width": 1366, "height": 900}, locale="en-US")
        await page.add_init_script("addEventListener('mousedown', () => { throw new Error('a mouse'); })")
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        keys = Keys(page)

        await keys.sign_in(scene.site)

        await keys.open("#calls a")
        await expect(page.locator("#tags li")).to_have_count(4)
        await expect(page.locator("#offers tr").first).to_contain_text("declined")
        await keys.open("#offers a")
        await expect(page.locator("h1")).to_contain_text("1011")
        await page.go_back()  # Alt and the left arrow, which are the browser's
        await expect(page.locator("#offers tr").first).to_contain_text("declined")

        await keys.open("nav a[href='/calls']")
        await expect(page.locator("h1")).to_have_text("Calls")
        await keys.open(".filters summary")
        await keys.to("[name=tag]")
        await keys.type("CPE")
        for field in ("first", "last"):
            await keys.to(f"[name={field}]")
            await keys.type(f"{day:%m%d%Y}")
        await keys.open(".filters button")
        await expect(page.locator(".chip")).to_have_count(3)
        await keys.open(f"#rows a[href*='{failed.record_id}']")

        await expect(page.locator("h1")).to_contain_text("Call of")
        for name in failed.tags:
            bit = BY_NAME[name].bit
            await keys.open(f"#list-tag-{bit} .bit")
            pin = page.locator(f"#picture-tag-{bit}")
            await expect(pin).to_be_focused()
            await expect(pin).to_be_in_viewport()
            proof = failed.evidence[name][0]
            assert proof.detail is not None
            assert in_words(proof.detail, "en") in await pin.locator("title").inner_html()
            await keys.press("Enter")  # and back to the tag in the list
            await expect(page.locator(f"#list-tag-{bit}")).to_be_in_viewport()

        await keys.open("nav a[href='/reports']")
        await expect(page.locator("h1")).to_have_text("Reports")
        await keys.open("main a[href='/reports/dn']")
        await expect(page.locator("h1")).to_contain_text("DN")
        await keys.open(".filters summary")
        await keys.to("[name=interval]")
        await keys.type("hour")
        for field in ("first", "last"):
            await keys.to(f"[name={field}]")
            await keys.type(f"{day:%m%d%Y}")
        await keys.open(".filters button")
        await expect(page.locator("table.report thead th").first).to_have_text("Interval")
        async with page.expect_download() as coming:
            await keys.open(".actions a[href*='format=csv']")
        file = tmp_path / "report.csv"
        await (await coming.value).save_as(file)
        assert len(file.read_text("utf-8-sig").splitlines()) > 2
        assert errors == []
        await page.close()


async def test_a_menu_closes_by_escape_and_by_tab_and_gives_the_focus_back(tmp_path: Path) -> None:
    async with going_on(tmp_path) as scene, chromium() as browser:
        page = await browser.new_page(viewport={"width": 1366, "height": 900}, locale="en-US")
        keys = Keys(page)
        await keys.sign_in(scene.site)
        await keys.open("nav a[href='/calls']")
        await expect(page.locator("h1")).to_have_text("Calls")
        menu, summary = page.locator("details.menu"), page.locator("details.menu summary")

        await keys.open("details.menu summary")
        await keys.to("#zone")
        await keys.press("Escape")
        await expect(menu).not_to_have_attribute("open", "")
        await expect(summary).to_be_focused()

        await keys.press("Enter")
        await keys.open("[data-opens=keys]")
        await expect(page.locator("#keys")).to_be_visible()
        await keys.press("Escape")
        await expect(page.locator("#keys")).to_be_hidden()
        await expect(page.locator("[data-opens=keys]")).to_be_focused()

        await keys.to("main a")
        await expect(menu).not_to_have_attribute("open", "")
        await page.close()
