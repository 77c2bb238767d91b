"""Rows by one column: the most first, or turned round, and what is not known always last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bridge.config import Dn
from bridge.errors import UsageError
from bridge.reports.columns import Column, Columns, Plain
from bridge.reports.listing import calls
from bridge.reports.sheet import of_result, sorted_by
from bridge.reports.sorting import Order, first_by, is_rising, result_by, rows_by
from bridge.vocabulary.record import Record
from tests.reports import centre
from tests.reports.asking import asked, in_memory, opened, stored, told
from tests.reports.centre import made, offer
from tests.reports.test_listing import AS_OF, BEGAN, UNTIL, config, ran

__all__ = ["config"]
COLUMNS = [
    Column("n", "", "", "count"), Column("rate", "", "", "rate"), Column("name", "", "", "text"),
    Column("start", "", "", "local"), Column("who", "", "", "list"),
]  # fmt: skip
ROWS: list[list[Plain]] = [
    [2, (1, 3), "Bo", "2026-10-25T02:30:00.000+02:00", ["a"]],
    [None, None, "–", "2026-10-25T02:10:00.000+01:00", ["b"]],
    [7, (1, 2), "Ann", "2026-10-25T01:00:00.000+02:00", ["c"]],
    [2, (0, 5), "Cy", "2026-10-25T02:20:00.000+02:00", ["d"]],
]


def by(column: str, *, reverse: bool = False) -> str:
    return "".join(str(row[4])[2] for row in rows_by(Order(column, reverse), COLUMNS, ROWS))


def test_the_most_comes_first_the_unknown_last_and_alike_rows_keep_their_order() -> None:
    assert (by("n"), by("n", reverse=True)) == ("cadb", "adcb")
    assert (by("rate"), by("rate", reverse=True)) == ("cadb", "dacb")
    assert (by("name"), by("name", reverse=True)) == ("cadb", "dacb")
    assert [is_rising(column, Order()) for column in COLUMNS[:4]] == [False, False, True, False]


def test_the_hour_that_comes_twice_in_autumn_is_sorted_as_it_passed() -> None:
    assert (by("start"), by("start", reverse=True)) == ("badc", "cdab")


def test_lists_and_unknown_columns_cannot_be_sorted_by() -> None:
    for name in ("who", "nme"):
        with pytest.raises(UsageError, match=f'no column "{name}"'):
            by(name)


@pytest.mark.parametrize("reverse", [False, True])
def test_the_first_rows_of_an_order_are_those_of_all_rows_sorted(tmp_path: Path, reverse: bool) -> None:
    with opened(stored(tmp_path / "calls.db", centre.calls(3, 60, BEGAN, UNTIL))) as database:
        sheet = calls(asked(), database, AS_OF, "ids", [Dn(number="8000")])
        for column in sheet.columns:
            if column.kind != "list":
                order = Order(column.id, reverse)
                every = rows_by(order, sheet.columns, sheet.rows())
                assert first_by(order, sheet.columns, sheet.rows(), 7) == every[:7], column.id


def test_a_list_too_long_to_be_sorted_says_so(tmp_path: Path) -> None:
    with opened(stored(tmp_path / "calls.db", centre.calls(3, 40, BEGAN, UNTIL))) as database:
        sheet = calls(asked(), database, AS_OF, "ids", ())
        count = sum(1 for _ in sheet.rows())
        assert len([*sorted_by(Order("wait"), sheet, count).rows()]) == count
        with pytest.raises(UsageError, match="more than 5 rows; choose a shorter period"):
            next(sorted_by(Order("wait"), sheet, 5).rows())
        assert len([*sorted_by(Order(), sheet, 5).rows()]) == count, "only what is sorted is kept in memory"


@pytest.mark.parametrize(("name", "interval"), [("agents", "none"), ("dn", "60"), ("queues", "weekday-hour")])
def test_a_sorted_report_has_the_same_lines_in_that_order(name: str, interval: Any) -> None:
    database = in_memory(centre.calls(5, 80, BEGAN, UNTIL))
    result = told(name, asked(interval=interval, until="2026-03-06"), database)
    plain = [*of_result(result).rows()]
    for n, column in enumerate(Columns(result).all):
        for reverse in (False, True):
            found = result_by(Order(column.id, reverse), result)
            rows = [*of_result(found).rows()]
            assert sorted(map(repr, rows)) == sorted(map(repr, plain))
            known = [row[n] for row in rows if row[n] not in (None, "–")]
            assert [row[n] for row in rows][: len(known)] == known, "the unknown are last"
            if column.kind in ("count", "seconds"):
                assert known == sorted(known, reverse=not reverse), column.id  # type: ignore[type-var]
    if interval != "none":
        by_time = of_result(result_by(Order("interval"), result)).rows()
        assert [row[0] for row in by_time] == [row[0] for row in plain], "Friday does not come before Monday"


def test_the_command_turns_the_order_round(config: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    def waits(*words: str) -> list[float]:
        rows = json.loads(ran(capsysbinary, "calls", *words, "--format", "json"))["rows"]
        return [row["wait"] for row in rows if row["wait"] is not None]

    most, least = waits("--sort", "wait"), waits("--sort", "wait", "--reverse")
    assert most == sorted(most, reverse=True)
    assert least == sorted(most)
    assert len({*most}) > 3


def test_a_breakdown_counts_only_the_hours_that_are_asked_for_and_adds_up() -> None:
    def failed(clock: str, reason: str) -> Record:
        at = f"2026-03-02T{clock}:01.000Z"
        offers = [offer("1001", "cpe_rejected", at, at, reason=reason)]
        return made(record_id=f"{clock[:2]}{clock[3:]:0<30}", started_at=at, offers=offers)

    database = in_memory([
        failed("08:30", "busy"), failed("09:30", "busy"), failed("09:40", "unreachable"), failed("18:00", "busy"),
    ])  # fmt: skip
    result = told("devices", asked(hours=(9 * 60, 18 * 60)), database)
    reasons = {str(by): count for *_, by, count in result.tables[0].rows}
    assert reasons == {"busy": 1, "unreachable": 1}
    whole = told("devices", asked(), database)
    assert sum(int(row[-1]) for row in whole.tables[0].rows) == 4
