"""The board of one PBX: the last value of every item, updated with what changes.

The board looks only at what the mirror says has changed, and at what depends on that: the calls of a phone, the agent
behind it, the queues of both. A board that has been updated for hours equals one made anew; tests check that after
every message of the recorded calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

import msgspec

from bridge.calls.analyse import Analyst
from bridge.calls.roles import Directory
from bridge.live import agents, pbx, queues
from bridge.live.calls import LiveCall, LiveCalls
from bridge.live.items import AgentItem, CallItem, Change, Item, Kind, PbxItem
from bridge.pbx.changes import Changed
from bridge.pbx.channel import Group
from bridge.pbx.mirror import Mirror
from bridge.states.tracker import Tracker
from bridge.tags.proof import Rules
from bridge.vocabulary.message import Source

T = TypeVar("T")


AT_ONCE = 200
"""Calls, agents and entries of queues that one turn of the event loop looks at, which takes some 30 ms. A snapshot
may list a hundred thousand."""


class Board:
    """Returns what changed, item by item."""

    def __init__(
        self, name: str, mirror: Mirror, directory: Directory, tracker: Tracker, analyst: Analyst,
        rules: Rules, feeds: tuple[Source, ...] = (),
    ) -> None:  # fmt: skip
        self._name, self._mirror, self._directory, self._tracker = name, mirror, directory, tracker
        self._feeds = feeds
        self._look_at_calls = LiveCalls(name, mirror, directory, analyst, rules)
        self._titles = {agent.device: agent.name for agent in rules.settings.agent}
        self.items: dict[tuple[Kind, str], Item] = {}
        """The last value of each item."""
        self._calls: dict[Group, LiveCall] = {}
        self._group_of: dict[str, Group] = {}
        """Calls by their keys."""
        self._callers: dict[str, queues.Callers] = {}
        """The callers of each queue: who waits, and who talks."""
        self._members: dict[str, queues.Members] = {}
        """The members of each queue, by state."""
        self._queues: set[str] = set()
        """The queues that are shown."""
        self._groups: dict[Group, None] = {}
        self._devices: dict[str, bool] = {}
        self._names: dict[str, None] = {}
        self._stale: dict[str, None] = {}
        """Calls, devices, agents and queues that are still to be looked at, in order. Of each device: whether it has
        changed itself, so that its calls are to be looked at, too."""
        tracker.tell(self._names)
        self._everybody: Iterator[Iterable[str]] | None = None
        """During a look at all agents: those who are left, device by device. Some may come twice."""
        self._changes: dict[tuple[Kind, str], Change] = {}

    def go_by(self, directory: Directory, analyst: Analyst, rules: Rules) -> None:
        """Take other settings, which may name other people and thresholds."""
        self._directory = directory
        self._look_at_calls = LiveCalls(self._name, self._mirror, directory, analyst, rules)
        self._titles = {agent.device: agent.name for agent in rules.settings.agent}

    def tags_so_far(self, key: str, now: float) -> list[str] | None:
        """The tags so far of a call; None if the call is not there, or too large."""
        group = self._group_of.get(key)
        return self._look_at_calls.tags(group, now) if group is not None else None

    def refresh(self, changed: Changed, now: float) -> list[Change]:
        """Look again at what changed, at no more than `AT_ONCE` things. ``now``: epoch seconds."""
        self._changes = {}
        self._note(changed, now)
        looked = 0
        self._look_at_devices()
        for group in _taken(self._groups, AT_ONCE):
            for channel in group:
                if channel.is_party and channel.gone_at is None:
                    self._devices.setdefault(channel.device, False)
            self._look_at_call(group, now)
            looked += 1
        self._look_at_devices()
        for name in _taken(self._names, AT_ONCE - looked) if not self._groups else ():
            self._look_at_agent(name)
            looked += 1
        if self._everybody is not None:
            looked += self._look_at_next_of(self._everybody, AT_ONCE - looked)
        # Queues come when all calls and agents have been looked at: otherwise a large queue would be looked at again
        # for every few of them.
        while self._stale and not self._is_at_people and looked < AT_ONCE:
            (name,) = _taken(self._stale, 1)
            looked += 1 + self._look_at_queue(name)
        return [change for change in self._changes.values() if change.old != change.new]

    @property
    def is_behind(self) -> bool:
        """Whether the last `refresh` left something to look at."""
        return self._is_at_people or bool(self._stale)

    @property
    def _is_at_people(self) -> bool:
        return bool(self._groups or self._devices or self._names) or self._everybody is not None

    def _look_at_next_of(self, everybody: Iterator[Iterable[str]], most: int) -> int:
        """Look at who is behind the next devices, ``most`` at most. Returns how many devices."""
        looked = 0
        for names in islice(everybody, max(0, most)):
            for name in names:
                self._look_at_agent(name)
            looked += 1
        if looked < most:
            self._everybody = None
        return looked

    def _all_agents(self) -> Iterator[Iterable[str]]:
        """Names of all agents, present and past, found one by one: who comes or goes meanwhile is told of too."""
        yield from ((key.removeprefix(f"{self._name}/"),) for kind, key in [*self.items] if kind == "agent")
        for device in self._tracker.desks.everywhere():
            yield self._tracker.desks.who_is_at(device)

    def _note(self, changed: Changed, now: float) -> None:
        """Note what is to be looked at: what changed, and what depends on that. The tracker notes agents itself."""
        if changed.everything:
            self._groups.update(dict.fromkeys(c.group for c in self._mirror.channels.values() if c.group is not None))
            self._groups.update(dict.fromkeys(self._calls))
            self._everybody = self._all_agents()
        if changed.everything or changed.visibility:
            self._stale.update(dict.fromkeys((*self._mirror.queues, *self._queues)))
            self._look_at_pbx(now)
        self._groups.update(dict.fromkeys(changed.calls))
        self._devices.update(dict.fromkeys(changed.devices, True))
        self._stale.update(dict.fromkeys(changed.queues))

    def _look_at_devices(self) -> None:
        """Note whom to look at because of the next devices."""
        for device in [*islice(self._devices, AT_ONCE)]:
            has_changed = self._devices.pop(device)
            self._names.update(dict.fromkeys(self._tracker.desks.who_is_at(device)))
            if has_changed and self._directory.role(device) != "customer":  # behind a trunk are everybody's calls
                legs = self._mirror.by_device.get(device, {}).values()
                self._groups.update(dict.fromkeys(c.group for c in legs if c.group is not None))

    # -- one for each kind of item

    def _look_at_call(self, group: Group, now: float) -> None:
        before, call = self._calls.get(group), self._look_at_calls.look(group, now)
        if before is not None and before.item.queue is not None:
            self._callers[before.item.queue].take_out(before)
            self._stale[before.item.queue] = None
        if call is None:
            self._calls.pop(group, None)
        else:
            self._calls[group] = call
            if call.item.queue is not None:
                self._callers.setdefault(call.item.queue, queues.Callers()).put(call)
                self._stale[call.item.queue] = None
        if call is not None:
            self._group_of[call.key] = group
        if (
            before is not None
            and (call is None or call.key != before.key)
            and self._group_of.get(before.key) is group
        ):
            del self._group_of[before.key]  # if a call became two, another one may have its key by now
            self._set("call", before.key, None)
        if call is not None:
            was = self.items.get(("call", call.key))
            place = was.position if isinstance(was, CallItem) and call.item.joined_at is not None else None
            self._set("call", call.key, msgspec.structs.replace(call.item, position=place))

    def _look_at_agent(self, name: str) -> None:
        key, desk = f"{self._name}/{name}", self._tracker.desks.of(name)
        before = self.items.get(("agent", key))
        assert before is None or isinstance(before, AgentItem)
        item = None
        if desk is not None:
            called = (n for device in desk.own if (n := self._mirror.members.name(device)))
            title = next((self._titles[d] for d in desk.own if d in self._titles), None) or next(called, name)
            item = agents.look(
                desk, self._tracker.agents.get(name), title, self._calls, self._directory,
                is_seen=self._tracker.is_seen,
            )  # fmt: skip
        self._set("agent", key, item)
        if before == item:
            return
        for queue, state in queues.states_of(before) if before is not None else ():
            self._members[queue].take_out(state)
            self._stale[queue] = None
        for queue, state in queues.states_of(item) if item is not None else ():
            self._members.setdefault(queue, queues.Members()).put(state)
            self._stale[queue] = None

    def _look_at_queue(self, name: str) -> int:
        """Returns how many waiting callers were looked at."""
        key = f"{self._name}/{name}"
        callers = self._callers.get(name)
        queue = self._mirror.queues.get(name)
        members = self._members.get(name)
        if not members:
            self._members.pop(name, None)
            members = queues.Members()
        if not callers:
            self._callers.pop(name, None)
            callers = queues.Callers()
            if queue is None:
                self._queues.discard(name)
                self._set("queue", key, None)
                return 0
        self._queues.add(name)
        is_told = queue is not None and queue.known and (queue.heard or pbx.is_away(self._mirror))
        item = callers.item()
        self._set("queue", key, members.counted(item) if is_told else item)
        self._tell_places(callers)
        return len(item.calls)

    def _tell_places(self, callers: queues.Callers) -> None:
        for key, position in callers.places():
            call = self.items["call", key]
            assert isinstance(call, CallItem)
            if position is None and call.position is None:
                return  # nor was it of those behind
            if position != call.position:
                self._set("call", key, msgspec.structs.replace(call, position=position))

    def _look_at_pbx(self, now: float) -> None:
        before = self.items.get(("pbx", self._name))
        assert before is None or isinstance(before, PbxItem)
        self._set("pbx", self._name, pbx.look(self._mirror, self._feeds, before, now))

    def _set(self, kind: Kind, key: str, new: Item | None) -> None:
        old = self.items.get((kind, key))
        if old == new:
            return
        first = self._changes.get((kind, key))
        self._changes[kind, key] = Change(kind, key, first.old if first is not None else old, new)
        if new is None:
            del self.items[kind, key]
        else:
            self.items[kind, key] = new


def _taken(waiting: dict[T, None], most: int) -> list[T]:
    """The first ones of a collection, which are taken out of it."""
    taken = [*islice(waiting, max(0, most))]
    for one in taken:
        del waiting[one]
    return taken
