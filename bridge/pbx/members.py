"""Which devices are members of queues, which have been, and by which names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bridge.pbx.names import TECHNOLOGIES, extension

MOST = 20_000
"""How many former members are remembered. A dialplan may make a member of each number that is to be called back."""


class Members:
    """Members by device. A member ``Local/1001@from-queue/n`` is any device with the number 1001."""

    def __init__(self) -> None:
        self._names: dict[str, str | None] = {}
        self._now: dict[str, int] = {}
        """How many queues each device is a member of now."""
        self._past: dict[str, None] = {}
        """Former members; the device that a queue called last comes last."""

    @property
    def count(self) -> int:
        """The number of devices."""
        return len(self._names)

    def add(self, interface: str, member: str) -> None:
        """Adds a member. ``interface``: its interface, or its state interface. ``member``: its name in the queue."""
        device = _device(interface)
        named = member if member != interface else None
        if not device:
            return
        if named is not None or device not in self._names:
            self._names[device] = named
        if device not in self._now:
            self._past.pop(device, None)
            self._past[device] = None

    def joined(self, interfaces: Iterable[str]) -> None:
        """Devices that were added are now members of one more queue."""
        for interface in interfaces:
            if device := _device(interface):
                self._past.pop(device, None)
                self._now[device] = self._now.get(device, 0) + 1

    def left(self, interfaces: Iterable[str]) -> None:
        """Devices are members of one queue less."""
        for interface in interfaces:
            if device := _device(interface):
                self._now[device] -= 1
                if not self._now[device]:
                    del self._now[device]
                    self._past[device] = None

    def forget(self) -> Iterator[str]:
        """Forgets the oldest former members, if there are too many. Yields each device that may have been one of
        them."""
        while len(self._past) > MOST:
            device = next(iter(self._past))
            del self._past[device], self._names[device]
            yield device
            yield from (f"{technology}/{device}" for technology in TECHNOLOGIES if "/" not in device)

    def __contains__(self, device: str) -> bool:
        return device in self._names or _number(device) in self._names

    def name(self, device: str) -> str | None:
        """The name of a member; None if the queues have no name but the interface."""
        return self._names.get(device) or self._names.get(_number(device))


def _device(interface: str) -> str:
    return extension(interface) if interface.startswith("Local/") else interface


def _number(device: str) -> str:
    """``1001`` of ``PJSIP/1001``; "" for anything but a phone."""
    technology, _, number = device.partition("/")
    return number if technology in TECHNOLOGIES else ""
