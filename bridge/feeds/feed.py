"""What all feeds share: a lost connection is made again after a pause, and logged once."""

import asyncio
import os
import random
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

import structlog

from bridge.errors import BridgeError
from bridge.feeds.clock import CATCHING_UP, CLOCK, LATE, Clock
from bridge.feeds.pulse import Pulse
from bridge.vocabulary.message import Message, Source

log = structlog.get_logger()

Emit = Callable[[Message], object]
"""Takes a message without waiting. If it raises a ``BridgeError``, the feeds end; nothing else ends them."""

Kept = Callable[[str], Awaitable[None]]
"""Waits until everything that a PBX's feeds have emitted is safe."""

Room = Callable[[str], asyncio.Event | None]
"""Gives an event to wait for before more of a PBX is read; None if more can be taken in at once."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds between two tries: few, since callbridge misses the PBX's events meanwhile, and a try costs little."""
FIRST_REFUSED_PAUSE, LONGEST_REFUSED_PAUSE = 10.0, 300.0
ROLL_CALL_SECONDS = 300.0
"""Seconds between two times that the PBX is asked which channels are still up."""
MOST_FLAPS = 3
"""So many connections in a row that are made and soon lost are logged each. After that, only a new reason is logged,
and a connection that lasts."""
STEADY_SECONDS = 30.0
"""After a connection that lasted longer than this, in seconds, the pauses begin small again."""


def always(pbx: str) -> None:
    """A ``Room`` that takes in everything at once."""


class FeedLost(Exception):
    """A connection could not be made, or is gone. The text says why, in one line without a secret."""


class Refused(FeedLost):
    """The PBX refused the login. Trying again soon would be useless, and would look like an attack."""


class Feed(ABC):
    """One feed of one PBX."""

    src: Source

    def __init__(self, pbx: str, emit: Emit, clock: Clock = CLOCK, room: Room = always) -> None:
        self._pbx = pbx
        self._room = room
        self._clock = clock
        self._emit = emit
        self._log = log.bind(pbx=pbx, feed=self.src)
        self._is_connected = False
        self._incident: set[str] = set()
        """The reasons logged since the connection was last up. Each is logged once."""
        self._has_told = self._has_told_behind = False
        self._flaps = 0
        """How many connections in a row were made and soon lost."""
        self._told_later: asyncio.TimerHandle | None = None

    async def run(self) -> NoReturn:
        """Connects, and connects again after each loss, until cancelled."""
        failures = 0
        while True:
            begun = time.monotonic()
            try:
                await self._session()
            except FeedLost as error:
                lost = error
            except BridgeError:
                raise
            except Exception as error:  # a bug in callbridge must not end the feed for good
                lost = FeedLost(f"unexpected {type(error).__name__}")
            if time.monotonic() - begun > STEADY_SECONDS:
                failures = self._flaps = 0
            if self._told_later is not None:
                self._told_later.cancel()
            if self._is_connected:
                self._flaps += 1
                if self._flaps <= MOST_FLAPS:
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
        """One connection, from connecting until it raises ``FeedLost``."""

    def _connected(self) -> None:
        """A session calls this once, before its snapshot."""
        self._is_connected = True
        self._has_told = self._has_told_behind = False
        if self._flaps < MOST_FLAPS:
            self._log.info("feed_connected")
        else:
            self._told_later = asyncio.get_running_loop().call_later(STEADY_SECONDS, self._log.info, "feed_connected")
        self._deliver({"feed": "connected"})

    async def _wait_for(self, room: asyncio.Event, pulse: Pulse) -> None:
        """Leaves bytes in the socket until the pipeline has room. They are read late, so the times of events without
        a stamp are in doubt, which the clock reports."""
        since = self._clock.now()
        with pulse.held():
            await room.wait()
        now = self._clock.now()
        if now - since > LATE:
            if not self._has_told_behind:
                self._has_told_behind = True
                why = "the PBX says more than can be taken in; see that this machine has CPU to spare"
                self._log.warning("behind", seconds=round(now - since, 1), why=why)
            self._deliver({"feed": "late", "since": since, "until": now + CATCHING_UP})

    def _tell_of_rubbish(self, why: str) -> None:
        """Logs once for each connection that something cannot be read, so that rubbish does not fill the log."""
        if not self._has_told:
            self._has_told = True
            self._log.warning("unreadable", why=why)

    def _deliver(self, event: dict[str, Any], t: float | None = None) -> None:
        self._emit(Message(self._clock.now() if t is None else t, self._pbx, self.src, event))


async def at_once(pbx: str) -> None:
    """A ``Kept`` for which everything is safe at once."""


def reason(error: OSError) -> str:
    """The system's text for an error, without what asyncio adds."""
    if isinstance(error, socket.gaierror):
        return str(error.strerror)
    return os.strerror(error.errno) if error.errno else "no connection"


def _pause(failures: int, refused: bool) -> float:
    """Seconds to wait, growing with each failure. A random part keeps instances from trying at the same moment."""
    first, longest = (FIRST_REFUSED_PAUSE, LONGEST_REFUSED_PAUSE) if refused else (FIRST_PAUSE, LONGEST_PAUSE)
    return min(longest, first * 2.0 ** min(failures, 16)) * random.uniform(0.75, 1.0)
