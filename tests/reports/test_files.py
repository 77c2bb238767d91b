"""Files of figures: the same numbers in every form, and no text that a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from bridge.reports.csv_file import as_csv, harmless
from bridge.reports.json_file import as_json
from bridge.reports.parquet_file import as_parquet
from bridge.reports.result import Result
from bridge.reports.sheet import of_result
from bridge.reports.xlsx_file import MOST_ROWS, as_xlsx
from tests.reports import centre
from tests.reports.asking import asked, in_memory, told
from tests.reports.centre import made, offer

AT = "2026-03-02T09:00:01.000Z"
DAY = (1_772_409_600_000, 1_772_496_000_000)


def result(report: str = "agents", **more: Any) -> Result:
    return told(report, asked(**more), in_memory(centre.calls(7, 200, *DAY)))


def written(write: Any, found: Result, *labels: Any, **more: Any) -> bytes:
    out = io.BytesIO()
    write(of_result(found), out, *(labels or ("ids",)), **more)
    return out.getvalue()


@pytest.mark.parametrize("with_failures", [False, True])
def test_a_breakdown_is_a_sheet_only_where_it_has_rows_and_says_reasons_in_words(with_failures: bool) -> None:
    failed = [offer("1001", "cpe_rejected", AT, AT, reason="device_lost")] if with_failures else []
    found = told("devices", asked(), in_memory([made(offers=[*failed, offer("1002", "answered", AT, AT)])]))
    book = openpyxl.load_workbook(io.BytesIO(written(as_xlsx, found, "zh-TW")))
    assert ("reason" in book.sheetnames) == with_failures
    if with_failures:
        assert [*book["reason"].iter_rows(values_only=True)][1][-2:] == ("響鈴中話機斷線", 1)


@pytest.mark.parametrize("report", ["agents", "dn", "queues", "transfers"])
def test_json_csv_xlsx_and_parquet_tell_the_same_numbers(report: str) -> None:
    found = result(report, interval="60")
    of_json = json.loads(written(as_json, found))["rows"]
    of_csv = [*csv.DictReader(io.StringIO(written(as_csv, found).decode()))]
    of_parquet = pq.read_table(io.BytesIO(written(as_parquet, found))).to_pylist()
    book = openpyxl.load_workbook(io.BytesIO(written(as_xlsx, found)))
    of_xlsx = [*book.worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert len(of_json) == len(of_csv) == len(of_parquet) == len(of_xlsx) == len(found.lines) > 10
    for j, c, p, x in zip(of_json, of_csv, of_parquet, of_xlsx, strict=True):
        sheet = dict(zip(c, x, strict=True))
        for name, text in c.items():
            figure, _, part = name.rpartition("_")
            told_json = j[name] if name in j else j[figure][part]
            if isinstance(told_json, dict):
                told_json = told_json["value"]
            if text == "":
                assert told_json is None
                assert p[name] is None
                assert sheet[name] is None
            elif isinstance(told_json, bool):
                assert (text, p[name], sheet[name]) == (str(int(told_json)), told_json, "open" if told_json else None)
            elif isinstance(told_json, int | float):
                assert float(text) == pytest.approx(told_json, abs=1e-6)
                in_parquet = p[name].total_seconds() if hasattr(p[name], "total_seconds") else p[name]
                assert in_parquet == pytest.approx(told_json, abs=1e-3)
                cell = sheet[name]
                as_number = cell.total_seconds() if hasattr(cell, "total_seconds") else _seconds(cell)
                assert as_number == pytest.approx(told_json, abs=0.5)
            else:
                assert text == told_json


def _seconds(cell: Any) -> float:
    """A duration below a day comes back as a time of day."""
    if hasattr(cell, "hour"):
        return float(cell.hour * 3600 + cell.minute * 60 + cell.second)
    return float(cell)


def test_a_caller_named_1_plus_1_is_no_formula() -> None:
    call = made(offers=[offer("=1+1", "answered", "2026-03-02T09:00:00.000Z", "2026-03-02T09:00:05.000Z")])
    found = told("agents", asked(), in_memory([call]))
    row = [*csv.reader(io.StringIO(written(as_csv, found).decode()))][1]
    assert row[0] == "'=1+1"
    book = openpyxl.load_workbook(io.BytesIO(written(as_xlsx, found)))
    cell = book.worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


@pytest.mark.parametrize(
    ("text", "safe"),
    [("=1+1", "'=1+1"), ("+886912345678", "+886912345678"), ("+886-912", "'+886-912"), ("-2", "'-2"),
     ("@SUM", "'@SUM"),     ("\tx", "'\tx"), ("support", "support"), ("+", "'+"), ("+12\n", "'+12\n")],
)  # fmt: skip
def test_text_that_begins_like_a_formula_is_guarded_but_not_a_phone_number(text: str, safe: str) -> None:
    assert harmless(text) == safe


def test_the_same_request_gives_the_same_bytes() -> None:
    for write in (as_json, as_csv, as_xlsx, as_parquet):
        assert written(write, result()) == written(write, result())


def test_the_sheet_about_says_zone_time_and_formulas() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(as_xlsx, result(), "zh-TW")))
    told_there = [*book["About 說明"].iter_rows(values_only=True)]
    assert ("timezone", "UTC") in [row[:2] for row in told_there]
    assert any(row[0] == "answer_rate, version 1" and row[1] == "接聽率" for row in told_there)
    assert book.worksheets[0].freeze_panes is not None
    assert book.worksheets[0].auto_filter.ref is not None
    assert book.worksheets[0]["C1"].value == "未結束"


def test_a_file_for_excel_says_by_its_first_bytes_that_it_is_utf_8() -> None:
    assert written(as_csv, result(), "zh-TW", bom=True).startswith("\ufeffPBX,專員,未結束".encode())
    assert written(as_csv, result()).startswith(b"pbx,agent,open,offered,")


def test_a_sheet_holds_no_more_rows_than_excel_reads() -> None:
    assert MOST_ROWS == 2**20 - 1
