"""Connections, transactions and error texts for the local store."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bridge.files import create_private

Connection = sqlite3.Connection
SqliteError = sqlite3.Error
"""Errors of the file: a full disk, a lock that is held, a damaged page."""
PATIENCE = 30.0
"""Seconds to wait for a lock that another process holds."""


class Gone(sqlite3.OperationalError):
    """The file was removed or replaced: what is written to the old one would be lost."""


class _Connection(sqlite3.Connection):
    """A connection that knows which file it was opened on."""

    def __init__(self, path: str, *arguments: Any, **options: Any) -> None:
        super().__init__(path, *arguments, **options)
        self._path = path
        self._file = _file(path)

    def see_file(self) -> None:
        """Raises ``Gone`` if the name now leads nowhere, or to another file."""
        now = _file(self._path)
        if now != self._file:
            raise Gone("was deleted" if now is None else "was replaced by another file")


def connect(path: str) -> sqlite3.Connection:
    """A connection for writing, usable from any one thread at a time. Raises ``SqliteError``."""
    create_private(path)  # SQLite gives -wal and -shm the same mode
    return sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False, factory=_Connection)


def see_file(db: sqlite3.Connection) -> None:
    """Checks that a connection of ``connect`` still has the file of its name. Raises ``SqliteError``."""
    if isinstance(db, _Connection):
        db.see_file()


def _file(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """A transaction that writes: everything in it is kept, or nothing."""
    see_file(db)
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # SQLite itself rolls back on some errors, such as a full disk
            db.execute("ROLLBACK")
        raise


def said(error: sqlite3.Error) -> str:
    """SQLite's error text without the text of a damaged row, so that no customer's number is logged."""
    return str(error).partition(" with text ")[0]


def mend(error: sqlite3.Error) -> str:
    """SQLite's error text, and how to mend it."""
    if isinstance(error, Gone):
        return f"{said(error)}; stop the service, move its -wal and -shm away, put the file back, start the service"
    return f"{said(error)}; make room, or see who else holds the file"
