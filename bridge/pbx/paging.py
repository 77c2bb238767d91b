"""Finds the caller of a page: Page() rings its phones by itself, and the PBX names no caller for them."""

from __future__ import annotations

from collections import deque

from bridge.pbx.channel import Channel

RINGS_WITHIN = 2.0
"""Seconds from the beginning of a Page until all its phones are called."""
KEPT = 50
"""How many of the latest pages are kept."""


class Paging:
    """The latest pages of one PBX."""

    __slots__ = ("_latest",)

    def __init__(self) -> None:
        self._latest: deque[tuple[float, Channel, frozenset[str]]] = deque(maxlen=KEPT)

    def begin(self, channel: Channel, arguments: str, at: float) -> None:
        """A channel runs Page. ``arguments``: ``PJSIP/1001&PJSIP/1002,options,timeout``."""
        devices = frozenset(device.strip() for device in arguments.split(",", 1)[0].split("&"))
        self._latest.append((at, channel, devices))

    def caller_of(self, leg: Channel, at: float) -> Channel | None:
        """Who pages a phone that is called without a caller, if anybody does."""
        for began_at, channel, devices in reversed(self._latest):
            if abs(at - began_at) <= RINGS_WITHIN and leg.device in devices and channel.gone_at is None:
                return channel
        return None
