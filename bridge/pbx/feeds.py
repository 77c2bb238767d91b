"""The feeds themselves: connections, outages and snapshots."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from bridge.vocabulary import facts as f

if TYPE_CHECKING:
    from bridge.pbx.mirror import Mirror


CARRIERS = {"ami", "ari"}
"""Feeds that tell of calls; a phone's own feed and the PBX's log do not count."""


def feed_connected(m: Mirror, fact: f.FeedConnected) -> None:
    if fact.src == "ami" and "ami" not in m.feeds:
        for group in m.groups():
            group.gaps.append((None, fact.at))
    if fact.src == "ami" and "ari" in m.feeds and "ari" not in m.lost_since and m.deaf_since is None:
        # ARI leads until now: what it is late with is told by nobody.
        _go_deaf(m, fact.at)
    m.feeds.add(fact.src)
    m.heard_until.pop(fact.src, None)
    if fact.src == "ari":
        m.placed = set()
    m.snapshot_began[fact.src] = m.count
    m.listed_from_start.add(fact.src)
    m.listed[fact.src] = set()
    if fact.src == m.primary:
        m.present, m.missing = set(), {}
    for channel in m.channels.values():
        channel.once.rejoin(fact.src)
    for device in m.devices.values():
        device.once.rejoin(fact.src)
    for queue in m.queues.values() if fact.src == "ami" else ():
        queue.unconfirmed.update(queue.members)
    since = m.lost_since.pop(fact.src, None)
    if since is not None and fact.src == m.primary:
        for group in m.groups():
            group.gaps = [(a, fact.at if b is None and a == since else b) for a, b in group.gaps]


def feed_lost(m: Mirror, fact: f.FeedLost) -> None:
    m.feeds.add(fact.src)
    m.lost_since.setdefault(fact.src, fact.at)
    if fact.src == "ami":
        for channel in m.channels.values():
            channel.once.rejoin("ari")  # ARI carries the calls from here on
            for stay in channel.queue_stays:
                stay.told = stay.told and stay.left_at is not None
        for queue in m.queues.values():
            queue.unheard(fact.heard_at)
    m.heard_until[fact.src] = fact.heard_at
    if not (m.feeds & CARRIERS) - m.lost_since.keys():
        _go_deaf(m, max(m.heard_until.values()))
    if fact.src == m.primary:
        for channel in m.channels.values():
            if channel.gone_at is None:
                m.gap(channel)


def _go_deaf(m: Mirror, since: float) -> None:
    """From now on, until a snapshot has been told, nothing is known of the calls."""
    m.deaf_since = since if m.deaf_since is None else m.deaf_since
    for group in m.groups():
        if group.live and not group.is_unseen:
            group.unseen += ((since, inf),)


def snapshot_ended(m: Mirror, fact: f.SnapshotEnded) -> None:
    """Channels that a fresh snapshot does not list have ended unseen, unless they are younger than it."""
    began = m.snapshot_began.pop(fact.src, None)
    listed = m.listed.pop(fact.src, set())
    if began is not None and fact.src == m.primary:
        for channel in list(m.channels.values()):
            # The leg of a logged-in agent is listed as the channel that it stands for, and ends with it.
            line = channel.stands_for or channel
            if line.serial <= began and line.id not in listed:
                for each in (channel, line):
                    m.end(each, fact.at, unseen=True)
    if began is not None and fact.src == "ari":
        for channel in [c for c in m.channels.values() if c.bridge_now is not None and c.id not in m.placed]:
            m.leave(channel, m.last_seen(channel, fact.at))
    m.deaf_since = None
    for group in m.groups():
        if group.is_unseen:
            group.unseen = tuple((since, min(until, fact.at)) for since, until in group.unseen)


def present(m: Mirror, fact: f.ChannelPresent) -> None:
    if fact.src == m.primary:
        m.present.add(fact.channel)


def roll_called(m: Mirror, fact: f.RollCalled) -> None:
    """A channel that two roll calls in a row miss has ended, and its Hangup was never told.

    One is not enough: who is missing may have left a moment ago, and the word of it be still on its way.
    """
    if fact.src != m.primary:
        return
    here, m.present = m.present, set()
    before, m.missing = m.missing, {}
    for channel in list(m.channels.values()):
        if channel.gone_at is not None or channel.id in here:
            continue
        span = before.get(channel.id)
        if span is None:
            m.missing[channel.id] = (max(channel.created_at, m.roll_called_at), fact.at)
        elif channel.group is not None:
            channel.group.gaps.append(span)
            channel.group.unseen += (span,)
            m.end(channel, span[1], unseen=True)
    m.roll_called_at = fact.at


def restarted(m: Mirror, fact: f.PbxRestarted) -> None:
    for channel in list(m.channels.values()):
        if channel.gone_at is None and channel.group is not None:
            channel.group.gaps.append((fact.heard_at, fact.at))
            channel.group.unseen += ((fact.heard_at, fact.at),)
            m.end(channel, fact.at, unseen=True)


APPLIERS = {
    f.ChannelPresent: present,
    f.PbxRestarted: restarted,
    f.RollCalled: roll_called,
    f.FeedConnected: feed_connected,
    f.FeedLost: feed_lost,
    f.SnapshotEnded: snapshot_ended,
}
