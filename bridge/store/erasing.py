"""Erases records: those of one customer, and those that are older than the settings allow.

The id of a record that was erased for a customer stays in the table ``erased``, so that no restart, replay or other
instance brings the record back. The id is made of the PBX's name and the call's id; it tells nothing of the customer.
"""

import re
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from bridge.errors import SinkError
from bridge.store import states
from bridge.store.migrations import see_version
from bridge.store.sqlite import connect, mend, transaction
from bridge.vocabulary.times import rfc3339

DAY = 86400.0
AT_ONCE = 500
"""Records in one transaction: the service may be waiting to write."""
OF_A_CUSTOMER = """
    SELECT record_id FROM records WHERE json_valid(records.json) AND (
        json_extract(records.json, '$.customer.number') = ?1
        OR EXISTS (SELECT 1 FROM json_each(records.json, '$.participants') AS one
            WHERE json_extract(one.value, '$.party') = ?1
            AND json_extract(one.value, '$.role') IN ('customer', 'outside'))
        OR EXISTS (SELECT 1 FROM json_each(records.json, '$.dials') AS one
            WHERE json_extract(one.value, '$.number') = ?1)
        OR EXISTS (SELECT 1 FROM json_each(records.json, '$.transfers') AS one
            WHERE json_extract(one.value, '$.to') = ?1 AND json_extract(one.value, '$.target_type') = 'external'))
"""


def whole(number: str) -> re.Pattern[str]:
    """Finds the number as a whole (also in a device's name), not as part of a longer one."""
    return re.compile(rf"(?<![0-9A-Za-z+]){re.escape(number)}(?![0-9A-Za-z])")


def of_customer(path: str, number: str) -> list[str]:
    """The ids of the records in which the number is a customer's. Raises ``SinkError``."""
    with _opened(path) as db:
        return [record_id for (record_id,) in db.execute(OF_A_CUSTOMER, (number,))]


def linked_ids(path: str, record_ids: Collection[str]) -> set[str]:
    """The Linkedids of the calls of some records. Raises ``SinkError``."""
    query = """
        SELECT linked_id FROM record_calls WHERE record_id = ?1 UNION SELECT call_id FROM records WHERE record_id = ?1
    """
    with _opened(path) as db:
        return {linked for one in record_ids for (linked,) in db.execute(query, (one,))}


def erase(path: str, record_ids: Sequence[str]) -> int:
    """Erases records, also from the outbox, and keeps them from coming back. Returns how many. Raises
    ``SinkError``."""
    note, now = "INSERT OR IGNORE INTO erased VALUES (?, ?)", time.time()
    with _opened(path) as db:
        return _delete(db, record_ids, lambda one: db.execute(note, (one, now)))


def erase_devices(path: str, number: str) -> int:
    """Erases devices whose names contain a number (``Local/…``, DAHDI). Raises ``SinkError``."""
    named = whole(number)
    with _opened(path) as db:
        rows = db.execute("SELECT pbx, device, agent FROM devices").fetchall()
        gone = [(pbx, device) for pbx, device, agent in rows if named.search(device) or named.fullmatch(agent)]
        with transaction(db):
            db.executemany("DELETE FROM devices WHERE pbx = ? AND device = ?", gone)
            db.executemany("DELETE FROM device_states WHERE pbx = ? AND device = ?", gone)
    return len(gone)


def erase_from_states(path: str, number: str) -> int:
    """Erases channels whose names contain a number from the evidence of states. Returns from how many. The stretches
    stay, for they are the agents'. Raises ``SinkError``."""
    with _opened(path) as db:
        return states.forget_channels(db, number, whole(number))


def purge(path: str, days: int) -> int:
    """Erases records of calls that started before the last ``days`` days. Returns how many. Raises ``SinkError``."""
    with _opened(path) as db:
        rows = db.execute("SELECT record_id FROM records WHERE started_at < ?", (oldest_kept(days),))
        return _delete(db, [record_id for (record_id,) in rows], lambda one: None)


def purge_states(path: str, days: int) -> int:
    """Erases stretches of states that ended before the last ``days`` days. Returns how many. Raises ``SinkError``."""
    with _opened(path) as db:
        return states.purge(db, days)


def oldest_kept(days: int) -> str:
    """The earliest start of a call that is kept, written as in the record."""
    return rfc3339(time.time() - days * DAY)


def _delete(db: sqlite3.Connection, record_ids: Sequence[str], note: Callable[[str], object]) -> int:
    # Every table, also those for reports, has this column if its rows belong to records.
    tables = [
        name
        for (name,) in db.execute(
            """
            SELECT DISTINCT tables.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns
            WHERE tables.type = 'table' AND columns.name = 'record_id' AND tables.name <> 'erased'
            """
        ).fetchall()
    ]
    count = 0
    for begin in range(0, len(record_ids), AT_ONCE):
        part = record_ids[begin : begin + AT_ONCE]
        with transaction(db):
            for one in part:
                note(one)
            for table in tables:
                done = db.executemany(f'DELETE FROM "{table}" WHERE record_id = ?', [(one,) for one in part])
                count += done.rowcount if table == "records" else 0
    if count:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # as far as no reader holds it open
    return count


@contextmanager
def _opened(path: str) -> Iterator[sqlite3.Connection]:
    """A connection that overwrites what it deletes. Raises ``SinkError``."""
    if not Path(path).is_file():
        raise SinkError(f"{path} does not exist; name the store of a callbridge that has run")
    try:
        with closing(connect(path)) as db:
            see_version(db)
            db.execute("PRAGMA secure_delete = ON")
            yield db
    except sqlite3.Error as error:
        raise SinkError(f"{path}: {mend(error)}") from None
