"""Notices within seconds that the other end of a connection is dead, and does not mistake a busy one for dead."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY = 1.0
"""Seconds between two looks."""
ASK, DEAD = 2, 5
"""After how many silent checks the other end is asked for an answer, and after how many it counts as dead."""


class Pulse:
    """Checks every second whether anything arrived, and ends a connection on which nothing does.

    It counts checks, not seconds, and before each check the event loop reads what has arrived. So a connection does
    not look dead because this machine is too busy to run callbridge. Any message counts as a sign of life, so a PBX
    that is too busy with calls to answer does not look dead either.
    """

    def __init__(self, ask: Callable[[], object], end: Callable[[], object]) -> None:
        """``ask`` sends something that must be answered; ``end`` closes the connection. Neither may block."""
        self._ask = ask
        self._end = end
        self._silent = 0
        self._is_held = False
        self._wrong: str | None = None
        self._next: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._next = asyncio.get_running_loop().call_later(EVERY, self._look)

    def beat(self) -> None:
        """Something arrived."""
        self._silent = 0

    def give_up(self, why: str) -> None:
        """Ends a connection that lives, but is of no use."""
        self._wrong = why
        self._end()

    @contextmanager
    def held(self) -> Iterator[None]:
        """While nothing is read, nothing can arrive."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held, self._silent = False, 0

    @property
    def why(self) -> str:
        """Why the connection ended."""
        if self._wrong is not None:
            return self._wrong
        if self._silent >= DEAD:
            return f"no sign of life for {DEAD * EVERY:g} s"
        return "the PBX closed the connection"

    def stop(self) -> None:
        if self._next is not None:
            self._next.cancel()

    def _look(self) -> None:
        self._silent += not self._is_held
        if self._silent >= DEAD:
            self._end()
            return
        if self._silent == ASK and not self._is_held:
            self._ask()
        self.start()
