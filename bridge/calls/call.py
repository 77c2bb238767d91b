"""One finished call as the tags read it: immutable values, all times in seconds since the epoch.

Nothing here judges the call; the tags do. Channels stay reachable so that evidence can name them.
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
"""From when until when the feed that carries the calls was away. None stands for "since before the call was seen", or
"until after"."""
Side = Literal["staff", "customer", "system"]
OverflowReason = Literal["queue_full", "line_cap", "trunk_cap"]


class Moment(msgspec.Struct, frozen=True):
    """A stretch of time in which the same channels heard one another."""

    start: float
    until: float
    channels: tuple[Channel, ...]
    """The parties' channels in the conversation, without the PBX's own (Local, recording)."""
    speakers: frozenset[Party]
    """The parties that the others can hear: those who are not muted, and supervisors who barge in."""
    came: tuple[Channel, ...]
    """The channels that were in no conversation just before."""
    left: tuple[Channel, ...]
    """The channels that are in no conversation just after."""


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
    """The caller who waits: the channel itself, or the one on the other side of a Local channel."""
    waited_unready: float | None
    """When the first stretch began in which no agent was ready for longer than allowed; None if there is none."""


class Transfer(msgspec.Struct, frozen=True):
    kind: TransferKind
    at: float
    by: Party | None
    from_: Party | None
    to: Party | None
    """The party that was connected by the transfer; of one that failed, the party that was meant."""
    to_name: str | None
    target_type: TransferTarget
    outcome: TransferOutcome
    event: str
    channel: Channel
    since: float
    until: float
    """``since`` to ``until`` must have been seen without a gap, or something else may have happened in between."""

    @property
    def connected(self) -> bool:
        return self.outcome == "answered"


class Supervision(msgspec.Struct, frozen=True):
    by: Party
    target: Party
    mode: SpyMode | None
    """None: nothing tells whether the supervisor only listened."""
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
    """The side that ended the last conversation; None if nobody was ever connected."""


class Overflow(msgspec.Struct, frozen=True):
    """The call was refused because a limit was reached."""

    reason: OverflowReason
    at: float
    event: str
    channel: Channel
    detail: str
    told: bool
    """Whether the PBX or its dialplan said so; otherwise it is concluded from what the dialplan did."""


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
    """Inbound: the number that the customer dialled. Outbound: the number that was shown to the customer."""
    dialled_at: float
    """When that number was known."""
    customer: Channel | None
    originator: Channel
    started_at: float
    ended_at: float
    answered_at: float | None
    """The first answer by somebody inside."""
    connected_at: float | None
    """The first moment of any conversation."""
    waited_in: str | None
    """The first queue that the call entered before anybody answered."""
    waited_since: float
    """When the wait began: an inbound call's entry into its first queue, otherwise the call's beginning."""
    wait_seconds: float
    talk_seconds: float
    hold_seconds: float
    moments: tuple[Moment, ...]
    rounds: tuple[tuple[Offer, ...], ...]
    """The attempts to reach somebody, in order of time; offers that rang side by side (ring-all) are one attempt."""
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
    """The id of the call by which the caller was called back, where only that shows that a call back was asked
    for."""
    complete: bool
    gaps: tuple[Gap, ...]
    unseen: Unseen

    @property
    def offers(self) -> list[Offer]:
        """Every offer, in order of time."""
        return [o for side_by_side in self.rounds for o in side_by_side]

    @property
    def callback_requested(self) -> bool:
        """Whether the caller asked to be called back instead of waiting on the line."""
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
