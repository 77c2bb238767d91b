"""Whether the other end of a link lives: a dead one is noticed within seconds, a busy one is left alone."""

import asyncio
from collections.abc import Callable

EVERY = 1.0
"""Seconds between two looks."""
ASK, DEAD = 2, 5
"""Looks in a row that found nothing, until the other end is asked for a sign of life, and until it is gone."""


class Pulse:
    """Looks every second whether anything came, no matter what, and ends a link from which nothing does.

    It counts looks and not seconds. The event loop reads what has arrived before each of them, so that a machine too
    busy to run us makes no link look dead; nor does a PBX too busy telling of calls to answer.
    """

    def __init__(self, ask: Callable[[], object], end: Callable[[], object]) -> None:
        """``ask`` sends something that must be answered, ``end`` breaks the link off; neither may wait."""
        self._ask = ask
        self._end = end
        self._silent = 0
        self._next: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._next = asyncio.get_running_loop().call_later(EVERY, self._look)

    def beat(self) -> None:
        """Something came."""
        self._silent = 0

    @property
    def why(self) -> str:
        """Why the link has ended."""
        if self._silent >= DEAD:
            return f"no sign of life for {DEAD * EVERY:g} s"
        return "the PBX closed the connection"

    def stop(self) -> None:
        if self._next is not None:
            self._next.cancel()

    def _look(self) -> None:
        self._silent += 1
        if self._silent >= DEAD:
            self._end()
            return
        if self._silent == ASK:
            self._ask()
        self.start()
