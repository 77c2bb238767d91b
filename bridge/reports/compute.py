"""Computing a report: the sums of the queries, folded from quarters of an hour to the intervals of a zone."""

from __future__ import annotations

import dataclasses
import functools
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from bridge.config import Dn
from bridge.config.numbers import Numbers
from bridge.reports.database import Database, Row
from bridge.reports.figures import Count, Figure, Items, Latest, Missing, Most, Ratio, Report
from bridge.reports.periods import SLOT, WHOLE, Bucket, Calendar
from bridge.reports.queries import Builder, Column
from bridge.reports.request import Request, chosen
from bridge.reports.result import Lengths, Line, Rate, Result, Table, Value
from bridge.store.uncalled import not_called_back

Key = tuple[str, ...]
Cell = tuple[int, Key]
"""The order of a bucket, and the values of the dimensions."""
Make = Callable[[list["array[int]"], Cell | None], Value]
"""A figure out of the sums of each query in one cell."""


def compute(report: Report, request: Request, database: Database, as_of: int) -> Result:
    """``as_of``: now, milliseconds. Raises ``SinkError``."""
    only = None
    if request.filters.not_called_back:
        only = not_called_back(database.ask, request.since, request.until, request.country)
    condition, values = chosen(request.filters, request.country, only)
    request = _with_targets(request, database)
    builder = Builder(report, request, condition, most_of_all=_is_most(request, database))
    folding = _Folding(report, request, as_of)
    for query in builder.sums():
        folding.sums(database.ask(query.sql, values | builder.values), query.columns)
    for figure in report.figures:
        if (counted := builder.seconds(figure)) is not None:
            folding.seconds(figure.id, database.ask(counted, values | builder.values))
        if isinstance(figure.made, Most):
            folding.most(figure.id, database.ask(builder.lasting(figure.made), values | builder.values))
    tables = [
        Table(b.id, b.en, b.zh, report.dimensions, b.told(
            database.ask(builder.broken_down(b.source, b.column, b.where), values | builder.values)
        ))
        for b in report.breakdowns
    ]  # fmt: skip
    notes = []
    calendar = request.calendar()
    for bridge in report.bridges if calendar.is_unfiltered else ():
        whole, less = next(iter(database.ask(builder.bridged(bridge), values | builder.values)))
        told = {"all": whole, "less": less, "rest": whole - less}
        notes.append((bridge.en.format(**told), bridge.zh.format(**told)))
    shown = tuple(figure for figure in report.figures if figure.shown)
    return Result(report, request, as_of, report.dimensions, shown, folding, folding.values(None), tables, notes)


def _with_targets(request: Request, database: Database) -> Request:
    """With the target of each number in place of those of patterns."""
    targets = request.targets
    if not any(name.startswith("_") for name in targets):
        return request
    numbers = Numbers(Dn(number=name) for name in targets)
    known = [dn for (dn,) in database.ask("SELECT DISTINCT dn FROM calls WHERE dn IS NOT NULL", {})]
    meant = {dn: targets[found.number] for dn in known if (found := numbers.get(dn)) is not None}
    return dataclasses.replace(request, targets=meant)


def _is_most(request: Request, database: Database) -> bool:
    """Whether the period is a good part of all calls."""
    first, last = next(iter(database.ask("SELECT min(started), max(started) FROM calls", {})))
    return first is not None and (request.until - request.since) * GOOD_PART > last - first


GOOD_PART = 4


class _Folding:
    """Sums by source, cell and column. Also the lines that come of them, made one by one: they may be many."""

    def __init__(self, report: Report, request: Request, as_of: int) -> None:
        self._depth = len(report.dimensions)
        self._figures = {figure.id: figure for figure in report.figures}
        self._shown = [figure for figure in report.figures if figure.shown]
        self._request = request
        self._as_of = as_of
        self._calendar: Calendar = request.calendar()
        self._whole = self._calendar.is_whole
        self._buckets: dict[int, Bucket] = {}
        self._sums: list[dict[Cell | None, array[int]]] = []
        """By query, then by cell: a number for each column. None is everything."""
        self._places: dict[Column, tuple[int, int]] = {}
        """Query and position of a column."""
        self._seconds: dict[str, dict[Cell | None, Counter[int]]] = {}

    def sums(self, rows: Iterable[Row], columns: tuple[Column, ...]) -> None:
        depth = self._depth
        first = depth if self._whole else depth + 1
        most = [n for n, (_, part) in enumerate(columns) if part == "max"]
        added = [n for n, (_, part) in enumerate(columns) if part != "max"]
        cells = self._new(columns)
        for row in rows:
            bucket = WHOLE if self._whole else self._calendar.bucket(row[depth])
            if bucket is None:
                continue
            self._buckets[bucket.order] = bucket
            cell: Cell = (bucket.order, row[:depth])
            values = array("q", [value or 0 for value in row[first:]])
            of_cell = cells.get(cell)
            if of_cell is None:
                cells[cell] = values
                continue
            for n in added:
                of_cell[n] += values[n]
            for n in most:
                of_cell[n] = max(of_cell[n], values[n])
        every = [of_cell for cell, of_cell in cells.items() if cell is not None]
        whole = cells[None]
        for n in added:
            whole[n] = sum([of_cell[n] for of_cell in every])
        for n in most:
            whole[n] = max([of_cell[n] for of_cell in every], default=0)

    def _new(self, columns: tuple[Column, ...]) -> dict[Cell | None, array[int]]:
        self._places |= {column: (len(self._sums), n) for n, column in enumerate(columns)}
        self._sums.append({None: array("q", bytes(8 * len(columns)))})
        return self._sums[-1]

    def seconds(self, figure: str, rows: Iterable[Row]) -> None:
        depth = self._depth
        cells = self._seconds.setdefault(figure, {})
        for row in rows:
            bucket = WHOLE if self._whole else self._calendar.bucket(row[depth])
            if bucket is not None:
                for cell in ((bucket.order, row[:depth]), None):
                    cells.setdefault(cell, Counter())[row[-2]] += row[-1]

    def most(self, figure: str, rows: Iterable[Row]) -> None:
        """The most at one instant, of each key and of all together: kept by quarters of an hour, then folded."""
        stretches: dict[Key | None, list[tuple[int, int]]] = {}
        for row in rows:
            bounds = max(row[-2], self._request.since), min(row[-1], self._request.until)
            for key in (row[: self._depth], None):
                stretches.setdefault(key, []).append(bounds)
        cells = self._new(((figure, "max"),))
        for key, found in stretches.items():
            for slot, most in _busiest(found, self._whole):
                bucket = WHOLE if self._whole else self._calendar.bucket(slot)
                if bucket is None:
                    continue
                self._buckets[bucket.order] = bucket
                of_cell = cells.setdefault((bucket.order, key) if key is not None else None, array("q", (0,)))
                of_cell[0] = max(of_cell[0], most)

    def __len__(self) -> int:
        return len(self._cells())

    def __iter__(self) -> Iterator[Line]:
        hours = self._hours() if self._request.interval in ("hour-of-day", "weekday-hour") else {}
        for cell in sorted(self._cells()):
            bucket = self._buckets[cell[0]]
            end = bucket.end if bucket.end is not None else self._request.until
            yield Line(bucket, cell[1], self.values(cell), end > self._as_of, hours.get(cell[0]))

    def _cells(self) -> set[Cell]:
        return {cell for cells in self._sums for cell in cells if cell is not None}

    def _hours(self) -> Mapping[int, float]:
        """How many hours of the period each place of a profile had."""
        counted: Counter[int] = Counter()
        for slot in range(self._request.since // SLOT, -(-self._request.until // SLOT)):
            bucket = self._calendar.bucket(slot)
            if bucket is not None:
                counted[bucket.order] += 1
        return {order: slots / 4 for order, slots in counted.items()}

    def values(self, cell: Cell | None) -> tuple[Value, ...]:
        """Of the shown figures."""
        sums = [cells.get(cell, empty) for cells, empty in zip(self._sums, self._empty(), strict=True)]
        return tuple([value(sums, cell) for value in self._made()])

    @functools.cache  # noqa: B019 (as long as the result itself)
    def _empty(self) -> list[array[int]]:
        """Sums of a query in a cell of which it knows nothing."""
        return [array("q", bytes(8 * len(cells[None]))) for cells in self._sums]

    @functools.cache  # noqa: B019
    def _made(self) -> list[Make]:
        """How each shown figure comes out of the sums of a cell: looked up once, for cells may be many."""
        return [self._how(figure) for figure in self._shown]

    def _how(self, figure: Figure) -> Make:
        match figure.made:
            case Missing():
                return lambda sums, cell: None
            case Count():
                return self._part(figure.id, "n")
            case Most():
                return self._part(figure.id, "max")
            case Latest():
                latest = self._part(figure.id, "max")
                return lambda sums, cell: latest(sums, cell) or None
            case Items(p90=p90):
                query, n = self._places[figure.id, "n"]
                total, longest = n + 1, n + 2  # as the query has them
                if not p90:
                    return lambda sums, cell: Lengths(sums[query][n], sums[query][total], sums[query][longest])
                seconds = self._seconds.get(figure.id, {})
                return lambda sums, cell: Lengths(
                    sums[query][n], sums[query][total], sums[query][longest], percentile(seconds.get(cell, Counter()))
                )
            case Ratio(over=over, under=under):
                above, below = self._added(over), self._added(under)
                return lambda sums, cell: Rate(
                    sum([sign * sums[q][n] for sign, q, n in above]), sum([sign * sums[q][n] for sign, q, n in below])
                )

    def _part(self, figure: str, part: str) -> Callable[[list[array[int]], Cell | None], int]:
        query, place = self._places[figure, part]
        return lambda sums, cell: sums[query][place]

    def _added(self, ids: Iterable[str]) -> list[tuple[int, int, int]]:
        """Sign, query and place of each."""
        found = []
        for name in ids:
            bare = name.removeprefix("-")
            part = "sum" if isinstance(self._figures[bare].made, Items) else "n"
            found.append((-1 if name != bare else 1, *self._places[bare, part]))
        return found


def percentile(seconds: Counter[int]) -> int | None:
    """The smallest whole number of seconds that at least 90 % of the items do not exceed."""
    reached, count = 0, seconds.total()
    for length in sorted(seconds):
        reached += seconds[length]
        if reached * 10 >= count * 9:
            return length
    return None


def _busiest(stretches: Iterable[tuple[int, int]], whole: bool) -> Iterator[tuple[int, int]]:
    """The most at once in each quarter of an hour, or (``whole``) at all. At one instant ends go before begins."""
    turns: list[tuple[int, int]] = []
    for since, until in stretches:
        turns += ((since, 1), (until, -1))
    turns.sort()
    now, most, before = 0, 0, 0
    slots: dict[int, int] = {}
    for at, turn in turns:
        if now and at > before and not whole:
            for slot in range(before // SLOT, (at - 1) // SLOT + 1):
                slots[slot] = max(slots.get(slot, 0), now)
        if now and at > before:
            most = max(most, now)
        now, before = now + turn, at
    yield from [(0, most)] if whole else slots.items()
