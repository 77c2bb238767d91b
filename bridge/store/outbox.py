"""The outbox: which records still have to reach which sinks. Its tables are in the local store's file
(``migrations``).

A row says that a sink does not have the best version of a record yet. It is deleted when the sink has it, and marked
as dead if the sink refuses it for good. Times are seconds since the epoch.
"""

import sqlite3
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import structlog

from bridge.errors import SinkError
from bridge.store.migrations import see_version
from bridge.store.sqlite import connect, see_file, transaction
from bridge.store.state_rows import KINDS as STATE_KINDS
from bridge.vocabulary.agent_state import StateRecord
from bridge.vocabulary.record import Record
from bridge.vocabulary.written import Written, id_of

logger = structlog.get_logger()
_DECODER = msgspec.json.Decoder(Record)
_STATES: msgspec.json.Decoder[StateRecord] = msgspec.json.Decoder(StateRecord)


class Waiting(NamedTuple):
    """A record on its way to a sink."""

    record: Written
    worth: str
    tries: int
    """Failures that the record caused itself: meanwhile the sink took other records."""
    tried: float | None


class Depth(NamedTuple):
    """What waits for a sink."""

    sink: str
    waiting: int
    oldest: float | None
    """Since when the oldest of them has waited."""
    dead: int
    failing_since: float | None
    why: str | None


class Dead(NamedTuple):
    """A record that a sink refused."""

    sink: str
    record_id: str
    call_id: str
    started_at: str
    why: str


class Outbox:
    """A connection to the outbox, for one thread."""

    def __init__(self, path: str, *, keep: bool = True) -> None:
        """The file must exist. ``keep``: as for ``SqliteStore``. Raises ``SinkError``."""
        self._path = path
        self._keep = keep
        if not Path(path).is_file():
            raise SinkError(f"{path} does not exist; name the store of a callbridge that has run")
        self._db = connect(path)
        try:
            # After a power cut, the last deliveries may be repeated. The store's own writes are safe.
            self._db.execute("PRAGMA synchronous = NORMAL")
            see_version(self._db)
        except sqlite3.Error as error:
            self._db.close()
            raise SinkError(f"{path} cannot be read: {error}; name the store of this callbridge") from None

    def due(self, sink: str, now: float, limit: int) -> list[Waiting]:
        """The records that are to be sent now. A damaged record is refused here, so that it does not hold up
        others."""
        see_file(self._db)
        rows = self._db.execute(
            """
            SELECT outbox.record_id, CAST(coalesce(records.json, agent_states.json, device_states.json) AS BLOB),
                outbox.worth, tries, tried, records.json IS NULL
            FROM outbox LEFT JOIN records USING (record_id)
            LEFT JOIN agent_states ON records.json IS NULL AND agent_states.state_id = outbox.record_id
            LEFT JOIN device_states ON records.json IS NULL AND device_states.state_id = outbox.record_id
            WHERE sink = ? AND dead = 0 AND due <= ? ORDER BY due LIMIT ?
            """,
            (sink, now, limit),
        ).fetchall()
        found, bad = [], []
        for record_id, json, worth, *rest, is_state in rows:
            try:
                found.append(Waiting((_STATES if is_state else _DECODER).decode(json), worth, *rest))
            except (msgspec.MsgspecError, UnicodeDecodeError, TypeError):  # its content must not get into the log
                why = "is not in the store" if json is None else "cannot be read: the store holds what is no record"
                bad.append((why, sink, record_id, worth))
        if bad:
            self._refuse(bad)
            logger.error("records_refused", sink=sink, count=len(bad), why=f"a record {bad[0][0]}")
        return found

    def delivered(self, sink: str, those: Collection[Waiting]) -> None:
        """Removes delivered records, except those of which a better version has come meanwhile."""
        keys = [(sink, id_of(waiting.record), waiting.worth) for waiting in those]
        with transaction(self._db):
            self._db.executemany("DELETE FROM outbox WHERE sink = ? AND record_id = ? AND worth = ?", keys)
            if not self._keep:
                self._db.executemany(
                    """
                    DELETE FROM records
                    WHERE record_id = ?1 AND NOT EXISTS (SELECT 1 FROM outbox WHERE record_id = ?1)
                    """,
                    [(record_id,) for _, record_id, _ in keys],
                )
                for table in STATE_KINDS:
                    self._db.executemany(
                        f"""
                        DELETE FROM {table}
                        WHERE state_id = ?1 AND NOT EXISTS (SELECT 1 FROM outbox WHERE record_id = ?1)
                        """,
                        [(state_id,) for _, state_id, _ in keys],
                    )

    def failed(self, sink: str, those: Sequence[tuple[Waiting, int, float]], now: float, why: str) -> None:
        """Notes records to be tried again, each with its tries so far and the time of the next one."""
        rows = [(tries, now, due, why, sink, id_of(w.record), w.worth) for w, tries, due in those]
        with transaction(self._db):
            self._db.executemany(
                """
                UPDATE outbox SET tries = ?, tried = ?, due = ?, why = ?
                WHERE sink = ? AND record_id = ? AND worth = ?
                """,
                rows,
            )

    def refused(self, sink: str, those: Sequence[tuple[Waiting, str]]) -> None:
        """Notes records that are not to be tried again until ``retry``, each with the reason."""
        self._refuse([(why, sink, id_of(waiting.record), waiting.worth) for waiting, why in those])

    def _refuse(self, rows: Sequence[tuple[str, str, str, str]]) -> None:
        with transaction(self._db):
            self._db.executemany(
                "UPDATE outbox SET dead = 1, why = ? WHERE sink = ? AND record_id = ? AND worth = ?", rows
            )

    def fails(self, sink: str, why: str) -> None:
        """Notes that the sink takes nothing."""
        with transaction(self._db):
            self._db.execute(
                """
                INSERT INTO outbox_trouble VALUES (?, ?, ?, 0)
                ON CONFLICT (sink) DO UPDATE SET why = excluded.why, asked = 0
                """,
                (sink, time.time(), why),
            )

    def works(self, sink: str) -> None:
        """Notes that the sink takes records again."""
        with transaction(self._db):
            self._db.execute("DELETE FROM outbox_trouble WHERE sink = ?", (sink,))

    def is_asked_for(self, sink: str) -> bool:
        """Whether a person asked for another try of a failing sink (``callbridge outbox --retry``)."""
        query = "SELECT count(*) FROM outbox_trouble WHERE sink = ? AND asked"
        return bool(self._db.execute(query, (sink,)).fetchone()[0])

    def depths(self, sinks: Sequence[str]) -> list[Depth]:
        """What waits for these sinks, and for any other sink in the outbox."""
        counts = dict.fromkeys(sinks, (0, None, 0))
        for sink, *counted in self._db.execute(
            "SELECT sink, sum(1 - dead), min(iif(dead, NULL, queued)), sum(dead) FROM outbox GROUP BY sink"
        ):
            counts[sink] = tuple(counted)
        troubles = {sink: rest for sink, *rest in self._db.execute("SELECT sink, since, why FROM outbox_trouble")}
        return [Depth(sink, *counted, *troubles.get(sink, (None, None))) for sink, counted in counts.items()]

    def dead(self) -> list[Dead]:
        return [
            Dead(*row)
            for row in self._db.execute(
                """
                SELECT sink, record_id, coalesce(call_id, ''), coalesce(started_at, ''), why
                FROM outbox LEFT JOIN records USING (record_id) WHERE dead = 1 ORDER BY sink, started_at, record_id
                """
            )
        ]

    def retry(self, sink: str) -> int:
        """Makes everything that waits for a sink, or was refused by it, due at once. Returns how many records."""
        with transaction(self._db):
            self._db.execute("UPDATE outbox_trouble SET asked = 1 WHERE sink = ?", (sink,))
            return self._db.execute(
                "UPDATE outbox SET dead = 0, tries = 0, due = ?, why = NULL WHERE sink = ?", (time.time(), sink)
            ).rowcount

    def drop(self, sink: str, *, waiting: bool) -> int:
        """Gives up what a sink refused, and with ``waiting`` also what waits for it. Returns how many records."""
        with transaction(self._db):
            dropped = self._db.execute("DELETE FROM outbox WHERE sink = ? AND (dead OR ?)", (sink, waiting)).rowcount
            if waiting:
                self._db.execute("DELETE FROM outbox_trouble WHERE sink = ?", (sink,))
            if not self._keep:
                self._db.execute("DELETE FROM records WHERE record_id NOT IN (SELECT record_id FROM outbox)")
                for table in STATE_KINDS:
                    self._db.execute(f"DELETE FROM {table} WHERE state_id NOT IN (SELECT record_id FROM outbox)")
        return dropped

    def close(self) -> None:
        self._db.close()
