"""The channels of one PBX, and the indexes to find them.

What the PBX tells of an agent's line (``lines``) is about the leg of the call that is on it now. ``channel_now``
gives that leg; ``channels`` gives the line itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import islice

from bridge.pbx.bridges import Bridges
from bridge.pbx.changes import Changes
from bridge.pbx.channel import Channel, Group
from bridge.pbx.counts import Counts
from bridge.pbx.joining import Joining
from bridge.pbx.not_here import CallIdsAhead, Departed
from bridge.pbx.phone_reports import PhoneReports
from bridge.pbx.retimed import move, move_group
from bridge.pbx.schedule import Schedule
from bridge.pbx.spying import Spies
from bridge.pbx.visibility import Visibility

MOST_LINES = 64
"""How many live channels of one device are searched for the conversation that a consultation is made from."""
SNOOP = re.compile(r"^Snoop/(.+)-[0-9a-f]{8}$")


class State:
    """Only this class writes these indexes and a channel's name."""

    __slots__ = (
        "_bridges", "_call_ids_ahead", "_changes", "_joining", "_reports", "_schedule", "_spies", "_visibility",
        "by_device", "channels", "count", "counts", "departed", "legs", "lines", "linked", "locals",
    )  # fmt: skip

    def __init__(
        self,
        visibility: Visibility,
        schedule: Schedule,
        spies: Spies,
        reports: PhoneReports,
        joining: Joining,
        bridges: Bridges,
        changes: Changes,
    ) -> None:
        self._visibility = visibility
        self._schedule = schedule
        self._spies = spies
        self._reports = reports
        self._joining = joining
        self._bridges = bridges
        self._changes = changes
        self.channels: dict[str, Channel] = {}
        """All channels whose call is not forgotten, by id."""
        self.by_device: dict[str, dict[str, Channel]] = {}
        """The live channels of each device, by id; a trunk may have thousands."""
        self.legs: dict[str, dict[str, Channel]] = {}
        """All channels whose call is not forgotten, by device and id, ended or not."""
        self.locals: dict[str, Channel] = {}
        """Live halves of Local channels, by name."""
        self.linked: dict[str, Channel] = {}
        """A channel for each Linkedid."""
        self.lines: dict[str, Channel] = {}
        """Agents' lines that have taken a call: they are part of no call."""
        self.departed = Departed()
        self.counts = Counts()
        """The channels that are counted in groups of the dialplan."""
        self.count = 0
        """How many channels there have been."""
        self._call_ids_ahead = CallIdsAhead()

    # -- finding

    def channel_now(self, channel_id: str) -> Channel | None:
        """The channel of this id; for an agent's line, the leg of the call that is on it now."""
        channel = self.channels.get(channel_id)
        if channel is None or channel.leg_now is None:
            return channel
        return channel.leg_now

    def known(self, channel_id: str, name: str, at: float) -> Channel:
        """As ``channel_now``; adds the channel if callbridge connected in the middle of its life."""
        channel = self.channels.get(channel_id)
        if channel is None:
            if channel_id in self.departed:
                return self._late(channel_id, name, at)
            channel = self.new(channel_id, name, at)
            self.began_before(channel, at)
            return channel
        if channel.leg_now is not None:
            channel = channel.leg_now
        if name and not channel.name:
            self.named(channel, name)
        return channel

    def legs_of(self, device: str) -> Collection[Channel]:
        """The channels of a device, ended or not, whose call is not forgotten."""
        return self.legs.get(device, {}).values()

    def groups(self) -> Iterator[Group]:
        seen = set()
        for channel in [*self.channels.values()]:  # a copy: another thread may add channels
            if channel.group is not None and id(channel.group) not in seen:
                seen.add(id(channel.group))
                yield channel.group

    # -- coming

    def new(self, channel_id: str, name: str, at: float) -> Channel:
        self.count += 1
        channel = self.channels[channel_id] = Channel(channel_id, name, at, self.count)
        self._joining.alone(channel)
        channel.sip_call_id = self._call_ids_ahead.pop(channel_id, None)
        self.by_device.setdefault(channel.device, {})[channel_id] = channel
        self.legs.setdefault(channel.device, {})[channel_id] = channel
        if channel.device in self._reports.waiting:
            self._reports.leg_known(channel, self.legs_of(channel.device))
        if channel.is_local and name[-2:] in (";1", ";2"):
            self._find_other_half(channel)
        snoop = SNOOP.match(name) if channel.technology == "Snoop" else None
        if snoop and (spied := self.channel_now(snoop[1])):
            self._spies.begin(channel, spied, at)
        if self._visibility.lost_since:
            self._visibility.gap(channel.group)
        if at <= self._visibility.late[1] and channel.group is not None:
            self._visibility.missed(channel.group, *self._visibility.late)
        if self._changes.watched:
            self._changes.mark(channel)
        return channel

    def _find_other_half(self, half: Channel) -> None:
        name = half.name
        other = self.locals.get(name[:-1] + ("2" if name[-1] == "1" else "1"))
        self.locals[name] = half
        if other is not None and other.gone_at is None:
            self._joining.pair(other, half)

    def began_before(self, channel: Channel, at: float) -> None:
        """A channel existed before it was first told: its call was not seen until now."""
        channel.met_midway = True
        self._visibility.missed_until(channel.group, at)

    def _late(self, channel_id: str, name: str, at: float) -> Channel:
        """A stand-in for a channel whose call is forgotten, so that a late fact changes nothing."""
        channel = Channel(channel_id, name, at, 0)
        channel.gone_at = at
        Group(channel)
        return channel

    def named(self, channel: Channel, name: str) -> None:
        """Sets a channel's name, which may be told late or change (masquerade)."""
        if not name or name == channel.name or name in channel.former_names:
            return
        if channel.stands_for is not None and name == channel.stands_for.name:
            return  # a leg on a line that is a Local channel has the phone's name
        if self._changes.watched:
            self._changes.mark(channel)  # marks the device that loses it
            if self._changes.tracked:
                self._changes.touch(channel.device)
        _unlist(channel, self.by_device)
        if self.locals.get(channel.name) is channel:
            del self.locals[channel.name]
        _unlist(channel, self.legs)
        channel.rename(name)
        self.legs.setdefault(channel.device, {})[channel.id] = channel
        if channel.gone_at is None:
            self.by_device.setdefault(channel.device, {})[channel.id] = channel
        self._bridges.changed(channel)

    def has_call_id(self, channel_id: str, sip_call_id: str) -> bool:
        """Whether this SIP Call-ID of a channel is known already: ARI repeats it with every event."""
        channel = self.channel_now(channel_id)
        if channel is not None:
            return channel.sip_call_id == sip_call_id
        return channel_id in self.departed or self._call_ids_ahead.get(channel_id) == sip_call_id

    def identify(self, channel_id: str, sip_call_id: str) -> None:
        """Sets a channel's SIP Call-ID; for an agent's line also that of its legs, present and past."""
        line = self.channels.get(channel_id)
        if line is None:
            if channel_id not in self.departed:
                self._call_ids_ahead.keep(channel_id, sip_call_id)
            return
        line.sip_call_id = sip_call_id
        if line.leg_now is not None:
            line.leg_now.sip_call_id = sip_call_id
        if channel_id in self.lines:
            for leg in [*self.legs_of(line.device)]:
                if leg.sip_call_id is None and leg.id.startswith(f"{channel_id}#"):
                    leg.sip_call_id = sip_call_id  # its call was over before the Call-ID was told
                    if leg.group is not None and leg.group.due is not None:
                        self._schedule.wait_for_late(leg.group)
        leg = line.leg_now or line
        if leg.device in self._reports.waiting:
            self._reports.leg_known(leg, self.legs_of(leg.device))

    def clock_set(self, at: float, by: float) -> None:
        """The clock was set by so many seconds, to ``at``: the times of calls in progress are moved, and marked as
        not certain."""
        live = [group for group in self.groups() if group.live]
        move([channel for group in live for channel in group.channels], by)
        for group in live:
            move_group(group, by)
            group.gaps.append((min(at - by, at), max(at - by, at)))

    def link(self, channel: Channel, linkedid: str | None) -> None:
        """Notes a channel's Linkedid: channels that share one are one call. A spying channel has one of its own."""
        if linkedid is None or linkedid in channel.linkedids or linkedid in self.lines:
            return
        channel.linkedids.append(linkedid)
        first = self.channels.get(linkedid) or self.linked.get(linkedid)
        if first is not None and first is not channel:
            if first.id in self.lines:
                return  # an agent's line and a call on it are different calls
            self._joining.join(first, channel)
        self.linked.setdefault(linkedid, channel)

    # -- changing

    def goes_on_partly_unseen(self) -> bool:
        """Whether a call is in progress that was not seen in full: if any is, the oldest one is."""
        oldest = next((c for c in self.channels.values() if c.gone_at is None), None)
        return oldest is not None and oldest.group is not None and bool(oldest.group.unseen)

    def set_state(self, channel: Channel, state: str, at: float) -> None:
        channel.state = state
        if state == "Ringing":
            channel.ringing_at = channel.ringing_at or at
            channel.up_at = None  # it only seemed up: an application had put it into a bridge before it rang
        elif state == "Up" and channel.up_at is None:
            channel.up_at = at

    def other_conversation(self, channel: Channel) -> Channel | None:
        """The channel by which the same device is already in a conversation: a call that it places is then a
        consultation. A device with more than a few channels is a trunk or a service, and does not consult."""
        for other in islice(self.by_device.get(channel.device, {}).values(), MOST_LINES):
            if other is not channel and other.bridge_now is not None and other.group is not channel.group:
                return other
        return None

    def outlives_calls(self, line: Channel) -> None:
        """A channel turns out to be a line: it takes a call."""
        self.lines[line.id] = line

    def outlive(self, channel: Channel, last: Channel, at: float) -> Channel:
        """A new line takes over the id of a channel whose call is over. The channel itself stays in that call, with
        the id of the call's last channel appended to its own."""
        line_id = channel.id
        self.count += 1
        line = Channel(line_id, channel.name, at, self.count)
        self._joining.alone(line)
        channel.id = f"{line_id}#{last.id}"
        # Late facts of the call reach the line, which alone has the id now.
        self.channels[channel.id], self.channels[line_id], self.lines[line_id] = channel, line, line
        for index in (self.by_device, self.legs):
            index.setdefault(channel.device, {})[line_id] = line
        self.legs[channel.device][channel.id] = channel
        if self._changes.watched:
            self._changes.mark(channel)
            self._changes.mark(line)
        return line

    # -- going

    def unlist_ended(self, channel: Channel) -> None:
        """Removes an ended channel from the indexes of live ones."""
        _unlist(channel, self.by_device)
        if channel.technology == "Local" and self.locals.get(channel.name) is channel:
            del self.locals[channel.name]

    def forget(self, group: Group) -> None:
        """Drops a call whose record is written and that awaits no late facts."""
        self._schedule.cancel(group)
        for channel in group.channels:
            self.channels.pop(channel.id, None)
            self.lines.pop(channel.id, None)
            self.counts.forget(channel.id)
            _unlist(channel, self.legs)
            self.departed[channel.id] = self._schedule.arrived
            channel.consults = None  # otherwise each call would keep the one before it in memory
            for linkedid in channel.linkedids:
                if self.linked.get(linkedid) is channel:
                    del self.linked[linkedid]
            for stay in channel.queue_stays:
                stay.queue.forget_stay(stay)
        self.departed.forget_oldest(self._schedule.arrived, len(group.channels) + 2)
        if self._changes.watched:
            self._changes.mark_call(group)
        if not group.kept:
            for channel in group.channels:
                channel.let_go()
            group.channels.clear()


def _unlist(channel: Channel, by_device: dict[str, dict[str, Channel]]) -> None:
    of_device = by_device.get(channel.device)
    if of_device is not None:
        of_device.pop(channel.id, None)
        if not of_device:
            del by_device[channel.device]
