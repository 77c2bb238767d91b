"""Each report was placed, or it says why not; and each scenario was reported by somebody."""

from collections import Counter

from tests.live.reported import REPORTED
from tests.live.reported.reports import REPORTS


def test_each_report_is_placed_or_says_why_not() -> None:
    assert [report.what for report in REPORTS if bool(report.scenario) == bool(report.why_not)] == []


def test_each_scenario_places_one_report() -> None:
    placed = Counter(report.scenario for report in REPORTS if report.scenario)
    assert placed == Counter(list(REPORTED))


def test_each_report_has_an_address() -> None:
    assert [report.what for report in REPORTS if not report.source.startswith("http")] == []


def test_what_came_out_wrong_at_first_has_a_kind() -> None:
    assert [r.what for r in REPORTS if (r.at_first == "exact") == bool(r.kind)] == []
