"""Drives one PBX's pipeline: by the messages as they come, and by the clock between them."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from functools import partial

import structlog

from bridge.feeds.clock import Clock
from bridge.pipeline.driver import Driver
from bridge.pipeline.step import NOTHING, Step
from bridge.service.turns_of_pbxs import IN_A_ROW, Turns
from bridge.vocabulary.message import Message

logger = structlog.get_logger()

SETTLING = 1.0
"""A call is written at most so many seconds after its last channel has gone."""
LAST_CHANCE = 4.0
"""When the service stops, an analysis in progress gets so many seconds to finish."""
STATES_AT_ONCE = 500
"""States of agents that are handed over before other work of the event loop gets a turn, some 10 ms."""
MOST_WAITING, LARGEST_WAITING = 10_000, 32 * 1024 * 1024
"""Messages that may wait, some 20 MB, and the letters in them. More wait in the feed's stream, then in the socket."""


class Driving:
    """A pipeline in real time, in the running event loop.

    A step that takes long, such as the analysis of a call with thousands of offers, runs in a thread, so that the
    event loop can go on. Messages that come meanwhile wait for that step. So the order is the same as in a replay.
    """

    def __init__(self, driver: Driver, take: Callable[[Step], None], clock: Clock, turns: Turns) -> None:
        """``take`` receives the steps that are not returned by `feed`: those caused by the clock, and those of
        messages that had to wait. ``turns``: shared by all PBXs."""
        self._driver = driver
        self._take = take
        self._turns = turns
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._armed: float | None = None
        self._arming: asyncio.Handle | None = None
        """The pending call of `_arm`: one for all messages of one turn of the event loop."""
        self._letters = 0
        self._waiting: deque[Message | float] = deque()
        """What waits: messages, and times up to which timers are to run."""
        self._catching_up: asyncio.Task[None] | None = None
        self._has_room = asyncio.Event()

    def feed(self, message: Message) -> Step:
        """Process a message and return the step; an empty step if the message has to wait."""
        if self._catching_up is not None or self._turns.are_over() or self._driver.takes_long(message):
            self._wait(message)
            return NOTHING
        step = self._driver.feed(message)
        if self._arming is None:
            self._arming = self._loop.call_soon(self._arm)
        return step

    def feed_now(self, message: Message) -> Step:
        """Process a message without waiting, even if that takes long; for the start, when nothing else runs."""
        step = self._driver.feed(message)
        self._arm()
        return step

    @property
    def is_behind(self) -> bool:
        """Whether messages are waiting."""
        return self._catching_up is not None

    @property
    def room(self) -> asyncio.Event | None:
        """What to wait for before taking in more messages; None while there is room."""
        if len(self._waiting) < MOST_WAITING and self._letters < LARGEST_WAITING:
            return None
        self._has_room.clear()
        return self._has_room

    async def caught_up(self) -> None:
        """Wait until no message is waiting."""
        if self._catching_up is not None:
            await asyncio.wait({self._catching_up})

    async def stop(self) -> None:
        """Hand over the records of the calls that have ended: no further message can change them."""
        for later in (self._timer, self._arming):
            if later is not None:
                later.cancel()
        if self._catching_up is not None:
            _, late = await asyncio.wait({self._catching_up}, timeout=LAST_CHANCE)
            if late:
                why = "a large one is being analysed; the next start does it again, from the journal"
                logger.warning("calls_not_written", why=why)
                return
        self._take(self._driver.advance(self._clock.now() + SETTLING))

    def _wake(self) -> None:
        self._armed = None
        now = self._clock.now()
        if self._catching_up is not None or self._driver.takes_long(now):
            self._wait(now)
            return
        self._take(self._driver.advance(now))
        self._arm()

    def _arm(self) -> None:
        self._arming = None
        deadline = self._driver.next_deadline()
        if deadline is not None and (self._armed is None or deadline < self._armed):
            if self._timer is not None:
                self._timer.cancel()
            self._armed = deadline
            self._timer = self._loop.call_later(max(0.001, deadline - self._clock.now()), self._wake)

    def _wait(self, what: Message | float) -> None:
        self._waiting.append(what)
        self._letters += _letters(what)
        if self._catching_up is None:
            self._catching_up = self._loop.create_task(self._catch_up())

    async def _catch_up(self) -> None:
        while self._waiting:
            if self._driver.takes_long(self._waiting[0]):
                with self._driver.elsewhere():
                    step = await _in_thread(partial(self._driver.do, self._next()))
                await self._take_in_parts(step)
            else:
                async with self._turns.next():
                    self._do_some()
            if len(self._waiting) < MOST_WAITING // 2 and self._letters < LARGEST_WAITING // 2:
                self._has_room.set()
        self._catching_up = None
        self._arm()

    def _do_some(self) -> None:
        """Process as many of the waiting messages as belong to one turn."""
        for _ in range(IN_A_ROW):
            if not self._waiting or self._driver.takes_long(self._waiting[0]):
                return
            self._take(self._driver.do(self._next()))

    def _next(self) -> Message | float:
        what = self._waiting.popleft()
        self._letters -= _letters(what)
        return what

    async def _take_in_parts(self, step: Step) -> None:
        """Hand over a step in parts: a look at everybody may bring the states of very many agents."""
        for part in step.in_parts(STATES_AT_ONCE):
            async with self._turns.next():
                self._take(part)


def _letters(what: Message | float) -> int:
    """How large it is, about."""
    if not isinstance(what, Message):
        return 0
    return sum(len(value) for value in what.event.values() if isinstance(value, str))


async def _in_thread(work: Callable[[], Step]) -> Step:
    """Run the work in a daemon thread, which does not keep the process from ending."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Step] = loop.create_future()

    def finish(step: Step) -> None:
        if not done.done():
            done.set_result(step)

    def run() -> None:
        step = work()
        loop.call_soon_threadsafe(finish, step)

    threading.Thread(target=run, name="analysis", daemon=True).start()
    return await done
