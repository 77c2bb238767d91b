"""Views for analysts, in both databases: the rows that reports count, with times as times and durations in seconds.

There is one view for each table of rows, one for each kind of states, and one of tags, with a row for each tag of a
call.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from bridge.store.row_tables import KEYS, KINDS, columns

Dialect = Literal["sqlite", "postgres"]
TIMES = {
    "started": "started_at", "ended": "ended_at", "answered": "answered_at", "outcome_at": "outcome_at",
    "entered_at": "entered_at", "at": "at", "lost_at": "lost_at",
}  # fmt: skip
"""Columns in milliseconds since the epoch, and their names in a view."""
LENGTHS = {"ring_longest": "ring_longest_seconds", "ms": "seconds"}
"""Columns in milliseconds that do not end in ``_ms``."""
CONDITIONS = (
    "short", "wanted", "complete", "is_callback", "is_consult", "is_last", "conference", "hung_up", "last_of_target",
    "last_of_pair",
)  # fmt: skip
STATES = {"agent_states": "agent, role, state, reason, next, of_record", "device_states": "device, agent, state, why"}
"""The tables of states, and which of their columns the views show unchanged."""
NAMES = (*(f"flat_{table}" for table in (*KINDS, *STATES)), "flat_tags")


def views(dialect: Dialect, prefix: str = "") -> Iterator[str]:
    """The statements that make the views again. ``prefix``: the schema with its dot."""
    for name in NAMES:
        yield f"DROP VIEW IF EXISTS {prefix}{name}"
    for table in KINDS:
        told = ", ".join(_told(table, dialect))
        yield f"CREATE VIEW {prefix}flat_{table} AS SELECT {told} FROM {prefix}{table}"
    for table, told in STATES.items():
        since, until = _time("since", dialect), _time("until", dialect)
        complete = "complete = 1 AS complete" if dialect == "postgres" else "complete"
        yield (
            f"CREATE VIEW {prefix}flat_{table} AS SELECT state_id, pbx, {told}, {since} AS since_at, "
            f"{until} AS until_at, (until - since) / 1000.0 AS seconds, {complete}, since AS since_ms "
            f"FROM {prefix}{table}"
        )
    started = _time("c.started", dialect)
    if dialect == "sqlite":
        tags = f"{prefix}calls AS c JOIN {prefix}record_tags AS t ON t.record_id = c.record_id"
    else:
        tags = (
            f"{prefix}calls AS c JOIN {prefix}records AS r ON r.record_id = c.record_id "
            "CROSS JOIN LATERAL unnest(r.tags) AS t(tag)"
        )
    yield (
        f"CREATE VIEW {prefix}flat_tags AS SELECT c.record_id, c.pbx, {started} AS started_at, c.way, c.dn, t.tag "
        f"FROM {tags}"
    )


def _told(table: str, dialect: Dialect) -> Iterator[str]:
    yield from (_column(column, dialect) for column in columns(KINDS[table]))
    yield f"{KEYS[table][0]} AS {KEYS[table][0]}_ms"  # the table is sorted by it


def _column(name: str, dialect: Dialect) -> str:
    if name in TIMES:
        return f"{_time(name, dialect)} AS {TIMES[name]}"
    if name in LENGTHS or name.endswith("_ms"):
        return f"{name} / 1000.0 AS {LENGTHS.get(name) or name.removesuffix('_ms') + '_seconds'}"
    if name in CONDITIONS and dialect == "postgres":
        return f"{name} = 1 AS {name}"
    return name


def _time(column: str, dialect: Dialect) -> str:
    """A column as a time. SQLite has no type for that: there it is a text in UTC that sorts correctly."""
    if dialect == "sqlite":
        return f"strftime('%Y-%m-%dT%H:%M:%fZ', {column} / 1000.0, 'unixepoch')"
    return f"to_timestamp({column} / 1000.0)"
