"""The figures of a report as SELECTs: one for each source, by the values of its dimensions and by parts of time."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

from bridge.reports.figures import (
    Breakdown,
    Bridge,
    Count,
    Figure,
    Items,
    Latest,
    Longest,
    Most,
    Report,
    Source,
    Spent,
)
from bridge.reports.request import Request, chosen, of_role
from bridge.store.open_calls import OLD, seen_until
from bridge.store.row_tables import KINDS
from bridge.store.state_rows import IS_LONG, LONG

OWN = {"agent": "agent", "queue": "queue", "target": "agent", "by": "agent"}
"""By dimension, the filter that also chooses rows: if agents are filtered for, a report by agent counts only their
rows."""
Column = tuple[str, str]
"""A figure's id, and which part of it: ``n``, ``sum`` or ``max``."""


class Query(NamedTuple):
    """One SELECT, and the parts of figures that it returns."""

    sql: str
    columns: tuple[Column, ...]
    """The columns after the dimensions and, if there is one, the part of time."""


class Builder:
    """Makes the queries of one report and one request."""

    def __init__(
        self, report: Report, request: Request, chosen: str, *, most_of_all: bool = False, as_of: int
    ) -> None:
        """``chosen``: the condition on calls. ``most_of_all``: the period is a large part of everything stored.
        ``as_of``: stretches that last count up to this time, or up to the last word of the service that followed
        their PBX."""
        self._report = report
        self._request = request
        self._chosen = f"record_id IN (SELECT record_id FROM calls WHERE {chosen})" if chosen else "1 = 1"
        calendar = request.calendar()
        self._sloted = not calendar.is_whole
        self._grain = calendar.grain(request.since, request.until)
        # Then it is faster to read rows in the order of an index by person than in that of time, and to sort.
        self._sign = "+" if most_of_all and not self._sloted else ""
        self.values: dict[str, int | str] = {"since": request.since, "until": request.until}
        self._as_of = as_of
        self._limit = self._limits()

    def sums(self) -> list[Query]:
        """Counts, sums and longest: one query for each source that some figure needs."""
        queries = []
        for name, source in self._report.sources.items():
            columns: dict[Column, str] = {}
            for figure in self._report.figures:
                if getattr(figure.made, "source", None) == name:
                    columns |= self._columns(figure)
            if columns:
                made = ", ".join(columns.values())
                queries.append(Query(self._select(source, made), tuple(columns)))
        return queries

    def _columns(self, figure: Figure) -> dict[Column, str]:
        match figure.made:
            case Count(where=where):
                if where == "1 = 1":
                    return {(figure.id, "n"): "count(*)"}
                return {(figure.id, "n"): f"count(*) FILTER (WHERE {self._filled(where)})"}
            case Items(sql=sql, where=where, times=times, longest=longest):
                here = f"FILTER (WHERE ({self._filled(where)}) AND ({sql}) IS NOT NULL)"
                return {
                    (figure.id, "n"): f"coalesce(sum({times}) {here}, 0)" if times else f"count(*) {here}",
                    (figure.id, "sum"): f"coalesce(sum({sql}) {here}, 0)",
                    (figure.id, "max"): f"coalesce(max({longest or sql}) {here}, 0)",
                }
            case Latest(where=where):
                return {(figure.id, "max"): f"coalesce(max(at) FILTER (WHERE {where}), 0)"}
            case Longest(sql=sql, where=where):
                return {(figure.id, "max"): f"coalesce(max({sql}) FILTER (WHERE {where}), 0)"}
        return {}

    def spent(self, source: Source, figures: Sequence[Figure]) -> tuple[Query, str | None]:
        """Time in states. First the stretches that lie in one part of time, added up; then the others, one by one:
        dimensions, begin, end, and for each figure whether it counts. If the period is one part, there are no
        others."""
        wheres = [figure.made.where for figure in figures if isinstance(figure.made, Spent)]
        inner, keys = self._cut(source), ", ".join(f"k{n}" for n in range(len(source.keys)))
        sums = ", ".join(f"coalesce(sum(ended - began) FILTER (WHERE {where}), 0)" for where in wheres)
        columns = tuple((figure.id, "n") for figure in figures)
        if not self._sloted:
            return Query(f"SELECT {keys}, {sums} FROM ({inner}) AS cut GROUP BY {keys}", columns), None
        first, last = self._grain.of("began"), self._grain.of("(ended - 1)")
        whole = (
            f"SELECT {keys}, {first}, {sums} FROM ({inner}) AS cut WHERE {first} = {last} GROUP BY {keys}, {first}"
        )
        flags = ", ".join(f"CASE WHEN {where} THEN 1 ELSE 0 END" for where in wheres)
        return Query(whole, columns), (
            f"SELECT {keys}, began, ended, {flags} FROM ({inner}) AS cut WHERE {first} <> {last}"
        )

    def spent_by(self, breakdown: Breakdown) -> str:
        """Stretches one by one: dimensions, a column, begin and end."""
        made = self._report.figure(breakdown.figure).made
        assert isinstance(made, Spent)
        source = self._report.sources[made.source]
        keys = ", ".join(f"k{n}" for n in range(len(source.keys)))
        return f"SELECT {keys}, {breakdown.column}, began, ended FROM ({self._cut(source)}) AS cut WHERE {made.where}"

    def _cut(self, source: Source) -> str:
        """The stretches that touch the period, cut at its borders. Long ones are few, and have an index of their
        own."""
        self.values |= {"as_of": self._as_of, "fresh": self._as_of - OLD}
        keys = ", ".join(f"{key} AS k{n}" for n, key in enumerate(source.keys))
        end = f"coalesce(until, {seen_until(f'{source.table}.pbx')})"
        return (
            f"SELECT {keys}, {source.table}.*, CASE WHEN since < :since THEN :since ELSE since END AS began, "
            f"CASE WHEN {end} > :until THEN :until ELSE {end} END AS ended FROM {source.table} "
            f"WHERE (since >= :since - {LONG} OR {IS_LONG}) AND since < :until AND {end} > :since "
            f"AND since < {end} AND ({source.where}) AND {self._rows(source)}"
        )

    def seconds(self, figure: Figure) -> str | None:
        """How many items took how many whole seconds, rounded up, for the 90th percentile."""
        if not isinstance(figure.made, Items) or not figure.made.p90:
            return None
        sql, where = figure.made.sql, f"({self._filled(figure.made.where)}) AND ({figure.made.sql}) IS NOT NULL"
        return self._select(self._report.sources[figure.made.source], "count(*)", where, f"(({sql}) + 999) / 1000")

    def lasting(self, made: Most) -> str:
        """Every stretch that touches the period, cut at its borders, in no order: dimensions, since, until."""
        source = self._report.sources[made.source]
        since = f"CASE WHEN {made.since} < :since THEN :since ELSE {made.since} END"
        until = f"CASE WHEN {made.until} > :until THEN :until ELSE {made.until} END"
        return (
            f"SELECT {', '.join((*source.keys, since, until))} FROM {source.table} "
            f"WHERE {made.until} > :since AND {made.since} < :until AND {made.since} < {made.until} "
            f"AND ({source.where}) AND ({made.where}) AND {self._rows(source)}"
        )

    def broken_down(self, breakdown: Breakdown) -> str:
        """Dimensions, a column, if there is one the part of time, and the count."""
        made = self._report.figure(breakdown.figure).made
        assert isinstance(made, Count)
        source = self._report.sources[made.source]
        at, keys = self._at(source), [*self._kept(source, breakdown), breakdown.column]
        if self._sloted:
            keys.append(self._grain.of(at))
        return (
            f"SELECT {', '.join(keys)}, count(*) FROM {source.table} WHERE {at} >= :since AND {at} < :until "
            f"AND ({source.where}) AND ({self._filled(made.where)}) "
            f"AND {self._rows(source)} GROUP BY {', '.join(str(n + 1) for n in range(len(keys)))}"
        )

    def _kept(self, source: Source, breakdown: Breakdown | None) -> list[str]:
        """The columns of the report's dimensions, or of those by which a breakdown is too."""
        of = zip(self._report.dimensions, source.keys, strict=True)
        return [key for dimension, key in of if breakdown is None or breakdown.keeps(dimension)]

    @staticmethod
    def is_of_rows(figure: Figure) -> bool:
        """Whether a figure counts rows, so that a list can show them one by one."""
        return isinstance(figure.made, Count | Latest | Spent) or (
            isinstance(figure.made, Items) and not figure.made.times
        )

    def behind(
        self,
        figure: Figure,
        key: Sequence[str] | None,
        own: Sequence[str],
        part: tuple[Breakdown, str] | None = None,
    ) -> str:
        """The rows that a figure counts: record, moment, number in the record, and columns of their own. For time
        in a state these are stretches, cut at the borders of the period; their moment is their beginning within
        it. ``key``: the values of the dimensions, if only one line's rows are wanted. ``part``: a breakdown of the
        figure and a value of its column, if only those rows are wanted."""
        assert isinstance(figure.made, Count | Latest | Items | Spent)
        source = self._report.sources[figure.made.source]
        at, table = self._at(source), source.table
        if isinstance(figure.made, Spent):
            at, table, where = "began", f"({self._cut(source)}) AS cut", [figure.made.where]
        else:
            where = [
                f"{at} >= :since",
                f"{at} < :until",
                source.where,
                self._filled(figure.made.where),
                self._rows(source),
            ]
        if isinstance(figure.made, Items):
            where.append(f"({figure.made.sql}) IS NOT NULL")
        wanted = [*zip(self._kept(source, part[0] if part else None), key or (), strict=False)]
        if part is not None:
            wanted.append((part[0].column, part[1]))
        for n, (column, value) in enumerate(wanted):
            self.values[f"key_{n}"] = value
            where.append(f"{column} = :key_{n}")
        number = "n" if source.table in KINDS and source.table != "calls" else "0"
        if source.of_states:
            length = "ended - began" if isinstance(figure.made, Spent) else "until - since"
            own = [f"{length} AS counted" if column == "counted" else column for column in own]
        columns = ", ".join((f"{_record(source)} AS record_id", f"{at} AS moment", f"{number} AS row_n", *own))
        return f"SELECT {columns} FROM {table} WHERE {' AND '.join(f'({one})' for one in where)}"

    def longest(self, figure: Figure, wanted: Sequence[tuple[tuple[str, ...], int]]) -> str:
        """The rows that are as long as the longest of some lines: dimensions, moment, length, record. ``wanted``:
        key and length."""
        assert isinstance(figure.made, Items)
        source, length = self._report.sources[figure.made.source], figure.made.longest or figure.made.sql
        at, of = self._at(source), self._filled(figure.made.where)
        tuples = []
        for n, (key, most) in enumerate(wanted):
            names = [f"longest_{n}_{place}" for place in range(len(key))]
            self.values |= dict(zip(names, key, strict=True)) | {f"longest_{n}": most}
            tuples.append(f"({', '.join(f':{name}' for name in (*names, f'longest_{n}'))})")
        return (
            f"SELECT {', '.join((*source.keys, at, length, _record(source)))} FROM {source.table} "
            f"WHERE {at} >= :since AND {at} < :until AND ({source.where}) AND ({of}) AND {self._rows(source)} "
            f"AND ({', '.join((*source.keys, length))}) IN (VALUES {', '.join(tuples)})"
        )

    def bridged(self, bridge: Bridge) -> str:
        """One row: how many there are, and how many of them are subtracted."""
        source = self._report.sources[bridge.source]
        at = self._at(source)
        return (
            f"SELECT count(*), {bridge.less} FROM {source.table} WHERE {at} >= :since AND {at} < :until "
            f"AND ({source.where}) AND ({bridge.where}) AND {self._rows(source)}"
        )

    def _select(self, source: Source, made: str, where: str = "1 = 1", more: str | None = None) -> str:
        at = self._at(source)
        sign = self._sign if at == "at" else ""
        keys = list(source.keys)
        if self._sloted:
            keys.append(self._grain.of(at))
        if more is not None:
            keys.append(more)
        # By time first: rows are read in that order, and numbers are sorted faster than names.
        places = sorted(range(len(keys)), key=lambda n: n != len(source.keys)) if self._sloted else range(len(keys))
        group = f" GROUP BY {', '.join(str(n + 1) for n in places)}" if keys else ""
        return (
            f"SELECT {', '.join((*keys, made))} FROM {source.table} "
            f"WHERE {sign}{at} >= :since AND {sign}{at} < :until AND ({source.where}) "
            f"AND ({where}) AND {self._rows(source)}{group}"
        )

    def _at(self, source: Source) -> str:
        return "started" if self._request.attribution == "start" and not source.of_states else source.at

    def _rows(self, source: Source) -> str:
        """The condition for the chosen records. If a report is by something that is filtered for, also for its
        rows."""
        found = [self._of_states() if source.of_states else self._chosen]
        for dimension, column in zip(self._report.dimensions, source.keys, strict=True):
            name = OWN.get(dimension.id)
            given = getattr(self._request.filters, name) if name is not None else ()
            if given:
                self.values |= {f"own_{name}_{n}": value for n, value in enumerate(given)}
                found.append(f"{column} IN ({', '.join(f':own_{name}_{n}' for n in range(len(given)))})")
            if self._request.filters.role and dimension.id in ("agent", "role"):
                names = [f"own_role_{n}" for n in range(len(self._request.filters.role))]
                self.values |= dict(zip(names, self._request.filters.role, strict=True))
                roles = ", ".join(f":{each}" for each in names)
                found.append(f"role IN ({roles})" if dimension.id == "role" else of_role(column, roles))
        return " AND ".join(found)

    def _of_states(self) -> str:
        """Stretches belong to a PBX and an agent, not to a call. If calls are chosen by anything else, no stretch
        is counted."""
        filters = self._request.filters
        others = dataclasses.replace(filters, pbx=(), agent=(), role=())
        if others.not_called_back or chosen(others, None, None)[0]:
            return "1 = 0"
        self.values |= {f"states_pbx_{n}": name for n, name in enumerate(filters.pbx)}
        names = ", ".join(f":states_pbx_{n}" for n in range(len(filters.pbx)))
        return f"pbx IN ({names})" if names else "1 = 1"

    def _filled(self, where: str) -> str:
        if "$" not in where:
            return where
        short = self._request.short_abandon
        call = "short = 1" if short is None else f"outcome_at - started <= {round(short * 1000)}"
        stay = self._request.short_stay if short is None else short
        return (
            where.replace("$SHORT_CALL", call)
            .replace("$SHORT_STAY", str(round(stay * 1000)))
            .replace("$N", self._limit)
        )

    def _limits(self) -> str:
        """The limit of a service level in milliseconds: the one asked for, or that of each DN and queue."""
        asked = self._request.answered_within
        default = str(round((asked[0] if asked else 20.0) * 1000))
        own = {name: limit for name, limit in self._request.targets.items() if limit is not None}
        if not own:
            return default
        column = "queue" if any(d.id == "queue" for d in self._report.dimensions) else "dn"
        whens = []
        for n, (name, limit) in enumerate(own.items()):
            self.values[f"target_{n}"] = name
            whens.append(f"WHEN :target_{n} THEN {round(limit * 1000)}")
        return f"CASE {column} {' '.join(whens)} ELSE {default} END"


def _record(source: Source) -> str:
    """SQL for the record of a row. A stretch of an agent has that of its call; a stretch of a device has none."""
    if source.of_states:
        return "of_record" if source.table == "agent_states" else "NULL"
    return "record_id"
