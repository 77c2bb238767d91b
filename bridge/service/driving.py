"""One PBX's pipeline, driven by messages as they come and by the clock between them."""

import asyncio
from collections.abc import Callable

from bridge.feeds.clock import Clock
from bridge.pipeline.driver import Driver
from bridge.pipeline.step import Step
from bridge.vocabulary.message import Message

SETTLING = 1.0
"""Seconds after its last channel went that a call is written at the latest."""


class Live:
    """A pipeline in real time, in the event loop that runs."""

    def __init__(self, driver: Driver, take: Callable[[Step], None], clock: Clock) -> None:
        """``take`` is given what comes of time that passes; what comes of a message is `feed`'s."""
        self._driver = driver
        self._take = take
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._armed: float | None = None

    def feed(self, message: Message) -> Step:
        """Takes a message in; what came of it."""
        step = self._driver.feed(message)
        self._arm()
        return step

    def stop(self) -> None:
        """Hand over the records of the calls that have ended: no message can come any more that would change them."""
        if self._timer is not None:
            self._timer.cancel()
        self._take(self._driver.advance(self._clock.now() + SETTLING))

    def _wake(self) -> None:
        self._armed = None
        self._take(self._driver.advance(self._clock.now()))
        self._arm()

    def _arm(self) -> None:
        deadline = self._driver.next_deadline()
        if deadline is not None and (self._armed is None or deadline < self._armed):
            if self._timer is not None:
                self._timer.cancel()
            self._armed = deadline
            self._timer = self._loop.call_later(max(0.001, deadline - self._clock.now()), self._wake)
