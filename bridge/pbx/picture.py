"""The live picture of the devices: what the mirror knows of each at this moment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from bridge.pbx.queues import UNAVAILABLE

if TYPE_CHECKING:
    from bridge.calls.roles import Directory
    from bridge.pbx.mirror import Mirror

State = Literal["in call", "ringing", "unreachable", "idle", "unknown"]
DIALLING = ("Ring", "Dialing", "Up")
"""States of a channel whose device is busy with a call."""


class DeviceState(NamedTuple):
    device: str
    agent: str
    """Configured name or bare extension."""
    state: State
    since: float | None
    """Epoch seconds; None where only the state is known, not when it began."""


def picture(mirror: Mirror, directory: Directory) -> Iterator[DeviceState]:
    """Every device of staff and extensions that something is known of."""
    members = {m.state_interface: m.status for queue in mirror.queues.values() for m in queue.members.values()}
    for device in {*mirror.devices, *mirror.by_device, *members}:
        if directory.role(device) in ("agent", "supervisor", "extension"):
            yield DeviceState(device, directory.named(device).name, *_state(mirror, device, members.get(device)))


def is_whole(mirror: Mirror) -> bool:
    """Whether the feed that carries the calls is there and has told its snapshot."""
    primary = mirror.primary
    if primary is None or primary in mirror.lost_since or primary not in mirror.listed_from_start:
        return False
    return mirror.queues_listed if primary == "ami" else primary not in mirror.snapshot_began


def _state(mirror: Mirror, device: str, status: int | None) -> tuple[State, float | None]:
    legs = [leg for leg in mirror.by_device.get(device, ()) if leg.gone_at is None]
    busy = [leg.up_at or leg.created_at for leg in legs if leg.state in DIALLING]
    if busy:
        return "in call", min(busy)
    ringing = [leg.ringing_at for leg in legs if leg.ringing_at is not None]
    if ringing:
        return "ringing", min(ringing)
    known = mirror.devices.get(device)
    if known is not None and known.reachable is not None:
        return ("idle" if known.reachable else "unreachable"), known.since or None
    if known is not None and known.state not in (None, "UNKNOWN"):
        return ("unreachable" if known.state in ("UNAVAILABLE", "INVALID") else "idle"), None
    if status is None or status == 0:  # app_queue does not know either
        return "unknown", None
    return ("unreachable" if status == UNAVAILABLE else "idle"), None
