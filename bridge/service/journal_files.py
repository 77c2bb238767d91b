"""The files of a journal, beside the store."""

from pathlib import Path

ERASE = ".erase"
"""Ending of the file by which ``callbridge erase`` asks a running service to erase lines; it goes when they are gone.
"""
SETTINGS = ".settings"
"""Ending of the file with the settings by which the calls here were judged."""
TRYING = ".trying"
"""Ending of the file that names the call whose analysis the service may not survive."""
ASIDE = ".aside"
"""Ending of the file of calls that could not be analysed: their messages, as a capture for ``callbridge replay``."""
LEFT, CLOSED, FRESH, NEXT = ".left", ".closed", ".left.new", ".next"
"""Endings of the files beside the journal: what is left of older files, the closed file, what
is left while it is being written, and the journal to come while the present one is being closed."""


def beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def settle(path: Path) -> None:
    """Finishes, or takes back, a compaction in the middle of which the service died."""
    beside(path, NEXT).unlink(missing_ok=True)  # nothing was written to it yet
    fresh = beside(path, FRESH)
    if beside(path, CLOSED).exists():
        fresh.unlink(missing_ok=True)  # it may not be whole, and all that it is made of is there
    elif fresh.exists():
        fresh.replace(beside(path, LEFT))
