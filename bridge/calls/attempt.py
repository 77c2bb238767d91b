"""What the witnesses of an offer look at, and what they say."""

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
    """A called leg that is over, and all that a witness may look at. Times are seconds since the epoch."""

    leg: Channel
    dials: tuple[Dial, ...]
    """The leg's own, then those in front of it through Local channels; the last is the queue's or caller's."""
    started_at: float
    ended_at: float
    """When the leg was gone, or its dial over."""
    cause: int | None
    sip_code: int | None
    parted: tuple[Channel, ...]
    """Of a phone that was answered: the legs on the way to who waits that never came together with somebody. Empty
    where it was put through, or not answered."""
    codes: Verdicts
    unseen: Unseen
    answers: Answers
    taken_at: float = inf
    """When who waited came to talk with somebody else, while the phone was answered; infinity if not."""

    @property
    def dial(self) -> Dial:
        return self.dials[0]

    @property
    def caller(self) -> Channel | None:
        """Who waits or dials in front; None for an Originate."""
        return self.dials[-1].caller

    @property
    def gone_at(self) -> float:
        return self.leg.gone_at if self.leg.gone_at is not None else self.ended_at

    @property
    def caller_left_at(self) -> float:
        """When the caller, or for whom an application rang the phone, hung up; infinity where that did not happen."""
        waits = self.caller or waiting_for(self.leg)
        return hung_up_at(waits) if waits is not None else inf


class Verdict(msgspec.Struct, frozen=True):
    """What a witness says became of an offer; its fields are those of ``Offer``."""

    outcome: Outcome | None
    reason: str | None
    ended_at: float
    reported: str | None = None
    unseen: bool = False
    ended_unseen: bool = False
