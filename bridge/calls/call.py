"""One finished call, as the tags read it: values that nobody changes, all times in seconds since the epoch.

These are facts put in order, not yet verdicts on the call: the tags decide. Channels stay reachable from here so that
evidence can name them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from bridge.calls.offer import Offer
from bridge.calls.party import Party
from bridge.pbx.channel import Channel
from bridge.pbx.history import Request
from bridge.pbx.queues import QueueStay
from bridge.pbx.unseen import Unseen
from bridge.vocabulary.terms import (
    DialOutcome,
    Direction,
    EndedBy,
    QueueExit,
    SpyMode,
    TransferKind,
    TransferOutcome,
    TransferTarget,
)

Gap = tuple[float | None, float | None]
"""From when until when the feed that carries the calls was away; None: before, or after, all that is known."""
Side = Literal["staff", "customer", "system"]
OverflowReason = Literal["queue_full", "line_cap", "trunk_cap"]


class Moment(msgspec.Struct, frozen=True):
    """A stretch of time in which the same channels heard one another."""

    start: float
    until: float
    channels: tuple[Channel, ...]
    """The parties' channels in the conversation, without those of the PBX itself."""
    speakers: frozenset[Party]
    """The parties that the others can hear, barging ones included."""
    came: tuple[Channel, ...]
    """Of the channels those that were in no conversation just before."""
    left: tuple[Channel, ...]
    """And those that are in none just after."""


class OtherDial(msgspec.Struct, frozen=True):
    """A dial to somebody outside, or to a plain extension."""

    number: str
    device: str
    trunk: str | None
    by: str | None
    started_at: float
    ringing_at: float | None
    ended_at: float | None
    outcome: DialOutcome | None
    cause: int | None
    sip_code: int | None


class QueuePass(msgspec.Struct, frozen=True):
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
    waits: Channel
    """The party that waits: the channel itself, or who is on the other side of a Local channel."""
    waited_unready: float | None
    """Since when, in the first such stretch, the caller waited while no agent was ready; None if never so long."""


class Transfer(msgspec.Struct, frozen=True):
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


class Supervision(msgspec.Struct, frozen=True):
    by: Party
    target: Party
    mode: SpyMode | None
    """None: nothing tells whether it was more than listening."""
    start: float
    until: float
    spyer: Channel
    spyee: Channel
    event: str = "ChanSpyStart"


class Conference(msgspec.Struct, frozen=True):
    """A stretch with three or more speaking parties."""

    start: float
    until: float
    speakers: frozenset[Party]


class Ending(msgspec.Struct, frozen=True):
    by: EndedBy
    at: float
    channel: Channel | None
    request: Request | None
    side: Side | None
    """Who ended the last conversation; None when nobody was ever connected."""


class Overflow(msgspec.Struct, frozen=True):
    """The call was refused because a limit was reached."""

    reason: OverflowReason
    at: float
    event: str
    channel: Channel
    detail: str
    told: bool
    """Whether the PBX or its dialplan said so; otherwise it was concluded from all that happened."""


class Participant(msgspec.Struct, frozen=True):
    party: Party
    joined_at: float
    left_at: float
    talk_seconds: float
    hold_seconds: float


class Call(msgspec.Struct, frozen=True, kw_only=True):
    pbx: str
    call_id: str
    linked_ids: tuple[str, ...]
    channels: tuple[Channel, ...]
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
    answered_at: float | None
    """The first answer by somebody inside."""
    connected_at: float | None
    """The first moment of any conversation."""
    waited_in: str | None
    """The first queue that it came into before anybody answered."""
    waited_since: float
    """Inbound: when the call came into its first queue, or without a queue began."""
    wait_seconds: float
    talk_seconds: float
    hold_seconds: float
    moments: tuple[Moment, ...]
    rounds: tuple[tuple[Offer, ...], ...]
    """Each attempt to reach somebody, with the offers that rang side by side in it (ring-all), in order of time."""
    queues: tuple[QueuePass, ...]
    transfers: tuple[Transfer, ...]
    supervisions: tuple[Supervision, ...]
    conferences: tuple[Conference, ...]
    participants: tuple[Participant, ...]
    ending: Ending
    overflow: Overflow | None
    other_dials: tuple[OtherDial, ...]
    consult_of: str | None
    callback_of: str | None
    called_back_by: str | None
    """The call back that showed that this call had asked for one."""
    complete: bool
    gaps: tuple[Gap, ...]
    unseen: Unseen

    @property
    def offers(self) -> list[Offer]:
        """Every offer, in order of time."""
        return [o for side_by_side in self.rounds for o in side_by_side]

    @property
    def callback_requested(self) -> bool:
        """Whether the caller gave up the line and kept the place."""
        said = self.variable("CALLBRIDGE_CALLBACK")
        return self.called_back_by is not None or (said is not None and said[1] == "requested")

    def party(self, channel: Channel) -> Party:
        return self.parties[channel.id]

    def variable(self, name: str) -> tuple[Channel, str] | None:
        """The first channel of the call that carries a variable, and its value."""
        return variable(self.channels, name)


def variable(channels: Iterable[Channel], name: str) -> tuple[Channel, str] | None:
    """The first channel that carries a variable of the dialplan, and its value."""
    for channel in channels:
        if value := channel.variables.get(name):
            return channel, value
    return None
