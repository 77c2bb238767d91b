"""``callbridge report`` and the new filters of ``callbridge records``, as a manager types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bridge.cli import main
from bridge.reports.catalogue import REPORTS
from bridge.reports.reference import LANGUAGES, renewed
from bridge.vocabulary.record import Record
from tests.reports.asking import stored
from tests.reports.centre import made, offer, person

DOCS = Path(__file__).parents[2] / "docs"
SETTINGS = """
[[pbx]]
name = "pbx1"
[pbx.ami]
host = "127.0.0.1"
username = "u"
secret = "s"
[reports]
timezone = "Asia/Taipei"
country = "TW"
[[dn]]
number = "8000"
target = "80/10"
[[queue]]
name = "support"
"""


def missed(number: str, clock: str, **more: Any) -> Record:
    start, end = f"2026-03-02T{clock}:00.000Z", f"2026-03-02T{clock}:30.000Z"
    stay = {"name": "support", "joined_at": start, "left_at": end, "position": 1, "exit": "abandoned"}
    return made(
        record_id=f"{clock.replace(':', '')}{'a' * 28}", call_id=f"{clock}.1", started_at=start, ended_at=end,
        customer={"number": number, "name": None}, tags=["customer_abandon"], abandoned_in="queue",
        wait_seconds=30.0, queues=[stay], **more,
    )  # fmt: skip


def reached(number: str, clock: str, direction: str = "outbound") -> Record:
    start, end = f"2026-03-02T{clock}:00.000Z", f"2026-03-02T{clock}:50.000Z"
    return made(
        record_id=f"{clock.replace(':', '')}{'b' * 28}", call_id=f"{clock}.2", started_at=start, ended_at=end,
        direction=direction, customer={"number": number, "name": None}, answered_at=f"2026-03-02T{clock}:15.000Z",
        wait_seconds=15.0, talk_seconds=35.0,
        participants=[person("1001", "agent", f"2026-03-02T{clock}:15.000Z", end, 35.0)],
        offers=[offer("1001", "answered", start, f"2026-03-02T{clock}:15.000Z")] if direction == "inbound" else [],
    )  # fmt: skip


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with five calls: one missed and called back, one missed and not, one of the evening before."""
    monkeypatch.chdir(tmp_path)
    records = [
        missed("0912345678", "09:00"), missed("0277001234", "09:10"), reached("+886912345678", "09:20"),
        reached("0933000000", "09:30", "inbound"), missed("0955000000", "17:00"),
    ]  # fmt: skip
    stored(tmp_path / "callbridge.db", records)
    (tmp_path / "callbridge.toml").write_text(SETTINGS)
    return tmp_path / "callbridge.toml"


def ran(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main([*words]) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def listed(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    text = ran(capsys, "records", "--config", "callbridge.toml", "--json", *words)
    return [json.loads(line)["call_id"] for line in text.splitlines()]


def test_who_was_missed_and_never_called_back(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert listed(capsys, "--not-called-back") == ["09:10.1", "17:00.1"]


def test_all_calls_of_a_customer_however_the_number_was_written(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in ("0912345678", "+886912345678", "+886 912 345 678", "886912345678"):
        assert listed(capsys, "--customer", number) == ["09:00.1", "09:20.2"], number


def test_a_day_is_the_day_of_the_centres_clocks_and_not_of_greenwich(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """17:00 in Greenwich is one o'clock of the next day in Taipei."""
    assert listed(capsys, "--since", "2026-03-03") == ["17:00.1"]
    assert listed(capsys, "--until", "2026-03-03", "--outcome", "abandoned") == ["09:00.1", "09:10.1"]
    text = ran(capsys, "records", "--config", "callbridge.toml", "--since", "2026-03-03")
    assert "2026-03-03 01:00:00" in text
    assert "Asia/Taipei" in text


def test_calls_are_found_by_queue_outcome_and_pbx(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(listed(capsys, "--queue", "support")) == 3
    assert listed(capsys, "--outcome", "connected") == ["09:20.2"]
    assert len(listed(capsys, "--pbx", "pbx1")) == 5


def test_the_service_level_per_hour_by_the_target_of_the_number(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = ran(capsys, "report", "dn", "--config", "callbridge.toml", "--since", "2026-03-02", "--interval", "60",
               "--format", "json")  # fmt: skip
    rows = {row["interval"]: row for row in json.loads(text)["rows"]}
    of = rows["2026-03-02 17:00 +08:00"]
    assert of["sl_offered"] == {"value": 0.0, "numerator": 0, "denominator": 3}, "10 s are the target of 8000"
    assert of["answer_rate"]["numerator"] == 1
    text = ran(capsys, "report", "dn", "--config", "callbridge.toml", "--since", "2026-03-02", "--format", "json",
               "--answered-within", "20")  # fmt: skip
    assert json.loads(text)["totals"]["sl_offered"]["numerator"] == 1


def test_one_service_level_alone_where_it_is_asked_for(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def levels(*words: str) -> list[str]:
        words = (*words, "--config", "callbridge.toml", "--since", "2026-03-02", "--format", "json")
        found = json.loads(ran(capsys, "report", *words, "--service-level", "sl_answered_only"))
        assert found["service_level"] == "sl_answered_only"
        return [name for name, value in found["totals"].items() if name.startswith("sl_") and isinstance(value, dict)]

    assert levels("dn") == levels("queues") == ["sl_answered_only"]
    assert levels("service-level", "--answered-within", "10", "--answered-within", "45") == [
        "sl_answered_only_10", "sl_answered_only_45",
    ]  # fmt: skip


def test_each_report_is_printed_and_written(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in REPORTS:
        for form in ("table", "json", "csv", "xlsx", "parquet"):
            where = [] if form == "table" else ["--out", str(tmp_path / f"{name}.{form}")]
            ran(
                capsys,
                "report",
                name,
                "--config",
                "callbridge.toml",
                "--since",
                "2026-03-01",
                "--format",
                form,
                *where,
            )
            assert form == "table" or (tmp_path / f"{name}.{form}").stat().st_size > 0
    assert not [*tmp_path.glob(".*.part")]


def test_declines_by_agent_are_one_command(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = ran(
        capsys, "report", "agents", "--config", "callbridge.toml", "--since", "2026-03-01", "--labels", "zh-TW"
    )
    assert "專員" in text
    assert "1001" in text


def test_every_figure_is_listed_with_its_formula(capsys: pytest.CaptureFixture[str]) -> None:
    listed = json.loads(ran(capsys, "report", "--list", "--json"))
    ids = [figure["id"] for figure in listed]
    assert len(ids) == len(set(ids))
    assert {"agents.answered", "queues.answered", "dn.sl_offered"} <= set(ids)
    assert all(figure["formula"] and figure["version"] and figure["moment"] for figure in listed)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("report agent", 'report: unknown "agent"; did you mean "agents"?'),
        ("report agents --interval 45", '--interval: unknown "45"'),
        ("report agents --timezone Mars/Base", '--timezone: "Mars/Base" is no time zone'),
        ("report agents --tag rejct", '--tag: unknown "rejct"'),
        ("report agents --since soon", '--since: "soon" is no time; write 2026-01-31'),
        ("report agents --since 2026-03-03 --until 2026-03-02", "--until is not after --since"),
        ("report agents --period last-weak", 'did you mean "last-week"?'),
        ("report agents --hours 9-17", '--hours: "9-17" are no hours; write 09:00-18:00'),
        ("report agents --hours 22:00-06:00", '--hours: "22:00-06:00" are no hours'),
        ("report agents --by queue", "--by goes with service-level and tags"),
        ("report dn --service-level sl_ofered", 'did you mean "sl_offered"?'),
        ("report agents --service-level sl_offered", "--service-level: agents has none"),
        ("report agents --reverse", "--reverse goes with --sort"),
        ("report agents --sort rejcted", 'did you mean "rejected"?'),
        ("report agents --sink postgres", '--sink: no store "postgres"'),
        ("report agents --outcome abandonned", 'did you mean "abandoned"?'),
        ("report service-level --answered-within 0", "--answered-within: 0 is no number of whole seconds"),
        ("records --outcome abandonned", 'did you mean "abandoned"?'),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    words: str, told: str, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words.split(), "--config", "callbridge.toml"]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.file)
def test_the_page_of_the_reports_is_that_of_the_catalogue(language: Any) -> None:
    page = (DOCS / language.file).read_text("utf-8")
    assert page == renewed(page, language), "run: python -m bridge.reports.reference docs"


def test_who_waits_for_a_file_at_a_terminal_is_told_how_many_rows_are_written(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("report", "calls", "--config", "callbridge.toml", "--since", "2026-03-01", "--format", "csv")
    plain = ran(capsys, *words)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    main([*words, "--out", str(tmp_path / "calls.csv")])
    assert f"{plain.count(chr(10)) - 1} rows" in capsys.readouterr().err
    assert (tmp_path / "calls.csv").read_text() == plain.replace("\r\n", "\n")
