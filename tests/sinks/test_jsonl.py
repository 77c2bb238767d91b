"""JSON Lines."""

from pathlib import Path

import msgspec
import pytest

from bridge.errors import SinkError
from bridge.sinks.jsonl import JsonLines
from bridge.vocabulary.record import Record
from tests.helpers.samples import ABANDONED, ANSWERED


def read(path: Path) -> list[Record]:
    return [msgspec.json.decode(line, type=Record) for line in path.read_bytes().splitlines()]


def test_each_record_is_one_line_that_can_be_read_at_once(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    sink = JsonLines(str(path))
    sink.write([ANSWERED])
    assert read(path) == [ANSWERED]
    sink.write([ABANDONED, ANSWERED])
    assert read(path) == [ANSWERED, ABANDONED, ANSWERED]
    sink.close()


def test_records_are_added_to_those_of_an_earlier_run(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    for record in (ANSWERED, ABANDONED):
        sink = JsonLines(str(path))
        sink.write([record])
        sink.close()
    assert read(path) == [ANSWERED, ABANDONED]


def test_a_line_that_a_power_cut_left_unfinished_does_not_swallow_the_next_record(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_bytes(b'{"version":1,"reco')
    sink = JsonLines(str(path))
    sink.write([ANSWERED])
    sink.close()
    assert msgspec.json.decode(path.read_bytes().splitlines()[1], type=Record) == ANSWERED


def test_a_dash_is_stdout(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    sink = JsonLines("-")
    sink.write([ANSWERED])
    sink.close()
    assert msgspec.json.decode(capfdbinary.readouterr().out, type=Record) == ANSWERED


def test_a_path_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match=r"/no/records\.jsonl: No such file or directory; name a path"):
        JsonLines(str(tmp_path / "no" / "records.jsonl"))


def test_a_full_disk_is_told_in_one_line() -> None:
    sink = JsonLines("/dev/full")
    with pytest.raises(SinkError, match=r"^sink /dev/full: No space left on device; make room"):
        sink.write([ANSWERED])
