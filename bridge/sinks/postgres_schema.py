"""The tables of schema ``callbridge`` in PostgreSQL, and the migration of older ones."""

from __future__ import annotations

from typing import Any

import msgspec
import psycopg

from bridge.sinks import postgres_states
from bridge.sinks.postgres_rows import put_rows
from bridge.store import flat
from bridge.store.progress import steps
from bridge.store.row_tables import KINDS, UNREAD, create
from bridge.vocabulary.record import Record

MIGRATIONS = (
    """
    CREATE TABLE callbridge.records (
        record_id text NOT NULL,
        started_at timestamptz NOT NULL,
        ended_at timestamptz NOT NULL,
        worth text COLLATE "C" NOT NULL,
        revision integer NOT NULL,
        complete boolean NOT NULL,
        pbx text NOT NULL,
        call_id text NOT NULL,
        linked_ids text[] NOT NULL,
        direction text NOT NULL,
        dn text,
        customer text,
        tags text[] NOT NULL,
        tag_bits bigint NOT NULL,
        agents text[] NOT NULL,
        record jsonb NOT NULL,
        PRIMARY KEY (record_id, started_at)
    ) PARTITION BY RANGE (started_at);
    CREATE INDEX records_by_time ON callbridge.records (started_at);
    CREATE INDEX records_by_dn ON callbridge.records (dn, started_at);
    CREATE INDEX records_by_customer ON callbridge.records (customer, started_at);
    CREATE INDEX records_by_tag ON callbridge.records USING gin (tags);
    CREATE INDEX records_by_agent ON callbridge.records USING gin (agents);
    CREATE INDEX records_by_linked_id ON callbridge.records USING gin (linked_ids);
    """,
    ";".join(statement for table in KINDS for statement in create(table, prefix="callbridge.")),
    "CREATE TABLE callbridge.erased (record_id text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())",
    postgres_states.TABLES,
    "",
    "CREATE TABLE callbridge.open_calls "
    "(pbx text PRIMARY KEY, at bigint NOT NULL, calls bigint NOT NULL, since bigint)",
)
"""One script for each schema version; a database of version n (``callbridge.version``) has run the first n."""
WITH_ROWS = 2
"""The schema version that added the rows for reports: for older databases they are made from the records."""
WITHOUT_UNREAD = 5
"""The schema version that dropped columns that nothing read."""
READERS = """
SELECT relname, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END
FROM pg_class, aclexplode(relacl)
WHERE relnamespace = 'callbridge'::regnamespace AND relkind = 'v'
  AND privilege_type = 'SELECT' AND grantee <> relowner
"""
"""Who may read which view: a view that is made again has lost it."""
FILLED_AT_ONCE = 500
"""How many records of an older database get their rows in one write."""
LOCK = 0x63616C6C
"""The class of the advisory locks: any number that nobody else in the database uses."""

_DECODER = msgspec.json.Decoder(Record)


def migrate(db: psycopg.Connection[Any], sink: str) -> None:
    """Makes the tables, or migrates those of an older callbridge. ``sink``: its name, to report progress.

    Raises ``psycopg.Error``, also if the tables are of a newer callbridge.
    """
    with db.transaction():  # of two instances that start at once, one migrates
        db.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        # "IF NOT EXISTS" would need the right to create a schema even if it exists.
        if one(db, "SELECT to_regnamespace('callbridge')") is None:
            db.execute("CREATE SCHEMA callbridge")
        if one(db, "SELECT to_regclass('callbridge.version')") is None:
            db.execute("CREATE TABLE callbridge.version (version integer NOT NULL)")
            db.execute("INSERT INTO callbridge.version VALUES (0)")
        version = one(db, "SELECT version FROM callbridge.version")
        if version > len(MIGRATIONS):
            raise psycopg.DatabaseError("the schema is of a newer callbridge")
        for script in MIGRATIONS[version:]:
            db.execute(script.encode())
        if WITH_ROWS <= version < WITHOUT_UNREAD:
            for column in UNREAD:
                db.execute(f"ALTER TABLE callbridge.supervisions DROP COLUMN {column}".encode())
        if version < len(MIGRATIONS):
            readers = db.execute(READERS).fetchall()
            for statement in flat.views("postgres", "callbridge."):
                db.execute(statement.encode())
            for view, reader in readers:
                if view in flat.NAMES:
                    db.execute(f"GRANT SELECT ON callbridge.{view} TO {reader}".encode())
        if 0 < version < WITH_ROWS:
            _fill_rows(db, sink)
        if version < len(MIGRATIONS):
            db.execute("UPDATE callbridge.version SET version = %s", (len(MIGRATIONS),))


def _fill_rows(db: psycopg.Connection[Any], sink: str) -> None:
    """Rows for the records of an older database."""
    count = one(db, "SELECT count(*) FROM callbridge.records")
    with db.cursor("records_to_rows") as reading, db.cursor() as writing:
        reading.itersize = FILLED_AT_ONCE
        reading.execute("SELECT record::text FROM callbridge.records")
        records: list[Record] = []
        for (json,) in steps(reading, count, f"sink {sink}: rows for reports"):
            records.append(_DECODER.decode(json))
            if len(records) == FILLED_AT_ONCE:
                put_rows(writing, records)
                records = []
        put_rows(writing, records)


def one(db: psycopg.Connection[Any], query: str, *values: object) -> Any:
    """The one value that a query returns; None if it returns no row."""
    row = db.execute(query.encode(), values).fetchone()
    return row[0] if row is not None else None
