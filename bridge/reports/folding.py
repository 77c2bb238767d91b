"""Folds the queries' sums, which are by parts of time, into the intervals of a zone.

A report of a hundred agents by quarters of an hour has a hundred thousand cells. So figures are made column by
column (``sums``), a thousand cells at a time.
"""

from __future__ import annotations

import copy
import functools
import itertools
import operator
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from bridge.reports.busiest import busiest
from bridge.reports.database import Row
from bridge.reports.figures import Count, Figure, Items, Latest, Longest, Missing, Most, Ratio, Report, Spent
from bridge.reports.periods import SLOT, WHOLE, Bucket
from bridge.reports.queries import Column
from bridge.reports.request import Request
from bridge.reports.result import Block, Lines, Many, ManyLengths, ManyRates, Numbers, Some, Value, each
from bridge.reports.sums import Places, Sums

Key = tuple[str, ...]
"""The values of the dimensions."""
Place = int | None
"""A cell: a key in a bucket. None stands for everything."""
Found = Sequence[Sequence[Numbers]]
"""What each query found for some cells, column by column."""
Make = Callable[[Found, Sequence[Place]], Many]
"""One figure of some cells."""
AT_ONCE = 1000
"""Cells whose figures are made together, and so are in memory together."""


class Folding(Lines):
    """The sums by cell. Also the lines made of them, one after the other, because there may be many."""

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
        self._places = Places()
        self._sums: list[Sums] = []
        self._columns: dict[Column, tuple[int, int]] = {}
        """By figure and part: which query, and which of its columns."""
        self._seconds: dict[str, dict[Place, dict[int, int]]] = {}
        self._sorted: Sequence[int] | None = None

    def sums(self, rows: Iterable[Row], columns: tuple[Column, ...]) -> None:
        """Take what a query of counts, sums and longest found: dimensions, part of time, and one number for each
        column."""
        depth, first = self._depth, self._depth if self._whole else self._depth + 1
        most = {n for n, (_, part) in enumerate(columns) if part == "max"}
        sums, order_of = self._new(columns), functools.cache(self._order)
        rows = iter(rows)
        while some := [*itertools.islice(rows, AT_ONCE)]:
            orders: Sequence[int | None] = [WHOLE.order] * len(some)
            if not self._whole:
                orders = [*map(order_of, map(operator.itemgetter(depth), some))]
                if None in orders:
                    some = [row for row, order in zip(some, orders, strict=True) if order is not None]
                    orders = [order for order in orders if order is not None]
            if some:
                parts = [*zip(*some, strict=True)]
                cells = zip(orders, *parts[:depth], strict=True)
                sums.add([*map(self._places.__getitem__, cells)], parts[first:], most)

    def spent(self, whole: Iterable[Row], across: Iterable[Row], columns: tuple[Column, ...]) -> None:
        """Take time in states. ``whole``: dimensions, part of time, milliseconds of each figure. ``across``:
        stretches that lie in several parts, with begin, end, and for each figure whether it counts."""
        self.sums(itertools.chain(whole, self._cut(across)), columns)

    def _cut(self, across: Iterable[Row]) -> Iterator[Row]:
        depth = self._depth
        for row in across:
            began, ended = row[depth], row[depth + 1]
            for number, length in self._grain.cut(began, ended):
                yield (*row[:depth], number, *(length * flag for flag in row[depth + 2 :]))

    def spent_by(self, rows: Iterable[Row]) -> list[Row]:
        """Dimensions, a column and milliseconds of stretches, in the parts of time that the filters leave in."""
        found: Counter[Row] = Counter()
        for *key, began, ended in rows:
            if self._calendar.is_unfiltered:
                found[tuple(key)] += ended - began
                continue
            for number, length in self._grain.cut(began, ended):
                if self._order(number) is not None:
                    found[tuple(key)] += length
        return [(*key, length) for key, length in found.items()]

    def counted_by(self, rows: Iterable[Row]) -> Iterable[Row]:
        """Dimensions, a column and counts, of the parts of time that the filters leave in."""
        if self._whole:
            return rows
        found: Counter[Row] = Counter()
        for *key, number, count in rows:
            if self._order(number) is not None:
                found[tuple(key)] += count
        return [(*key, count) for key, count in found.items()]

    def _order(self, number: int) -> int | None:
        """The order of the bucket of a part of time; None if the filters leave that part out."""
        if self._whole:
            return WHOLE.order
        bucket = self._calendar.bucket(self._grain.slot(number))
        if bucket is None:
            return None
        self._buckets.setdefault(bucket.order, bucket)
        return bucket.order

    def _new(self, columns: tuple[Column, ...]) -> Sums:
        self._columns |= {column: (len(self._sums), n) for n, column in enumerate(columns)}
        self._sums.append(Sums(len(columns)))
        return self._sums[-1]

    def seconds(self, figure: str, rows: Iterable[Row]) -> None:
        """Take how many items of a figure took how many whole seconds, for the 90th percentile."""
        depth, order_of = self._depth, functools.cache(self._order)
        everything: dict[int, int] = defaultdict(int)
        cells: dict[Place, dict[int, int]] = {}
        for row in rows:
            order = order_of(0 if self._whole else row[depth])
            if order is None:
                continue
            place = self._places[order, *row[:depth]]
            of_cell = cells.get(place)
            if of_cell is None:
                of_cell = cells[place] = defaultdict(int)
            of_cell[row[-2]] += row[-1]
            everything[row[-2]] += row[-1]
        self._seconds[figure] = cells | {None: everything}

    def most(self, figure: str, rows: Iterable[Row]) -> None:
        """Take the most at one instant, for each key and for all together: found by parts of time, then folded."""
        stretches: dict[Key, tuple[array[int], array[int]]] = {}
        for row in rows:
            of_key = stretches.get(row[:-2])
            if of_key is None:
                of_key = stretches[row[:-2]] = array("q"), array("q")
            of_key[0].append(row[-2])
            of_key[1].append(row[-1])
        sums, order_of = self._new(((figure, "max"),)), functools.cache(self._order)
        for key, (begins, ends) in stretches.items():
            found = [(order_of(n), most) for n, most in busiest(begins, ends, None if self._whole else self._grain)]
            kept = [(self._places[order, *key], most) for order, most in found if order is not None]
            if kept:
                places, most_of = zip(*kept, strict=True)
                sums.add(places, [most_of], {0})
        everything = array("q"), array("q")
        for of_key in stretches.values():
            for whole, some in zip(everything, of_key, strict=True):
                whole.extend(some)
        counted = busiest(*everything, None if self._calendar.is_unfiltered else self._grain)
        sums.total[0] = max(
            (most for n, most in counted if self._calendar.is_unfiltered or order_of(n) is not None), default=0
        )

    def __len__(self) -> int:
        return len(self._places)

    def blocks(self) -> Iterator[Block]:
        hours = self._hours() if self._request.interval in ("hour-of-day", "weekday-hour") else {}
        cells, makers = sorted(self._places), self._makers()
        if self._sorted is not None:
            cells = [*map(cells.__getitem__, self._sorted)]
        for begin in range(0, len(cells), AT_ONCE):
            some = cells[begin : begin + AT_ONCE]
            places = [*map(self._places.__getitem__, some)]
            found = [sums.of(places) for sums in self._sums]
            buckets = [self._buckets.get(cell[0], WHOLE) for cell in some]
            yield Block(
                buckets,
                [cell[1:] for cell in some],
                [(bucket.end if bucket.end is not None else self._request.until) > self._as_of for bucket in buckets],
                [hours.get(bucket.order) for bucket in buckets],
                [make(found, places) for make in makers],
            )

    def in_order(self, order: Sequence[int]) -> Folding:
        made = copy.copy(self)
        made._sorted = order
        return made

    def first_of_keys(self) -> set[str]:
        return {cell[1] for cell in self._places}

    def totals(self) -> tuple[Value, ...]:
        """The shown figures of everything together."""
        found = [[(number,) for number in sums.total] for sums in self._sums]
        return tuple(value for make in self._makers() for value in each(make(found, (None,))))

    def _hours(self) -> Mapping[int, float]:
        """How many hours of the period each place of a profile stands for."""
        counted: Counter[int] = Counter()
        for slot in range(self._request.since // SLOT, -(-self._request.until // SLOT)):
            bucket = self._calendar.bucket(slot)
            if bucket is not None:
                counted[bucket.order] += 1
        return {order: slots / 4 for order, slots in counted.items()}

    def _makers(self) -> list[Make]:
        """The shown figures of some cells."""
        return [self._known(figure, self._make(figure)) for figure in self._shown]

    def _known(self, figure: Figure, make: Make) -> Make:
        """A figure, with null where nothing is known of it."""
        if not figure.known_by or isinstance(figure.made, Missing):
            return make
        query, n = self._columns[figure.known_by, "n"]
        if self._sums[query].is_empty:
            return _missing
        return lambda found, places: _masked(make(found, places), found[query][n])

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
        """Lengths; with the 90th percentile if it is known how many seconds each took."""
        seconds = self._seconds.get(figure.id)
        (query, count), (_, total), (_, longest) = at

        def lengths(found: Found, places: Sequence[Place]) -> Many:
            p90: Sequence[int | None] = (None,) * len(places)
            if seconds is not None:
                p90 = [percentile(seconds[place]) if place in seconds else None for place in places]
            columns = found[query]
            return ManyLengths(columns[count], columns[total], columns[longest], p90)

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
        """The column that holds the sum of a figure."""
        bare = name.removeprefix("-")
        return bare, "sum" if isinstance(self._figures[bare].made, Items) else "n"


def _missing(found: Found, places: Sequence[Place]) -> Many:
    return (None,) * len(places)


def _masked(many: Many, known: Numbers) -> Many:
    """A column, with null where the figure it is known by is 0."""

    def masked(some: Some) -> Some:
        return [value if count > 0 else None for value, count in zip(some, known, strict=True)]

    match many:
        case ManyLengths():
            return ManyLengths(*map(masked, many))
        case ManyRates():
            return ManyRates(*map(masked, many))
    return masked(many)


def _signs(made: Ratio) -> list[int]:
    return [-1 if name.startswith("-") else 1 for name in (*made.over, *made.under)]


def _rates(columns: list[tuple[int, tuple[int, int]]], over: int) -> Make:
    """``columns``: sign and column of each number; the first ``over`` of them are added up above the line."""

    def added(found: Found, some: list[tuple[int, tuple[int, int]]]) -> Numbers:
        signed = [found[query][n] if sign == 1 else map(operator.neg, found[query][n]) for sign, (query, n) in some]
        return [*map(sum, zip(*signed, strict=True))] if len(signed) > 1 else [*signed[0]]

    return lambda found, places: ManyRates(added(found, columns[:over]), added(found, columns[over:]))


def percentile(seconds: Mapping[int, int]) -> int | None:
    """The smallest whole number of seconds that at least 90 % of the items do not exceed."""
    reached, count = 0, sum(seconds.values())
    for length in sorted(seconds):
        reached += seconds[length]
        if reached * 10 >= count * 9:
            return length
    return None
