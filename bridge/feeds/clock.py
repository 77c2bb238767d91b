"""The service's clock: the time at which messages arrive.

It shows the machine's time, and never goes back by a little. It notices if the machine's clock was set, and if the
service stood still, so that messages have been waiting. It reports both as messages to every PBX's pipeline. So they
are in the journal and in captures, and a replay knows of them as the live run did.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

import structlog

from bridge.vocabulary.message import Message, Source

log = structlog.get_logger()

EVERY = 1.0
"""Seconds between two ticks."""
LATE = 2.0
"""Seconds by which a tick may be late, or the machine's clock be set, without being reported."""
CATCHING_UP = 2.0
"""Seconds after a stall in which messages may still have been waiting."""


class Clock:
    """One clock for all feeds of a service (``CLOCK``)."""

    def __init__(self, passed: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time) -> None:
        """``passed``: a clock of seconds that is never set. ``wall``: seconds since the epoch."""
        self.stood_still = 0.0
        """Seconds of all stalls of the event loop together."""
        self.jumps = 0
        """How often the machine's clock was set."""
        self._passed, self._wall = passed, wall
        self._told: Callable[[dict[str, Any], float], None] = lambda event, at: None
        self._last = passed(), wall()
        self._now = self._last[1]
        self._ticked: tuple[float, float] | None = None
        """The last tick by both clocks; None while it does not run."""

    def tell(self, emit: Callable[[Message], object], feeds: Iterable[tuple[str, Source]]) -> None:
        """Reports to these PBXs from now on, each by one of its feeds."""
        feeds = tuple(feeds)

        def told(event: dict[str, Any], at: float) -> None:
            for pbx, src in feeds:
                emit(Message(at, pbx, src, event))

        self._told = told

    def now(self) -> float:
        """The time, seconds since the epoch. Reports first what it notices."""
        passed, wall = self._passed(), self._wall()
        jump = (wall - self._last[1]) - (passed - self._last[0])
        self._last = passed, wall
        if abs(jump) > LATE:
            self._was_set(jump, wall)
        elif wall > self._now:
            self._now = wall
        if self._ticked is not None and passed - self._ticked[0] > EVERY + LATE:
            since, self._ticked = self._ticked, (passed, self._now)
            self._stood_still(passed - since[0] - EVERY, since[1])
        return self._now

    async def run(self) -> NoReturn:
        """Ticks until cancelled."""
        self._ticked = None
        try:
            while True:
                self._ticked = self._passed(), self.now()
                await asyncio.sleep(EVERY)
        finally:
            self._ticked = None

    def _was_set(self, by: float, wall: float) -> None:
        self.jumps += 1
        before, self._now = self._now, wall
        if self._ticked is not None:
            self._ticked = self._ticked[0], self._ticked[1] + by
        why = "calls in progress are incomplete if the PBX does not stamp its events; keep this machine on NTP"
        log.error("clock_was_set", seconds=round(by, 1), why=why)
        self._told({"feed": "clock", "by": by}, before)

    def _stood_still(self, seconds: float, since: float) -> None:
        self.stood_still += seconds
        why = "what came meanwhile is read late, and its calls are incomplete if the PBX does not stamp its events"
        log.error("stood_still", seconds=round(seconds, 1), why=why)
        self._told({"feed": "late", "since": since, "until": self._now + CATCHING_UP}, self._now)


CLOCK = Clock()
"""The clock of this process."""
