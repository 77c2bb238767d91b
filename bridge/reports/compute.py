"""Computing a report: the sums of the queries, folded from quarters of an hour to the intervals of a zone."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

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
ALL: Key = ()


def compute(report: Report, request: Request, database: Database, as_of: int) -> Result:
    """``as_of``: now, milliseconds. Raises ``SinkError``."""
    only = None
    if request.filters.not_called_back:
        only = not_called_back(database.ask, request.since, request.until, request.country)
    condition, values = chosen(request.filters, request.country, only)
    builder = Builder(report, request, condition)
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
    shown = tuple(figure for figure in report.figures if figure.shown)
    return Result(report, request, as_of, report.dimensions, shown, folding, folding.values(None), tables, [])


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
        whole = cells[None]
        for row in rows:
            bucket = WHOLE if self._whole else self._calendar.bucket(row[depth])
            if bucket is None:
                continue
            self._buckets[bucket.order] = bucket
            cell: Cell = (bucket.order, row[:depth])
            of_cell = cells.get(cell)
            if of_cell is None:
                of_cell = cells[cell] = array("q", bytes(8 * len(columns)))
            for n in added:
                value = row[first + n] or 0
                of_cell[n] += value
                whole[n] += value
            for n in most:
                value = row[first + n] or 0
                of_cell[n] = max(of_cell[n], value)
                whole[n] = max(whole[n], value)

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
        return tuple(self._value(figure, cell) for figure in self._shown)

    def _value(self, figure: Figure, cell: Cell | None) -> Value:
        match figure.made:
            case Missing():
                return None
            case Count():
                return self._part(figure.id, "n", cell)
            case Most():
                return self._part(figure.id, "max", cell)
            case Latest():
                return self._part(figure.id, "max", cell) or None
            case Items(p90=p90):
                count = self._part(figure.id, "n", cell)
                seconds = percentile(self._seconds.get(figure.id, {}).get(cell, Counter())) if p90 else None
                return Lengths(count, self._part(figure.id, "sum", cell), self._part(figure.id, "max", cell), seconds)
            case Ratio(over=over, under=under):
                return Rate(self._added(over, cell), self._added(under, cell))

    def _added(self, ids: Iterable[str], cell: Cell | None) -> int:
        total = 0
        for name in ids:
            bare = name.removeprefix("-")
            part = "sum" if isinstance(self._figures[bare].made, Items) else "n"
            total += self._part(bare, part, cell) * (-1 if name != bare else 1)
        return total

    def _part(self, figure: str, part: str, cell: Cell | None) -> int:
        query, place = self._places[figure, part]
        of_cell = self._sums[query].get(cell)
        return of_cell[place] if of_cell is not None else 0


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
