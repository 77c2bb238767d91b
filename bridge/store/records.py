"""Writes records: the best version of each stays, and goes into the outbox of every sink that has to get it."""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

import msgspec

from bridge.config.sinks import SqliteSink
from bridge.errors import SinkError
from bridge.records.parts import Claim, may_matter, parts
from bridge.records.worth import worth
from bridge.store import changes, facets, states
from bridge.store.erasing import oldest_kept
from bridge.store.migrations import migrate, put_rows, see_ours
from bridge.store.row_tables import KINDS
from bridge.store.sqlite import connect, mend, transaction
from bridge.vocabulary.agent_state import StateRecord
from bridge.vocabulary.record import Record
from bridge.vocabulary.written import Written

RECORD_TABLES = ("records", "record_calls", "record_facets", *KINDS)
KEPT = "SELECT revision, complete, CAST(json AS BLOB) FROM records WHERE record_id = ?"
_DECODER = msgspec.json.Decoder(Record)


def open_store(settings: SqliteSink, secret: None) -> "SqliteStore":
    """The store as one more sink, without an outbox. Raises ``SinkError``."""
    return SqliteStore(settings.path, keep_days=settings.keep_days)


class SqliteStore:
    """Keeps the best version of every record, in whatever order they come, even if two instances share the file."""

    def __init__(
        self, path: str, *, outbox: Sequence[str] = (), keep: bool = True, keep_days: int | None = None,
        state_days: int | None = None, states_to: Sequence[str] = (),
        open_to: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """Opens or makes the file. Raises ``SinkError``.

        ``outbox``: the sinks that every record has to reach, too; it is noted for each in the same transaction.
        ``keep``: if False, a record stays only until it has reached them. ``keep_days``: records of calls that
        started earlier are not taken. ``state_days``: nor stretches of states that ended earlier. ``states_to``: the
        sinks that stretches have to reach. ``open_to``: the sinks that stretches which still last have to reach.
        """
        self._keep_days, self._state_days, self._states_to = keep_days, state_days, states_to
        self._open_to = open_to
        self._path = path
        self._outbox = outbox
        self._keep = keep
        self._encoder = msgspec.json.Encoder()
        try:
            self._db = connect(path)
        except sqlite3.Error as error:
            raise SinkError(f"sink {path}: {error}; name a path that can be written") from None
        try:
            see_ours(self._db)
            self._db.execute("PRAGMA journal_mode = WAL")
            migrate(self._db)
        except sqlite3.Error as error:
            self._db.close()
            raise SinkError(f"sink {path}: {error}; name a SQLite file that can be written, or a new one") from None

    def write(self, records: Sequence[Written]) -> None:
        try:
            with transaction(self._db):
                for record in records:
                    if isinstance(record, Record):
                        self._put(record)
                    else:
                        self._put_state(record)
        except sqlite3.Error as error:
            raise SinkError(f"sink {self._path}: {mend(error)}") from None

    def check(self) -> str:
        return "can be written"

    def close(self) -> None:
        self._db.close()

    def _put(self, record: Record) -> None:
        if self._keep_days is not None and record.started_at < oldest_kept(self._keep_days):
            return
        json = self._encoder.encode(record)
        key = (record.record_id,)
        if self._db.execute("SELECT 1 FROM erased WHERE record_id = ?", key).fetchone() is not None:
            return
        kept = self._db.execute(KEPT, key).fetchone()
        new = worth(record.revision, record.complete, json)
        if kept is not None and worth(*kept) >= new:
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
            calls = dict.fromkeys([record.call_id, *record.linked_ids])
            self._db.executemany("INSERT INTO record_calls VALUES (?, ?)", [(one, record.record_id) for one in calls])
            put_rows(self._db, record)
            facets.put(self._db, record)
            changes.written(self._db, record.record_id)
        self._send(record.record_id, new, self._outbox)
        if may_matter(record.complete, record.linked_ids):
            self._drop_parts(record)

    def _put_state(self, one: StateRecord) -> None:
        sinks = self._states_to if one.revision else self._open_to
        if not self._keep and not sinks:
            return
        new = states.put(self._db, one, self._state_days)
        if new is not None:
            self._send(one.state_id, new, sinks)

    def _send(self, one: str, new: str, sinks: Sequence[str]) -> None:
        """Notes a version for some sinks: the id of its record or stretch, and its worth. It replaces an older
        version that still waits."""
        now = time.time()
        for sink in sinks:
            self._db.execute(
                "INSERT OR REPLACE INTO outbox (sink, record_id, worth, queued, due) VALUES (?, ?, ?, ?, ?)",
                (sink, one, new, now, now),
            )

    def _drop_parts(self, record: Record) -> None:
        """Drops the records of calls that turn out to be part of another call, also from the outbox."""
        marks = ", ".join("?" * len(record.linked_ids))
        rows = self._db.execute(
            f"""
            SELECT CAST(json AS BLOB) FROM records
            WHERE pbx = ? AND record_id IN (SELECT record_id FROM record_calls WHERE linked_id IN ({marks}))
            """,
            (record.pbx, *record.linked_ids),
        )
        gone = [(record_id,) for record_id in parts(dict(_claims(rows)))]
        for table in (*RECORD_TABLES, "outbox"):
            self._db.executemany(f"DELETE FROM {table} WHERE record_id = ?", gone)
        if self._keep:
            changes.absorbed(self._db, (record_id for (record_id,) in gone))


def _claims(rows: Iterable[tuple[bytes]]) -> Iterator[tuple[str, Claim]]:
    """The claims of some records. Damaged ones are left out, so that one bad row does not stop the writing."""
    for (json,) in rows:
        with suppress(msgspec.MsgspecError, UnicodeDecodeError):
            r = _DECODER.decode(json)
            value = worth(r.revision, r.complete, json)
            yield r.record_id, Claim(r.call_id, r.linked_ids, r.consult_of is not None, r.complete, value)
