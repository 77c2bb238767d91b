"""Records to one sink in the background, with a bound on what waits in memory."""

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
"""Seconds between two tries of a sink that fails."""
TOGETHER = 0.005
"""Seconds for which records wait for others: a thread is woken and a transaction committed for all of them."""
APART = 0.025
"""Seconds from the beginning of one write to that of the next, at the least, so that records which come one by one
share a transaction too."""
STATES_TOGETHER = 0.5
"""Seconds for which states wait for a record to be written with. A call has five of them, and the journal holds them
meanwhile."""
AT_ONCE, FEWEST_AT_ONCE = 2_000, 20
"""Records in one write: what of them is to be done in the event loop takes a few milliseconds. Fewer where a write
takes long, as on a machine with too little CPU."""
SLOW = 1.0
"""Seconds after which a write was a long one: the next takes half as many records."""
MOST_WAITING = 10_000
"""Records that wait in memory for a disk that is full or fails; some 100 MB."""
MOST_WHILE_WRITING = 200_000
"""The same while the sink writes: a PBX whose every call is over at once must lose none of them."""
LONG = 10.0
"""Seconds after which a write that has not come back is taken for one that hangs."""


class Writer:
    """Writes to one sink, in a thread, so that a slow disk does not hold up the feeds."""

    def __init__(self, sink: Sink, name: str) -> None:
        self.name = name
        self.is_failing = False
        """Whether the last write failed."""
        self.written: list[Callable[[list[Written]], object]] = []
        """Are told of what has been written."""
        self.worker = Worker(name)
        """How the writing is doing, apart from what the sink says itself."""
        self._sink = sink
        self._log = logger.bind(sink=name)
        self._waiting: list[Written] = []
        self.unwritten = 0
        """How many records were given up at the end, or lost for want of room."""
        self._lost = 0
        self._writing = 0
        self._begun = -inf
        """When the last write began, by the clock of the event loop."""
        self._is_back = False
        """Whether it has come back, though the event loop may not know yet."""
        self._at_once = AT_ONCE
        self._news = asyncio.Event()
        self._later: asyncio.TimerHandle | None = None
        """When states that wait are written, if no record goes first."""
        self._finishing = asyncio.Event()

    def put(self, records: Sequence[Written]) -> None:
        """Have records written soon. Those for which there is no room are lost, and said to be."""
        most = MOST_WAITING if self.is_failing or self._takes_long else MOST_WHILE_WRITING
        room = max(0, most - self.waiting)
        if len(records) > room:
            if not self._lost:
                self._log.error("records_lost", since=_ended(records[room]), why=f"{most} wait already")
            self._lost += len(records) - room
        self._waiting += records[:room]
        if any(not isinstance(one, StateRecord) for one in records):
            self._news.set()
        elif self._later is None:
            self._later = asyncio.get_running_loop().call_later(STATES_TOGETHER, self._news.set)

    @property
    def _takes_long(self) -> bool:
        is_out = self._writing > 0 and not self._is_back
        return is_out and asyncio.get_running_loop().time() - self._begun > LONG

    @property
    def is_idle(self) -> bool:
        """Whether every record of a call that was put is written."""
        return not self._writing and not self._news.is_set()

    @property
    def is_busy(self) -> bool:
        """Whether so much waits for a sink that takes it that what need not come now had better wait."""
        return self.waiting > MOST_WAITING and not self.is_failing and not self._takes_long

    @property
    def is_stuck(self) -> bool:
        """Whether a write has not come back though it was time to end."""
        return self._finishing.is_set() and self.waiting > 0

    @property
    def waiting(self) -> int:
        """How many records are put but not written."""
        return len(self._waiting) + self._writing

    def finish(self) -> None:
        """Let `run` end once everything is written."""
        self._finishing.set()
        self._news.set()

    async def run(self) -> None:
        """Write until `finish` is called and everything is written."""
        clock = asyncio.get_running_loop().time
        while self._waiting or not self._finishing.is_set():
            await self._news.wait()
            if not self._finishing.is_set():
                await asyncio.sleep(max(TOGETHER, self._begun + APART - clock()))
            self._news.clear()
            if self._later is not None:
                self._later.cancel()
                self._later = None
            self._waiting = _latest(self._waiting)
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
        """In the thread."""
        try:
            self._sink.write(batch)
        finally:
            self._is_back = True

    async def _write(self, batch: list[Written]) -> None:
        """Write, and write again while the sink fails: which changes nothing where it had succeeded."""
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
                for record in batch:  # one of them it is, and the others are not lost with it
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


def _latest(those: list[Written]) -> list[Written]:
    """Without the stretches of states of which a later version is there, too: most last less than half a second."""
    last = {one.state_id: one for one in those if isinstance(one, StateRecord)}
    return [one for one in those if not isinstance(one, StateRecord) or last[one.state_id] is one]


def _ended(one: Written) -> str | None:
    return one.ended_at if isinstance(one, Record) else one.until
