"""``callbridge`` as a process of its own beside a PBX of the tests, with the settings that it needs."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bridge.store.reader import find
from bridge.vocabulary.record import Record
from tests.helpers.heard import until
from tests.helpers.manager import SECRET, Manager

ROLES_AND_DN = """
[roles]
agents = ["PJSIP/1*"]
trunks = ["PJSIP/trunk"]
[[dn]]
number = "8000"
"""
STORE = "calls.db"
"""The store of a ``service``, in its folder."""
NOWHERE = """
[[pbx]]
name = "pbx1"
[pbx.ami]
host = "127.0.0.1"
username = "bridge"
secret = "s3cret"
[roles]
trunks = ["PJSIP/trunk"]
"""
"""Settings for commands that connect to no PBX."""
CALL = "Channel: PJSIP/trunk-00000001\nUniqueid: 1.1\nLinkedid: 1.1"
LEG = "Channel: PJSIP/1001-00000002\nUniqueid: 1.2\nLinkedid: 1.1"
DIAL = "Uniqueid: 1.1\nDestUniqueid: 1.2\nDestChannel: PJSIP/1001-00000002"


def pbx_table(name: str, ami: int, ari: int | None = None) -> str:
    table = f'[[pbx]]\nname = "{name}"\n'
    table += f'[pbx.ami]\nhost = "127.0.0.1"\nport = {ami}\nusername = "bridge"\nsecret = "{SECRET}"\n'
    if ari is not None:
        table += f'[pbx.ari]\nurl = "http://127.0.0.1:{ari}"\nusername = "bridge"\nsecret = "wrong"\n'
    return table


@asynccontextmanager
async def callbridge(
    command: Sequence[str], folder: Path, settings: str, stdout: int | None = None, code: Path | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The command with these settings, killed at the end if it still runs. ``code``: where its package is."""
    config = folder / "callbridge.toml"
    config.write_text(settings)
    config.chmod(0o600)  # it holds a secret
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "import sys; from bridge.cli import main; sys.exit(main())"),
        *(command[0], "--config", str(config), *command[1:]),
        stdout=stdout,
        stderr=asyncio.subprocess.PIPE,
        cwd=code,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@asynccontextmanager
async def running(
    command: Sequence[str], folder: Path, *tables: str, roles: str = ROLES_AND_DN
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The service whose records come on stdout, as JSON Lines."""
    settings = "".join(tables) + roles + '[[sink]]\ntype = "jsonl"\npath = "-"\n'
    async with callbridge(command, folder, settings, asyncio.subprocess.PIPE) as process:
        yield process


@asynccontextmanager
async def service(folder: Path, port: int, more: str = "") -> AsyncIterator[asyncio.subprocess.Process]:
    """The service with a store, on a PBX with AMI on that port; ``more``: further tables."""
    sink = f'[[sink]]\ntype = "sqlite"\npath = "{folder / STORE}"\n'
    async with callbridge(["run"], folder, pbx_table("pbx1", port) + ROLES_AND_DN + sink + more) as process:
        yield process


async def stop(process: asyncio.subprocess.Process) -> tuple[str, str]:
    process.send_signal(signal.SIGINT)  # one who is in a hurry may send several
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(20):
        out, errors = await process.communicate()
    return out.decode(), errors.decode()


async def followed(pbx: Manager, times: int = 1) -> None:
    await until(lambda: pbx.actions.count("QueueStatus") >= times)


def records(folder: Path) -> list[Record]:
    store = folder / STORE
    return find(str(store)) if store.exists() else []


def heard(folder: Path, word: str) -> bool:
    """Whether the service has journalled a message with this word."""
    journal = folder / f"{STORE}.calls"
    return journal.exists() and f'"{word}"' in journal.read_text()


def abandoned_call(pbx: Manager, call: str) -> None:
    """A customer dials 8000, hears the IVR and hangs up."""
    channel = f"Timestamp: {time.time():.6f}\nChannel: PJSIP/trunk-0000{call}\nUniqueid: {call}\nLinkedid: {call}"
    pbx.say(f"Event: Newchannel\n{channel}\nChannelState: 4\nContext: from-trunk\nExten: 8000")
    pbx.say(f"Event: Newexten\n{channel}\nContext: from-trunk\nExtension: 8000\nApplication: Answer")
    pbx.say(f"Event: Newstate\n{channel}\nChannelState: 6")
    pbx.say(f"Event: HangupRequest\n{channel}\nChannelState: 6")
    pbx.say(f"Event: Hangup\n{channel}\nChannelState: 6\nCause: 16")
