"""All routes of the API that need no page."""

from __future__ import annotations

from bridge.api import devices, records, reports, states
from bridge.api.streams import Streams
from bridge.api.typed import Route


def routes(streams: Streams) -> tuple[Route, ...]:
    return (*streams.routes(), *records.ROUTES, *devices.ROUTES, *states.ROUTES, *reports.ROUTES)
