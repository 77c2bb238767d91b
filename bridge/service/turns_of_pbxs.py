"""Shares the turns of the event loop among all PBXs: together they hold it no longer than one of them would."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

AT_ONCE = 500
"""Messages of all PBXs that are processed as they come in one turn of the loop, some 50 ms. Further ones wait."""
IN_A_ROW = 50
"""Of the messages that had to wait, so many of one PBX are processed in one turn, some 5 ms."""


class Turns:
    """One for each service."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._one_at_a_time = asyncio.Lock()
        self._count = 0

    def are_over(self) -> bool:
        """Whether a message that comes now has to wait for a later turn; to be asked once for each message."""
        if not self._count:
            self._loop.call_soon(self._begin)
        self._count += 1
        return self._count > AT_ONCE

    def _begin(self) -> None:
        self._count = 0

    @asynccontextmanager
    async def next(self) -> AsyncIterator[None]:
        """Wait for a turn that no other PBX has; they come one after the other."""
        async with self._one_at_a_time:
            yield
            await asyncio.sleep(0)
