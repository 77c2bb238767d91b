"""A queue at this moment: its callers as calls, its members as agents."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator

import msgspec

from bridge.live.calls import LiveCall
from bridge.live.items import AgentItem, QueueItem
from bridge.vocabulary.agent_state import BUSY, State

SHOWN = 1_000
"""Callers who wait, and callers who talk, whose calls an item names: the first ones. All are counted."""


class Callers:
    """The callers who wait in a queue or talk with its agents, in order; updated as they come and go."""

    __slots__ = ("_ringing", "_talking", "_waiting")

    def __init__(self) -> None:
        self._waiting: list[tuple[str, str]] = []
        """Of each waiting caller: when it joined, and the call's key."""
        self._talking: list[tuple[str, str]] = []
        """Of each talking caller: since when, and the call's key."""
        self._ringing: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._waiting or self._talking)

    def put(self, call: LiveCall) -> None:
        insort(*self._place(call))
        if call.item.joined_at is not None and call.item.stage == "ringing":
            self._ringing.add(call.key)

    def take_out(self, call: LiveCall) -> None:
        """``call``: the call that was put."""
        those, place = self._place(call)
        del those[bisect_left(those, place)]
        self._ringing.discard(call.key)

    def _place(self, call: LiveCall) -> tuple[list[tuple[str, str]], tuple[str, str]]:
        if call.item.joined_at is not None:
            return self._waiting, (call.item.joined_at, call.key)
        return self._talking, (call.item.stage_since, call.key)

    def item(self) -> QueueItem:
        """The queue's item without its members."""
        return QueueItem(
            waiting=len(self._waiting),
            ringing=len(self._ringing),
            talking=len(self._talking),
            longest_since=self._waiting[0][0] if self._waiting else None,
            calls=[key for those in (self._waiting, self._talking) for _, key in those[:SHOWN]],
        )

    def places(self) -> Iterator[tuple[str, int | None]]:
        """The place of each waiting caller; None if the place is not told."""
        for place, (_, key) in enumerate(self._waiting, 1):
            yield key, place if place <= SHOWN else None


class Members:
    """How many members of a queue are in each state: updated as agents change, never counted anew."""

    __slots__ = ("_states",)

    def __init__(self) -> None:
        self._states: Counter[State] = Counter()

    def put(self, state: State) -> None:
        self._states[state] += 1

    def take_out(self, state: State) -> None:
        """``state``: the state that was put."""
        self._states[state] -= 1

    def __bool__(self) -> bool:
        return any(self._states.values())

    def counted(self, callers: QueueItem) -> QueueItem:
        """The queue's item, with the members counted in."""
        states = self._states
        return msgspec.structs.replace(
            callers,
            logged_in=states.total(),
            ready=states["ready"],
            busy=sum(states[state] for state in BUSY),
            ringing_agents=states["ringing"],
            paused=states["paused"],
            unreachable=states["unreachable"],
            wrap_up=states["wrap_up"],
        )


def states_of(agent: AgentItem) -> Iterator[tuple[str, State]]:
    """Each queue of an agent, and the state as which the agent counts there: an agent who is ready but paused in this
    queue counts as paused."""
    paused = frozenset(agent.paused_in)
    for queue in agent.queues:
        yield queue, "paused" if agent.state == "ready" and queue in paused else agent.state
