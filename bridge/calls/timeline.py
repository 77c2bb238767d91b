"""Who heard whom, and when: channels' stays in bridges, joined through Local channels and by phones that mix two
calls, as a line of moments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from bridge.calls.call import Conference, Moment
from bridge.calls.conversations import Conversations
from bridge.calls.mixing import mixings
from bridge.calls.party import Party
from bridge.calls.scene import Scene
from bridge.calls.supervision import is_nobodys
from bridge.calls.tolerances import A_MILLISECOND, CHANGING_PLACES
from bridge.pbx.channel import Channel, Spying

Bounds = list[tuple[float, float]]


def moments(scene: Scene, supervisor: Callable[[Spying], Party]) -> tuple[Moment, ...]:
    """Every stretch in which two or more parties were in one conversation, in order of time.

    ``supervisor``: who is behind a spying that barges in.
    """
    end = scene.ended_at
    together = Conversations(scene.party)
    for c in scene.channels:
        if not c.stays:
            continue
        together.add(c)
        for s in c.joined:
            together.stays(c, s.bridge, s.entered_at, s.left_at if s.left_at is not None else end)
        for at, muted in c.muted:
            together.mutes(c, muted, at)
        for since, until, spying in _barges(c, end, scene):
            together.barges(c, supervisor(spying), since, until)
    for m in mixings(scene.channels, scene.party, scene.unseen):
        together.mixes(m.one, m.other, m.start, min(m.until, end))
    return together.moments()


def _barges(channel: Channel, end: float, scene: Scene) -> Iterator[tuple[float, float, Spying]]:
    """When somebody barged in on a channel, and by which spying; as far as it was seen."""
    for spying in channel.spied_by:
        if is_nobodys(spying, scene.directory):
            continue
        stop = spying.stopped_at if spying.stopped_at is not None else end
        for i, (since, mode) in enumerate(spying.modes):
            until = spying.modes[i + 1][0] if i + 1 < len(spying.modes) else stop
            if mode == "barge":
                yield since, scene.unseen.watched_until(since, until), spying


def conferences(line: Sequence[Moment]) -> tuple[Conference, ...]:
    """Stretches with three or more speaking parties; another set of speakers is another stretch."""
    found: list[Conference] = []
    for m in line:
        if len(m.speakers) < 3:
            continue
        if found and found[-1].until == m.start and found[-1].speakers == m.speakers:
            found[-1] = Conference(found[-1].start, m.until, m.speakers)
        else:
            found.append(Conference(m.start, m.until, m.speakers))
    short = [c for c in found if c.until - c.start < CHANGING_PLACES]
    before: dict[float, set[Party]] = {c.start: set() for c in short}
    after: dict[float, set[Party]] = {c.until: set() for c in short}
    for m in line if short else ():
        before.get(m.until, set()).update(m.speakers)
        after.get(m.start, set()).update(m.speakers)
    return tuple(
        c
        for c in found
        if c.until - c.start >= CHANGING_PLACES or not _one_for_another(c, before[c.start], after[c.until])
    )


def _one_for_another(c: Conference, before: set[Party], after: set[Party]) -> bool:
    """Whether in a short conference one who had been there before left to others: who barges in for a moment takes
    nobody's place."""
    left = c.speakers & before - after
    return bool(left and after) or c.until - c.start < A_MILLISECOND


def union(bounds: Iterable[tuple[float, float]]) -> Bounds:
    """The same time in intervals that do not overlap, in order."""
    found: Bounds = []
    reached = float("-inf")
    for start, until in sorted(bounds):
        if until > reached:
            found.append((max(start, reached), until))
            reached = until
    return found


def covered(bounds: Iterable[tuple[float, float]]) -> float:
    """The length of a union of intervals, seconds."""
    return sum([until - start for start, until in union(bounds)], 0.0)


def overlap(bounds: Sequence[tuple[float, float]], others: Sequence[tuple[float, float]]) -> float:
    """How long two sets of intervals overlap, seconds."""
    if not bounds or not others:
        return 0.0
    ours, theirs, total = union(bounds), union(others), 0.0
    i = j = 0
    while i < len(ours) and j < len(theirs):
        since, until = max(ours[i][0], theirs[j][0]), min(ours[i][1], theirs[j][1])
        total += max(0.0, until - since)
        if ours[i][1] <= theirs[j][1]:
            i += 1
        else:
            j += 1
    return total
