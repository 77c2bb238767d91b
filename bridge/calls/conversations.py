"""Sweeps through a call's time and finds its conversations; each change touches only those that it concerns.

A conversation is one bridge, or several that are tied: by the two halves of a Local channel, or by a phone that mixes
its two calls.
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
    """Who is in one bridge now. To put one in or take one out costs the same however many are in it."""

    __slots__ = ("channels", "places", "speaking", "tied")

    def __init__(self) -> None:
        self.places: list[int] = []
        """The places of the parties' channels, in order."""
        self.channels: list[Channel] = []
        """The same channels."""
        self.speaking: dict[Party, int] = {}
        """Each party that the others hear, and by how many channels it speaks."""
        self.tied: set[str] = set()
        """Ids of the channels that may be tied to channels in other bridges."""

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
    """Takes in stays, mutings, bargings and mixings in any order, then tells the moments."""

    def __init__(self, party: PartyOf) -> None:
        self._party = party
        self._order: dict[str, int] = {}
        """The place of each channel, by its id, in the order of adding."""
        self._channels: list[Channel] = []
        self._parties: list[Party] = []
        self._changes: list[tuple[float, bool, list[Any], Any, Channel]] = []
        """Each beginning or end: when, whether it begins, the list that holds the value meanwhile, the value, and the
        channel whose bridge it concerns."""
        self._bridges: dict[str, list[str]] = {}
        """The bridges of each channel; if it was told to be in two, the last counts."""
        self._muted: dict[str, list[bool]] = {}
        self._barging: dict[str, list[Party]] = {}
        self._ties: dict[str, list[Channel]] = {}
        self._in: dict[str, str] = {}
        """The bridge of each channel now."""
        self._speak: dict[str, list[Party]] = {}
        """Who speaks through each party's channel now."""
        self._inside: dict[str, _Bridge] = {}
        self._talk_of: dict[str, _Talk] = {}
        """The conversation of each bridge with two or more channels now."""
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
        """A supervisor barges in on a channel and speaks to all who are connected with it."""
        self._lasts(self._barging.setdefault(channel.id, []), by, since, until, channel)

    def mutes(self, channel: Channel, muted: bool, at: float) -> None:
        """From a time on a channel is muted, or not; called in the order of the events."""
        self._changes.append((at, True, self._muted.setdefault(channel.id, []), muted, channel))

    def mixes(self, one: Channel, other: Channel, since: float, until: float) -> None:
        """A phone mixes its two calls: the bridges of its two channels hear one another."""
        self._lasts(self._ties.setdefault(one.id, []), other, since, until, one)
        self._lasts(self._ties.setdefault(other.id, []), one, since, until, other)

    def _lasts(self, holds: list[Any], value: Any, since: float, until: float, channel: Channel) -> None:
        if until > since:
            self._changes.append((since, True, holds, value, channel))
            self._changes.append((until, False, holds, value, channel))

    def moments(self) -> tuple[Moment, ...]:
        """Every stretch in which two or more parties were in one conversation, in order of time."""
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
        """Moves channels into their present bridges and returns the bridges that changed."""
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
        """Finds the conversations of the changed bridges again; each that is not the same as before becomes a
        moment."""
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
            return
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
        """The bridges that are one conversation with a bridge now, itself included."""
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
        """Who speaks through a party's channel: the party, unless muted, and the supervisors who barge in on it."""
        barging = self._barging.get(channel.id, ())
        return [*barging] if self._is_muted(channel) else [self._parties[place], *barging]

    def _is_muted(self, channel: Channel) -> bool:
        told = self._muted.get(channel.id)
        return told[-1] if told else False


def _come_and_gone(
    before: list[_Talk], after: list[_Talk], touched: Iterable[Channel]
) -> tuple[list[Channel], list[Channel]]:
    """The channels that came into a conversation from none, and those that left one for none."""
    if len(before) == len(after) == 1 and before[0].bridges == after[0].bridges:
        # Only touched channels can have come or left: mostly one, of a thousand who may be in the bridge.
        was, now = ({c.id: c for c in touched if c in talk.channels} for talk in (before[0], after[0]))
    else:
        was, now = ({c.id: c for talk in talks for c in talk.channels} for talks in (before, after))
    return [c for c in now.values() if c.id not in was], [c for c in was.values() if c.id not in now]
