"""Who waits for whom: a colleague has not taken what an agent left by keys, and the PBX calls the agent back.

It names no caller of that."""

from __future__ import annotations

from collections import deque

from bridge.pbx.channel import Channel, TransferSeen

CALLED_WITHIN = 1.0
"""Seconds from the end of the colleague's leg until the agent is called."""
KEPT = 50
"""How many of the latest transfers are asked."""


class Recalls:
    """The latest attended transfers of one PBX to a phone that still rang."""

    __slots__ = ("_latest",)

    def __init__(self) -> None:
        self._latest: deque[tuple[TransferSeen, Channel]] = deque(maxlen=KEPT)
        """Each with the Local channel to the phone."""

    def note(self, seen: TransferSeen) -> None:
        if seen.transferee is not None and seen.target is not None and seen.target.is_local:
            self._latest.append((seen, seen.target))

    def waits_for(self, leg: Channel, at: float) -> Channel | None:
        """Who waits for whom the PBX begins to call by itself: whom the same agent has left to a phone that did not
        answer until a moment ago."""
        for seen, target in reversed(self._latest):
            waits = seen.transferee
            if waits is None or waits.gone_at is not None or target.up_at is not None:
                continue
            over = target.gone_at
            if over is not None and abs(at - over) <= CALLED_WITHIN and leg.device == seen.transferer_device:
                return waits
        return None
