"""The rows for reports in PostgreSQL: one table for each kind of row (``bridge/store/row_tables.py``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from bridge.store.row_tables import KINDS, columns
from bridge.store.rows import rows
from bridge.vocabulary.record import Record

INSERTS = {
    table: f"INSERT INTO callbridge.{table} VALUES ({', '.join(['%s'] * len(columns(kind)))})"
    for table, kind in KINDS.items()
}


def put_rows(cursor: psycopg.Cursor[Any], records: Sequence[Record]) -> None:
    """Writes the rows for reports of some records."""
    found = [rows(record) for record in records]
    for table, statement in INSERTS.items():
        values = [row for of_record in found for row in getattr(of_record, table)]
        if values:
            cursor.executemany(statement, values)
