"""The service under attack: a process of its own, beside a manager interface that says what it is told to."""

import asyncio
import http.client
import re
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, closing, nullcontext
from pathlib import Path
from typing import Any

import httpx
import msgspec

from bridge.vocabulary.record import Record
from tests.helpers import heard
from tests.helpers.manager import Manager, manager
from tests.helpers.ports import free_port
from tests.helpers.service import ROLES_AND_DN, STORE, abandoned_call, callbridge, pbx_table, records
from tests.helpers.story import BEGAN, Story

LONGEST = 240.0
"""Seconds for one attack."""
LONGEST_ANSWER = 10.0
"""Seconds within which the service must answer all the time, also on a machine that is busy with other work."""


async def until(condition: Callable[[], object]) -> None:
    """Wait for something, however busy the machine is: only the attack as a whole has a time."""
    await heard.until(condition, LONGEST)


class Target:
    def __init__(self, folder: Path, pbx: Manager, process: asyncio.subprocess.Process, health: str) -> None:
        self.folder, self.pbx, self.process, self.health = folder, pbx, process, health
        self.metrics_port = httpx.URL(health).port or 0
        self.slowest = 0.0
        """Seconds that ``/healthz`` took to answer, at most."""
        self.log = ""

    @property
    def records(self) -> list[Record]:
        return records(self.folder)

    @property
    def megabytes(self) -> float:
        """The most memory that the process had."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0

    @property
    def open_files(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    async def tell(self, story: Story, pbx: Manager | None = None, *, now: bool = False) -> None:
        """Say a story, whose times end now, or are each that ``now``."""
        pbx = pbx or self.pbx
        late = time.time() - story.now - BEGAN
        for number, message in enumerate(story.messages):
            if "feed" not in message.event:
                headers: dict[str, Any] = dict(message.event)
                if "ActionID" not in headers:
                    headers.setdefault("Timestamp", f"{time.time() if now else message.t + late:.6f}")
                pbx.say("\n".join(f"{name}: {value}" for name, value in headers.items()))
            if number % 200 == 0:
                await asyncio.gather(*(writer.drain() for writer in pbx.writers))
                await asyncio.sleep(0)

    async def say_all(self, texts: Iterable[str]) -> None:
        """Say many things, no faster than the service takes them."""
        for number, text in enumerate(texts):
            self.pbx.say(text)
            if number % 200 == 0:
                await asyncio.gather(*(writer.drain() for writer in self.pbx.writers))
                await asyncio.sleep(0)

    @property
    def count(self) -> int:
        """How many records there are, of which there may be too many to read again and again."""
        if not (self.folder / STORE).exists():
            return 0
        with closing(sqlite3.connect(self.folder / STORE)) as db:
            return int(db.execute("SELECT count(*) FROM records").fetchone()[0])

    def record_of(self, call: str) -> Record | None:
        """As it stands in the store, which may hold too many to read again and again."""
        if not (self.folder / STORE).exists():
            return None
        with closing(sqlite3.connect(self.folder / STORE)) as db:
            found = db.execute("SELECT json FROM records WHERE call_id = ?", (call,)).fetchone()
        return msgspec.json.decode(found[0], type=Record) if found is not None else None

    async def has(self, count: int) -> None:
        await until(lambda: self.count >= count)

    async def one_more_call(self) -> bool:
        """Whether it still writes a record of a call."""
        before = self.count
        abandoned_call(self.pbx, f"9.{before}")
        await self.has(before + 1)
        return True

    async def end(self) -> int:
        if self.process.returncode is None:
            self.process.terminate()
        return await self.process.wait()


def told(under: Target, said: str) -> str:
    return f"{said}; answered within {under.slowest:.1f} s all the time, {under.megabytes:.0f} MB"


@asynccontextmanager
async def target(
    folder: Path, more: str = "", *, stdout: int | None = None, pbx: Manager | None = None
) -> AsyncIterator[Target]:
    """``more``: further tables of the settings. ``pbx``: another than one that answers as it should."""
    port = free_port()
    sink = f'[[sink]]\ntype = "sqlite"\npath = "{folder}/calls.db"\n'
    async with manager() if pbx is None else nullcontext(pbx) as pbx:
        settings = f"{pbx_table('pbx1', pbx.port)}{ROLES_AND_DN}{sink}[metrics]\nport = {port}\n{more}"
        async with callbridge(["run"], folder, settings, stdout) as process:
            under = Target(folder, pbx, process, f"http://127.0.0.1:{port}/healthz")
            reading = asyncio.create_task(_read(under))
            await until(lambda: "QueueStatus" in pbx.actions)
            await until(lambda: "metrics_listening" in under.log)
            over = threading.Event()
            asking = threading.Thread(target=_ask, args=(under, over), name="asking", daemon=True)
            asking.start()
            try:
                yield under
            finally:
                over.set()
                await under.end()
                await reading


async def _read(under: Target) -> None:
    assert under.process.stderr is not None
    while line := await under.process.stderr.readline():
        under.log += line.decode(errors="replace")


def _ask(under: Target, over: threading.Event) -> None:
    """Asks all the time whether it lives, each time by a new connection. In a thread: what the attack itself does
    meanwhile is no delay of the service."""
    where = httpx.URL(under.health)
    while under.process.returncode is None and not over.is_set():
        begun = time.monotonic()
        connection = http.client.HTTPConnection(where.host, where.port, timeout=30)
        try:
            connection.request("GET", where.path)
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            if under.process.returncode is not None or over.is_set():
                return
        finally:
            connection.close()
        under.slowest = max(under.slowest, time.monotonic() - begun)
        over.wait(0.05)
