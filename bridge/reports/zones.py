"""The zone of the figures."""

from __future__ import annotations

import os
from pathlib import Path
from zoneinfo import ZoneInfo

from bridge.config.rules import is_zone

LOCAL = Path("/etc/localtime")


def zone_of(name: str | None) -> ZoneInfo:
    """The zone of that name, which must exist; without a name the machine's zone, or UTC if that is unknown."""
    if name is not None:
        return ZoneInfo(name)
    linked = str(LOCAL.resolve()).partition("/zoneinfo/")[2]
    for found in (os.environ.get("TZ", "").removeprefix(":"), linked):
        if found and is_zone(found):
            return ZoneInfo(found)
    return ZoneInfo("UTC")
