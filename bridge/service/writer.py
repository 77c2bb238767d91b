"""Writes records to one sink in the background; how many may wait in memory is bounded."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from math import inf

import structlog

from bridge.errors import SinkError
from bridge.sinks.sink import Sink
from bridge.sinks.worker import Worker
from bridge.vocabulary.agent_state import StateRecord
from bridge.vocabulary.record import Record
from bridge.vocabulary.written import Written, id_of

logger = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
"""Seconds between two tries while a sink fails."""
TOGETHER = 0.005
"""Seconds for which a record waits for others, so that they share the cost of waking the thread and of a transaction.
"""
APART = 0.025
"""Seconds from the beginning of one write to that of the next, at least, so that records which come one by one share
a transaction too."""
STATES_TOGETHER = 0.5
"""Seconds for which states wait for others. A call causes about five states, many of them last no longer, and those
of one agent lie side by side in the store. The journal holds them meanwhile."""
AT_ONCE, FEWEST_AT_ONCE = 2_000, 20
"""Records in one write: their part in the event loop then takes a few milliseconds. Where a write takes long, as on a
machine with too little CPU, the number is reduced."""
SLOW = 1.0
"""A write that takes more seconds than this was too long: the next one takes half as many records."""
MOST_WAITING = 10_000
"""Records that may wait in memory while the disk is full or fails; some 100 MB."""
MOST_WHILE_WRITING = 200_000
"""Records that may wait while the sink is writing. None may be lost when all calls of a PBX end at the same moment.
"""
LONG = 10.0
"""A write that has not come back after so many seconds is taken to hang."""


class Writer:
    """Writes to one sink in a thread, so that a slow disk does not hold up the feeds."""

    def __init__(self, sink: Sink, name: str) -> None:
        self.name = name
        self.is_failing = False
        """Whether the last write failed."""
        self.written: list[Callable[[list[Written]], object]] = []
        """Callbacks, called with what has been written."""
        self.worker = Worker(name)
        """The state of the writing itself; the sink has a state of its own."""
        self._sink = sink
        self._log = logger.bind(sink=name)
        self._waiting: list[Written] = []
        self._states: list[StateRecord] = []
        """States wait here for others, until `_later`."""
        self.unwritten = 0
        """Records that were given up at the stop, or lost for want of room."""
        self._lost = 0
        self._writing = 0
        self._begun = -inf
        """When the last write began, by the event loop's clock."""
        self._is_back = False
        """Whether that write has come back; the event loop may not know yet."""
        self._at_once = AT_ONCE
        self._news = asyncio.Event()
        self._later: asyncio.TimerHandle | None = None
        """When the waiting states are written."""
        self._finishing = asyncio.Event()

    def put(self, records: Sequence[Written]) -> None:
        """Take records, to be written soon. Those for which there is no room are lost, and logged as lost."""
        most = MOST_WAITING if self.is_held_up else MOST_WHILE_WRITING
        room = max(0, most - self.waiting)
        if len(records) > room:
            if not self._lost:
                self._log.error("records_lost", since=_ended(records[room]), why=f"{most} wait already")
            self._lost += len(records) - room
        for one in records[:room]:
            if isinstance(one, StateRecord):
                self._states.append(one)
            else:
                self._waiting.append(one)
                self._news.set()
        if self._states and self._later is None:
            self._later = asyncio.get_running_loop().call_later(STATES_TOGETHER, self._put_states)

    def _put_states(self) -> None:
        self._later = None
        self._waiting += _latest(self._states)
        self._states = []
        self._news.set()

    @property
    def _takes_long(self) -> bool:
        is_out = self._writing > 0 and not self._is_back
        return is_out and asyncio.get_running_loop().time() - self._begun > LONG

    @property
    def is_held_up(self) -> bool:
        """Whether the sink takes nothing: it refuses, or a write does not come back."""
        return self.is_failing or self._takes_long

    @property
    def is_idle(self) -> bool:
        """Whether everything taken is written."""
        return not self._writing and not self._news.is_set()

    @property
    def is_stuck(self) -> bool:
        """Whether a write had not come back when the service stopped."""
        return self._finishing.is_set() and self.waiting > 0

    @property
    def waiting(self) -> int:
        """How many records are taken and not written."""
        return len(self._waiting) + len(self._states) + self._writing

    def finish(self) -> None:
        """Let `run` end once everything is written."""
        self._finishing.set()
        if self._later is not None:
            self._later.cancel()
        self._put_states()

    async def run(self) -> None:
        """Write until `finish` is called and everything is written."""
        clock = asyncio.get_running_loop().time
        while self._waiting or self._states or not self._finishing.is_set():
            await self._news.wait()
            if not self._finishing.is_set():
                await asyncio.sleep(max(TOGETHER, self._begun + APART - clock()))
            self._news.clear()
            left = len(self._waiting)
            while left and self._waiting:
                batch = self._waiting[: min(left, self._at_once)]
                del self._waiting[: len(batch)]
                left -= len(batch)
                self._writing, self._begun = len(batch), clock()
                try:
                    await self._write(batch)
                finally:
                    self._writing = 0
                took = clock() - self._begun
                if took > SLOW:
                    self._at_once = max(FEWEST_AT_ONCE, len(batch) // 2)
                elif took < SLOW / 4:
                    self._at_once = min(AT_ONCE, 2 * self._at_once)

    def _do(self, batch: list[Written]) -> None:
        """Runs in the thread."""
        try:
            self._sink.write(batch)
        finally:
            self._is_back = True

    async def _write(self, batch: list[Written]) -> None:
        """Write; while the sink fails, write again. Writing twice changes nothing."""
        pause = 0.0
        while True:
            self._is_back = False
            try:
                await asyncio.to_thread(self._do, batch)
            except SinkError as error:
                self.is_failing = True
                if not pause:
                    self._log.error("sink_failed", why=str(error))
                if self._finishing.is_set():
                    self.unwritten += len(batch) + len(self._waiting) + self._lost
                    self._log.error("records_not_written", count=self.unwritten)
                    self._waiting = []
                    return
                pause = min(LONGEST_PAUSE, pause * 2 or FIRST_PAUSE)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._finishing.wait(), pause)
            except Exception as error:
                self.worker.failed(error)
                if len(batch) == 1:
                    self._log.error("record_not_written", record=id_of(batch[0]), why="the sink failed at it")
                    return
                for record in batch:  # one record is at fault, and the others are not lost with it
                    await self._write([record])
                return
            else:
                self.is_failing = False
                for tell in self.written:
                    tell(batch)
                if pause:
                    self._log.info("sink_recovered", count=len(batch))
                if self._lost:
                    self._log.error("records_not_written", count=self._lost)
                    self._lost = 0
                return


def _latest(states: list[StateRecord]) -> list[StateRecord]:
    """Leaves out stretches of which a later version waits too."""
    last = {one.state_id: one for one in states}
    return [one for one in states if last[one.state_id] is one]


def _ended(one: Written) -> str | None:
    return one.ended_at if isinstance(one, Record) else one.until
