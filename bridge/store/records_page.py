"""Pages of records, newest call first, as JSON that is passed on without being decoded."""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from bridge.store.facets import Place, Wanted, places


class Page(NamedTuple):
    """Some records, and where the next page begins."""

    records: list[str]
    """JSON."""
    next: Place | None


def page(db: sqlite3.Connection, wanted: Wanted, after: Place | None, limit: int) -> Page:
    """The page after a place; the first page if it is None."""
    found = places(db, wanted, after, limit + 1)
    here = found[:limit]
    records = [json for place in here if (json := one(db, place.record_id)) is not None]
    return Page(records, here[-1] if found[limit:] else None)


def one(db: sqlite3.Connection, record_id: str) -> str | None:
    """The record with this id; None if there is none."""
    row = db.execute("SELECT json FROM records WHERE record_id = ?", (record_id,)).fetchone()
    return row[0] if row else None


def by_call(db: sqlite3.Connection, call: str) -> Iterator[str]:
    """Ids of the records of a call, by its record id or any of its linked ids."""
    rows = db.execute(
        """
        SELECT record_id FROM records WHERE record_id = ?1
        UNION SELECT record_id FROM record_calls WHERE linked_id = ?1
        """,
        (call,),
    )
    return (record_id for (record_id,) in rows)
