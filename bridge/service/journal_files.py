"""The files of a journal, beside the store."""

from pathlib import Path

ERASE = ".erase"
"""Ending of the file by which ``callbridge erase`` asks a running service to erase lines. The service removes the
file when it has done so."""
SETTINGS = ".settings"
"""Ending of the file that holds the settings by which the journal's calls are judged."""
TRYING = ".trying"
"""Ending of the file that names the call being analysed, in case the service dies of it."""
ASIDE = ".aside"
"""Ending of the file of calls that could not be analysed: their messages, as a capture for ``callbridge replay``."""
LEFT, CLOSED, FRESH, NEXT = ".left", ".closed", ".left.new", ".next"
"""Endings of the files beside the journal, in this order: the lines kept of earlier closed files; the closed file;
the kept lines while they are being written; the next journal while the present one is being closed."""


def beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def settle(path: Path) -> None:
    """If the service died during a compaction, finish or undo it."""
    beside(path, NEXT).unlink(missing_ok=True)  # nothing was written to the next journal yet
    fresh = beside(path, FRESH)
    if beside(path, CLOSED).exists():
        fresh.unlink(missing_ok=True)  # this file may be incomplete, and its sources are all still there
    elif fresh.exists():
        fresh.replace(beside(path, LEFT))
