"""Monthly partitions of ``callbridge.records``: made when a record comes, dropped when the month is no longer
kept."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg import errors, sql

from bridge.sinks.postgres_schema import LOCK, one
from bridge.store.row_tables import KINDS

DROP_EVERY = 3600.0
"""Seconds between two looks for months that are no longer kept."""


class Months:
    """The partitions, seen by one connection."""

    def __init__(self, keep: int | None) -> None:
        """``keep``: how many months before this one are kept; None: all."""
        self._keep = keep
        self._there: set[datetime] = set()
        """Months whose partitions are known to exist."""
        self._drop_at = 0.0
        """When to look for old months again, by the monotonic clock."""

    def forget(self) -> None:
        """Forgets which partitions exist: somebody may have removed one."""
        self._there.clear()

    def make(self, db: psycopg.Connection[Any], times: Iterable[datetime]) -> None:
        """Makes the partitions for some times. Raises ``psycopg.Error``."""
        for month in sorted({_month(at) for at in times} - self._there):
            _make(db, month)
            self._there.add(month)

    def oldest_kept(self) -> datetime | None:
        """The start of the first month that is kept; None if all are kept."""
        return None if self._keep is None else _months_later(_month(datetime.now(UTC)), -self._keep)

    def drop(self, db: psycopg.Connection[Any]) -> None:
        """Drops the partitions of months that are no longer kept, and their rows. Called after every connect, and now
        and then. Raises ``psycopg.Error``."""
        oldest = self.oldest_kept()
        if oldest is None or time.monotonic() < self._drop_at:
            return
        self._drop_at = time.monotonic() + DROP_EVERY
        # If a long report holds them, they are dropped the next time.
        with contextlib.suppress(errors.LockNotAvailable), db.transaction():
            db.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
            db.execute("SET LOCAL lock_timeout = '2s'")
            tables = db.execute(
                """
                SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
                WHERE inhparent = 'callbridge.records'::regclass AND relname ~ '^records_[0-9]{4}_[0-9]{2}$'
                """
            ).fetchall()
            for (table,) in tables:
                if table < f"records_{oldest:%Y_%m}":
                    db.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier("callbridge", table)))
            for kind in KINDS:
                db.execute(
                    sql.SQL("DELETE FROM {} WHERE started < {}").format(
                        sql.Identifier("callbridge", kind), sql.Literal(int(oldest.timestamp() * 1000))
                    )
                )


def _make(db: psycopg.Connection[Any], month: datetime) -> None:
    """Makes a month's table and attaches it, which does not disturb readers."""
    name = sql.Identifier("callbridge", f"records_{month:%Y_%m}")
    with db.transaction():
        db.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        if one(db, "SELECT to_regclass(%s)", f"callbridge.records_{month:%Y_%m}") is None:
            db.execute(sql.SQL("CREATE TABLE {} (LIKE callbridge.records INCLUDING ALL)").format(name))
            db.execute(
                sql.SQL("ALTER TABLE callbridge.records ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})").format(
                    name, sql.Literal(month), sql.Literal(_months_later(month, 1))
                )
            )


def _month(time: datetime) -> datetime:
    return datetime(time.year, time.month, 1, tzinfo=UTC)


def _months_later(month: datetime, count: int) -> datetime:
    years, index = divmod(month.month - 1 + count, 12)
    return month.replace(year=month.year + years, month=index + 1)
