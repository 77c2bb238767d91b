"""Computes a report: asks the queries, and folds what they return."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from bridge.config import Dn
from bridge.config.numbers import Numbers
from bridge.reports.database import Database, Row
from bridge.reports.figures import Most, Report, Spent
from bridge.reports.folding import Folding
from bridge.reports.queries import Builder
from bridge.reports.request import Request, chosen
from bridge.reports.result import Result, Table
from bridge.store.open_calls import EARLIEST, OLD
from bridge.store.uncalled import not_called_back
from bridge.vocabulary.language import Count


def compute(report: Report, request: Request, database: Database, as_of: int) -> Result:
    """The report as it is now. ``as_of``: now, in milliseconds since the epoch. Raises ``SinkError``."""
    condition, values, request = choice(request, database)
    builder = Builder(report, request, condition, most_of_all=_is_most(request, database), as_of=as_of)
    ((earliest_open,),) = database.ask(EARLIEST, {"fresh": as_of - OLD})
    folding = Folding(report, request, min(as_of, earliest_open or as_of))
    for query in builder.sums():
        folding.sums(database.ask(query.sql, values | builder.values), query.columns)
    for name, source in report.sources.items():
        cut = [figure for figure in report.figures if isinstance(figure.made, Spent) and figure.made.source == name]
        if cut:
            query, across = builder.spent(source, cut)
            given = values | builder.values
            rows = database.ask(across, given) if across is not None else ()
            folding.spent(database.ask(query.sql, given), rows, query.columns)
    for figure in report.figures:
        if (counted := builder.seconds(figure)) is not None:
            folding.seconds(figure.id, database.ask(counted, values | builder.values))
        if isinstance(figure.made, Most):
            folding.most(figure.id, database.ask(builder.lasting(figure.made), values | builder.values))
    tables = []
    found: Iterable[Row]
    for b in report.breakdowns:
        is_time = isinstance(report.figure(b.figure).made, Spent)
        if is_time:
            found = folding.spent_by(database.ask(builder.spent_by(b), values | builder.values))
        else:
            found = folding.counted_by(database.ask(builder.broken_down(b), values | builder.values))
        kept = tuple(dimension for dimension in report.dimensions if b.keeps(dimension))
        tables.append(Table(b.id, b.en, b.zh, kept, b.told(found), b.figure, is_time=is_time))
    notes = []
    calendar = request.calendar()
    for bridge in report.bridges if calendar.is_unfiltered else ():
        whole, less = next(iter(database.ask(builder.bridged(bridge), values | builder.values)))
        told = {"all": Count(whole), "less": Count(less), "rest": Count(whole - less)}
        notes.append((bridge.en.format(**told), bridge.zh.format(**told)))
    shown = tuple(figure for figure in report.figures if figure.shown)
    return Result(report, request, as_of, report.dimensions, shown, folding, folding.totals(), tables, notes)


def choice(request: Request, database: Database) -> tuple[str, dict[str, int | str], Request]:
    """The filters as a condition on calls with its values; and the request with the target of each number."""
    only = None
    if request.filters.not_called_back:
        only = not_called_back(database.ask, request.since, request.until, request.country)
    condition, values = chosen(request.filters, request.country, only)
    return condition, values, _with_targets(request, database)


def _with_targets(request: Request, database: Database) -> Request:
    """The request with the target of each single number in place of those of patterns."""
    targets = request.targets
    if not any(name.startswith("_") for name in targets):
        return request
    numbers = Numbers(Dn(number=name) for name in targets)
    known = [dn for (dn,) in database.ask("SELECT DISTINCT dn FROM calls WHERE dn IS NOT NULL", {})]
    meant = {dn: targets[found.number] for dn in known if (found := numbers.get(dn)) is not None}
    return dataclasses.replace(request, targets=meant)


def _is_most(request: Request, database: Database) -> bool:
    """Whether the period is a large part of all stored calls."""
    ((first, last),) = database.ask(EDGES, {})
    return first is not None and (request.until - request.since) * GOOD_PART > last - first


GOOD_PART = 4
"""The period is a large part if it is longer than one such part of the time of all calls."""
EDGES = "SELECT (SELECT min(started) FROM calls), (SELECT max(started) FROM calls)"
"""Two queries: each by itself is one look at the end of an index; one query for both would read the whole index."""
