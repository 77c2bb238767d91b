"""What is done to the files of the service, and to the service as a process."""

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from tests.attack.talking import command
from tests.attack.target import Target, target, until
from tests.helpers.receiver import Answer, receiver
from tests.helpers.service import abandoned_call
from tests.sinks.test_erase import called, holding

NUMBER = "0287654321"


async def ended(under: Target) -> tuple[int, float]:
    begun = time.monotonic()
    return await under.end(), time.monotonic() - begun


async def a_full_disk_at_the_stop(folder: Path) -> tuple[str, bool]:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        async with target(folder, '[[sink]]\ntype = "jsonl"\npath = "-"\n', stdout=full) as under:
            for _ in range(3):
                await under.one_more_call()
            code, seconds = await ended(under)
    finally:
        os.close(full)
    told = under.log.count("event=records_not_written")
    return f"exit code {code} after {seconds:.1f} s, {told} line(s)", code == 1 and told == 1 and seconds < 10


async def a_reader_of_stdout_that_reads_nothing(folder: Path) -> tuple[str, bool]:
    reading, writing = os.pipe()
    try:
        async with target(folder, '[[sink]]\ntype = "jsonl"\npath = "-"\n', stdout=writing) as under:
            for _ in range(60):
                await under.one_more_call()
            code, seconds = await ended(under)
    finally:
        os.close(reading)
        os.close(writing)
    told = under.log.count("event=records_not_written")
    return f"60 in the store; exit code {code} after {seconds:.1f} s, {told} line(s)", code == 1 and seconds < 10


async def a_file_of_json_lines_that_is_moved(folder: Path) -> tuple[str, bool]:
    lines, moved = folder / "calls.jsonl", folder / "calls.jsonl.1"
    async with target(folder, f'[[sink]]\ntype = "jsonl"\npath = "{lines}"\n') as under:
        await under.one_more_call()
        await until(lambda: lines.exists() and lines.read_bytes().count(b"\n") == 1)
        lines.rename(moved)
        await under.one_more_call()
        await until(lambda: lines.exists() and lines.read_bytes().count(b"\n") == 1)
        return "a line in each of the two files", moved.read_bytes().count(b"\n") == 1


async def a_row_of_the_outbox_that_cannot_be_read(folder: Path) -> tuple[str, bool]:
    with receiver() as crm:
        sink = f'[[sink]]\ntype = "webhook"\nurl = "{crm.url}"\nsecret = "s3cret"\n'
        crm.answer = lambda request: Answer(503)
        async with target(folder, sink) as under:
            await under.one_more_call()
        with closing(sqlite3.connect(folder / "calls.db")) as db, db:
            db.execute("UPDATE records SET json = '{'")
        crm.answer = lambda request: Answer()
        async with target(folder, sink) as under:
            abandoned_call(under.pbx, "8.1")
            await until(lambda: crm.taken)
            dead = await command(folder, "outbox", "--dead")
            aside = dead.count(b"webhook")
            return f"the damaged row put aside ({aside}), {len(crm.taken)} delivered", aside == 1 == len(crm.taken)


async def a_second_service(folder: Path) -> tuple[str, bool]:
    async with target(folder) as under:
        said = (await command(folder, "run")).decode()
        goes_on = await under.one_more_call()
        return said.strip().rpartition("already, ")[2], goes_on and f"process {under.process.pid}" in said


async def other_settings_over_a_restart(folder: Path) -> tuple[str, bool]:
    async with target(folder) as under:
        for _ in range(5):
            await under.one_more_call()
        before = under.records
    async with target(folder, "[thresholds]\ncustomer_waiting = 0\n") as under:
        goes_on = await under.one_more_call()
        same = [record for record in under.records if record in before]
        return f"{len(same)} of {len(before)} records as they were", goes_on and same == before


async def a_number_erased_and_a_restart(folder: Path) -> tuple[str, bool]:
    async with target(folder) as under:
        called(under.pbx, "1.1", NUMBER)
        await under.has(1)
    await command(folder, "erase", "--customer", NUMBER)
    async with target(folder) as under:
        called(under.pbx, "1.2", "0912000111")
        await until(lambda: [r.call_id for r in under.records] == ["1.2"])
    found = holding(folder, NUMBER)
    return f"the number stands in {len(found)} file(s)", not found
