"""Folding the sums of the queries from parts of time to the intervals of a zone.

A report of a hundred agents by quarters of an hour has a hundred thousand cells. So the numbers of a query lie side
by side in one array, and figures are made column by column, of some hundred cells at a time.
"""

from __future__ import annotations

import functools
import itertools
import operator
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from bridge.reports.busiest import busiest
from bridge.reports.database import Row
from bridge.reports.figures import Count, Figure, Items, Latest, Longest, Missing, Most, Ratio, Report, Spent
from bridge.reports.periods import SLOT, WHOLE, Bucket
from bridge.reports.queries import Column
from bridge.reports.request import Request
from bridge.reports.result import Lengths, Line, Rate, Value

Key = tuple[str, ...]
"""The values of the dimensions."""
Place = int | None
"""Of a cell, which is a key in a bucket. None is everything."""
Numbers = Sequence[int]
"""One for each of some cells."""
Found = Sequence[Sequence[Numbers]]
"""What each query found for some cells, by column."""
Make = Callable[[Found, Sequence[Place]], Iterable[Value]]
"""A figure of some cells."""
AT_ONCE = 500
"""Cells whose figures are made together: they are in memory at once."""


class _Sums:
    """What one query found: so many numbers for each cell of which it knows something."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.numbers = array("q", bytes(8 * width))
        """Those of a cell of which it knows nothing come first."""
        self.starts: dict[int, int] = {}
        """Place of a cell to where its numbers begin."""
        self.total = array("q", self.numbers)

    def of(self, places: Sequence[int]) -> Sequence[Numbers]:
        """By column."""
        if not self.starts:
            return [(0,) * len(places)] * self.width
        starts = map(self.starts.get, places, itertools.repeat(0))
        return [*zip(*[self.numbers[start : start + self.width] for start in starts], strict=True)]


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
        self._places: dict[Key, dict[int, int]] = {}
        """Of each key, the order of a bucket to the place of the cell."""
        self._count = 0
        """Of cells."""
        self._sums: list[_Sums] = []
        self._columns: dict[Column, tuple[int, int]] = {}
        """To query and position."""
        self._seconds: dict[str, dict[Place, Counter[int]]] = {}

    def sums(self, rows: Iterable[Row], columns: tuple[Column, ...]) -> None:
        depth = self._depth
        first = depth if self._whole else depth + 1
        most = {n for n, (_, part) in enumerate(columns) if part == "max"}
        sums, order_of = self._new(columns), functools.cache(self._order)
        numbers, starts = sums.numbers, sums.starts
        for row in rows:
            order = order_of(0 if self._whole else row[depth])
            if order is None:
                continue
            start = starts.setdefault(self._place(row[:depth], order), len(numbers))
            if start == len(numbers):
                numbers.extend(row[first:])
                continue
            for n, value in enumerate(row[first:], start):
                numbers[n] = max(numbers[n], value) if n - start in most else numbers[n] + value
        for n in range(sums.width):
            of_column = numbers[n :: sums.width]
            sums.total[n] = max(of_column) if n in most else sum(of_column)

    def _place(self, key: Key, order: int) -> int:
        of_key = self._places.get(key)
        if of_key is None:
            of_key = self._places[key] = {}
        place = of_key.setdefault(order, self._count)
        self._count += place == self._count
        return place

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
        cells = self._seconds.setdefault(figure, {None: Counter()})
        for row in rows:
            order = self._order(0 if self._whole else row[depth])
            if order is not None:
                for place in (self._place(row[:depth], order), None):
                    if place not in cells:
                        cells[place] = Counter()
                    cells[place][row[-2]] += row[-1]

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
                start = sums.starts.setdefault(self._place(key, order), len(sums.numbers))
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
        return self._count

    def __iter__(self) -> Iterator[Line]:
        hours = self._hours() if self._request.interval in ("hour-of-day", "weekday-hour") else {}
        keys, makers = sorted(self._places), self._makers()
        cells = sorted((order, n, at) for n, key in enumerate(keys) for order, at in self._places[key].items())
        for begin in range(0, len(cells), AT_ONCE):
            some = cells[begin : begin + AT_ONCE]
            places = [place for _, _, place in some]
            found = [sums.of(places) for sums in self._sums]
            made = zip(*[make(found, places) for make in makers], strict=True)
            for (order, n, _), values in zip(some, made, strict=True):
                bucket = self._buckets.get(order, WHOLE)
                end = bucket.end if bucket.end is not None else self._request.until
                yield Line(bucket, keys[n], values, end > self._as_of, hours.get(order))

    def totals(self) -> tuple[Value, ...]:
        """Of the shown figures, of everything."""
        found = [[(number,) for number in sums.total] for sums in self._sums]
        return tuple(value for make in self._makers() for value in make(found, (None,)))

    def _hours(self) -> Mapping[int, float]:
        """How many hours of the period each place of a profile had."""
        counted: Counter[int] = Counter()
        for slot in range(self._request.since // SLOT, -(-self._request.until // SLOT)):
            bucket = self._calendar.bucket(slot)
            if bucket is not None:
                counted[bucket.order] += 1
        return {order: slots / 4 for order, slots in counted.items()}

    def _makers(self) -> list[Make]:
        """Of the shown figures."""
        return [self._known(figure, self._make(figure)) for figure in self._shown]

    def _known(self, figure: Figure, make: Make) -> Make:
        """With null where nothing is known of it."""
        if not figure.known_by or isinstance(figure.made, Missing):
            return make
        query, n = self._columns[figure.known_by, "n"]
        if not self._sums[query].starts:
            return _missing
        return lambda found, places: [
            value if known > 0 else None for value, known in zip(make(found, places), found[query][n], strict=True)
        ]

    def _make(self, figure: Figure) -> Make:
        at = [self._columns[column] for column in self._needs(figure)]
        match figure.made:
            case Missing():
                return _missing
            case Latest() | Longest():
                ((query, n),) = at
                return lambda found, places: [value or None for value in found[query][n]]
            case Items():
                return self._lengths(figure, at)
            case Ratio(over=over):
                return _rates([*zip(_signs(figure.made), at, strict=True)], len(over))
        ((query, n),) = at
        return lambda found, places: found[query][n]

    def _lengths(self, figure: Figure, at: Sequence[tuple[int, int]]) -> Make:
        """Lengths, and where how many seconds each was is known, the 90th percentile."""
        seconds = self._seconds.get(figure.id)
        (query, count), (_, total), (_, longest) = at

        def lengths(found: Found, places: Sequence[Place]) -> Iterable[Value]:
            p90: Iterable[int | None] = itertools.repeat(None, len(places))
            if seconds is not None:
                p90 = [percentile(seconds[place]) if place in seconds else None for place in places]
            columns = found[query]
            return map(Lengths, columns[count], columns[total], columns[longest], p90)

        return lengths

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


def _missing(found: Found, places: Sequence[Place]) -> Iterable[Value]:
    return itertools.repeat(None, len(places))


def _signs(made: Ratio) -> list[int]:
    return [-1 if name.startswith("-") else 1 for name in (*made.over, *made.under)]


def _rates(columns: list[tuple[int, tuple[int, int]]], over: int) -> Make:
    """``columns``: sign and column of each number, first the ``over`` many that are added up above the line."""

    def added(found: Found, some: list[tuple[int, tuple[int, int]]]) -> Iterable[int]:
        signed = [found[query][n] if sign == 1 else map(operator.neg, found[query][n]) for sign, (query, n) in some]
        return map(sum, zip(*signed, strict=True)) if len(signed) > 1 else signed[0]

    return lambda found, places: map(Rate, added(found, columns[:over]), added(found, columns[over:]))


def percentile(seconds: Counter[int]) -> int | None:
    """The smallest whole number of seconds that at least 90 % of the items do not exceed."""
    reached, count = 0, seconds.total()
    for length in sorted(seconds):
        reached += seconds[length]
        if reached * 10 >= count * 9:
            return length
    return None
