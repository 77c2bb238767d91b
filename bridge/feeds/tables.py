"""Reads the PBX's own logs from a database: the tables of cel_odbc, cel_pgsql, cel_sqlite3_custom and of a realtime
queue_log, in PostgreSQL, MySQL (MariaDB) or SQLite. It finds columns by their names; their order and other columns do
not matter.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import psycopg
import pymysql
from pymysql.cursors import SSCursor

HOUR = timedelta(hours=1)
PATIENCE = 10
"""Seconds that connecting to a database may take."""
POSTGRES = ("postgresql://", "postgres://")
MYSQL = ("mysql://", "mariadb://")
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
    if source.startswith((*POSTGRES, *MYSQL)):
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
        with _opened(source) as database:
            for row in _stored(database, table, since):
                at = _seconds(row[table.time])
                kind = row.get("eventtype")
                if isinstance(kind, int | float) and 0 < kind < len(EVENTS):
                    row["eventtype"] = EVENTS[int(kind)]
                if isinstance(row.get("data1"), str):
                    row["data1"] = row["data1"].split("|", 1)[0]  # an older PBX has one column for all
                yield {**row, table.time: at}
    except psycopg.Error as error:
        raise TableError(" ".join((error.diag.message_primary or str(error)).split())) from None
    except (sqlite3.Error, pymysql.MySQLError) as error:
        raise TableError(" ".join(str(error.args[-1]).split())) from None


class _Database(NamedTuple):
    """An open database, and how it differs from others."""

    link: Any
    """A connection of Python's DB-API."""
    streaming: Callable[[], Any]
    """Makes a cursor that leaves the rows on the server until they are read: a table may hold years."""
    place: str
    """The placeholder of a value in a query."""
    last: Sequence[str] = ()
    """The columns by which rows of the same time are sorted."""


@contextmanager
def _opened(source: str) -> Iterator[_Database]:
    if source.startswith(POSTGRES):
        with psycopg.connect(source, connect_timeout=PATIENCE, application_name="callbridge") as postgres:
            yield _Database(postgres, partial(postgres.cursor, "callbridge"), "%s", ("ctid",))
    elif source.startswith(MYSQL):
        with closing(_mysql(source)) as mysql:
            yield _Database(mysql, partial(mysql.cursor, SSCursor), "%s")
    else:
        file = f"{Path(source).absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(file, uri=True, timeout=PATIENCE)) as sqlite:
            yield _Database(sqlite, sqlite.cursor, "?", ("rowid",))


def _mysql(source: str) -> Any:
    """A connection. The password may be in ``MYSQL_PWD``, as for MariaDB's own programs."""
    try:
        url = urlsplit(source)
        port = url.port or 3306
    except ValueError:
        raise TableError("its address is none; write mysql://USER@HOST/DATABASE") from None
    try:
        return pymysql.connect(
            host=url.hostname or "127.0.0.1", port=port, user=unquote(url.username or ""),
            password=unquote(url.password or os.environ.get("MYSQL_PWD", "")),
            database=unquote(url.path.strip("/")), charset="utf8mb4", connect_timeout=PATIENCE,
        )  # fmt: skip
    except RuntimeError as error:  # the server's authentication method needs another package
        raise TableError(f"{error}; give its user mysql_native_password") from None


def _stored(database: _Database, table: Table, since: float) -> Iterator[dict[str, Any]]:
    with closing(database.link.cursor()) as cursor:
        cursor.execute(f"SELECT * FROM {table.name} LIMIT 1")
        there = [column[0] for column in cursor.description]
        chosen = _chosen(table, there)
        first = cursor.fetchone()
    if first is None:
        return
    order = [table.time, *(["id"] if "id" in there else []), *database.last]
    query = (
        f"SELECT {', '.join(chosen.values())} FROM {table.name} WHERE {table.time} >= {database.place} "
        f"ORDER BY {', '.join(order)}"
    )
    with closing(database.streaming()) as cursor:
        cursor.execute(query, (_like(first[there.index(table.time)], since),))
        for row in cursor:
            yield dict(zip(chosen, row, strict=True))


def _chosen(table: Table, there: Sequence[str]) -> dict[str, str]:
    """For each of callbridge's column names, the table's name."""
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
    """A time in the type of the column ``value`` comes from, to compare with it."""
    if isinstance(value, datetime):
        return datetime.fromtimestamp(at, UTC) if value.tzinfo else _earliest(at)
    if isinstance(value, str):
        try:
            float(value)
        except ValueError:
            return _earliest(at).isoformat(" ")
        return str(at)
    return at


def _earliest(at: float) -> datetime:
    """The earliest time, by this machine's clocks and without a zone, that comes at ``at`` or later: an hour earlier
    where the clocks are set back within the hour."""
    here = datetime.fromtimestamp(at)
    return here if datetime.fromtimestamp(at + 3600) - here >= HOUR else here - HOUR


def _seconds(value: Any) -> float | None:
    """A time as seconds since the epoch; None if it is no time. A time without a zone is in this machine's zone, and
    in the hour that comes twice in autumn the first of the two."""
    try:
        if isinstance(value, str):
            try:
                return float(value)
            except ValueError:
                value = datetime.fromisoformat(value)
        return value.timestamp() if isinstance(value, datetime) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
