"""A report in a terminal: what matters most first, nothing cut, and the rest named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.cli import main
from bridge.commands import tables
from tests.reports import centre
from tests.reports.asking import stored
from tests.reports.test_command import SETTINGS

BEGAN = 1_772_409_600_000


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A terminal of 100 characters, and a store."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tables, "WIDE", 100)
    stored(tmp_path / "callbridge.db", centre.calls(5, 80, BEGAN, BEGAN + 40_000_000))
    file = tmp_path / "callbridge.toml"
    file.write_text(SETTINGS)
    file.chmod(0o600)
    return file


def shown(capsys: pytest.CaptureFixture[str], *words: str, since: str = "2026-03-01") -> str:
    assert main(["report", *words, "--since", since, "--config", "callbridge.toml"]) == 0
    return capsys.readouterr().out


def test_declines_stand_in_the_table_of_agents_however_narrow_the_terminal_is(
    terminal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = shown(capsys, "agents")
    table, _, rest = text.partition("No room for: ")
    assert "Declined" in table
    assert "…" not in table, "no number is cut"
    assert "--wide shows them" in " ".join(rest.split())
    agents = [line for line in table.splitlines() if re.match(r"pbx\d +\d{4} ", line)]
    assert len(agents) > 5
    assert all(re.match(r"pbx\d +\d{4} +\d+ +\d+", line) for line in agents)


@pytest.mark.parametrize(("report", "more"), [("dn", ["--interval", "60"]), ("queues", [])])
def test_the_service_level_stands_in_the_table_of_a_terminal_of_80_columns(
    terminal: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, report: str, more: list[str]
) -> None:
    monkeypatch.setattr(tables, "WIDE", 80)
    head = shown(capsys, report, *more).partition("No room for: ")[0].split("\n", 1)[1]
    assert {"Answered", "Service", "level"} <= set(head.split())


def test_a_period_without_calls_is_said_to_have_none(terminal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "\n0 rows\n" in shown(capsys, "agents", since="2026-04-01")
    assert "\n共 0 列\n" in shown(capsys, "agents", "--labels", "zh-TW", since="2026-04-01")


def test_headings_in_chinese_fold_and_numbers_stay_whole(terminal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = shown(capsys, "agents", "--labels", "zh-TW").partition("No room for: ")[0]
    assert "拒接數" in table
    assert "…" not in table
    assert re.search(r"\d\.\d 秒", table), "seconds are told as the pages tell them"
    assert not re.search(r"\d s\b", table)


def test_the_list_of_calls_begins_with_when_and_who_and_says_how_many(
    terminal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = shown(capsys, "calls")
    head = text.splitlines()[1]
    assert head.startswith("Start")
    assert {"Customer", "DN", "Outcome"} <= set(head.split())
    assert "80 rows" in text
