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
        target = seen.target or _met_last(seen)
        if seen.transferee is not None and target is not None and target.is_local:
            self._latest.append((seen, target))

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


def _met_last(seen: TransferSeen) -> Channel | None:
    """Whom the transferer met last. A busy PBX has moved the target to the customer before it tells of the transfer,
    and then it names none."""
    who = seen.transferer
    if who.group is None or not who.stays:
        return None
    there = who.stays[-1].bridge
    others = (c for c in who.group.channels if c is not who and c is not seen.transferee)
    return next((c for c in others if any(s.bridge == there for s in c.stays)), None)
