"""Simulated PBXs: what they say counts up to exactly the records and tags that they announce."""

import asyncio
import gzip
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from bridge import config
from bridge.cli import main
from bridge.commands.replay import replay
from bridge.simulate import pbxs
from bridge.simulate.manager import LAST
from bridge.simulate.timeline import Plan
from bridge.store.reader import find
from tests.helpers.heard import GIVES_UP
from tests.helpers.ports import free_port
from tests.helpers.stories import FILE, lines


def simulated(out: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, object]:
    assert main(["simulate", "--out", str(out), *options]) == 0
    summary: dict[str, object] = msgspec.json.decode(capsys.readouterr().out)
    return summary


def test_the_records_of_a_simulated_hour_are_those_that_it_announces(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, settings = tmp_path / "calls.jsonl", tmp_path / "callbridge.toml"
    summary = simulated(out, capsys, "--pbxs", "2", "--rate", "0.03", "--seconds", "3600")
    assert main(["simulate", "--settings", str(settings), "--pbxs", "2"]) == 0
    records = list(replay([out], config.load(settings), states=False))
    assert len(records) == summary["records"]
    assert len({record.record_id for record in records}) == len(records)
    assert all(record.complete for record in records)
    assert {record.pbx for record in records} == {"sim0001", "sim0002"}
    assert Counter(tag for record in records for tag in record.tags) == summary["tags"]


def test_the_same_seed_makes_the_same_calls_and_another_seed_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        simulated(tmp_path / name, capsys, "--seconds", "20", "--seed", seed)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert (tmp_path / "a").read_bytes() != (tmp_path / "c").read_bytes()


def test_the_stories_are_those_of_the_recorded_calls() -> None:
    assert gzip.decompress(FILE.read_bytes()).decode() == lines()


async def test_a_service_that_follows_simulated_pbxs_records_what_they_announce(tmp_path: Path) -> None:
    settings, port = tmp_path / "callbridge.toml", free_port()
    sizes = ("--pbxs", "1", "--port", str(port))
    assert main(["simulate", "--settings", str(settings), *sizes]) == 0
    assert settings.stat().st_mode & 0o777 == 0o600, "it holds a secret"
    store = tmp_path / "calls.db"
    settings.write_text(settings.read_text() + f'[[sink]]\ntype = "sqlite"\npath = "{store}"\n')
    command = "import sys; from bridge.cli import main; sys.exit(main())"
    simulator = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", command, "simulate", *sizes, "--rate", "10", "--seconds", "3", "--talk", "1"),
        stdout=asyncio.subprocess.PIPE,
    )
    service = await asyncio.create_subprocess_exec(sys.executable, "-c", command, "run", "--config", str(settings))
    try:
        assert simulator.stdout is not None
        async with asyncio.timeout(GIVES_UP):
            summary = msgspec.json.decode(await simulator.stdout.readline())
        service.terminate()
        async with asyncio.timeout(GIVES_UP):
            assert await service.wait() == 0
            assert await simulator.wait() == 0
    finally:
        for process in (simulator, service):
            if process.returncode is None:
                process.kill()
                await process.wait()
    records = find(str(store))
    assert len(records) == summary["records"] > 10
    assert Counter(tag for record in records for tag in record.tags) == summary["tags"]


async def test_a_simulated_pbx_that_is_late_with_its_calls_still_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise a service on a busy machine would take it for dead, and miss calls that it does not tell again."""
    told, port = 0, free_port()

    def late(plan: Plan, pbx: str, begin: float) -> Iterator[tuple[float, str]]:
        nonlocal told
        for told in range(200_000):  # noqa: B007
            yield begin - 1, "Event: Newchannel\r\n\r\n"

    monkeypatch.setattr(pbxs, "timeline", late)
    telling = asyncio.create_task(pbxs.live(Plan([], rate=1, seconds=1, talk=1, seed=1), 1, port, 1))
    reader, writer = await _connected(port)
    writer.write(f"Action: {LAST}\r\n\r\n".encode())
    await _hears(reader, b"Event: Newchannel")
    writer.write(b"Action: Ping\r\n\r\n")
    await _hears(reader, b"Ping: Pong")
    by_then = told
    writer.close()
    await telling
    assert by_then < told


async def _connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """As soon as it listens."""
    while True:
        with suppress(OSError):
            return await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(0.01)


async def _hears(reader: asyncio.StreamReader, what: bytes) -> None:
    """Until the PBX has said it."""
    heard = b""
    while what not in heard:
        data = await reader.read(65536)
        assert data
        heard = heard[-len(what) :] + data


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--pbxs", "0"], "--pbxs: 0 is too little or too much; write 1 or more"),
        (["--rate", "nan"], "--rate: nan is too little or too much; write 0.001 or more"),
        (["--port", "65500", "--pbxs", "100"], "--port: 100 ports from 65500 on are too many; write 65436 or less"),
        (
            ["--out", "/no/such/folder/x"],
            "/no/such/folder/x: No such file or directory; name a file that can be written",
        ),
    ],
)
def test_a_size_that_makes_no_sense_is_told_in_one_line(
    options: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", *options]) == 2
    assert capsys.readouterr().err == f"callbridge: {line}\n"


def test_settings_that_somebody_may_have_added_to_are_not_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "callbridge.toml"
    settings.write_text("mine")
    assert main(["simulate", "--settings", str(settings)]) == 2
    assert "File exists" in capsys.readouterr().err
    assert settings.read_text() == "mine"
