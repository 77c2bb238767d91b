"""The stop: clean and within ten seconds, whatever does not take records any more."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from bridge.errors import SinkError
from bridge.sinks.jsonl import JsonLines
from tests.helpers.heard import GIVES_UP, until
from tests.helpers.killing import lines
from tests.helpers.manager import Manager, manager
from tests.helpers.samples import ABANDONED, ANSWERED
from tests.helpers.service import ROLES_AND_DN, abandoned_call, callbridge, followed, pbx_table, records

STORE_AND_STDOUT = '[[sink]]\ntype = "sqlite"\npath = "{folder}/calls.db"\n[[sink]]\ntype = "jsonl"\npath = "-"\n'


async def stopped(folder: Path, pbx: Manager, stdout: int, calls: int) -> tuple[int, str, float]:
    """Exit code, log, and seconds that the stop took, of a service after so many calls."""
    settings = pbx_table("pbx1", pbx.port) + ROLES_AND_DN + STORE_AND_STDOUT.format(folder=folder)
    async with callbridge(["run"], folder, settings, stdout) as process:
        await followed(pbx)
        for number in range(calls):
            abandoned_call(pbx, f"1.{number}")
        await until(lambda: len(records(folder)) == calls)
        begun = time.monotonic()
        process.terminate()
        assert process.stderr is not None
        async with asyncio.timeout(GIVES_UP):
            told = (await process.stderr.read()).decode()
            return await process.wait(), told, time.monotonic() - begun


async def test_a_reader_of_stdout_that_has_stopped_reading_does_not_keep_the_service_from_ending(
    tmp_path: Path,
) -> None:
    reading, writing = os.pipe()
    try:
        async with manager() as pbx:
            code, told, seconds = await stopped(tmp_path, pbx, writing, 60)
    finally:
        os.close(reading)
        os.close(writing)
    assert code == 1
    assert seconds < 10
    assert "Traceback" not in told
    assert told.count("event=records_not_written") == 1
    assert 'sink="jsonl -"' in told


async def test_a_full_disk_at_the_stop_is_one_line_with_the_number_of_records_and_an_exit_code(
    tmp_path: Path,
) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        async with manager() as pbx:
            code, told, seconds = await stopped(tmp_path, pbx, full, 3)
    finally:
        os.close(full)
    assert code == 1
    assert seconds < 10
    assert "Traceback" not in told
    (line,) = [line for line in told.splitlines() if "event=records_not_written" in line]
    assert "count=3" in line
    assert "worker_failed" not in told


async def test_a_call_that_ends_with_the_service_is_noted_as_on_record(tmp_path: Path) -> None:
    async with manager() as pbx:
        code, told, _ = await stopped(tmp_path, pbx, os.open(os.devnull, os.O_WRONLY), 2)
    assert code == 0
    assert "level=error" not in told


def test_what_a_full_disk_has_taken_of_a_line_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        """A file that takes a hundred bytes more."""

        def __init__(self, file: object) -> None:
            self._file, self._room = file, 100

        def write(self, data: bytes) -> int:
            if not self._room:
                raise OSError(28, "No space left on device")
            taken, self._room = data[: self._room], 0
            return int(self._file.write(taken))  # type: ignore[attr-defined]

        def fileno(self) -> int:
            return int(self._file.fileno())  # type: ignore[attr-defined]

    sink = JsonLines(str(tmp_path / "lines.jsonl"))
    sink.write([ANSWERED])
    whole = sink._file
    sink._file = Full(whole)  # type: ignore[assignment]
    with pytest.raises(SinkError, match="No space left on device"):
        sink.write([ABANDONED])
    sink._file = whole
    sink.write([ABANDONED])
    sink.close()
    assert lines(tmp_path / "lines.jsonl") == [ANSWERED, ABANDONED]
