"""What every route works with: the settings, the local store, who may read, and the state of the service."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from http import HTTPStatus
from typing import ParamSpec, TypeVar

from bridge.api.limits import Limit
from bridge.api.problem import Problem, busy
from bridge.api.reading import Reading
from bridge.config import Settings
from bridge.config.sinks import SqliteSink
from bridge.errors import SinkError
from bridge.service.seen import Seen
from bridge.store.access import Access, path_beside
from bridge.store.reader import TooLong, reading_within
from bridge.store.sqlite import Connection

THREADS = 2
"""Threads that read the store and make pages. They are apart from the thread that writes records, so that readers
never keep the writer waiting. They are few, because each busy thread keeps the event loop, which reads the feeds,
waiting."""
MOST_REST = 0.05
"""The longest rest of such a thread, in seconds. After each piece of work a thread rests as long as the work took,
so that half of the time is left to the feeds."""
MOST_WAITING = 200
"""Requests that may wait for one of these threads; further ones are told to come later."""
LONGEST, LONGEST_REPORT = 10.0, 30.0
"""Seconds that one request may read, and that one report may read."""
REPORTS = 2
"""Reports that are computed at the same time, in threads of their own, so that no sign-in waits for them. Further
reports wait for one to end."""

P = ParamSpec("P")
T = TypeVar("T")


class Desk:
    """One for each service. ``stopping`` is set when the service stops: streams then say good-bye."""

    def __init__(
        self, settings: Settings, seen: Seen, elsewhere: Reading | None = None, *, is_apart: bool = False
    ) -> None:
        """``elsewhere`` answers requests that only read the store; ``is_apart``: this is that other process, and
        the reader has been checked already. Raises ``SinkError``."""
        if settings.web is None:
            raise ValueError("[web] is not in the settings")
        self.seen, self.web = seen, settings.web
        self.elsewhere, self.is_apart = elsewhere, is_apart
        self.store = next(sink.path for sink in settings.sink if isinstance(sink, SqliteSink))
        self.access = Access(path_beside(self.store))
        self.requests = Limit(20, 200)
        """Requests by readers who are signed in."""
        self.strangers = Limit(2, 60)
        """Requests by address, before anybody is signed in."""
        self.sign_ins = Limit(0.1, 10)
        """Unknown tokens, by address."""
        self.stopping = asyncio.Event()
        self.started = time.time()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="web")
        self._waiting = 0
        self._report_pool = ThreadPoolExecutor(REPORTS, thread_name_prefix="report")
        self._reports = asyncio.Semaphore(REPORTS)

    @property
    def settings(self) -> Settings:
        """The settings as they were last read."""
        return self.seen.hub.settings

    def close(self) -> None:
        for pool in (self._pool, self._report_pool):
            pool.shutdown(wait=True, cancel_futures=True)
        self.access.close()

    async def read(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run work that touches a file in a thread. Raises ``Problem`` if the store cannot be read."""
        if self._waiting >= MOST_WAITING:
            raise busy("too many requests wait for the store", 2)
        self._waiting += 1
        try:
            asked = partial(work, *args, **kwargs)
            return await self._within(self._pool, asked if self.is_apart else partial(_rested, asked))
        finally:
            self._waiting -= 1

    async def report(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for a report, of which only few are computed at the same time."""
        async with self.one_report():
            return await self._within(self._report_pool, partial(work, *args, **kwargs))

    async def _within(self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, work)
        except TooLong as error:
            what, _, mend = str(error).partition("; ")
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, what, mend) from None
        except SinkError:
            raise busy("the local store cannot be read", 5) from None

    @asynccontextmanager
    async def one_report(self) -> AsyncIterator[None]:
        """Wait for a turn to compute a report. Raises ``Problem`` if the others take too long."""
        try:
            await asyncio.wait_for(self._reports.acquire(), LONGEST_REPORT)
        except TimeoutError:
            raise busy("other reports are being computed", 10) from None
        try:
            yield
        finally:
            self._reports.release()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read-only connection for this thread, ended when it takes too long. Raises ``SinkError``."""
        with reading_within(self.store, LONGEST) as db:
            yield db

    @contextmanager
    def reading_report(self) -> Iterator[Connection]:
        """The same for a report, which may take longer."""
        with reading_within(self.store, LONGEST_REPORT) as db:
            yield db


def _rested(work: Callable[[], T]) -> T:
    began = time.monotonic()
    try:
        return work()
    finally:
        time.sleep(min(time.monotonic() - began, MOST_REST))
