"""The devices at this moment: what the mirror knows of each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from bridge.live.items import Change, DeviceItem, PhoneState
from bridge.pbx.queue_member import GONE, UNKNOWN, Member
from bridge.vocabulary.terms import INSIDE
from bridge.vocabulary.times import rfc3339

if TYPE_CHECKING:
    from bridge.calls.roles import Directory
    from bridge.pbx.changes import Changed
    from bridge.pbx.mirror import Mirror
    from bridge.states.memberships import Memberships

DIALLING = ("Ring", "Dialing", "Up")
"""States of a channel that make its device busy."""


class DeviceState(NamedTuple):
    device: str
    agent: str
    """The agent's name, as in records."""
    state: PhoneState
    since: float | None
    """Epoch seconds; None if the state is known, but not when it began."""


AT_ONCE = 500
"""Devices that one turn of the event loop looks at when all are looked at, some 10 ms."""


class Picture:
    """The devices of one PBX, updated with what changes: only devices that changed are looked at."""

    def __init__(self, name: str, mirror: Mirror, directory: Directory, memberships: Memberships) -> None:
        self._name = name
        self._mirror, self._directory, self._memberships = mirror, directory, memberships
        self._shown: dict[str, DeviceState] = {}
        self._stale: dict[str, None] = {}
        """Devices that changed and are to be looked at, in order."""
        self._left: Iterator[str] | None = None
        """During a look at all devices: those that are left. Some may come twice."""

    def go_by(self, directory: Directory) -> None:
        """Take other settings, which may name other staff."""
        self._directory = directory

    @property
    def shown(self) -> dict[str, DeviceState] | None:
        """By name, every known device of staff and extensions, as of the last `refresh`; None while the PBX cannot be
        seen, or while not all devices have been looked at."""
        return self._shown if self._mirror.is_whole and self._left is None else None

    @property
    def is_behind(self) -> bool:
        """Whether the last `refresh` left devices to look at."""
        return self._left is not None or bool(self._stale)

    def refresh(self, changed: Changed) -> list[Change]:
        """Look again at what changed. The memberships must be up to date."""
        if changed.everything:
            self._left = self._all()
        self._stale.update(dict.fromkeys(changed.devices))
        looked = [*islice(self._stale, AT_ONCE)]
        for device in looked:
            del self._stale[device]
        if self._left is not None and len(looked) < AT_ONCE:
            looked += islice(self._left, AT_ONCE - len(looked))
            if len(looked) < AT_ONCE:
                self._left = None
        return [change for device in looked if (change := self._look_again(device)) is not None]

    def _all(self) -> Iterator[str]:
        """All devices, found one by one: those that come or go meanwhile are told of too."""
        mirror = self._mirror
        for place in (self._shown, mirror.devices, mirror.by_device, self._memberships.devices):
            yield from [*place]

    def _look_again(self, device: str) -> Change | None:
        before = self._shown.get(device)
        now = self._look(device, next(iter(self._memberships.of(device).values()), None))
        if now == before:
            return None
        if now is None:
            del self._shown[device]
        else:
            self._shown[device] = now
        return Change("device", f"{self._name}/{device}", item_of(before), item_of(now))

    def _look(self, device: str, member: Member | None) -> DeviceState | None:
        mirror = self._mirror
        if device not in mirror.devices and device not in mirror.by_device and member is None:
            return None
        party = self._directory.named(device)
        if party.role not in INSIDE:
            return None
        return DeviceState(device, party.name, *_state(mirror, device, member.status if member is not None else None))


def item_of(shown: DeviceState | None) -> DeviceItem | None:
    """The device's item on the board."""
    if shown is None:
        return None
    return DeviceItem(shown.agent, shown.state, rfc3339(shown.since) if shown.since is not None else None)


def _state(mirror: Mirror, device: str, status: int | None) -> tuple[PhoneState, float | None]:
    if legs := mirror.by_device.get(device):
        busy = [leg.up_at or leg.created_at for leg in legs.values() if leg.state in DIALLING]
        if busy:
            return "in call", min(busy)
        ringing = [leg.ringing_at for leg in legs.values() if leg.ringing_at is not None]
        if ringing:
            return "ringing", min(ringing)
    known = mirror.devices.get(device)
    if known is not None and known.reachable is not None:
        return ("idle" if known.reachable else "unreachable"), known.since or None
    if known is not None and known.state not in (None, "UNKNOWN"):
        return ("unreachable" if known.state in ("UNAVAILABLE", "INVALID") else "idle"), None
    if status in (None, UNKNOWN):  # app_queue does not know that either
        return "unknown", None
    return ("unreachable" if status in GONE else "idle"), None
