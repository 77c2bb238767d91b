"""What the witnesses of an offer look at, and the verdict that they give."""

from __future__ import annotations

from math import inf

import msgspec

from bridge.calls.codes import Verdicts
from bridge.calls.hangups import hung_up_at
from bridge.calls.silence import Answers, waiting_for
from bridge.pbx.channel import Channel, Dial
from bridge.pbx.unseen import Unseen
from bridge.vocabulary.terms import Outcome


class Attempt(msgspec.Struct, frozen=True):
    """A called leg that is over, with all that a witness may look at. Times are seconds since the epoch."""

    leg: Channel
    dials: tuple[Dial, ...]
    """The dial of the leg, then those in front of it through Local channels; the last is the queue's or caller's."""
    started_at: float
    ended_at: float
    """When the leg was gone or its dial over, whichever came first."""
    cause: int | None
    sip_code: int | None
    unbridged: tuple[Channel, ...]
    """If the phone was answered but not put through: the legs between it and the waiting caller that were never
    bridged with anybody. Otherwise empty."""
    codes: Verdicts
    unseen: Unseen
    answers: Answers
    taken_at: float = inf
    """When the waiting caller was connected with somebody else while this phone was answered; infinity if never."""

    @property
    def dial(self) -> Dial:
        return self.dials[0]

    @property
    def caller(self) -> Channel | None:
        """The channel that waits or dials in front; None for an Originate."""
        return self.dials[-1].caller

    @property
    def gone_at(self) -> float:
        return self.leg.gone_at if self.leg.gone_at is not None else self.ended_at

    @property
    def caller_left_at(self) -> float:
        """When the caller (or the one for whom an application rang the phone) hung up; infinity if never."""
        waits = self.caller or waiting_for(self.leg)
        return hung_up_at(waits) if waits is not None else inf


class Verdict(msgspec.Struct, frozen=True):
    """What became of an offer, by one witness. The fields are those of ``Offer``."""

    outcome: Outcome | None
    reason: str | None
    ended_at: float
    reported: str | None = None
    unseen: bool = False
    ended_unseen: bool = False
