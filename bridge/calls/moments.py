"""Who heard whom, and when: a timeline of moments, made of the channels' stays in bridges. Bridges count as one where
a Local channel, or a phone that mixes its two calls, joins them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bridge.calls.call import Conference, Moment
from bridge.calls.changing_places import without_overlaps
from bridge.calls.conversations import Conversations
from bridge.calls.hangups import hung_up_at
from bridge.calls.mixing import mixings
from bridge.calls.party import Party
from bridge.calls.scene import Scene
from bridge.calls.supervision import is_by_machine, modes
from bridge.pbx.channel import Channel, Spying


def find_moments(scene: Scene, supervisor: Callable[[Spying], Party]) -> tuple[Moment, ...]:
    """Every stretch in which two or more parties were in one conversation, in order of time.

    ``supervisor``: tells who spies.
    """
    end = scene.ended_at
    there = [c for c in scene.channels if c.stays]
    if sum([c.is_party for c in there]) < 2:
        return ()
    together = Conversations(scene.party)
    for c in there:
        together.add(c)
        hangs_up = hung_up_at(c)
        for s in c.joined:
            if s.entered_at > hangs_up:
                continue  # the PBX bridges a channel whose party has hung up already
            together.stays(c, s.bridge, s.entered_at, s.left_at if s.left_at is not None else end)
        for at, muted in c.muted:
            together.mutes(c, muted, at)
        for since, until, spying in _barges(c, end, scene):
            together.barges(c, supervisor(spying), since, until)
    for m in mixings(scene.channels, scene.party, scene.unseen):
        together.mixes(m.one, m.other, m.start, min(m.until, end))
    return without_overlaps(together.moments())


def _barges(channel: Channel, end: float, scene: Scene) -> Iterator[tuple[float, float, Spying]]:
    """When a supervisor barged in on a channel, as far as that was seen."""
    for spying in channel.spied_by:
        if is_by_machine(spying, scene.directory):
            continue
        for since, until, mode in modes(spying, end):
            if mode == "barge":
                yield since, scene.unseen.watched_until(since, until), spying


def conferences(moments: Sequence[Moment]) -> tuple[Conference, ...]:
    """Stretches with three or more parties who speak; a change of speakers begins a new stretch."""
    found: list[Conference] = []
    for m in moments:
        if len(m.speakers) < 3:
            continue
        if found and found[-1].until == m.start and found[-1].speakers == m.speakers:
            found[-1] = Conference(found[-1].start, m.until, m.speakers)
        else:
            found.append(Conference(m.start, m.until, m.speakers))
    return tuple(found)
