"""Who has been a member of a queue, and what the queues call them."""

from __future__ import annotations

from bridge.pbx.names import TECHNOLOGIES, extension


class Members:
    """By device. A member behind a Local channel, ``Local/1001@from-queue/n``, is whatever device is numbered so."""

    def __init__(self) -> None:
        self._names: dict[str, str | None] = {}

    @property
    def count(self) -> int:
        """How many devices."""
        return len(self._names)

    def add(self, interface: str, member: str) -> None:
        """``interface``: of a queue's member, or the one that tells its state; ``member``: its name there."""
        device = extension(interface) if interface.startswith("Local/") else interface
        named = member if member != interface else None
        if device and (named is not None or device not in self._names):
            self._names[device] = named

    def __contains__(self, device: str) -> bool:
        return device in self._names or _number(device) in self._names

    def name(self, device: str) -> str | None:
        """The name of a member; None where the queues have none but the interface."""
        return self._names.get(device) or self._names.get(_number(device))


def _number(device: str) -> str:
    """``1001`` of ``PJSIP/1001``; nothing of what is no phone."""
    technology, _, number = device.partition("/")
    return number if technology in TECHNOLOGIES else ""
