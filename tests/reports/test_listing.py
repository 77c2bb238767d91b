"""The list of calls, and the list behind each number."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.cli import main
from bridge.config import Dn
from bridge.errors import UsageError
from bridge.reports import call_columns
from bridge.reports.catalogue import REPORTS, by_queue, tags_by
from bridge.reports.columns import Columns, Plain
from bridge.reports.csv_file import as_csv
from bridge.reports.database import Database
from bridge.reports.figures import Report, Spent
from bridge.reports.json_file import as_json
from bridge.reports.listing import OWN, Behind, calls
from bridge.reports.queries import Builder
from bridge.reports.request import Filters, Request
from bridge.reports.result import Lengths
from bridge.reports.sheet import sorted_by
from bridge.reports.sorting import Order
from bridge.reports.xlsx_file import as_xlsx
from bridge.store.outcomes import INBOUND
from bridge.vocabulary.words import WORDS
from tests.reports import centre
from tests.reports.asking import asked, in_memory, opened, stored, told
from tests.reports.centre import made, offer, person
from tests.reports.test_rules import DAYS, day

LISTED = [*REPORTS.values(), by_queue((20,)), tags_by("queue"), tags_by("agent")]
DNS = [Dn(number="_80XX", name="Main line")]
AS_OF = 4_000_000_000_000
START = "2026-03-02T09:00:01.000Z"
BEGAN, UNTIL = 1_772_409_600_000, 1_772_490_000_000


def listed(
    request: Request, database: Database, of: Behind | None = None, labels: Any = "ids"
) -> list[dict[str, Plain]]:
    sheet = calls(request, database, AS_OF, labels, DNS, of)
    return [dict(zip([column.id for column in sheet.columns], row, strict=True)) for row in sheet.rows()]


def numbers(report: Report, request: Request, database: Database) -> Iterator[tuple[Behind, Request, int]]:
    """Each number that is of rows: what is behind it, the time that is asked for, and the number."""
    result = told(report, request, database)
    for line in result.lines:
        for figure, value in zip(result.figures, line.values, strict=True):
            if Builder.is_of_rows(figure) and figure.unit != "t" and value is not None:
                count = value.items if isinstance(value, Lengths) else value
                assert isinstance(count, int)
                yield Behind(report, figure, line.key, line.bucket.order), request, count


@pytest.mark.parametrize("report", LISTED, ids=lambda r: f"{r.name}-{'-'.join(d.id for d in r.dimensions)}")
@settings(max_examples=4, deadline=None)
@given(DAYS, st.sampled_from(("none", "day", "hour-of-day")))
def test_the_list_behind_a_number_has_that_many_rows(report: Report, where: Any, interval: Any) -> None:
    d = day(*where, 2)
    tried = 0
    for n, (of, request, count) in enumerate(numbers(report, d.asked(interval=interval), d.database)):
        if n % 23 == 0 or count > 3:
            rows = listed(request, d.database, of)
            of_time = isinstance(of.figure.made, Spent)
            assert (sum(row["row_counted"] for row in rows) if of_time else len(rows)) == count, (report.name, of)  # type: ignore[misc]
            tried += 1
        if tried > 40:
            break
    assert tried > 3


def test_one_call_is_one_row_with_its_whole_path() -> None:
    """Complaint 4: rows of a CDR instead of calls. Complaint 7: an extension that took no part is listed."""
    at = "2026-03-02T09:00:{:02d}.000Z".format
    call = made(
        answered_at=at(20), ended_at=at(50), wait_seconds=20.0, talk_seconds=30.0, hangup_cause=16, sip_code=200,
        queues=[{"name": "support", "joined_at": at(0), "left_at": at(20), "position": 1, "exit": "answered"}],
        offers=[
            offer("1002", "rejected", at(1), at(5)), offer("1001", "answered", at(10), at(20), ring_seconds=10.0),
        ],
        participants=[
            person("1001", "agent", at(20), at(50), 30.0), person("1009", "agent", at(20), at(50), 0.0),
            person("3001", "extension", at(21), at(22), 0.0),
        ],
        tags=["incoming_dn_call", "agent_reject"],
    )  # fmt: skip
    rows = listed(asked(), in_memory([call]))
    assert len(rows) == 1
    row = rows[0]
    assert (row["agents"], row["first_agent"], row["queues"]) == (["1002", "1001"], "1001", ["support"])
    assert (row["offers"], row["offers_answered"], row["offers_declined"]) == (2, 1, 1)
    assert (row["wait"], row["ring"], row["talk"], row["length"]) == (20_000, 10_000, 30_000, 50_000)
    assert (row["outcome"], row["cause_text"], row["tags"]) == (
        "answered", "normal clearing", ["incoming_dn_call", "agent_reject"],
    )  # fmt: skip
    assert (row["dn"], row["dn_name"]) == ("8000", "Main line")


def test_times_are_those_of_the_zone_with_their_offset_and_of_greenwich() -> None:
    row = listed(asked(zone="Asia/Kathmandu"), in_memory([made()]))[0]
    assert row["start"] == "2026-03-02T14:45:00.000+05:45"
    assert row["start_utc"] == 1_772_442_000_000


SAID: dict[Any, dict[str, str]] = {
    "en": {
        "Direction": "inbound", "Outcome": "abandoned", "Ended by": "customer", "Cause in words": "user busy",
        "Tags": "customer abandon; Agent Reject call (when agent press disconnect)",
    },
    "zh-TW": {
        "方向": "進線", "結果": "客戶放棄", "結束者": "客戶", "掛斷原因": "忙線", "標籤": "客戶放棄; 專員拒絕回應",
    },
}  # fmt: skip


@pytest.mark.parametrize("labels", ["en", "zh-TW"])
def test_a_file_of_calls_says_in_the_readers_language_what_became_of_them(labels: Any) -> None:
    database = in_memory([made(tags=["agent_reject", "customer_abandon"], abandoned_in="queue", hangup_cause=17)])
    sheet = calls(asked(), database, AS_OF, labels, DNS)
    text, book = io.BytesIO(), io.BytesIO()
    as_csv(sheet, text, labels)
    as_xlsx(sheet, book, labels)
    (row,) = csv.DictReader(io.StringIO(text.getvalue().decode()))
    assert {name: row[name] for name in SAID[labels]} == SAID[labels]
    names, cells = openpyxl.load_workbook(book).worksheets[0].iter_rows(values_only=True)
    of = dict(zip(names, cells, strict=True))
    assert {name: of[name] for name in SAID[labels]} == {
        name: said.replace("; ", ", ") for name, said in SAID[labels].items()
    }


@pytest.mark.parametrize("labels", ["ids", "en", "zh-TW"])
def test_programs_find_the_same_ids_in_json_whatever_language_is_asked_for(labels: Any) -> None:
    database = in_memory([made(tags=["agent_reject", "customer_abandon"], abandoned_in="queue")])
    out = io.BytesIO()
    as_json(calls(asked(), database, AS_OF, labels, DNS), out, labels)
    (row,) = json.loads(out.getvalue())["rows"]
    assert (row["outcome"], row["tags"]) == ("abandoned", ["customer_abandon", "agent_reject"])


def test_what_stands_behind_a_number_is_told_in_words_too() -> None:
    call = made(offers=[offer("1001", "cpe_rejected", START, START, reason="device_lost")])
    of = Behind(REPORTS["agents"], next(f for f in REPORTS["agents"].figures if f.id == "device_failed"))
    out = io.BytesIO()
    as_csv(calls(asked(), in_memory([call]), AS_OF, "zh-TW", DNS, of), out, "zh-TW")
    (row,) = csv.DictReader(io.StringIO(out.getvalue().decode()))
    assert (row["派送結果"], row["原因"]) == ("話機異常", "響鈴中話機斷線")


def test_filters_and_hours_choose_calls_of_the_list() -> None:
    database = in_memory([made(), made(record_id="b" * 32, started_at="2026-03-02T12:00:00.000Z", dn="8001")])
    assert len(listed(asked(), database)) == 2
    assert len(listed(asked(hours=(600, 780)), database)) == 1
    assert [row["dn"] for row in listed(asked(filters=Filters(dn=["8001"])), database)] == ["8001"]


def test_calls_of_staff_of_one_role_are_found(tmp_path: Path) -> None:
    at = "2026-03-02T09:00:10.000Z"
    led = made(record_id="a" * 32, participants=[person("2001", "supervisor", at, None, 5.0)])
    database = in_memory([led, made(record_id="b" * 32, participants=[person("1001", "agent", at, None, 5.0)])])
    assert [row["agents"] for row in listed(asked(filters=Filters(role=["supervisor"])), database)] == [["2001"]]
    result = told("agents", asked(filters=Filters(role=["agent"])), database)
    assert [line.key for line in result.lines] == [("pbx1", "1001")]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    stored(tmp_path / "callbridge.db", centre.calls(3, 60, 1_772_409_600_000, 1_772_496_000_000))
    file = tmp_path / "callbridge.toml"
    file.write_text('[[pbx]]\nname = "pbx1"\n[pbx.ami]\nhost = "h"\nusername = "u"\nsecret = "s"\n[[pbx]]\n'
                    'name = "pbx2"\n[pbx.ami]\nhost = "h2"\nusername = "u"\nsecret = "s"\n'
                    '[roles]\nagents = ["PJSIP/1*"]\n[reports]\ntimezone = "UTC"\n'
                    '[[sink]]\ntype = "sqlite"\npath = "callbridge.db"\n')  # fmt: skip
    file.chmod(0o600)
    return file


DAY = ("--since", "2026-03-02", "--until", "2026-03-04", "--config", "callbridge.toml")


def ran(capsysbinary: pytest.CaptureFixture[bytes], *words: str) -> bytes:
    assert main(["report", *words, *DAY]) == 0, capsysbinary.readouterr().err
    return capsysbinary.readouterr().out


def test_the_command_lists_what_a_number_counts(config: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    report = json.loads(ran(capsysbinary, "agents", "--agent", "1001", "--format", "json"))
    declined = report["totals"]["rejected"]
    assert declined > 0
    found = json.loads(ran(capsysbinary, "calls", "--of", "agents.rejected", "--agent", "1001", "--format", "json"))
    assert found["of"] == "agents.rejected"
    assert len(found["rows"]) == declined
    assert {(row["row_agent"], row["row_outcome"]) for row in found["rows"]} == {("1001", "rejected")}
    text = ran(capsysbinary, "calls", "--of", "agents.rejected", "--agent", "1001").decode()
    assert text.count("declined") >= declined


def test_the_list_is_written_in_every_form(config: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    for form in ("table", "csv", "xlsx", "parquet", "json"):
        assert len(ran(capsysbinary, "calls", "--format", form)) > 1000, form


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("calls --of rejected", '--of: "rejected" is no figure; write report and figure, as agents.rejected'),
        ("calls --of agents.rejct", 'agents has no figure "rejct"; did you mean "rejected"?'),
        ("calls --of agents.answer_rate", "agents.answer_rate counts no rows of its own"),
        ("agents --of agents.rejected", "--of goes with calls; write callbridge report calls --of agents.rejected"),
        ("agents --role boss", '--role: unknown "boss"'),
    ],
)
def test_what_has_no_list_is_told_in_one_line(
    config: Path, capsysbinary: pytest.CaptureFixture[bytes], words: str, told: str
) -> None:
    assert main(["report", *words.split(), *DAY]) == 2
    assert told in capsysbinary.readouterr().err.decode()


def test_the_calls_that_waited_longest_come_first_and_a_wrong_column_is_named(tmp_path: Path) -> None:
    with opened(stored(tmp_path / "calls.db", centre.calls(3, 40, BEGAN, UNTIL))) as database:
        sheet = sorted_by(Order("wait"), calls(asked(), database, AS_OF, "ids", DNS))
        at = [column.id for column in sheet.columns].index("wait")
        waits = [row[at] for row in sheet.rows()]
        known = [wait for wait in waits if isinstance(wait, int)]
        assert len(known) > 3
        assert waits == [*sorted(known, reverse=True), *[None] * (len(waits) - len(known))]
        with pytest.raises(UsageError, match='no column "waits"; did you mean "wait"'):
            next(sorted_by(Order("waits"), sheet).rows())


def test_the_matrix_of_transfers_has_sums_of_each_row_and_column(tmp_path: Path) -> None:
    with opened(stored(tmp_path / "calls.db", centre.calls(3, 300, BEGAN, UNTIL))) as database:
        result = told("transfers", asked(), database)
    pairs = {line.key: line.values[0] for line in result.lines}
    assert len(pairs) > 5
    for table, n in zip(result.tables, (1, 2), strict=True):
        sums: dict[tuple[str, str], int] = {}
        for key, count in pairs.items():
            assert isinstance(count, int)
            sums[key[0], key[n]] = sums.get((key[0], key[n]), 0) + count
        assert {(pbx, name): count for pbx, name, count in table.rows} == sums


def test_what_a_call_came_to_has_one_name_in_lists_and_in_reports() -> None:
    names = {figure.id: (figure.en.lower(), figure.zh) for figure in REPORTS["dn"].figures}
    for outcome in INBOUND:
        en, zh = WORDS[f"concluded_{outcome}"]
        assert (en.lower(), zh) == names[outcome]


@pytest.mark.parametrize("labels", ["en", "zh-TW"])
def test_no_two_columns_of_a_table_or_a_file_have_one_name(labels: Any) -> None:
    tables = {name: [*call_columns.COLUMNS, *own] for name, own in OWN.items()}
    for report in LISTED:
        if report.name != "tags" or labels == "en":  # two tags are both 進線, and two 外撥
            tables[report.name] = [*Columns(told(report, asked(interval="60"), in_memory([made()]))).all]
    for name, columns in tables.items():
        names = [column.label(labels) for column in columns]
        assert [one for one in names if names.count(one) > 1] == [], name
