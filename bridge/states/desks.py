"""Finds the phones that each agent uses now, and gathers all that the agent's state is derived from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from bridge.calls.roles import Directory
from bridge.config import Settings
from bridge.pbx.channel import Channel
from bridge.pbx.devices import Device
from bridge.pbx.mirror import Mirror
from bridge.pbx.queue_member import Member
from bridge.states.memberships import NOBODY, Memberships
from bridge.vocabulary.terms import STAFF, Role

CROWD = 50
"""A phone has no more live channels than this; a trunk whose name looks like a phone's may have."""


class _Crowd:
    """The staff on a device with more than CROWD channels, counted so that a changed channel is looked at alone."""

    def __init__(self) -> None:
        self.names: dict[str, str | None] = {}
        """By channel, the agent or supervisor who has it, or None."""
        self.counts: Counter[str] = Counter()

    def note(self, leg: Channel, name: str | None) -> None:
        before = self.names.pop(leg.id, None)
        if before is not None:
            self.counts[before] -= 1
            if not self.counts[before]:
                del self.counts[before]
        if leg.gone_at is None:
            self.names[leg.id] = name
            if name is not None:
                self.counts[name] += 1


class Desk(NamedTuple):
    """All that one agent's state is derived from."""

    name: str
    role: Role
    own: Sequence[str]
    """The agent's devices, by the settings or by the number."""
    devices: Sequence[Device]
    """The agent's devices whose state the PBX has told."""
    device: str
    channels: Sequence[Channel]
    """The live channels of the agent's phones; if there are very many, the last ones."""
    member_of: Mapping[str, Member]
    queues_known: bool
    """Whether the PBX tells which agents are members of which queues."""


class Desks:
    """The desks of one PBX."""

    def __init__(self, mirror: Mirror, settings: Settings, directory: Directory, memberships: Memberships) -> None:
        self._mirror, self.memberships = mirror, memberships
        self._agents_at: dict[str, set[str]] = {}
        """The agents behind each device: its own agent, and whoever has a call on it now."""
        self._devices_of: dict[str, set[str]] = {}
        self._crowds: dict[str, _Crowd] = {}
        """Devices with very many channels."""
        self.go_by(settings, directory)

    def go_by(self, settings: Settings, directory: Directory) -> None:
        """Take other settings, which may name other roles and agents."""
        self._directory = directory
        self.named = {agent.device for agent in settings.agent}
        """Devices of agents whom the settings name."""
        self.memberships.go_by(directory)

    def everywhere(self) -> Iterator[str]:
        """All devices that may belong to an agent, found one by one."""
        mirror = self._mirror
        places: list[Collection[str]] = []
        for place in (self._agents_at, mirror.devices, mirror.by_device, self.memberships.devices, self.named):
            left = [*place]
            for before in places:
                left = [device for device in left if device not in before]
            yield from left
            places.append(place)

    def who_is_at(self, device: str) -> set[str]:
        """Look at a device again; returns everybody who is behind it now, or was before."""
        directory, before = self._directory, self._agents_at.get(device)
        role = directory.role(device)
        legs = self._mirror.by_device.get(device)
        now = set()
        if legs and role != "customer":
            now = self._on(device, legs)
        if role in STAFF and self._is_known(device, legs):
            now.add(directory.named(device).name)
        if now == before:
            return now
        for name in (before or set()) - now:
            self._devices_of[name].discard(device)
            if not self._devices_of[name]:
                del self._devices_of[name]
        for name in now - (before or set()):
            self._devices_of.setdefault(name, set()).add(device)
        if now:
            self._agents_at[device] = now
        else:
            self._agents_at.pop(device, None)
        return now | (before or set())

    def _on(self, device: str, legs: Mapping[str, Channel]) -> set[str]:
        """The staff who have a call on a device. Above CROWD channels, only changed ones are looked at."""
        if len(legs) <= CROWD:
            self._crowds.pop(device, None)
            return {name for leg in legs.values() if (name := self._staff(leg)) is not None}
        crowd = self._crowds.get(device)
        if crowd is None or len(crowd.names) != len(legs):
            crowd = self._crowds[device] = _Crowd()
            for leg in legs.values():
                crowd.note(leg, self._staff(leg))
        return {*crowd.counts}

    def changed(self, leg: Channel) -> None:
        """A channel has changed: look at it again before `who_is_at`."""
        crowd = self._crowds.get(leg.device)
        if crowd is not None:
            crowd.note(leg, self._staff(leg))

    def _staff(self, leg: Channel) -> str | None:
        party = self._directory.party(leg)
        return party.name if party.is_staff else None

    def _is_known(self, device: str, legs: object) -> bool:
        """Whether the agent of a device is to be followed: the PBX has told of the device, or it was once a member of
        a queue. An agent who has left all queues is logged out, and still followed."""
        return bool(legs) or device in self._mirror.devices or device in self.named or device in self._mirror.members

    def of(self, name: str) -> Desk | None:
        """The desk of an agent; None if the agent is at no phone now."""
        mirror, directory = self._mirror, self._directory
        at = self._devices_of.get(name)
        if not at:
            return None
        if len(at) == 1:
            (device,) = at
            if len(self._agents_at[device]) == 1 and (role := directory.role(device)) in STAFF:
                return self._alone(name, device, role)
        devices = sorted(at)
        own, known, legs = [], [], []
        member_of: Mapping[str, Member] = NOBODY
        for device in devices:
            if directory.role(device) in STAFF and directory.named(device).name == name:
                own.append(device)
                if (told := mirror.devices.get(device)) is not None:
                    known.append(told)
                queues = self.memberships.of(device)
                member_of = {**member_of, **queues} if member_of and queues else queues or member_of
            for channel in _last(mirror.by_device.get(device)):
                if directory.party(channel).name == name:
                    legs.append(channel)
        return Desk(
            name, directory.role(own[0]) if own else "agent", own, known, (own or [*devices])[0], legs, member_of,
            mirror.queues_are_listed,
        )  # fmt: skip

    def _alone(self, name: str, device: str, role: Role) -> Desk:
        """The desk of an agent who has one device and shares it with nobody, as nearly all agents do."""
        mirror = self._mirror
        told = mirror.devices.get(device)
        legs = mirror.by_device.get(device)
        return Desk(
            name, role, (device,), (told,) if told is not None else (), device, _last(legs),
            self.memberships.of(device), mirror.queues_are_listed,
        )  # fmt: skip

    def is_static(self, desk: Desk) -> bool:
        """Whether an agent cannot log out: a member by queues.conf, or an agent whom the settings name and whom the
        PBX has not told as a member of any queue."""
        if desk.member_of:
            return any(member.is_static for member in desk.member_of.values())
        return any(device in self.named and device not in self._mirror.members for device in desk.own)

    def names(self) -> Iterable[str]:
        """All agents who are at some phone now."""
        return self._devices_of


def _last(legs: Mapping[str, Channel] | None) -> Sequence[Channel]:
    """The last channels, in order."""
    if not legs:
        return ()
    if len(legs) <= CROWD:
        return [*legs.values()]
    return [*legs.values()][-CROWD:]
