"""The journal in use: written as messages come, flushed and compacted by the clock, read at the start."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Protocol

import msgspec
import structlog

from bridge.errors import FileError
from bridge.feeds.clock import LATE
from bridge.pipeline.step import Step, Unjudged
from bridge.service.attempts import Attempts
from bridge.service.journal import (
    ASIDE,
    ERASE,
    SETTINGS,
    TRYING,
    AgentsThen,
    Erasing,
    Held,
    Journal,
    OnRecord,
    read_all,
)
from bridge.service.judged_by import JudgedBy
from bridge.states.stretch import Lasting
from bridge.vocabulary.agent_state import StateRecord
from bridge.vocabulary.message import Message, Source
from bridge.vocabulary.record import Record
from bridge.vocabulary.written import Written

logger = structlog.get_logger()

EVERY = 1.0
"""Seconds between two flushes to the disk: what a power cut may take."""
MOST_TOGETHER = 500
"""Messages in one write, some 250 KB: what a disk that is full does not take is tried again, and must not take long.
"""
MOST_LATE = 20_000
"""Messages that wait for a disk that is full to have room again, some 40 MB; older ones become a gap."""


class Judges(Protocol):
    """Of ``bridge.pipeline.pipeline.Pipeline`` what is needed here."""

    on_judging: Callable[[Sequence[str]], None] | None


class Keeping:
    """The journal of one service. A disk that is full or fails costs the journal, never a call in progress."""

    def __init__(self, path: Path, feeds: Iterable[tuple[str, Source]]) -> None:
        """``feeds``: all that the service follows, by PBX. Raises ``FileError`` when the file cannot be opened."""
        self._path = path
        self._feeds = tuple(feeds)
        self._aside: set[str] = set()
        """Channels whose lines are to be set aside."""
        self._late: deque[tuple[str, Message]] = deque()
        self._news_of_agents: dict[str, tuple[dict[str, Lasting | None], list[StateRecord]]] = {}
        """By PBX how agents are now, and which of their states are over, of what is not written yet."""
        self._is_turning = False
        """Whether `write` comes with the next turn of the event loop."""
        self._is_failing = False
        """Whether the log was told that the journal cannot be written. A shorter line may still have found room."""
        self._forgotten_since: float | None = None
        """Since when messages are missing for which neither disk nor memory had room; None if none is missing."""
        self.judged_by = JudgedBy(path.with_name(path.name + SETTINGS))
        """The settings of the run before."""
        self._attempts = Attempts(path.with_name(path.name + TRYING))
        try:
            if self._attempts.doomed:
                self._set_doomed_aside()
            held = read_all(path, lambda line: logger.warning("journal_damaged", why=line))
            self.messages, self.alive = held.messages, held.alive
            self._journal = Journal(path)
        except OSError as error:
            raise FileError(f"{path}: {error.strerror}; name a store in a folder that can be written") from None

        self._history: dict[tuple[str, str], int] = {}
        """The revision that is on record, of each call that an earlier run has written, by PBX and call id."""
        for line in held.written:
            for call_id, revision in line.calls.items():
                key = line.pbx, call_id
                self._history[key] = max(revision, self._history.get(key, 0))
        self._agents: dict[str, dict[str, Lasting]] = {}
        """How agents are, by PBX and name."""
        self._agents_are_kept = True
        """Whether the last word of them could be written."""
        self._ended = self._restored(held)
        """Stretches of states that are over and may not be on record yet, by id; no more than `MOST_LATE`."""

    def _set_doomed_aside(self) -> None:
        """What was heard of the call whose analysis the service did not survive. Raises ``OSError``."""
        doomed = self._attempts.doomed
        self._tell_aside(min(doomed))
        alive = self._path.stat().st_mtime if self._path.exists() else 0.0
        journal = Journal(self._path)
        for _ in range(2):  # there may have been a closed file already
            journal.close_file()
            journal.set_aside(doomed)
        journal.close()
        os.utime(self._path, (alive, alive))  # nothing was heard since
        self._attempts.over()

    def _restored(self, held: Held) -> dict[str, StateRecord]:
        found: dict[str, StateRecord] = {}
        for then in held.states:
            agents = self._agents.setdefault(then.pbx, {})
            for name, kept in then.open.items():
                if kept is not None:
                    agents[name] = kept
                else:
                    agents.pop(name, None)
            found |= {one.state_id: one for one in then.ended}
        for line in held.written:
            for state_id, revision in line.states.items():
                if state_id in found and found[state_id].revision <= revision:
                    del found[state_id]
        return found

    def ended(self, pbx: str) -> list[StateRecord]:
        """Stretches of states that are over, and that may not be on record yet."""
        return [one for one in self._ended.values() if one.pbx == pbx]

    def agents(self, pbx: str) -> Iterable[Lasting]:
        """How the agents of a PBX were, as far as an earlier run knew."""
        return self._agents.get(pbx, {}).values()

    def note_states(self, pbx: str, step: Step) -> None:
        """Has `write` keep what changed of a PBX's agents. Where the disk has no room, all is kept again the next
        time."""
        agents = self._agents.setdefault(pbx, {})
        for name, kept in step.open_states.items():
            if kept is not None:
                agents[name] = kept
            else:
                agents.pop(name, None)
        now, ended = self._news_of_agents.setdefault(pbx, ({}, []))
        now.update(step.open_states)
        ended += step.states
        for one in step.states:
            self._ended[one.state_id] = one
        while len(self._ended) > MOST_LATE:
            del self._ended[next(iter(self._ended))]

    def _write_states(self) -> None:
        news, self._news_of_agents = self._news_of_agents, {}
        try:
            if self._agents_are_kept:
                for pbx, (now, ended) in news.items():
                    self._journal.note_states(AgentsThen(time.time(), pbx, now, ended))
            else:
                self._note_all_states()
            self._agents_are_kept = True
        except OSError:
            self._agents_are_kept = False

    def _note_all_states(self) -> None:
        for pbx, agents in self._agents.items():
            self._journal.note_states(AgentsThen(time.time(), pbx, {**agents}, self.ended(pbx)))

    def wrote(self, records: Iterable[Written]) -> None:
        """Notes what is on record now: it is history, and no restart writes it again."""
        calls: defaultdict[str, dict[str, int]] = defaultdict(dict)
        states: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for record in records:
            if isinstance(record, Record):
                calls[record.pbx][record.call_id] = record.revision
            elif record.revision:
                states[record.pbx][record.state_id] = record.revision
                if self._ended.get(record.state_id) is record:
                    del self._ended[record.state_id]
        with contextlib.suppress(OSError):  # then a restart writes it again, which changes nothing
            for pbx in calls.keys() | states.keys():
                self._journal.note(OnRecord(time.time(), pbx, calls.get(pbx, {}), states.get(pbx, {})))

    def unwritten(self, records: Sequence[Record]) -> Sequence[Record]:
        """Of records that are made again at the start, those that no earlier run has written."""
        return [r for r in records if r.revision > self._history.get((r.pbx, r.call_id), 0)]

    def revised(self, records: Sequence[Record]) -> Sequence[Record]:
        """Records as they are to be written: of a call that an earlier run has written, a higher revision. That run
        may have had other settings, so what this one takes for the same revision need not be the same."""
        if not self._history:
            return records
        return [self._revised(record) for record in records]

    def _revised(self, record: Record) -> Record:
        key = record.pbx, record.call_id
        known = self._history.get(key)
        if known is None:
            return record
        self._history[key] = revision = max(known + 1, record.revision)
        return msgspec.structs.replace(record, revision=revision)

    def restore(self, feed: Callable[[Message], None]) -> None:
        """Tells the pipelines what was heard before, and that nothing was heard since; and that the clock was set
        back, where what was heard before is later than now."""
        for message in self.messages:
            feed(message)
        if self.messages:
            logger.info("restored", messages=len(self.messages))
            for pbx, src in self._feeds:
                lost = Message(self.alive, pbx, src, {"feed": "lost", "why": "the service was not running"})
                feed(lost)
                self.keep("", lost)  # or the next restart would know of no gap
            by = time.time() - self.alive
            if by < -LATE:
                logger.error("clock_was_set", seconds=round(by, 1), why="while the service was not running")
                for pbx, src in dict(reversed(self._feeds)).items():
                    was_set = Message(self.alive, pbx, src, {"feed": "clock", "by": by})
                    feed(was_set)
                    self.keep("", was_set)
        self.messages = []

    def take(self, pbx: str, step: Step) -> None:
        """Keeps what a step says has to be kept, in one write with all others of this turn of the event loop."""
        self._late.extend(step.keep)
        if step.states or step.open_states:
            self.note_states(pbx, step)
        if not self._is_turning and (self._late or self._news_of_agents):
            self._is_turning = True
            asyncio.get_running_loop().call_soon(self.write)

    def keep(self, key: str, message: Message) -> None:
        """Appends a message, after those for which there was no room before."""
        self._late.append((key, message))
        self.write()

    def write(self) -> None:
        """Writes the messages that wait, as many as the disk has room for, and then what they said of agents."""
        self._is_turning = False
        if self._late:
            self._write_messages()
        if self._news_of_agents:
            self._write_states()

    async def kept(self) -> None:
        """Writes, and waits until there was room for all that was taken so far."""
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
        """Flushes and compacts until cancelled. ``wanted``: ids of the channels to keep; None when not now.
        ``is_behind``: whether something has been heard that is to be kept later."""
        while True:
            await asyncio.sleep(EVERY)
            with contextlib.suppress(OSError):
                await asyncio.to_thread(self._journal.sync, is_behind())
            await self._erase()
            await self._set_aside()
            if self._journal.is_large and (channels := wanted()) is not None:
                with contextlib.suppress(OSError):
                    self._begin_file()
                    await asyncio.to_thread(self._journal.drop, channels, time.time())

    def _begin_file(self) -> None:
        """The next file begins with how all agents are, and what is not on record yet: what the closed ones tell of
        that is dropped."""
        self._journal.close_file()
        self._note_all_states()

    def compact(self, channels: set[str], now: float) -> None:
        """Drops at once what no call of these channels needs. Raises ``OSError``."""
        self._begin_file()
        self._journal.drop(channels, now)

    def cannot_judge(self, calls: Iterable[Unjudged]) -> None:
        """Notes calls that could not be analysed: `run` sets their messages aside, so that no start tries again."""
        for call in calls:
            self._tell_aside(call.call_id)
            self._aside.update(call.channels)

    def _tell_aside(self, call: str) -> None:
        why = f"it cannot be analysed; its messages go to {self._path}{ASIDE}: report this"
        logger.error("call_set_aside", call=call, why=why)

    @contextlib.contextmanager
    def trying(self, pipelines: Iterable[Judges]) -> Iterator[None]:
        """While calls are analysed again, notes which, so that none can kill one start after the other."""
        pipelines = tuple(pipelines)
        for pipeline in pipelines:
            pipeline.on_judging = self._attempts.begin
        yield
        for pipeline in pipelines:
            pipeline.on_judging = None
        self._attempts.over()

    def give_up(self, channels: Collection[str]) -> None:
        """A call's analysis does not end: the next start sets it aside."""
        self._attempts.give_up(channels)

    async def _set_aside(self) -> None:
        if not self._aside:
            return
        channels = frozenset(self._aside)
        with contextlib.suppress(OSError):  # it is tried again in a second
            for _ in range(2):  # there may have been a closed file already
                self._journal.close_file()
                await asyncio.to_thread(self._journal.set_aside, channels)
            self._aside -= channels

    async def _erase(self) -> None:
        """Does what ``callbridge erase`` asks for; while the disk is full it waits for room."""
        asked = self._path.with_name(self._path.name + ERASE)
        if not asked.exists():
            return
        try:
            erasing = msgspec.json.decode(asked.read_bytes(), type=Erasing)
        except msgspec.MsgspecError:
            logger.error("erasing_failed", why=f"{asked} cannot be read; run callbridge erase again")
            asked.unlink(missing_ok=True)
            return
        self._late = deque(one for one in self._late if not erasing.hits(b"- " + msgspec.json.encode(one[1])))
        try:
            count = 0
            for _ in range(
                2
            ):  # there may have been a closed file already, and then the open one was not looked through
                self._journal.close_file()
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
