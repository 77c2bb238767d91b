"""A browser phone for the live tests: Chromium with a page of ours (page/), at a desk's end of the cable.

It is used like the other phones (tests/live/phones.py): every wait is for a condition and ends in an error that names
the phone and what it last saw.
"""

import asyncio
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Error, Page, Playwright, WebSocket

from bridge.feeds.endpoint_token import Phone as TokenPhone
from bridge.feeds.endpoint_token import sign
from tests.browser.lab import Desk
from tests.live.phones import PATIENCE, PhoneError

HERE = Path(__file__).parent
ORIGIN = "http://127.0.0.1"
"""Where the page seems to come from; it is served to the browser without a server."""
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip


class Chromium:
    """The browser at a desk. Starts anew when it was killed."""

    def __init__(self, playwright: Playwright, desk: Desk, directory: Path) -> None:
        self._pid_file = directory / f"chromium{desk.number}.pid"
        self._launcher = directory / f"chromium{desk.number}.sh"
        self._launcher.write_text(
            f'#!/bin/sh\necho $$ >{self._pid_file}\nexec nsenter -t {desk.pid} -n {CHROMIUM} "$@"\n'
        )
        self._launcher.chmod(0o755)
        self._playwright = playwright
        self._browser: Browser | None = None

    async def context(self) -> BrowserContext:
        if self._browser is None or not self._browser.is_connected():
            self._browser = await self._playwright.chromium.launch(
                executable_path=self._launcher, args=FLAGS, chromium_sandbox=False, headless=True
            )
        return await self._browser.new_context(ignore_https_errors=True)

    def kill(self) -> None:
        """The whole browser is gone at once, without a word."""
        os.kill(int(self._pid_file.read_text()), signal.SIGKILL)

    async def close(self) -> None:
        if self._browser is not None and self._browser.is_connected():
            await self._browser.close()


class BrowserCall:
    """One end of a call, as the page sees it."""

    def __init__(self, phone: "BrowserPhone", number: int, sip_call_id: str) -> None:
        self.phone = phone
        self.number = number
        self.sip_call_id = sip_call_id
        self.is_connected = self.over = self.held = False
        self.why = ""

    def __repr__(self) -> str:
        state = "over" if self.over else "connected" if self.is_connected else "ringing"
        return f"<call {self.number} on the browser of {self.phone.user}: {state} {self.why}>"

    async def _until(self, seen: Callable[[], bool], what: str) -> None:
        await self.phone.until(seen, f"{what}; {self!r}")

    async def connected(self) -> "BrowserCall":
        await self._until(lambda: self.is_connected, "a connection")
        return self

    async def ended(self) -> None:
        await self._until(lambda: self.over, "the end")

    async def press_answer(self) -> None:
        """What comes of it is not waited for."""
        await self.phone.order("answer", self.number)

    async def answer(self) -> "BrowserCall":
        await self.press_answer()
        await self.connected()
        await self.phone.pbx_answered()
        return self

    async def decline(self, code: int | None = None) -> None:
        """Without a code, the one that the library sends by itself."""
        await self.phone.order("reject", self.number, code)
        await self.ended()

    async def hangup(self) -> None:
        if not self.over:
            await self.phone.order("hangup", self.number)
        await self.ended()

    async def hold(self) -> None:
        await self.phone.order("hold", self.number)
        await self._until(lambda: self.held, "hold")

    async def resume(self) -> None:
        await self.phone.order("resume", self.number)
        await self._until(lambda: not self.held, "the end of the hold")

    async def refer(self, number: str) -> None:
        await self.phone.order("refer", self.number, number)

    async def refer_to(self, other: "BrowserCall") -> None:
        await self.phone.order("referTo", self.number, other.number)

    async def hears_and_speaks(self, more_than: dict[str, int] | None = None) -> dict[str, int]:
        """Packets each way, once both flow, or have flown again since a count."""
        received, sent = (more_than or {"received": 0, "sent": 0}).values()
        deadline = time.monotonic() + PATIENCE
        while True:
            packets: dict[str, int] = await self.phone.order("stats", self.number)
            if packets["received"] > received + 10 and packets["sent"] > sent + 10:
                return packets
            if time.monotonic() > deadline:
                raise PhoneError(f"no media both ways, packets {packets}: {self!r}")
            await asyncio.sleep(0.1)  # the browser counts, and tells only when asked


async def _at_once() -> None:
    pass


class BrowserPhone:
    """reporting: the endpoint feeds that the page reports to, by their addresses."""

    library = "jssip"
    """Which of page/ the next start opens."""
    pbx_rings: Callable[[], Awaitable[None]] = staticmethod(_at_once)
    pbx_answered: Callable[[], Awaitable[None]] = staticmethod(_at_once)
    silent = False

    def __init__(self, chromium: Chromium, user: str, pbx: str, secret: str, reporting: list[str], key: str) -> None:
        self.chromium = chromium
        self.user = user
        self.pbx = pbx
        self.secret = secret
        self.reporting = reporting
        self.server = f"ws://{pbx}:8088/ws"
        self.patience = 60
        """Seconds after which the library gives up ringing."""
        self.calls: dict[int, BrowserCall] = {}
        self.waiting: list[BrowserCall] = []
        self.dialled: list[BrowserCall] = []
        self.registered = False
        self.console: list[str] = []
        self._told: dict[tuple[str, int], str] = {}
        """What the page has reported, by feed and number."""
        self._thanked: set[tuple[str, str]] = set()
        """Which reports each feed has acknowledged."""
        self._key = key
        self._changed = asyncio.Event()
        self._context: BrowserContext | None = None
        self._page: Page | None = None

    # The page.

    async def start(self) -> None:
        """A fresh browser profile with the page open; nobody is logged in yet."""
        await self.stop()
        self._told, self._thanked = {}, set()
        self._context = await self.chromium.context()
        await self._context.grant_permissions(["microphone", "local-network-access"], origin=ORIGIN)
        page = await self._context.new_page()
        page.on("console", lambda message: self.console.append(f"{message.type}: {message.text}"[:500]))
        page.on("websocket", self._follow)
        page.on("pageerror", lambda error: self.console.append(f"error: {error}"[:500]))
        await page.expose_function("heard", self._heard)
        await page.expose_function("token", self._token)
        await page.route(
            f"{ORIGIN}/",
            lambda route: route.fulfill(
                content_type="text/html", body='<!doctype html><script type="module" src="phone.js"></script>'
            ),
        )
        await page.route(
            f"{ORIGIN}/phone.js",
            lambda route: route.fulfill(content_type="text/javascript", path=HERE / "built" / f"{self.library}.js"),
        )
        self._page = page
        await page.goto(f"{ORIGIN}/")

    def _follow(self, socket: WebSocket) -> None:
        if socket.url not in self.reporting:
            return

        def sent(frame: str | bytes) -> None:
            report = json.loads(frame)
            self._told[socket.url, report["n"]] = report["report"]

        def received(frame: str | bytes) -> None:
            self._thanked.add((socket.url, self._told[socket.url, json.loads(frame)["ack"]]))
            self._changed.set()

        socket.on("framesent", sent)
        socket.on("framereceived", received)

    async def reported(self, report: str) -> None:
        """Every endpoint feed has this word."""
        wanted = {(feed, report) for feed in self.reporting}
        await self.until(lambda: wanted <= self._thanked, f"the thanks for {report}")

    async def stop(self) -> None:
        """The tab closes, as by its cross: the page hears that it goes."""
        page, context, self._page, self._context = self._page, self._context, None, None
        self.registered = False
        self.calls, self.waiting, self.dialled = {}, [], []
        try:
            if page is not None:
                await page.close(run_before_unload=False)
            if context is not None:
                await context.close()
        except Error:
            pass  # gone with its browser

    def kill(self) -> None:
        self._page = self._context = None
        self.registered = False
        self.calls, self.waiting = {}, []
        self.chromium.kill()

    async def reload(self) -> None:
        """The agent presses F5 and logs in again."""
        assert self._page is not None
        self.registered = False
        self.calls, self.waiting = {}, []
        await self._page.reload()
        await self.register()

    async def deny_microphone(self) -> None:
        assert self._context is not None
        await self._context.clear_permissions()
        await self._context.grant_permissions(["local-network-access"], origin=ORIGIN)

    async def never_get_the_microphone(self) -> None:
        """The browser asks for it, and nobody says yes or no."""
        assert self._page is not None
        await self._page.evaluate("() => { navigator.mediaDevices.getUserMedia = () => new Promise(() => {}); }")

    async def do_not_disturb(self) -> None:
        await self.order("doNotDisturb")

    def _token(self) -> str:
        return sign(self._key, TokenPhone("browser", f"PJSIP/{self.user}"), time.time() + 60)

    def _heard(self, word: dict[str, Any]) -> None:
        call = self.calls.get(word.get("call", 0))
        match word["event"]:
            case "registered" | "unregistered":
                self.registered = word["event"] == "registered"
            case "incoming" | "outgoing":
                call = self.calls[word["call"]] = BrowserCall(self, word["call"], word["sip_call_id"])
                (self.waiting if word["event"] == "incoming" else self.dialled).append(call)
            case _ if call is None:
                pass  # of the page before this one
            case "connected":
                call.is_connected = True
            case "over":
                call.over, call.why = True, call.why or word["why"]
            case "held":
                call.held = word["held"]
            case "no microphone":
                call.why = word["why"]
        self._changed.set()

    async def until(self, seen: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not seen():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise PhoneError(
                f"browser of {self.user} waited {PATIENCE:.0f} s for {what}; its console: {self.console[-5:]}"
            ) from None

    async def order(self, do: str, *words: Any) -> Any:
        if self._page is None:
            raise PhoneError(f"browser of {self.user} is closed: {do}")
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._page.evaluate("([order, words]) => phone[order](...words)", [do, list(words)])
        except (Error, TimeoutError) as error:
            raise PhoneError(f"browser of {self.user}: {do} {words}: {str(error)[:300]}") from None

    # What a person does with a phone.

    async def register(self) -> None:
        await self.order("start", {
            "user": self.user, "secret": self.secret, "server": self.server, "reporting": self.reporting,
            "patience": self.patience,
        })  # fmt: skip
        await self.until(lambda: self.registered, "its registration")

    async def call(self, number: str) -> BrowserCall:
        await self.order("call", number)
        await self.until(lambda: bool(self.dialled), "the call it makes")
        return self.dialled.pop(0)

    async def rings(self) -> BrowserCall:
        """The next incoming call that was not waited for yet."""
        await self.until(lambda: bool(self.waiting), "an incoming call")
        await self.pbx_rings()
        return self.waiting.pop(0)
