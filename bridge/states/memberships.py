"""Which phone is a member of which queue, updated with each member that the PBX tells of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from bridge.calls.roles import Directory
from bridge.pbx.mirror import Mirror
from bridge.pbx.queue_member import GONE, Member

NOBODY: Mapping[str, Member] = {}


def is_logged_out(member: Member) -> bool:
    """Whether a member is an agent of AgentLogin who has not logged in: listed, but not there."""
    return member.state_interface.startswith("Agent:") and member.status in GONE


class Memberships:
    """The memberships on one PBX."""

    def __init__(self, mirror: Mirror, directory: Directory) -> None:
        self._mirror, self._directory = mirror, directory
        self._in: dict[str, dict[str, str]] = {}
        """By queue and interface, the member's device."""
        self._of: dict[str, dict[str, Member]] = {}
        """By device, its queues."""
        self._shared: dict[tuple[str, str], dict[str, Member]] = {}
        """If several members of one queue ring the same device: by device and queue, all of them, by interface."""

    def go_by(self, directory: Directory) -> None:
        """Take other settings, which may name other devices."""
        self._directory = directory

    def look(self, queue: str, interface: str) -> Iterable[str]:
        """Look again at one member, who may be gone. Returns the devices that are, or were, that member."""
        there = self._in.setdefault(queue, {})
        before, now = there.pop(interface, None), None
        if before is not None:
            self._leave(before, queue, interface)
        known = self._mirror.queues.get(queue)
        member = known.members.get(interface) if known is not None else None
        if member is not None and not is_logged_out(member):
            now = there[interface] = self._directory.of_member(member.state_interface, member.interface)
            self._join(now, queue, member)
        if not there:
            del self._in[queue]
        return {device for device in (before, now) if device is not None}

    def _join(self, device: str, queue: str, member: Member) -> None:
        queues = self._of.setdefault(device, {})
        if (other := queues.get(queue)) is not None:
            shared = self._shared.setdefault((device, queue), {other.interface: other})
            shared[member.interface] = member
        queues[queue] = member

    def _leave(self, device: str, queue: str, interface: str) -> None:
        shared = self._shared.get((device, queue))
        if shared is None:
            self._drop(device, queue)
            return
        del shared[interface]
        self._of[device][queue] = next(reversed(shared.values()))
        if len(shared) == 1:
            del self._shared[device, queue]

    def look_at_all(self) -> None:
        """Look again at all members: the PBX may only now have told which phone has a member's number."""
        self._in.clear()
        self._of.clear()
        self._shared.clear()
        for queue in self._mirror.queues.values():
            for interface in queue.members:
                self.look(queue.name, interface)

    def _drop(self, device: str, queue: str) -> None:
        self._of[device].pop(queue, None)
        if not self._of[device]:
            del self._of[device]

    def of(self, device: str) -> Mapping[str, Member]:
        """A device's memberships, by queue."""
        return self._of.get(device, NOBODY)

    @property
    def devices(self) -> Collection[str]:
        """All devices that are a member of some queue."""
        return self._of
