"""Questions to the rows of the local store, in SQL."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bridge.store.reader import reading

CACHE = 8
"""Megabytes of the file that one connection may keep in memory."""


class Sqlite:
    """One connection that cannot write."""

    json = "CAST(r.json AS BLOB)"
    """A record ``r`` as JSON, in SQL."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def ask(self, query: str, values: Mapping[str, int | str]) -> Iterator[tuple[Any, ...]]:
        """The rows of a query; its values are written ``:name``."""
        return iter(self._db.execute(query, values))

    stream = ask
    """Rows come one by one in any case."""


@contextmanager
def asking(path: str) -> Iterator[Sqlite]:
    """Raises ``SinkError``, also for what goes wrong while it is used."""
    with reading(path) as db:
        db.execute(f"PRAGMA cache_size = {-CACHE * 1024}")
        db.execute("BEGIN")  # so that all that is asked is answered of one moment
        yield Sqlite(db)
