"""The mirror of one PBX: facts in, channels and their histories out.

Every method is safe to call twice with the same fact, and in any order that a PBX's feeds have been seen to use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from bridge import facts as f
from bridge.calls.grouping import Group, joined
from bridge.facts import Fact
from bridge.message import Source
from bridge.pbx.channel import (
    Channel,
    Dial,
    QueueCall,
    Request,
    Spying,
    Stay,
    Step,
    TransferSeen,
    device_of,
)
from bridge.pbx.devices import Device
from bridge.pbx.queues import Member, Queue, QueueStay
from bridge.pbx.spying import first_mode, mode_by_key, spied_prefix

GRACE = 0.5
"""Seconds between the last channel's end and the record: AMI sends a call's last events after its last Hangup."""
REMEMBERED = 10.0
"""Seconds for which a written call still takes a late fact, which then makes a new revision of its record."""
DEPARTED = 20_000
"""Channels whose end is remembered so that a feed that is late starts no call anew."""
STEPS = frozenset(
    {"Queue", "Dial", "ChanSpy", "ExtenSpy", "Busy", "Congestion", "Hangup", "ConfBridge", "Park", "ParkAndAnnounce",
     "Pickup", "PickupChan", "VoiceMail", "Stasis", "FollowMe"}
)  # fmt: skip
FULL_STEPS = 16
"""How many steps of a channel are kept whatever they are; of later ones those that a rule reads."""
SNOOP = re.compile(r"^Snoop/(.+)-[0-9a-f]{8}$")


def _subject(fact: Fact) -> str:
    """The channel that a fact is about, or an empty string."""
    for name in ("channel", "dest", "caller", "transferer", "spyer"):
        channel = getattr(fact, name, None)
        if channel:
            return str(channel)
    return ""


class Mirror:
    """Channels, queues and devices of one PBX, and the groups of channels that are one call."""

    def __init__(self, primary: Source | None = None) -> None:
        self._primary = primary
        self.channels: dict[str, Channel] = {}
        self.by_device: dict[str, list[Channel]] = {}
        self.locals: dict[str, Channel] = {}
        self.linked: dict[str, Channel] = {}
        self.bridges: dict[str, dict[str, Channel]] = {}
        self.created_bridges: set[str] = set()
        self.holding: set[str] = set()
        self.queues: dict[str, Queue] = {}
        self.devices: dict[str, Device] = {}
        self.queues_listed = False
        """Whether every queue that is not known yet is younger than a snapshot, so that all its members will be."""
        self.listed_from_start: set[Source] = set()
        """Feeds that were heard connecting, so that their snapshot was heard from its beginning."""
        self.member_devices: set[str] = set()
        """Every device that has been a member of a queue: an agent, unless configured otherwise."""
        self.waiting_spies: list[Channel] = []
        self.over: dict[Group, float] = {}
        """Calls whose last channel has gone, and when to write, look again at, or forget each."""
        self.arrived = 0.0
        """When the fact in hand arrived, by our own clock; ``fact.at`` may be the PBX's."""
        self.departed: dict[str, None] = {}
        """Channels whose call is written and forgotten: what still comes for them starts no new call."""
        self.feeds: set[Source] = set()
        self.lost_since: dict[Source, float] = {}
        self.snapshot_began: dict[Source, float] = {}
        self.listed: dict[Source, set[str]] = {}
        self._count = 0
        self._appliers: dict[type[Fact], Callable[[Any], None]] = {
            f.ChannelCreated: self._channel_created,
            f.ChannelListed: self._channel_listed,
            f.ChannelStateChanged: self._state_changed,
            f.CallerChanged: self._caller_changed,
            f.ChannelIdentified: self._identified,
            f.HangupRequested: self._hangup_requested,
            f.ChannelGone: self._gone,
            f.DialBegan: self._dial_began,
            f.DialProgressed: self._dial_progressed,
            f.DialEnded: self._dial_ended,
            f.LocalBridged: self._local_bridged,
            f.CallPickedUp: self._picked_up,
            f.BridgeCreated: self._bridge_created,
            f.BridgeEntered: self._bridge_entered,
            f.BridgeLeft: self._bridge_left,
            f.BridgeDestroyed: self._bridge_destroyed,
            f.ConferenceMuted: self._muted,
            f.Held: self._held,
            f.Unheld: self._unheld,
            f.DialplanStepped: self._stepped,
            f.VariableSet: self._variable_set,
            f.DtmfReceived: self._dtmf,
            f.QueueJoined: self._queue_joined,
            f.QueueLeft: self._queue_left,
            f.AgentCalled: self._agent_called,
            f.QueueListed: self._queue_listed,
            f.QueuesListed: self._queues_listed,
            f.MemberChanged: self._member_changed,
            f.MemberRemoved: self._member_removed,
            f.BlindTransferred: self._blind,
            f.AttendedTransferred: self._attended,
            f.Parked: self._parked,
            f.Unparked: self._unparked,
            f.SpyStarted: self._spy_started,
            f.SpyStopped: self._spy_stopped,
            f.SupervisionDeclared: self._supervision_declared,
            f.ContactChanged: self._contact,
            f.PhoneReported: self._phone_reported,
            f.FeedConnected: self._feed_connected,
            f.FeedLost: self._feed_lost,
            f.SnapshotEnded: self._snapshot_ended,
        }

    def apply(self, fact: Fact) -> None:
        self._appliers[type(fact)](fact)
        if self.over:
            channel = self.channels.get(_subject(fact))
            if channel is not None and channel.group in self.over and type(fact) is not f.ChannelGone:
                self._schedule(channel.group)

    @property
    def primary(self) -> Source | None:
        """The feed whose absence is a gap: AMI where there is one, for it alone shows all that the tags need."""
        if self._primary is not None:
            return self._primary
        return "ami" if "ami" in self.feeds else "ari" if "ari" in self.feeds else None

    # -- channels

    def _new(self, channel_id: str, name: str, at: float) -> Channel:
        self._count += 1
        channel = self.channels[channel_id] = Channel(channel_id, name, at, self._count)
        Group(channel)
        self.by_device.setdefault(channel.device, []).append(channel)
        if channel.is_local and name[-2:] in (";1", ";2"):
            other = self.locals.get(name[:-1] + ("2" if name[-1] == "1" else "1"))
            self.locals[name] = channel
            if other is not None and other.gone_at is None:
                self._pair(other, channel)
        snoop = SNOOP.match(name)
        if snoop and (spied := self.channels.get(snoop[1])):
            self._spy(channel, spied, at)
        if self.lost_since:
            self._gap(channel)
        return channel

    def _known(self, channel_id: str, name: str, at: float) -> Channel:
        """The channel, which is new to us when we began to listen in the middle of its life."""
        channel = self.channels.get(channel_id)
        if channel is None:
            if channel_id in self.departed:
                return self._late(channel_id, name, at)
            channel = self._new(channel_id, name, at)
            channel.met_midway = True
        elif name and not channel.name:
            self._named(channel, name)
        return channel

    def _late(self, channel_id: str, name: str, at: float) -> Channel:
        """A stand-in for a channel whose call is written and forgotten."""
        channel = Channel(channel_id, name, at, 0)
        channel.gone_at = at
        Group(channel)
        return channel

    def _named(self, channel: Channel, name: str) -> None:
        """Gives a channel its name: late, or a new one after the PBX swapped what is behind it."""
        if not name or name == channel.name or name in channel.former_names:
            return
        old = self.by_device.get(channel.device)
        if old and channel in old:
            old.remove(channel)
        channel.rename(name)
        if channel.gone_at is None:
            self.by_device.setdefault(channel.device, []).append(channel)

    def _join(self, a: Channel, b: Channel) -> None:
        group = joined(a, b)
        if group.live:
            self.over.pop(group, None)

    def _pair(self, one: Channel, two: Channel) -> None:
        one.other_half, two.other_half = two, one
        self._join(one, two)

    def _link(self, channel: Channel, linkedid: str | None) -> None:
        """A shared Linkedid makes channels one call. Listening channels have their own."""
        if linkedid is None or linkedid in channel.linkedids:
            return
        channel.linkedids.append(linkedid)
        first = self.channels.get(linkedid) or self.linked.get(linkedid)
        if first is not None and first is not channel:
            self._join(first, channel)
        self.linked.setdefault(linkedid, channel)

    def _channel_created(self, fact: f.ChannelCreated) -> None:
        channel = self.channels.get(fact.channel)
        if channel is None:
            if fact.channel in self.departed:
                return
            channel = self._new(fact.channel, fact.name, fact.at)
            channel.context, channel.exten = fact.context, fact.exten
            self._state(channel, fact.state, fact.at)
        if fact.src == self.primary and not channel.met_midway:
            channel.seen_from_start = True
        channel.caller_number = channel.caller_number or fact.caller_number
        channel.caller_name = channel.caller_name or fact.caller_name
        self._link(channel, fact.linkedid)

    def _channel_listed(self, fact: f.ChannelListed) -> None:
        self.listed.setdefault(fact.src, set()).add(fact.channel)
        known = fact.channel in self.channels
        channel = self._known(fact.channel, fact.name, fact.at)
        if channel.gone_at is not None:
            return
        if not known:
            channel.context, channel.exten = fact.context, fact.exten
            self._state(channel, fact.state, fact.at)
            self._step(channel, fact.at, fact.context, fact.exten, fact.application, fact.data)
            if fact.application in ("AppDial", "AppDial2", "AppQueue"):
                # Somebody dialled it, before we came.
                self._dial(None, channel, fact.at)
        channel.caller_number = channel.caller_number or fact.caller_number
        channel.caller_name = channel.caller_name or fact.caller_name
        self._link(channel, fact.linkedid)
        if fact.bridge and channel.bridge_now is None:
            self._enter(channel, fact.bridge, fact.at)

    def _state(self, channel: Channel, state: str, at: float) -> None:
        channel.state = state
        if state == "Ringing" and channel.ringing_at is None:
            channel.ringing_at = at
        elif state == "Up" and channel.up_at is None:
            channel.up_at = at

    def _state_changed(self, fact: f.ChannelStateChanged) -> None:
        channel = self._known(fact.channel, fact.name, fact.at)
        self._named(channel, fact.name)
        channel.caller_number = channel.caller_number or fact.caller_number
        channel.connected_number = channel.connected_number or fact.connected_number
        if channel.state != "Up":
            self._state(channel, fact.state, fact.at)

    def _caller_changed(self, fact: f.CallerChanged) -> None:
        channel = self.channels.get(fact.channel)
        if channel is not None and fact.number:
            channel.shown_number = fact.number

    def _identified(self, fact: f.ChannelIdentified) -> None:
        channel = self.channels.get(fact.channel)
        if channel is not None:
            channel.sip_call_id = fact.sip_call_id

    def _hangup_requested(self, fact: f.HangupRequested) -> None:
        channel = self.channels.get(fact.channel)
        if channel is None:
            return
        if fact.soft:
            channel.soft_at = channel.soft_at or fact.at
        elif channel.hard is None:
            channel.hard = Request(fact.at, fact.state, fact.cause, fact.sip_code)
        else:
            channel.hard.cause = channel.hard.cause if channel.hard.cause is not None else fact.cause
            channel.hard.sip_code = channel.hard.sip_code or fact.sip_code

    def _gone(self, fact: f.ChannelGone) -> None:
        channel = self.channels.get(fact.channel)
        if channel is None:
            return
        if channel.cause is None:
            channel.cause = fact.cause
        channel.sip_code = channel.sip_code or fact.sip_code
        self._end(channel, fact.at)

    def _end(self, channel: Channel, at: float, unseen: bool = False) -> None:
        if channel.gone_at is not None:
            return
        channel.gone_at, channel.gone_unseen = at, unseen
        self._leave(channel, at)
        for spying in channel.spies + channel.spied_by:
            spying.stopped_at = spying.stopped_at or at
        if channel in self.waiting_spies:
            self.waiting_spies.remove(channel)
        if channel.queue_stays and (stay := channel.queue_stays[-1]).left_at is None:
            stay.left_at = at
        if channel.holds and channel.holds[-1][1] is None:
            channel.holds[-1] = (channel.holds[-1][0], at)
        of_device = self.by_device.get(channel.device)
        if of_device and channel in of_device:
            of_device.remove(channel)
            if not of_device:
                del self.by_device[channel.device]
        if self.locals.get(channel.name) is channel:
            del self.locals[channel.name]
        group = channel.group
        assert group is not None
        group.live -= 1
        if group.live == 0:
            self._schedule(group)

    def _schedule(self, group: Group) -> None:
        """Gives a call that is over time for its last facts; one that is written already is looked at again."""
        self.over[group] = self.arrived + GRACE
        group.settled = False

    # -- dialling

    def _dial_began(self, fact: f.DialBegan) -> None:
        dest = self._known(fact.dest, fact.dest_name, fact.at)
        caller = self._known(fact.caller, "", fact.at) if fact.caller else None
        dial = self._dial(caller, dest, fact.at)
        dial.dialstring = dial.dialstring or fact.dialstring
        dial.shown_number = dial.shown_number or fact.shown_number

    def _dial(self, caller: Channel | None, dest: Channel, at: float) -> Dial:
        if dest.dial is None:
            dest.dial = Dial(caller, dest, at)
            if caller is not None:
                caller.dials.append(dest.dial)
                self._join(caller, dest)
        elif dest.dial.caller is None and caller is not None:
            dest.dial.caller = caller
            caller.dials.append(dest.dial)
            self._join(caller, dest)
        return dest.dial

    def _dial_progressed(self, fact: f.DialProgressed) -> None:
        channel = self.channels.get(fact.dest)
        if channel is not None and fact.status in ("RINGING", "PROGRESS") and channel.ringing_at is None:
            channel.ringing_at = fact.at

    def _dial_ended(self, fact: f.DialEnded) -> None:
        dest = self.channels.get(fact.dest)
        caller = self.channels.get(fact.caller) if fact.caller else None
        if dest is None:
            return
        if dest.dial is None and not dest.met_midway:
            # Nobody dialled this one: its phone picked the call up that rang elsewhere.
            if caller is not None and all(d.dest is not dest for d in caller.dials):
                self._join(caller, dest)
                dial = Dial(caller, dest, fact.at)
                dial.status, dial.ended_at = fact.status, fact.at
                caller.dials.append(dial)
            return
        dial = self._dial(caller, dest, fact.at)
        dial.forward = dial.forward or fact.forward
        if dial.status is None:
            dial.status, dial.ended_at = fact.status, fact.at

    def _local_bridged(self, fact: f.LocalBridged) -> None:
        one, two = self.channels.get(fact.one), self.channels.get(fact.two)
        if one is not None and two is not None and one.other_half is None:
            self._pair(one, two)

    def _picked_up(self, fact: f.CallPickedUp) -> None:
        target = self._known(fact.target, fact.target_name, fact.at)
        channel = self._known(fact.channel, fact.name, fact.at)
        if target.picked_up is None:
            target.picked_up = (fact.at, device_of(fact.name))
            self._join(target, channel)

    # -- bridges

    def _enter(self, channel: Channel, bridge: str, at: float, technology: str = "") -> None:
        if channel.bridge_now == bridge:
            return
        self._leave(channel, at)
        channel.bridge_now = bridge
        channel.stays.append(Stay(bridge, at))
        inside = self.bridges.setdefault(bridge, {})
        if bridge not in self.created_bridges:
            # Others may have been in it before we came.
            channel.seen_from_start = False
        if technology == "holding_bridge":
            # A parking lot or a hold: those inside do not hear one another and are not one call.
            self.holding.add(bridge)
        if bridge not in self.holding:
            for other in inside.values():
                self._join(other, channel)
                break
            if not channel.seen_from_start:
                channel.up_at = channel.up_at or at
        inside[channel.id] = channel

    def _leave(self, channel: Channel, at: float) -> None:
        if channel.bridge_now is None:
            return
        inside = self.bridges.get(channel.bridge_now)
        if inside is not None:
            inside.pop(channel.id, None)
            if not inside:
                del self.bridges[channel.bridge_now]
        channel.bridge_now = None
        channel.stays[-1].left_at = at

    def _bridge_created(self, fact: f.BridgeCreated) -> None:
        self.created_bridges.add(fact.bridge)

    def _bridge_entered(self, fact: f.BridgeEntered) -> None:
        channel = self._known(fact.channel, fact.name, fact.at)
        if channel.gone_at is not None or not channel.once.news(fact.src, "enter", fact.bridge):
            return
        self._named(channel, fact.name)
        self._link(channel, fact.linkedid)
        self._enter(channel, fact.bridge, fact.at, fact.technology)
        for spyer in list(self.waiting_spies):
            self._seek_spied(spyer, fact.at)

    def _bridge_left(self, fact: f.BridgeLeft) -> None:
        channel = self.channels.get(fact.channel)
        if channel is None or not channel.once.news(fact.src, "leave", fact.bridge):
            return
        if channel.bridge_now == fact.bridge:
            self._leave(channel, fact.at)

    def _bridge_destroyed(self, fact: f.BridgeDestroyed) -> None:
        for channel in list(self.bridges.get(fact.bridge, {}).values()):
            self._leave(channel, fact.at)
        self.holding.discard(fact.bridge)
        self.created_bridges.discard(fact.bridge)

    def _muted(self, fact: f.ConferenceMuted) -> None:
        channel = self.channels.get(fact.channel)
        if channel is not None and (not channel.muted or channel.muted[-1][1] != fact.muted):
            channel.muted.append((fact.at, fact.muted))

    def _held(self, fact: f.Held) -> None:
        channel = self.channels.get(fact.channel)
        if channel is not None and channel.once.news(fact.src, "hold"):
            if channel.holds and channel.holds[-1][1] is None:
                return
            channel.holds.append((fact.at, None))

    def _unheld(self, fact: f.Unheld) -> None:
        channel = self.channels.get(fact.channel)
        if channel is None or not channel.once.news(fact.src, "unhold"):
            return
        if channel.holds and channel.holds[-1][1] is None:
            channel.holds[-1] = (channel.holds[-1][0], fact.at)

    # -- dialplan

    def _stepped(self, fact: f.DialplanStepped) -> None:
        channel = self._known(fact.channel, "", fact.at)
        if channel.once.news(fact.src, "step", fact.exten, fact.application, fact.data):
            self._step(channel, fact.at, fact.context, fact.exten, fact.application, fact.data)

    def _step(self, channel: Channel, at: float, context: str, exten: str, application: str, data: str) -> None:
        before, channel.running = channel.running, (application, data, context, exten, at)
        if before == channel.running:
            return
        if before is not None and before[:2] == (application, data) and before[2:4] != (context, exten):
            # Not a step: a channel that is moved to another extension tells it with what it still runs.
            return
        last = channel.steps[-1] if channel.steps else None
        if channel.queue_stays and (stay := channel.queue_stays[-1]).left_at is None and not stay.told:
            stay.left_at = at
        if len(channel.steps) < FULL_STEPS or application in STEPS or last is None or last.application == "Queue":
            channel.steps.append(Step(at, context, exten, application, data))
        if application in ("Dial", "Queue", "Stasis") and channel.consults is None and channel.dial is None:
            channel.consults = self._other_conversation(channel)
        if application == "Queue" and data:
            self._waits(channel, data.split(",", 1)[0], at)
        elif application in ("ChanSpy", "ExtenSpy"):
            self.waiting_spies.append(channel)
            self._seek_spied(channel, at)

    def _other_conversation(self, channel: Channel) -> Channel | None:
        """The conversation that the same device is already in, which makes a call it places a consultation."""
        for other in self.by_device.get(channel.device, ()):
            if other is not channel and other.bridge_now is not None and other.group is not channel.group:
                return other
        return None

    def _variable_set(self, fact: f.VariableSet) -> None:
        channel = self._known(fact.channel, "", fact.at)
        if not channel.once.news(fact.src, "var", fact.name, fact.value):
            return
        channel.variables[fact.name] = fact.value
        if fact.name == "DIALSTATUS" and fact.value:
            self._step_ended(channel, "Dial", fact.value)
        elif fact.name == "QUEUESTATUS" and fact.value:
            self._step_ended(channel, "Queue", fact.value)
            if channel.queue_stays:
                channel.queue_stays[-1].status = fact.value

    def _step_ended(self, channel: Channel, application: str, status: str) -> None:
        for step in reversed(channel.steps):
            if step.application == application:
                step.status = step.status or status
                return

    def _dtmf(self, fact: f.DtmfReceived) -> None:
        channel = self.channels.get(fact.channel)
        if channel is None or not channel.once.news(fact.src, "dtmf", fact.digit):
            return
        channel.dtmf.append((fact.at, fact.digit))
        del channel.dtmf[:-20]
        for spying in channel.spies:
            mode = mode_by_key(channel, fact.digit)
            if mode is not None and spying.stopped_at is None and spying.modes[-1][1] != mode:
                spying.modes.append((fact.at, mode))

    # -- queues

    def _queue(self, name: str) -> Queue:
        queue = self.queues.get(name)
        if queue is None:
            queue = self.queues[name] = Queue(name)
            queue.known = self.queues_listed
        return queue

    def _waits(self, channel: Channel, name: str, at: float) -> QueueStay:
        queue = self._queue(name)
        stay = QueueStay(queue, at)
        channel.queue_stays.append(stay)
        queue.waiting[id(stay)] = at
        queue.noted(at)
        return stay

    def _queue_joined(self, fact: f.QueueJoined) -> None:
        channel = self._known(fact.channel, "", fact.at)
        stay = channel.queue_stays[-1] if channel.queue_stays else None
        if stay is not None and stay.joined_at is not None and stay.joined_at == fact.at:
            return
        if stay is None or stay.queue.name != fact.queue or stay.joined_at is not None or stay.left_at is not None:
            stay = self._waits(channel, fact.queue, fact.at)
        stay.joined_at, stay.position, stay.told = fact.at, fact.position, True
        stay.began_at = min(stay.began_at, fact.at)

    def _queue_left(self, fact: f.QueueLeft) -> None:
        channel = self.channels.get(fact.channel)
        if channel is None:
            return
        for stay in reversed(channel.queue_stays):
            if stay.queue.name == fact.queue:
                stay.told = True
                stay.left_at = stay.left_at or fact.at
                return

    def _agent_called(self, fact: f.AgentCalled) -> None:
        caller = self._known(fact.caller, "", fact.at)
        dial = self._dial(caller, self._known(fact.dest, "", fact.at), fact.at)
        member = self._queue(fact.queue).members.get(fact.interface)
        state_interface = member.state_interface if member else fact.interface
        dial.queue_call = QueueCall(fact.queue, fact.interface, fact.member, state_interface)

    def _queue_listed(self, fact: f.QueueListed) -> None:
        queue = self._queue(fact.queue)
        queue.strategy, queue.known = fact.strategy, True

    def _member_changed(self, fact: f.MemberChanged) -> None:
        queue = self._queue(fact.queue)
        member = queue.members.get(fact.interface)
        if member is None:
            member = queue.members[fact.interface] = Member(fact.interface)
        member.state_interface, member.name = fact.state_interface, fact.member
        member.status, member.paused = fact.status, fact.paused
        self.member_devices.update((fact.interface, fact.state_interface))
        queue.unconfirmed.discard(fact.interface)
        queue.noted(fact.at)

    def _queues_listed(self, fact: f.QueuesListed) -> None:
        """Members that a fresh snapshot does not list were removed while we were away."""
        self.queues_listed = fact.src in self.listed_from_start
        for queue in self.queues.values():
            for interface in queue.unconfirmed:
                queue.members.pop(interface, None)
            queue.unconfirmed.clear()
            queue.noted(fact.at)

    def _member_removed(self, fact: f.MemberRemoved) -> None:
        queue = self._queue(fact.queue)
        if queue.members.pop(fact.interface, None) is not None:
            queue.noted(fact.at)

    # -- transfers and parking

    def _transfer(self, transferer: Channel, transferee: Channel | None, at: float, attended: bool) -> TransferSeen:
        for seen in transferer.transfers:
            if seen.attended == attended and (transferee is None or seen.transferee in (None, transferee)):
                return seen
        seen = TransferSeen(at, transferer, attended)
        transferer.transfers.append(seen)
        return seen

    def _blind(self, fact: f.BlindTransferred) -> None:
        transferer = self._known(fact.transferer, fact.transferer_name, fact.at)
        transferee = self.channels.get(fact.transferee) if fact.transferee else None
        seen = self._transfer(transferer, transferee, fact.at, attended=False)
        seen.transferee = seen.transferee or transferee
        seen.context, seen.exten = fact.context, fact.exten
        if transferee is not None:
            self._join(transferer, transferee)

    def _attended(self, fact: f.AttendedTransferred) -> None:
        transferer = self._known(fact.transferer, fact.transferer_name, fact.at)
        others = [self.channels.get(c) if c else None for c in (fact.second, fact.transferee, fact.target)]
        seen = self._transfer(transferer, others[1], fact.at, attended=True)
        seen.second, seen.transferee, seen.target = (new or old for new, old in zip(
            others, (seen.second, seen.transferee, seen.target), strict=True))  # fmt: skip
        seen.dest_type = seen.dest_type or fact.dest_type
        for other in others:
            if other is not None:
                self._join(transferer, other)

    def _parked(self, fact: f.Parked) -> None:
        channel = self.channels.get(fact.channel)
        if channel is not None and fact.at not in channel.parked:
            channel.parked.append(fact.at)

    def _unparked(self, fact: f.Unparked) -> None:
        channel, retriever = self.channels.get(fact.channel), self.channels.get(fact.retriever)
        if channel is not None and retriever is not None:
            self._join(channel, retriever)

    # -- supervision

    def _spy(self, spyer: Channel, spyee: Channel, at: float) -> Spying:
        for spying in spyer.spies:
            if spying.spyee is spyee and spying.stopped_at is None:
                return spying
        spying = Spying(spyer, spyee, at, first_mode(spyer))
        spyer.spies.append(spying)
        spyee.spied_by.append(spying)
        if spyer in self.waiting_spies:
            self.waiting_spies.remove(spyer)
        return spying

    def _seek_spied(self, spyer: Channel, at: float) -> None:
        """ARI alone does not tell whom a ChanSpy found: as ChanSpy does, take the first channel of that name."""
        if "ami" in self.feeds:
            return
        prefix = spied_prefix(spyer)
        for channel in self.channels.values() if prefix else ():
            if channel.bridge_now and channel is not spyer and channel.name.startswith(prefix or " "):
                self._spy(spyer, channel, at)
                return

    def _spy_started(self, fact: f.SpyStarted) -> None:
        spyer = self._known(fact.spyer, fact.spyer_name, fact.at)
        spyee = self._known(fact.spyee, fact.spyee_name, fact.at)
        if spyer.once.news(fact.src, "spy", spyee.id):
            self._spy(spyer, spyee, fact.at)

    def _spy_stopped(self, fact: f.SpyStopped) -> None:
        spyer = self.channels.get(fact.spyer)
        for spying in spyer.spies if spyer else ():
            if spying.stopped_at is None and fact.spyee in (None, spying.spyee.id):
                spying.stopped_at = fact.at

    def _supervision_declared(self, fact: f.SupervisionDeclared) -> None:
        snoop = self.channels.get(fact.snoop)
        if snoop is None:
            snoop = next((c for c in self.channels.values() if c.name == fact.snoop), None)
        for spying in snoop.spies if snoop else ():
            if spying.stopped_at is None:
                if spying.by is None:
                    # The first word tells what the snoop was made for; later words are changes.
                    spying.modes = [(spying.started_at, fact.mode)]
                elif spying.modes[-1][1] != fact.mode:
                    spying.modes.append((fact.at, fact.mode))
                spying.by = fact.by

    # -- devices

    def _contact(self, fact: f.ContactChanged) -> None:
        device = self.devices.get(fact.device)
        if device is None:
            device = self.devices[fact.device] = Device(fact.device)
        if not device.once.news(fact.src, fact.uri, str(fact.reachable)):
            return
        if device.contact(fact.uri, fact.reachable, fact.at):
            for channel in self.by_device.get(fact.device, ()):
                channel.lost_at = channel.lost_at or fact.at
        elif device.reachable:
            for channel in self.by_device.get(fact.device, ()):
                if channel.up_at is not None and channel.state == "Up":
                    channel.lost_at = None

    def _phone_reported(self, fact: f.PhoneReported) -> None:
        """Joins a report to the leg of the same SIP Call-ID; without one, to the only live leg of the device."""
        legs = self.by_device.get(fact.device, [])
        if fact.sip_call_id is not None:
            known = [c for c in self.channels.values() if c.device == fact.device and c.sip_call_id]
            named = [c for c in known if c.sip_call_id == fact.sip_call_id]
            legs = named if named or known else legs
        if len(legs) == 1 and (said := (fact.at, fact.report, fact.reason)) not in legs[0].phone_reports:
            legs[0].phone_reports.append(said)
            del legs[0].phone_reports[20:]

    # -- the feeds

    def _gap(self, channel: Channel) -> None:
        """Marks the call of a channel with the present absence of the feed that carries it."""
        primary = self.primary
        since = self.lost_since.get(primary) if primary else None
        if since is not None and channel.group is not None and (since, None) not in channel.group.gaps:
            channel.group.gaps.append((since, None))

    def _feed_connected(self, fact: f.FeedConnected) -> None:
        if fact.src == "ami" and "ami" not in self.feeds:
            for group in self.groups():
                group.gaps.append((None, fact.at))
        self.feeds.add(fact.src)
        self.snapshot_began[fact.src] = fact.at
        self.listed_from_start.add(fact.src)
        self.listed[fact.src] = set()
        for channel in self.channels.values():
            channel.once.rejoin(fact.src)
        for device in self.devices.values():
            device.once.rejoin(fact.src)
        for queue in self.queues.values() if fact.src == "ami" else ():
            queue.unconfirmed.update(queue.members)
        since = self.lost_since.pop(fact.src, None)
        if since is not None and fact.src == self.primary:
            for group in self.groups():
                group.gaps = [(a, fact.at if b is None and a == since else b) for a, b in group.gaps]

    def _feed_lost(self, fact: f.FeedLost) -> None:
        self.feeds.add(fact.src)
        self.lost_since.setdefault(fact.src, fact.at)
        if fact.src == self.primary:
            for channel in self.channels.values():
                if channel.gone_at is None:
                    self._gap(channel)

    def _snapshot_ended(self, fact: f.SnapshotEnded) -> None:
        """Channels that a fresh snapshot does not list have ended unseen, unless they are younger than it."""
        began = self.snapshot_began.pop(fact.src, None)
        listed = self.listed.pop(fact.src, set())
        if began is None or fact.src != self.primary:
            return
        for channel in list(self.channels.values()):
            if channel.gone_at is None and channel.created_at < began - 1.0 and channel.id not in listed:
                self._end(channel, fact.at, unseen=True)

    def groups(self) -> Iterator[Group]:
        seen = set()
        for channel in self.channels.values():
            if channel.group is not None and id(channel.group) not in seen:
                seen.add(id(channel.group))
                yield channel.group

    def forget(self, group: Group) -> None:
        """Drops a call whose record is written and whose late facts are no longer awaited."""
        self.over.pop(group, None)
        for channel in group.channels:
            self.channels.pop(channel.id, None)
            self.departed[channel.id] = None
            for linkedid in channel.linkedids:
                if self.linked.get(linkedid) is channel:
                    del self.linked[linkedid]
            for stay in channel.queue_stays:
                stay.queue.waiting.pop(id(stay), None)
        while len(self.departed) > DEPARTED:
            del self.departed[next(iter(self.departed))]
