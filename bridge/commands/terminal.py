"""Where tables are printed."""

import sys

from rich.console import Console


def console() -> Console:
    """Tables fold to the terminal's width; in a pipe or a file a row stays one line."""
    return Console(width=None if sys.stdout.isatty() else 2000, highlight=False)
