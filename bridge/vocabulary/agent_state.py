"""The record of one stretch in one state, version 1: of an agent, or of a device. Written when it ends.

Times, null and ids as in the record of a call. The text below each field is its description in the schema.
"""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec

from bridge.vocabulary.record import Evidence, Gap, Seconds, Time
from bridge.vocabulary.terms import Direction, Role

State = Literal[
    "talking", "hold", "dialling", "ringing", "wrap_up", "paused", "unreachable", "ready", "logged_out", "unknown"
]  # fmt: skip
"""An agent's states, the busiest first: the first one that is true counts."""
Reachability = Literal["reachable", "unreachable", "unknown"]
OF_A_CALL: tuple[State, ...] = ("talking", "hold", "dialling", "ringing")
"""States of an agent who has a call, the busiest first."""
BUSY: tuple[State, ...] = ("talking", "hold", "dialling")
"""States in which no other call should reach the agent."""


class Why(msgspec.Struct, frozen=True):
    """The events with which a stretch began and ended."""

    from_: Evidence | None = msgspec.field(name="from")
    """Null where its beginning was not seen."""
    until: Evidence | None


class AgentStateRecord(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="agent_state"):
    """One stretch of one agent in one state. Those of one agent on one PBX touch and never overlap."""

    version: Literal[1] = 1
    """The version of this schema."""
    state_id: str
    """From PBX, agent and beginning: the same in every instance and replay."""
    revision: int = 1
    """Grows by one each time the stretch is written with other content."""
    complete: bool
    """False if it was not seen to begin, or not seen all the time."""
    gaps: list[Gap]
    """The intervals in the middle of it in which the PBX was not seen."""
    pbx: str
    agent: str
    """The agent's extension or configured name, as in records of calls."""
    device: str
    role: Role
    state: State
    reason: str | None
    """Why ``paused``, in the PBX's words; why ``unreachable``: ``unregistered`` or ``no_answer_to_qualify``."""
    next: State | None
    """The state that follows; null at the end of what was seen."""
    from_: Time = msgspec.field(name="from")
    """When it began; if that was not seen, when it was first seen."""
    until: Time | None
    """Null while it lasts. Such a version is kept in tables only, and replaced when the stretch ends."""
    seconds: Seconds
    queues: list[str]
    """The queues of which the agent was a member."""
    paused_in: list[str]
    """Those of them in which the agent is paused. An agent who is paused only in some of them is ``ready``."""
    record_id: str | None
    """The record of the call, for ``dialling``, ``ringing``, ``talking``, ``hold`` and ``wrap_up``."""
    direction: Direction | None
    """The direction of that call."""
    computed: bool
    """Whether the end follows from a setting, and not from an event: so ends a wrap-up whose time is over."""
    evidence: Why


class DeviceStateRecord(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="device_state"):
    """One stretch in which a device could be reached, or could not."""

    version: Literal[1] = 1
    """The version of this schema."""
    state_id: str
    """From PBX, device and beginning: the same in every instance and replay."""
    revision: int = 1
    """Grows by one each time the stretch is written with other content."""
    complete: bool
    """False if it was not seen to begin."""
    pbx: str
    device: str
    agent: str
    """The agent whose device it is, by the name in records."""
    state: Reachability
    why: str | None
    """Of ``unreachable``: ``unregistered`` or ``no_answer_to_qualify``."""
    from_: Time = msgspec.field(name="from")
    """When it began; if that was not seen, when it was first seen."""
    until: Time | None
    """Null while it lasts. Such a version is kept in tables only, and replaced when the stretch ends."""
    seconds: Seconds
    evidence: Why


StateRecord = AgentStateRecord | DeviceStateRecord


def state_id(pbx: str, kind: str, name: str, since: int) -> str:
    """``kind``: ``agent`` or ``device``; ``since``: milliseconds since the epoch."""
    return hashlib.sha256(f"{pbx}\n{kind}\n{name}\n{since}".encode()).hexdigest()[:32]
