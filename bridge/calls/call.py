"""One finished call, as the tags read it: explicit types, all times in seconds since the epoch.

These are facts put in order, not yet verdicts on the call: the tags decide. Channels stay reachable from here so that
evidence can name them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bridge.pbx.channel import Channel, Request
from bridge.pbx.queues import QueueStay
from bridge.pbx.unseen import Unseen
from bridge.vocabulary.terms import (
    Direction,
    EndedBy,
    Outcome,
    QueueExit,
    Role,
    SpyMode,
    TransferKind,
    TransferOutcome,
    TransferTarget,
)

OverflowReason = Literal["queue_full", "line_cap", "trunk_cap"]

TOLERANCE = 0.3
"""Seconds by which two events of one happening may differ in order or time (asterisk-facts: events race)."""


@dataclass(frozen=True, slots=True)
class Party:
    """Whoever is behind a channel. ``name`` is the customer's number, the extension, or the configured name."""

    name: str
    role: Role
    device: str

    @property
    def is_staff(self) -> bool:
        return self.role in ("agent", "supervisor")

    @property
    def is_inside(self) -> bool:
        """Staff or another internal phone."""
        return self.role in ("agent", "supervisor", "extension")


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of time in which the same channels heard one another."""

    start: float
    until: float
    channels: tuple[Channel, ...]
    """The parties' channels in the conversation, without those of the PBX itself."""
    speakers: frozenset[Party]
    """The parties that the others can hear, barging ones included."""


@dataclass(slots=True)
class Offer:
    """One attempt to deliver the call to one device of the staff."""

    party: Party
    queue: str | None
    started_at: float
    ringing_at: float | None
    ended_at: float
    outcome: Outcome | None
    """None: nothing tells what became of it, or how it failed."""
    reason: str | None
    cause: int | None
    sip_code: int | None
    channel: Channel | None
    """The offered leg; None where the device could not even be called."""
    root: Channel | None
    """The channel for whom the offer was made: the waiting or dialling one, in front of any Local channels."""
    dialled_at: float
    """When the queue or Dial began, which for a Local member is a little before its phone's own leg."""
    reported: str | None = None
    """The browser phone's own report that decided it, where one did."""
    unseen: bool = False
    """Whether part of it was not seen, so that nobody knows whether it failed."""
    ended_unseen: bool = False
    """Whether ``ended_at`` is only until when it was seen."""
    round: int = 0
    """Counts up with each attempt; offers that ring side by side (ring-all) share one."""

    @property
    def silent_at(self) -> float:
        """When the phone stopped ringing: at the offer's end, or when it was answered and not put through."""
        up_at = self.channel.up_at if self.channel is not None else None
        return self.ended_at if up_at is None else min(self.ended_at, up_at)

    @property
    def ring_seconds(self) -> float:
        return max(0.0, self.silent_at - self.ringing_at) if self.ringing_at is not None else 0.0

    @property
    def failed(self) -> bool:
        return self.outcome in ("rejected", "cpe_rejected", "no_answer", None) and not self.unseen

    @property
    def answered(self) -> bool:
        return self.outcome == "answered"

    @property
    def ending(self) -> str:
        """The event that ended it: the phone's own word, its leg's end, or without a leg what told of that."""
        if self.reported is not None:
            return self.reported
        if self.channel is not None:
            return "HangupRequest" if self.channel.hangup_request is not None else "Hangup"
        return "QueueMemberStatus" if self.queue and self.root is not None and not self.root.is_local else "VarSet"


@dataclass(frozen=True, slots=True)
class QueuePass:
    """One stay in one queue."""

    stay: QueueStay
    channel: Channel
    name: str
    joined_at: float | None
    left_at: float
    position: int | None
    exit: QueueExit
    tried: tuple[tuple[float, float], ...]
    """The intervals in which the queue had an offer open for this caller."""
    waited_unready: float | None
    """Since when, in the first such stretch, the caller waited while no agent was ready; None if never so long."""


@dataclass(frozen=True, slots=True)
class Transfer:
    kind: TransferKind
    at: float
    by: Party | None
    from_: Party | None
    to: Party | None
    """The party that was connected by it, or was meant."""
    to_name: str | None
    target_type: TransferTarget
    outcome: TransferOutcome
    event: str
    channel: Channel
    since: float
    until: float
    """The stretch in which nothing else can have happened, or it was another transfer."""

    @property
    def connected(self) -> bool:
        return self.outcome == "answered"


@dataclass(frozen=True, slots=True)
class Supervision:
    by: Party
    target: Party
    mode: SpyMode | None
    """None: nothing tells whether it was more than listening."""
    start: float
    until: float
    spyer: Channel
    spyee: Channel
    event: str = "ChanSpyStart"


@dataclass(frozen=True, slots=True)
class Conference:
    """A stretch with three or more speaking parties."""

    start: float
    until: float
    speakers: frozenset[Party]


@dataclass(frozen=True, slots=True)
class Ending:
    by: EndedBy
    at: float
    channel: Channel | None
    request: Request | None
    side: Literal["staff", "customer", "system"] | None
    """Who ended the last conversation; None when nobody was ever connected."""


@dataclass(frozen=True, slots=True)
class Overflow:
    """The call was refused because a limit was reached."""

    reason: OverflowReason
    at: float
    event: str
    channel: Channel
    detail: str
    told: bool
    """Whether the PBX or its dialplan said so; otherwise it was concluded from all that happened."""


@dataclass(frozen=True, slots=True)
class Participant:
    party: Party
    joined_at: float
    left_at: float
    talk_seconds: float
    hold_seconds: float


@dataclass(slots=True)
class Call:
    pbx: str
    call_id: str
    linked_ids: list[str]
    channels: list[Channel]
    parties: dict[str, Party]
    """The party of each channel, by channel id."""
    direction: Direction
    dn: str | None
    dialled: str | None
    """The number that the customer dialled, or that was shown to the customer."""
    dialled_at: float
    """When that number was told."""
    customer: Channel | None
    originator: Channel
    started_at: float
    ended_at: float
    answered_at: float | None = None
    connected_at: float | None = None
    waited_in: str | None = None
    """The first queue that it came into before anybody answered."""
    waited_since: float = 0.0
    """Inbound: when the call came into its first queue, or without a queue began."""
    wait_seconds: float = 0.0
    talk_seconds: float = 0.0
    hold_seconds: float = 0.0
    moments: list[Moment] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    queues: list[QueuePass] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    supervisions: list[Supervision] = field(default_factory=list)
    conferences: list[Conference] = field(default_factory=list)
    participants: list[Participant] = field(default_factory=list)
    ending: Ending | None = None
    overflow: Overflow | None = None
    consult_of: str | None = None
    callback_of: str | None = None
    called_back_by: str | None = None
    """The call back that showed that this call had asked for one."""
    complete: bool = True
    gaps: list[tuple[float | None, float | None]] = field(default_factory=list)
    unseen: Unseen = field(default_factory=Unseen)

    @property
    def callback_requested(self) -> bool:
        """Whether the caller gave up the line and kept the place."""
        said = self.variable("CALLBRIDGE_CALLBACK")
        return self.called_back_by is not None or (said is not None and said[1] == "requested")

    def party(self, channel: Channel) -> Party:
        return self.parties[channel.id]

    def variable(self, name: str) -> tuple[Channel, str] | None:
        """The first channel of the call that carries a variable, and its value."""
        for channel in self.channels:
            if value := channel.variables.get(name):
                return channel, value
        return None
