"""A contact centre at work, for whoever looks at the pages: two lines, six agents, a supervisor, calls that go on.

    python -m tests.live.floor DIRECTORY

``make demo`` starts it at its end and ``make demo-stop`` ends it; by itself it ends after ``HOURS``. The service
keeps its store in DIRECTORY. ``DIRECTORY/page`` has the address of the pages, once they answer, and a token for them.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.helpers.ports import free_port, listening
from tests.live.lab import LABS, Lab
from tests.live.manager import Manager, PbxError
from tests.live.phones import Call, Phone, PhoneError
from tests.live.stage import Cell
from tests.live.watchers import CALLBRIDGE, Watcher, WatcherError

HOURS = 1.0
PORT = 8090
"""Of the pages, unless somebody has it."""
AGENTS = ("a1", "a2", "a3", "a4", "a5", "a6")
SUPERVISOR = "s1"
LINES = ("8000", "8000", "8001")
TALK = (10.0, 40.0)
"""Seconds."""
MOST_CALLS = 7
"""At once, one more than there are agents: somebody waits now and then."""
REASONS = ("lunch", "meeting", "paperwork")
SETTINGS = """
[[pbx]]
name = "floor"
[pbx.ami]
host = "{address}"
username = "bridge"
secret = "bridge-secret"
[pbx.ari]
url = "{ari}"
username = "bridge"
secret = "bridge-secret"
app = "callbridge-floor"

[roles]
agents = ["PJSIP/101*"]
supervisors = ["PJSIP/201*"]
trunks = ["PJSIP/trunk01"]
agent_names = "member"

[[agent]]
device = "PJSIP/2011"
name = "Supervisor 2011"

[[dn]]
number = "8000"
name = "Support"
target = "80/20"
[[dn]]
number = "8001"
name = "Sales"
target = "90/15"

[[queue]]
name = "support"
target = "80/20"
wrap_up = 5
[[queue]]
name = "sales"
target = "90/15"
wrap_up = 5

[[sink]]
type = "sqlite"
path = "{store}"

[web]
port = {port}
"""


class Floor:
    """Everybody at work, and what they do, by chance."""

    def __init__(self, cell: Cell, chance: random.Random) -> None:
        self.cell = cell
        self.chance = chance
        self.calls = asyncio.Semaphore(MOST_CALLS)

    async def open(self) -> None:
        """Everybody at the phone."""
        await self.cell.phone("customer").start()
        for who in (*AGENTS, SUPERVISOR):
            phone = self.cell.phone(who)
            await phone.start()
            await phone.register()

    async def works(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._customers(group))
            group.create_task(self._supervisor())
            group.create_task(self._forget())
            for who in AGENTS:
                group.create_task(self._agent(who))

    async def _customers(self, group: asyncio.TaskGroup) -> None:
        while True:
            await self._some(2, 9)
            await self.calls.acquire()
            group.create_task(self._customer())

    async def _customer(self) -> None:
        """Calls, waits as long as patience lasts, talks."""
        try:
            with suppress(PhoneError):
                phone = self.cell.phone("customer")
                call = await phone.call(self.chance.choice(LINES), f"09{self.chance.randrange(10**8):08}")
                await until(lambda: call.over or "CONFIRMED" in call.states, self.chance.uniform(8, 60))
                if "CONFIRMED" in call.states:
                    await until(lambda: call.over, self.chance.uniform(*TALK))
                await call.hangup()
        finally:
            self.calls.release()

    async def _agent(self, who: str) -> None:
        phone = self.cell.phone(who)
        while True:
            with suppress(PhoneError, PbxError):
                if not phone.waiting and self.chance.random() < 0.04:
                    await self._pauses(who)
                if await until(lambda: bool(phone.waiting), 10):
                    await self._is_called(phone, phone.waiting.pop(0))

    async def _is_called(self, phone: Phone, call: Call) -> None:
        does = self.chance.random()
        await self._some(1, 5)
        if call.over or does < 0.06:  # she lets it ring
            await until(lambda: call.over, 60)
        elif does < 0.12:
            await call.decline(self.chance.choice((603, 486)))
        else:
            await call.pick_up()
            await self._talks(phone, call)

    async def _talks(self, phone: Phone, call: Call) -> None:
        does = self.chance.random()
        if await until(lambda: call.over, self.chance.uniform(*TALK)):
            return
        if does < 0.25:
            await call.hold()
            await self._some(3, 10)
            await call.resume()
        elif does < 0.35:
            colleague = self.chance.choice([who for who in AGENTS if self.cell.phone(who) is not phone])
            await call.refer(self.cell.extension(colleague))
            await until(lambda: call.over, 10)
        elif does > 0.6:  # else the customer hangs up
            await call.hangup()
        await until(lambda: call.over, TALK[1])

    async def _pauses(self, who: str) -> None:
        device = self.cell.device(who)
        pause = {"Interface": device, "Reason": self.chance.choice(REASONS)}
        await self.cell.pbx.action("QueuePause", Paused="true", **pause)
        await self._some(15, 45)
        await self.cell.pbx.action("QueuePause", Paused="false", Interface=device)

    async def _supervisor(self) -> None:
        """Listens to whoever talks, now and then."""
        phone = self.cell.phone(SUPERVISOR)
        while True:
            await self._some(15, 40)
            with suppress(PhoneError):
                talking = [who for who in AGENTS if any(not c.over for c in self.cell.phone(who).calls.values())]
                if talking:
                    call = await phone.call(f"*{self.cell.extension(self.chance.choice(talking))}")
                    await until(lambda call=call: call.over, self.chance.uniform(8, 20))
                    await call.hangup()

    async def _forget(self) -> None:
        """Events and calls of the past, which nobody on the floor looks at."""
        while True:
            await asyncio.sleep(60)
            self.cell.pbx.events.clear()
            for phone in self.cell.phones.values():
                phone.calls = {number: call for number, call in phone.calls.items() if not call.over}

    async def _some(self, least: float, most: float) -> None:
        await asyncio.sleep(self.chance.uniform(least, most))


async def until(seen: Callable[[], bool], seconds: float) -> bool:
    """Whether it came true in time."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not seen():  # noqa: ASYNC110 (a phone's states have no event that more than one can wait for)
                await asyncio.sleep(0.2)
    return seen()


async def go_on(lab: Lab, directory: Path, seconds: float) -> None:
    watcher = Watcher(lab, "floor", ("ami", "ari"), directory)
    port = PORT if not listening(PORT) else free_port()
    watcher.config.write_text(
        SETTINGS.format(address=lab.address, ari=lab.ari_url, store=directory / "callbridge.db", port=port)
    )
    pbx = Manager()
    await pbx.connect(lab.address, lab.ami_port, lab.username, lab.secret)
    floor = Floor(Cell(1, pbx, lab.address, lab.ari_url, lab.customers), random.Random())
    try:
        await watcher.run()
        await floor.open()
        _tell_page(watcher, port)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await floor.works()
    finally:
        await floor.cell.close_phones()
        await watcher.stop()
        await pbx.close()


@asynccontextmanager
async def at_work(lab: Lab, directory: Path, seconds: float) -> AsyncIterator[tuple[str, str]]:
    """Calls go on meanwhile: the address of the pages, and a token for them."""
    going_on = asyncio.create_task(go_on(lab, directory, seconds))
    page = directory / "page"
    try:
        while not page.exists():
            if going_on.done():
                going_on.result()
                raise WatcherError("the floor ended before its pages answered")
            await asyncio.sleep(0.1)
        address, token = page.read_text().split()
        yield address.rstrip("/"), token
    finally:
        going_on.cancel()
        with suppress(asyncio.CancelledError):
            await going_on


def _tell_page(watcher: Watcher, port: int) -> None:
    words = ("token", "add", f"demo-{os.getpid()}", "--role", "administrator", "--days", "1")
    command = [CALLBRIDGE, *words, "--config", watcher.config]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    page, made = watcher.directory / "page", watcher.directory / "page.new"
    made.touch(0o600)
    made.write_text(f"http://127.0.0.1:{port}/\n{done.stdout.strip()}\n")
    made.rename(page)


async def main(directory: Path) -> None:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    lab = LABS["floor"]
    lab.up()
    try:
        await go_on(lab, directory, HOURS * 3600)
    finally:
        lab.down()


if __name__ == "__main__":
    with suppress(asyncio.CancelledError, KeyboardInterrupt):
        asyncio.run(main(Path(sys.argv[1])))
