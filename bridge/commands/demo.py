"""``callbridge demo``: pages and API over recorded calls that go on in real time; no PBX, nothing is kept."""

import asyncio
import socket
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from bridge.commands.options import live_settings
from bridge.config import Settings
from bridge.errors import FileError, UsageError
from bridge.pipeline.driver import Driver
from bridge.pipeline.pipeline import Pipeline
from bridge.service.run import run
from bridge.simulate import telling
from bridge.simulate.manager import Managers
from bridge.simulate.pbxs import settings as simulated_settings
from bridge.store.access import Access, path_beside
from bridge.store.records import SqliteStore
from bridge.vocabulary.message import Message
from bridge.web.serving import shown

HOURS = 6.0
"""Hours of calls that are on record when the page opens."""


def command(*, port: Annotated[int, Parameter(help="Of the pages, on 127.0.0.1.")] = 8090) -> None:
    """Show the pages over recorded calls, in real time and without a PBX, until Ctrl+C; nothing is kept."""
    if not 1 <= port <= 65535:
        raise UsageError(f"--port: {port} is no port; write 1 to 65535")
    if not _is_free(port):
        raise FileError(f"127.0.0.1:{port} is taken; choose another --port")
    with tempfile.TemporaryDirectory(prefix="callbridge-demo-") as folder:
        ami = _some_free_port()
        file = Path(folder) / "callbridge.toml"
        file.touch(0o600)  # the file holds a secret, and a warning about a file of our own would help nobody
        file.write_text(settings_text(Path(folder), ami, port))
        settings = live_settings(file)
        store = str(Path(folder) / "callbridge.db")
        print(f"Writing the calls of the {HOURS:g} hours before now ...", file=sys.stderr)
        _fill(settings, store)
        access = Access(path_beside(store))
        token = access.add("demo", "administrator", 1)
        access.close()
        print(f"Open http://127.0.0.1:{port}/ and sign in with this token:\n\n  {token}\n", flush=True)
        print("Calls go on until Ctrl+C.", flush=True)
        asyncio.run(_demo(settings, ami))


async def _demo(settings: Settings, ami: int) -> None:
    async with Managers(ami, 1) as managers:
        telling_on = asyncio.create_task(telling.go_on(managers))
        try:
            await run(settings, shown(settings))
        finally:
            telling_on.cancel()
            with suppress(asyncio.CancelledError):
                await telling_on


def _fill(settings: Settings, path: str) -> None:
    """Fill the store as it would be after some hours: calls, and the states of agents until now."""
    pipeline = Pipeline(settings, telling.PBX)
    pipeline.track()
    driver = Driver(telling.PBX, pipeline)
    now = time.time()
    steps = [driver.feed(message) for message in telling.hours_before(now, HOURS)]
    steps.append(driver.feed(Message(now, telling.PBX, "ami", {"feed": "lost"})))
    store = SqliteStore(path)
    try:
        store.write([one for step in steps for one in (*step.records, *step.states)])
    finally:
        store.close()


def settings_text(folder: Path, ami: int, port: int) -> str:
    """The settings file of a demo whose store is in a folder. ``ami``, ``port``: of its PBX and of its pages."""
    path = str(folder / "callbridge.db").replace("\\", "/")
    agents = [f'[[agent]]\ndevice = "PJSIP/{number}"\nname = "{name}"' for number, name in telling.people()]
    more = [*agents, f'[[sink]]\ntype = "sqlite"\npath = "{path}"', f"[web]\nport = {port}"]
    pbx = simulated_settings(1, ami, telling.LINES).replace("[roles]", '[roles]\nagent_names = "member"')
    return pbx + "\n" + "\n\n".join(more) + "\n"


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def _some_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        found: int = listening.getsockname()[1]
    return found
