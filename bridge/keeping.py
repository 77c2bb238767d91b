"""Keeping the calls in progress safe from the service's own death: the journal, driven."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import structlog

from bridge.journal import Journal, read
from bridge.message import Message, Source
from bridge.sinks import SinkError

logger = structlog.get_logger()

EVERY = 1.0
"""Seconds between two flushes to the disk: what a power cut may take."""


class Keeping:
    """The journal of one service. A disk that is full or fails costs the journal, never a call in progress."""

    def __init__(self, path: Path, feeds: Iterable[tuple[str, Source]]) -> None:
        """``feeds``: all that the service follows, by PBX. Raises ``SinkError`` when the file cannot be opened."""
        self._path = path
        self._feeds = tuple(feeds)
        try:
            self.messages, self._alive = read(path, lambda line: logger.warning("journal_damaged", why=line))
            self._journal = Journal(path)
        except OSError as error:
            raise SinkError(f"{path}: {error.strerror}; name a store in a folder that can be written") from None

    def restore(self, feed: Callable[[Message], None]) -> None:
        """Tells the pipelines what was heard before, and that nothing was heard since."""
        for message in self.messages:
            feed(message)
        if self.messages:
            logger.info("restored", messages=len(self.messages))
            for pbx, src in self._feeds:
                lost = Message(self._alive, pbx, src, {"feed": "lost", "why": "the service was not running"})
                feed(lost)
                self.keep("", lost)  # or the next restart would know of no gap
        self.messages = []

    def keep(self, key: str, message: Message) -> None:
        """Appends a message; where an earlier one could not be, marks what would be missing after a restart."""
        failed_since = self._journal.failed_since
        try:
            if failed_since is not None:
                for word, t in (("lost", failed_since), ("connected", message.t)):
                    for pbx, src in self._feeds:
                        self._journal.append("", Message(t, pbx, src, {"feed": word}))
            self._journal.append(key, message)
            if failed_since is not None:
                logger.info("journal_recovered")
        except OSError as error:
            self._journal.failed_since = failed_since if failed_since is not None else message.t
            if failed_since is None:
                logger.error("journal_failed", path=str(self._path), why=error.strerror)

    async def run(self, wanted: Callable[[], set[str] | None]) -> None:
        """Flushes and compacts until cancelled. ``wanted``: ids of the channels to keep; None when not now."""
        while True:
            await asyncio.sleep(EVERY)
            with contextlib.suppress(OSError):
                await asyncio.to_thread(self._journal.sync)
            if self._journal.is_large and (channels := wanted()) is not None:
                with contextlib.suppress(OSError):
                    self._journal.compact(channels, time.time())

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._journal.sync()
        self._journal.close()
