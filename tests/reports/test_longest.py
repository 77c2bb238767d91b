"""“Forty minutes on hold: which call was that?” The longest of a figure names its call."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from bridge.config.numbers import Numbers
from bridge.reports.csv_file import as_csv
from bridge.reports.json_file import as_json
from bridge.reports.longest import with_longest
from bridge.reports.sheet import of_result
from bridge.vocabulary.times import milliseconds
from bridge.web.report_table import tables
from tests.reports import centre
from tests.reports.asking import asked, in_memory, told

DAY = milliseconds("2026-03-02T00:00:00.000Z")
RECORDS = centre.calls(21, 300, DAY, DAY + 86_400_000)
DATABASE = in_memory(RECORDS)


def as_objects(report: str, **more: Any) -> dict[str, Any]:
    out = io.BytesIO()
    as_json(of_result(with_longest(told(report, asked(**more), DATABASE), DATABASE)), out, "ids")
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


@pytest.mark.parametrize("more", [{}, {"interval": "60"}, {"zone": "Asia/Kathmandu", "interval": "hour-of-day"}])
def test_the_longest_ring_of_an_agent_is_one_of_the_call_that_it_names(more: dict[str, Any]) -> None:
    rings = {
        (record.pbx, o.agent, round(o.ring_seconds, 3)): record.record_id
        for record in RECORDS for o in record.offers if o.outcome == "answered" and o.ringing_at is not None
    }  # fmt: skip
    rows = as_objects("agents", **more)["rows"]
    named = [row for row in rows if row["ring"]["items"]]
    assert len(named) > 5
    by_id = {record.record_id: record for record in RECORDS}
    for row in named:
        record = by_id[row["ring"]["longest_record_id"]]
        assert (record.pbx, row["agent"], row["ring"]["longest"]) in rings
        assert row["ring"]["longest"] in [round(o.ring_seconds, 3) for o in record.offers if o.agent == row["agent"]]


def test_the_longest_wait_of_a_number_and_of_all_names_its_call() -> None:
    found = as_objects("dn")
    by_id = {record.record_id: record for record in RECORDS}
    for row in [*found["rows"], found["totals"]]:
        record = by_id[row["asa"]["longest_record_id"]]
        assert record.wait_seconds == row["asa"]["longest"]
        assert row.get("dn", record.dn or "–") == (record.dn or "–")


def test_a_click_on_the_longest_opens_its_call_and_on_an_average_the_rows_it_is_of() -> None:
    result = with_longest(told("agents", asked(), DATABASE), DATABASE)
    (shown,) = tables(result, "en", Numbers(()), all_columns=True, with_links=True)
    cells = dict(zip((head.name for head in shown.figures), shown.rows[0].figures, strict=True))
    longest = result.longest["ring"][0, next(iter(result.lines)).key]
    assert cells["Ring until answered, longest"].link == f"/calls/{longest}"
    assert "/reports/agents/rows?figure=ring&" in str(cells["Ring until answered, average"].link)


def test_a_csv_has_no_column_for_it() -> None:
    out = io.BytesIO()
    as_csv(of_result(told("agents", asked(), DATABASE)), out, "ids")
    assert b"record_id" not in out.getvalue()
