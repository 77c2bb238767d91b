"""The tables of the local store, and the migration of older files."""

import sqlite3
from contextlib import suppress

import msgspec

from bridge.store import changes, facets, flat, open_calls, state_rows
from bridge.store.progress import steps
from bridge.store.row_tables import KINDS, UNREAD, columns, create
from bridge.store.rows import rows
from bridge.store.sqlite import transaction
from bridge.vocabulary.record import Record

MIGRATIONS = (
    """
    CREATE TABLE records (
        record_id TEXT PRIMARY KEY, revision INTEGER NOT NULL, complete INTEGER NOT NULL,
        pbx TEXT NOT NULL, call_id TEXT NOT NULL, started_at TEXT NOT NULL, ended_at TEXT NOT NULL,
        direction TEXT NOT NULL, dn TEXT, json TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX records_by_time ON records (started_at);
    CREATE INDEX records_by_dn ON records (dn, started_at);
    CREATE TABLE record_tags (tag TEXT, record_id TEXT, PRIMARY KEY (tag, record_id)) WITHOUT ROWID;
    CREATE INDEX record_tags_by_record ON record_tags (record_id);
    CREATE TABLE record_agents (agent TEXT, record_id TEXT, PRIMARY KEY (agent, record_id)) WITHOUT ROWID;
    CREATE INDEX record_agents_by_record ON record_agents (record_id);
    CREATE TABLE record_calls (linked_id TEXT, record_id TEXT, PRIMARY KEY (linked_id, record_id)) WITHOUT ROWID;
    CREATE INDEX record_calls_by_record ON record_calls (record_id);
    """,
    """
    CREATE TABLE outbox (
        sink TEXT, record_id TEXT, worth TEXT NOT NULL, queued REAL NOT NULL, due REAL NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0, tried REAL, why TEXT, dead INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (sink, record_id)
    ) WITHOUT ROWID;
    CREATE INDEX outbox_by_due ON outbox (sink, dead, due);
    CREATE INDEX outbox_by_record ON outbox (record_id);
    CREATE TABLE outbox_trouble (
        sink TEXT PRIMARY KEY, since REAL NOT NULL, why TEXT NOT NULL, asked INTEGER NOT NULL
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE devices (
        pbx TEXT, device TEXT, agent TEXT NOT NULL, state TEXT NOT NULL, since REAL NOT NULL,
        PRIMARY KEY (pbx, device)
    ) WITHOUT ROWID;
    CREATE TABLE device_pictures (pbx TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
    """,
    ";".join(statement for table in KINDS for statement in create(table, options=" WITHOUT ROWID")),
    "CREATE TABLE erased (record_id TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID",
    changes.TABLES,
    ";".join(state_rows.create(options=" WITHOUT ROWID")),
    open_calls.TABLE,
    "DROP TABLE IF EXISTS record_facets;" + facets.TABLE,  # version 6 had a table of this name with fewer columns
    "DROP TABLE record_tags; DROP TABLE record_agents;" + facets.VIEWS,
)
"""One script for each schema version; a file of version n (``PRAGMA user_version``) has run the first n."""
VERSION = len(MIGRATIONS)
WITH_ROWS = 4
"""The version that added the rows for reports: for older files they are made from the records."""
WITH_FACETS = 9
"""The version that added today's table of facets."""
WITHOUT_UNREAD = 8
"""The version that dropped columns that nothing read."""
ROW_INSERTS = tuple(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns(KINDS[table])))})" for table in KINDS)
_DECODER = msgspec.json.Decoder(Record)


def migrate(db: sqlite3.Connection) -> None:
    """Brings a file to this version. Raises ``sqlite3.Error``, also if a newer callbridge has written it."""
    with transaction(db):  # of two instances that start at once, one migrates
        version = see_not_newer(db)
        if WITH_ROWS <= version < WITHOUT_UNREAD:
            for column in UNREAD:
                db.execute(f"ALTER TABLE supervisions DROP COLUMN {column}")
        for script in MIGRATIONS[version:]:
            for statement in script.split(";"):
                db.execute(statement)
        if 0 < version < WITH_ROWS:
            _fill_rows(db)
        if 0 < version < WITH_FACETS:
            _fill_facets(db)
        for statement in (facets.INDEX, *flat.views("sqlite")) if version < VERSION else ():
            db.execute(statement)
        if version < VERSION:  # an unneeded write would keep the service from starting on a full disk
            db.execute(f"PRAGMA user_version = {VERSION}")


def see_ours(db: sqlite3.Connection) -> None:
    """Raises ``sqlite3.DatabaseError`` if a newer callbridge or another program has written the file, which then
    stays unchanged."""
    db.execute("BEGIN")  # otherwise another instance might make its tables between the two questions
    try:
        version = see_not_newer(db)
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        if tables and (not version or "records" not in tables):
            raise sqlite3.DatabaseError("the database of another programme")
    finally:
        db.execute("COMMIT")


def see_not_newer(db: sqlite3.Connection) -> int:
    """The version of a file. Raises ``sqlite3.DatabaseError`` if a newer callbridge has written it."""
    version = _version(db)
    if version > VERSION:
        raise sqlite3.DatabaseError("written by a newer callbridge")
    return version


def _fill_rows(db: sqlite3.Connection) -> None:
    count = db.execute("SELECT count(*) FROM records").fetchone()[0]
    # Reading and writing at the same time is safe here: records and rows are different tables.
    for (json,) in steps(db.execute("SELECT CAST(json AS BLOB) FROM records"), count, "rows for reports"):
        with suppress(msgspec.MsgspecError, UnicodeDecodeError):  # a damaged record has no rows
            put_rows(db, _DECODER.decode(json))


def _fill_facets(db: sqlite3.Connection) -> None:
    count = db.execute("SELECT count(*) FROM records").fetchone()[0]
    # In the table's order and with the index made afterwards, so that few pages are written.
    records = db.execute("SELECT CAST(json AS BLOB) FROM records ORDER BY started_at")
    for (json,) in steps(records, count, "lists of calls"):
        with suppress(msgspec.MsgspecError, UnicodeDecodeError):
            facets.put(db, _DECODER.decode(json))


def put_rows(db: sqlite3.Connection, record: Record) -> None:
    """Writes the rows for reports of a record."""
    for statement, values in zip(ROW_INSERTS, rows(record), strict=True):
        if values:
            db.executemany(statement, values)  # type: ignore[arg-type]


def see_version(db: sqlite3.Connection) -> None:
    """Raises ``sqlite3.DatabaseError`` if a file is not of this version."""
    if _version(db) != VERSION:
        raise sqlite3.DatabaseError("written by another version of callbridge, or by something else")


def _version(db: sqlite3.Connection) -> int:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version
