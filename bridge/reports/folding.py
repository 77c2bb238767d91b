"""Folding the sums of the queries from parts of time to the intervals of a zone.

A report of a hundred agents by quarters of an hour has a hundred thousand cells. So the numbers of a query lie side
by side in one array, and what a cell's figures are made of is looked up once for all cells.
"""

from __future__ import annotations

import itertools
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any, NamedTuple

from bridge.reports.busiest import busiest
from bridge.reports.database import Row
from bridge.reports.figures import Count, Figure, Items, Latest, Longest, Missing, Most, Ratio, Report, Spent
from bridge.reports.periods import SLOT, WHOLE, Bucket
from bridge.reports.queries import Column
from bridge.reports.request import Request
from bridge.reports.result import Lengths, Line, Rate, Value

Key = tuple[str, ...]
Cell = tuple[int, Key]
"""The order of a bucket, and the values of the dimensions."""
Numbers = Any
"""What one query found for one cell: something that gives a whole number for each of its columns."""


class _Sums:
    """What one query found: so many numbers for each cell of which it knows something."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.numbers = array("q")
        self.starts: dict[int, int] = {}
        """Place of a cell to where its numbers begin."""
        self.total: Numbers = array("q", bytes(8 * width))

    def of(self, place: int) -> Numbers | None:
        start = self.starts.get(place)
        return self.numbers[start : start + self.width] if start is not None else None


class _Part(NamedTuple):
    """Figures that stand side by side and are made of the same query's numbers."""

    query: int | None
    """None: of several queries."""
    made: Callable[[Any], tuple[Value, ...]] | None
    """Of the numbers of the one query, or of a cell. None: they are the same in every cell."""
    nothing: tuple[Value, ...]
    """What they are in a cell of which the query knows nothing, or in every cell."""


def _merged(parts: Iterable[_Part]) -> Iterator[_Part]:
    """With what is the same in every cell in one piece."""
    same: tuple[Value, ...] = ()
    for part in parts:
        if part.made is None:
            same += part.nothing
            continue
        if same:
            yield _Part(None, None, same)
            same = ()
        yield part
    if same:
        yield _Part(None, None, same)


class Folding:
    """Sums by cell. Also the lines that come of them, made one by one: they may be many."""

    def __init__(self, report: Report, request: Request, as_of: int) -> None:
        self._depth = len(report.dimensions)
        self._figures = {figure.id: figure for figure in report.figures}
        self._shown = [figure for figure in report.figures if figure.shown]
        self._request = request
        self._as_of = as_of
        self._calendar = request.calendar()
        self._whole = self._calendar.is_whole
        self._grain = self._calendar.grain(request.since, request.until)
        self._buckets: dict[int, Bucket] = {}
        self._cells: dict[Cell, int] = {}
        """To its place, in no order."""
        self._keys: dict[Key, Key] = {}
        """Each once: in memory, a name is a name."""
        self._sums: list[_Sums] = []
        self._columns: dict[Column, tuple[int, int]] = {}
        """To query and position."""
        self._seconds: dict[str, dict[Cell | None, Counter[int]]] = {}
        self._parts: list[_Part] | None = None

    def sums(self, rows: Iterable[Row], columns: tuple[Column, ...]) -> None:
        depth = self._depth
        first = depth if self._whole else depth + 1
        most = {n for n, (_, part) in enumerate(columns) if part == "max"}
        sums = self._new(columns)
        numbers, starts, keys, cells = sums.numbers, sums.starts, self._keys, self._cells
        orders: dict[int, int | None] = {}
        for row in rows:
            number = 0 if self._whole else row[depth]
            found = orders[number] if number in orders else orders.setdefault(number, self._order(number))
            if found is None:
                continue
            key = row[:depth]
            start = starts.setdefault(cells.setdefault((found, keys.setdefault(key, key)), len(cells)), len(numbers))
            if start == len(numbers):
                numbers.extend(row[first:])
                continue
            for n, value in enumerate(row[first:]):
                there = numbers[start + n]
                numbers[start + n] = max(there, value) if n in most else there + value
        for n in range(sums.width):
            of_column = numbers[n :: sums.width]
            sums.total[n] = max(of_column, default=0) if n in most else sum(of_column)

    def spent(self, whole: Iterable[Row], across: Iterable[Row], columns: tuple[Column, ...]) -> None:
        """``whole``: dimensions, part of time, milliseconds of each figure. ``across``: stretches that lie in several
        parts, with begin, end, and of each figure whether it counts."""
        self.sums(itertools.chain(whole, self._cut(across)), columns)

    def _cut(self, across: Iterable[Row]) -> Iterator[Row]:
        depth = self._depth
        for row in across:
            began, ended = row[depth], row[depth + 1]
            for number, length in self._grain.cut(began, ended):
                yield (*row[:depth], number, *(length * flag for flag in row[depth + 2 :]))

    def spent_by(self, rows: Iterable[Row]) -> list[Row]:
        """Dimensions, a column and milliseconds, of stretches: in the parts of time that the filters leave in."""
        found: Counter[Row] = Counter()
        for *key, began, ended in rows:
            if self._calendar.is_unfiltered:
                found[tuple(key)] += ended - began
                continue
            for number, length in self._grain.cut(began, ended):
                if self._order(number) is not None:
                    found[tuple(key)] += length
        return [(*key, length) for key, length in found.items()]

    def _order(self, number: int) -> int | None:
        """Of the bucket of a part of time; None where the filters leave it out."""
        if self._whole:
            return WHOLE.order
        bucket = self._calendar.bucket(self._grain.slot(number))
        if bucket is None:
            return None
        self._buckets.setdefault(bucket.order, bucket)
        return bucket.order

    def _new(self, columns: tuple[Column, ...]) -> _Sums:
        self._columns |= {column: (len(self._sums), n) for n, column in enumerate(columns)}
        self._sums.append(_Sums(len(columns)))
        return self._sums[-1]

    def seconds(self, figure: str, rows: Iterable[Row]) -> None:
        depth = self._depth
        cells = self._seconds.setdefault(figure, {})
        for row in rows:
            order = self._order(0 if self._whole else row[depth])
            if order is not None:
                for cell in ((order, row[:depth]), None):
                    if cell not in cells:
                        cells[cell] = Counter()
                    cells[cell][row[-2]] += row[-1]

    def most(self, figure: str, rows: Iterable[Row]) -> None:
        """The most at one instant, of each key and of all together: kept by parts of time, then folded."""
        since, until = self._request.since, self._request.until
        stretches: dict[Key, tuple[array[int], array[int]]] = {}
        for row in rows:
            begins, ends = stretches.setdefault(row[: self._depth], (array("q"), array("q")))
            begins.append(max(row[-2], since))
            ends.append(min(row[-1], until))
        sums = self._new(((figure, "max"),))
        for key, (begins, ends) in stretches.items():
            for number, most in busiest(begins, ends, None if self._whole else self._grain):
                order = self._order(number)
                if order is None:
                    continue
                place = self._cells.setdefault((order, self._keys.setdefault(key, key)), len(self._cells))
                start = sums.starts.setdefault(place, len(sums.numbers))
                if start == len(sums.numbers):
                    sums.numbers.append(most)
                else:
                    sums.numbers[start] = max(sums.numbers[start], most)
        everything = array("q"), array("q")
        for of_key in stretches.values():
            for whole, some in zip(everything, of_key, strict=True):
                whole.extend(some)
        counted = busiest(*everything, None if self._calendar.is_unfiltered else self._grain)
        sums.total[0] = max(
            (most for n, most in counted if self._calendar.is_unfiltered or self._order(n) is not None), default=0
        )

    def __len__(self) -> int:
        return len(self._cells)

    def __iter__(self) -> Iterator[Line]:
        hours = self._hours() if self._request.interval in ("hour-of-day", "weekday-hour") else {}
        for cell in sorted(self._cells):
            bucket = self._buckets.get(cell[0], WHOLE)
            end = bucket.end if bucket.end is not None else self._request.until
            yield Line(bucket, cell[1], self.values(cell), end > self._as_of, hours.get(cell[0]))

    def _hours(self) -> Mapping[int, float]:
        """How many hours of the period each place of a profile had."""
        counted: Counter[int] = Counter()
        for slot in range(self._request.since // SLOT, -(-self._request.until // SLOT)):
            bucket = self._calendar.bucket(slot)
            if bucket is not None:
                counted[bucket.order] += 1
        return {order: slots / 4 for order, slots in counted.items()}

    def values(self, cell: Cell | None) -> tuple[Value, ...]:
        """Of the shown figures. None is everything."""
        if self._parts is None:
            self._parts = [*_merged(self._made())]
        place = self._cells[cell] if cell is not None else 0
        values: tuple[Value, ...] = ()
        for query, made, nothing in self._parts:
            if query is None:
                values += nothing if made is None else made(cell)
                continue
            sums = self._sums[query]
            numbers = sums.total if cell is None else sums.of(place)
            values += made(numbers) if made is not None and numbers is not None else nothing
        return values

    def _made(self) -> Iterator[_Part]:
        """How the shown figures come out of the numbers of a cell."""
        run: list[Callable[[Numbers], Value]] = []
        of: int | None = None
        for figure in self._shown:
            queries = {self._columns[column][0] for column in self._needs(figure)}
            known = self._columns[figure.known_by, "n"][0] if figure.known_by else None
            if known is not None:
                queries.add(known)
            query = queries.pop() if len(queries) == 1 and not _has_p90(figure) else None
            if run and query != of:
                yield self._part(of, run)
                run = []
            if isinstance(figure.made, Missing) or (known is not None and not self._sums[known].numbers):
                yield _Part(None, None, (None,))
                query = None
            elif query is None:
                yield _Part(None, self._of_several(figure), ())
            else:
                run.append(self._how(figure))
            of = query
        if run:
            yield self._part(of, run)

    def _part(self, query: int | None, run: list[Callable[[Numbers], Value]]) -> _Part:
        makers = tuple(run)

        def made(numbers: Numbers) -> tuple[Value, ...]:
            return tuple([make(numbers) for make in makers])

        sums = self._sums[query or 0]
        nothing = made((0,) * sums.width)
        return _Part(query, made, nothing) if sums.numbers else _Part(None, None, nothing)

    def _needs(self, figure: Figure) -> Iterator[Column]:
        match figure.made:
            case Count() | Spent():
                yield figure.id, "n"
            case Most() | Latest() | Longest():
                yield figure.id, "max"
            case Items():
                yield from ((figure.id, part) for part in ("n", "sum", "max"))
            case Ratio(over=over, under=under):
                yield from (self._summed(name) for name in (*over, *under))

    def _summed(self, name: str) -> Column:
        """The column that is the sum of a figure."""
        bare = name.removeprefix("-")
        return bare, "sum" if isinstance(self._figures[bare].made, Items) else "n"

    def _how(self, figure: Figure) -> Callable[[Numbers], Value]:
        """Of the numbers of the one query that it needs."""
        made = self._made_of(figure)
        if not figure.known_by:
            return made
        known = self._columns[figure.known_by, "n"][1]
        return lambda numbers: made(numbers) if numbers[known] > 0 else None

    def _made_of(self, figure: Figure) -> Callable[[Numbers], Value]:
        at = [self._columns[column][1] for column in self._needs(figure)]
        match figure.made:
            case Latest() | Longest():
                return lambda numbers: numbers[at[0]] or None
            case Items():
                n, total, longest = at
                return lambda numbers: Lengths(numbers[n], numbers[total], numbers[longest])
            case Ratio(over=over):
                return _rate([*zip(_signs(figure.made), at, strict=True)], len(over))
        return itemgetter(at[0])

    def _of_several(self, figure: Figure) -> Callable[[Cell | None], tuple[Value, ...]]:
        """Of a cell: the numbers of several queries, or lengths with how many seconds each was."""
        at = [self._columns[column] for column in self._needs(figure)]
        known = self._columns[figure.known_by, "n"] if figure.known_by else None

        def is_known(cell: Cell | None) -> bool:
            if known is None:
                return True
            query, n = known
            of = self._sums[query].total if cell is None else self._sums[query].of(self._cells[cell])
            return of is not None and of[n] > 0

        def numbers(cell: Cell | None) -> list[int]:
            if cell is None:
                return [self._sums[query].total[n] for query, n in at]
            place = self._cells[cell]
            return [of[n] if (of := self._sums[query].of(place)) is not None else 0 for query, n in at]

        match figure.made:
            case Items():
                seconds = self._seconds.get(figure.id)

                def lengths(cell: Cell | None) -> tuple[Value, ...]:
                    items, total, longest = numbers(cell)
                    p90 = percentile(seconds.get(cell, Counter())) if seconds is not None else None
                    return (Lengths(items, total, longest, p90) if is_known(cell) else None,)

                return lengths
            case Ratio(over=over):
                rate = _rate([*zip(_signs(figure.made), range(len(at)), strict=True)], len(over))
                return lambda cell: (rate(numbers(cell)) if is_known(cell) else None,)
        return lambda cell: (numbers(cell)[0] if is_known(cell) else None,)


def _has_p90(figure: Figure) -> bool:
    return isinstance(figure.made, Items) and figure.made.p90


def _signs(made: Ratio) -> list[int]:
    return [-1 if name.startswith("-") else 1 for name in (*made.over, *made.under)]


def _rate(places: list[tuple[int, int]], over: int) -> Callable[[Numbers], Rate]:
    """``places``: sign and place of each number, first the ``over`` many that are added up above the line."""
    above, below = places[:over], places[over:]
    if all(sign == 1 for sign, _ in places) and len(above) == 1:
        first, parts = above[0][1], tuple(n for _, n in below)
        return lambda numbers: Rate(numbers[first], sum([numbers[n] for n in parts]))
    return lambda numbers: Rate(
        sum([sign * numbers[n] for sign, n in above]), sum([sign * numbers[n] for sign, n in below])
    )


def percentile(seconds: Counter[int]) -> int | None:
    """The smallest whole number of seconds that at least 90 % of the items do not exceed."""
    reached, count = 0, seconds.total()
    for length in sorted(seconds):
        reached += seconds[length]
        if reached * 10 >= count * 9:
            return length
    return None
