"""The board of one PBX: the last value of every item, kept up with what changes.

It looks only at what the mirror says has changed, and at whatever hangs on that: the calls of a phone, the agent
behind it, the queues of both. A board that was kept up for hours is the same as one that is made anew: tests hold
that after every message of the recorded calls.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from bridge.calls.analyse import Analyst
from bridge.calls.roles import Directory
from bridge.live import agents, pbx, queues
from bridge.live.agents import Desk
from bridge.live.calls import LiveCall, LiveCalls
from bridge.live.items import AgentItem, CallItem, Change, Item, Kind, PbxItem, QueueItem
from bridge.live.memberships import Memberships
from bridge.pbx.changes import Changed
from bridge.pbx.channel import Group
from bridge.pbx.mirror import Mirror
from bridge.tags.proof import Rules
from bridge.vocabulary.message import Source
from bridge.vocabulary.terms import STAFF


class Board:
    """Says what changed, item by item."""

    def __init__(
        self, name: str, mirror: Mirror, directory: Directory, memberships: Memberships, analyst: Analyst,
        rules: Rules, feeds: tuple[Source, ...] = (),
    ) -> None:  # fmt: skip
        self._name, self._mirror, self._directory, self._memberships = name, mirror, directory, memberships
        self._feeds = feeds
        self._look_at_calls = LiveCalls(name, mirror, directory, analyst, rules)
        self._titles = {agent.device: agent.name for agent in rules.settings.agent}
        self.items: dict[tuple[Kind, str], Item] = {}
        """The last value of each."""
        self._calls: dict[Group, LiveCall] = {}
        self._calls_in: dict[str, set[Group]] = {}
        """Of each queue, those who wait in it or talk with its agents."""
        self._agents_at: dict[str, set[str]] = {}
        """Who is behind each device: its own agent, and who has a call on it now."""
        self._devices_of: dict[str, set[str]] = {}
        self._changes: dict[tuple[Kind, str], Change] = {}

    def go_by(self, directory: Directory, analyst: Analyst, rules: Rules) -> None:
        """The settings say anew who is who, and by what calls are judged."""
        self._directory = directory
        self._look_at_calls = LiveCalls(self._name, self._mirror, directory, analyst, rules)
        self._titles = {agent.device: agent.name for agent in rules.settings.agent}

    def refresh(self, changed: Changed, touched: Iterable[str], now: float) -> list[Change]:
        """Looks again at what changed. ``touched``: devices whose memberships did; ``now``: epoch seconds."""
        self._changes = {}
        groups, devices = self._to_look_at(changed, touched)
        stale: set[str] = set(changed.queues)
        names: set[str] = set()
        for group in groups:
            self._look_at_call(group, stale, now)
        for device in devices:
            names |= self._who_is_at(device)
        for name in names:
            stale |= self._look_at_agent(name, now)
        if changed.everything or changed.visibility:
            shown = (key.removeprefix(f"{self._name}/") for kind, key in self.items if kind == "queue")
            stale |= {*self._mirror.queues, *shown}
            self._look_at_pbx(now)
        for queue in stale:
            self._look_at_queue(queue)
        return [change for change in self._changes.values() if change.old != change.new]

    def _to_look_at(self, changed: Changed, touched: Iterable[str]) -> tuple[set[Group], set[str]]:
        """The calls and devices that changed, and those that hang on them."""
        mirror = self._mirror
        if changed.everything:
            there = {c.group for c in mirror.channels.values() if c.group is not None}
            known = {*self._agents_at, *mirror.devices, *mirror.by_device, *self._memberships.devices()}
            return there | self._calls.keys(), known
        groups, devices = set(changed.calls), {*changed.devices, *touched}
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
        if before is not None and (call is None or call.key != before.key):
            self._set("call", before.key, None)
        if call is not None:
            was = self.items.get(("call", call.key))
            place = was.position if isinstance(was, CallItem) and call.item.joined_at is not None else None
            self._set("call", call.key, msgspec.structs.replace(call.item, position=place))

    def _who_is_at(self, device: str) -> set[str]:
        """Everybody who is, or was until now, behind a device."""
        directory, before = self._directory, self._agents_at.get(device, set())
        legs = self._mirror.by_device.get(device, {}).values()
        parties = [directory.party(c) for c in legs] if directory.role(device) != "customer" else []
        now = {party.name for party in parties if party.is_staff}
        known = device in self._mirror.devices or self._memberships.of(device) or legs or device in self._titles
        if known and directory.role(device) in STAFF:
            now.add(directory.named(device).name)
        for name in before - now:
            self._devices_of[name].discard(device)
        for name in now - before:
            self._devices_of.setdefault(name, set()).add(device)
        if now:
            self._agents_at[device] = now
        else:
            self._agents_at.pop(device, None)
        return before | now

    def _look_at_agent(self, name: str, now: float) -> set[str]:
        """The queues in which the agent counts otherwise than before."""
        key = f"{self._name}/{name}"
        before = self.items.get(("agent", key))
        assert before is None or isinstance(before, AgentItem)
        desk = self._desk(name)
        item = agents.look(desk, self._calls, self._directory, before, now) if desk is not None else None
        self._set("agent", key, item)
        if desk is None:
            del self._devices_of[name]
        if before == item:
            return set()
        return {queue for each in (before, item) if each is not None for queue in each.queues}

    def _desk(self, name: str) -> Desk | None:
        mirror, directory = self._mirror, self._directory
        devices = sorted(self._devices_of.get(name, ()))
        if not devices:
            return None
        own = [d for d in devices if directory.role(d) in STAFF and directory.named(d).name == name]
        member_of = {queue: m for d in own for queue, m in self._memberships.of(d).items()}
        legs = [c for d in devices for c in mirror.by_device.get(d, {}).values() if directory.party(c).name == name]
        title = next((self._titles[d] for d in own if d in self._titles), None)
        called = next((n for d in own if (n := mirror.members.name(d))), None)
        return Desk(
            name=name,
            title=title or called or name,
            role=directory.role(own[0]) if own else "agent",
            devices=[device for d in own if (device := mirror.devices.get(d)) is not None],
            device=(own or devices)[0],
            channels=legs,
            ended=[c for d in own for c in mirror.legs.get(d, {}).values() if c.gone_at is not None],
            member_of=member_of,
            queues_known=mirror.queues_are_listed,
        )

    def _look_at_queue(self, name: str) -> None:
        key = f"{self._name}/{name}"
        calls = [self._calls[group] for group in self._calls_in.get(name, ())]
        queue = self._mirror.queues.get(name)
        if queue is None and not calls:
            self._set("queue", key, None)
            return
        members = self._members(name) if queue is not None and queue.known and queue.heard else None
        item = queues.look(name, calls, members)
        self._set("queue", key, item)
        self._place(item)

    def _members(self, queue: str) -> list[AgentItem]:
        names = {self._directory.named(device).name for device in self._memberships.within(queue)}
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
