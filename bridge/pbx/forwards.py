"""Phones that forward (302) what a panel, a script or an application has the PBX call. Nobody has called the phone or
the one to whom it forwards, so no caller joins the two."""

from __future__ import annotations

from collections import deque

from bridge.pbx.channel import Channel
from bridge.pbx.names import extension
from bridge.pbx.unseen import RACE

KEPT = 50
"""How many of the latest Local channels are kept."""


class Forwards:
    """The latest Local channels that the PBX called for nobody."""

    __slots__ = ("_latest",)

    def __init__(self) -> None:
        self._latest: deque[tuple[float, Channel]] = deque(maxlen=KEPT)

    def note(self, leg: Channel, at: float) -> None:
        if leg.is_local:
            self._latest.append((at, leg))

    def leads_to(self, number: str, at: float) -> Channel | None:
        """The Local channel to the number that a phone has named: the PBX calls it, and then tells that the phone has
        forwarded. Each is one phone's."""
        for each in reversed(self._latest):
            began_at, leg = each
            if abs(at - began_at) <= RACE and extension(leg.name) == number:
                self._latest.remove(each)
                return leg
        return None
