"""What the board shows: one value for each PBX, queue, agent and call.

Times are RFC 3339 in UTC with milliseconds, as in records. None: not known. What a value means and which event of the
PBX it comes from is in ``docs/live.md``. Nothing here depends on when it is looked at: what only passes with time,
such as how long somebody waits, is counted by whoever shows it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from bridge.vocabulary.agent_state import State
from bridge.vocabulary.terms import Direction, Outcome, Role, SpyMode

Kind = Literal["pbx", "queue", "agent", "call", "device", "today", "alarm"]
PbxState = Literal["up", "starting", "partial", "away"]
Stage = Literal[
    "menu", "waiting", "ringing", "dialling", "talking", "hold", "consulting", "conference", "ending"
]  # fmt: skip


class PbxItem(msgspec.Struct, frozen=True):
    """Key: the PBX's name."""

    state: PbxState
    """``up``; ``starting``: its snapshot is not told yet; ``partial``: ARI alone, so nothing of queues; ``away``."""
    since: str | None
    """Of the state; ``away``: when the PBX was last heard."""
    feeds: dict[str, Literal["up", "away"]]


class QueueItem(msgspec.Struct, frozen=True):
    """Key: PBX/queue. Members are counted as agents: one with two phones once. Their six counts add up to
    ``logged_in``; all are None where only ARI tells of the PBX."""

    waiting: int
    """Callers who came in and are not connected yet; one for whom a phone rings still waits."""
    ringing: int
    """Of them, those for whom a phone is called."""
    talking: int
    """Callers of this queue who are connected to its agents."""
    longest_since: str | None
    """Since when the first of those who wait has waited."""
    calls: list[str]
    """Keys of the calls that wait, in order of joining, then of those that talk."""
    logged_in: int | None = None
    ready: int | None = None
    busy: int | None = None
    ringing_agents: int | None = None
    paused: int | None = None
    """Paused in this queue; who is in a call, or rings, is counted there."""
    unreachable: int | None = None
    wrap_up: int | None = None
    """In after-call work."""


class AgentItem(msgspec.Struct, frozen=True):
    """Key: PBX/agent, as records name the agent. An agent with two phones is one, in the busiest phone's state."""

    name: str
    role: Role
    device: str
    state: State
    since: str | None
    """Of the state; None: it began before anybody looked."""
    until: str | None = None
    """When after-call work will be over, where that follows from a setting."""
    reason: str | None = None
    """Of a pause, in the PBX's words; of ``unreachable``: ``unregistered`` or ``no_answer_to_qualify``."""
    queues: list[str] = []
    paused_in: list[str] = []
    call: str | None = None
    """Key of the call in hand."""
    direction: Direction | None = None
    with_: str | None = msgspec.field(name="with", default=None)
    """Number of the customer, or name of the colleague, at the other end."""
    on_hold_since: str | None = None
    listening_to: str | None = None
    """Name of whom this one listens to, without being heard by everybody or at all (``mode``)."""
    mode: SpyMode | None = None


class OfferSoFar(msgspec.Struct, frozen=True):
    """One attempt to reach an agent. ``outcome`` and ``ended_at`` are None while it lasts."""

    agent: str
    device: str
    queue: str | None
    started_at: str
    ringing_at: str | None
    ended_at: str | None
    outcome: Outcome | None
    reason: str | None


class Supervising(msgspec.Struct, frozen=True):
    """Somebody listens to a call, whispers or has barged in."""

    by: str
    to: str
    mode: SpyMode | None
    """None: nothing tells which."""


class CallItem(msgspec.Struct, frozen=True):
    """Key: the ``record_id`` that the call's record will have."""

    pbx: str
    direction: Direction
    dn: str | None
    number: str | None
    """Of the customer."""
    name: str | None
    started_at: str
    answered_at: str | None
    seen_from_start: bool
    """Whether its beginning was seen: otherwise times are at least what they seem."""
    stage: Stage
    stage_since: str
    queue: str | None = None
    """In which it waits, or whose agent it is connected to."""
    joined_at: str | None = None
    """When it came into the queue in which it waits; None of one that does not."""
    position: int | None = None
    """Among those who wait in the queue now."""
    agents: list[str] = []
    """Names of the staff who are connected, or else of those whose phone is called."""
    supervisors: list[Supervising] = []
    offers: list[OfferSoFar] | None = None
    """None: of a call too large to be judged while it lasts."""
    answer_due: str | None = None
    """When the caller will have waited longer than the customer waiting threshold; None once connected."""


class DeviceItem(msgspec.Struct, frozen=True):
    """Key: PBX/device."""

    agent: str
    state: Literal["in call", "ringing", "unreachable", "idle", "unknown"]
    since: str | None


class TodayItem(msgspec.Struct, frozen=True):
    """Figures of the reports since midnight: of calls on record, so those in progress are not in them. Key: ``all``,
    ``dn:NUMBER`` or ``queue:NAME``."""

    arrived: int | None
    """Calls that came in, to a queue those that joined it."""
    answered: int | None
    abandoned: int | None
    sl: float | None
    """Service level, 0 to 1; None where nothing counts for it yet."""
    sl_formula: str
    """Its name in the reports."""
    asa: float | None
    """Average speed of answer, seconds."""


AlarmName = Literal[
    "no_agent", "waiting_long", "waiting_many", "service_level", "device_failures", "pbx_away", "clock", "behind",
    "store", "sink",
]  # fmt: skip


class AlarmItem(msgspec.Struct, frozen=True):
    """Something is wrong, and has been for some seconds. Key: NAME:KIND:KEY of what it is about."""

    name: AlarmName
    kind: Literal["queue", "agent", "pbx", "service"]
    key: str
    """Of the queue, agent or PBX; of the service the sink's name, or empty."""
    since: str


Item = PbxItem | QueueItem | AgentItem | CallItem | DeviceItem | TodayItem | AlarmItem


class Change(NamedTuple):
    """What one item was and is."""

    kind: Kind
    key: str
    old: Item | None
    """None: it is new."""
    new: Item | None
    """None: it is gone."""
