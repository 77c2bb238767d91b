"""One attempt to deliver the call to one device of the staff."""

from __future__ import annotations

import msgspec

from bridge.calls.party import Party
from bridge.pbx.channel import Channel
from bridge.vocabulary.terms import Outcome


class Offer(msgspec.Struct, frozen=True):
    """Times are seconds since the epoch."""

    party: Party
    queue: str | None
    started_at: float
    ringing_at: float | None
    ended_at: float
    outcome: Outcome | None
    """None: nothing tells whether or how it failed."""
    reason: str | None
    cause: int | None
    sip_code: int | None
    channel: Channel | None
    """The offered leg; None if the device could not even be called."""
    root: Channel | None
    """The waiting or dialling channel for which the offer was made, in front of any Local channels."""
    dialled_at: float
    """When the queue or Dial called; for a Local member that is a little before its phone was called."""
    connected_at: float | None = None
    """When the agent who answered was connected with the caller; later than the answer if she had to confirm it."""
    reported: str | None = None
    """The browser phone's report that decided the outcome, if one did."""
    unseen: bool = False
    """Whether part of it was not seen, so that it is unknown whether it failed."""
    ended_unseen: bool = False
    """Whether ``ended_at`` is only the last time at which it was seen."""

    @property
    def silent_at(self) -> float:
        """When the phone stopped ringing: when it was answered, else at the offer's end."""
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
        """The event that ended it: the phone's report or its leg's end; without a leg, the event that told of it."""
        if self.reported is not None:
            return self.reported
        if self.channel is not None:
            return "HangupRequest" if self.channel.hangup_request is not None else "Hangup"
        return "QueueMemberStatus" if self.queue and self.root is not None and not self.root.is_local else "VarSet"
