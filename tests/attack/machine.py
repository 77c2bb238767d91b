"""What the machine does to the service: signals at any moment of its start, stores that are not its own, settings."""

import asyncio
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

from tests.attack.target import LONGEST_ANSWER, target, told, until
from tests.helpers.manager import manager
from tests.helpers.service import NOWHERE, ROLES_AND_DN, abandoned_call, callbridge, followed, pbx_table, records

STARTS, HELD, STOPPED = 14, 45.0, 60.0
TRACE = "Traceback (most recent call last)"


async def told_to_end_at_any_moment_of_its_start(folder: Path) -> tuple[str, bool]:
    sink = f'[[sink]]\ntype = "sqlite"\npath = "{folder}/calls.db"\n'
    codes, slowest, traces = [], 0.0, 0
    async with manager() as pbx:
        for number in range(STARTS):
            async with callbridge(["run"], folder, pbx_table("pbx1", pbx.port) + ROLES_AND_DN + sink) as process:
                await asyncio.sleep(0.3 * number)
                begun = time.monotonic()
                process.send_signal(signal.SIGTERM)
                _, log = await process.communicate()
                slowest = max(slowest, time.monotonic() - begun)
                codes.append(process.returncode)
                traces += TRACE.encode() in log
        async with callbridge(["run"], folder, pbx_table("pbx1", pbx.port) + ROLES_AND_DN + sink) as process:
            times = pbx.actions.count("QueueStatus")
            await followed(pbx, times + 1)
            abandoned_call(pbx, "1.1")
            await until(lambda: len(records(folder)) == 1)
    said = f"{STARTS} starts, exit codes {sorted({*map(str, codes)})}, ended within {slowest:.1f} s, "
    said += f"{traces} traceback(s)"
    return said, {*codes} <= {0, -signal.SIGTERM} and not traces and slowest < 10


async def a_store_that_another_process_holds(folder: Path) -> tuple[str, bool]:
    async with target(folder) as under:
        await under.one_more_call()
        with closing(sqlite3.connect(folder / "calls.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            begun = time.monotonic()
            for number in range(20):
                abandoned_call(under.pbx, f"8.{number}")
            await asyncio.sleep(HELD)
            failing = under.log.count("event=sink_failed")
            other.execute("COMMIT")
        await under.has(21)
        late = time.monotonic() - begun - HELD
        complete = sum(record.complete for record in under.records)
        goes_on = await under.one_more_call()
        said = f"held for {HELD:.0f} s, {failing} line(s), 21 records {late:.1f} s after that, {complete} complete"
        return told(under, said), goes_on and complete == 21 and under.slowest < LONGEST_ANSWER


async def _started(folder: Path, path: str) -> tuple[int | None, str]:
    async with manager() as pbx:
        settings = pbx_table("pbx1", pbx.port) + ROLES_AND_DN + f'[[sink]]\ntype = "sqlite"\npath = "{path}"\n'
        async with callbridge(["run"], folder, settings) as process:
            try:
                async with asyncio.timeout(20):
                    _, log = await process.communicate()
            except TimeoutError:
                return None, "it runs"
            return process.returncode, log.decode(errors="replace").strip()


def _content(path: str) -> bytes:
    return Path(path).read_bytes() if Path(path).is_file() else b""


async def stores_that_are_none(folder: Path) -> tuple[str, bool]:
    """A file of another programme, one of a later version, text, a folder, and where nothing can be written."""
    with closing(sqlite3.connect(folder / "foreign.db")) as db:
        db.execute("CREATE TABLE records (id INTEGER)")
        db.commit()
    with closing(sqlite3.connect(folder / "later.db")) as db:
        db.execute("PRAGMA user_version = 9999")
        db.commit()
    (folder / "text.db").write_text("a letter to the landlord\n" * 100)
    (folder / "folder.db").mkdir()
    told, bad = [], []
    for path in (*(f"{folder}/{name}.db" for name in ("foreign", "later", "text", "folder")), "/proc/calls.db",
                 f"{folder}/no/such/folder/calls.db"):  # fmt: skip
        before = _content(path)
        code, log = await _started(folder, path)
        after = _content(path)
        told.append(f"{Path(path).name}: {code}, {len(log.splitlines())} line(s)")
        if code in (0, None) or TRACE in log or before != after or len(log.splitlines()) > 3:
            bad.append(f"{path}: {code} {log[-300:]}")
    return "; ".join(bad or told), not bad


SETTINGS: dict[str, str | bytes] = {
    "a table twice": NOWHERE + "[roles]\ntrunks = []\n",
    "a number for a name": NOWHERE.replace('name = "pbx1"', "name = 7"),
    "a list of lists": NOWHERE + "[[dn]]\nnumber = " + "[" * 20_000 + "]" * 20_000 + "\n",
    "tables nested deep": NOWHERE + "x = " + "{a=" * 5_000 + "1" + "}" * 5_000,
    "nan for a port": NOWHERE.replace('host = "127.0.0.1"', 'host = "127.0.0.1"\nport = nan'),
    "a port beyond all ports": NOWHERE.replace(
        'host = "127.0.0.1"', 'host = "127.0.0.1"\nport = 99999999999999999999'
    ),
    "a name of a megabyte": NOWHERE.replace("pbx1", "x" * 1_000_000),
    "a name with control characters": NOWHERE.replace("pbx1", "a\\u001b[2Jb\\u0000"),
    "a name from right to left": NOWHERE.replace("pbx1", "\u202etroppus"),
    "no text": "\x00\x01\x02",
    "no UTF-8": NOWHERE.encode().replace(b"pbx1", b"\xff\xfe"),
    "a byte order mark": b"\xef\xbb\xbf" + NOWHERE.encode(),
    "a threshold that is endless": NOWHERE + "[thresholds]\ncustomer_waiting = inf\n",
    "a threshold below nothing": NOWHERE + "[thresholds]\ncustomer_waiting = -1e308\n",
    "a pattern that explodes": NOWHERE.replace("PJSIP/trunk", "*a" * 500),
    "nothing": "",
    "a key twice": NOWHERE.replace('username = "bridge"', 'username = "bridge"\nusername = "other"'),
    "a date": NOWHERE.replace('name = "pbx1"', "name = 2026-11-30"),
}


async def settings_of_any_kind(folder: Path) -> tuple[str, bool]:
    """Each is refused in one line, or taken; none ends in a traceback."""
    bad, refused = [], 0
    for name, text in SETTINGS.items():
        config = folder / "callbridge.toml"
        async with callbridge(["check"], folder, "") as process:  # makes the file
            process.kill()
            await process.wait()
        config.write_bytes(text if isinstance(text, bytes) else text.encode())
        begun = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", "import sys; from bridge.cli import main; sys.exit(main())",
            "check", "--config", str(config), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        out, _ = await process.communicate()
        seconds = time.monotonic() - begun
        shown = out.decode(errors="replace")
        refused += process.returncode != 0
        if TRACE in shown or "\x1b" in shown or seconds > 20 or max(map(len, shown.splitlines()), default=0) > 2_000:
            bad.append(f"{name}: {process.returncode} after {seconds:.1f} s, {len(shown)} letters {shown[-160:]!r}")
    return "; ".join(bad) or f"{len(SETTINGS)} files, {refused} refused, each without a traceback", not bad


async def a_service_that_is_stopped_for_a_minute(folder: Path) -> tuple[str, bool]:
    """As by a debugger; the PBX says what happened meanwhile with its time."""
    async with target(folder) as under:
        await under.one_more_call()
        under.process.send_signal(signal.SIGSTOP)
        for number in range(20):
            abandoned_call(under.pbx, f"8.{number}")
            await asyncio.sleep(STOPPED / 20)
        under.process.send_signal(signal.SIGCONT)
        await under.has(21)
        goes_on = await under.one_more_call()
        waits = max(record.wait_seconds for record in under.records)
        complete = sum(record.complete for record in under.records)
        lines = under.log.count("event=stood_still")
        said = f"22 records, {complete} complete, the longest wait {waits:.1f} s, {lines} line(s) stood_still"
        return said, goes_on and len(under.records) == 22 and waits < 2 and lines == 1
