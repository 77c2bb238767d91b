"""Applies an event once that two feeds both report.

AMI and ARI tell the same events, each in its own order and with its own delay. The n-th time that one feed tells a
certain event is the same event as the n-th time that the other does. So an event is news only if this feed has now
told it more often than it was applied. Which feed is ahead does not matter, and may change at any time.
"""

from bridge.vocabulary.message import Source

Key = tuple[str, ...]
MOST = 200
"""Events of one channel or device that are remembered. Beyond that the oldest are forgotten: a browser phone has
another contact each time its page is loaded, and a feed is never so far behind the other."""


class Once:
    __slots__ = ("_applied", "_owed")

    def __init__(self) -> None:
        self._applied: dict[Key, int] = {}
        """How many times each event was applied."""
        self._owed: dict[Source, dict[Key, int]] = {}
        """For each feed, how many times an event was applied that this feed has not told yet."""

    def news(self, src: Source, *key: str) -> bool:
        """Whether the event has not been applied yet; it then counts as applied."""
        applied, owed = self._applied, self._owed.get(src)
        if owed is None:
            owed = self._owed[src] = dict(applied)
        if owed and owed.get(key):
            owed[key] -= 1
            return False
        applied[key] = applied.get(key, 0) + 1
        if len(applied) > MOST:
            self._forget(next(iter(applied)))
        if len(self._owed) > 1:
            for feed, theirs in self._owed.items():
                if feed != src:
                    theirs[key] = theirs.get(key, 0) + 1
        return True

    def _forget(self, key: Key) -> None:
        del self._applied[key]
        for theirs in self._owed.values():
            theirs.pop(key, None)

    def rejoin(self, src: Source) -> None:
        """A feed connected again: it will not repeat what has been applied so far."""
        self._owed[src] = {}
