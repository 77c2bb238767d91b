"""What a figure is: its names, its formula in words, and how it is made of rows.

Counts, and the sums of items' lengths, come out of one SELECT a source, by quarters of an hour. Rates and averages
are kept as two whole numbers of those, so that totals come from sums.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, NamedTuple

Unit = Literal["#", "s", "%", "x", "t"]
"""Count; seconds; rate; a plain ratio; a time."""
Moment = Literal["A", "O", "E", "every", "cut"]
"""Arrival; outcome; the row's end; every instant; cut at the borders of intervals."""


Row = tuple[Any, ...]


class Source(NamedTuple):
    """Rows of one kind, at one moment, each with the values of the report's dimensions."""

    table: str
    at: str
    keys: tuple[str, ...]
    where: str = "1 = 1"
    of_states: bool = False
    """Rows are stretches of states, with ``since`` and ``until``, and belong to no record."""


class Count(NamedTuple):
    """Rows of a source for which a condition holds."""

    source: str
    where: str


class Items(NamedTuple):
    """Lengths of rows for which a condition holds: how many, their sum, the longest. ``sql``: milliseconds."""

    source: str
    sql: str
    where: str
    p90: bool = False
    times: str = ""
    """How many items a row is, where it is not one."""
    longest: str = ""
    """The longest item of a row, where a row is several."""


class Spent(NamedTuple):
    """Time that stretches of states last for which a condition holds, cut at the borders of intervals."""

    source: str
    where: str


class Longest(NamedTuple):
    """The longest of rows for which a condition holds. ``sql``: milliseconds."""

    source: str
    sql: str
    where: str


class Ratio(NamedTuple):
    """One sum of counts over another, each a list of ids; ``-id`` is taken off. Of an ``Items`` its sum is taken."""

    over: tuple[str, ...]
    under: tuple[str, ...]


class Most(NamedTuple):
    """The most of a source's rows that lasted at one instant, from one column to another."""

    source: str
    since: str
    until: str
    where: str


class Latest(NamedTuple):
    """The latest moment of rows for which a condition holds."""

    source: str
    where: str


class Missing(NamedTuple):
    """What cannot be computed from the rows that there are, and why."""

    why: str
    why_zh: str


Made = Count | Items | Ratio | Most | Latest | Spent | Longest | Missing


class Figure(NamedTuple):
    """One figure of a report: its names, its formula in words, and how it is computed."""

    id: str
    en: str
    zh: str
    unit: Unit
    formula: str
    formula_zh: str
    moment: Moment
    made: Made
    version: int = 1
    """Counts up when the formula changes, so that two files can be told apart."""
    shown: bool = True
    """Whether it is a column of its own, rather than only a part of another."""
    known_by: str = ""
    """Another figure; where that is 0, nothing is known of this one, which is then null."""


class Dimension(NamedTuple):
    """What a report's rows are of."""

    id: str
    en: str
    zh: str
    words: tuple[str, ...] = ()
    """Families of words, where its values are ids that people read as words."""


class Breakdown(NamedTuple):
    """A second table below a report: one count by a column that has no fixed values."""

    id: str
    en: str
    zh: str
    source: str
    column: str
    where: str
    told: Callable[[Iterable[Row]], list[Row]] = sorted
    """The rows as they are shown, of dimensions, column and count."""
    is_time: bool = False
    """Whether time in states is told instead of a count."""
    beside: tuple[str, ...] | None = None
    """The dimensions of the report that it is by too; all, unless some are named."""

    def keeps(self, dimension: Dimension) -> bool:
        return self.beside is None or dimension.id in self.beside


class Bridge(NamedTuple):
    """A line below a report: how its sum becomes the sum of another thing, and what is taken off on the way."""

    source: str
    where: str
    less: str
    """SQL: how many are taken off."""
    en: str
    zh: str
    """With ``{all}``, ``{less}`` and ``{rest}``."""


class Apart(NamedTuple):
    """Rows of another kind than the others, which a page shows in a table of their own: those of one value."""

    dimension: str
    value: str
    en: str
    zh: str


class Report(NamedTuple):
    """Figures of one kind of thing: agents, DNs, queues, ..."""

    name: str
    en: str
    zh: str
    about: str
    about_zh: str
    dimensions: tuple[Dimension, ...]
    sources: dict[str, Source]
    figures: tuple[Figure, ...]
    breakdowns: tuple[Breakdown, ...] = ()
    bridges: tuple[Bridge, ...] = ()
    apart: Apart | None = None

    def is_apart(self, key: Sequence[str]) -> bool:
        """``key``: a row's values of the dimensions."""
        if self.apart is None:
            return False
        return key[[dimension.id for dimension in self.dimensions].index(self.apart.dimension)] == self.apart.value


def only(report: Report, ids: Iterable[str]) -> Report:
    """The report with these figures alone, which costs less. The figures that they are made of are computed too, and
    not shown."""
    known = {figure.id: figure for figure in report.figures}
    asked = [*ids]
    parts = [part.removeprefix("-") for name in asked if isinstance(made := known[name].made, Ratio)
             for part in (*made.over, *made.under)]  # fmt: skip
    parts += [known[name].known_by for name in (*asked, *parts) if known[name].known_by]
    figures = [known[name]._replace(shown=True) for name in asked]
    figures += [known[name]._replace(shown=False) for name in dict.fromkeys(parts) if name not in asked]
    cheap = (f._replace(made=f.made._replace(p90=False)) if isinstance(f.made, Items) else f for f in figures)
    return report._replace(figures=tuple(cheap), breakdowns=(), bridges=())


def bounds(figure: Figure) -> str:
    """What every value of a figure keeps to, in words."""
    match figure.unit:
        case "%":
            return "0 to 100 %"
        case "s":
            return "≥ 0; average ≤ longest"
        case "t":
            return ""
        case _:
            return "≥ 0"
