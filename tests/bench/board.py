"""The live board at 20 calls a second: how long from the PBX to the screen, and what it costs the records.

The same simulated calls go to four services, one after the other: without a board; with 50 browsers' streams and a
real Chromium; with 200 idle streams and 10,000 random requests; and with these to another service beside it, which
tells how much of the last is only that the machine is shared. All run by one machine's clock.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bridge.store.access import Access, path_beside
from bridge.store.records import SqliteStore
from bridge.vocabulary.times import seconds
from tests.helpers.measuring import Cost
from tests.helpers.ports import free_port, listening
from tests.web.browser import CHROMIUM, FLAGS

COMMAND = [sys.executable, "-c", "import sys; from bridge.cli import main; sys.exit(main())"]
RATE, TALK, SECONDS = 20.0, 12.0, 45.0
BROWSERS, IDLE, REQUESTS = 50, 200, 10_000
LONGEST = 300.0
"""Seconds that the requests may take; on a machine that is busy otherwise, so many as are answered by then."""
SETTLED = 10.0
"""Seconds at the beginning that do not count."""
EACH = 5
"""Streams of one session; six are allowed."""

WATCH = """
(() => {
  const Real = window.EventSource, began = {}, seen = new Set(), late = window.late = [];
  window.EventSource = class extends Real {
    constructor(...given) {
      super(...given);
      const take = (event) => {
        const data = JSON.parse(event.data);
        for (const { kind, key, value } of data.set)
          if (kind === "call") began[key] ??= Date.parse(value.started_at);
      };
      super.addEventListener("change", take);
    }
  };
  const painted = (rows) => requestAnimationFrame(() => setTimeout(() => {
    for (const { dataset: { key } } of rows) {
      if (began[key] && !seen.has(key)) late.push((Date.now() - began[key]) / 1000);
      seen.add(key);
    }
  }));
  const added = (change) => [...change.addedNodes].filter((row) => row.dataset?.key);
  const observer = new MutationObserver((changes) => painted(changes.flatMap(added)));
  addEventListener("DOMContentLoaded", () => {
    const calls = document.getElementById("calls");
    if (calls) observer.observe(calls, { childList: true });
  });
})();
"""
"""In the page: how long after its first event, by the PBX's stamp, each call's row was painted."""
PATHS = (
    "/v1/live", "/v1/live?kinds=queue", "/v1/records", "/v1/records?limit=20", "/v1/records?tag=queued",
    "/v1/records?limit=x", "/v1/records/nowhere", "/v1/devices", "/v1/reports/dn", "/v1/reports/agents?period=today",
    "/v1/openapi.json", "/v1/schema", "/v1/nowhere", "/", "/calls", "/calls?kind=abandoned", "/calls?agent=1001",
    "/calls/nowhere", "/reports", "/system", "/static/nowhere.js",
)  # fmt: skip


class Service:
    """One callbridge behind a simulated PBX, until all calls are told."""

    def __init__(
        self, folder: Path, *, board: bool, seconds: float = SECONDS, store_of: Service | None = None
    ) -> None:
        """``store_of``: one that has stopped, with whose records it begins."""
        folder.mkdir()
        self.seconds = seconds
        """For how long calls begin, at most."""
        self.is_enough: Callable[[], bool] = lambda: False
        self.port, pbx = free_port(), free_port()
        subprocess.run([*COMMAND, "simulate", "--settings", str(folder / "pbx"), "--port", str(pbx)], check=True)
        self.store = store = str(folder / "calls.db")
        if store_of is not None:
            shutil.copy(store_of.store, store)
        SqliteStore(store).close()
        access = Access(path_beside(store))
        self.tokens = [access.add(f"wall {n}", "supervisor") or "" for n in range(IDLE // EACH)] if board else []
        access.close()
        config = folder / "callbridge.toml"
        web = f"[web]\nport = {self.port}\n" if board else ""
        sinks = f'[[sink]]\ntype = "sqlite"\npath = "{store}"\n[[sink]]\ntype = "jsonl"\npath = "-"\n'
        config.write_text((folder / "pbx").read_text() + web + sinks)
        config.chmod(0o600)
        with (folder / "log").open("w") as log:
            self.process = subprocess.Popen(
                [*COMMAND, "run", "--config", str(config)], stdout=subprocess.PIPE, stderr=log, cwd=folder
            )
        told = ["--rate", str(RATE), "--talk", str(TALK), "--seconds", str(seconds), "--port", str(pbx)]
        self._pbx = [*COMMAND, "simulate", *told]
        self.endings: list[Callable[[], None]] = []
        """Ends what goes on beside."""
        self.lags: list[tuple[float, float]] = []
        """When each record came, and how long after its call's end."""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if board:
            while not listening(self.port):
                time.sleep(0.05)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            now = time.time()
            self.lags.append((now, now - seconds(json.loads(line)["ended_at"])))

    @contextlib.contextmanager
    def calls(self) -> Iterator[subprocess.Popen[bytes]]:
        """The PBX, which tells them as soon as the service follows it."""
        pbx = subprocess.Popen(self._pbx, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield pbx
        finally:
            pbx.terminate()
            pbx.wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)
        self._reader.join(60)


def run() -> None:
    print(f"{RATE:g} calls a second for {SECONDS:g} s, talk {TALK:g} s; load {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        alone, cost = _phase(Service(folder / "alone", board=False), None)
        print(f"without a board:  records {alone}; {cost:.1f} % of a core", flush=True)
        watched = Service(folder / "watched", board=True)
        page_lag: list[float] = []
        lag, with_board = _phase(watched, lambda service: _browsers(service, page_lag))
        print(f"with {BROWSERS} browsers: records {lag}, p99 {lag.p99 / alone.p99:.2f} of without; "
              f"{with_board:.1f} % of a core, the board {with_board - cost:.1f} %")  # fmt: skip
        print(f"  from the PBX to painted: {Lags(page_lag)}", flush=True)
        other = Service(folder / "other", board=True, store_of=watched)
        for whom, asked in (("", None), (" to another service", other)):
            answers: list[int] = []
            service = Service(folder / f"asked{whom}", board=True, seconds=LONGEST)
            lag, _ = _phase(service, partial(_requests, answers=answers, asked=asked))
            codes = {code: answers.count(code) for code in sorted(set(answers))}
            print(f"with {IDLE} idle streams and {len(answers)} random requests{whom} {codes}: "
                  f"records {lag}, p99 {lag.p99 / alone.p99:.2f} of without", flush=True)  # fmt: skip
        other.stop()


class Lags:
    """Seconds, by their share."""

    def __init__(self, values: list[float]) -> None:
        self._values = sorted(values)

    def at(self, share: float) -> float:
        return self._values[min(len(self._values) - 1, int(share * len(self._values)))] if self._values else 0.0

    @property
    def p99(self) -> float:
        return self.at(0.99)

    def __str__(self) -> str:
        shares = ", ".join(f"p{share:g} {self.at(share / 100):.2f} s" for share in (50, 95, 99))
        return f"{shares} ({len(self._values)})"


def _phase(service: Service, beside: Callable[[Service], None] | None) -> tuple[Lags, float]:
    """How late the records came, and what the service cost, while ``beside`` went on."""
    with service.calls() as pbx:
        began, cost = time.time(), Cost(service.process.pid)
        if beside is not None:
            beside(service)
        time.sleep(max(0.0, began + SETTLED - time.time()))
        start, used = time.time(), cost.cpu()
        while pbx.poll() is None and time.time() < began + service.seconds and not service.is_enough():
            time.sleep(0.5)
        share = 100 * (cost.cpu() - used) / (time.time() - start)
        until = time.time()
        for end in service.endings:
            end()
    service.stop()
    return Lags([lag for at, lag in service.lags if start < at < until]), share


def _streams(base: str, tokens: list[str], path: str, stop: Any) -> None:
    """Reads streams in a process of its own, as fast as they come."""

    async def one(token: str) -> None:
        host, port = base.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        while await reader.read(1 << 20):
            pass

    async def every() -> None:
        tasks = [asyncio.create_task(one(token)) for token in tokens]
        await asyncio.to_thread(stop.wait)
        for task in tasks:
            task.cancel()

    asyncio.run(every())


def _beside(service: Service, count: int, path: str, asked: Service | None = None) -> None:
    """Streams of ``asked``, or of the service itself, while its calls go on."""
    context = get_context("spawn")
    stop, asked = context.Event(), asked or service
    tokens = [token for token in asked.tokens for _ in range(EACH)][:count]
    process = context.Process(target=_streams, args=(asked.base, tokens, path, stop), daemon=True)
    process.start()

    def end() -> None:
        stop.set()
        process.join(10)

    service.endings.append(end)


def _browsers(service: Service, lags: list[float]) -> None:
    _beside(service, BROWSERS - 1, "/v1/live/stream")
    done = threading.Event()

    def look() -> None:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
            page = browser.new_page(viewport={"width": 1366, "height": 900})
            page.add_init_script(WATCH)
            _sign_in(page, service)
            time.sleep(SETTLED)
            page.evaluate("late.length = 0")
            done.wait(SECONDS)
            lags.extend(page.evaluate("late"))
            browser.close()

    thread = threading.Thread(target=look)
    thread.start()

    def end() -> None:
        done.set()
        thread.join(30)

    service.endings.append(end)


def _sign_in(page: Page, service: Service) -> None:
    page.goto(f"{service.base}/sign-in?lang=en")
    page.fill("#token", service.tokens[-1])
    page.press("#token", "Enter")
    page.wait_for_selector("#board:not([data-stale])")


def _requests(service: Service, answers: list[int], asked: Service | None) -> None:
    """The same of requests."""
    _beside(service, IDLE, "/v1/live/stream?kinds=pbx", asked)
    base, tokens = (asked or service).base, (asked or service).tokens
    chance = random.Random(4)
    wanted = [(chance.choice(PATHS), chance.choice(tokens)) for _ in range(REQUESTS)]
    stop = threading.Event()

    def one(path: str, token: str) -> None:
        if stop.is_set():
            return
        request = urllib.request.Request(base + path, headers={"Authorization": f"Bearer {token}"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                answer.read()
                answers.append(answer.status)
        except urllib.error.HTTPError as error:
            answers.append(error.code)
        except OSError:
            answers.append(0)

    pool = ThreadPoolExecutor(4)
    for path, token in wanted:
        pool.submit(one, path, token)
    service.is_enough = lambda: len(answers) == REQUESTS

    def end() -> None:
        stop.set()
        pool.shutdown(cancel_futures=True)

    service.endings.append(end)
