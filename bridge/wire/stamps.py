"""Measures how far the PBX's clock is ahead of ours, by the stamps of its events; which stamps are believed; and when
the clock was set."""

from math import inf

FAR = 7200.0
"""A stamp that is so many seconds or more from the event's arrival is not believed."""
LATE = 2.0
"""Seconds by which two clocks may differ, or one be set, without being told. Events may arrive later than this."""
BACK = 1.0
"""Seconds by which a later event may have an earlier stamp: several threads of the PBX send events."""
STEADY = 5.0
"""Seconds of events after which an event that arrives much sooner after its stamp shows that the clock was set:
before that, the earlier ones may just have been late."""
WINDOW = 30.0
"""Seconds over which the least late event tells the difference of the clocks."""
GAINS = 0.1
"""Seconds that one clock gains on the other at most between two answers, which are half a minute apart."""


class Stamps:
    """The stamps of one feed.

    A busy PBX delivers late and a busy service reads late, so the event that came soonest after its stamp tells the
    difference. A PBX that catches up after a delay looks like a clock that was set ahead; the answer to a Ping shows
    by how much the clock can be ahead at most.
    """

    __slots__ = ("_before", "_best", "_late", "_most", "_newest", "_since", "_until", "ahead", "differs", "was_set")

    def __init__(self) -> None:
        self.ahead: float | None = None
        """Seconds by which the PBX's clock is ahead of ours; None before the first event."""
        self.was_set = 0.0
        """Seconds by which the last stamp shows that the PBX's clock was set; whoever reads it resets it to 0."""
        self.differs = 0.0
        """Seconds by which the PBX's clock is ahead, if that is more than ``LATE``; otherwise 0."""
        self._best = self._newest = self._since = self._until = 0.0
        self._late = inf
        """An event that came later after its stamp, measured as ``ahead``, may show that the clock was set."""
        self._before: float | None = None
        """The value of ``ahead`` before the clock was set back; None if it was not, or was set ahead since."""
        self._most: float | None = None
        """Seconds by which the PBX's clock can be ahead at most; None: no answer since its clock was set."""

    def believed(self, stamp: float, t: float) -> float | None:
        """The stamp of an event that came at ``t``; None if it makes no sense. Both are seconds since the epoch."""
        ahead = stamp - t
        if self._late < ahead <= self._best and t <= self._until:  # nearly all: neither sooner nor much later
            if stamp > self._newest:
                self._newest = stamp
            return stamp
        if not -FAR < ahead < FAR:
            return None
        known = self.ahead
        if known is None:
            self._begin(ahead, stamp, t)
        elif (stamp < self._newest - BACK and ahead < known - LATE) or (
            ahead > known + LATE and (self._was_not_set_back(ahead) or self._is_no_catching_up(ahead, t))
        ):
            self.was_set, self._most = ahead - known, None
            self._before = known if ahead < known else None
            self._begin(ahead, stamp, t)
        else:
            if ahead > known:
                self._best = ahead
                self._is_ahead(ahead)
            elif ahead > self._best:
                self._best = ahead
            if stamp > self._newest:
                self._newest = stamp
            if t > self._until:
                self._is_ahead(self._best)
                self._best, self._until = ahead, t + WINDOW
        return stamp

    def answered(self, stamp: float, asked_at: float) -> None:
        """The PBX answered with its time, not earlier than it was asked. ``asked_at``: by our clock."""
        most = stamp - asked_at
        if -FAR < most < FAR:
            self._most = most if self._most is None else min(most, self._most + GAINS)

    def was_late(self, t: float) -> None:
        """The service may have read late until ``t``."""
        self._since = max(self._since, t)

    def _was_not_set_back(self, ahead: float) -> bool:
        """Whether the clock goes on as before it seemed to be set back: then one thread of a busy PBX was late."""
        return self._before is not None and abs(ahead - self._before) < LATE

    def _is_no_catching_up(self, ahead: float, t: float) -> bool:
        if self._most is not None:
            return ahead > self._most + LATE
        return t > self._since + STEADY

    def _begin(self, ahead: float, stamp: float, t: float) -> None:
        self._best, self._newest, self._since, self._until = ahead, stamp, t, t + WINDOW
        self._is_ahead(ahead)

    def _is_ahead(self, ahead: float) -> None:
        self.ahead, self.differs = ahead, ahead if abs(ahead) > LATE else 0.0
        self._late = max(ahead - LATE, -FAR)

    def ours_was_set(self, by: float) -> None:
        """Our own clock was set by so many seconds."""
        if self.ahead is not None:
            self._is_ahead(self.ahead - by)
            self._best -= by
            self._since += by
            self._until += by
        if self._most is not None:
            self._most -= by
