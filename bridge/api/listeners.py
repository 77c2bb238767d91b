"""The listeners to the streams of a service, live or durable: how many there may be, how each is woken, and which
must end.

One task looks after all of them, so that a stream to which nothing is sent costs next to nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Iterable, Iterator

import msgspec

from bridge.api.desk import Desk
from bridge.api.problem import Problem, busy
from bridge.vocabulary.times import rfc3339

MOST, MOST_EACH = 200, 6
"""How many streams may be open: in all, and of one session."""
BEAT = 2.0
"""Seconds between two signs that a stream is alive. A stream whose token was taken back ends then."""
RETRY = 3
"""Seconds that clients are told to wait when the service stops."""
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Listener:
    """One stream."""

    def __init__(self, key: str) -> None:
        self.key = key
        """The listener's key (``Who.key``)."""
        self.may = True
        """False once the token was taken back or has expired."""
        self._woken = asyncio.Event()
        # The first sign comes sooner, at a random time: otherwise all screens that reconnect after a restart would
        # get theirs together.
        self._beat_at = time.monotonic() + random.uniform(0, BEAT)

    def wake(self) -> None:
        """Wake the listener: there may be something to send."""
        self._woken.set()

    async def something(self) -> bool:
        """Wait until the listener is woken or its next sign is due; returns whether that sign is due."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, self._beat_at - time.monotonic())):
                await self._woken.wait()
        self._woken.clear()
        now = time.monotonic()
        is_due = now >= self._beat_at
        if is_due:
            self._beat_at = now + BEAT
        return is_due


class Listeners:
    """All listeners of one service."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._all: set[Listener] = set()

    @property
    def open(self) -> int:
        """How many there are."""
        return len(self._all)

    def see_room(self, key: str) -> None:
        """Raises ``Problem`` if there is no room for one more."""
        if self.open >= MOST or sum(one.key == key for one in self._all) >= MOST_EACH:
            raise busy("too many streams are open", 10)

    @contextlib.contextmanager
    def one(self, key: str) -> Iterator[Listener]:
        """Count one more listener while the stream is open."""
        listener = Listener(key)
        self._all.add(listener)
        try:
            yield listener
        finally:
            self._all.discard(listener)

    async def run(self) -> None:
        """End the streams of those who may no longer listen, until the service stops; then wake all."""
        stopping = self._desk.stopping
        while not stopping.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(BEAT / 2):
                    await stopping.wait()
            with contextlib.suppress(Problem):
                ended = await self._desk.read(self._ended, {one.key for one in self._all}) if self._all else set()
                for one in self._all:
                    if one.key in ended:
                        one.may = False
                        one.wake()
        for one in self._all:
            one.wake()

    def _ended(self, keys: Iterable[str]) -> set[str]:
        return {key for key in keys if not self._desk.access.is_good(key)}


def event(name: str, data: object) -> bytes:
    """One event, as it is sent."""
    return b"event: " + name.encode() + b"\ndata: " + msgspec.json.encode(data) + b"\n\n"


def beat(seq: int) -> bytes:
    """The sign that a stream is alive, with the number of the last event."""
    return event("beat", {"at": rfc3339(time.time()), "seq": seq})


def good_bye() -> bytes:
    """The last event of a service that stops."""
    return event("bye", {"why": "stopping", "retry_seconds": RETRY})
