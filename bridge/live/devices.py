"""The live picture of the devices: what the mirror knows of each at this moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from bridge.pbx.queues import UNAVAILABLE

if TYPE_CHECKING:
    from bridge.calls.roles import Directory
    from bridge.pbx.mirror import Mirror

State = Literal["in call", "ringing", "unreachable", "idle", "unknown"]
INVALID = 4
"""A queue member's state: there is no such device."""
DIALLING = ("Ring", "Dialing", "Up")
"""States of a channel whose device is busy with a call."""
SHOWN = ("agent", "supervisor", "extension")


class DeviceState(NamedTuple):
    device: str
    agent: str
    """As records call whoever has it."""
    state: State
    since: float | None
    """Epoch seconds; None where only the state is known, not when it began."""


class Picture:
    """Says at any moment how the devices of one PBX are."""

    def __init__(self, mirror: Mirror, directory: Directory) -> None:
        self._mirror = mirror
        self._directory = directory

    def take(self) -> list[DeviceState] | None:
        """Every device of staff and extensions that something is known of; None while the PBX cannot be seen."""
        mirror, named = self._mirror, self._directory.named
        if not mirror.is_whole:
            return None
        members = {m.state_interface: m.status for queue in mirror.queues.values() for m in queue.members.values()}
        taken = []
        for device in {*mirror.devices, *mirror.by_device, *members}:
            party = named(device)
            if party.role in SHOWN:
                taken.append(DeviceState(device, party.name, *_state(mirror, device, members.get(device))))
        return taken


def _state(mirror: Mirror, device: str, status: int | None) -> tuple[State, float | None]:
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
    if status is None or status == 0:  # app_queue does not know either
        return "unknown", None
    return ("unreachable" if status in (INVALID, UNAVAILABLE) else "idle"), None
