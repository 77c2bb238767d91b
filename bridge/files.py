"""Files that hold what callers said of themselves: whoever else has an account on the machine does not read them."""

import contextlib
import os
from pathlib import Path
from typing import BinaryIO


def private(path: str | Path, mode: str, *, buffering: int = -1) -> BinaryIO:
    """Opens a file for bytes; one that is new can be read and written by its owner alone, whatever the umask says.
    Raises ``OSError``."""
    return open(path, mode, buffering, opener=_opener)  # type: ignore[return-value]


def create_private(path: str | Path) -> None:
    """Creates an empty file of that kind if there is none, for others to open. An existing one is not touched, for to
    open and close it would take away the locks that SQLite holds on it."""
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
