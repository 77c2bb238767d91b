"""Devices over HTTP: what ``callbridge devices`` shows."""

from __future__ import annotations

from datetime import UTC, datetime

from bridge.api.typed import Asked, Route
from bridge.store.access import STAFF
from bridge.store.devices_now import DeviceNow, devices_now


async def devices(asked: Asked) -> list[DeviceNow]:
    return await asked.desk.read(devices_now, asked.desk.store, datetime.now(UTC))


ROUTES = (
    Route(
        "/v1/devices", devices, "Every device as it is now, and what was declined and failed today.",
        returns=list[DeviceNow], roles=STAFF, of_store=True,
    ),
)  # fmt: skip
