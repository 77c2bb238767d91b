"""The board of one PBX: the last value of every item, kept up with what changes.

It looks only at what the mirror says has changed, and at whatever hangs on that: the calls of a phone, the agent
behind it, the queues of both. A board that was kept up for hours is the same as one that is made anew: tests hold
that after every message of the recorded calls.
"""

from __future__ import annotations

import msgspec

from bridge.calls.analyse import Analyst
from bridge.calls.roles import Directory
from bridge.live import agents, pbx, queues
from bridge.live.calls import LiveCall, LiveCalls
from bridge.live.items import AgentItem, CallItem, Change, Item, Kind, PbxItem, QueueItem
from bridge.pbx.changes import Changed
from bridge.pbx.channel import Group
from bridge.pbx.mirror import Mirror
from bridge.states.tracker import Tracker
from bridge.tags.proof import Rules
from bridge.vocabulary.message import Source


class Board:
    """Says what changed, item by item."""

    def __init__(
        self, name: str, mirror: Mirror, directory: Directory, tracker: Tracker, analyst: Analyst,
        rules: Rules, feeds: tuple[Source, ...] = (),
    ) -> None:  # fmt: skip
        self._name, self._mirror, self._directory, self._tracker = name, mirror, directory, tracker
        self._feeds = feeds
        self._look_at_calls = LiveCalls(name, mirror, directory, analyst, rules)
        self._titles = {agent.device: agent.name for agent in rules.settings.agent}
        self.items: dict[tuple[Kind, str], Item] = {}
        """The last value of each."""
        self._calls: dict[Group, LiveCall] = {}
        self._group_of: dict[str, Group] = {}
        """By the calls' keys."""
        self._calls_in: dict[str, set[Group]] = {}
        """Of each queue, those who wait in it or talk with its agents."""
        self._changes: dict[tuple[Kind, str], Change] = {}

    def go_by(self, directory: Directory, analyst: Analyst, rules: Rules) -> None:
        """The settings say anew who is who, and by what calls are judged."""
        self._directory = directory
        self._look_at_calls = LiveCalls(self._name, self._mirror, directory, analyst, rules)
        self._titles = {agent.device: agent.name for agent in rules.settings.agent}

    def tags_so_far(self, key: str, now: float) -> list[str] | None:
        """Of a call by its key; None where it is not there, or too large."""
        group = self._group_of.get(key)
        return self._look_at_calls.tags(group, now) if group is not None else None

    def refresh(self, changed: Changed, now: float) -> list[Change]:
        """Looks again at what changed. ``now``: epoch seconds."""
        self._changes = {}
        names, self._tracker.stirred = self._tracker.stirred, set()
        groups, devices = self._to_look_at(changed)
        stale: set[str] = set(changed.queues)
        for group in groups:
            self._look_at_call(group, stale, now)
        for device in devices:
            names |= self._tracker.desks.who_is_at(device)
        if changed.everything:
            names |= {key.removeprefix(f"{self._name}/") for kind, key in self.items if kind == "agent"}
        for name in names:
            stale |= self._look_at_agent(name)
        if changed.everything or changed.visibility:
            shown = (key.removeprefix(f"{self._name}/") for kind, key in self.items if kind == "queue")
            stale |= {*self._mirror.queues, *shown}
            self._look_at_pbx(now)
        for queue in stale:
            self._look_at_queue(queue)
        return [change for change in self._changes.values() if change.old != change.new]

    def _to_look_at(self, changed: Changed) -> tuple[set[Group], set[str]]:
        """The calls and devices that changed, and those that hang on them."""
        mirror = self._mirror
        if changed.everything:
            there = {c.group for c in mirror.channels.values() if c.group is not None}
            return there | self._calls.keys(), self._tracker.desks.everywhere()
        groups, devices = set(changed.calls), set(changed.devices)
        for device in devices:
            if self._directory.role(device) != "customer":  # on a trunk are the calls of everybody
                groups |= {c.group for c in mirror.by_device.get(device, {}).values() if c.group is not None}
        for group in groups:
            devices |= {c.device for c in group if c.is_party and c.gone_at is None}
        return groups, devices

    # -- one of each kind

    def _look_at_call(self, group: Group, stale: set[str], now: float) -> None:
        before, call = self._calls.get(group), self._look_at_calls.look(group, now)
        for one in (before, call):
            if one is not None and one.item.queue is not None:
                stale.add(one.item.queue)
        if before is not None and before.item.queue is not None:
            self._calls_in[before.item.queue].discard(group)
        if call is None:
            self._calls.pop(group, None)
        else:
            self._calls[group] = call
            if call.item.queue is not None:
                self._calls_in.setdefault(call.item.queue, set()).add(group)
        if call is not None:
            self._group_of[call.key] = group
        if (
            before is not None
            and (call is None or call.key != before.key)
            and self._group_of.get(before.key) is group
        ):
            del self._group_of[before.key]  # where a call became two, another may have its key by now
            self._set("call", before.key, None)
        if call is not None:
            was = self.items.get(("call", call.key))
            place = was.position if isinstance(was, CallItem) and call.item.joined_at is not None else None
            self._set("call", call.key, msgspec.structs.replace(call.item, position=place))

    def _look_at_agent(self, name: str) -> set[str]:
        """The queues in which the agent counts otherwise than before."""
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
            return set()
        return {queue for each in (before, item) if each is not None for queue in each.queues}

    def _look_at_queue(self, name: str) -> None:
        key = f"{self._name}/{name}"
        calls = [self._calls[group] for group in self._calls_in.get(name, ())]
        queue = self._mirror.queues.get(name)
        if queue is None and not calls:
            self._set("queue", key, None)
            return
        is_told = queue is not None and queue.known and (queue.heard or pbx.is_away(self._mirror))
        members = self._members(name) if is_told else None  # of a PBX that is away they stay as they were last known
        item = queues.look(name, calls, members)
        self._set("queue", key, item)
        self._place(item)

    def _members(self, queue: str) -> list[AgentItem]:
        names = {self._directory.named(device).name for device in self._tracker.memberships.within(queue)}
        found = (self.items.get(("agent", f"{self._name}/{name}")) for name in names)
        return [item for item in found if isinstance(item, AgentItem)]

    def _place(self, queue: QueueItem) -> None:
        """Tells those who wait their place."""
        for position, key in enumerate(queue.calls[: queue.waiting], 1):
            call = self.items["call", key]
            assert isinstance(call, CallItem)
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
