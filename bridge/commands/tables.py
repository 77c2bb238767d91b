"""What commands list, for a person (a table) and for a program (JSON)."""

import sys
from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table


def table(*columns: str, right: Collection[str] = (), folding: Collection[str] = ()) -> Table:
    """An empty table. ``right``: columns of figures. ``folding``: columns whose text may break into lines."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        made.add_column(name, justify="right" if name in right else "left", no_wrap=name not in folding)
    return made


def console() -> Console:
    """Tables fold to the terminal's width; in a pipe or a file a row stays one line."""
    return Console(width=None if sys.stdout.isatty() else 2000, highlight=False)


def show(made: Table) -> None:
    console().print(made)


def show_json(rows: Any) -> None:
    """Print everything as one JSON array, indented."""
    print(msgspec.json.format(msgspec.json.encode(rows)).decode())


def show_lines(rows: Iterable[Any]) -> None:
    """Print JSON Lines, each as soon as it is there."""
    for row in rows:
        sys.stdout.buffer.write(msgspec.json.encode(row) + b"\n")
        sys.stdout.buffer.flush()
