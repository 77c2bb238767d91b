"""Calls that cannot be analysed: what was heard of them is set aside, so that no start tries them for ever."""

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
        """``path``: the journal, before it is read: what was heard of the call whose analysis the service did not
        survive leaves it. Raises ``OSError``."""
        self._path = path
        self._attempts = Attempts(beside(path, TRYING))
        self._channels: set[str] = set()
        """Those whose lines are to be set aside."""
        if self._attempts.doomed:
            self._move_doomed(self._attempts.doomed)

    def _move_doomed(self, doomed: Collection[str]) -> None:
        self._tell(min(doomed))
        alive = self._path.stat().st_mtime if self._path.exists() else 0.0
        journal = Journal(self._path)
        for _ in journal.all_closed():
            journal.set_aside(doomed)
        journal.close()
        os.utime(self._path, (alive, alive))  # nothing was heard since
        self._attempts.over()

    @contextlib.contextmanager
    def trying(self, pipelines: Iterable[Pipeline]) -> Iterator[None]:
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

    def take(self, calls: Iterable[Unjudged]) -> None:
        """Has `move` set calls aside."""
        for call in calls:
            self._tell(call.call_id)
            self._channels.update(call.channels)

    async def move(self, journal: Journal) -> None:
        """Moves the lines of those that were taken; where the disk has no room, it is to be called again."""
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
