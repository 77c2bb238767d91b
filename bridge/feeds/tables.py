"""Reads the PBX's own logs from a database: the tables of cel_odbc, cel_pgsql, cel_sqlite3_custom and of a realtime
queue_log, in PostgreSQL or SQLite. It finds columns by their names; their order and other columns do not matter.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

PATIENCE = 10
"""Seconds that connecting to a database may take."""
SCHEMES = ("postgresql://", "postgres://")
SQLITE = b"SQLite format 3\0"
"""The first bytes of every SQLite file."""


class TableError(Exception):
    """What is wrong with a table, in a few words."""


class Table(NamedTuple):
    """A table of Asterisk: the names of its columns, and callbridge's names for them."""

    name: str
    time: str
    columns: Mapping[str, Sequence[str]]
    """For each of callbridge's names, the names that the column may have. A missing column that is in ``optional`` is
    read as empty."""
    optional: frozenset[str] = frozenset()


CEL = Table(
    "cel",
    "eventtime",
    {
        "eventtime": ("eventtime",),
        "eventtype": ("eventtype",),
        "uniqueid": ("uniqueid",),
        "linkedid": ("linkedid",),
        "channame": ("channame",),
        "cidnum": ("cid_num", "cidnum"),
        "cidname": ("cid_name", "cidname"),
        "context": ("context",),
        "exten": ("exten",),
        "appname": ("appname",),
        "appdata": ("appdata",),
        "eventextra": ("extra", "eventextra"),
    },
)
QUEUE_LOG = Table(
    "queue_log",
    "time",
    {
        "time": ("time",),
        "callid": ("callid",),
        "queue": ("queuename",),
        "agent": ("agent",),
        "event": ("event",),
        "data1": ("data1", "data"),
        "data2": ("data2",),
        "data3": ("data3",),
    },
    frozenset({"data2", "data3"}),
)
EVENTS = (
    *("", "CHAN_START", "CHAN_END", "HANGUP", "ANSWER", "APP_START", "APP_END", "BRIDGE_ENTER", "BRIDGE_EXIT"),
    *("PARK_START", "PARK_END", "BLINDTRANSFER", "ATTENDEDTRANSFER", "USER_DEFINED", "LINKEDID_END", "PICKUP"),
    "FORWARD",
)
"""CEL's event types by number, for a numeric column (Asterisk's include/asterisk/cel.h)."""


def is_database(source: str) -> bool:
    """Whether a source of logs is a database and not a text file."""
    if source.startswith(SCHEMES):
        return True
    try:
        with Path(source).open("rb") as file:
            return file.read(len(SQLITE)) == SQLITE
    except OSError:
        return False


def rows(source: str, table: Table, since: float) -> Iterator[dict[str, Any]]:
    """The rows of a table from ``since`` on (seconds since the epoch), in the table's order, by callbridge's names of
    the columns. The column of the time holds seconds since the epoch. Raises ``TableError``.
    """
    try:
        for row in (_of_postgres if source.startswith(SCHEMES) else _of_sqlite)(source, table, since):
            at = _seconds(row[table.time])
            kind = row.get("eventtype")
            if isinstance(kind, int | float) and 0 < kind < len(EVENTS):
                row["eventtype"] = EVENTS[int(kind)]
            if isinstance(row.get("data1"), str):
                row["data1"] = row["data1"].split("|", 1)[0]  # of an older PBX that has one column for all of them
            yield {**row, table.time: at}
    except (psycopg.Error, sqlite3.Error) as error:
        diag = getattr(error, "diag", None)
        raise TableError(" ".join(((diag and diag.message_primary) or str(error)).split())) from None


def _of_postgres(source: str, table: Table, since: float) -> Iterator[dict[str, Any]]:
    with psycopg.connect(source, connect_timeout=PATIENCE, application_name="callbridge") as db:
        whole = sql.SQL("SELECT * FROM {}").format(sql.Identifier(table.name))
        there = [column.name for column in db.execute(whole + sql.SQL(" LIMIT 0")).description or ()]
        chosen = _chosen(table, there)
        first = db.execute(
            sql.SQL("SELECT {} FROM {} LIMIT 1").format(sql.Identifier(table.time), sql.Identifier(table.name))
        ).fetchone()
        if first is None:
            return
        order = [table.time, "id"] if "id" in there else [table.time]
        query = sql.SQL("SELECT {} FROM {} WHERE {} >= %s ORDER BY {}, ctid").format(
            sql.SQL(", ").join(map(sql.Identifier, chosen.values())), sql.Identifier(table.name),
            sql.Identifier(table.time), sql.SQL(", ").join(map(sql.Identifier, order)),
        )  # fmt: skip
        with db.cursor("callbridge") as cursor:  # on the server: a table may hold years
            cursor.execute(query, (_like(first[0], since),))
            for row in cursor:
                yield dict(zip(chosen, row, strict=True))


def _of_sqlite(source: str, table: Table, since: float) -> Iterator[dict[str, Any]]:
    with closing(sqlite3.connect(f"{Path(source).absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)) as db:
        there = [column[0] for column in db.execute(f"SELECT * FROM {table.name} LIMIT 0").description]
        chosen = _chosen(table, there)
        first = db.execute(f"SELECT {table.time} FROM {table.name} LIMIT 1").fetchone()
        if first is None:
            return
        query = f"SELECT {', '.join(chosen.values())} FROM {table.name} WHERE {table.time} >= ?"
        for row in db.execute(f"{query} ORDER BY {table.time}, rowid", (_like(first[0], since),)):
            yield dict(zip(chosen, row, strict=True))


def _chosen(table: Table, there: Sequence[str]) -> dict[str, str]:
    """callbridge's names of the columns, and the table's."""
    chosen = {}
    missing = []
    for ours, names in table.columns.items():
        theirs = next((name for name in names if name in there), None)
        if theirs is not None:
            chosen[ours] = theirs
        elif ours not in table.optional:
            missing.append(names[0])
    if missing:
        raise TableError(f"no column {', '.join(missing)}")
    return chosen


def _like(value: Any, at: float) -> Any:
    """A time in the type that the column holds, for a comparison with it."""
    if isinstance(value, datetime):
        return datetime.fromtimestamp(at, UTC) if value.tzinfo else datetime.fromtimestamp(at)
    if isinstance(value, str):
        try:
            float(value)
        except ValueError:
            return datetime.fromtimestamp(at).isoformat(" ")
        return str(at)
    return at


def _seconds(value: Any) -> float | None:
    """A time as seconds since the epoch; None if it is no time. A time without a zone is in this machine's zone."""
    try:
        if isinstance(value, str):
            try:
                return float(value)
            except ValueError:
                value = datetime.fromisoformat(value)
        return value.timestamp() if isinstance(value, datetime) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
