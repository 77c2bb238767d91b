"""What commands list, for a person (a table) and for a program (JSON)."""

import re
import sys
from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.table import Table

from bridge.errors import printable


def table(*columns: str, right: Collection[str] = (), folding: Collection[str] = ()) -> Table:
    """An empty table. ``right``: columns of figures. ``folding``: columns whose text may break into lines."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        made.add_column(name, justify="right" if name in right else "left", no_wrap=name not in folding)
    return made


class _Shown:
    """What is to be printed, without control characters that a caller's name may bring."""

    def __init__(self, what: RenderableType) -> None:
        self._what = what

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for part in console.render(self._what, options):
            yield part if part.control else Segment(printable(part.text, keep="\n"), part.style)


class _Screen(Console):
    def print(self, *what: Any, **options: Any) -> None:
        super().print(*map(_Shown, what), **options)


def console() -> Console:
    """Tables fold to the terminal's width; in a pipe or a file a row stays one line."""
    return _Screen(width=None if sys.stdout.isatty() else 2000, highlight=False)


def show(made: Table) -> None:
    console().print(made)


def show_json(rows: Any) -> None:
    """Print everything as one JSON array, indented."""
    print(_shown(msgspec.json.format(msgspec.json.encode(rows))).decode())


def show_lines(rows: Iterable[Any]) -> None:
    """Print JSON Lines, each as soon as it is there."""
    for row in rows:
        sys.stdout.buffer.write(_shown(msgspec.json.encode(row)) + b"\n")
        sys.stdout.buffer.flush()


def _shown(json: bytes) -> bytes:
    """The same JSON; control characters that JSON lets stand are written by their numbers."""
    return _CONTROL.sub(lambda found: b"\\u%04x" % ord(found[0].decode()), json)


_CONTROL = re.compile(rb"\x7f|\xc2[\x80-\x9f]")
