"""The names of those who are together, in order, as some come and others go."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Names(Generic[T]):
    """Remembers who was asked for last, so that a thousand in a conference are not sorted anew for each who comes."""

    def __init__(self, name: Callable[[T], str]) -> None:
        self._name = name
        self._before: frozenset[T] = frozenset()
        self._sorted: list[str] = []

    def of(self, members: Iterable[T]) -> list[str]:
        """Their names in order; twice, where two bear the same."""
        now = frozenset(members)
        for one in self._before - now:
            del self._sorted[bisect_left(self._sorted, self._name(one))]
        for one in now - self._before:
            insort(self._sorted, self._name(one))
        self._before = now
        return self._sorted.copy()
