"""The facets by which lists of calls are filtered: one row for each tag, agent, queue, ... of each record.

All facets are in one table in the order of the calls' starts. So any filter reads the newest calls first and stops at
the end of a page, however many records there are. With several filters, the table is read along the rarest of them.
Each row tells in two integers what else its call has; so a row that does not fit is cheap to skip, even if each
filter alone fits many calls.
"""

import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple, get_args

from bridge.records.staff import staff
from bridge.store.outcomes import ANSWERED, INBOUND, MISSED, OUTBOUND, REACHED, conclude
from bridge.tags.catalogue import bits_of
from bridge.vocabulary.record import Record
from bridge.vocabulary.terms import Direction
from bridge.vocabulary.times import milliseconds

TABLE = """
    CREATE TABLE record_facets (
        facet TEXT, value TEXT, at INTEGER, record_id TEXT, tags INTEGER NOT NULL, others INTEGER NOT NULL,
        PRIMARY KEY (facet, value, at, record_id)
    ) WITHOUT ROWID
"""
VIEWS = """
    CREATE VIEW record_tags AS SELECT value AS tag, record_id FROM record_facets WHERE facet = 'tag';
    CREATE VIEW record_agents AS SELECT value AS agent, record_id FROM record_facets WHERE facet = 'agent'
"""
"""Views named as the tables once were, for queries by hand."""
INDEX = "CREATE INDEX IF NOT EXISTS record_facets_by_record ON record_facets (record_id, facet)"
KINDS = ("unanswered", "missed", "abandoned", "device_failure", "coached", "transferred", "incomplete")
"""Kinds of calls that are not told by one tag alone."""
TELLING_DIGITS = 9
"""Numbers with +886, 00886 or 0 in front are compared by their last digits. Shorter ones must be equal."""
COUNTED = 20_000
"""Up to so many rows are counted to find the rarest of several facets."""
LOOKED = 10_000
"""Up to so many rows are read to count calls: some milliseconds, however many calls there are."""
TERMS = (
    *(("direction", name) for name in get_args(Direction)),
    *(("outcome", name) for name in (*INBOUND, *OUTBOUND)),
    *(("kind", name) for name in KINDS),
)
"""Facets with their own bit in ``others``, by their place. A change of these needs a migration that fills the
table."""
NAMES = ("pbx", "dn", "queue", "agent")
"""Facets whose values share the remaining bits, by hash."""
BITS = 63
"""Bits of a non-negative integer in SQLite."""


def start(record: Record) -> int:
    """When the call started, milliseconds since the epoch."""
    return milliseconds(record.started_at)


def number_key(number: str) -> str:
    """A key that is the same for all spellings of one telephone number."""
    return re.sub(r"\D", "", number)[-TELLING_DIGITS:] or number


def facets(record: Record) -> list[tuple[str, str]]:
    """The facets of a record with their values, each pair once."""
    return list(dict.fromkeys(_facets(record)))


def _facets(record: Record) -> Iterator[tuple[str, str]]:
    yield "all", ""
    yield "pbx", record.pbx
    yield "direction", record.direction
    if record.dn is not None:
        yield "dn", record.dn
    for tag in record.tags:
        yield "tag", tag
    for agent in staff(record):
        yield "agent", agent
    for stay in record.queues:
        yield "queue", stay.name
    outcome = conclude(record).outcome
    if outcome is not None:
        yield "outcome", outcome
    for kind in _kinds(record, outcome):
        yield "kind", kind
    if record.customer is not None and record.customer.number:
        key = number_key(record.customer.number)
        yield "customer", key
        if outcome in REACHED:
            yield "reached", key


def _kinds(record: Record, outcome: str | None) -> Iterator[str]:
    """Which of ``KINDS`` a call is."""
    tags = set(record.tags)
    if record.direction == "inbound" and outcome is not None and outcome not in ANSWERED:
        yield "unanswered"
    if outcome in MISSED:
        yield "missed"
    if outcome == "abandoned":
        yield "abandoned"
    if tags & {"cpe_reject", "device_lost"}:
        yield "device_failure"
    if tags & {"agent_coached_call", "supervisor_coached_call"}:
        yield "coached"
    if tags & {"transferred", "transferred_external"}:
        yield "transferred"
    if not record.complete:
        yield "incomplete"


def put(db: sqlite3.Connection, record: Record) -> None:
    """Adds the rows of a record that has none."""
    at, found = start(record), facets(record)
    others = signature(found)
    db.executemany(
        "INSERT INTO record_facets VALUES (?, ?, ?, ?, ?, ?)",
        [(facet, value, at, record.record_id, record.tag_bits, others) for facet, value in found],
    )


def signature(those: Iterable[tuple[str, str]]) -> int:
    """The bits of some facets in ``others``. A row without one of these bits lacks a facet; a row with all of them
    may have them all."""
    bits = 0
    for facet in those:
        if facet in _PLACES:
            bits |= 1 << _PLACES[facet]
        elif facet[0] in NAMES:
            bits |= 1 << len(TERMS) + zlib.crc32(" ".join(facet).encode()) % (BITS - len(TERMS))
    return bits


_PLACES = {facet: place for place, facet in enumerate(TERMS)}


class Wanted(NamedTuple):
    """A filter: calls that have all of these facets."""

    facets: tuple[tuple[str, str], ...] = ()
    since: int | None = None
    """Calls that started at this time or later, milliseconds."""
    until: int | None = None
    """Calls that started before this time, milliseconds."""
    not_called_back: bool = False
    """Only calls after which nobody has talked with the customer."""


class Place(NamedTuple):
    """A call's place in the list: by start, then by id."""

    at: int
    record_id: str


LATEST = Place(2**62, "")


def places(
    db: sqlite3.Connection, wanted: Wanted, beyond: Place | None = None, limit: int = 200, *, forward: bool = False
) -> list[Place]:
    """The calls after a place: older ones, newest first; or with ``forward``, newer ones, oldest first."""
    along, looked = _conditions(db, wanted)
    if beyond is not None:
        along.append((f"(f.at, f.record_id) {'>' if forward else '<'} (?, ?)", beyond))
    order = "ASC" if forward else "DESC"
    query = f"""
        SELECT f.at, f.record_id FROM record_facets AS f WHERE {_and(along + looked)}
        ORDER BY f.at {order}, f.record_id {order} LIMIT ?
    """
    return [Place(*row) for row in db.execute(query, [*_values(along + looked), limit])]


class Found(NamedTuple):
    """A count of calls."""

    calls: int
    is_all: bool
    """False if there were too many to count them all."""


def count(db: sqlite3.Connection, wanted: Wanted) -> Found:
    """Counts the calls of a filter in the newest ``LOOKED`` rows of the rarest facet."""
    along, looked = _conditions(db, wanted)
    query = f"""
        SELECT count(*), coalesce(sum(is_asked), 0) FROM (
            SELECT {_and(looked)} AS is_asked FROM record_facets AS f WHERE {_and(along)}
            ORDER BY f.at DESC, f.record_id DESC LIMIT ?
        )
    """
    rows, calls = db.execute(query, [*_values(looked), *_values(along), LOOKED]).fetchone()
    return Found(calls, rows < LOOKED)


Condition = tuple[str, tuple[object, ...]]
"""SQL, and the values of its question marks."""


def _conditions(db: sqlite3.Connection, wanted: Wanted) -> tuple[list[Condition], list[Condition]]:
    """The conditions along which the table is read, and those that each row is tested by."""
    driver, others = _driver(db, wanted)
    tags = bits_of(value for facet, value in others if facet == "tag")
    along: list[Condition] = [("f.facet = ? AND f.value = ?", driver)]
    if wanted.since is not None:
        along.append(("f.at >= ?", (wanted.since,)))
    if wanted.until is not None:
        along.append(("f.at < ?", (wanted.until,)))
    looked: list[Condition] = [
        ("f.tags & ? = ?", (tags, tags)),
        ("f.others & ? = ?", (bits := signature(others), bits)),
    ]
    # A facet with its own bit is decided by that bit; the others are looked up if their shared bits are set.
    looked += [(_HAS, facet) for facet in others if facet[0] != "tag" and facet not in _PLACES]
    if wanted.not_called_back:
        looked.append((_NOT_CALLED_BACK, ()))
    return along, looked


def _and(conditions: list[Condition]) -> str:
    return " AND ".join(text for text, _ in conditions)


def _values(conditions: list[Condition]) -> list[object]:
    return [value for _, values in conditions for value in values]


_HAS = """
    EXISTS (SELECT 1 FROM record_facets AS g
        WHERE g.facet = ? AND g.value = ? AND g.at = f.at AND g.record_id = f.record_id)
"""
_NOT_CALLED_BACK = """
    NOT EXISTS (SELECT 1 FROM record_facets AS c INDEXED BY record_facets_by_record
        CROSS JOIN record_facets AS r ON r.facet = 'reached' AND r.value = c.value AND r.at > f.at
        WHERE c.record_id = f.record_id AND c.facet = 'customer')
"""


def _driver(db: sqlite3.Connection, wanted: Wanted) -> tuple[tuple[str, str], list[tuple[str, str]]]:
    """The facet along which to read, which is the rarest, and the others, by which each row is tested."""
    known = list(dict.fromkeys(wanted.facets))
    if wanted.not_called_back:
        known.append(("kind", "missed"))
    if not known:
        return ("all", ""), []
    if len(known) > 1:
        since, until = wanted.since or 0, wanted.until if wanted.until is not None else LATEST.at
        query = """
            SELECT count(*) FROM (SELECT 1 FROM record_facets
            WHERE facet = ? AND value = ? AND at >= ? AND at < ? LIMIT ?)
        """
        known.sort(key=lambda facet: db.execute(query, (*facet, since, until, COUNTED)).fetchone()[0])
    return known[0], known[1:]


def values(db: sqlite3.Connection, facet: str, limit: int) -> list[str]:
    """The values of a facet, in order. Each costs one step in the table, however many records have it."""
    rows = db.execute(
        """
        WITH RECURSIVE known(value) AS (
            SELECT min(value) FROM record_facets WHERE facet = ?1
            UNION ALL
            SELECT (SELECT min(value) FROM record_facets WHERE facet = ?1 AND value > known.value)
            FROM known WHERE known.value IS NOT NULL LIMIT ?2
        )
        SELECT value FROM known WHERE value IS NOT NULL
        """,
        (facet, limit + 1),
    )
    return [value for (value,) in rows][:limit]
