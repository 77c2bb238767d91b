"""The local store: one SQLite file, written by the service and read by ``records`` and ``explain`` meanwhile."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec

from bridge.errors import SinkError
from bridge.records.parts import Claim, may_matter, parts
from bridge.records.worth import worth
from bridge.store.progress import steps
from bridge.store.rows import KINDS, Rows, create, rows
from bridge.store.sqlite import said
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
)
"""One script a schema version; a file of version n (``PRAGMA user_version``) has run the first n."""
WITH_ROWS = 4
"""The schema version that brought the rows that reports count: older files get them from their records."""
RECORD_TABLES = ("records", "record_tags", "record_agents", "record_calls", *KINDS)
_DECODER = msgspec.json.Decoder(Record)


class SqliteStore:
    """Keeps the best version of every record, whatever the order of writing, with two instances on one file too."""

    def __init__(self, path: str, *, outbox: Sequence[str] = (), keep: bool = True) -> None:
        """``outbox`` names the sinks that every record written here has to reach too: in the same transaction it is
        put down for each. Without ``keep`` a record stays only until it has reached them. Raises ``SinkError``.
        """
        self._path = path
        self._outbox = outbox
        self._keep = keep
        self._encoder = msgspec.json.Encoder()
        try:
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise SinkError(f"sink {path}: {error}; name a path that can be written") from None
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._migrate()
        except sqlite3.Error as error:
            self._db.close()
            raise SinkError(f"sink {path}: {error}; name a SQLite file that can be written, or a new one") from None

    def write(self, records: Sequence[Record]) -> None:
        try:
            with transaction(self._db):
                for record in records:
                    self._put(record)
        except sqlite3.Error as error:
            raise SinkError(f"sink {self._path}: {said(error)}; make room, or see who else holds the file") from None

    def check(self) -> str:
        return "can be written"

    def close(self) -> None:
        self._db.close()

    def _put(self, record: Record) -> None:
        json = self._encoder.encode(record)
        key = (record.record_id,)
        kept = self._db.execute("SELECT revision, complete, json FROM records WHERE record_id = ?", key).fetchone()
        new = worth(record.revision, record.complete, json)
        if kept is not None and worth(kept[0], kept[1], kept[2].encode()) >= new:
            return
        if kept is not None:
            for table in RECORD_TABLES:
                self._db.execute(f"DELETE FROM {table} WHERE record_id = ?", key)
        self._db.execute(
            "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                record.record_id,
                record.revision,
                record.complete,
                record.pbx,
                record.call_id,
                record.started_at,
                record.ended_at,
                record.direction,
                record.dn,
                json.decode(),
            ),
        )
        if self._keep:
            self._index("record_tags", record.tags, record)
            self._index("record_agents", staff(record), record)
            self._index("record_calls", [record.call_id, *record.linked_ids], record)
            put_rows(self._db, record)
        now = time.time()
        # A version that still waits gives way to this one: of one call there is never more than one on its way.
        self._db.executemany(
            "INSERT OR REPLACE INTO outbox (sink, record_id, worth, queued, due) VALUES (?, ?, ?, ?, ?)",
            [(sink, record.record_id, new, now, now) for sink in self._outbox],
        )
        if may_matter(record.complete, record.linked_ids):
            self._drop_parts(record)

    def _drop_parts(self, record: Record) -> None:
        """What turns out to be part of another call goes, from the outbox too: the other's record is on its way."""
        marks = ", ".join("?" * len(record.linked_ids))
        rows = self._db.execute(
            f"""
            SELECT json FROM records
            WHERE pbx = ? AND record_id IN (SELECT record_id FROM record_calls WHERE linked_id IN ({marks}))
            """,
            (record.pbx, *record.linked_ids),
        )
        gone = [(record_id,) for record_id in parts(dict(_claim(json) for (json,) in rows))]
        for table in (*RECORD_TABLES, "outbox"):
            self._db.executemany(f"DELETE FROM {table} WHERE record_id = ?", gone)

    def _fill_rows(self) -> None:
        """Rows for the records of an older file; takes a minute for some hundred thousand, and says so meanwhile."""
        count = self._db.execute("SELECT count(*) FROM records").fetchone()[0]
        # A connection reads what it changes elsewhere without harm: rows and records are different tables.
        for (json,) in steps(self._db.execute("SELECT json FROM records"), count, f"{self._path}: rows for reports"):
            put_rows(self._db, _DECODER.decode(json))

    def _index(self, table: str, values: Sequence[str], record: Record) -> None:
        rows = [(value, record.record_id) for value in dict.fromkeys(values)]
        self._db.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)

    def _migrate(self) -> None:
        with transaction(self._db):  # of two instances that start at once, one migrates
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version > len(MIGRATIONS):
                raise sqlite3.DatabaseError("written by a newer callbridge")
            for script in MIGRATIONS[version:]:
                for statement in script.split(";"):
                    self._db.execute(statement)
            if 0 < version < WITH_ROWS:
                self._fill_rows()
            if version < len(MIGRATIONS):  # or a disk that is full would keep the service from starting
                self._db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def put_rows(db: sqlite3.Connection, record: Record) -> None:
    """Puts down what reports count of a record."""
    found: Rows = rows(record)
    for statement, values in zip(ROW_INSERTS, found, strict=True):
        if values:
            db.executemany(statement, values)  # type: ignore[arg-type]


ROW_INSERTS = tuple(
    f"INSERT INTO {table} VALUES ({', '.join('?' * len(kind.__annotations__))})" for table, kind in KINDS.items()
)


def _claim(json: str) -> tuple[str, Claim]:
    r = _DECODER.decode(json)
    value = worth(r.revision, r.complete, json.encode())
    return r.record_id, Claim(r.call_id, r.linked_ids, r.consult_of is not None, r.complete, value)


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """One that writes; all of it stays, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # SQLite itself rolls back on some errors, a full disk among them
            db.execute("ROLLBACK")
        raise


def staff(record: Record) -> list[str]:
    """Agents and supervisors who were offered the call, spoke in it or listened to it."""
    names = [offer.agent for offer in record.offers]
    names += [person.party for person in record.participants if person.role in ("agent", "supervisor")]
    return names + [supervision.by for supervision in record.supervisions]
