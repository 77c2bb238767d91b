"""Reading the local store, while the service may be writing it."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from bridge.errors import SinkError
from bridge.store.migrations import see_not_newer, see_version
from bridge.store.numbers import spellings
from bridge.store.sqlite import PATIENCE, said
from bridge.store.uncalled import not_called_back
from bridge.vocabulary.record import Record
from bridge.vocabulary.times import FOR_EVER, milliseconds

T = TypeVar("T")
STEPS = 10_000
"""SQLite's instructions between two looks at the clock."""
_DECODER = msgspec.json.Decoder(Record)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A filter of records: those that have all of ``tags``, the agent, the DN, and everything else that is given.

    ``since`` (included) and ``until`` (excluded) limit the start of the call, written as in the record. ``customer``:
    the number in any spelling; ``country``: for numbers without a country code. ``only_missed``: abandoned, exited or
    unserved calls, if no later call with that customer, in or out, was answered.
    """

    tags: Sequence[str] = ()
    agent: str | None = None
    dn: str | None = None
    since: str | None = None
    until: str | None = None
    pbx: str | None = None
    queue: str | None = None
    outcome: str | None = None
    customer: str | None = None
    only_missed: bool = False
    country: str | None = None


def find(path: str, **asked: Any) -> list[Record]:
    """The records of a filter (the fields of ``Asked``), by start. Raises ``SinkError``."""
    return list(each(path, Asked(**asked)))


def each(path: str, asked: Asked, *, newest: int | None = None) -> Iterator[Record]:
    """The records of a filter by start, one at a time, so that memory does not grow with their number. ``newest``:
    only so many, newest first. Raises ``SinkError``."""
    where, values = _where(path, asked)
    order = "started_at, record_id" if newest is None else "started_at DESC, record_id DESC LIMIT ?"
    with reading(path) as db:
        # Only the ids are sorted, since SQLite would copy whole records for that.
        ids = db.execute(
            f"SELECT record_id FROM records WHERE {where} ORDER BY {order}",
            [*values, *(() if newest is None else (newest,))],
        )
        for (record_id,) in ids:
            row = db.execute("SELECT json FROM records WHERE record_id = ?", (record_id,)).fetchone()
            if row is not None:
                yield _DECODER.decode(row[0])


def count(path: str, asked: Asked) -> int:
    """How many records a filter finds. Raises ``SinkError``."""
    where, values = _where(path, asked)
    with reading(path) as db:
        found: int = db.execute(f"SELECT count(*) FROM records WHERE {where}", values).fetchone()[0]
    return found


def _where(path: str, asked: Asked) -> tuple[str, list[str]]:
    """The SQL condition of a filter, and its values."""
    wanted: list[str] = []
    values: list[str] = []
    if asked.only_missed:
        wanted.append("record_id IN (SELECT value FROM json_each(?))")
        values.append(_not_called_back(path, asked.since, asked.until, asked.country))
    if asked.customer is not None:
        wanted.append("record_id IN (SELECT record_id FROM calls WHERE customer IN (SELECT value FROM json_each(?)))")
        values.append(msgspec.json.encode(spellings(asked.customer, asked.country)).decode())
    for tag in dict.fromkeys(asked.tags):
        wanted.append("record_id IN (SELECT record_id FROM record_tags WHERE tag = ?)")
        values.append(tag)
    for condition, value in (
        ("record_id IN (SELECT record_id FROM record_agents WHERE agent = ?)", asked.agent),
        ("dn = ?", asked.dn),
        ("pbx = ?", asked.pbx),
        ("record_id IN (SELECT record_id FROM stays WHERE queue = ?)", asked.queue),
        ("record_id IN (SELECT record_id FROM calls WHERE outcome = ?)", asked.outcome),
        ("started_at >= ?", asked.since),
        ("started_at < ?", asked.until),
    ):
        if value is not None:
            wanted.append(condition)
            values.append(value)
    return " AND ".join(wanted) or "TRUE", values


def _not_called_back(path: str, since: str | None, until: str | None, country: str | None) -> str:
    """The ids of missed calls that were not called back, as a JSON array."""
    bounds = (milliseconds(since) if since else 0, milliseconds(until) if until else FOR_EVER)
    with reading(path) as db:
        return msgspec.json.encode(not_called_back(db.execute, *bounds, country)).decode()


def find_call(path: str, call: str) -> list[Record]:
    """Records of a call by its call id, record id or any linked id. Raises ``SinkError``."""
    query = """
        SELECT json FROM records
        WHERE record_id = ?1 OR record_id IN (SELECT record_id FROM record_calls WHERE linked_id = ?1)
        ORDER BY started_at, record_id
    """
    return _select(path, query, [call])


def each_with_a_tag(path: str, decoder: msgspec.json.Decoder[T], tags: Sequence[str], since: str) -> list[T]:
    """The records that have any of ``tags``, by start, each as the decoder reads it.

    ``since``: the earliest start of a call, written as in the record. Raises ``SinkError``.
    """
    marks = ", ".join("?" * len(tags))
    query = f"""
        SELECT json FROM records WHERE started_at >= ? AND record_id IN
            (SELECT record_id FROM record_tags WHERE tag IN ({marks})) ORDER BY started_at
    """
    with reading(path) as db:
        return [decoder.decode(json) for (json,) in db.execute(query, (since, *tags))]


def first_start(path: str, pbx: str) -> str | None:
    """When the first recorded call of a PBX started; None if there is none. Raises ``SinkError``."""
    with reading(path) as db:
        found: str | None = db.execute("SELECT min(started_at) FROM records WHERE pbx = ?", (pbx,)).fetchone()[0]
    return found


def _select(path: str, query: str, values: Sequence[str]) -> list[Record]:
    with reading(path) as db:
        return [_DECODER.decode(json) for (json,) in db.execute(query, values)]


def see_store(path: str) -> None:
    """Checks that a file is a store of this or an earlier version. Raises ``SinkError``."""
    try:
        with closing(sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=PATIENCE)) as db:
            see_not_newer(db)
    except sqlite3.Error as error:
        raise SinkError(f"sink {path}: {error}; name a SQLite file that can be written, or a new one") from None


@contextmanager
def reading(path: str) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write. Raises ``SinkError``, also for errors while it is used."""
    if not Path(path).exists():
        raise SinkError(f"{path} does not exist; name the store of a callbridge that has run")
    try:
        with closing(sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=PATIENCE)) as db:
            see_version(db)
            yield db
    except msgspec.DecodeError:  # its text is not shown, for it may quote the record
        raise SinkError(f"{path} cannot be read: holds what is no record; see what else writes to it") from None
    except sqlite3.Error as error:
        why = said(error)
        raise SinkError(f"{path} cannot be read: {why}; name the store of a callbridge of this version") from None


class TooLong(SinkError):
    """Reading took longer than it may."""


@contextmanager
def reading_within(path: str, longest: float) -> Iterator[sqlite3.Connection]:
    """The same with a time limit of ``longest`` seconds, for requests. Raises ``TooLong`` after that."""
    until = time.monotonic() + longest
    try:
        with reading(path) as db:
            db.set_progress_handler(lambda: time.monotonic() > until, STEPS)
            yield db
    except SinkError:
        if time.monotonic() > until:
            raise TooLong(f"reading took longer than {longest:.0f} s; ask for a shorter period") from None
        raise
