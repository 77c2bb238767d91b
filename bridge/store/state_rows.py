"""Stretches of states as rows, the same in SQLite and PostgreSQL: the columns that reports count, and the record.

Times are whole milliseconds since the epoch, conditions 0 or 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from bridge.records.worth import state_worth
from bridge.store.row_tables import create_table
from bridge.vocabulary.agent_state import AgentStateRecord, StateRecord
from bridge.vocabulary.times import milliseconds


class StateRow(NamedTuple):
    """One stretch of an agent."""

    state_id: str
    worth: str
    pbx: str
    agent: str
    role: str
    state: str
    reason: str | None
    next: str | None
    since: int
    until: int | None
    """Null while it lasts."""
    of_record: str | None
    """The id of the record of its call."""
    complete: int
    json: str


class DeviceRow(NamedTuple):
    """One stretch of a device."""

    state_id: str
    worth: str
    pbx: str
    device: str
    agent: str
    state: str
    why: str | None
    since: int
    until: int | None
    complete: int
    json: str


KINDS: dict[str, type[tuple[Any, ...]]] = {"agent_states": StateRow, "device_states": DeviceRow}
WHOSE = {"agent_states": "agent", "device_states": "device"}
"""The column that names the agent or device."""
LONG = 86_400_000
"""Milliseconds from which on a stretch counts as long: these few have an index of their own."""
IS_LONG = f"(until IS NULL OR until - since > {LONG})"
SLACK = 1000
"""Milliseconds by which two stretches may overlap: two instances see a change a little apart."""


def create(prefix: str = "", options: str = "") -> list[str]:
    """The statements that make the tables and their indexes, for both databases."""
    statements = []
    for table, kind in KINDS.items():
        key = ("pbx", WHOSE[table], "since", "state_id")
        indexes = {"state_id": "state_id", "since": "since", "until": "until"}
        statements += create_table(table, kind, key, indexes, prefix, options)
        statements.append(f"CREATE INDEX {table}_by_long ON {prefix}{table} (since) WHERE {IS_LONG}")
    return statements


_encode = msgspec.json.Encoder().encode


def table_of(one: StateRecord) -> str:
    return "agent_states" if isinstance(one, AgentStateRecord) else "device_states"


def row(one: StateRecord) -> StateRow | DeviceRow:
    """The row of a stretch."""
    json = _encode(one)
    since, until = milliseconds(one.from_), milliseconds(one.until) if one.until is not None else None
    worth = state_worth(one.revision, one.complete, json)
    if isinstance(one, AgentStateRecord):
        return StateRow(
            one.state_id, worth, one.pbx, one.agent, one.role, one.state, one.reason, one.next, since, until,
            one.record_id, int(one.complete), json.decode(),
        )  # fmt: skip
    return DeviceRow(
        one.state_id, worth, one.pbx, one.device, one.agent, one.state, one.why, since, until, int(one.complete),
        json.decode(),
    )  # fmt: skip


class Claim(NamedTuple):
    """The parts of a stretch that decide whether another one may stand beside it."""

    state_id: str
    worth: str
    since: int
    until: int | None
    complete: int


def beaten(coming: Claim, kept: Sequence[Claim]) -> list[str] | None:
    """The ids of the kept stretches that a coming one replaces; None if the coming one is not kept.

    If two overlap, the one that has ended stays, then the complete one, then the longer one. A stretch that seems to
    last although a later one has begun is over: its end is still to come.
    """
    gone = []
    for other in kept:
        if other.state_id == coming.state_id:
            if other.worth >= coming.worth:
                return None
            gone.append(other.state_id)
        elif _overlap(coming, other):
            if other.until is None and other.since < coming.since:
                gone.append(other.state_id)
            elif _order(other) >= _order(coming):
                return None
            else:
                gone.append(other.state_id)
    return gone


def _overlap(one: Claim, other: Claim) -> bool:
    """Whether two stretches overlap by more than ``SLACK``."""
    ends = [claim.until for claim in (one, other) if claim.until is not None]
    since = max(one.since, other.since)
    return not ends or min(ends) - since > SLACK


def _order(claim: Claim) -> tuple[bool, int, int]:
    length = claim.until - claim.since if claim.until is not None else -claim.since
    return claim.until is not None, claim.complete, length
