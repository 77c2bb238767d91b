"""Each number of a report beside the number that the script of its own comes to."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.reports.catalogue import LIMITS, REPORTS, by_queue, tags_by
from bridge.reports.database import Database
from bridge.reports.figures import Report
from bridge.reports.request import Request
from bridge.vocabulary.agent_state import StateRecord
from bridge.vocabulary.record import Record
from tests.reports import centre, recount
from tests.reports.asking import cells, told

OTHERS: dict[str, Report] = {"service-level/queue": by_queue(LIMITS)} | {
    f"tags/{by}": tags_by(by) for by in ("queue", "agent", "none")
}
MOST = {"at_once", "waiting_at_once"}
"""Figures that the script tries at every begin, without intervals."""
CLOCKS = ("15", "30", "60")


def compared(
    records: Sequence[Record], database: Database, report: str, request: Request, states: Sequence[StateRecord] = ()
) -> int:
    """How many numbers were the same; fails where one is not."""
    return same(recounted(records, report, request, states), database, report, request)


def recounted(
    records: Sequence[Record], report: str, request: Request, states: Sequence[StateRecord] = ()
) -> tuple[recount.Cells, recount.Counting]:
    """What the script of its own comes to."""
    return recount.recount(
        report, centre.lines(records), request.since, request.until, request.zone.key, request.interval,
        start=request.attribution == "start", states=centre.lines(states),
    )  # fmt: skip


def same(recounted: tuple[recount.Cells, recount.Counting], database: Database, report: str, request: Request) -> int:
    """How many numbers of a database are those of the script; fails where one is not."""
    counted, counting = recounted
    result = told(OTHERS.get(report) or REPORTS[report], request, database)
    shown = {figure.id for figure in result.figures}
    known = {(_plain(place, request), key): figures for (place, key), figures in cells(result).items()}
    equal = 0
    for (place, key), figures in counted.items():
        ours = {n: v for n, v in figures.items() if n.split("/")[0] in shown and (v != 0 or n.endswith("/p90"))}
        there = known.pop((_plain(place, request), key), {})
        assert there or not any(ours.values()), (report, place, key, ours)
        for name, value in ours.items():
            if name.endswith("/p90") and name not in there:
                continue  # only some lengths have one
            assert there.get(name, (0, 0) if value == (0, 0) else None) == value, (report, place, key, name)
            equal += 1
        # The script knows no catalogue: of a tag that nobody has, it is said that none of all calls has it.
        none = [(0, 0), (0, figures["calls"])] if report.startswith("tags") else [(0, 0)]
        more = {n: v for n, v in there.items() if n not in ours and n not in MOST and v not in none}
        assert not more, (report, place, key, more)
    for figures in known.values():  # what only the most at once know of has no row in the recount
        assert {name for name, value in figures.items() if value != (0, 0)} <= MOST, figures
    if request.interval == "none":
        found = cells(result)
        for (key, figure), spans in counting.spans.items():
            most = recount.most_at_once(spans, request.since, request.until)
            assert found["", key].get(figure, 0) == most, (key, figure)
            equal += 1
    return equal


def _plain(place: str, request: Request) -> str:
    """Offsets without their colon, as Python writes them."""
    return place.replace(":", "") if request.interval in CLOCKS else place
