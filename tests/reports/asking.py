"""A store of records, and reports over it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from bridge.reports.catalogue import REPORTS
from bridge.reports.compute import compute
from bridge.reports.database import Database
from bridge.reports.figures import Report
from bridge.reports.periods import moment
from bridge.reports.request import Request
from bridge.reports.result import Lengths, Rate, Result, Value
from bridge.store import states
from bridge.store.asking import Sqlite, asking
from bridge.store.migrations import migrate, put_rows
from bridge.store.records import RECORD_TABLES, SqliteStore
from bridge.vocabulary.agent_state import StateRecord
from bridge.vocabulary.record import Record
from bridge.vocabulary.written import Written

YEAR_3000 = 32_503_680_000_000


def stored(path: Path, records: Sequence[Written]) -> str:
    """A file with these records."""
    store = SqliteStore(str(path), state_days=36_500)
    store.write(records)
    store.close()
    return str(path)


opened = asking


def in_memory(records: Sequence[Record], stretches: Sequence[StateRecord] = ()) -> Database:
    """Records, stretches of states and rows, for many small tries."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    migrate(db)
    for r in records:
        json = msgspec.json.encode(r).decode()
        db.execute(
            "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (r.record_id, 1, r.complete, r.pbx, r.call_id, r.started_at, r.ended_at, r.direction, r.dn, json),
        )
        put_rows(db, r)
    for one in stretches:
        states.put(db, one, 36_500)
    return Sqlite(db)


def asked(since: str = "2026-03-02", until: str = "2026-03-03", zone: str = "UTC", **more: Any) -> Request:
    where = ZoneInfo(zone)
    return Request(since=moment(since, where), until=moment(until, where), zone=where, **more)


def told(report: str | Report, request: Request, database: Database, as_of: int = YEAR_3000) -> Result:
    found = REPORTS[report] if isinstance(report, str) else report
    return compute(found, request, database, as_of)


def plain(value: Value) -> Any:
    """A figure as the recount tells it: no calls are no figure."""
    match value:
        case Lengths():
            return (value.items, value.total, value.longest) if value.items else None
        case Rate():
            return tuple(value)
        case 0:
            return None
    return value


def cells(result: Result) -> dict[tuple[str, tuple[str, ...]], dict[str, Any]]:
    found = {}
    for line in result.lines:
        values = {f.id: plain(v) for f, v in zip(result.figures, line.values, strict=True)}
        for figure, value in zip(result.figures, line.values, strict=True):
            if isinstance(value, Lengths) and value.p90 is not None:
                values[f"{figure.id}/p90"] = value.p90
        found[line.bucket.label, line.key] = {name: value for name, value in values.items() if value is not None}
    return found


def totals(result: Result) -> dict[str, Value]:
    return {f.id: v for f, v in zip(result.figures, result.totals, strict=True)}


__all__ = ["RECORD_TABLES", "asked", "cells", "in_memory", "opened", "plain", "stored", "told", "totals"]
