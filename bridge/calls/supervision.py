"""Supervision: who listened, whispered or barged in, on whom and when, by spying or muted in a conference room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf

from bridge.calls.call import Moment, Supervision
from bridge.calls.party import Party, PartyOf
from bridge.calls.roles import Directory
from bridge.calls.scene import Scene
from bridge.calls.tolerances import TOLERANCE
from bridge.pbx.channel import Channel, Spying
from bridge.pbx.spying import phone_of
from bridge.vocabulary.terms import SpyMode


def supervisions(scene: Scene, moments: Sequence[Moment]) -> tuple[Supervision, ...]:
    """Each spying on a channel of the call, with an entry for each mode; and each supervisor who listens in a
    room."""
    found = _listeners(scene.channels, moments, scene.party)
    for spyee in scene.channels:
        for spying in spyee.spied_by:
            if is_by_machine(spying, scene.directory):
                continue
            by, spied = supervisor_of(spying, scene.directory), _spied(spyee, scene.party)
            for since, until, mode in stretches(spying, scene.ended_at):
                found.append(Supervision(by, spied, mode, since, until, spying.spyer, spyee))
    return tuple(sorted(found, key=lambda s: s.start))


def stretches(spying: Spying, end: float) -> list[tuple[float, float, SpyMode | None]]:
    """From when until when, and in which mode. While the spied phone only rings, there is nobody to hear."""
    heard_from = 0.0 if spying.spyee.dial is None or not spying.spyee.is_party else _up_at(spying.spyee)
    return [(max(since, heard_from), until, mode) for since, until, mode in modes(spying, end) if until > heard_from]


def modes(spying: Spying, end: float) -> Iterator[tuple[float, float, SpyMode | None]]:
    """From when until when a spying had each of its modes. ``end``: the end of one that has not stopped."""
    stop = spying.stopped_at if spying.stopped_at is not None else end
    changes = [*(at for at, _ in spying.modes[1:]), stop]
    for (since, mode), until in zip(spying.modes, changes, strict=True):
        yield since, until, mode


def _up_at(leg: Channel) -> float:
    """When a called leg was answered; infinity if it surely was not; 0 if that was not seen."""
    if leg.up_at is not None:
        return leg.up_at
    return inf if leg.seen_from_start and leg.gone_at is not None and not leg.stays and not leg.gone_unseen else 0.0


def _listeners(channels: Sequence[Channel], moments: Sequence[Moment], party: PartyOf) -> list[Supervision]:
    """Supervisors who joined a conference room muted, until they are unmuted."""
    found: dict[tuple[str, str, float], Supervision] = {}
    """By who listens, to whom, and until when: a moment that begins then prolongs the entry."""
    silent_until = {c.id: _silent_until(c) for c in channels if c.muted and party(c).role == "supervisor"}
    for m in moments if silent_until else ():
        for c in m.channels:
            if m.start >= silent_until.get(c.id, 0.0):
                continue
            agent = next((o for o in m.channels if party(o).role == "agent" and party(o) in m.speakers), None)
            if agent is None:
                continue
            so_far = found.pop((c.id, agent.id, m.start), None)
            found[c.id, agent.id, m.until] = Supervision(
                by=party(c), target=party(agent), mode="monitor", start=so_far.start if so_far else m.start,
                until=m.until, spyer=c, spyee=agent, event="ConfbridgeJoin",
            )  # fmt: skip
    return list(found.values())


def _silent_until(channel: Channel) -> float:
    """Until when a channel that joined muted stayed muted; 0 if it did not join muted."""
    joined = channel.joined
    if channel.met_midway or not joined or not channel.muted:
        return 0.0
    (since, is_muted), *later = channel.muted
    if not is_muted or since > joined[0].entered_at + TOLERANCE:
        return 0.0
    return next((at for at, muted in later if not muted), inf)


def supervisor_of(spying: Spying, directory: Directory) -> Party:
    """Who spies: the spying phone. For an application's snoop: whom the application declares, or has bridged with it.
    For a Local channel: whom it has called."""
    if spying.by:
        return directory.named(spying.by)
    return directory.party(spying.phone or phone_of(spying.spyer) or spying.spyer)


def is_by_machine(spying: Spying, directory: Directory) -> bool:
    """Whether a machine spies: a Local channel with nobody behind it (the beep of a recording, a stream to
    elsewhere), or an application's snoop without a supervisor (a transcript)."""
    return not spying.spyer.is_party and supervisor_of(spying, directory).role == "system"


def _spied(spyee: Channel, party: PartyOf) -> Party:
    """The party that is spied on; for half of a Local channel, the phone behind it."""
    half = spyee.other_half
    for dial in (half.dials if half is not None else []) if spyee.is_local else []:
        if dial.dest.is_party:
            return party(dial.dest)
    return party(spyee)
