"""What commands print: a table for a person, JSON for a program."""

import re
import sys
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderableType, RenderResult
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from bridge.errors import printable

WIDE = 2000
"""Characters of a line if no terminal bounds it."""


def table(*columns: str, right: Collection[str] = (), folding: Collection[str] = ()) -> Table:
    """An empty table. ``right``: columns of figures. ``folding``: columns whose text may break into lines."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        made.add_column(name, justify="right" if name in right else "left", no_wrap=name not in folding)
    return made


GAP = 2
"""Characters between two columns."""


class Column(NamedTuple):
    """A column of a table that may leave columns out."""

    name: str
    cells: Sequence[str]
    folds_to: int | None = None
    """The fewest characters to which its text may be folded; words of its name are never broken. None: the text
    stays on one line."""
    right: bool = False

    @property
    def widest(self) -> int:
        return max(cell_len(text) for text in (self.name, *self.cells))

    @property
    def narrowest(self) -> int:
        if self.folds_to is None:
            return self.widest
        return min(self.widest, max(self.folds_to, *map(cell_len, self.name.split())))


def show_columns(columns: Sequence[Column], first: Sequence[str], *, wide: bool = False) -> None:
    """Print a table of the columns for which the terminal has room, chosen in the order ``first``; the names of
    the others are printed below it. With ``wide``, in a pipe and in a file, all columns are printed."""
    widths = _widths(columns, first, WIDE if wide else console().width)
    made = Table(box=None, pad_edge=False, header_style="bold")
    for n, width in sorted(widths.items()):
        side: JustifyMethod = "right" if columns[n].right else "left"
        made.add_column(columns[n].name, justify=side, width=width, overflow="fold")
    for row in zip(*(columns[n].cells for n in sorted(widths)), strict=True):
        made.add_row(*map(Text, row))
    (_Screen(width=WIDE, highlight=False) if wide else console()).print(made)
    if len(widths) < len(columns):
        missing = ", ".join(column.name for n, column in enumerate(columns) if n not in widths)
        console().print(f"No room for: {missing}. --wide shows them.")


def _widths(columns: Sequence[Column], first: Sequence[str], room: int) -> dict[int, int]:
    """The width of each shown column, by its place, because two columns may have the same name. Columns are at
    first as narrow as they may be, then as wide as there is room."""
    ranked = sorted(range(len(columns)), key=lambda n: first.index(columns[n].name))
    widths: dict[int, int] = {}
    left = room + GAP
    for n in ranked:
        if not widths or columns[n].narrowest + GAP <= left:
            widths[n] = columns[n].narrowest
            left -= columns[n].narrowest + GAP
    for n in widths:
        more = min(columns[n].widest - columns[n].narrowest, max(0, left))
        widths[n] += more
        left -= more
    return widths


class _Shown:
    """What is to be printed, without the control characters that a caller's name may contain."""

    def __init__(self, what: RenderableType) -> None:
        self._what = what

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for part in console.render(self._what, options):
            yield part if part.control else Segment(printable(part.text, keep="\n"), part.style)


class _Screen(Console):
    def print(self, *what: Any, **options: Any) -> None:
        super().print(*map(_Shown, what), **options)


def console() -> Console:
    """The terminal. Tables are folded to its width; in a pipe or a file each row is one line."""
    return _Screen(width=None if sys.stdout.isatty() else WIDE, highlight=False)


def show(made: Table) -> None:
    """Print a table of which every column is shown."""
    console().print(made)


def show_json(rows: Any) -> None:
    """Print everything as one JSON array, indented."""
    print(_shown(msgspec.json.format(msgspec.json.encode(rows))).decode())


def show_lines(rows: Iterable[Any]) -> None:
    """Print JSON Lines, each line as soon as it is there."""
    for row in rows:
        sys.stdout.buffer.write(_shown(msgspec.json.encode(row)) + b"\n")
        sys.stdout.buffer.flush()


def _shown(json: bytes) -> bytes:
    """The same JSON, with control characters written by their numbers."""
    return _CONTROL.sub(lambda found: b"\\u%04x" % ord(found[0].decode()), json)


_CONTROL = re.compile(rb"\x7f|\xc2[\x80-\x9f]")
