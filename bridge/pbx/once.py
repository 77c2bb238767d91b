"""Counting once what two feeds both report.

AMI and ARI tell the same story, each in its own order and with its own delay. The n-th time that one feed tells of a
repeatable event is the same event as the n-th time that the other does: so an event is news only when a feed has
told it more often than it was applied. Which feed is ahead does not matter and may change at any time.
"""

from bridge.vocabulary.message import Source

Key = tuple[str, ...]


class Once:
    __slots__ = ("applied", "told")

    def __init__(self) -> None:
        self.applied: dict[Key, int] = {}
        self.told: dict[Source, dict[Key, int]] = {}

    def news(self, src: Source, *key: str) -> bool:
        """Whether this telling is of an event that has not been applied yet; it then counts as applied."""
        told = self.told.get(src)
        if told is None:
            told = self.told[src] = {}
        n = told.get(key, 0) + 1
        told[key] = n
        if n > self.applied.get(key, 0):
            self.applied[key] = n
            return True
        return False

    def rejoin(self, src: Source) -> None:
        """A feed connected anew: what it tells from now on is as new as what has been applied so far."""
        self.told[src] = dict(self.applied)
