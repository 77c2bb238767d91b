"""An interval is open while it is not over, and while a call that began before its end goes on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bridge.store.open_calls import OLD, Open, OpenCalls
from tests.helpers.heard import until
from tests.helpers.manager import manager
from tests.helpers.service import CALL, STORE, followed, service
from tests.reports.asking import asked, opened, stored, told
from tests.reports.centre import calls

BEGAN = 1_772_409_600_000
HOUR = 3_600_000


def marked(path: Path, now: int) -> list[bool]:
    request = asked(interval="day", until="2026-03-04")
    with opened(str(path)) as database:
        result = told("dn", request, database, as_of=now)
        days = {line.bucket.label: line.open for line in result.lines}
    return [days["2026-03-02"], days["2026-03-03"]]


def test_a_day_over_whose_end_a_call_still_goes_on_is_marked_open(tmp_path: Path) -> None:
    path, now = tmp_path / "calls.db", BEGAN + 60 * HOUR
    stored(path, calls(4, 60, BEGAN, BEGAN + 47 * HOUR))
    assert marked(path, now) == [False, False]
    with closing(OpenCalls(str(path))) as table:
        table.write_open({"pbx1": Open(3, BEGAN + 30 * HOUR), "pbx2": Open(0, None)}, now)
        assert marked(path, now) == [False, True]
        table.write_open({"pbx1": Open(1, BEGAN + 20 * HOUR)}, now)
        assert marked(path, now) == [True, True]


def test_what_a_service_told_long_ago_marks_nothing(tmp_path: Path) -> None:
    path, now = tmp_path / "calls.db", BEGAN + 60 * HOUR
    stored(path, calls(4, 60, BEGAN, BEGAN + 47 * HOUR))
    with closing(OpenCalls(str(path))) as table:
        table.write_open({"pbx1": Open(1, BEGAN)}, now - OLD)
    assert marked(path, now) == [False, False]


async def test_the_service_tells_how_many_calls_are_in_progress_and_since_when(tmp_path: Path) -> None:
    def row() -> tuple[int, int | None] | None:
        with closing(sqlite3.connect(tmp_path / STORE)) as db:
            return db.execute("SELECT calls, since FROM open_calls WHERE pbx = 'pbx1'").fetchone()

    async with manager() as pbx, service(tmp_path, pbx.port) as process:
        await followed(pbx)
        await until(lambda: row() == (0, None))
        pbx.say(f"Event: Newchannel\n{CALL}\nChannelState: 4\nContext: from-trunk\nExten: 8000")
        await until(lambda: (row() or (0, None))[0] == 1)
        assert (row() or (0, None))[1] is not None
        pbx.say(f"Event: Hangup\n{CALL}\nChannelState: 6\nCause: 16")
        await until(lambda: row() == (0, None))
        process.terminate()
        assert await process.wait() == 0
