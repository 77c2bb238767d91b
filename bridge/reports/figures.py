"""What a figure is: its names, its formula in words, and how it is made of rows.

Counts, and the sums of items' lengths, come from one SELECT for each source, by quarters of an hour. A rate or an
average is kept as two whole numbers, so that totals can be made from sums.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, NamedTuple

from bridge.vocabulary.terms import STAFF

Unit = Literal["#", "s", "%", "x", "t"]
"""Count; seconds; rate; plain ratio; time."""
Moment = Literal["A", "O", "E", "every", "cut"]
"""At arrival; at the outcome; at the row's end; at every instant; cut at the borders of intervals."""
STAFF_ROLES = "(" + ", ".join(f"'{role}'" for role in STAFF) + ")"
"""The roles of the staff, as SQL lists them."""
IS_STAFF = f"role IN {STAFF_ROLES}"
"""The condition that a row's person is one of the staff."""


Row = tuple[Any, ...]


class Source(NamedTuple):
    """Rows of one kind, each at one moment, with the values of the report's dimensions."""

    table: str
    at: str
    keys: tuple[str, ...]
    where: str = "1 = 1"
    of_states: bool = False
    """The rows are stretches of states, with ``since`` and ``until``, and belong to no record."""


class Count(NamedTuple):
    """The number of a source's rows for which a condition holds."""

    source: str
    where: str


class Items(NamedTuple):
    """Lengths of the rows for which a condition holds: how many, their sum, the longest. ``sql``: milliseconds."""

    source: str
    sql: str
    where: str
    p90: bool = False
    times: str = ""
    """How many items a row stands for, if not one."""
    longest: str = ""
    """The longest item of a row that stands for several."""


class Spent(NamedTuple):
    """The time of stretches of states for which a condition holds, cut at the borders of intervals."""

    source: str
    where: str


class Longest(NamedTuple):
    """The longest of the rows for which a condition holds. ``sql``: milliseconds."""

    source: str
    sql: str
    where: str


class Ratio(NamedTuple):
    """One sum of counts divided by another. Each is a list of ids; ``-id`` is subtracted; of an ``Items`` its sum
    is taken."""

    over: tuple[str, ...]
    under: tuple[str, ...]


class Most(NamedTuple):
    """The most rows of a source that lasted at the same instant, each from one column to another."""

    source: str
    since: str
    until: str
    where: str


class Latest(NamedTuple):
    """The latest moment of the rows for which a condition holds."""

    source: str
    where: str


class Missing(NamedTuple):
    """A figure that cannot be computed from the rows that there are, and why."""

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
    """Counts up when the formula changes, so that files made by different formulas can be told apart."""
    shown: bool = True
    """Whether it is a column of its own, rather than only a part of another."""
    known_by: str = ""
    """Another figure: if that is 0, this one is unknown, and so null."""


class Dimension(NamedTuple):
    """What a report's rows are of."""

    id: str
    en: str
    zh: str
    words: tuple[str, ...] = ()
    """Families of words, if the values are ids that people read as words."""


class Breakdown(NamedTuple):
    """A second table below a report: one of its figures, a count or time in states, by a column whose values are not
    fixed."""

    id: str
    en: str
    zh: str
    figure: str
    column: str
    told: Callable[[Iterable[Row]], list[Row]] = sorted
    """Turns the rows (dimensions, column, value) into those that are shown."""
    beside: tuple[str, ...] | None = None
    """The report's dimensions by which it is broken down too; None: all."""

    def keeps(self, dimension: Dimension) -> bool:
        return self.beside is None or dimension.id in self.beside


class Bridge(NamedTuple):
    """A line below a report that leads from its sum to the sum of something else, and says what is subtracted on
    the way."""

    source: str
    where: str
    less: str
    """SQL: how much is subtracted."""
    en: str
    zh: str
    """Text with ``{all}``, ``{less}`` and ``{rest}``, each a ``Count``."""


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

    def figure(self, name: str) -> Figure:
        return next(figure for figure in self.figures if figure.id == name)

    def is_apart(self, key: Sequence[str]) -> bool:
        """``key``: a row's values of the dimensions."""
        if self.apart is None:
            return False
        return key[[dimension.id for dimension in self.dimensions].index(self.apart.dimension)] == self.apart.value


def only(report: Report, ids: Iterable[str]) -> Report:
    """The report with these figures alone, which costs less. Figures of which they are made are computed too, but
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
    """The bounds of a figure's values, in words."""
    match figure.unit:
        case "%":
            return "0 to 100 %"
        case "s":
            return "≥ 0; average ≤ longest"
        case "t":
            return ""
        case _:
            return "≥ 0"
