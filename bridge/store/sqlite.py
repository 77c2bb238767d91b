"""What every table of the local store has in common: the connection, the transaction, and what an error may say."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

Connection = sqlite3.Connection
SqliteError = sqlite3.Error
"""What goes wrong with the file: a full disk, a lock that somebody holds, a damaged page."""
PATIENCE = 30.0
"""Seconds to wait for a lock that another process holds."""


def connect(path: str) -> sqlite3.Connection:
    """A connection for writing, usable from any one thread at a time. Raises ``SqliteError``."""
    return sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """One that writes; all of it stays, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # SQLite itself rolls back on some errors, a full disk among them
            db.execute("ROLLBACK")
        raise


def said(error: sqlite3.Error) -> str:
    """What SQLite says, without the text of a damaged row, which it quotes: no customer's number is ever logged."""
    return str(error).partition(" with text ")[0]
