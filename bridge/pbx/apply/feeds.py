"""The feeds themselves: connections, outages, snapshots, roll calls and clocks."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.pbx.apply.row import CHANNEL, NO_CHANNEL, Row, Table
from bridge.pbx.channel import Channel
from bridge.pbx.retimed import move_queue
from bridge.pbx.unseen import RACE
from bridge.pbx.whole import Pbx
from bridge.vocabulary import facts as f


def feed_connected(pbx: Pbx, fact: f.FeedConnected) -> None:
    pbx.changes.mark_visibility()
    pbx.visibility.connected(fact.src, fact.at, pbx.state.count, pbx.state.groups())
    for channel in pbx.state.channels.values():
        channel.once.rejoin(fact.src)
    for device in pbx.devices.by_name.values():
        device.once.rejoin(fact.src)
    for queue in pbx.queues.by_name.values() if fact.src == "ami" else ():
        queue.expect_list()


def feed_lost(pbx: Pbx, fact: f.FeedLost) -> None:
    pbx.changes.mark_visibility()
    pbx.visibility.lost(fact.src, fact.at, fact.heard_at, pbx.state.groups())
    if fact.blind_until is not None:
        for group in pbx.state.groups():
            if group.live:
                pbx.visibility.missed(group, fact.heard_at, fact.blind_until)
    if fact.src == "ami":
        _ari_leads(pbx, fact.heard_at)
    if fact.src == pbx.visibility.primary:
        for channel in pbx.state.channels.values():
            if channel.gone_at is None:
                pbx.visibility.gap(channel.group)


def _ari_leads(pbx: Pbx, heard_at: float) -> None:
    """AMI is lost: ARI carries the calls from now on, and no feed tells of queues. ``heard_at``: AMI's last event."""
    for channel in pbx.state.channels.values():
        channel.once.rejoin("ari")
        for stay in channel.queue_stays:
            stay.told = stay.told and stay.left_at is not None
    for queue in pbx.queues.by_name.values():
        queue.unheard(heard_at)
    if pbx.visibility.is_here("ari"):
        # AMI told that they run ChanSpy; ARI does not tell whom they spy on.
        for spyer in list(pbx.spies.seeking):
            pbx.spies.find(spyer, pbx.state.channels.values(), heard_at)


def snapshot_ended(pbx: Pbx, fact: f.SnapshotEnded) -> None:
    """Channels that the snapshot does not list have ended unseen, unless they are newer than it."""
    pbx.changes.mark_visibility()
    visibility = pbx.visibility
    snapshot = visibility.snapshot_ended(fact.src)
    if snapshot is not None and fact.src == visibility.primary:
        heard_of, listed = snapshot
        # The leg of a call on an agent's line is listed as that line, and ends with it.
        lines = [(channel, channel.stands_for or channel) for channel in pbx.state.channels.values()]
        # AMI's list may lack a channel that ARI told a moment ago; its end is told by AMI or shown by a roll call. A
        # channel that seems to be much newer than the connection began before the clock was set back.
        connected = visibility.connected_at[fact.src]
        gone = [
            channel for channel, line in lines
            if line.serial <= heard_of and line.id not in listed and abs(line.created_at - connected) > RACE
        ]  # fmt: skip
        _end_all_unseen(pbx, gone, fact.at)
    if snapshot is not None and fact.src == "ari":
        placed = visibility.placed
        inside = [c for c in pbx.state.channels.values() if c.bridge_now is not None]
        for channel in [c for c in inside if (c.stands_for or c).id not in placed]:
            pbx.presence.leave(channel, visibility.last_seen(channel, fact.at))
    visibility.hears_again(fact.at, pbx.state.groups())


def _end_all_unseen(pbx: Pbx, channels: Sequence[Channel], at: float) -> None:
    """Some channels have ended, in unknown order. An agent who seems to stay in a room as the others end has ended,
    too."""
    ids = [channel.id for channel in channels]  # a channel that stays behind leaves its id to a new line
    for channel in channels:
        _end_unseen(pbx, channel, at)
    for line in [pbx.state.channels[channel_id] for channel_id in ids if channel_id in pbx.state.channels]:
        if line.gone_at is None:
            _end_unseen(pbx, line, at)


def _end_unseen(pbx: Pbx, channel: Channel, at: float) -> None:
    """A channel has ended at an unknown time. A line and the leg on it end together."""
    for each in (channel.leg_now, channel, channel.stands_for):
        if each is not None:
            pbx.presence.end(each, at, unseen=True)


def present(pbx: Pbx, fact: f.ChannelPresent) -> None:
    pbx.visibility.name_present(fact.src, fact.channel)


def roll_called(pbx: Pbx, fact: f.RollCalled) -> None:
    """A channel that two roll calls in a row do not name has ended, and its Hangup was lost."""
    visibility = pbx.visibility
    if fact.src != visibility.primary:
        return
    for line, (since, until) in visibility.roll_called(fact.at, pbx.state.channels.values()):
        group = (line.leg_now or line).group
        if group is not None:
            visibility.missed(group, since, until)
        _end_unseen(pbx, line, until)


def late(pbx: Pbx, fact: f.FeedLate) -> None:
    pbx.visibility.is_late(fact.since, fact.until, pbx.state.groups())


def own_clock_set(pbx: Pbx, fact: f.OwnClockSet) -> None:
    pbx.schedule.clock_set(fact.by)
    if pbx.changes.tracked:
        pbx.changes.touch(fact)


def clock_set(pbx: Pbx, fact: f.ClockSet) -> None:
    pbx.visibility.clock_set(fact.at, fact.by)
    pbx.state.clock_set(fact.at, fact.by)
    for queue in pbx.queues.by_name.values():
        move_queue(queue, fact.by)
    for device in pbx.devices.by_name.values():
        device.since += fact.by
    if pbx.changes.tracked:
        pbx.changes.touch(fact)


def restarted(pbx: Pbx, fact: f.PbxRestarted) -> None:
    """The PBX was restarted: all channels that were live when it was last heard have ended."""
    channels = [line.leg_now or line for line in pbx.state.channels.values()]
    gone = [channel for channel in channels if channel.gone_at is None]
    for channel in gone:
        if channel.group is not None:
            pbx.visibility.missed(channel.group, fact.heard_at, fact.at)
    _end_all_unseen(pbx, gone, fact.at)


TABLE: Table = {
    f.ChannelPresent: Row(present, CHANNEL),
    f.PbxRestarted: Row(restarted, NO_CHANNEL),
    f.RollCalled: Row(roll_called, NO_CHANNEL),
    f.FeedLate: Row(late, NO_CHANNEL),
    f.OwnClockSet: Row(own_clock_set, NO_CHANNEL),
    f.ClockSet: Row(clock_set, NO_CHANNEL),
    f.FeedConnected: Row(feed_connected, NO_CHANNEL),
    f.FeedLost: Row(feed_lost, NO_CHANNEL),
    f.SnapshotEnded: Row(snapshot_ended, NO_CHANNEL),
}
