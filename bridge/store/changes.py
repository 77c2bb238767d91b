"""The order in which records were written: each version of a record gets the next number, in the same transaction.

A number is never given twice. Only the last number of each record is kept, so a reader that asks for everything after
a number gets the last version of each record once, in order.
"""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

TABLES = """
    CREATE TABLE record_changes (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, record_id TEXT NOT NULL UNIQUE, gone INTEGER NOT NULL DEFAULT 0
    );
    INSERT INTO record_changes (record_id) SELECT record_id FROM records ORDER BY ended_at, record_id;
"""


class Change(NamedTuple):
    """A record that was written, or that became part of another."""

    seq: int
    record_id: str
    revision: int | None
    json: str | None
    """The record as JSON; None if it is gone."""


def written(db: sqlite3.Connection, record_id: str) -> None:
    """Notes that a version of a record is written."""
    db.execute("INSERT OR REPLACE INTO record_changes (record_id) VALUES (?)", (record_id,))


def absorbed(db: sqlite3.Connection, record_ids: Iterable[str]) -> None:
    """Notes that records are gone, since they became part of another."""
    for record_id in record_ids:
        db.execute("INSERT OR REPLACE INTO record_changes (record_id, gone) VALUES (?, 1)", (record_id,))


def after(db: sqlite3.Connection, seq: int, limit: int) -> list[Change]:
    """The changes after a number, in order."""
    rows = db.execute(
        """
        SELECT seq, record_id, revision, json FROM record_changes LEFT JOIN records USING (record_id)
        WHERE seq > ? AND (json IS NOT NULL OR gone) ORDER BY seq LIMIT ?
        """,
        (seq, limit),
    )
    return [Change(*row) for row in rows]


def last(db: sqlite3.Connection) -> int:
    """The highest number given so far; 0 before the first."""
    return int(db.execute("SELECT coalesce(max(seq), 0) FROM record_changes").fetchone()[0])
