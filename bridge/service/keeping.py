"""The journal in use: messages are written as they come, the file is flushed and compacted by the clock, and read at
the start."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

import msgspec
import structlog

from bridge.errors import FileError
from bridge.feeds.clock import LATE
from bridge.pipeline.step import Step
from bridge.service.agents_kept import Agents
from bridge.service.aside import Aside
from bridge.service.history import History
from bridge.service.journal import Journal
from bridge.service.journal_files import ERASE, SETTINGS, beside
from bridge.service.journal_line import Erasing, OnRecord
from bridge.service.journal_read import read
from bridge.service.judged_by import JudgedBy
from bridge.vocabulary.message import Message, Source
from bridge.vocabulary.record import Record
from bridge.vocabulary.written import Written

logger = structlog.get_logger()

EVERY = 1.0
"""Seconds between two flushes to the disk: so much a power cut may take."""
MOST_TOGETHER = 500
"""Messages in one write, some 250 KB. When the disk is full the write is tried again and again, so it must not take
long."""
MOST_LATE = 20_000
"""Messages that wait in memory while the disk is full, some 40 MB. Beyond this number the oldest are dropped and
become a gap."""


class Keeping:
    """The journal of one service. If the disk is full or fails, the journal suffers, never a call in progress."""

    def __init__(self, path: Path, feeds: Iterable[tuple[str, Source]]) -> None:
        """``feeds``: every feed that the service follows, with its PBX. Raises ``FileError`` when the file cannot be
        opened."""
        self._path = path
        self._feeds = tuple(feeds)
        self._late: deque[tuple[str, Message]] = deque()
        """Messages that are not written yet, and the channel that each is about."""
        self._is_turning = False
        """Whether `write` is due in the next turn of the event loop."""
        self._is_failing = False
        """Whether it has been logged that the journal cannot be written. This may be true although a shorter line was
        written since."""
        self._forgotten_since: float | None = None
        """Since when messages are missing because neither disk nor memory had room; None if none is missing."""
        self.judged_by = JudgedBy(beside(path, SETTINGS))
        """The settings of the earlier run."""
        try:
            self.aside = Aside(path)
            held = read(path, lambda line: logger.warning("journal_damaged", why=line))
            self.messages, self.alive = held.messages, held.alive
            self._journal = Journal(path)
        except OSError as error:
            raise FileError(f"{path}: {error.strerror}; name a store in a folder that can be written") from None
        self.history = History(held.written)
        self.agents = Agents(held.states, held.written)

    def wrote(self, records: Iterable[Written]) -> None:
        """Notes which records a store has now: a restart does not write them again."""
        calls: defaultdict[str, dict[str, int]] = defaultdict(dict)
        states: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for record in records:
            if isinstance(record, Record):
                calls[record.pbx][record.call_id] = record.revision
            elif record.revision:
                states[record.pbx][record.state_id] = record.revision
                self.agents.wrote(record)
        with contextlib.suppress(OSError):  # if this fails, a restart writes the record again, which changes nothing
            for pbx in calls.keys() | states.keys():
                self._journal.note(OnRecord(time.time(), pbx, calls.get(pbx, {}), states.get(pbx, {})))

    def restore(self, feed: Callable[[Message], None]) -> None:
        """Feed the journal's messages to the pipelines, then tell them that nothing was heard since the earlier run
        ended. Where the journal's times lie in the future, tell them that the clock was set back."""
        for message in self.messages:
            feed(message)
        if self.messages:
            logger.info("restored", messages=len(self.messages))
            for pbx, src in self._feeds:
                lost = Message(self.alive, pbx, src, {"feed": "lost", "why": "the service was not running"})
                feed(lost)
                self.keep("", lost)  # otherwise the next restart would not know of the gap
            by = time.time() - self.alive
            if by < -LATE:
                logger.error("clock_was_set", seconds=round(by, 1), why="while the service was not running")
                for pbx, src in dict(reversed(self._feeds)).items():
                    was_set = Message(self.alive, pbx, src, {"feed": "clock", "by": by})
                    feed(was_set)
                    self.keep("", was_set)
        self.messages = []

    def take(self, pbx: str, step: Step) -> None:
        """Take what a step wants kept; all of one turn of the event loop is written in one write."""
        self._late.extend(step.keep)
        if step.states or step.open_states:
            self.agents.take(pbx, step)
        if not self._is_turning and (self._late or self.agents.has_news):
            self._is_turning = True
            asyncio.get_running_loop().call_soon(self.write)

    def keep(self, key: str, message: Message) -> None:
        """Append a message, behind those that wait for room on the disk."""
        self._late.append((key, message))
        self.write()

    def write(self) -> None:
        """Write the waiting messages, as many as the disk takes, and then the changes of agents' states."""
        self._is_turning = False
        if self._late:
            self._write_messages()
        if self.agents.has_news:
            self.agents.write(self._journal)

    async def kept(self) -> None:
        """Write, and wait until everything taken so far is written."""
        self.write()
        while self._late:
            await asyncio.sleep(EVERY)
            self.write()

    def _write_messages(self) -> None:
        try:
            if self._forgotten_since is not None:
                for word, t in (("lost", self._forgotten_since), ("connected", self._late[0][1].t)):
                    for pbx, src in self._feeds:
                        self._journal.append("", Message(t, pbx, src, {"feed": word}))
                self._forgotten_since = None
            while self._late:
                together = [*islice(self._late, MOST_TOGETHER)]
                self._journal.extend(together)
                for _ in together:
                    self._late.popleft()
        except OSError as error:
            if not self._is_failing:
                self._is_failing = True
                logger.error("journal_failed", path=str(self._path), why=error.strerror)
            while len(self._late) > MOST_LATE:
                _, forgotten = self._late.popleft()
                self._forgotten_since = self._forgotten_since or forgotten.t
        else:
            if self._is_failing:
                self._is_failing = False
                logger.info("journal_recovered")

    async def run(self, wanted: Callable[[], set[str] | None], is_behind: Callable[[], bool] = lambda: False) -> None:
        """Flush and compact until cancelled. ``wanted`` returns the channel ids to keep, or None when now is a bad
        time. ``is_behind``: whether a message has come that is not in the journal yet."""
        while True:
            await asyncio.sleep(EVERY)
            with contextlib.suppress(OSError):
                await asyncio.to_thread(self._journal.sync, is_behind())
            await self._erase()
            await self.aside.move(self._journal)
            if self._journal.is_large and (channels := wanted()) is not None:
                with contextlib.suppress(OSError):
                    await self.compact(channels, time.time())

    async def compact(self, channels: set[str], now: float) -> None:
        """Drop the lines that no call of these channels needs. The new file begins with the states of all agents and
        with what no store has yet, so the closed files' lines about those are dropped too. Raises ``OSError``."""
        self._journal.close_file()
        for _ in self.agents.each_part(self._journal):
            await asyncio.sleep(0)
        self._journal.begun()
        await asyncio.to_thread(self._journal.drop, channels, now)

    async def _erase(self) -> None:
        """Do what ``callbridge erase`` has asked for. While the disk is full, wait for room."""
        asked = beside(self._path, ERASE)
        if not asked.exists():
            return
        try:
            erasing = msgspec.json.decode(asked.read_bytes(), type=Erasing)
        except msgspec.MsgspecError:
            logger.error("erasing_failed", why=f"{asked} cannot be read; run callbridge erase again")
            asked.unlink(missing_ok=True)
            return
        self._late = deque(one for one in self._late if not erasing.hits_message(one[1]))
        try:
            count = 0
            for _ in self._journal.all_closed():
                count += await asyncio.to_thread(self._journal.erase, erasing)
        except OSError as error:
            logger.error("erasing_failed", why=f"{self._path}: {error.strerror}; it is tried again")
        else:
            asked.unlink(missing_ok=True)
            logger.info("erased", messages=count)

    def close(self) -> None:
        self.write()
        with contextlib.suppress(OSError):
            self._journal.sync()
        self._journal.close()
