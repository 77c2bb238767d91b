"""What the feeds have in common: a connection that is lost is made again, without haste and without noise."""

import asyncio
import os
import random
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, NoReturn

import structlog

from bridge.errors import BridgeError
from bridge.vocabulary.message import Message, Source

log = structlog.get_logger()

Emit = Callable[[Message], object]
"""Takes a message at once. A ``BridgeError`` that it raises ends the feeds; nothing else does."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds between two tries: short, since what a PBX says meanwhile is said to nobody, and a try costs little."""
FIRST_REFUSED_PAUSE, LONGEST_REFUSED_PAUSE = 10.0, 300.0
ROLL_CALL_SECONDS = 300.0
"""How often the PBX is asked which channels are still there."""
STEADY_SECONDS = 30.0
"""A connection that held for so long was a good one: the pauses begin small again."""


class FeedLost(Exception):
    """A connection that could not be made or is gone: why, in one line without a secret."""


class Refused(FeedLost):
    """The PBX does not let us in. Trying again soon is no use, and looks like an attack."""


class Feed(ABC):
    """One feed of one PBX."""

    src: Source

    def __init__(self, pbx: str, emit: Emit) -> None:
        self._pbx = pbx
        self._emit = emit
        self._log = log.bind(pbx=pbx, feed=self.src)
        self._is_connected = False
        self._incident: set[str] = set()
        """Reasons told since the connection was last up: each is told once."""
        self._has_told = False

    async def run(self) -> NoReturn:
        """Connect, stay connected, and connect again, until cancelled."""
        failures = 0
        while True:
            begun = time.monotonic()
            try:
                await self._session()
            except FeedLost as error:
                lost = error
            except BridgeError:
                raise
            except Exception as error:  # a fault of ours must not end the feed for good
                lost = FeedLost(f"unexpected {type(error).__name__}")
            if time.monotonic() - begun > STEADY_SECONDS:
                failures = 0
            if self._is_connected:
                self._incident.clear()
                self._is_connected = False
                self._deliver({"feed": "lost", "why": str(lost)})
            pause = _pause(failures, isinstance(lost, Refused))
            if str(lost) not in self._incident:
                self._incident.add(str(lost))
                told = self._log.error if isinstance(lost, Refused) else self._log.warning
                told("feed_refused" if isinstance(lost, Refused) else "feed_lost", why=str(lost))
            failures += 1
            await asyncio.sleep(pause)

    @abstractmethod
    async def _session(self) -> NoReturn:
        """One connection, from connecting to `FeedLost`."""

    def _connected(self) -> None:
        """To be called once a session, before its snapshot."""
        self._is_connected = True
        self._has_told = False
        self._log.info("feed_connected")
        self._deliver({"feed": "connected"})

    def _tell_of_rubbish(self, why: str) -> None:
        """Only the first of a connection: a stream of rubbish must not fill the log."""
        if not self._has_told:
            self._has_told = True
            self._log.warning("unreadable", why=why)

    def _deliver(self, event: dict[str, Any], t: float | None = None) -> None:
        self._emit(Message(time.time() if t is None else t, self._pbx, self.src, event))


def reason(error: OSError) -> str:
    """What the system says, without asyncio's additions."""
    if isinstance(error, socket.gaierror):
        return str(error.strerror)
    return os.strerror(error.errno) if error.errno else "no connection"


def _pause(failures: int, refused: bool) -> float:
    """Seconds to wait, growing, with a random part so that many instances do not knock together."""
    first, longest = (FIRST_REFUSED_PAUSE, LONGEST_REFUSED_PAUSE) if refused else (FIRST_PAUSE, LONGEST_PAUSE)
    return min(longest, first * 2.0 ** min(failures, 16)) * random.uniform(0.75, 1.0)
