"""Which devices have been members of queues, and by which names."""

from __future__ import annotations

from bridge.pbx.names import TECHNOLOGIES, extension


class Members:
    """Members by device. A member ``Local/1001@from-queue/n`` is any device with the number 1001."""

    def __init__(self) -> None:
        self._names: dict[str, str | None] = {}

    @property
    def count(self) -> int:
        """The number of devices."""
        return len(self._names)

    def add(self, interface: str, member: str) -> None:
        """Adds a member. ``interface``: its interface, or its state interface. ``member``: its name in the queue."""
        device = extension(interface) if interface.startswith("Local/") else interface
        named = member if member != interface else None
        if device and (named is not None or device not in self._names):
            self._names[device] = named

    def __contains__(self, device: str) -> bool:
        return device in self._names or _number(device) in self._names

    def name(self, device: str) -> str | None:
        """The name of a member; None if the queues have no name but the interface."""
        return self._names.get(device) or self._names.get(_number(device))


def _number(device: str) -> str:
    """``1001`` of ``PJSIP/1001``; "" for anything but a phone."""
    technology, _, number = device.partition("/")
    return number if technology in TECHNOLOGIES else ""
