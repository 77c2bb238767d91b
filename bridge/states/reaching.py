"""The states of devices as stretches: when the phones of the staff could be reached. They touch, as those of agents
do."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from bridge.calls.roles import Directory
from bridge.pbx.mirror import Mirror
from bridge.pbx.queue_member import GONE, UNKNOWN
from bridge.states.causes import Cause
from bridge.states.memberships import Memberships
from bridge.states.stretch import DeviceStretch
from bridge.vocabulary.agent_state import DeviceStateRecord, Reachability
from bridge.vocabulary.terms import STAFF, ContactLoss


class Reaching:
    """The devices of one PBX."""

    def __init__(self, pbx: str, mirror: Mirror, directory: Directory, memberships: Memberships) -> None:
        self._pbx, self._mirror, self._directory, self._memberships = pbx, mirror, directory, memberships
        self.open: dict[str, DeviceStretch] = {}
        """By device."""
        self.ended: list[DeviceStateRecord] = []
        self.changed: set[str] = set()
        """Devices that have begun another stretch since a reader last emptied this set."""

    def go_by(self, directory: Directory) -> None:
        """Take other settings, which may name other staff."""
        self._directory = directory

    def look(self, devices: Iterable[str], at: float, cause: Cause, *, is_seen: bool) -> None:
        for device in devices:
            if self._directory.role(device) not in STAFF:
                continue
            held = self.open.get(device)
            state, why = self._state(device) if is_seen else ("unknown", None)
            if state is None or (held is None and state == "unknown"):
                continue
            if held is not None and held.state == state:
                continue
            self._turn(device, held, state, why, at, cause if is_seen else None)

    def clock_set(self, at: float, by: float) -> None:
        """The clock was set. As for agents: skipped time is unknown, and time that comes a second time is counted
        once."""
        for device, held in self.open.items():
            if held.state == "unknown":
                continue
            new = msgspec.structs.replace(held, seen=False, told_until=max(held.told_until, at - by))
            if by > 0 and at > held.at_least_until:
                over = max(held.at_least_until, at - by)
                leapt = DeviceStretch(device, held.agent, "unknown", over, False)
                if round(over * 1000) > round(held.since * 1000):
                    self.ended.append(held.record(self._pbx, over, None))
                self.ended.append(leapt.record(self._pbx, at, None))
                new = msgspec.structs.replace(new, since=at, began=None)
            self.open[device] = new
            self.changed.add(device)

    def _state(self, device: str) -> tuple[Reachability | None, ContactLoss | None]:
        known = self._mirror.devices.get(device)
        if known is not None and known.reachable is not None:
            return ("reachable", None) if known.reachable else ("unreachable", known.why)
        told = [member.status for member in self._memberships.of(device).values() if member.status != UNKNOWN]
        if not told:
            return None, None
        return ("unreachable" if all(status in GONE for status in told) else "reachable"), None

    def _turn(
        self, device: str, held: DeviceStretch | None, state: Reachability, why: ContactLoss | None, at: float,
        cause: Cause | None,
    ) -> None:  # fmt: skip
        agent = self._directory.named(device).name
        is_begun = held is not None and held.state != "unknown" and cause is not None
        if held is not None:
            is_begun = is_begun and at >= held.at_least_until
            at = max(held.at_least_until, at)
            if round(at * 1000) > round(held.since * 1000):
                ended = cause.evidence(at, agent) if cause is not None else None
                self.ended.append(held.record(self._pbx, at, ended))
        began = cause.evidence(at, agent) if cause is not None and is_begun else None
        self.open[device] = DeviceStretch(device, agent, state, at, is_begun, why, began)
        self.changed.add(device)
