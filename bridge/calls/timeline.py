"""The timeline of a call: its moments, found by channel and by time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import attrgetter

from bridge.calls.call import Moment
from bridge.pbx.channel import Channel

_START, _UNTIL = attrgetter("start"), attrgetter("until")


class Timeline:
    """The moments of a call. A channel is in one conversation at a time, so its moments follow one another."""

    __slots__ = ("_by_channel", "moments")

    def __init__(self, moments: Sequence[Moment]) -> None:
        self.moments = moments
        self._by_channel: dict[str, list[Moment]] | None = None

    def of(self, channel: Channel) -> list[Moment]:
        """A channel's moments, in order."""
        if self._by_channel is None:
            self._by_channel = {}
            for m in self.moments:
                for c in m.channels:
                    self._by_channel.setdefault(c.id, []).append(m)
        return self._by_channel.get(channel.id, [])

    def begun_by(self, channel: Channel, at: float) -> list[Moment]:
        """A channel's moments that began at a time or earlier."""
        mine = self.of(channel)
        return mine[: bisect_right(mine, at, key=_START)]

    def begun_from(self, channel: Channel, at: float) -> list[Moment]:
        """A channel's moments that began at a time or later."""
        mine = self.of(channel)
        return mine[bisect_left(mine, at, key=_START) :]

    def last_over(self, channel: Channel, at: float) -> Moment | None:
        """The last of a channel's moments that was over at a time; None if none was."""
        mine = self.of(channel)
        place = bisect_right(mine, at, key=_UNTIL)
        return mine[place - 1] if place else None

    def after(self, channels: Sequence[Channel], at: float) -> Iterable[Moment]:
        """The moments of some channels that ended after a time, in order."""
        if len(channels) == 1:
            return self._after(channels[0], at)
        found = {id(m): m for c in channels for m in self._after(c, at)}
        return sorted(found.values(), key=_START)

    def _after(self, channel: Channel, at: float) -> Iterator[Moment]:
        mine = self.of(channel)
        return islice(mine, bisect_right(mine, at, key=_UNTIL), None)
