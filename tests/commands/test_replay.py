"""Recorded calls through the service's own pipeline."""

from pathlib import Path

import msgspec
import pytest

from bridge.commands.replay import replay
from bridge.config import Settings
from bridge.vocabulary.message import Message
from bridge.wire import capture

SETTINGS = msgspec.convert(
    {
        "pbx": [{"name": "taipei"}, {"name": "tainan"}],
        "roles": {"agents": ["PJSIP/1*"], "trunks": ["PJSIP/trunk"]},
        "dn": [{"number": "8000"}],
    },
    Settings,
)


def recording(path: Path, pbx: str, call: str, begin: float = 1795325926.0) -> Path:
    """A customer dials 8000 and hangs up; the recording ends with that."""
    channel = {"Channel": f"PJSIP/trunk-{call}", "Uniqueid": call, "Linkedid": call, "ChannelState": "6"}
    events = [
        {"Event": "Newchannel", "Context": "from-trunk", "Exten": "8000", **channel},
        {"Event": "HangupRequest", **channel},
        {"Event": "Hangup", "Cause": "16", **channel},
    ]
    file = capture.CaptureFile(path)
    for second, event in enumerate(events):
        file.write(Message(begin + second, pbx, "ami", event))
    file.close()
    return path


def test_a_call_that_ends_with_the_recording_is_recorded(tmp_path: Path) -> None:
    (record,) = replay([recording(tmp_path / "a.jsonl", "taipei", "1.1")], SETTINGS, states=False)
    assert record.call_id == "1.1"
    assert record.tags[:2] == ["incoming_dn_call", "customer_abandon"]


def test_recordings_of_several_pbxs_and_times_are_replayed_together(tmp_path: Path) -> None:
    files = [
        recording(tmp_path / "a.jsonl", "taipei", "1.1", begin=2000.0),
        recording(tmp_path / "b.jsonl", "tainan", "1.1", begin=9000.0),
        recording(tmp_path / "c.jsonl", "taipei", "1.2", begin=1000.0),
    ]
    records = list(replay(files, SETTINGS, states=False))
    assert sorted((record.pbx, record.call_id) for record in records) == [
        ("tainan", "1.1"),
        ("taipei", "1.1"),
        ("taipei", "1.2"),
    ]
    assert len({record.record_id for record in records}) == 3


def test_a_recording_replayed_twice_gives_the_same_record(tmp_path: Path) -> None:
    file = recording(tmp_path / "a.jsonl", "taipei", "1.1")
    assert list(replay([file], SETTINGS, states=False)) == list(replay([file], SETTINGS, states=False))


def test_a_recording_of_an_unknown_pbx_is_replayed_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = recording(tmp_path / "a.jsonl", "hualien", "1.1")
    (record,) = replay([file], SETTINGS, states=False)
    assert record.pbx == "hualien"
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == (
        f'callbridge: {file}: PBX "hualien" is not in the settings; roles and DNs are applied all the same\n'
    )


def test_a_damaged_line_is_told_and_the_call_around_it_recorded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = recording(tmp_path / "a.jsonl", "taipei", "1.1")
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(lines[0] + b'{"t": 1795325926.5, "pb\n' + lines[1] + lines[2])
    (record,) = replay([file], SETTINGS, states=False)
    assert record.call_id == "1.1"
    assert capsys.readouterr().err.startswith(f"callbridge: {file}:2: not a line of a capture, skipped: ")
