"""Devices: which of them can be reached, by their contacts."""

from __future__ import annotations

from bridge.pbx.once import Once
from bridge.vocabulary.terms import ContactLoss

MOST = 20_000
"""How many devices are remembered at most: more than a PBX has phones."""


class Device:
    """A device. ``reachable`` is None until a contact of it has been told."""

    __slots__ = ("contacts", "name", "once", "reachable", "since", "state", "why")

    def __init__(self, name: str) -> None:
        self.name = name
        self.contacts: dict[str, bool] = {}
        self.reachable: bool | None = None
        self.since = 0.0
        self.why: ContactLoss | None = None
        """Why it cannot be reached."""
        self.once = Once()
        self.state: str | None = None
        """As Asterisk names it (``UNAVAILABLE``), for devices whose contacts are not told."""

    def contact(self, uri: str, reachable: bool, at: float, why: ContactLoss | None = None) -> bool:
        """Notes a contact. Returns whether the device has lost its last reachable one by that."""
        if reachable:
            self.contacts[uri] = True
        else:
            self.contacts.pop(uri, None)
        now = bool(self.contacts)
        lost = not now and self.reachable is not False
        if now != self.reachable:
            self.reachable, self.since, self.why = now, at, why
        return lost


class Devices:
    """All devices of one PBX that were told."""

    __slots__ = ("by_name",)

    def __init__(self) -> None:
        self.by_name: dict[str, Device] = {}

    def named(self, name: str) -> Device:
        device = self.by_name.get(name)
        if device is None:
            if len(self.by_name) >= MOST:
                self._forget()
            device = self.by_name[name] = Device(name)
        return device

    def _forget(self) -> None:
        """Forgets the older half of the names without a contact, such as ``Local/…`` or ``DAHDI/i1/NUMBER`` of one
        call."""
        passing = [name for name, device in self.by_name.items() if device.reachable is None] or list(self.by_name)
        for name in passing[: (len(passing) + 1) // 2]:
            del self.by_name[name]
