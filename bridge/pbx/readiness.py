"""The history of a queue's readiness: how many members could be called when, and which were unreachable."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bridge.pbx.queue_member import CALLED_IN_USE, NOT_IN_USE, UNAVAILABLE, Member


class Readiness:
    """One change, from ``at`` on: how many members were ready, how many had a call and were called all the same, and
    which members became unreachable or (None) reachable again, by interface."""

    __slots__ = ("at", "called_in_use", "changed", "following", "ready")

    def __init__(
        self, at: float, ready: int, called_in_use: int, changed: tuple[tuple[str, Member | None], ...]
    ) -> None:
        self.at = at
        self.ready = ready
        self.called_in_use = called_in_use
        self.changed = changed
        self.following: Readiness | None = None


class ReadinessHistory:
    """The changes of one queue since its oldest waiting caller came.

    Each entry refers to the following one: most queues have a single entry, for which a deque would take 0.6 KB.
    """

    __slots__ = (
        "_called_in_use", "_changed", "_first", "_first_unreachable", "_is_news", "_last", "_ready", "_unreachable",
    )  # fmt: skip

    def __init__(self) -> None:
        self._first: Readiness | None = None
        self._last: Readiness | None = None
        self._is_news = True
        """Whether the present readiness differs from the last entry."""
        self._ready = 0
        self._called_in_use = 0
        self._unreachable: dict[str, Member] = {}
        self._first_unreachable: dict[str, Member] = {}
        """The unreachable members at the first entry."""
        self._changed: dict[str, Member | None] = {}
        """The members that became unreachable or reachable since the last entry."""

    def __iter__(self) -> Iterator[Readiness]:
        entry = self._first
        while entry is not None:
            yield entry
            entry = entry.following

    def count(self, member: Member) -> bool:
        """Counts a member again after a change. Returns whether the queue's readiness has changed."""
        before, now = member.readiness, member.counted()
        if now == before:
            return False
        if now == NOT_IN_USE or before == NOT_IN_USE:
            self._ready += 1 if now == NOT_IN_USE else -1
        if now == CALLED_IN_USE or before == CALLED_IN_USE:
            self._called_in_use += 1 if now == CALLED_IN_USE else -1
        if now == UNAVAILABLE:
            self._unreachable[member.interface] = self._changed[member.interface] = member
        elif before == UNAVAILABLE:
            del self._unreachable[member.interface]
            self._changed[member.interface] = None
        member.readiness = now
        self._is_news = True
        return True

    def begin_anew(self) -> None:
        """Drops the history; the present readiness is added for the next caller."""
        self._is_news = True
        self._first = self._last = None

    def note(self, at: float, oldest: float) -> None:
        """Adds the present readiness if it has changed, and drops what was before ``oldest``."""
        if self._is_news:
            self._is_news = False
            self._append(at, self._ready, self._called_in_use)
        first = self._first
        while first is not None and first.following is not None and first.following.at <= oldest:
            self._first = first = first.following
            _apply(first, self._first_unreachable)

    def unheard(self, at: float) -> None:
        """From now on no feed tells who is ready: one ready member is assumed, so that nothing is concluded."""
        self._append(at, 1, 0)
        self._is_news = True

    def _append(self, at: float, ready: int, called_in_use: int) -> None:
        """Adds an entry with the changes only: a queue may have thousands of members."""
        if self._first is None:
            self._first_unreachable, self._changed = dict(self._unreachable), {}
        entry = Readiness(at, ready, called_in_use, tuple(self._changed.items()))
        if self._last is None:
            self._first = entry
        else:
            self._last.following = entry
        self._last = entry
        self._changed = {}

    def between(self, start: float, end: float) -> list[tuple[float, float, Readiness]]:
        """The history of an interval as ``(from, until, readiness)``; empty if nothing is known."""
        now = self._first
        if now is None:
            return []
        pieces = []
        while (following := now.following) is not None and following.at < end:
            if start < following.at:
                pieces.append((start, following.at, now))
                start = following.at
            now = following
        return [*pieces, (start, end, now)] if start < end else pieces

    def nobody_ready(self, start: float, end: float) -> Iterator[tuple[float, float, Collection[Member]]]:
        """The parts of an interval in which no member was ready, as ``(from, until, unreachable members)``. The
        members are valid until the next part is asked for."""
        now = self._first
        if now is None:
            return
        unreachable = dict(self._first_unreachable)
        while (following := now.following) is not None and following.at < end:
            if start < following.at:
                if not now.ready:
                    yield start, following.at, unreachable.values()
                start = following.at
            now = following
            _apply(now, unreachable)
        if start < end and not now.ready:
            yield start, end, unreachable.values()


def _apply(readiness: Readiness, unreachable: dict[str, Member]) -> None:
    for interface, member in readiness.changed:
        if member is not None:
            unreachable[interface] = member
        else:
            unreachable.pop(interface, None)
