"""What must always hold, over random days, days on which clocks change, and zones with offsets of :30 and :45."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.reports.catalogue import REPORTS, by_dn, by_queue, tags_by
from bridge.reports.database import Database
from bridge.reports.figures import Count, Items, Report
from bridge.reports.periods import Calendar, moment
from bridge.reports.request import Filters, Request
from bridge.reports.result import Lengths, Rate, Value
from bridge.store.rows import rows
from tests.helpers.samples import SUPERVISED
from tests.reports import centre
from tests.reports.asking import asked, in_memory, told, totals

ZONES = {
    "Europe/Berlin": ("2026-03-29", "2026-10-25"), "America/St_Johns": ("2026-03-08", "2026-11-01"),
    "Asia/Kathmandu": ("2026-07-01",), "Australia/Adelaide": ("2026-04-05", "2026-10-04"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"), "Pacific/Chatham": ("2026-04-05", "2026-09-27"),
    "America/Santiago": ("2026-04-05", "2026-09-06"), "Asia/Taipei": ("2026-12-31",), "UTC": ("2026-02-28",),
}  # fmt: skip
"""Zones and days on which something is odd there: a change of clocks, at midnight too; the last day of week 53."""
DAYS = st.sampled_from([(zone, day) for zone, days in ZONES.items() for day in days])
EXAMPLES = settings(max_examples=12, deadline=None)
INTERVALS = ("15", "30", "60", "day", "week", "month", "hour-of-day", "weekday-hour")
ALL = [*REPORTS.values(), by_queue((20,)), tags_by("none"), tags_by("queue"), tags_by("agent")]


LOGGED_IN = ("ready", "ringing", "dialling", "talking", "hold", "wrap_up", "paused", "unreachable")


class Day(msgspec.Struct, frozen=True):
    """Three local days of a zone, the odd one in the middle, with every call whole inside."""

    zone: ZoneInfo
    since: int
    until: int
    records: Sequence[Any]
    stretches: Sequence[Any]
    database: Any

    def asked(self, **more: Any) -> Request:
        return Request(since=self.since, until=self.until, zone=self.zone, **more)


@functools.lru_cache(64)
def day(zone: str, middle: str, seed: int) -> Day:
    where = ZoneInfo(zone)
    first = date.fromisoformat(middle) - timedelta(days=1)
    since, until = moment(str(first), where), moment(str(first + timedelta(days=3)), where)
    records = centre.calls(seed, 120, since, until - 3_600_000)
    records = [r for r in records if msgspec.json.encode(r) and r.ended_at < centre.written(until)]
    stretches = centre.states(seed + 100, records, since, until)
    return Day(where, since, until, records, stretches, in_memory(records, stretches))


def odd_days(test: Any) -> Any:
    return EXAMPLES(given(DAYS, st.integers(0, 5))(test))


def values(report: str | Report, d: Day, **more: Any) -> dict[str, Value]:
    return totals(told(report, d.asked(**more), d.database))


def number(value: Value) -> int:
    assert isinstance(value, int)
    return value


def total_of(d: Day, table: str) -> int:
    return sum(1 for record in d.records for _ in getattr(rows(record), table))


@odd_days
def test_the_nine_outcomes_add_up_to_all_concluded_calls_and_so_do_those_of_offers_and_exits(
    where: Any, seed: int
) -> None:
    d = day(*where, seed)
    of_dn, of_agents, of_queues = (values(name, d) for name in ("dn", "agents", "queues"))
    nine = (
        "answered",
        "answered_other",
        "overflowed",
        "callback",
        "abandoned",
        "exited",
        "unserved",
        "menu",
        "unknown",
    )
    assert sum(number(of_dn[name]) for name in nine) == of_dn["concluded"]
    outcomes = (
        "answered",
        "rejected",
        "no_answer",
        "device_failed",
        "beaten",
        "caller_left",
        "forwarded",
        "offer_unknown",
    )
    assert sum(number(of_agents[name]) for name in outcomes) == of_agents["offered"] == total_of(d, "offers")
    exits = (
        "answered",
        "abandoned",
        "timeout",
        "leave_empty",
        "key",
        "transferred",
        "unknown",
        "refused_full",
        "refused_empty",
    )
    inbound = sum(row.way == "inbound" for record in d.records for row in rows(record).stays)
    assert sum(number(of_queues[name]) for name in exits) == inbound
    stages = ("abandoned_menu", "abandoned_queue", "abandoned_ringing", "abandoned_unseen")
    assert sum(number(of_dn[name]) for name in stages) == of_dn["abandoned"]
    ways = ("handled_in", "handled_out", "handled_internal")
    assert sum(number(of_agents[name]) for name in ways) == of_agents["handled"]


@pytest.mark.parametrize("report", ALL, ids=lambda r: f"{r.name}-{'-'.join(d.id for d in r.dimensions)}")
@settings(max_examples=8, deadline=None)
@given(DAYS, st.sampled_from(INTERVALS))
def test_over_all_intervals_and_keys_the_sums_are_those_without_intervals(
    report: Report, where: Any, interval: Any
) -> None:
    """Days of 23 and 25 hours, week 53, offsets of :30 and :45 too."""
    d = day(*where, 1)
    whole = told(report, d.asked(), d.database)
    cut = told(report, d.asked(interval=interval), d.database)
    for at, figure in enumerate(whole.figures):
        for result in (whole, cut):
            if isinstance(figure.made, Count) and _adds_up(report, figure.id):
                known = [line.values[at] for line in result.lines]
                if figure.known_by:  # a row that cannot tell it is empty
                    known = [value for value in known if value is not None]
                assert sum(map(number, known)) == number(whole.totals[at]), figure.id
            elif isinstance(figure.made, Items):
                of = [line.values[at] for line in result.lines]
                everything = whole.totals[at]
                assert isinstance(everything, Lengths)
                lengths = [value for value in of if isinstance(value, Lengths)]
                assert sum(value.total for value in lengths) == everything.total, figure.id
                assert sum(value.items for value in lengths) == everything.items, figure.id
                assert max((value.longest for value in lengths), default=0) == everything.longest, figure.id


def _adds_up(report: Report, figure: str) -> bool:
    """A call is of each of its queues and agents: of tags by those the totals are of rows, too."""
    return True


@odd_days
def test_what_had_arrived_and_was_open_is_what_was_concluded_and_is_open(where: Any, seed: int) -> None:
    d = day(*where, seed)
    middle = (d.since + d.until) // 2
    parts = [Request(since=a, until=b, zone=d.zone) for a, b in ((d.since, middle), (middle, d.until))]
    first, second = (totals(told("dn", part, d.database)) for part in parts)
    was_open = number(first["arrived"]) - number(first["concluded"])
    assert was_open >= 0
    assert was_open + number(second["arrived"]) == number(second["concluded"])


@odd_days
def test_by_the_start_and_by_the_event_all_counts_are_the_same_where_no_call_crosses_a_border(
    where: Any, seed: int
) -> None:
    d = day(*where, seed)
    for name in ("agents", "dn", "queues", "devices", "transfers", "supervision"):
        by_event, by_start = values(name, d), values(name, d, attribution="start")
        for of in (by_event, by_start):
            of.pop("agent_wait", None)  # a stretch that ends with the period is not in it, but its call is
        assert by_event == by_start, name


@odd_days
def test_an_agents_states_fill_the_interval_and_no_more(where: Any, seed: int) -> None:
    """Rule 10: logged in are all states but logged out and not observed, and with these no interval is exceeded."""
    d = day(*where, seed)
    ids = [f.id for f in REPORTS["agents"].figures if f.shown]
    seen = 0
    for interval in ("none", "60", "day"):
        for line in told("agents", d.asked(interval=interval), d.database).lines:
            of = dict(zip(ids, line.values, strict=True))
            if of["logged_in"] is None:
                continue
            seen += 1
            parts = [of[f"t_{name}"] for name in LOGGED_IN]
            assert sum(number(part) for part in parts) == of["logged_in"], (interval, line.key)
            start, end = line.bucket.start or d.since, line.bucket.end or d.until
            length = min(end, d.until) - max(start, d.since)
            assert number(of["logged_in"]) + number(of["t_unknown"]) <= length, (line.bucket.label, line.key)
    assert seen > 50


@odd_days
def test_pauses_by_reason_are_the_time_paused(where: Any, seed: int) -> None:
    """Rule 11, its first half."""
    d = day(*where, seed)
    result = told("agents", d.asked(), d.database)
    at = [f.id for f in result.figures].index("t_paused")
    (table,) = (table for table in result.tables if "reason" in table.id)
    by_agent: Counter[tuple[str, ...]] = Counter()
    for *key, _, length in table.rows:
        by_agent[tuple(map(str, key))] += int(length)
    paused = {line.key: line.values[at] for line in result.lines if line.values[at]}
    assert by_agent == paused
    assert paused


@odd_days
def test_calls_handled_minus_the_second_person_of_each_are_the_calls_with_staff(where: Any, seed: int) -> None:
    d = day(*where, seed)
    staff = [row.staff_talking for record in d.records for row in rows(record).calls]
    more = sum(count - 1 for count in staff if count)
    assert number(values("agents", d)["handled"]) - more == sum(count > 0 for count in staff)


@odd_days
def test_the_queue_never_has_fewer_answers_than_its_agents(where: Any, seed: int) -> None:
    d = day(*where, seed)
    answered = sum(
        row.outcome == "answered" and row.queue is not None and row.way == "inbound"
        for record in d.records
        for row in rows(record).offers
    )
    assert answered <= number(values("queues", d)["answered"])


@odd_days
def test_every_rate_is_a_part_of_its_whole_and_the_service_levels_stand_in_their_order(where: Any, seed: int) -> None:
    d = day(*where, seed)
    for report in (REPORTS["agents"], REPORTS["dn"], REPORTS["queues"], REPORTS["devices"], by_queue((5, 20))):
        for interval in ("none", "60"):
            for line in told(report, d.asked(interval=interval), d.database).lines:
                of = dict(zip([f.id for f in report.figures if f.shown], line.values, strict=True))
                for figure in report.figures:
                    if figure.unit == "%" and isinstance(value := of.get(figure.id), Rate):
                        assert 0 <= value.numerator <= value.denominator, (report.name, figure.id, value)
                if "abandon_rate" in of:
                    one, other = of["answer_rate"], of["abandon_rate"]
                    assert isinstance(one, Rate)
                    assert isinstance(other, Rate)
                    assert one.numerator + other.numerator <= one.denominator
                if "sl_offered" in of:
                    _in_order(of)


def _in_order(of: dict[str, Value]) -> None:
    for low, high in (
        ("sl_offered", "sl_abandons_missed"), ("sl_abandons_missed", "sl_short_ignored"),
        ("sl_abandons_missed", "sl_abandons_ignored"), ("sl_abandons_missed", "sl_abandons_good"),
        ("sl_short_ignored", "sl_answered_only"), ("sl_abandons_ignored", "sl_answered_only"),
    ):  # fmt: skip
        one, other = of[low], of[high]
        assert isinstance(one, Rate)
        assert isinstance(other, Rate)
        if one.denominator and other.denominator:
            assert one.numerator * other.denominator <= other.numerator * one.denominator, (low, high)


@odd_days
def test_no_service_level_falls_as_the_limit_grows(where: Any, seed: int) -> None:
    d = day(*where, seed)
    limits = (1, 5, 10, 20, 30, 60)
    for report in (by_dn(limits), by_queue(limits)):
        for line in told(report, d.asked(), d.database).lines:
            of = dict(zip([f.id for f in report.figures if f.shown], line.values, strict=True))
            for level in ("sl_offered", "sl_abandons_missed", "sl_abandons_ignored", "sl_short_ignored",
                          "sl_abandons_good", "sl_answered_only"):  # fmt: skip
                rates = [of[f"{level}_{limit}"] for limit in limits]
                known = [rate for rate in rates if isinstance(rate, Rate) and rate.denominator]
                shares = [rate.numerator / rate.denominator for rate in known]
                assert shares == sorted(shares), level


@odd_days
def test_no_average_is_above_the_longest_and_one_call_at_least_is_there_at_once(where: Any, seed: int) -> None:
    d = day(*where, seed)
    for name in ("agents", "dn", "queues", "transfers", "supervision"):
        report = REPORTS[name]
        for line in told(report, d.asked(interval="60"), d.database).lines:
            for value in line.values:
                if isinstance(value, Lengths) and value.items:
                    assert value.total <= value.longest * value.items
                    assert value.p90 is None or value.p90 <= -(-value.longest // 1000)
    for line in told("dn", d.asked(), d.database).lines:
        of = dict(zip([f.id for f in REPORTS["dn"].figures if f.shown], line.values, strict=True))
        if any(r.dn == (None if line.key[0] == "–" else line.key[0]) and r.ended_at > r.started_at
               and r.direction != "internal" and r.consult_of is None for r in d.records):  # fmt: skip
            assert number(of["at_once"]) >= 1


@odd_days
def test_the_hours_of_the_days_on_which_clocks_change_are_all_there_once(where: Any, seed: int) -> None:
    zone, middle = where
    calendar = Calendar(ZoneInfo(zone), "60")
    start = calendar.midnight(date.fromisoformat(middle))
    end = calendar.midnight(date.fromisoformat(middle) + timedelta(days=1))
    found = {calendar.bucket(slot) for slot in range(start // 900_000, end // 900_000)}
    lengths = Counter(
        bucket.end - bucket.start for bucket in found if bucket and bucket.end and bucket.start is not None
    )
    assert sum(length * count for length, count in lengths.items()) == end - start
    assert len({bucket.label for bucket in found if bucket}) == len(found)


@odd_days
def test_writing_a_record_again_changes_no_figure(where: Any, seed: int) -> None:
    d = day(*where, seed)
    again = in_memory([msgspec.structs.replace(record, revision=2) for record in d.records], d.stretches)
    for name in REPORTS:
        assert totals(told(name, d.asked(), d.database)) == totals(told(name, d.asked(), again))


@odd_days
def test_a_filter_and_its_opposite_are_together_all(where: Any, seed: int) -> None:
    d = day(*where, seed)
    database: Database = d.database
    whole = number(values("dn", d)["concluded"])
    for one, other in (
        (Filters(complete=True), Filters(complete=False)),
        (Filters(tag=["queued"]), Filters(not_tag=["queued"])),
        (Filters(pbx=["pbx1"]), Filters(pbx=["pbx2"])),
        (Filters(dn=["8000", "8001"]), Filters(dn=["-"])),
    ):
        parts = [totals(told("dn", d.asked(filters=f), database))["concluded"] for f in (one, other)]
        assert sum(number(part) for part in parts) == whole, one


@odd_days
def test_what_the_settings_have_no_more_keeps_its_past(where: Any, seed: int) -> None:
    """Rule 17: every queue, DN and agent of the records has its line, whatever the settings name today."""
    d = day(*where, seed)
    of = {
        "queues": {(row.queue,) for r in d.records for row in rows(r).stays if row.way != "internal"},
        "dn": {(r.dn or "–",) for r in d.records if r.direction != "internal" and r.consult_of is None},
        "agents": {(row.pbx, row.agent) for r in d.records for row in rows(r).offers},
    }
    for name, keys in of.items():
        today = d.asked(targets={"8000": 1.0, "opened today": 5.0, "support": 1.0})
        lines = {line.key for line in told(name, today, d.database).lines}
        assert keys <= lines, name
        assert not {"opened today"} & {part for key in lines for part in key}
        before, after = (totals(told(name, asked, d.database)) for asked in (d.asked(), today))
        counts = [f.id for f in REPORTS[name].figures if f.shown and isinstance(f.made, Count)]
        assert {n: before[n] for n in counts} == {n: after[n] for n in counts}


def test_23_a_day_of_25_hours_has_two_o_clock_twice() -> None:
    calendar = Calendar(ZoneInfo("Europe/Berlin"), "60")
    start, end = (calendar.midnight(date(2026, 10, n)) for n in (25, 26))
    labels = list(
        dict.fromkeys(b.label for s in range(start // 900_000, end // 900_000) if (b := calendar.bucket(s)))
    )
    assert len(labels) == 25
    assert [label for label in labels if "02:00 " in label] == ["2026-10-25 02:00 +02:00", "2026-10-25 02:00 +01:00"]


def test_a_day_of_23_hours_has_no_two_o_clock() -> None:
    calendar = Calendar(ZoneInfo("Europe/Berlin"), "60")
    start, end = (calendar.midnight(date(2026, 3, n)) for n in (29, 30))
    labels = {b.label for s in range(start // 900_000, end // 900_000) if (b := calendar.bucket(s))}
    assert len(labels) == 23
    assert not any(" 02:00" in label for label in labels)


def test_the_last_week_of_2026_is_the_53rd() -> None:
    calendar = Calendar(ZoneInfo("Asia/Taipei"), "week")
    last = calendar.bucket(calendar.midnight(date(2027, 1, 3)) // 900_000)
    assert last is not None
    assert last.label == "2026-W53"


def test_a_pair_of_supervisor_and_agent_has_no_zero_in_the_columns_of_all_calls() -> None:
    result = told("supervision", asked(since="2026-03-01", until="2026-03-04"), in_memory([SUPERVISED]))
    named = [figure.id for figure in result.figures]
    rows = {line.key[1]: dict(zip(named, line.values, strict=True)) for line in result.lines}
    assert (rows["2001"]["monitored"], rows["2001"]["barged"]) == (1, 1)
    assert (rows["2001"]["handled"], rows["2001"]["supervised"]) == (None, None), "not known is empty, never 0"
    assert (rows["–"]["handled"], rows["–"]["supervised"]) == (1, 1)
