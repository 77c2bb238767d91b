"""Stretches of states in the local store, in whatever order and however often they are written."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import msgspec
import pytest

from bridge.cli import main
from bridge.store import erasing
from bridge.store.outbox import Outbox
from bridge.store.records import SqliteStore
from bridge.store.states import find
from bridge.vocabulary.agent_state import AgentStateRecord, Why, state_id
from bridge.vocabulary.times import rfc3339

BEGAN = 1_795_000_000.0


def stretch(since: float, until: float | None, state: str = "ready", *, revision: int = 1, complete: bool = True,
            agent: str = "1001", following: str | None = "ringing") -> AgentStateRecord:  # fmt: skip
    began, end = BEGAN + since, BEGAN + until if until is not None else None
    return AgentStateRecord(
        state_id=state_id("pbx", "agent", agent, round(began * 1000)), revision=0 if end is None else revision,
        complete=complete, gaps=[], pbx="pbx", agent=agent, device=f"PJSIP/{agent}", role="agent", state=state,  # type: ignore[arg-type]
        reason=None, next=following if end is not None else None,  # type: ignore[arg-type]
        from_=rfc3339(began), until=rfc3339(end) if end is not None else None,
        seconds=round(end - began, 3) if end is not None else 0.0, queues=["support"], paused_in=[], record_id=None,
        direction=None, computed=False, evidence=Why(None, None),
    )  # fmt: skip


def kept(path: Path) -> list[tuple[str, float, float | None]]:
    found = [one for one in find(str(path)) if isinstance(one, AgentStateRecord)]
    return [(one.state, at(one.from_) or 0.0, at(one.until)) for one in found]


def at(time: str | None) -> float | None:
    return round(msgspec.convert(time, type=__import__("datetime").datetime).timestamp() - BEGAN, 3) if time else None


def test_what_lasts_is_a_row_without_an_end_until_its_end_replaces_it(tmp_path: Path) -> None:
    store = SqliteStore(str(tmp_path / "s.db"), state_days=36_500)
    store.write([stretch(0, None)])
    assert kept(tmp_path / "s.db") == [("ready", 0.0, None)]
    store.write([stretch(0, 10), stretch(10, None, "ringing")])
    assert kept(tmp_path / "s.db") == [("ready", 0.0, 10.0), ("ringing", 10.0, None)]
    store.close()


@pytest.mark.parametrize("order", [*itertools.permutations(range(4))])
def test_in_whatever_order_two_instances_write_one_line_of_stretches_stays(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    mine = [stretch(0, 10), stretch(10, 20, "talking")]
    theirs = [stretch(0.003, 10.004, complete=False), stretch(10.004, 20.002, "talking")]
    written = [*mine, *theirs]
    store = SqliteStore(str(tmp_path / "s.db"), state_days=36_500)
    for _ in range(2):
        for place in order:
            store.write([written[place]])
    store.close()
    found = kept(tmp_path / "s.db")
    assert [state for state, _, _ in found] == ["ready", "talking"]
    assert found[0] == ("ready", 0.0, 10.0)  # the complete one
    assert found[1][1] in (10.0, 10.004)


def test_what_seems_to_last_gives_way_to_a_later_stretch_so_that_no_old_run_blocks_a_new_one(tmp_path: Path) -> None:
    store = SqliteStore(str(tmp_path / "s.db"), state_days=36_500)
    store.write([stretch(0, None, "paused")])
    store.write([stretch(100, 110, complete=False), stretch(110, None, "talking")])
    assert kept(tmp_path / "s.db") == [("ready", 100.0, 110.0), ("talking", 110.0, None)]
    store.close()


def test_a_stretch_waits_in_the_outbox_for_the_sinks_that_take_states_once_it_has_ended(tmp_path: Path) -> None:
    path = str(tmp_path / "s.db")
    store = SqliteStore(path, outbox=["calls", "both"], states_to=["both"], state_days=36_500)
    store.write([stretch(0, None)])
    outbox = Outbox(path)
    assert outbox.due("both", time.time(), 9) == []
    store.write([stretch(0, 10)])
    assert outbox.due("calls", time.time(), 9) == []
    (waiting,) = outbox.due("both", time.time(), 9)
    assert waiting.record == stretch(0, 10)
    outbox.delivered("both", [waiting])
    assert outbox.due("both", time.time(), 9) == []
    store.write([stretch(0, 10)])
    assert outbox.due("both", time.time(), 9) == []
    outbox.close()
    store.close()


def test_old_stretches_are_erased_and_not_taken_again(tmp_path: Path) -> None:
    path = str(tmp_path / "s.db")
    now = time.time() - BEGAN
    store = SqliteStore(path, state_days=3)
    old, young = stretch(now - 4 * 86400, now - 3.5 * 86400), stretch(now - 86400, now - 80000)
    store.write([old, young])
    assert len(kept(tmp_path / "s.db")) == 1
    assert erasing.purge_states(path, 1) == 0
    assert len(kept(tmp_path / "s.db")) == 1
    store.write([stretch(now - 2.5 * 86400, now - 2 * 86400)])
    assert erasing.purge_states(path, 1) == 1
    store.close()


def test_the_command_lists_them_in_eighty_columns_by_local_time_and_what_lasts_has_no_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Path("callbridge.toml")
    settings.write_text(
        '[[pbx]]\nname = "pbx"\n[pbx.ami]\nhost = "127.0.0.1"\nusername = "u"\nsecret = "s"\n'
        '[reports]\ntimezone = "Asia/Taipei"\n'
    )
    settings.chmod(0o600)
    store = SqliteStore("callbridge.db", state_days=36_500)
    store.write([stretch(0, 10), stretch(10, 75, "talking", following="wrap_up"), stretch(75, None, "wrap_up")])
    store.write([stretch(0, None, "logged_out", agent="1002")])
    store.close()
    monkeypatch.setattr("bridge.commands.tables.WIDE", 80)
    assert main(["states", "--config", "callbridge.toml", "--agent", "1001"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Times and days: Asia/Taipei."
    assert all(len(line) <= 80 for line in lines)
    shown = " ".join(lines)
    for word in ("ready", "10.0 s", "talking", "0:01:05", "wrap_up", "…"):
        assert word in shown
    assert "1002" not in shown
    asked = ["--since", rfc3339(BEGAN + 20), "--until", rfc3339(BEGAN + 30), "--json"]
    assert main(["states", "--config", "callbridge.toml", *asked]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [msgspec.json.decode(line)["state"] for line in lines] == ["talking", "logged_out"]
