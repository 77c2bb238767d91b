"""The narrow tables that reports count: columns, keys and indexes, the same in SQLite and PostgreSQL.

They stand beside the records. Each row has one moment. Times are whole milliseconds since the epoch, durations whole
milliseconds, conditions 0 or 1. Null: unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, get_type_hints


class CallRow(NamedTuple):
    """One for each record."""

    record_id: str
    pbx: str
    started: int
    ended: int
    answered: int | None
    direction: str
    way: str
    """The direction as reports count it: every consultation is ``internal``."""
    dn: str | None
    customer: str | None
    outcome: str | None
    """Null for an internal call and a consultation."""
    outcome_at: int
    stage: str | None
    """Where an abandoned call was: ``menu``, ``queue``, ``ringing``, ``unseen``."""
    short: int
    wanted: int
    """Whether the caller wanted an agent."""
    wait_ms: int | None
    talk_ms: int
    hold_ms: int
    tag_bits: int
    complete: int
    is_callback: int
    is_consult: int
    first_staff: str | None
    """The first of the staff in the conversation; of an outbound call, the one who placed it."""
    staff_talking: int
    """How many different people of the staff talked."""
    rings: int
    """How many answered offers were seen ringing; ``ring_ms`` is the sum, ``ring_longest`` the longest ringing."""
    ring_ms: int
    ring_longest: int
    entered_stays: int
    abandoned_stays: int
    defects: int
    """How many durations of the record came out below zero, and are null."""


class StayRow(NamedTuple):
    """One for each stay in a queue."""

    record_id: str
    n: int
    pbx: str
    started: int
    way: str
    queue: str
    entered_at: int
    at: int
    """When the caller left, or else the record's end."""
    exit: str
    exit_group: str
    is_callback: int
    """Whether the caller left by a key and asked for a call back."""
    wait_ms: int | None
    position: int | None
    rounds: int
    """How many times the queue offered the call: offers that overlap are one round."""


class OfferRow(NamedTuple):
    """One for each offer."""

    record_id: str
    n: int
    pbx: str
    started: int
    way: str
    agent: str
    device: str
    queue: str | None
    at: int
    """The offer's end, or else its start."""
    outcome: str
    """``unknown`` if the record has null."""
    reason: str | None
    cause: int | None
    sip_code: int | None
    ring_ms: int | None
    """Null if the device was not seen ringing."""
    threshold_ms: int | None
    """The agent answer threshold that was in force; null if the record does not tell it."""


class TalkRow(NamedTuple):
    """One for each participant who talked, and one without talk for each of the staff of whom the record tells
    anything else that is counted by person."""

    record_id: str
    n: int
    pbx: str
    started: int
    ended: int
    way: str
    party: str
    role: str
    device: str
    at: int
    """When the party left, or else the record's end."""
    talk_ms: int
    hold_ms: int
    is_last: int
    """Whether it is the party's last talk of the record; that row has the sums of all of them."""
    talk_all_ms: int
    hold_all_ms: int
    conference: int
    hung_up: int
    lost_at: int | None
    """When the device was lost in the call."""


class TransferRow(NamedTuple):
    """One for each transfer."""

    record_id: str
    n: int
    pbx: str
    started: int
    way: str
    kind: str
    by: str | None
    sender: str | None
    target: str | None
    target_type: str
    taker: str | None
    """The staff member who got the call: the target, or if that is a queue, the one who answered its next offer."""
    at: int
    outcome: str
    before_ms: int | None
    """From the answer, or the moment when the sender joined the call, to the transfer."""
    is_last: int
    """Whether it is the last transfer of the record."""


class SupervisionRow(NamedTuple):
    """One for each stretch of supervision."""

    record_id: str
    n: int
    pbx: str
    started: int
    way: str
    by: str
    role: str
    target: str
    mode: str
    """``unknown`` where the record has null."""
    at: int
    ms: int | None
    last_of_target: int
    """Whether it is the record's last one in this mode on this target."""
    last_of_pair: int
    """Whether it is the record's last one in this mode by this supervisor on this target."""


UNREAD = ("last_of_by", "last_for_target")
"""Columns that supervisions once had, and that no figure used."""


class Rows(NamedTuple):
    """All rows of one record, by table."""

    calls: list[CallRow]
    stays: list[StayRow]
    offers: list[OfferRow]
    talks: list[TalkRow]
    transfers: list[TransferRow]
    supervisions: list[SupervisionRow]


KINDS: dict[str, type[tuple[Any, ...]]] = {
    "calls": CallRow, "stays": StayRow, "offers": OfferRow, "talks": TalkRow,
    "transfers": TransferRow, "supervisions": SupervisionRow,
}  # fmt: skip
"""The type of the rows of each table."""
KEYS = {"calls": ("started", "record_id")} | dict.fromkeys(
    ("stays", "offers", "talks", "transfers", "supervisions"), ("at", "record_id", "n")
)
"""Primary keys. They begin with the time by which rows are selected, so that a period lies in one piece."""
INDEXES: dict[str, dict[str, str]] = {
    "calls": {"outcome_at": "outcome_at", "ended": "ended", "customer": "customer"},
    "stays": {"entered_at": "entered_at", "queue": "queue"},
    "offers": {"agent": "pbx, agent, at, outcome, ring_ms, threshold_ms, queue"},
    "talks": {
        "ended": "ended", "lost_at": "lost_at",
        "party": "pbx, party, at, role, is_last, way, talk_all_ms, hold_all_ms",
    },
    "transfers": {},
    "supervisions": {},
}  # fmt: skip
"""The indexes of each table: name and columns. Those by person contain everything that a long report by agent reads,
in the order in which it groups."""


def columns(kind: type[tuple[Any, ...]]) -> dict[str, tuple[str, bool]]:
    """For each column, ``text`` or ``bigint``, and whether it may be null."""
    found = {}
    for name, hint in get_type_hints(kind).items():
        kinds = set(getattr(hint, "__args__", (hint,)))
        found[name] = ("text" if str in kinds else "bigint", type(None) in kinds)
    return found


def create(table: str, prefix: str = "", options: str = "") -> list[str]:
    """The statements that make a table of these rows."""
    indexes = {"record_id": "record_id"} | INDEXES[table]
    return create_table(table, KINDS[table], KEYS[table], indexes, prefix, options)


def create_table(
    table: str, kind: type[tuple[Any, ...]], key: Sequence[str], indexes: Mapping[str, str], prefix: str, options: str
) -> list[str]:
    """The statements that make a table and its indexes, for both databases."""
    made = [f"{name} {type_}{'' if null else ' NOT NULL'}" for name, (type_, null) in columns(kind).items()]
    made.append(f"PRIMARY KEY ({', '.join(key)})")
    statements = [f"CREATE TABLE {prefix}{table} ({', '.join(made)}){options}"]
    for name, indexed in indexes.items():
        statements.append(f"CREATE INDEX {table}_by_{name} ON {prefix}{table} ({indexed})")
    return statements
