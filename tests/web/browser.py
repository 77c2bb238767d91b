"""A real Chromium, Debian's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Browser, Locator, Page, async_playwright

from bridge.store.access import Role
from tests.web.served import Site

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


async def follow(page: Page, link: str | Locator) -> None:
    """Click a link or a button, and wait until the page that it leads to has arrived whole."""
    async with page.expect_navigation():
        await (page.locator(link).first if isinstance(link, str) else link).click()


@dataclass
class Reader:
    """Somebody at a page, and what the browser complained of."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    async def open(self, path: str) -> int:
        answer = await self.page.goto(self.base + path)
        return answer.status if answer is not None else 0


@asynccontextmanager
async def reader(
    browser: Browser, site: Site, role: Role, *, lang: str = "en", theme: str = "light", width: int = 1366,
    scripted: bool = True,
) -> AsyncIterator[Reader]:  # fmt: skip
    """Signed in."""
    context = await browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripted)
    page = await context.new_page()
    made = Reader(page, site.base)
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    page.on(
        "console",
        lambda said: made.complaints.append(said.text) if said.type in ("error", "warning") else None,
    )
    try:
        await made.open(f"/sign-in?lang={lang}&theme={theme}&zone=UTC")
        await page.fill("#token", site.tokens[role])
        await page.press("#token", "Enter")
        await page.wait_for_url(site.base + "/")
        yield made
    finally:
        await context.close()
