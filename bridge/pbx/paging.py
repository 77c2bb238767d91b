"""Finds the caller of phones that Page() rings, or Originate() calls into a room: the PBX names none for them."""

from __future__ import annotations

from collections import deque

from bridge.pbx.channel import Channel
from bridge.pbx.rooms import ROOMS

RINGS_WITHIN = 2.0
"""Seconds from the beginning of a Page or an Originate until all its phones are called."""
KEPT = 50
"""How many of the latest are kept."""
Calling = tuple[float, Channel, frozenset[str]]
"""When it began, who calls, and which devices."""


class Paging:
    """The latest pages, and calls into rooms, of one PBX."""

    __slots__ = ("_invites", "_latest")

    def __init__(self) -> None:
        self._latest: deque[Calling] = deque(maxlen=KEPT)
        self._invites: deque[Calling] = deque(maxlen=KEPT)

    def begin(self, channel: Channel, arguments: str, at: float) -> None:
        """A channel runs Page. ``arguments``: ``PJSIP/1001&PJSIP/1002,options,timeout``."""
        devices = frozenset(map(_device, arguments.split(",", 1)[0].split("&")))
        self._latest.append((at, channel, devices))

    def invite(self, channel: Channel, arguments: str, at: float) -> None:
        """A channel runs Originate, perhaps to call somebody into a room: ``PJSIP/1001,app,ConfBridge,room,…``."""
        device, kind, application, *_ = *arguments.split(","), "", "", ""
        if kind == "app" and application in ROOMS:
            self._invites.append((at, channel, frozenset({_device(device)})))

    def caller_of(self, leg: Channel, at: float) -> Channel | None:
        """Who pages a phone that is called without a caller, if anybody does."""
        return _who(self._latest, leg, at)

    def inviter_of(self, leg: Channel, at: float) -> Channel | None:
        """Who called a phone into a room, if anybody did and is still there."""
        return _who(self._invites, leg, at)


def _device(written: str) -> str:
    """What the name of the called channel begins with: of ``Local/1001@staff/n``, the part before the last stroke."""
    technology, _, where = written.strip().partition("/")
    return f"{technology}/{where.partition('/')[0]}" if technology == "Local" else written.strip()


def _who(latest: deque[Calling], leg: Channel, at: float) -> Channel | None:
    for began_at, channel, devices in reversed(latest):
        if abs(at - began_at) <= RINGS_WITHIN and leg.device in devices and channel.gone_at is None:
            return channel
    return None
