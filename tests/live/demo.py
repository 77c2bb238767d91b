"""``make demo``: a PBX, the service and a handful of phones; some calls, the tags of each, and one call explained.
Then the pages, over calls that go on (``tests/live/floor.py``).

python -m tests.live.demo [--stop]
"""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from bridge.tags.catalogue import CATALOGUE
from bridge.vocabulary.words import word
from tests.live.floor import HOURS
from tests.live.lab import ROOT, Lab, LabError
from tests.live.manager import Manager, PbxError
from tests.live.phones import PATIENCE, PhoneError
from tests.live.scenarios import SCENARIOS
from tests.live.season import Record, began
from tests.live.stage import Cell
from tests.live.watchers import CALLBRIDGE, Watcher, WatcherError

DIRECTORY = ROOT / "var" / "demo"
PID = DIRECTORY / "pid"

CALLS = (
    "one_declines_one_phone_fails_one_sleeps_and_one_answers",
    "an_agent_answers_after_both_thresholds_of_the_number",
    "a_customer_gives_up_where_nobody_is_logged_in",
    "the_queue_is_full",
    "the_queue_gives_up_after_its_time",
    "a_customer_is_called_back",
    "a_supervisor_listens_then_whispers_then_barges_in",
    "an_agent_whispers_to_an_agent",
    "an_agent_transfers_attended_to_an_agent",
    "a_supervisor_takes_the_customer_over",
    "an_agent_makes_it_three_by_keys",
    "a_customer_dials_an_agents_own_number",
    "an_agent_calls_a_customer_and_hangs_up",
    "an_agent_calls_out_showing_no_dn",
    "an_agent_calls_an_agent",
    "an_administrator_hangs_the_agent_up",
)
EXPLAINED = CALLS[0]
PEOPLE = [*((f"a{n}", "Agent") for n in range(1, 6)), *((f"s{n}", "Supervisor") for n in (1, 2))]


def tell(text: str = "") -> None:
    print(text, flush=True)


def bold(text: str) -> str:
    return f"\033[1m{text}\033[0m" if sys.stdout.isatty() else text


async def demo(lab: Lab) -> tuple[str, Path]:
    """Plays the calls one after the other and prints what the service writes of each. The call to explain, and the
    settings that it was written under."""
    watcher = Watcher(lab, "demo", ("ami", "ari"), DIRECTORY)
    pbx = Manager()
    await pbx.connect(lab.address, lab.ami_port, lab.username, lab.secret)
    cell = Cell(1, pbx, lab.address, lab.ari_url, lab.customers, [watcher.application])
    # Nobody else of this PBX has a part in the demo, so their states would fill its reports with rows of nothing.
    more = "".join(_named(cell, who, kind) for who, kind in PEOPLE) + "\n[states]\nkeep = false\n"
    watcher.config.write_text(watcher.config.read_text() + more)
    shown: set[str] = set()
    explained = ""
    try:
        tell("Starting callbridge run on an SQLite store ...")
        await watcher.run()
        tell(f"Placing {len(CALLS)} scenarios' calls with real SIP phones ...")
        for number, name in enumerate(CALLS, 1):
            tell()
            tell(bold(f"{number:2}. {name.replace('_', ' ').capitalize()}"))
            for record in await _play(cell, name, watcher):
                shown.update(record["tags"])
                explained = record["call_id"] if name == EXPLAINED else explained
                _print(record)
    finally:
        await cell.close_phones()
        await watcher.stop()
        await pbx.close()
    tell()
    tell(f"{len(shown)} of {len(CATALOGUE)} tags were shown.")
    return explained, watcher.config


def _named(cell: Cell, who: str, kind: str) -> str:
    return f'\n[[agent]]\ndevice = "{cell.device(who)}"\nname = "{kind} {cell.extension(who)}"\n'


async def _play(cell: Cell, name: str, watcher: Watcher) -> list[Record]:
    start = time.time()
    scenario = SCENARIOS[name]
    await scenario.play(cell)
    await cell.close()

    def written() -> list[Record]:
        return sorted((r for r in watcher.records() if began(r) >= start), key=began)

    async with asyncio.timeout(PATIENCE):
        # Another process writes the file: there is no event to wait for.
        while len(written()) < len(scenario.expected):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return written()


def _print(record: Record) -> None:
    tell(f"    {record['direction']} {record['call_id']}, ended by {record['ended_by']}")
    for offer in record["offers"]:
        tell(f"      offered to {offer['agent']}: {word(('outcome',), offer['outcome'] or 'unseen', 'en')}")
    for tag in record["tags"]:
        label = record["labels"][tag]
        tell(f"      {bold(tag)}  {label['en']}  {label['zh']}")


def running() -> int | None:
    """Another process in which a demo runs."""
    with contextlib.suppress(OSError, ValueError):
        pid = int(PID.read_text())
        # A number that was given to another process since is not ours to end.
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
        if pid != os.getpid() and (b"tests.live.demo" in words or b"tests.live.floor" in words):
            return pid
    return None


def stop() -> None:
    """Ends a demo that runs, and the PBX."""
    if pid := running():
        os.kill(pid, signal.SIGTERM)
        while running() == pid:
            time.sleep(0.1)
    PID.unlink(missing_ok=True)
    Lab().down()


def open_page() -> str | None:
    """Starts the calls that go on: the address of the pages and a token, a line each; None if they did not start."""
    log = DIRECTORY / "floor.log"
    with log.open("wb") as out:
        floor = subprocess.Popen(
            [sys.executable, "-m", "tests.live.floor", DIRECTORY],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    PID.write_text(str(floor.pid))
    page = DIRECTORY / "page"
    while not page.exists():
        if floor.poll() is not None:
            PID.unlink(missing_ok=True)
            tell(f"The calls that go on ended at once; see {log}")
            return None
        time.sleep(0.2)
    return page.read_text()


async def _until_told(lab: Lab) -> tuple[str, Path]:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await demo(lab)


def main() -> int:
    if "--stop" in sys.argv[1:]:
        stop()
        return 0
    if running():
        tell("A demo is running already; make demo-stop ends it.")
        return 1
    shutil.rmtree(DIRECTORY, ignore_errors=True)
    DIRECTORY.mkdir(parents=True)
    PID.write_text(str(os.getpid()))
    lab = Lab()
    try:
        lab.up()
        explained, config = asyncio.run(_until_told(lab))
        tell("One of the calls, as callbridge explain tells it:")
        tell()
        subprocess.run([CALLBRIDGE, "explain", explained, "--config", config], check=True)
        tell()
        tell(f"All of them: {CALLBRIDGE} records --config {config}")
        tell()
        tell("Now the pages, on a PBX with two lines, where calls go on ...")
        page = open_page()
    except (KeyboardInterrupt, asyncio.CancelledError):
        tell("Stopped.")
        stop()
        PID.unlink(missing_ok=True)
        return 130
    except (LabError, PhoneError, PbxError, WatcherError) as error:
        tell(f"The demo failed: {error}")
        lab.down()
        PID.unlink(missing_ok=True)
        return 1
    if page is None:
        return 1
    address, token = page.split()
    tell(bold(f"Open {address} and sign in with this token:"))
    tell()
    tell(f"  {token}")
    tell()
    tell(f"Calls go on for {HOURS:g} hour, or until make demo-stop, which ends the PBXs, too.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
