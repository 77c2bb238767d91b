"""What those beside the service do: a receiver that never answers, a PBX that says all twice, an administrator who
reloads without end, a disk that is full for a while."""

import asyncio
import resource
import signal
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

from tests.attack.keeping import ended
from tests.attack.talking import command
from tests.attack.target import LONGEST_ANSWER, target, told, until
from tests.helpers.manager import Manager, manager
from tests.helpers.receiver import Answer, receiver
from tests.helpers.service import abandoned_call

WAITING, RELOADS = 100_000, 20


async def a_receiver_that_never_answers_while_a_hundred_thousand_wait(folder: Path) -> tuple[str, bool]:
    over = threading.Event()

    def never(request: object) -> Answer:
        over.wait()
        return Answer(503)

    with receiver() as crm:
        sink = f'[[sink]]\ntype = "webhook"\nurl = "{crm.url}"\nsecret = "s3cret"\n'
        crm.answer = lambda request: Answer(503)
        async with target(folder, sink) as under:
            await under.one_more_call()
        with closing(sqlite3.connect(folder / "calls.db")) as db, db:
            _many(db, "records")
            _many(db, "outbox")
        crm.answer = never
        async with target(folder, sink) as under:
            await until(lambda: len(crm.requests) > 1)
            before = under.megabytes
            for _ in range(10):
                goes_on = await under.one_more_call()
            shown = await command(folder, "outbox")
            said = f"the outbox shows {shown.decode().splitlines()[-1]!r}, grew by {under.megabytes - before:.0f} MB"
            shows = told(under, said)
            code, seconds = await ended(under)
            over.set()
            said = f"{shows}; exit code {code} after {seconds:.1f} s"
            return said, goes_on and code == 0 and seconds < 10 and under.slowest < LONGEST_ANSWER


def _many(db: sqlite3.Connection, table: str) -> None:
    """As many rows more as the first, of other records."""
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})") if not (row[5] and row[2] == "INTEGER")]
    chosen = ", ".join("printf('%032x', n)" if name == "record_id" else f"one.{name}" for name in columns)
    db.execute(
        f"WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {WAITING}) "
        f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) "
        f"SELECT {chosen} FROM number, (SELECT * FROM {table} LIMIT 1) one"
    )


class _Twice(Manager):
    def _answer(self, writer: asyncio.StreamWriter, action: dict[str, str]) -> None:
        super()._answer(writer, action)
        if action["Action"] not in ("Challenge", "Login"):
            super()._answer(writer, action)


async def a_manager_that_answers_each_action_twice(folder: Path) -> tuple[str, bool]:
    async with manager(kind=_Twice) as pbx, target(folder, pbx=pbx) as under:
        for _ in range(5):
            goes_on = await under.one_more_call()
        await until(lambda: under.pbx.actions.count("Ping") + under.pbx.actions.count("CoreShowChannels") > 2)
        complete = sum(record.complete for record in under.records)
        lines = under.log.count("\n")
        said = f"5 records, {complete} complete, {under.pbx.logins} login(s), {lines} lines of log"
        return said, goes_on and complete == 5 and under.pbx.logins == 1 and lines < 50


async def a_reload_every_second(folder: Path) -> tuple[str, bool]:
    async with target(folder) as under:
        config = folder / "callbridge.toml"
        settings = config.read_text()
        await under.one_more_call()
        files, before = under.open_files, under.megabytes
        for number in range(RELOADS):
            config.write_text(settings + f"[thresholds]\ncustomer_waiting = {10 + number % 2}\n")
            under.process.send_signal(signal.SIGHUP)
            goes_on = await under.one_more_call()
            await asyncio.sleep(0.5)
        reloaded = under.log.count("event=settings_reloaded")
        found = sorted({record.thresholds.customer_waiting for record in under.records if record.thresholds})
        more, count = under.open_files - files, len(under.records)
        said = f"{reloaded} reloads told, {count} records with the thresholds {found}, {more} files more"
        said += f", grew by {under.megabytes - before:.0f} MB"
        return told(under, said), goes_on and count == RELOADS + 1 and more <= 3


async def a_disk_that_is_full_and_is_freed(folder: Path) -> tuple[str, bool]:
    async with target(folder) as under:
        await under.one_more_call()
        largest = (folder / "calls.db").stat().st_size
        resource.prlimit(under.process.pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
        begun = time.monotonic()
        for number in range(40):
            abandoned_call(under.pbx, f"8.{number}")
        await until(lambda: "sink_failed" in under.log or "journal_failed" in under.log)
        resource.prlimit(under.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await under.has(41)
        goes_on = await under.one_more_call()
        complete = sum(record.complete for record in under.records)
        said = f"42 records, {complete} complete, {time.monotonic() - begun:.0f} s after it was full"
        return told(under, said), goes_on and complete == len(under.records) == 42
