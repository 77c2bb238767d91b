"""PostgreSQL: schema ``callbridge``, table ``records``, with a partition for each month.

Instances need no coordination. Those that follow the same PBX write the same records: they take turns (an advisory
lock for each PBX), and the better version of a record stays.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import psycopg
from psycopg import errors, sql

from bridge.config.sinks import PostgresSink
from bridge.errors import SinkError
from bridge.records.parts import Claim, may_matter, parts
from bridge.records.staff import staff
from bridge.records.worth import worth
from bridge.sinks import postgres_states
from bridge.sinks.postgres_months import Months
from bridge.sinks.postgres_rows import put_rows
from bridge.sinks.postgres_schema import LOCK, migrate
from bridge.store.erasing import whole
from bridge.store.open_calls import Open
from bridge.store.row_tables import KINDS
from bridge.vocabulary.agent_state import StateRecord
from bridge.vocabulary.record import Record
from bridge.vocabulary.written import OF_STATES, Written, id_of

PATIENCE = 10
"""Seconds for a connection, and for data that a dead server does not acknowledge."""
COLUMNS = (
    *("record_id", "started_at", "ended_at", "worth", "revision", "complete", "pbx", "call_id", "linked_ids"),
    *("direction", "dn", "customer", "tags", "tag_bits", "agents", "record"),
)
INSERT = f"INSERT INTO callbridge.records ({', '.join(COLUMNS)}) VALUES ({', '.join(['%s'] * len(COLUMNS))})"
OF_A_CUSTOMER = """
    SELECT record_id FROM callbridge.records WHERE customer = %(number)s
        OR record->'participants' @>
            jsonb_build_array(jsonb_build_object('party', %(number)s::text, 'role', 'customer'))
        OR record->'participants' @>
            jsonb_build_array(jsonb_build_object('party', %(number)s::text, 'role', 'outside'))
        OR record->'dials' @> jsonb_build_array(jsonb_build_object('number', %(number)s::text))
        OR record->'transfers' @>
            jsonb_build_array(jsonb_build_object('to', %(number)s::text, 'target_type', 'external'))
"""
Row = tuple[Any, ...]
"""The values of ``COLUMNS``, and last the record."""

POISON = (psycopg.DataError, psycopg.IntegrityError, errors.ProgramLimitExceeded, errors.RaiseException)
"""The errors by which PostgreSQL refuses a record for its content."""


class Postgres:
    def __init__(self, settings: PostgresSink, secret: str | None) -> None:
        self._settings = settings
        self._secret = secret
        self._db: psycopg.Connection[Row] | None = None
        self._months = Months(settings.keep_months)
        self._encoder = msgspec.json.Encoder()

    def write(self, records: Sequence[Written]) -> None:
        states = [one for one in records if isinstance(one, OF_STATES)]
        if states:
            self._write_states(states)
        if len(states) < len(records) or not records:
            self._write_calls([one for one in records if isinstance(one, Record)], {id_of(one) for one in states})

    def _write_states(self, states: Sequence[StateRecord]) -> None:
        try:
            db = self._connected()
            with db.transaction(), db.cursor() as cursor:
                for pbx in sorted({one.pbx for one in states}):
                    cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (LOCK, pbx))
                postgres_states.put(cursor, states)
        except psycopg.Error as error:
            self.close()
            raise self._error(error) from None

    def _write_calls(self, records: Sequence[Record], written: set[str]) -> None:
        """``written``: the ids of records that are safe already; the method adds to it."""
        oldest = self._months.oldest_kept()
        rows = [row for row in map(self._row, records) if oldest is None or row[1] >= oldest]
        delivered = written | {record.record_id for record in records} - {row[0] for row in rows}
        refused: dict[str, str] = {}
        try:
            db = self._connected()
            self._months.drop(db)
            try:
                self._put(db, rows)
            except POISON:
                self._months.forget()
                for row in rows:
                    try:
                        self._put(db, [row])
                    except POISON as error:
                        refused[row[0]] = _said(error)
                    else:
                        delivered.add(row[0])
        except psycopg.Error as error:
            self.close()
            raise self._error(error, delivered=delivered, refused=refused) from None
        if refused:
            why = f"sink {self._settings.name}: a record is refused: {next(iter(refused.values()))}; see the record"
            raise SinkError(why, delivered=delivered, refused=refused)

    def check(self) -> str:
        try:
            db = self._connected()
            number = db.info.server_version
            row = db.execute("SELECT has_table_privilege('callbridge.records', 'INSERT, DELETE')").fetchone()
        except psycopg.Error as error:
            raise self._error(error) from None
        if row is None or not row[0]:
            raise SinkError(f"sink {self._settings.name}: no right to write callbridge.records; grant it")
        return f"PostgreSQL {number // 10000}.{number % 100} as {db.info.user}"

    def of_customer(self, number: str) -> list[str]:
        """The ids of the records in which the number is a customer's. Raises ``SinkError``."""
        try:
            rows = self._connected().execute(OF_A_CUSTOMER, {"number": number}).fetchall()
        except psycopg.Error as error:
            raise self._error(error) from None
        return [record_id for (record_id,) in rows]

    def erase(self, record_ids: list[str]) -> int:
        """Erases records and keeps them from coming back. Returns how many there were. Raises ``SinkError``."""
        try:
            db = self._connected()
            with db.transaction(), db.cursor() as cursor:
                query = "SELECT DISTINCT pbx FROM callbridge.records WHERE record_id = ANY(%s) ORDER BY 1"
                for (pbx,) in cursor.execute(query, (record_ids,)).fetchall():  # whoever writes just now is done then
                    cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (LOCK, pbx))
                cursor.executemany(
                    "INSERT INTO callbridge.erased VALUES (%s) ON CONFLICT DO NOTHING", [(one,) for one in record_ids]
                )
                _withdraw(cursor, record_ids, KINDS)
                _withdraw(cursor, record_ids, ["records"])
                return cursor.rowcount
        except psycopg.Error as error:
            raise self._error(error) from None

    def erase_from_states(self, number: str) -> int:
        """Erases channels whose names contain a number from the evidence of states. Returns from how many. Raises
        ``SinkError``."""
        try:
            db = self._connected()
            with db.transaction(), db.cursor() as cursor:
                return postgres_states.forget_channels(cursor, number, whole(number))
        except psycopg.Error as error:
            raise self._error(error) from None

    def write_open(self, found: Mapping[str, Open], now: int) -> None:
        """Writes how many calls are in progress, one row for each PBX, as of ``now``, milliseconds. Raises
        ``SinkError``."""
        rows = [(pbx, now, *row) for pbx, row in found.items()]
        try:
            with self._connected().cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO callbridge.open_calls VALUES (%s, %s, %s, %s) ON CONFLICT (pbx) "
                    "DO UPDATE SET at = excluded.at, calls = excluded.calls, since = excluded.since",
                    rows,
                )
        except psycopg.Error as error:
            self.close()
            raise self._error(error) from None

    def purge_states(self, oldest: int) -> int:
        """Erases stretches of states that ended before a time, milliseconds. Returns how many. Raises
        ``SinkError``."""
        try:
            return postgres_states.purge(self._connected(), oldest)
        except psycopg.Error as error:
            self.close()
            raise self._error(error) from None

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
        self._db = None

    def _error(self, error: psycopg.Error, **settled: Any) -> SinkError:
        line = f"sink {self._settings.name}: {_said(error)}; see dsn, the secret and the server's log"
        return SinkError(line, **settled)

    def _connected(self) -> psycopg.Connection[Row]:
        if self._db is None or self._db.closed:
            self._db = psycopg.connect(
                self._settings.dsn,
                password=self._secret,
                connect_timeout=PATIENCE,
                tcp_user_timeout=PATIENCE * 1000,
                keepalives_idle=PATIENCE,
                application_name="callbridge",
                autocommit=True,
            )
            self._months = Months(self._settings.keep_months)
            try:
                migrate(self._db, self._settings.name)
            except BaseException:
                self.close()
                raise
        return self._db

    def _put(self, db: psycopg.Connection[Row], rows: Sequence[Row]) -> None:
        """Writes all rows, or none. A version in the table stays if it is worth more than the one that comes."""
        self._months.make(db, [row[1] for row in rows])
        coming = {row[0]: row for row in rows}
        with db.transaction():
            for pbx in sorted({str(row[6]) for row in rows}):
                db.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (LOCK, pbx))
            kept = db.execute(
                "SELECT record_id, worth FROM callbridge.records WHERE record_id = ANY(%s)", (list(coming),)
            ).fetchall()
            gone = db.execute(
                "SELECT record_id FROM callbridge.erased WHERE record_id = ANY(%s)", (list(coming),)
            ).fetchall()
            for (record_id,) in gone:
                del coming[record_id]
            worse = [record_id for record_id, value in kept if record_id in coming and value < coming[record_id][3]]
            for record_id in {record_id for record_id, _ in kept} - set(worse):
                coming.pop(record_id, None)
            with db.cursor() as cursor:
                if worse:
                    # No update: a version that saw less of the call may have started in another month's partition.
                    _withdraw(cursor, worse)
                # If somebody has removed a partition, the rows for reports of its records are still there.
                _withdraw(cursor, list(coming), KINDS)
                cursor.executemany(INSERT, [row[:-1] for row in coming.values()])
                put_rows(cursor, [row[-1] for row in coming.values()])
            for pbx in {str(row[6]) for row in coming.values()}:
                named = {i for row in coming.values() if row[6] == pbx and may_matter(row[5], row[8]) for i in row[8]}
                if named:
                    self._drop_parts(db, pbx, list(named))

    def _drop_parts(self, db: psycopg.Connection[Row], pbx: str, linked_ids: list[str]) -> None:
        """Removes the records of calls that turn out to be part of another call."""
        rows = db.execute(
            """
            SELECT record_id, call_id, linked_ids, record ? 'consult_of', complete, worth FROM callbridge.records
            WHERE linked_ids && %s AND pbx = %s
            """,
            (linked_ids, pbx),
        )
        gone = parts({record_id: Claim(*rest) for record_id, *rest in rows})
        if gone:
            with db.cursor() as cursor:
                _withdraw(cursor, gone)

    def _row(self, record: Record) -> Row:
        json = self._encoder.encode(record)
        return (
            record.record_id,
            datetime.fromisoformat(record.started_at),
            datetime.fromisoformat(record.ended_at),
            worth(record.revision, record.complete, json),
            record.revision,
            record.complete,
            record.pbx,
            record.call_id,
            record.linked_ids,
            record.direction,
            record.dn,
            record.customer.number if record.customer else None,
            record.tags,
            record.tag_bits,
            list(dict.fromkeys(staff(record))),
            json.decode(),
            record,
        )


def _withdraw(
    cursor: psycopg.Cursor[Row], record_ids: list[str], tables: Iterable[str] = ("records", *KINDS)
) -> None:
    for table in tables:
        cursor.execute(
            sql.SQL("DELETE FROM {} WHERE record_id = ANY(%s)").format(sql.Identifier("callbridge", table)),
            (record_ids,),
        )


def _said(error: psycopg.Error) -> str:
    """PostgreSQL's error text in one line, without its details, which quote the record."""
    words = error.diag.message_primary or str(error) or type(error).__name__
    return " ".join(words.split())
