"""The sweep through a call's time: at each change only the conversations that it touches are looked at again.

A conversation is the bridges that are one because a channel of each is tied to one of another: the two halves of a
Local channel, or the two calls of a phone that mixes them.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from typing import Any

from bridge.calls.call import Moment
from bridge.calls.party import Party, PartyOf
from bridge.pbx.channel import Channel


class _Talk:
    """One conversation as it is now."""

    __slots__ = ("bridges", "channels", "since", "speakers")

    def __init__(
        self, bridges: set[str], channels: tuple[Channel, ...], speakers: frozenset[Party], since: float
    ) -> None:
        self.bridges = bridges
        self.channels = channels
        self.speakers = speakers
        self.since = since


class Conversations:
    """Takes in all that lasts, in any order; tells the moments."""

    def __init__(self, party: PartyOf) -> None:
        self._party = party
        self._order: dict[str, int] = {}
        """The place of each channel by its id: in the order in which they were added."""
        self._channels: list[Channel] = []
        self._parties: list[Party] = []
        self._changes: list[tuple[float, bool, list[Any], Any, Channel]] = []
        """When something begins or ends, what holds it while it lasts, and in whose bridge that counts."""
        self._bridges: dict[str, list[str]] = {}
        """The bridges of each channel; where it was told to be in two, the last counts."""
        self._muted: dict[str, list[bool]] = {}
        self._barging: dict[str, list[Party]] = {}
        self._ties: dict[str, list[Channel]] = {}
        self._in: dict[str, str] = {}
        """The bridge of each channel now."""
        self._inside: dict[str, list[int]] = {}
        """The places of the channels in each bridge now, in order."""
        self._talk_of: dict[str, _Talk] = {}
        """The conversation of each bridge in which two or more are now."""
        self._over: list[Moment] = []

    def add(self, channel: Channel) -> None:
        self._order[channel.id] = len(self._channels)
        self._channels.append(channel)
        self._parties.append(self._party(channel))
        if channel.other_half is not None:
            self._ties.setdefault(channel.id, []).append(channel.other_half)
            self._ties.setdefault(channel.other_half.id, []).append(channel)

    def stays(self, channel: Channel, bridge: str, since: float, until: float) -> None:
        self._lasts(self._bridges.setdefault(channel.id, []), bridge, since, until, channel)

    def barges(self, channel: Channel, by: Party, since: float, until: float) -> None:
        """A supervisor speaks to all who are with a channel."""
        self._lasts(self._barging.setdefault(channel.id, []), by, since, until, channel)

    def mutes(self, channel: Channel, muted: bool, at: float) -> None:
        """From now on a channel is muted, or not; in the order of what was told."""
        self._changes.append((at, True, self._muted.setdefault(channel.id, []), muted, channel))

    def mixes(self, one: Channel, other: Channel, since: float, until: float) -> None:
        """A phone lets the bridges of its two channels hear one another."""
        self._lasts(self._ties.setdefault(one.id, []), other, since, until, one)
        self._lasts(self._ties.setdefault(other.id, []), one, since, until, other)

    def _lasts(self, holds: list[Any], value: Any, since: float, until: float, channel: Channel) -> None:
        if until > since:
            self._changes.append((since, True, holds, value, channel))
            self._changes.append((until, False, holds, value, channel))

    def moments(self) -> tuple[Moment, ...]:
        """Every stretch in which two or more parties were in one conversation and spoke, in order of time."""
        changes = self._changes
        changes.sort(key=lambda change: change[0])
        touched: dict[str, Channel] = {}
        for i, (at, begins, holds, value, channel) in enumerate(changes):
            if begins:
                holds.append(value)
            else:
                holds.remove(value)
            touched[channel.id] = channel
            if i + 1 == len(changes) or changes[i + 1][0] > at:
                self._regroup(at, self._moved(touched.values()))
                touched.clear()
        return tuple(sorted(self._over, key=lambda m: (m.start, self._order[m.channels[0].id])))

    def _moved(self, channels: Iterable[Channel]) -> set[str]:
        """Puts channels into the bridges in which they are now; the bridges in which something has changed."""
        changed = set()
        for c in channels:
            before = self._in.pop(c.id, None)
            if before is not None:
                changed.add(before)
                self._inside[before].remove(self._order[c.id])
            if bridges := self._bridges.get(c.id):
                now = self._in[c.id] = bridges[-1]
                changed.add(now)
                insort(self._inside.setdefault(now, []), self._order[c.id])
        return changed

    def _regroup(self, at: float, changed: set[str]) -> None:
        """Finds the conversations of some bridges anew; what has become another one has ended as it was."""
        before: dict[tuple[Channel, ...], _Talk] = {}
        after = []
        waiting = list(changed)
        seen: set[str] = set()
        while waiting:
            bridge = waiting.pop()
            if bridge in seen:
                continue
            bridges = self._tied(bridge)
            seen |= bridges
            for b in bridges:
                talk = self._talk_of.pop(b, None)
                if talk is not None and talk.channels not in before:
                    before[talk.channels] = talk
                    waiting += talk.bridges
            places = [place for b in bridges for place in self._inside.get(b, ()) if self._channels[place].is_party]
            if len(places) > 1:
                if len(bridges) > 1:
                    places.sort()
                channels = tuple([self._channels[place] for place in places])
                after.append(_Talk(bridges, channels, self._speakers(places), at))
        for talk in after:
            same = before.get(talk.channels)
            if same is not None and same.speakers == talk.speakers:
                talk.since = same.since
                del before[talk.channels]
            for b in talk.bridges:
                self._talk_of[b] = talk
        self._over += [Moment(talk.since, at, talk.channels, talk.speakers) for talk in before.values()]

    def _tied(self, bridge: str) -> set[str]:
        """The bridges that are one conversation with a bridge now."""
        found, waiting = {bridge}, [bridge]
        while waiting and self._ties:
            for place in self._inside.get(waiting.pop(), ()):
                for other in self._ties.get(self._channels[place].id, ()):
                    there = self._in.get(other.id)
                    if there is not None and there not in found:
                        found.add(there)
                        waiting.append(there)
        return found

    def _speakers(self, places: list[int]) -> frozenset[Party]:
        if not self._muted and not self._barging:
            return frozenset([self._parties[place] for place in places])
        speakers = {self._parties[place] for place in places if not self._is_muted(self._channels[place])}
        for place in places:
            speakers.update(self._barging.get(self._channels[place].id, ()))
        return frozenset(speakers)

    def _is_muted(self, channel: Channel) -> bool:
        told = self._muted.get(channel.id)
        return told[-1] if told else False
