"""What is remembered of channels that are forgotten, and of channels that are not known yet."""

from __future__ import annotations

from itertools import islice

DEPARTED, DEPARTED_FOR = 20_000, 600.0
"""How many channels are remembered after their call is forgotten, and for how many seconds: a late event must not
begin a new call."""
CALL_IDS_AHEAD = 1_000
"""How many SIP Call-IDs are kept until AMI tells of their channels: ARI is often a little ahead."""


class Departed(dict[str, float]):
    """Channels whose call is written and forgotten, and when it was forgotten."""

    def forget_oldest(self, now: float, most: int) -> None:
        """Drops channels that are remembered long enough, at most ``most`` of them."""
        for channel_id, since in list(islice(self.items(), most)):
            if len(self) > DEPARTED or since < now - DEPARTED_FOR:
                del self[channel_id]


class CallIdsAhead(dict[str, str]):
    """SIP Call-IDs of channels that are not known yet."""

    def keep(self, channel_id: str, sip_call_id: str) -> None:
        self[channel_id] = sip_call_id
        while len(self) > CALL_IDS_AHEAD:
            del self[next(iter(self))]
