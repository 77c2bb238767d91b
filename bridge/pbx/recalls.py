"""Recalls of attended transfers: the agent transferred by keys to a colleague who still rang; the colleague did not
answer, and the PBX calls the agent back, naming no caller."""

from __future__ import annotations

from collections import deque

from bridge.pbx.channel import Channel, TransferSeen

CALLED_WITHIN = 1.0
"""Seconds from the moment at which the colleague's leg is ended until the agent is called. On a busy PBX the leg is
gone after that call has begun."""
KEPT = 50
"""How many of the latest transfers are kept."""


class Recalls:
    """The latest attended transfers to phones that still rang."""

    __slots__ = ("_latest",)

    def __init__(self) -> None:
        self._latest: deque[tuple[TransferSeen, Channel]] = deque(maxlen=KEPT)
        """Each transfer with the Local channel to the ringing phone."""

    def note(self, seen: TransferSeen) -> None:
        if seen.transferee is not None and seen.target is not None and seen.target.is_local:
            self._latest.append((seen, seen.target))

    def waits_for(self, leg: Channel, at: float) -> Channel | None:
        """Who waits for the agent whom the PBX calls back: the party whom the agent had transferred to a phone that
        has just ended without an answer."""
        for seen, target in reversed(self._latest):
            waits = seen.transferee
            if waits is None or waits.gone_at is not None or target.up_at is not None:
                continue
            over = target.soft_at if target.soft_at is not None else target.gone_at
            if over is not None and abs(at - over) <= CALLED_WITHIN and leg.device == seen.transferer_device:
                return waits
        return None
