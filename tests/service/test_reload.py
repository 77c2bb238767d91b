"""Settings that change while the service runs: what is to come follows them, what is on record stays."""

import asyncio
import os
import re
import signal
from pathlib import Path

import pytest

import bridge
from bridge.cli import main
from bridge.config import Dn, Roles, Settings
from bridge.pipeline.pipeline import Pipeline
from bridge.service.judged_by import RELOADED
from bridge.service.lock import alone, holder
from tests.helpers.heard import GIVES_UP, until
from tests.helpers.manager import manager
from tests.helpers.service import abandoned_call, followed, records, service
from tests.helpers.story import BEGAN, Story

RIGHT = '[roles]\nagents = ["PJSIP/1*"]\ntrunks = ["PJSIP/trunk"]'
WRONG = '[roles]\nagents = ["PJSIP/1*"]\ntrunks = ["PJSIP/carrier"]'


def directions(folder: Path) -> dict[str, str]:
    return {record.call_id: record.direction for record in records(folder)}


async def test_a_call_that_is_going_on_ends_by_the_settings_of_its_end_and_earlier_records_stay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "callbridge.toml"
    async with manager() as pbx, service(tmp_path, pbx.port) as process:
        await followed(pbx)
        abandoned_call(pbx, "1.1")
        await until(lambda: directions(tmp_path) == {"1.1": "inbound"})
        config.write_text(config.read_text().replace(RIGHT, WRONG))
        assert await asyncio.to_thread(main, ["reload", "--config", str(config)]) == 0
        assert f"process {process.pid} reads {config} again" in capsys.readouterr().err
        assert process.stderr is not None
        async with asyncio.timeout(GIVES_UP):
            while b"settings_reloaded" not in (line := await process.stderr.readline()):
                pass
        assert b"changed=roles" in line
        abandoned_call(pbx, "1.2")
        await until(lambda: directions(tmp_path) == {"1.1": "inbound", "1.2": "internal"})
        process.terminate()
        assert await process.wait() == 0


async def test_a_broken_file_changes_nothing_and_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "callbridge.toml"
    async with manager() as pbx, service(tmp_path, pbx.port) as process:
        await followed(pbx)
        config.write_text(config.read_text().replace(RIGHT, WRONG + "\nagent = 1"))
        assert await asyncio.to_thread(main, ["reload", "--config", str(config)]) == 2
        assert 'roles] agent: unknown key; did you mean "agents"?' in capsys.readouterr().err
        process.send_signal(signal.SIGHUP)
        assert process.stderr is not None
        async with asyncio.timeout(GIVES_UP):
            while b"settings_not_reloaded" not in (line := await process.stderr.readline()):
                pass
        assert b"unknown key" in line
        abandoned_call(pbx, "1.1")
        await until(lambda: directions(tmp_path) == {"1.1": "inbound"})
        process.terminate()
        assert await process.wait() == 0


async def test_what_only_a_start_reads_is_told(tmp_path: Path) -> None:
    config = tmp_path / "callbridge.toml"
    async with manager() as pbx, service(tmp_path, pbx.port) as process:
        await followed(pbx)
        config.write_text(config.read_text() + "[metrics]\nport = 1\n")
        for _ in "once", "and as long as it is so":
            process.send_signal(signal.SIGHUP)
            assert process.stderr is not None
            async with asyncio.timeout(GIVES_UP):
                while b"restart_needed" not in (line := await process.stderr.readline()):
                    pass
            assert b"metrics changed" in line
        process.terminate()
        assert await process.wait() == 0


def test_without_a_service_there_is_nobody_to_tell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "callbridge.toml"
    config.write_text('[[pbx]]\nname = "a"\n[pbx.ami]\nhost = "h"\nusername = "u"\nsecret = "s"\n' + RIGHT)
    assert main(["reload", "--config", str(config)]) == 2
    assert f"{tmp_path}/callbridge.db: no callbridge runs with this store; start it" in capsys.readouterr().err
    store = str(tmp_path / "callbridge.db")
    with alone(store):
        assert holder(store) == os.getpid()
    assert holder(store) is None


def test_a_call_on_record_is_not_judged_anew_when_a_late_fact_comes() -> None:
    given = Settings(roles=Roles(agents=["PJSIP/1*"], trunks=["PJSIP/trunk"]), dn=[Dn(number="8000")])
    story = Story(given)
    customer = story.channel("PJSIP/trunk", "Ring", CallerIDNum="0912000000", Exten="8000")
    story.after(3).hang_up(customer)
    story.gone(customer)
    pipeline = Pipeline(given, "pbx")
    for message in story.messages:
        pipeline.feed(message)
    (record,) = pipeline.advance(BEGAN + 6).records
    assert (record.dn, record.direction) == ("8000", "inbound")
    pipeline.reload(Settings())
    story.messages.clear()
    story.after(1).event("VarSet", **customer, Variable="CALLBRIDGE_CALLBACK", Value="requested")
    found = [*pipeline.feed(story.messages[0]).records, *pipeline.advance(BEGAN + 30).records]
    assert [(r.revision, r.dn, r.direction) for r in found] == [(2, "8000", "inbound")]


def test_every_table_by_which_calls_are_judged_counts_at_a_reload_and_is_kept_over_a_restart() -> None:
    rooms = ("calls", "tags", "records", "states", "pipeline", "pbx")
    read = "".join(path.read_text() for room in rooms for path in (Path(bridge.__file__).parent / room).rglob("*.py"))
    judged_by = set(re.findall(r"settings\.(\w+)", read)) & set(Settings.__struct_fields__)
    assert judged_by - {"pbx"} == set(RELOADED), "which PBX a call is of is in its record's id"
