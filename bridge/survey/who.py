"""Who is who on the PBXs by these settings, and what in the settings does not fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

import msgspec

from bridge.calls.roles import Directory
from bridge.config import Settings
from bridge.pbx.members import Members
from bridge.pbx.names import TECHNOLOGIES
from bridge.survey import manager, rest
from bridge.vocabulary.language import counted

KEYS = ("trunks", "supervisors", "agents")
"""In the order in which they count."""
A_FEW = 5
"""Names that one line shows."""


class Seen(msgspec.Struct):
    """The devices and queues of one PBX or several."""

    devices: set[str] = set()
    queues: dict[str, dict[str, str]] = {}
    """Of each queue its members: interface, and name."""
    states: dict[str, str] = {}
    """Interface → the one that tells its state, where that is another one."""
    service_levels: dict[str, float] = {}
    """Queue → the seconds within which a call should be answered (``servicelevel`` of queues.conf)."""
    hints: dict[str, str] = {}
    """Number → the device behind it."""

    def take_manager(self, told: manager.Told) -> None:
        for entry in told.lists.get("DeviceStateList", ()):
            self._device(str(entry.get("Device", "")))
        for entry in told.lists.get("PJSIPShowEndpoints", ()):
            if name := entry.get("ObjectName"):
                self._device(f"PJSIP/{name}")
        for entry in told.lists.get("ExtensionStateList", ()):
            for device in str(entry.get("Hint", "")).split(",")[0].split("&"):
                self._device(device)
                self.hints.setdefault(str(entry.get("Exten")), device)
        for entry in told.lists.get("QueueStatus", ()):
            queue = self.queues.setdefault(str(entry.get("Queue")), {})
            level = str(entry.get("ServiceLevel") or "0")
            if entry.get("Event") == "QueueParams" and level.isdecimal() and int(level):
                self.service_levels[str(entry.get("Queue"))] = float(level)
            if entry.get("Event") == "QueueMember":
                interface = str(entry.get("Location") or entry.get("Interface"))
                queue[interface] = str(entry.get("Name") or interface)
                self._device(interface)
                if (state := str(entry.get("StateInterface") or interface)) != interface:
                    self.states[interface] = state
                    self._device(state)

    def take_rest(self, told: rest.Told) -> None:
        for device in told.endpoints:
            self._device(device)

    def members(self) -> Members:
        members = Members()
        for queue in self.queues.values():
            for interface, name in queue.items():
                members.add(interface, name)
                if interface in self.states:
                    members.add(self.states[interface], name)
        return members

    def _device(self, name: str) -> None:
        if name.partition("/")[0] in TECHNOLOGIES and "@" not in name:
            self.devices.add(name)


def who_is_who(settings: Settings, seen: Seen) -> str:
    """One line: how many are what by the settings, and who is named nowhere."""
    directory = Directory(settings, seen.members())
    roles = Counter(directory.role(device) for device in seen.devices)
    unknown = sorted(device for device in seen.devices if directory.role(device) == "extension")
    return ", ".join((
        counted(roles["agent"], "agent"), counted(roles["supervisor"], "supervisor"),
        counted(roles["customer"], "trunk"),
        f"{len(unknown)} nobody knows" + (f" ({_names(unknown)})" if unknown else ""),
    ))  # fmt: skip


def remarks(settings: Settings, seen: Seen, *, is_whole: bool) -> Iterator[str]:
    """What does not fit, one line each. ``is_whole``: every PBX has answered, so what is missing is nowhere."""
    patterns = {key: getattr(settings.roles, key) for key in KEYS}
    if is_whole and seen.devices:
        for key, listed in patterns.items():
            for pattern in listed:
                if not any(fnmatchcase(device, pattern) for device in seen.devices):
                    yield f'[roles] {key} "{pattern}" matches no device'
        for agent in settings.agent:
            if agent.device not in seen.devices:
                yield f'[[agent]] "{agent.device}" is no device there'
    if is_whole and seen.queues:
        for queue in settings.queue:
            if queue.name not in seen.queues:
                yield f'[[queue]] "{queue.name}" is no queue there; there are {_names(sorted(seen.queues))}'
    yield from _matched_twice(patterns, seen.devices)
    directory, members = Directory(settings, Members()), seen.members()
    for role, key in (("supervisor", "supervisors"), ("customer", "trunks")):
        odd = sorted(d for d in seen.devices if d in members and directory.role(d) == role)
        if odd:
            yield f"{_names(odd)}: named in [roles] {key}, yet members of a queue; name agents apart from {key}"


def _matched_twice(patterns: dict[str, list[str]], devices: Iterable[str]) -> Iterator[str]:
    """Devices that are named under two keys, by the pair of patterns that does it."""
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for device in sorted(devices):
        hits = [(key, p) for key, listed in patterns.items() for p in listed if fnmatchcase(device, p)]
        for other in hits[1:]:
            if other[0] != hits[0][0]:
                found.setdefault((*hits[0], *other), []).append(device)
    for (first, pattern, second, another), both in found.items():
        yield f'{_names(both)}: in {first} by "{pattern}" and in {second} by "{another}"; {first} counts'


def _names(devices: list[str]) -> str:
    more = len(devices) - A_FEW
    return ", ".join(devices[:A_FEW]) + (f" and {more} more" if more > 0 else "")
