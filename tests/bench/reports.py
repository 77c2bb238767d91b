"""How fast reports are over a year of a million offers in SQLite, and what rows cost when records are written.

The rows are those of a centre of a hundred agents; they are put into the tables as they are, for a million records as
JSON would only be waited for.
"""

from __future__ import annotations

import multiprocessing
import random
import re
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bridge.reports.catalogue import REPORTS, by_dn
from bridge.reports.columns import Columns
from bridge.reports.compute import compute
from bridge.reports.database import Database
from bridge.reports.figures import Report
from bridge.reports.files import WRITERS
from bridge.reports.periods import moment
from bridge.reports.request import Request
from bridge.reports.sheet import of_result
from bridge.store.asking import asking
from bridge.store.migrations import migrate
from bridge.store.row_tables import KINDS, CallRow, columns
from tests.helpers.writing import writing
from tests.reports import centre

OFFERS = 1_000_000
CALLS = 700_000
AGENTS = 100
ZONE = ZoneInfo("Asia/Taipei")
YEAR = (moment("2026-01-01", ZONE), moment("2027-01-01", ZONE))
MONTH = (moment("2026-11-01", ZONE), moment("2026-12-01", ZONE))
OUTCOMES = ("answered", "answered", "answered", "no_answer", "rejected", "cpe_rejected", "answered_elsewhere")
INBOUND = ("answered", "answered", "answered", "abandoned", "exited", "menu")


def _moments(count: int, chance: random.Random) -> list[int]:
    """Office hours of a year, in order."""
    days = [YEAR[0] + day * 86_400_000 for day in range(365)]
    return sorted(chance.choice(days) + 9 * 3_600_000 + chance.randrange(9 * 3_600_000) for _ in range(count))


def _fill(path: Path) -> None:
    chance = random.Random(1)
    db = sqlite3.connect(path, isolation_level=None)
    migrate(db)
    db.execute("BEGIN")
    for table, rows in (("offers", _offers(chance)), ("calls", _calls(chance)), ("talks", _talks(chance))):
        marks = ", ".join("?" * len(columns(KINDS[table])))
        db.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint")
    db.close()


def _offers(chance: random.Random) -> Iterator[tuple[Any, ...]]:
    for n, at in enumerate(_moments(OFFERS, chance)):
        agent = f"{1000 + chance.randrange(AGENTS)}"
        outcome = chance.choice(OUTCOMES)
        ring = chance.randrange(1000, 30_000)
        reason = "no_response" if outcome == "cpe_rejected" else None
        yield (f"{n:032x}", 0, "pbx1", at - ring, "inbound", agent, f"PJSIP/{agent}", f"queue{n % 8}", at, outcome,
               reason, 16, None, ring, 20_000)  # fmt: skip


def _calls(chance: random.Random) -> Iterator[tuple[Any, ...]]:
    names = [*columns(CallRow)]
    for n, at in enumerate(_moments(CALLS, chance)):
        outcome = chance.choice(INBOUND)
        wait, talk = chance.randrange(1000, 90_000), chance.randrange(10_000, 600_000)
        row = dict.fromkeys(names, 0) | {
            "record_id": f"{n:032x}", "pbx": "pbx1", "started": at, "ended": at + wait + talk,
            "answered": at + wait if outcome == "answered" else None, "direction": "inbound", "way": "inbound",
            "dn": f"80{n % 20:02d}", "customer": f"09{n % 90_000_000:08d}", "outcome": outcome,
            "outcome_at": at + wait, "stage": "queue" if outcome == "abandoned" else None,
            "wanted": outcome != "menu",
            "wait_ms": wait, "talk_ms": talk, "tag_bits": 1, "complete": 1, "first_staff": None,
        }  # fmt: skip
        yield tuple(row.values())


def _talks(chance: random.Random) -> Iterator[tuple[Any, ...]]:
    for n, at in enumerate(_moments(CALLS, chance)):
        agent = f"{1000 + chance.randrange(AGENTS)}"
        talk = chance.randrange(10_000, 600_000)
        yield (f"{n:032x}", 0, "pbx1", at - talk, at, "inbound", agent, "agent", f"PJSIP/{agent}", at, talk, 0, 1,
               talk,                0, 0, 0, None)  # fmt: skip


def _timed(report: Report, request: Request, database: Database) -> tuple[float, int]:
    """Seconds of CPU, the best of three, and how many rows were made, as every table and file has them."""
    best, count = float("inf"), 0
    for _ in range(3):
        begun = time.process_time()
        count = sum(len(block[0]) for block in Columns(compute(report, request, database, YEAR[1])).blocks())
        best = min(best, time.process_time() - begun)
    return best, count


def run() -> None:
    """Prints what each takes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "year.db"
        begun = time.perf_counter()
        _fill(path)
        size = path.stat().st_size / 1e6
        print(
            f"{OFFERS:,} offers, {CALLS:,} calls and talks: {size:.0f} MB, "
            f"{time.perf_counter() - begun:.0f} s to fill"
        )
        for name, report, bounds, interval, allowed in (
            ("a month by agent", REPORTS["agents"], MONTH, "none", 0.5),
            ("a month by agent and quarter of an hour", REPORTS["agents"], MONTH, "15", 1.0),
            ("a year by agent", REPORTS["agents"], YEAR, "none", 3.0),
            ("a month by DN and hour", REPORTS["dn"], MONTH, "60", None),
            ("a month of service levels", by_dn((10, 20, 30, 60)), MONTH, "none", None),
            ("a year by DN and day", REPORTS["dn"], YEAR, "day", None),
        ):
            request = Request(since=bounds[0], until=bounds[1], zone=ZONE, interval=interval)  # type: ignore[arg-type]
            with asking(str(path)) as database:
                seconds, count = _timed(report, request, database)
            limit = f", at most {allowed:g} s" if allowed else ""
            print(f"{name}: {seconds:.2f} s{limit} ({count:,} rows)")
        _exports(path)
    _writing()


def _exports(path: Path) -> None:
    """Each in a process of its own, as the service makes them."""
    for form in WRITERS:
        part = multiprocessing.get_context("spawn").Process(target=_export, args=(path, form))
        part.start()
        part.join()


def _export(path: Path, form: str) -> None:
    request = Request(since=MONTH[0], until=MONTH[1] + 9 * 86_400_000, zone=ZONE, interval="15")
    begun = time.process_time()
    with asking(str(path)) as database, tempfile.TemporaryFile() as file:
        found = compute(REPORTS["agents"], request, database, YEAR[1])
        WRITERS[form](of_result(found), file, "ids")
        size = file.tell() / 1e6
    # Not ru_maxrss, which begins with what the parent has taken.
    memory = int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0]) / 1024
    taken = time.process_time() - begun
    allowed = 250 if form == "parquet" else 100
    told = f"{taken:.1f} s, {size:.1f} MB, memory {memory:.0f} MB, at most {allowed}"
    print(f"{len(found.lines):,} rows as {form}: {told}")


def _writing() -> None:
    records = centre.calls(5, 3000, *MONTH)
    print(writing(records, centre.states(6, records, *MONTH)[:3000]))


if __name__ == "__main__":
    run()
