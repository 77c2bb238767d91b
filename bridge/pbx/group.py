"""Which channels are one call.

A call is everything that led to one conversation: channels that dialled one another, the halves of a Local channel,
channels that met in a bridge, channels that share a Linkedid. Two groups become one when an attended transfer, a
conference or a Replaces brings them together. A channel that only spies joins no group: it may spy on many calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bridge.pbx.channel import Channel
    from bridge.pbx.unseen import Stretch


class Group:
    """The channels of one call while it lasts, and until its record is written."""

    __slots__ = ("called_back_by", "channels", "due", "gaps", "kept", "live", "settled", "unseen", "written")

    def __init__(self, first: Channel) -> None:
        self.channels: list[Channel] = [first]
        first.group = self
        self.live = 1 if first.gone_at is None else 0
        self.called_back_by: str | None = None
        """The call back that showed that this call had asked for one."""
        self.due: float | None = None
        """When to look at a call whose last channel has gone, to write or to forget it."""
        self.kept = False
        """Whether a later call may still ask of it."""
        self.settled = False
        """Whether the record has been written and no later fact has come."""
        self.gaps: list[tuple[float | None, float | None]] = []
        """When the feed that carries the calls was away, or had not told of the call yet."""
        self.unseen: tuple[Stretch, ...] = ()
        """When no feed told anything of it. The last is open while that lasts."""
        self.written: dict[str, tuple[int, bytes]] = {}
        """The revision and content of each record as last written: a late fact writes it again only if it changes."""

    @property
    def is_unseen(self) -> bool:
        """Whether no feed tells anything of it now."""
        return any(until == inf for _, until in self.unseen)

    def __iter__(self) -> Iterator[Channel]:
        return iter(self.channels)

    def absorb(self, other: Group) -> None:
        """Takes over every channel of another group, which is then empty."""
        for channel in other.channels:
            channel.group = self
        self.channels += other.channels
        self.live += other.live
        self.gaps += [g for g in other.gaps if g not in self.gaps]
        self.unseen += other.unseen
        self.written |= other.written
        self.kept |= other.kept
        other.channels, other.live, other.due = [], 0, None


def joined(a: Channel, b: Channel) -> Group:
    """The one group of both channels, merging theirs where they differ. The larger absorbs the smaller."""
    ga, gb = a.group, b.group
    assert ga is not None
    assert gb is not None
    if ga is gb:
        return ga
    if len(ga.channels) < len(gb.channels):
        ga, gb = gb, ga
    ga.absorb(gb)
    return ga
