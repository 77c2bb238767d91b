"""Who hears whom at this moment: channels in one bridge, through Local channels."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from bridge.pbx.channel import Channel

Bridges = Mapping[str, Mapping[str, Channel]]
FARTHEST = 20
"""Local channels one behind the other that are followed: more lead nowhere, or in a circle."""


class Conversation(NamedTuple):
    """Two or more parties that are connected."""

    channels: tuple[Channel, ...]
    """Of the parties."""
    since: float
    """When the last party came in."""

    @property
    def held_since(self) -> float | None:
        """If some parties hold the others: when the first of them did so. None while nobody holds."""
        return min((c.holds[-1][0] for c in self.channels if holds(c)), default=None)


def holds(channel: Channel) -> bool:
    """Whether the phone of a channel has put the other end on hold."""
    return bool(channel.holds) and channel.holds[-1][1] is None


def is_parked(channel: Channel) -> bool:
    """Whether a channel is in a parking lot, or held in a bridge of its own."""
    return channel.bridge_now is not None and bool(channel.stays) and channel.stays[-1].holding


def hears_nobody(channel: Channel) -> bool:
    """Whether a channel is in no conversation although it is in a bridge: parked, held, or of a phone that has not
    answered."""
    return is_parked(channel) or channel.awaits_answer


def conversations(channels: Iterable[Channel], bridges: Bridges) -> list[Conversation]:
    """The conversations among the channels of one call. A channel is in one at most."""
    found: list[Conversation] = []
    seen: set[str] = set()
    for channel in channels:
        if channel.id in seen or not channel.is_party or channel.bridge_now is None or hears_nobody(channel):
            continue
        parties, since = _together(channel, bridges)
        seen.update(c.id for c in parties)
        if len(parties) > 1:
            found.append(Conversation(tuple(parties), since))
    return found


def has_company(channel: Channel, bridges: Bridges) -> bool:
    """Whether a party is connected with another one. The search ends at the first one found."""
    bridge = channel.bridge_now
    if bridge is None or hears_nobody(channel):
        return False
    for other in bridges.get(bridge, {}).values():  # The other party is nearly always in the same bridge.
        if other is not channel and other.is_party and other.gone_at is None and not hears_nobody(other):
            return True
    return any(other is not channel for other in reached(bridge, bridges))


def reached(bridge: str | None, bridges: Bridges) -> Iterator[Channel]:
    """The parties in a bridge and behind the Local channels in it, the nearest first."""
    return (channel for channel in _inside(bridge, bridges) if channel.is_party)


def _inside(bridge: str | None, bridges: Bridges) -> Iterator[Channel]:
    """The same, and each Local channel on the way, before the parties behind it."""
    seen, waiting = set[str](), deque([(bridge, 0)])
    while waiting:
        bridge, behind = waiting.popleft()
        if bridge is None or bridge in seen or behind > FARTHEST:
            continue
        seen.add(bridge)
        for channel in bridges.get(bridge, {}).values():
            if channel.gone_at is not None or hears_nobody(channel):
                continue
            if channel.is_party:
                yield channel
            elif channel.is_local and channel.other_half is not None and channel.other_half.gone_at is None:
                waiting.append((channel.other_half.bridge_now, behind + 1))
                yield channel


def _together(channel: Channel, bridges: Bridges) -> tuple[list[Channel], float]:
    """All parties who hear one another with a channel, and when the last of them, or of the Local channels between
    them, came in."""
    inside = [*_inside(channel.bridge_now, bridges)]
    since = max((one.stays[-1].entered_at for one in inside), default=0.0)
    return [one for one in inside if one.is_party], since
