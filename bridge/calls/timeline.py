"""Who heard whom, and when: channels' stays in bridges, joined through Local channels and by phones that mix two
calls, as a line of moments."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

from bridge.calls.call import Conference, Moment, Party
from bridge.calls.mixing import Mixing
from bridge.pbx.channel import Channel, Spying
from bridge.pbx.unseen import Unseen

Bounds = list[tuple[float, float]]
PASSING = 0.001
"""Seconds for which three may seem to be in a bridge while one takes another's place: ARI tells milliseconds."""


def _stays(channel: Channel, end: float) -> list[tuple[float, float, str]]:
    return [(s.entered_at, s.left_at if s.left_at is not None else end, s.bridge) for s in channel.joined]


def _muted_at(channel: Channel, at: float) -> bool:
    muted = False
    for since, value in channel.muted:
        if since <= at:
            muted = value
    return muted


def _barges(channel: Channel, end: float, unseen: Unseen) -> list[tuple[float, float, Spying]]:
    """When somebody barged in on a channel, and by which spying; as far as it was seen."""
    found = []
    for spying in channel.spied_by:
        stop = spying.stopped_at if spying.stopped_at is not None else end
        for i, (since, mode) in enumerate(spying.modes):
            until = spying.modes[i + 1][0] if i + 1 < len(spying.modes) else stop
            if mode == "barge":
                found.append((since, unseen.watched_until(since, until), spying))
    return found


def moments(
    channels: Iterable[Channel],
    end: float,
    party: Callable[[Channel], Party],
    supervisor: Callable[[Spying], Party],
    unseen: Unseen,
    mixings: list[Mixing],
) -> list[Moment]:
    """Every stretch in which two or more parties were in one conversation, in order of time.

    ``end``: when whatever still lasts is taken to end.
    """
    stays = [(c, _stays(c, end)) for c in channels]
    stays = [(c, s) for c, s in stays if s]
    barges = {c.id: _barges(c, end, unseen) for c, _ in stays if c.spied_by}
    times = sorted(
        {t for _, of_channel in stays for s in of_channel for t in s[:2]}
        | {t for found in barges.values() for b in found for t in b[:2]}
        | {t for c, _ in stays for t, _ in c.muted}
        | {t for m in mixings for t in (m.start, min(m.until, end))}
    )
    line: list[Moment] = []
    for start, until in pairwise(times):
        mixed = [m for m in mixings if m.start <= start and m.until >= until]
        for together in _conversations(stays, mixed, start, until):
            speakers = {party(c) for c in together if not _muted_at(c, start)}
            speakers |= {
                supervisor(spying)
                for c in together
                for since, stop, spying in barges.get(c.id, ())
                if since <= start and stop >= until
            }
            line.append(Moment(start, until, together, frozenset(speakers)))
    return _merged(line)


def _conversations(
    stays: list[tuple[Channel, list[tuple[float, float, str]]]], mixed: list[Mixing], start: float, until: float
) -> list[tuple[Channel, ...]]:
    """The parties in one conversation during an interval in which nobody comes or goes."""
    where = {c.id: b for c, of_channel in stays for a, z, b in of_channel if a <= start and z >= until}
    if len(where) < 2:
        return []
    leads: dict[str, str] = {}

    def lead(bridge: str) -> str:
        while bridge in leads:
            bridge = leads[bridge]
        return bridge

    tied = [(c, c.other_half) for c, _ in stays if c.other_half is not None] + [(m.one, m.other) for m in mixed]
    for c, other in tied:
        if c.id in where and other.id in where:
            one, two = lead(where[c.id]), lead(where[other.id])
            if one != two:
                leads[one] = two
    rooms: dict[str, list[Channel]] = {}
    for c, _ in stays:
        if c.is_party and c.id in where:
            rooms.setdefault(lead(where[c.id]), []).append(c)
    return [tuple(cs) for cs in rooms.values() if len(cs) > 1]


def _merged(line: list[Moment]) -> list[Moment]:
    merged: list[Moment] = []
    for m in line:
        for i in range(len(merged) - 1, -1, -1):
            last = merged[i]
            if last.until == m.start and last.channels == m.channels and last.speakers == m.speakers:
                merged[i] = Moment(last.start, m.until, m.channels, m.speakers)
                break
            if last.until < m.start:
                merged.append(m)
                break
        else:
            merged.append(m)
    return merged


def conferences(line: list[Moment]) -> list[Conference]:
    """Stretches with three or more speaking parties; another set of speakers is another stretch."""
    found: list[Conference] = []
    for m in line:
        if len(m.speakers) < 3:
            continue
        if found and found[-1].until == m.start and found[-1].speakers == m.speakers:
            found[-1] = Conference(found[-1].start, m.until, m.speakers)
        else:
            found.append(Conference(m.start, m.until, m.speakers))
    return [c for c in found if c.until - c.start >= PASSING]


def covered(bounds: Bounds) -> float:
    """The length of a union of intervals, seconds."""
    total, reached = 0.0, float("-inf")
    for start, until in sorted(bounds):
        if until > reached:
            total += until - max(start, reached)
            reached = until
    return total


def overlap(bounds: Bounds, others: Bounds) -> float:
    """How long two sets of intervals overlap, seconds."""
    return covered([(max(a, c), min(b, d)) for a, b in bounds for c, d in others if max(a, c) < min(b, d)])
