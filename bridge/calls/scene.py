"""The channels of one call that is over, and who is behind each."""

from __future__ import annotations

import math

from bridge.calls.party import Party
from bridge.calls.roles import Directory
from bridge.pbx.channel import Channel
from bridge.pbx.unseen import Unseen


class Scene:
    """Asks the directory only once who is behind a channel."""

    __slots__ = ("channels", "directory", "ended_at", "parties", "started_at", "unseen")

    def __init__(
        self, channels: list[Channel], directory: Directory, unseen: Unseen, now: float, since: float = -math.inf
    ) -> None:
        """``now``: the end of a channel that is not gone, epoch seconds. ``since``: the call began no earlier, though
        a channel of it may have."""
        self.channels = tuple(channels)
        """In order of creation."""
        self.directory = directory
        self.unseen = unseen
        self.started_at = max(since, min(c.created_at for c in channels))
        self.ended_at = max((c.gone_at if c.gone_at is not None else now for c in channels), default=now)
        self.parties = {c.id: directory.party(c) for c in channels}
        """By channel id; ``party`` adds others that were asked for."""

    def party(self, channel: Channel) -> Party:
        found = self.parties.get(channel.id)
        if found is None:
            found = self.parties[channel.id] = self.directory.party(channel)
        return found

    def gone_at(self, channel: Channel) -> float:
        """When a channel was gone, at the latest at the call's end."""
        return channel.gone_at if channel.gone_at is not None else self.ended_at
