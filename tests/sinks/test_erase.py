"""Erased means erased: a customer's number is gone from everything that callbridge can reach, and stays away."""

import asyncio
import sqlite3
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from bridge.cli import main
from bridge.config import Settings
from bridge.config.sinks import PostgresSink, SqliteSink
from bridge.errors import SinkError
from bridge.live.devices import DeviceState
from bridge.service import purging
from bridge.service.keeping import Keeping
from bridge.sinks.postgres import Postgres
from bridge.store import states
from bridge.store.access import SEARCH, Access, path_beside
from bridge.store.devices import DeviceTable, kept_devices
from bridge.store.erasing import erase_from_states, of_customer
from bridge.store.reader import find
from bridge.store.records import SqliteStore
from bridge.vocabulary.agent_state import AgentStateRecord, Why
from bridge.vocabulary.record import Customer, Evidence, Participant, Record, Transfer
from tests.helpers.calls_database import PASSWORD, ask, kept
from tests.helpers.heard import until
from tests.helpers.manager import Manager, manager
from tests.helpers.samples import ABANDONED, ANSWERED, SUPERVISED, at
from tests.helpers.servers import ADDRESS, Server
from tests.helpers.service import NOWHERE, followed, heard, records, service

NUMBER, ANOTHER = "0287654321", "0912000111"
OTHERS = msgspec.structs.replace(
    SUPERVISED,
    customer=Customer(ANOTHER),
    participants=[msgspec.structs.replace(p, party=ANOTHER) for p in SUPERVISED.participants[:1]],
)


def called(pbx: Manager, call: str, number: str) -> None:
    channel = f"Timestamp: {time.time():.6f}\nChannel: PJSIP/trunk-0000{call}\nUniqueid: {call}\nLinkedid: {call}"
    channel += f"\nCallerIDNum: {number}\nCallerIDName: Somebody"
    pbx.say(f"Event: Newchannel\n{channel}\nChannelState: 4\nContext: from-trunk\nExten: 8000")
    pbx.say(f"Event: HangupRequest\n{channel}\nChannelState: 4")
    pbx.say(f"Event: Hangup\n{channel}\nChannelState: 4\nCause: 16")


async def erased(config: Path, number: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "import sys; from bridge.cli import main; sys.exit(main())"),
        *("erase", "--config", str(config), "--customer", number),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode()


def holding(folder: Path, number: str) -> list[str]:
    """The files in which the number stands."""
    return sorted(file.name for file in folder.iterdir() if number.encode() in file.read_bytes())


async def test_what_is_erased_beside_the_running_service_is_in_no_file_and_does_not_come_back(tmp_path: Path) -> None:
    config = tmp_path / "callbridge.toml"
    lines = f'[[sink]]\ntype = "jsonl"\npath = "{tmp_path}/lines.jsonl"\n'
    async with manager() as pbx:
        async with service(tmp_path, pbx.port, lines) as first:
            await followed(pbx)
            called(pbx, "1.1", NUMBER)
            called(pbx, "1.2", ANOTHER)
            await until(lambda: len(records(tmp_path)) == 2)
            assert {"calls.db.calls"} < set(holding(tmp_path, NUMBER))
            out = await erased(config, NUMBER)
            assert [record.call_id for record in records(tmp_path)] == ["1.2"]
            assert holding(tmp_path, NUMBER) == ["lines.jsonl"], "which the command names"
            assert "not reached: jsonl" in out
            called(pbx, "1.3", ANOTHER)
            await until(lambda: len(records(tmp_path)) == 2)
            first.kill()
            await first.wait()
        (tmp_path / "lines.jsonl").unlink()
        async with service(tmp_path, pbx.port, lines) as second:
            await followed(pbx, 2)
            second.terminate()
            await second.wait()
    assert [record.call_id for record in records(tmp_path)] == ["1.2", "1.3"]
    assert holding(tmp_path, NUMBER) == []


async def test_what_is_erased_while_the_service_is_down_does_not_come_back_from_the_journal(tmp_path: Path) -> None:
    async with manager() as pbx:
        async with service(tmp_path, pbx.port) as first:
            await followed(pbx)
            called(pbx, "1.1", NUMBER)
            await until(lambda: bool(records(tmp_path)))
            first.kill()
            await first.wait()
        assert heard(tmp_path, NUMBER)
        aside = f'{{"CallerIDNum":"{NUMBER}"}}\n{{"CallerIDNum":"{ANOTHER}"}}\n'
        (tmp_path / "calls.db.calls.aside").write_text(aside)
        await erased(tmp_path / "callbridge.toml", NUMBER)
        assert holding(tmp_path, NUMBER) == []
        assert holding(tmp_path, ANOTHER) == ["calls.db.calls.aside"]
        async with service(tmp_path, pbx.port) as second:
            await followed(pbx, 2)
            second.terminate()
            await second.wait()
    assert records(tmp_path) == []


def test_a_customer_is_erased_in_whatever_part_of_a_call_and_nobody_elses_calls_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("callbridge.toml").write_text(NOWHERE)
    joined = Participant(
        party=NUMBER,
        role="customer",
        device="PJSIP/trunk",
        joined_at=at(1),
        left_at=at(2),
        talk_seconds=1,
        hold_seconds=0,
    )
    passed_on = Transfer(
        kind="blind", by="1001", from_="1001", to=NUMBER, target_type="external", at=at(3), outcome="answered"
    )
    mine = [
        ANSWERED,
        msgspec.structs.replace(OTHERS, record_id="joined", participants=[joined]),
        msgspec.structs.replace(OTHERS, record_id="passed on", transfers=[passed_on]),
    ]
    others = [
        msgspec.structs.replace(OTHERS, record_id="longer", customer=Customer(NUMBER + "9"), participants=[]),
        msgspec.structs.replace(OTHERS, record_id="agent", customer=Customer(ANOTHER)),
    ]
    store = SqliteStore("callbridge.db", outbox=["crm"])
    store.write([*mine, *others])
    table = DeviceTable("callbridge.db")
    devices = [f"Local/{NUMBER}@out", f"DAHDI/i1/{NUMBER}", f"PJSIP/{NUMBER}9"]
    table.write({"pbx1": [DeviceState(device, "", "idle", None) for device in devices]}, time.time())
    table.close()
    assert main(["erase", "--config", "callbridge.toml", "--customer", NUMBER]) == 0
    assert {record.record_id for record in find("callbridge.db")} == {"longer", "agent"}
    assert [device.device for device in kept_devices("callbridge.db")] == [f"PJSIP/{NUMBER}9"]
    store.write([msgspec.structs.replace(record, revision=9) for record in mine])
    assert {record.record_id for record in find("callbridge.db")} == {"longer", "agent"}, "not by another instance"
    waiting = store._db.execute("SELECT record_id FROM outbox ORDER BY 1").fetchall()
    assert waiting == [("agent",), ("longer",)]
    store.close()


def test_a_customer_is_erased_from_postgresql_and_no_other_instance_brings_the_calls_back(
    database: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    dsn = f"host={ADDRESS} port={database.port} dbname=calls user=callbridge"
    sink = f'[[sink]]\ntype = "postgres"\ndsn = "{dsn}"\nsecret = "{PASSWORD}"\n'
    Path("callbridge.toml").write_text(NOWHERE + '[[sink]]\ntype = "sqlite"\n' + sink)
    SqliteStore("callbridge.db").close()
    other = Postgres(PostgresSink(dsn=dsn), PASSWORD)
    other.write([ANSWERED, OTHERS])
    assert main(["erase", "--config", "callbridge.toml", "--customer", NUMBER]) == 0
    assert "postgres: 1 record erased" in capsys.readouterr().out
    other.write([msgspec.structs.replace(ANSWERED, revision=9)])
    assert kept(database) == [OTHERS]
    other.close()


def test_a_dn_is_not_taken_for_a_customer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("callbridge.toml").write_text(NOWHERE + '[[dn]]\nnumber = "8000"\n')
    assert main(["erase", "--config", "callbridge.toml", "--customer", "8000"]) == 2
    assert "8000 is a [[dn]] and no customer's number" in capsys.readouterr().err


async def test_a_store_with_a_limit_of_days_loses_older_calls_at_the_start_and_takes_none(tmp_path: Path) -> None:
    path = str(tmp_path / "calls.db")
    now = datetime.now(UTC)

    def started(name: str, days: float) -> Record:
        start = (now - timedelta(days=days)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return msgspec.structs.replace(ABANDONED, record_id=name, call_id=name, linked_ids=[name], started_at=start)

    store = SqliteStore(path)
    store.write([started(f"old {number}", 31) for number in range(1200)] + [started("new", 29)])
    store.close()
    settings = Settings(sink=[SqliteSink(path=path, keep_days=30)])
    with capture_logs() as logs:
        task = asyncio.create_task(purging.run(settings))
        await until(lambda: logs)
        task.cancel()
    assert [(line["event"], line["count"]) for line in logs] == [("old_records_erased", 1200)]
    store = SqliteStore(path, keep_days=30)
    store.write([started("older", 40), started("newer", 1)])
    store.close()
    assert [record.record_id for record in find(path)] == ["new", "newer"]


def test_a_request_that_cannot_be_read_is_told_and_does_not_stay_in_the_way(tmp_path: Path) -> None:
    keeping = Keeping(tmp_path / "calls", [])
    (tmp_path / "calls.erase").write_text("{")
    with capture_logs() as logs:
        asyncio.run(keeping._erase())
    keeping.close()
    assert [line["event"] for line in logs] == ["erasing_failed"]
    assert not (tmp_path / "calls.erase").exists()


def test_a_store_that_is_not_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SinkError, match=r"calls\.db does not exist; name the store"):
        of_customer("calls.db", NUMBER)


def test_a_number_that_no_record_has_is_said_to_be_in_none_with_how_to_find_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "callbridge.toml"
    lines = f'[[sink]]\ntype = "jsonl"\npath = "{tmp_path}/lines.jsonl"\n'
    config.write_text(f'{NOWHERE}[[sink]]\ntype = "sqlite"\npath = "{tmp_path}/calls.db"\n{lines}')
    store = SqliteStore(str(tmp_path / "calls.db"))
    store.write([ANSWERED])
    store.close()
    assert main(["erase", "--config", str(config), "--customer", "02 8765 4321"]) == 0
    said = capfd.readouterr()
    assert said.err.startswith("callbridge: no record has the number 02 8765 4321. ")
    assert said.err.endswith("callbridge records --customer '02 8765 4321'\n")
    assert f"not reached: jsonl {tmp_path}/lines.jsonl\n" in said.out
    assert main(["records", "--config", str(config), "--customer", "02 8765 4321"]) == 0
    assert NUMBER in capfd.readouterr().out


def test_no_search_for_an_erased_customer_is_kept(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "callbridge.toml"
    config.write_text(f'{NOWHERE}[[sink]]\ntype = "sqlite"\npath = "{tmp_path}/calls.db"\n')
    store = SqliteStore(str(tmp_path / "calls.db"))
    store.write([ANSWERED])
    store.close()
    access = Access(path_beside(str(tmp_path / "calls.db")))
    access.search(NUMBER)
    access.search(ANOTHER)
    access.close()
    assert main(["erase", "--config", str(config), "--customer", NUMBER]) == 0
    assert "calls.db.access: 1 search erased" in capfd.readouterr().out
    assert holding(tmp_path, NUMBER) == []
    assert holding(tmp_path, ANOTHER) == ["calls.db.access"]


async def test_a_search_that_is_a_day_old_is_in_no_file_though_nobody_searches_again(tmp_path: Path) -> None:
    path = str(tmp_path / "calls.db")
    SqliteStore(path).close()
    with closing(Access(path_beside(path))) as access:  # as the running service has it
        access.search(NUMBER)
        with closing(sqlite3.connect(path_beside(path))) as db:
            db.execute("UPDATE searches SET until = until - ?", (2 * SEARCH,))
            db.commit()
        new = access.search(ANOTHER)
        task = asyncio.create_task(purging.run(Settings(sink=[SqliteSink(path=path)])))
        await until(lambda: holding(tmp_path, NUMBER) == [])
        task.cancel()
        assert access.searched(new) == ANOTHER


def on_a_line(number: str) -> tuple[AgentStateRecord, AgentStateRecord]:
    """A stretch of an agent whose evidence names a line after a number, and the same without."""
    began, ended = (Evidence(at(second), "BridgeEnter", None, "1001", None) for second in (0, 60))
    talked = AgentStateRecord(
        state_id="talked", complete=True, gaps=[], pbx="pbx1", agent="1001", device="PJSIP/1001", role="agent",
        state="talking", reason=None, next="ready", from_=began.at, until=ended.at, seconds=60.0, queues=[],
        paused_in=[], record_id=None, direction=None, computed=False, evidence=Why(began, ended),
    )  # fmt: skip
    named = Why(msgspec.structs.replace(began, channel=f"DAHDI/i1/{number}-5"), ended)
    return msgspec.structs.replace(talked, evidence=named), talked


def test_a_phone_line_named_after_an_erased_customer_is_in_no_state_and_the_agents_times_stay(tmp_path: Path) -> None:
    path = str(tmp_path / "calls.db")
    named, talked = on_a_line(NUMBER)
    with closing(SqliteStore(path)) as store:
        store.write([named])
    assert erase_from_states(path, NUMBER) == 1
    assert states.find(path) == [talked]
    assert holding(tmp_path, NUMBER) == []


def test_in_postgresql_too_no_state_names_a_line_after_an_erased_customer(
    database: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    dsn = f"host={ADDRESS} port={database.port} dbname=calls user=callbridge"
    sink = f'[[sink]]\ntype = "postgres"\ndsn = "{dsn}"\nsecret = "{PASSWORD}"\n'
    Path("callbridge.toml").write_text(NOWHERE + '[[sink]]\ntype = "sqlite"\n' + sink)
    SqliteStore("callbridge.db").close()
    named, talked = on_a_line(NUMBER)
    longer, _ = on_a_line(f"{NUMBER}9")
    longer = msgspec.structs.replace(longer, state_id="longer", agent="1002")
    with closing(Postgres(PostgresSink(dsn=dsn), PASSWORD)) as store:
        store.write([named, longer])
    assert main(["erase", "--config", "callbridge.toml", "--customer", NUMBER]) == 0
    assert "postgres: erased from 1 state" in capsys.readouterr().out
    with ask(database) as db:
        told = db.execute("SELECT json FROM callbridge.agent_states ORDER BY agent").fetchall()
    assert [msgspec.json.decode(json, type=AgentStateRecord) for (json,) in told] == [talked, longer]
