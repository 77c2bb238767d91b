"""Removes three-party moments that never were: one party replaces another, and the two only seem to overlap.

The overlap lasts some milliseconds. It comes from how times are told: ARI's are a little earlier than AMI's, and in
whole milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter

from msgspec.structs import replace

from bridge.calls.call import Moment
from bridge.calls.party import Party
from bridge.calls.tolerances import A_MILLISECOND, CHANGING_PLACES
from bridge.pbx.channel import Channel

Who = set[Channel | Party]
_START, _UNTIL = attrgetter("start"), attrgetter("until")


def without_overlaps(moments: Sequence[Moment]) -> tuple[Moment, ...]:
    """The moments without those in which one party replaces another: the moment before is prolonged instead.

    ``moments``: in order of time.
    """
    short = [
        m for m in moments
        if m.until - m.start < CHANGING_PLACES and len(max(m.channels, m.speakers, key=len)) > 2
    ]  # fmt: skip
    if not short:
        return tuple(moments)
    before = _who(moments, {m.start for m in short}, at=_UNTIL)
    after = _who(moments, {m.until for m in short}, at=_START)
    passing = [m for m in short if _is_passing(m, before[m.start], after[m.until])]
    return _without(passing, moments) if passing else tuple(moments)


def _who(moments: Iterable[Moment], times: Iterable[float], at: attrgetter[float]) -> dict[float, Who]:
    """Who is in the moments that end (or begin, by ``at``) at each of some times."""
    found: dict[float, Who] = {time: set() for time in times}
    for m in moments:
        if (there := found.get(at(m))) is not None:
            there.update(m.channels, m.speakers)
    return found


def _is_passing(m: Moment, before: Who, after: Who) -> bool:
    """Whether somebody of the moment before is gone in the one after, while others go on. A supervisor who barges in
    for an instant replaces nobody."""
    left = before.intersection([*m.channels, *m.speakers]) - after
    return bool(left and after) or (m.until - m.start < A_MILLISECOND and bool(before or after))


def _without(passing: Iterable[Moment], moments: Sequence[Moment]) -> tuple[Moment, ...]:
    begun: dict[float, list[Moment]] = {}
    for m in passing:
        begun.setdefault(m.start, []).append(m)
    cut = {id(m) for m in passing}
    kept = [replace(m, until=_lasts_until(m, begun)) for m in moments if id(m) not in cut]
    before = _who(kept, {m.start for m in kept}, at=_UNTIL)
    after = _who(kept, {m.until for m in kept}, at=_START)
    return tuple([
        replace(
            m,
            came=tuple([c for c in m.channels if c not in before[m.start]]),
            left=tuple([c for c in m.channels if c not in after[m.until]]),
        )
        for m in kept
    ])  # fmt: skip


def _lasts_until(m: Moment, passing: dict[float, list[Moment]]) -> float:
    """When the removed moments that follow a moment are over. ``passing``: the removed moments by their beginning."""
    who, until = {*m.channels, *m.speakers}, m.until
    while (then := next((p for p in passing.get(until, ()) if not who.isdisjoint(p.speakers)), None)) is not None:
        until = then.until
    return until
