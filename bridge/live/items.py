"""The items of the board: one value for each PBX, queue, agent and call.

Times are RFC 3339 in UTC with milliseconds, as in records. None means not known. ``docs/live.md`` says what each
value means and from which event of the PBX it comes. No value depends on the time of looking: whoever shows an item
computes from it how long somebody has waited.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from bridge.vocabulary.agent_state import State
from bridge.vocabulary.terms import Direction, Outcome, QueueExit, Role, SpyMode

Kind = Literal["pbx", "queue", "agent", "call", "device", "today", "alarm"]
PhoneState = Literal["in call", "ringing", "unreachable", "idle", "unknown"]
"""What a device does now."""
PbxState = Literal["up", "starting", "partial", "away"]
Stage = Literal[
    "menu", "waiting", "ringing", "dialling", "talking", "hold", "consulting", "conference", "ending"
]  # fmt: skip
Threshold = Literal["customer_waiting", "agent_answer"]


class PbxItem(msgspec.Struct, frozen=True):
    """Key: the PBX's name."""

    state: PbxState
    """``up``; ``starting``: its snapshot is not complete; ``partial``: ARI alone, which tells nothing of queues;
    ``away``."""
    since: str | None
    """When the state began; if ``away``, when the PBX was last heard."""
    feeds: dict[str, Literal["up", "away"]]
    behind_seconds: float | None = None
    """Seconds between its last event and our reading it, by the PBX's own clock; None if events carry no time stamp.
    """
    clock_offset: float | None = None
    """Seconds by which the PBX's clock is ahead of ours; None until it has been asked."""


class QueueItem(msgspec.Struct, frozen=True):
    """Key: PBX/queue. Members are counted as agents: an agent with two phones counts once. The six counts add up to
    ``logged_in``; all are None if only ARI tells of the PBX."""

    waiting: int
    """Callers who have joined and are not connected yet; a caller for whom a phone rings still waits."""
    ringing: int
    """Those of them for whom a phone is being called."""
    talking: int
    """Callers of this queue who are connected to an agent."""
    longest_since: str | None
    """Since when the first of the waiting callers has waited."""
    calls: list[str]
    """Keys of the calls that wait, in the order of joining, then of those that talk."""
    logged_in: int | None = None
    ready: int | None = None
    busy: int | None = None
    ringing_agents: int | None = None
    paused: int | None = None
    """Paused in this queue. An agent in a call, or whose phone rings, is counted there instead."""
    unreachable: int | None = None
    wrap_up: int | None = None
    """Agents in after-call work."""


class Failure(msgspec.Struct, frozen=True):
    """An offer at which the phone failed."""

    at: str
    reason: str | None


class AgentItem(msgspec.Struct, frozen=True):
    """Key: PBX/agent, with the agent's name as in records. An agent with two phones is one item, in the state of the
    busier phone."""

    name: str
    role: Role
    device: str
    state: State
    since: str | None
    """When the state began; None if it began before anybody looked."""
    until: str | None = None
    """When after-call work will be over, if that follows from a setting."""
    reason: str | None = None
    """The reason of a pause, in the PBX's words; or why the phone is ``unreachable``: ``unregistered`` or
    ``no_answer_to_qualify``."""
    queues: list[str] = []
    paused_in: list[str] = []
    call: str | None = None
    """Key of the call in hand."""
    direction: Direction | None = None
    with_: str | None = msgspec.field(name="with", default=None)
    """The customer's number, or the colleague's name, at the other end."""
    on_hold_since: str | None = None
    listening_to: str | None = None
    """The agent whom this one listens to, whispers to or has joined (``mode``)."""
    mode: SpyMode | None = None
    handled: int | None = None
    """Today's figures, as the report of agents counts them, with the offers of calls in progress that have ended.
    They count calls in which the agent talked. None: there is no store, or nothing is computed yet."""
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
    """When the phone will have rung longer than the agent answer threshold; None if it does not ring."""


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
    """None: nothing tells which of the three it is."""


class CallItem(msgspec.Struct, frozen=True):
    """Key: the ``record_id`` that the call's record will have."""

    pbx: str
    direction: Direction
    dn: str | None
    number: str | None
    """The customer's number."""
    name: str | None
    started_at: str
    answered_at: str | None
    seen_from_start: bool
    """Whether the call's beginning was seen. If not, it has lasted longer than it seems."""
    stage: Stage
    stage_since: str
    queue: str | None = None
    """The queue in which the call waits, or whose agent has it."""
    joined_at: str | None = None
    """When the call joined the queue in which it waits; None if it does not wait."""
    position: int | None = None
    """The place among those who wait in the queue now."""
    agents: list[str] = []
    """Names of the staff who are connected; if nobody is, of those whose phone is being called."""
    supervisors: list[Supervising] = []
    offers: list[OfferSoFar] | None = None
    """None for a call that is too large to be judged while it lasts."""
    answer_due: str | None = None
    """When the caller will have waited longer than the customer waiting threshold; None once connected."""
    stays: list[StaySoFar] | None = None
    """In queues, in order; None as of ``offers``."""
    is_answered: bool = False
    """Whether staff have answered the call, as the reports count it."""
    over_threshold: list[Threshold] = []
    """Which of the two thresholds the call has passed."""
    tags_so_far: list[str] | None = None
    """Tags that hold by now; a few of them may be taken back. None while nobody looks at the call's page, and for a
    call that is too large."""


class DeviceItem(msgspec.Struct, frozen=True):
    """Key: PBX/device."""

    agent: str
    state: PhoneState
    since: str | None


class TodayItem(msgspec.Struct, frozen=True):
    """Figures of the reports since midnight, by the moment at which things happened.

    Key: ``all``, ``dn:NUMBER`` or ``queue:NAME``. Calls in progress are counted in ``arrived`` and, once answered, in
    ``answered``; everything else counts calls on record.
    """

    arrived: int
    """Calls that came in; for a queue, calls that joined it."""
    answered: int
    abandoned: int
    short_abandons: int
    exited: int
    """Left the queue unanswered because the queue gave up; for a queue, also by a key."""
    overflowed: int
    """Found no room; for a queue: it was full."""
    sl: float | None
    """Service level, 0 to 1; None if no call counts for it yet."""
    sl_formula: str
    """The formula's name in the reports."""
    sl_within: float | None
    """N of that formula in seconds; None if several N apply."""
    sl_30: float | None
    """The same, of the last 30 minutes."""
    sl_30_of: int
    """The number of calls behind that."""
    asa: float | None
    """Average speed of answer, seconds."""
    wait_longest: float | None
    """The longest wait of a caller who wanted an agent, in seconds; without calls in progress."""
    wait_longest_call: str | None
    """The record_id of that call."""
    talk_avg: float | None
    """Talk of answered calls, in seconds; None for queues, whose report has no talk."""


AlarmName = Literal[
    "no_agent", "waiting_long", "waiting_many", "service_level", "device_failures", "pbx_away", "clock", "behind",
    "store", "sink",
]  # fmt: skip


class AlarmItem(msgspec.Struct, frozen=True):
    """Something that is wrong, and has been for some seconds. Key: NAME:KIND:KEY of the item that it is about."""

    name: AlarmName
    kind: Literal["queue", "today", "device", "pbx", "service"]
    key: str
    """The item's key; for an alarm about the service, the sink's name."""
    since: str


Item = PbxItem | QueueItem | AgentItem | CallItem | DeviceItem | TodayItem | AlarmItem


class Change(NamedTuple):
    """One item before and after a change."""

    kind: Kind
    key: str
    old: Item | None
    """None: the item is new."""
    new: Item | None
    """None: the item is gone."""
