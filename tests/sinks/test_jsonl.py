"""JSON Lines."""

import gzip
import os
import shutil
import subprocess
import threading
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


def test_a_file_that_was_moved_is_left_alone_and_records_go_to_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    sink = JsonLines(str(path))
    sink.write([ANSWERED])
    moved = path.rename(tmp_path / "records.jsonl.1")
    sink.write([ABANDONED])
    path.unlink()
    sink.write([ANSWERED])
    sink.close()
    assert (read(moved), read(path)) == ([ANSWERED], [ANSWERED])


def test_a_record_written_while_the_file_is_moved_and_packed_is_in_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "records.jsonl"
    sink = JsonLines(str(path))
    stat = os.stat

    def rotated(name: str) -> os.stat_result:
        """Between the look and the write."""
        found = stat(name)
        monkeypatch.setattr(os, "stat", stat)
        path.rename(tmp_path / "gone").unlink()
        return found

    monkeypatch.setattr(os, "stat", rotated)
    sink.write([ANSWERED])
    sink.close()
    assert read(path) == [ANSWERED]


def rotated(path: Path, number: int) -> None:
    """As logrotate does with ``compress``: moved, packed, and the moved one deleted."""
    moved = path.rename(f"{path}.{number}")
    with moved.open("rb") as plain, gzip.open(f"{moved}.gz", "wb") as packed:
        shutil.copyfileobj(plain, packed)
    moved.unlink()


def test_however_often_the_file_is_moved_and_packed_while_calls_end_no_record_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    sink = JsonLines(str(path))
    wanted = [msgspec.structs.replace(ANSWERED, record_id=str(number)) for number in range(3000)]
    sink.write(wanted[:1])

    def write() -> None:
        for record in wanted[1:]:
            sink.write([record])

    writing = threading.Thread(target=write)
    writing.start()
    number = 0
    while writing.is_alive():
        if path.exists():
            rotated(path, number := number + 1)
    sink.close()
    found = read(path) if path.exists() else []
    for packed in tmp_path.glob("*.gz"):
        found += [
            msgspec.json.decode(line, type=Record) for line in gzip.decompress(packed.read_bytes()).splitlines()
        ]
    assert number > 3
    assert {record.record_id for record in found} == {record.record_id for record in wanted}


@pytest.mark.skipif(shutil.which("logrotate") is None, reason="logrotate is not installed")
def test_what_the_packages_logrotate_file_does_loses_no_record(tmp_path: Path) -> None:
    shipped = (Path(__file__).parents[2] / "packaging" / "logrotate").read_text()
    user = f"su {subprocess.check_output(['id', '-un'], text=True).strip()} "
    user += subprocess.check_output(["id", "-gn"], text=True).strip()
    text = shipped.replace("/var/lib/callbridge", str(tmp_path)).replace("su callbridge callbridge", user)
    assert text.count(str(tmp_path)) == 1
    (tmp_path / "logrotate").write_text(text)
    os.chmod(tmp_path / "logrotate", 0o644)
    sink = JsonLines(str(tmp_path / "records.jsonl"))
    for number in range(4):
        sink.write([msgspec.structs.replace(ANSWERED, record_id=str(number))])
        command = ["logrotate", "--force", "--state", str(tmp_path / "state"), str(tmp_path / "logrotate")]
        subprocess.run(command, check=True)
    sink.write([ABANDONED])
    sink.close()
    packed = [gzip.decompress(file.read_bytes()) for file in tmp_path.glob("*.gz")]
    plain = [file.read_bytes() for file in tmp_path.glob("records.jsonl*") if file.suffix != ".gz"]
    ids = {msgspec.json.decode(line)["record_id"] for part in packed + plain for line in part.splitlines()}
    assert len(packed) >= 2
    assert ids == {"0", "1", "2", "3", ABANDONED.record_id}
