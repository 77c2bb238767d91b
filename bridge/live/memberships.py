"""Which phone is a member of which queue, kept up with what changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bridge.calls.roles import Directory
from bridge.live.agents import device_of_member, is_logged_out
from bridge.pbx.changes import Changed
from bridge.pbx.mirror import Mirror
from bridge.pbx.queues import Member


class Memberships:
    """Of one PBX."""

    def __init__(self, mirror: Mirror, directory: Directory) -> None:
        self._mirror, self._directory = mirror, directory
        self._in: dict[str, dict[str, Member]] = {}
        """Members of each queue, by device."""
        self._of: dict[str, dict[str, Member]] = {}
        """Queues of each device."""

    def go_by(self, directory: Directory) -> None:
        """The settings say anew who is who."""
        self._directory = directory

    def refresh(self, changed: Changed) -> set[str]:
        """Looks again at the queues that changed; the devices that are, or were, a member of one of them."""
        touched: set[str] = set()
        everywhere = changed.everything or changed.visibility  # which phone has a number may have been told only now
        queues: Iterable[str] = {*self._in, *self._mirror.queues} if everywhere else changed.queues
        for name in queues:
            before = self._in.pop(name, {})
            for device in before:
                self._of[device].pop(name, None)
                if not self._of[device]:
                    del self._of[device]
            now = self._members(name)
            if now:
                self._in[name] = now
            for device, member in now.items():
                self._of.setdefault(device, {})[name] = member
            touched |= before.keys() | now.keys()
        return touched

    def _members(self, name: str) -> dict[str, Member]:
        queue = self._mirror.queues.get(name)
        members = queue.members.values() if queue is not None else ()
        return {device_of_member(m, self._directory): m for m in members if not is_logged_out(m)}

    def of(self, device: str) -> Mapping[str, Member]:
        """What a device is a member of, by queue."""
        return self._of.get(device, {})

    def within(self, queue: str) -> Iterable[str]:
        """The devices that are members of a queue."""
        return self._in.get(queue, ())

    def devices(self) -> Iterable[str]:
        """All that are a member of anything."""
        return self._of
