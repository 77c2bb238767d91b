"""How many calls are in progress on each PBX, and since when: reports do not count them yet."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

from bridge.errors import SinkError
from bridge.store.sqlite import connect, mend, transaction

TABLE = """
    CREATE TABLE open_calls (
        pbx TEXT PRIMARY KEY, at INTEGER NOT NULL, calls INTEGER NOT NULL, since INTEGER
    ) WITHOUT ROWID
"""
OLD = 120_000
"""Milliseconds after which a row is out of date: no service writes it any more."""
EARLIEST = "SELECT min(since) FROM open_calls WHERE at > :fresh"
"""SQL: when the oldest call in progress began; null if there is none, or if no service tells."""


def seen_until(pbx: str) -> str:
    """SQL: until when states on a PBX are known: now while a service tells of it, else when it last did."""
    told = f"(SELECT CASE WHEN at > :fresh THEN :as_of ELSE at END FROM open_calls AS o WHERE o.pbx = {pbx})"
    return f"coalesce({told}, :as_of)"


class Open(NamedTuple):
    calls: int
    since: int | None
    """When the oldest of them began, milliseconds; None if there is none."""


class OpenCalls:
    """A connection for writing to a store that exists."""

    def __init__(self, path: str) -> None:
        """Raises ``SinkError``."""
        self._path = path
        try:
            self._db = connect(path)
            self._db.execute("PRAGMA synchronous = NORMAL")  # a power cut ends the calls, too
        except sqlite3.Error as error:
            raise SinkError(f"{path}: {error}; see who else holds the file") from None

    def write_open(self, found: Mapping[str, Open], now: int) -> None:
        """Writes one row for each PBX, as of ``now``, milliseconds. Raises ``SinkError``."""
        rows = [(pbx, now, *row) for pbx, row in found.items()]
        try:
            with transaction(self._db):
                self._db.executemany("INSERT OR REPLACE INTO open_calls VALUES (?, ?, ?, ?)", rows)
        except sqlite3.Error as error:
            raise SinkError(f"{self._path}: {mend(error)}") from None

    def close(self) -> None:
        self._db.close()
