"""Builds one ``Call`` for the tags to read from a group of channels that is over."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from bridge.calls import durations, overflow
from bridge.calls.call import Call, Gap, variable
from bridge.calls.codes import Verdicts
from bridge.calls.consultation import Part
from bridge.calls.ending import ending
from bridge.calls.moments import conferences, find_moments
from bridge.calls.offers import find_offers
from bridge.calls.other_dials import other_dials
from bridge.calls.queueing import passes
from bridge.calls.roles import Directory
from bridge.calls.rounds import rounds
from bridge.calls.scene import Scene
from bridge.calls.sides import find_sides
from bridge.calls.supervision import supervisions, supervisor_of
from bridge.calls.timeline import Timeline
from bridge.calls.transfers import find_transfers
from bridge.calls.undialled import unreachable_members
from bridge.config import Thresholds
from bridge.pbx.channel import Channel, birth
from bridge.pbx.unseen import Unseen


class Analyst:
    """Turns groups into calls. It reads the mirror and never changes it."""

    def __init__(self, pbx: str, directory: Directory, codes: Verdicts, thresholds: Thresholds) -> None:
        self._pbx = pbx
        self._directory = directory
        self._codes = codes
        self._thresholds = thresholds

    def analyse(
        self, part: Part, gaps: list[Gap], unseen: Unseen, now: float, called_back_by: str | None = None
    ) -> Call:
        """The call of one part of a group. ``called_back_by``: the id of the later call that called this caller
        back."""
        directory, scene = self._directory, Scene(part.channels, self._directory, unseen, now, part.since)
        channels = scene.channels
        moments = find_moments(scene, lambda spying: supervisor_of(spying, directory))
        timeline = Timeline(moments)
        sides = find_sides(scene, moments)
        queues = passes(scene, self._thresholds.queued_after)
        found = find_offers(scene, self._codes, timeline)
        attempts = rounds([*found, *unreachable_members(queues, found, directory, unseen)])
        offers = [o for side_by_side in attempts for o in side_by_side]
        transfers = find_transfers(scene, timeline, offers)
        spied = supervisions(scene, moments)
        with_both = durations.both_sides(scene, sides, moments)
        answered = durations.answer(sides, moments, with_both, offers)
        waited = durations.wait(scene, sides, queues, answered)
        talked = durations.talk(scene, sides, moments, with_both)
        refused = overflow.told(channels, queues, scene.ended_at)
        if refused is None and answered.connected_at is None and not offers and not queues:
            refused = overflow.by_shape(sides.originator, sides.direction, directory)
            if refused is None and (at := overflow.counted_beside(sides.originator, directory)) is not None:
                gaps = [*gaps, (None, at)]
        callback = variable(channels, "CALLBRIDGE_CALLBACK_OF")
        unwatched = _gaps(channels, gaps, unseen)
        return Call(
            pbx=self._pbx,
            call_id=part.consultation or call_id_of(channels),
            linked_ids=_linked_ids(channels),
            channels=channels,
            parties=scene.parties,
            direction=sides.direction,
            dn=sides.dialled if sides.dialled in directory.dns else None,
            dialled=sides.dialled,
            dialled_at=sides.dialled_at,
            customer=sides.customer,
            originator=sides.originator,
            started_at=scene.started_at,
            ended_at=scene.ended_at,
            answered_at=answered.answered_at,
            connected_at=answered.connected_at,
            waited_in=waited.queue,
            waited_since=waited.since,
            wait_seconds=waited.seconds,
            talk_seconds=talked.seconds,
            hold_seconds=talked.hold_seconds,
            moments=moments,
            rounds=attempts,
            queues=queues,
            transfers=transfers,
            supervisions=spied,
            conferences=conferences(moments),
            participants=durations.participants(scene, sides, moments, spied),
            ending=ending(scene, sides, moments, offers, transfers),
            overflow=refused,
            other_dials=other_dials(scene),
            consult_of=_consult_of(scene),
            callback_of=callback[1] if callback else None,
            called_back_by=called_back_by,
            complete=not unwatched and not any(c.from_log for c in channels),
            gaps=unwatched,
            unseen=unseen,
        )


def call_id_of(channels: Iterable[Channel]) -> str:
    """The Linkedid of a call's first channel, or by ARI alone that channel's id, which is the same."""
    first = next(iter(channels))
    return first.linkedids[0] if first.linkedids else first.id.partition("#")[0]


def _gaps(channels: Iterable[Channel], gaps: list[Gap], unseen: Unseen) -> tuple[Gap, ...]:
    """The times in which the call was not seen; empty if all of it was."""
    if not gaps and unseen:
        gaps = [(since if since > -inf else None, until if until < inf else None) for since, until in unseen]
    if not gaps and not all(c.told_from_start and not c.gone_unseen for c in channels):
        gaps = [(None, None)]  # the feed that carries the calls was never connected
    return merged(gaps)


def merged(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """Gaps in order, overlapping ones joined."""
    merged: list[Gap] = []
    for start, until in sorted(gaps, key=lambda g: g[0] or 0.0):
        last = merged[-1] if merged else None
        if last is not None and (last[1] is None or start is None or start <= last[1]):
            ends = None if until is None or last[1] is None else max(until, last[1])
            merged[-1] = (last[0], ends)
        else:
            merged.append((start, until))
    return tuple(merged)


def _linked_ids(channels: Iterable[Channel]) -> tuple[str, ...]:
    """Every Linkedid of the call and of the channels that spied on it; if there is none, the first channel's id."""
    found: dict[str, None] = {}
    for c in channels:
        for linkedid in c.linkedids:
            found[linkedid] = None
        for spying in c.spied_by:
            found.update(dict.fromkeys(spying.spyer.linkedids))
    return tuple(found) or tuple(c.id for c in channels)[:1]


def _consult_of(scene: Scene) -> str | None:
    """The id of the call that somebody inside was connected in when placing this one: this one consults."""
    asking = (c for c in scene.channels if c.consults is not None and scene.party(c).is_inside)
    if (channel := next(asking, None)) is None:
        return None
    other = channel.consults
    if other is None or other.group is None or other in scene.channels:
        return None
    if other.gone_unseen and Unseen(other.group.unseen).any(channel.created_at, channel.created_at):
        return None  # it may have been over by then
    return call_id_of(sorted((c for c in other.group if c.serial), key=birth))
