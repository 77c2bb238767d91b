"""Asks the local store by SQL, for reports."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bridge.store.facets import Place, Wanted
from bridge.store.reader import reading
from bridge.store.records_page import page

AT_ONCE = 200
"""Records of a list that are read at once."""
CACHE = 8
"""Megabytes of the file that a connection may keep in memory."""


class Sqlite:
    """A connection that cannot write."""

    json = "CAST(r.json AS BLOB)"
    """A record ``r`` as JSON, in SQL."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def ask(self, query: str, values: Mapping[str, int | str]) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, whose values are written ``:name``."""
        return iter(self._db.execute(query, values))

    stream = ask
    """Rows come one by one in any case."""

    def listed(self, wanted: Wanted) -> Iterator[str]:
        """The records of a list as JSON, the newest call first."""
        after: Place | None = None
        while True:
            found = page(self._db, wanted, after, AT_ONCE)
            yield from found.records
            if (after := found.next) is None:
                return


@contextmanager
def asking(path: str) -> Iterator[Sqlite]:
    """A connection for questions. Raises ``SinkError``, also for errors while it is used."""
    with reading(path) as db:
        db.execute(f"PRAGMA cache_size = {-CACHE * 1024}")
        db.execute("BEGIN")  # so that all answers are of one moment
        yield Sqlite(db)
