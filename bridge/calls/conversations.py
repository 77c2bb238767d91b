"""The sweep through a call's time: at each change only the conversations that it touches are looked at again.

A conversation is the bridges that are one because a channel of each is tied to one of another: the two halves of a
Local channel, or the two calls of a phone that mixes them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from bridge.calls.call import Moment
from bridge.calls.party import Party, PartyOf
from bridge.pbx.channel import Channel


class _Talk:
    """One conversation as it is now."""

    __slots__ = ("bridges", "came", "channels", "since", "speakers")

    def __init__(
        self, bridges: set[str], channels: tuple[Channel, ...], speakers: frozenset[Party], since: float
    ) -> None:
        self.bridges = bridges
        self.channels = channels
        self.speakers = speakers
        self.since = since
        self.came: tuple[Channel, ...] = ()
        """Those who were in no conversation just before."""


class _Bridge:
    """Who is in one bridge now. Whoever comes or goes is all that is looked at, however many are in it."""

    __slots__ = ("channels", "places", "speaking", "tied")

    def __init__(self) -> None:
        self.places: list[int] = []
        """Of the parties' channels, in order."""
        self.channels: list[Channel] = []
        """The same channels."""
        self.speaking: dict[Party, int] = {}
        """By how many channels each speaks that the others hear."""
        self.tied: set[str] = set()
        """Ids of the channels that may be tied to others, parties' or not."""

    def put(self, place: int, channel: Channel, speak: Iterable[Party]) -> None:
        at = bisect_left(self.places, place)
        self.places.insert(at, place)
        self.channels.insert(at, channel)
        for party in speak:
            self.speaking[party] = self.speaking.get(party, 0) + 1

    def take_out(self, place: int, spoke: Iterable[Party]) -> None:
        at = bisect_left(self.places, place)
        del self.places[at], self.channels[at]
        for party in spoke:
            self.speaking[party] -= 1
            if not self.speaking[party]:
                del self.speaking[party]


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
        self._speak: dict[str, list[Party]] = {}
        """Who speaks by each party's channel in a bridge now."""
        self._inside: dict[str, _Bridge] = {}
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
        changes.sort(key=itemgetter(0))
        touched: dict[str, Channel] = {}
        for i, (at, begins, holds, value, channel) in enumerate(changes):
            if begins:
                holds.append(value)
            else:
                holds.remove(value)
            touched[channel.id] = channel
            if i + 1 == len(changes) or changes[i + 1][0] > at:
                self._regroup(at, self._moved(touched.values()), touched.values())
                touched.clear()
        return tuple(sorted(self._over, key=lambda m: (m.start, self._order[m.channels[0].id])))

    def _moved(self, channels: Iterable[Channel]) -> set[str]:
        """Puts channels into the bridges in which they are now; the bridges in which something has changed."""
        changed = set()
        for c in channels:
            place = self._order[c.id]
            before = self._in.pop(c.id, None)
            if before is not None:
                changed.add(before)
                bridge = self._inside[before]
                bridge.tied.discard(c.id)
                if c.is_party:
                    bridge.take_out(place, self._speak.pop(c.id))
            if bridges := self._bridges.get(c.id):
                now = self._in[c.id] = bridges[-1]
                changed.add(now)
                bridge = self._inside.setdefault(now, _Bridge())
                if c.id in self._ties:
                    bridge.tied.add(c.id)
                if c.is_party:
                    speak = self._speak[c.id] = self._speakers(c, place)
                    bridge.put(place, c, speak)
        return changed

    def _regroup(self, at: float, changed: set[str], touched: Iterable[Channel]) -> None:
        """Finds the conversations of some bridges anew; what has become another one has ended as it was."""
        before: dict[int, _Talk] = {}
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
                if talk is not None and id(talk) not in before:
                    before[id(talk)] = talk
                    waiting += talk.bridges
            inside = [self._inside[b] for b in bridges if b in self._inside]
            if sum([len(b.channels) for b in inside]) > 1:
                speakers = frozenset().union(*[b.speaking for b in inside])
                after.append(_Talk(bridges, self._in_order(inside), speakers, at))
        if not before and not after:
            return  # nobody is with anybody, nor was
        olds = [*before.values()]
        for talk in after:
            same = next((old for old in olds if old.channels == talk.channels), None)
            if same is not None and same.speakers == talk.speakers:
                talk.since, talk.came = same.since, same.came
                del before[id(same)]
            for b in talk.bridges:
                self._talk_of[b] = talk
        came, left = _come_and_gone(olds, after, touched)
        for talk in after:
            if talk.since == at:
                talk.came = tuple([c for c in came if c in talk.channels])
        for talk in before.values():
            gone = tuple([c for c in left if c in talk.channels])
            self._over.append(Moment(talk.since, at, talk.channels, talk.speakers, talk.came, gone))

    def _in_order(self, inside: list[_Bridge]) -> tuple[Channel, ...]:
        if len(inside) == 1:
            return tuple(inside[0].channels)
        places = sorted(place for b in inside for place in b.places)
        return tuple([self._channels[place] for place in places])

    def _tied(self, bridge: str) -> set[str]:
        """The bridges that are one conversation with a bridge now."""
        found, waiting = {bridge}, [bridge]
        while waiting and self._ties:
            inside = self._inside.get(waiting.pop())
            for channel_id in inside.tied if inside is not None else ():
                for other in self._ties[channel_id]:
                    there = self._in.get(other.id)
                    if there is not None and there not in found:
                        found.add(there)
                        waiting.append(there)
        return found

    def _speakers(self, channel: Channel, place: int) -> list[Party]:
        """Who speaks by a party's channel: the party, unless muted, and who barges in on it."""
        barging = self._barging.get(channel.id, ())
        return [*barging] if self._is_muted(channel) else [self._parties[place], *barging]

    def _is_muted(self, channel: Channel) -> bool:
        told = self._muted.get(channel.id)
        return told[-1] if told else False


def _come_and_gone(
    before: list[_Talk], after: list[_Talk], touched: Iterable[Channel]
) -> tuple[list[Channel], list[Channel]]:
    """The channels that are in a conversation now and were in none, and the other way round."""
    if len(before) == len(after) == 1 and before[0].bridges == after[0].bridges:
        # Nobody can have come or left but those that were touched, of a thousand who are there mostly one.
        was, now = ({c.id: c for c in touched if c in talk.channels} for talk in (before[0], after[0]))
    else:
        was, now = ({c.id: c for talk in talks for c in talk.channels} for talks in (before, after))
    return [c for c in now.values() if c.id not in was], [c for c in was.values() if c.id not in now]
