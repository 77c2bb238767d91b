"""What the board shows: one value for each PBX, queue, agent and call.

Times are RFC 3339 in UTC with milliseconds, as in records. None: not known. What a value means and which event of the
PBX it comes from is in ``docs/live.md``. Nothing here depends on when it is looked at: what only passes with time,
such as how long somebody waits, is counted by whoever shows it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from bridge.vocabulary.agent_state import State
from bridge.vocabulary.terms import Direction, Outcome, QueueExit, Role, SpyMode

Kind = Literal["pbx", "queue", "agent", "call", "device", "today", "alarm"]
PbxState = Literal["up", "starting", "partial", "away"]
Stage = Literal[
    "menu", "waiting", "ringing", "dialling", "talking", "hold", "consulting", "conference", "ending"
]  # fmt: skip
Threshold = Literal["customer_waiting", "agent_answer"]


class PbxItem(msgspec.Struct, frozen=True):
    """Key: the PBX's name."""

    state: PbxState
    """``up``; ``starting``: its snapshot is not told yet; ``partial``: ARI alone, so nothing of queues; ``away``."""
    since: str | None
    """Of the state; ``away``: when the PBX was last heard."""
    feeds: dict[str, Literal["up", "away"]]
    behind_seconds: float | None = None
    """How long ago its last event had happened when it was read, by the PBX's own clock; None where events are not
    stamped."""
    clock_offset: float | None = None
    """The PBX's clock less ours, seconds; None until it has been asked."""


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


class Failure(msgspec.Struct, frozen=True):
    """An offer at which the phone failed."""

    at: str
    reason: str | None


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
    handled: int | None = None
    """Of today, as the report of agents counts them, and offers of calls in progress that are over already; None:
    without a store, or not computed yet. These are calls in which the agent talked."""
    answered: int | None = None
    rejected: int | None = None
    no_answer: int | None = None
    device_failed: int | None = None
    last_failure: Failure | None = None
    """The last offer of today at which the phone failed."""


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
    answer_due: str | None = None
    """When it will have rung longer than the agent answer threshold; None of one that does not ring."""


class StaySoFar(msgspec.Struct, frozen=True):
    """One stay in a queue. ``exit`` and ``left_at`` are None while it lasts."""

    queue: str
    joined_at: str | None
    left_at: str | None
    exit: QueueExit | None


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
    stays: list[StaySoFar] | None = None
    """In queues, in order; None as of ``offers``."""
    is_answered: bool = False
    """Whether the staff have answered it, as the reports count that."""
    over_threshold: list[Threshold] = []
    """Which of the two the call has passed already."""
    tags_so_far: list[str] | None = None
    """Tags that hold by now, a few of which are taken back later. None while nobody looks at the call's page, and of
    a call too large."""


class DeviceItem(msgspec.Struct, frozen=True):
    """Key: PBX/device."""

    agent: str
    state: Literal["in call", "ringing", "unreachable", "idle", "unknown"]
    since: str | None


class TodayItem(msgspec.Struct, frozen=True):
    """Figures of the reports since midnight, by the moment at which things happened. Key: ``all``, ``dn:NUMBER`` or
    ``queue:NAME``. Calls in progress are in ``arrived``, and once they are answered in ``answered``; all else is of
    calls on record."""

    arrived: int
    """Calls that came in, to a queue those that joined it."""
    answered: int
    abandoned: int
    short_abandons: int
    exited: int
    """Left unanswered, as the queue gave up; of a queue by a key too."""
    overflowed: int
    """Found no room; of a queue: it was full."""
    sl: float | None
    """Service level, 0 to 1; None where nothing counts for it yet."""
    sl_formula: str
    """Its name in the reports."""
    sl_within: float | None
    """N of that formula, seconds; None of calls to which more than one applies."""
    sl_30: float | None
    """The same, of the last 30 minutes."""
    sl_30_of: int
    """How many calls that is of."""
    asa: float | None
    """Average speed of answer, seconds."""
    wait_longest: float | None
    """Seconds that the caller waited who wanted an agent and waited longest; calls in progress are not in it."""
    wait_longest_call: str | None
    """The record_id of that call."""
    talk_avg: float | None
    """Talk of answered calls, seconds; None of queues, whose report has no talk."""


AlarmName = Literal[
    "no_agent", "waiting_long", "waiting_many", "service_level", "device_failures", "pbx_away", "clock", "behind",
    "store", "sink",
]  # fmt: skip


class AlarmItem(msgspec.Struct, frozen=True):
    """Something is wrong, and has been for some seconds. Key: NAME:KIND:KEY of what it is about."""

    name: AlarmName
    kind: Literal["queue", "today", "device", "pbx", "service"]
    key: str
    """Of the item; of the service the sink's name."""
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
