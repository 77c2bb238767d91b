"""How the clock of a PBX stands to ours, by the stamps of its events: which are believed, and when it was set."""

FAR = 7200.0
"""Seconds between an event's stamp and its arrival from which on the stamp is not believed."""
LATE = 2.0
"""Seconds by which two clocks may differ, or one be set, without a word. What arrives may always be later."""
BACK = 1.0
"""Seconds by which the stamp of a later event may be earlier: several threads of the PBX tell at once."""
STEADY = 5.0
"""Seconds of events after which one that comes much sooner after its stamp tells that the clock was set: until then
those before may have been late."""
WINDOW = 30.0
"""Seconds over which the event that was least late tells how the clocks stand."""
GAINS = 0.1
"""Seconds that a clock gains at most from one answer about the time to the next, half a minute later."""


class Stamps:
    """Of one feed. A busy PBX delivers late and a busy service reads late, so the event that came soonest after its
    stamp tells the difference. Whoever catches up looks like a clock that was set ahead. The answer to a question for
    the time shows by how much the clock can be ahead.
    """

    __slots__ = ("_best", "_most", "_newest", "_since", "_until", "ahead", "differs", "was_set")

    def __init__(self) -> None:
        self.ahead: float | None = None
        """Seconds by which the PBX's clock is ahead of ours; None before the first event."""
        self.was_set = 0.0
        """By how many seconds the PBX's clock was set, by the last stamp; whoever heeds it sets it back to 0."""
        self.differs = 0.0
        """Seconds by which the PBX's clock is ahead, where that is more than `LATE`; otherwise 0."""
        self._best = self._newest = self._since = self._until = 0.0
        self._most: float | None = None
        """Seconds by which the PBX's clock can be ahead; None: it has not answered since its clock was set."""

    def believed(self, stamp: float, t: float) -> float | None:
        """The stamp of an event that came at ``t``; None where it makes no sense. Both in seconds since the epoch."""
        ahead = stamp - t
        if not -FAR < ahead < FAR:
            return None
        known = self.ahead
        if known is None:
            self._begin(ahead, stamp, t)
        elif self._goes_back(stamp, ahead - known) or (ahead > known + LATE and self._is_no_catching_up(ahead, t)):
            self.was_set, self._most = ahead - known, None
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
        """The PBX told its time when it was asked, so not before. ``asked_at``: by our clock."""
        most = stamp - asked_at
        if -FAR < most < FAR:
            self._most = most if self._most is None else min(most, self._most + GAINS)

    def was_late(self, t: float) -> None:
        """The service may have read late until ``t``."""
        self._since = max(self._since, t)

    def _goes_back(self, stamp: float, gained: float) -> bool:
        """Not where one thread of a busy PBX tells a little later than the others."""
        return stamp < self._newest - BACK and gained < -LATE

    def _is_no_catching_up(self, ahead: float, t: float) -> bool:
        if self._most is not None:
            return ahead > self._most + LATE
        return t > self._since + STEADY

    def _begin(self, ahead: float, stamp: float, t: float) -> None:
        self._best, self._newest, self._since, self._until = ahead, stamp, t, t + WINDOW
        self._is_ahead(ahead)

    def _is_ahead(self, ahead: float) -> None:
        self.ahead, self.differs = ahead, ahead if abs(ahead) > LATE else 0.0

    def ours_was_set(self, by: float) -> None:
        """Our own clock was set by so many seconds."""
        if self.ahead is not None:
            self._is_ahead(self.ahead - by)
            self._best -= by
            self._since += by
            self._until += by
        if self._most is not None:
            self._most -= by
