"""The numbers that queries found, by cell. Each column is one array, because a report has a hundred thousand
cells."""

from __future__ import annotations

import itertools
import operator
from array import array
from collections.abc import Collection, Sequence
from typing import Any

from bridge.reports.result import Numbers

Cell = tuple[Any, ...]
"""The order of a bucket, and the values of the dimensions."""


class Sums:
    """What one query found: for each cell of which it found something, one number in each column."""

    def __init__(self, width: int) -> None:
        self.columns = [array("q", (0,)) for _ in range(width)]
        """The first number of each column stands for every cell of which the query found nothing."""
        self.rows = array("q")
        """By the place of a cell: where in the columns its numbers are."""
        self.total = [0] * width

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return len(self.columns[0]) == 1

    def add(self, places: Sequence[int], parts: Sequence[Numbers], most: Collection[int]) -> None:
        """Add the numbers of some cells. ``parts``: column by column, the numbers of the cells. ``most``: columns
        that keep the highest number instead of the sum."""
        if not any(self._rows(places)) and len(set(places)) == len(places):
            for place, row in zip(places, itertools.count(len(self.columns[0])), strict=False):
                self.rows[place] = row
            for column, part in zip(self.columns, parts, strict=True):
                column.extend(part)
        else:
            for place, *numbers in zip(places, *parts, strict=True):
                self._add(place, numbers, most)
        for n, part in enumerate(parts):
            self.total[n] = max(self.total[n], *part) if n in most else self.total[n] + sum(part)

    def _rows(self, places: Sequence[int]) -> Sequence[int]:
        """Where the numbers of some cells are."""
        missing = max(places) + 1 - len(self.rows)
        if missing > 0:
            self.rows.frombytes(bytes(missing * self.rows.itemsize))
        return [self.rows[place] for place in places]

    def _add(self, place: int, numbers: Numbers, most: Collection[int]) -> None:
        row = self.rows[place]
        if not row:
            self.rows[place] = len(self.columns[0])
            for column, number in zip(self.columns, numbers, strict=True):
                column.append(number)
            return
        for n, (column, number) in enumerate(zip(self.columns, numbers, strict=True)):
            column[row] = max(column[row], number) if n in most else column[row] + number

    def of(self, places: Sequence[int]) -> Sequence[Numbers]:
        """The numbers of some cells, column by column."""
        if self.is_empty:
            return [(0,) * len(places)] * len(self.columns)
        pick = operator.itemgetter(*self._rows(places), 0)  # one more, since itemgetter of one place gives no tuple
        return [pick(column)[:-1] for column in self.columns]


class Places(dict[Cell, int]):
    """Gives each cell a number, when it is first asked for."""

    def __missing__(self, cell: Cell) -> int:
        place = self[cell] = len(self)
        return place
