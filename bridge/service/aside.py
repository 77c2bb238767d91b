"""Calls that cannot be analysed: their messages are moved to a file of their own, so that no later start tries them
again."""

import asyncio
import contextlib
import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import structlog

from bridge.pipeline.pipeline import Pipeline
from bridge.pipeline.step import Unjudged
from bridge.service.attempts import Attempts
from bridge.service.journal import Journal
from bridge.service.journal_files import ASIDE, TRYING, beside

logger = structlog.get_logger()


class Aside:
    def __init__(self, path: Path) -> None:
        """``path``: the journal, before it is read. If the service died while it analysed a call, the messages of
        that call are moved out of the journal first. Raises ``OSError``."""
        self._path = path
        self._attempts = Attempts(beside(path, TRYING))
        self._channels: set[str] = set()
        """Calls whose lines are to be moved out of the journal."""
        if self._attempts.doomed:
            self._move_doomed(self._attempts.doomed)

    def _move_doomed(self, doomed: Collection[str]) -> None:
        self._tell(min(doomed))
        alive = self._path.stat().st_mtime if self._path.exists() else 0.0
        journal = Journal(self._path)
        for _ in journal.all_closed():
            journal.set_aside(doomed)
        journal.close()
        os.utime(self._path, (alive, alive))  # no message of that call is in the journal
        self._attempts.over()

    @contextlib.contextmanager
    def trying(self, pipelines: Iterable[Pipeline]) -> Iterator[None]:
        """Notes which call is being analysed while the journal's calls are analysed again: a call that kills the
        service is then moved aside at the next start."""
        pipelines = tuple(pipelines)
        for pipeline in pipelines:
            pipeline.on_judging = self._attempts.begin
        yield
        for pipeline in pipelines:
            pipeline.on_judging = None
        self._attempts.over()

    def give_up(self, channels: Collection[str]) -> None:
        """The analysis of a call does not end: note the call, so that the next start moves it aside."""
        self._attempts.give_up(channels)

    def take(self, calls: Iterable[Unjudged]) -> None:
        """Takes calls that `move` is to move aside."""
        for call in calls:
            self._tell(call.call_id)
            self._channels.update(call.channels)

    async def move(self, journal: Journal) -> None:
        """Moves the lines of the calls taken. Where the disk has no room, call it again later."""
        if not self._channels:
            return
        channels = frozenset(self._channels)
        with contextlib.suppress(OSError):
            for _ in journal.all_closed():
                await asyncio.to_thread(journal.set_aside, channels)
            self._channels -= channels

    def _tell(self, call: str) -> None:
        why = f"it cannot be analysed; its messages go to {beside(self._path, ASIDE)}: report this"
        logger.error("call_set_aside", call=call, why=why)
