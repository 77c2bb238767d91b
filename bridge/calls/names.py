"""The sorted names of a set of parties that changes little from one question to the next."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Names(Generic[T]):
    """Keeps the last answer, so that a conference of a thousand is not sorted again for each who joins."""

    def __init__(self, name: Callable[[T], str]) -> None:
        self._name = name
        self._before: frozenset[T] = frozenset()
        self._sorted: list[str] = []

    def of(self, members: Iterable[T]) -> list[str]:
        """Their names in order; a name that two bear stands there twice."""
        now = frozenset(members)
        for one in self._before - now:
            del self._sorted[bisect_left(self._sorted, self._name(one))]
        for one in now - self._before:
            insort(self._sorted, self._name(one))
        self._before = now
        return self._sorted.copy()
