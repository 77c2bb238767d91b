"""The page Now. It shows the PBXs and, to staff, the devices; the live board takes this place."""

from __future__ import annotations

from datetime import datetime

from starlette.responses import Response

from bridge.api.desk import Desk
from bridge.api.records import STAFF
from bridge.api.typed import Asked, Route
from bridge.reports.zones import zone_of
from bridge.store.devices_now import DeviceNow, devices_now
from bridge.web.display import KEYS
from bridge.web.render import page


async def now(asked: Asked) -> Response:
    devices = await asked.desk.read(_read, asked.desk) if asked.reader.role in STAFF else None
    context = {"feeds": asked.desk.seen.feeds(), "devices": devices}
    return await page(asked.request, asked.desk, asked.who, "now.html", context)


def _read(desk: Desk) -> list[DeviceNow]:
    return devices_now(desk.store, datetime.now(zone_of(desk.settings.reports.timezone)))


ROUTES = (Route("/", now, "", apart=KEYS),)
