"""Capture files, whole and damaged."""

from pathlib import Path

import pytest

from bridge.errors import FileError
from bridge.vocabulary.message import Message
from bridge.wire import capture

MESSAGES = [
    Message(1795325926.271, "pbx1", "ami", {"Event": "Hangup", "ChanVariable": ["a=1", "b=2"], "Name": "客戶"}),
    Message(1795325927.0, "pbx1", "ari", {"request": "GET /channels", "reply": []}),
    Message(1795325928.5, "pbx2", "ami", {"feed": "lost", "why": "the PBX closed the connection"}),
]


def written(path: Path) -> bytes:
    file = capture.CaptureFile(path)
    for message in MESSAGES:
        file.write(message)
    file.close()
    return path.read_bytes()


def test_what_was_recorded_is_what_is_read(tmp_path: Path) -> None:
    reports: list[str] = []
    written(tmp_path / "calls.jsonl")
    assert list(capture.read(tmp_path / "calls.jsonl", reports.append)) == MESSAGES
    assert reports == []


@pytest.mark.parametrize(
    "bad",
    [
        b'{"t": 1795325926.2, "pbx": "pbx1", "src": "am',
        b'{"t": 1795325926.2, "pbx": "pbx1", "src": "sip", "event": {}}',
        b'{"t": "now", "pbx": "pbx1", "src": "ami", "event": {}}',
        b'{"t": 1e300, "pbx": "pbx1", "src": "ami", "event": {}}',
        b'{"t": -1, "pbx": "pbx1", "src": "ami", "event": {}}',
        b'{"t": 1, "src": "ami", "event": {}}',
        b'{"t": 1, "pbx": "pbx1", "src": "ami", "event": []}',
        b'{"t": 1, "pbx": "\xff\xfe", "src": "ami", "event": {}}',
        b"[" * 100_000,
        b"\x00\x01\x02",
        b"null",
    ],
)
def test_a_damaged_line_is_told_with_its_number_and_the_rest_is_read(tmp_path: Path, bad: bytes) -> None:
    path = tmp_path / "calls.jsonl"
    lines = written(path).splitlines()
    path.write_bytes(b"\n".join([lines[0], bad, b"", *lines[1:]]))
    reports: list[str] = []
    assert list(capture.read(path, reports.append)) == MESSAGES
    assert len(reports) == 1
    assert reports[0].startswith(f"{path}:2: not a line of a capture, skipped: ")


def test_a_recording_that_was_cut_short_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_bytes(written(path)[:-20])
    reports: list[str] = []
    assert list(capture.read(path, reports.append)) == MESSAGES[:2]
    assert reports[0].startswith(f"{path}:3: ")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"No such file or directory; name a file that can be written"):
        capture.CaptureFile(tmp_path / "nowhere" / "calls.jsonl")


def test_an_earlier_recording_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "monday.jsonl"
    path.write_text("{}\n")
    with pytest.raises(FileError, match="holds something already; name a new file"):
        capture.CaptureFile(path)
    assert path.read_text() == "{}\n"


def test_a_full_disk_ends_the_recording_with_one_line() -> None:
    file = capture.CaptureFile(Path("/dev/full"))
    with pytest.raises(FileError, match=r"/dev/full: No space left on device; make room for the capture"):
        file.write(MESSAGES[0])
