"""Noticing that the service stood still, or that the clock was set: times of calls are uncertain by then.

Time that passes is read from the monotonic clock, which nobody sets; the wall clock is compared with it.
"""

import asyncio
import time
from typing import NoReturn

import structlog

logger = structlog.get_logger()

EVERY = 1.0
"""Seconds between two looks."""
LATE = 2.0
"""Seconds by which a look may come late, and the wall clock differ, without a word."""


class Stalls:
    """What was noticed since the start."""

    def __init__(self) -> None:
        self.stood_still = 0.0
        """Seconds for which the event loop had no turn, all stalls together."""
        self.clock_jumps = 0
        """How often the wall clock was set."""
        self._before: tuple[float, float] | None = None

    def look(self, passed: float, wall: float) -> None:
        """`EVERY` seconds after the look before. ``passed``: seconds by the monotonic clock; ``wall``: seconds since
        the epoch."""
        if self._before is not None:
            since, by_wall = passed - self._before[0], wall - self._before[1]
            late, jump = since - EVERY, by_wall - since
            if late > LATE:
                self.stood_still += late
                why = "events of that time were read late; set timestampevents = yes in manager.conf for right times"
                logger.error("stood_still", seconds=round(late, 1), why=why)
            if abs(jump) > LATE:
                self.clock_jumps += 1
                why = "times of calls in progress may be wrong by that; keep this machine on NTP"
                logger.error("clock_was_set", seconds=round(jump, 1), why=why)
        self._before = passed, wall

    async def run(self) -> NoReturn:
        """Look until cancelled."""
        while True:
            self.look(time.monotonic(), time.time())
            await asyncio.sleep(EVERY)
