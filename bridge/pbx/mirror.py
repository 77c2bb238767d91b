"""The mirror of one PBX: facts in, channels and their histories out.

Every method is safe to call twice with the same fact, and in any order that a PBX's feeds have been seen to use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import islice
from math import inf
from operator import attrgetter
from typing import Any

from bridge.pbx import (
    bridging,
    channels,
    dialling,
    dialplan,
    feeds,
    queueing,
    registrations,
    rooms,
    supervising,
    transferring,
)
from bridge.pbx.channel import (
    Channel,
    Dial,
    Group,
    Spying,
    Stay,
    Step,
    joined,
)
from bridge.pbx.devices import Device
from bridge.pbx.dialplan import AGAIN
from bridge.pbx.logins import alerted, call_over, not_acknowledged, takes_call
from bridge.pbx.members import Members
from bridge.pbx.queues import Queue, QueueStay
from bridge.pbx.spying import first_mode, spied_prefix
from bridge.vocabulary import facts as f
from bridge.vocabulary.facts import Fact
from bridge.vocabulary.message import Source
from bridge.vocabulary.terms import Role

GRACE = 0.1
"""Seconds between the last channel's end and the record: AMI sends a call's last events after its last Hangup."""
ARI_GRACE = 0.5
"""The same while ARI owes the SIP Call-ID of a channel, which it alone tells: on a busy PBX it comes after AMI."""
REMEMBERED = 10.0
"""Seconds for which a written call still takes a late fact, which then makes a new revision of its record."""
DEPARTED, DEPARTED_FOR = 20_000, 600.0
"""Channels, and seconds, that an end is remembered for, so that a feed that is late starts no call anew."""
STEPS = frozenset(
    {"Queue", "Dial", "ChanSpy", "ExtenSpy", "Busy", "Congestion", "Hangup", "ConfBridge", "Park", "ParkAndAnnounce",
     "Pickup", "PickupChan", "VoiceMail", "Stasis", "FollowMe", "AgentLogin", "Transfer"}
)  # fmt: skip
FULL_STEPS = 16
"""How many steps of a channel are kept whatever they are; of later ones those that a rule reads."""
SNOOP = re.compile(r"^Snoop/(.+)-[0-9a-f]{8}$")
APPLIERS: dict[type[Fact], Callable[[Any, Any], None]] = {
    kind: applier
    for room in (
        channels, dialling, bridging, dialplan, queueing, transferring, supervising, registrations, feeds,
    )
    for kind, applier in room.APPLIERS.items()
}  # fmt: skip
"""What each kind of fact does to the mirror."""


def _subject_of(kind: type[Fact]) -> Callable[[Fact], str] | None:
    fields = kind.__struct_fields__
    for name in ("channel", "dest", "caller", "transferer", "spyer"):
        if name in fields:
            return attrgetter(name)
    return None


SUBJECTS = {kind: _subject_of(kind) for kind in APPLIERS}
"""Gives the channel that a fact of each kind is about, if it is about one."""


class Mirror:
    """Channels, queues and devices of one PBX, and the groups of channels that are one call."""

    def __init__(self, primary: Source | None = None) -> None:
        self._primary = primary
        self.channels: dict[str, Channel] = {}
        self.by_device: dict[str, dict[str, Channel]] = {}
        """The live channels of each device, by id: a trunk has thousands."""
        self.legs: dict[str, dict[str, Channel]] = {}
        """Those of which the call is not forgotten, up or not, by id."""
        self.early_reports: dict[str, list[tuple[float, f.PhoneReported]]] = {}
        """Browser phones' words for which there is no leg yet, by device, with their arrival."""
        self.reports_dropped = 0
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
        self.members = Members()
        """Whoever has been a member of a queue is an agent, unless configured otherwise."""
        self.waiting_spies: list[Channel] = []
        self.due: list[tuple[float, int, Group]] = []
        """Heap of the times at which to write, or forget, calls whose last channel has gone."""
        self._looks = 0
        self.arrived = 0.0
        """When the fact in hand arrived, by our own clock; ``fact.at`` may be the PBX's."""
        self.identified_early: dict[str, str] = {}
        """SIP Call-IDs of channels that are not known yet."""
        self.logins: dict[str, Channel] = {}
        """Lines of agents that outlive the calls on them, and have taken some: no part of any."""
        self.role: Callable[[str], Role] = lambda device: "system"
        """Who is behind a device, as the settings and the queues have it."""
        self.departed: dict[str, float] = {}
        """Channels whose call is written and forgotten, and since when: what still comes starts no new call."""
        self.feeds: set[Source] = set()
        self.lost_since: dict[Source, float] = {}
        self.heard_until: dict[Source, float] = {}
        """Until when feeds that are lost now were heard."""
        self.deaf_since: float | None = -inf
        """Since when nobody tells anything; None while a feed does that has told its snapshot."""
        self.placed: set[str] = set()
        """Channels that the snapshot under way has told to be in a bridge."""
        self.snapshot_began: dict[Source, int] = {}
        """How many channels had been heard of when a feed connected: those are listed, or have ended."""
        self.listed: dict[Source, set[str]] = {}
        self.present: set[str] = set()
        """Channels that the roll call in progress has named."""
        self.missing: dict[str, tuple[float, float]] = {}
        """Channels that the last roll call missed: since when they may be gone, and when they were missed."""
        self.roll_called_at = 0.0
        self.count = 0
        """Channels so far."""

    def apply(self, fact: Fact) -> None:
        kind = type(fact)
        APPLIERS[kind](self, fact)
        if self.due and (subject := SUBJECTS[kind]) is not None and kind is not f.ChannelGone:
            channel = self.channels.get(subject(fact))
            if channel is not None and (group := channel.group) is not None and group.due is not None:
                self.schedule(group)

    def about(self, fact: Fact) -> str | None:
        """The channel that a fact belongs to, or an empty string; None where no call depends on it."""
        if type(fact) is f.DeviceStateChanged:
            return None  # only the picture of the devices shows it, and every snapshot tells it anew
        if type(fact) is f.PhoneReported:
            leg = registrations.leg_of(self, fact)
            return leg.id if leg is not None else ""
        subject = SUBJECTS[type(fact)]
        if subject is None:
            return ""
        # In a call of a logged-in agent it is about her leg of that call, which ends before her shift does.
        channel = self.channels.get(subject(fact))
        return channel.id if channel is not None else subject(fact)

    @property
    def primary(self) -> Source | None:
        """The feed whose absence is a gap: AMI where there is one, for it alone shows all that the tags need."""
        if self._primary is not None:
            return self._primary
        return "ami" if "ami" in self.feeds else "ari" if "ari" in self.feeds else None

    @property
    def ami_leads(self) -> bool:
        """Whether AMI is there, so that what ARI tells of the same need not be taken in."""
        return "ami" in self.feeds and "ami" not in self.lost_since

    @property
    def ari_identifies(self) -> bool:
        """Whether ARI is there beside AMI, which tells no SIP Call-IDs."""
        return self.ami_leads and "ari" in self.feeds and "ari" not in self.lost_since

    def is_news(self, fact: Fact) -> bool:
        """Whether the mirror would change by it. ARI repeats a channel's SIP Call-ID with every event."""
        if type(fact) is not f.ChannelIdentified:
            return True
        channel = self.channels.get(fact.channel)
        if channel is None:
            early = self.identified_early.get(fact.channel)
            return fact.channel not in self.departed and early != fact.sip_call_id
        return channel.sip_call_id != fact.sip_call_id

    def new(self, channel_id: str, name: str, at: float) -> Channel:
        self.count += 1
        channel = self.channels[channel_id] = Channel(channel_id, name, at, self.count)
        Group(channel)
        channel.sip_call_id = self.identified_early.pop(channel_id, None)
        self.by_device.setdefault(channel.device, {})[channel_id] = channel
        self.legs.setdefault(channel.device, {})[channel_id] = channel
        if channel.device in self.early_reports:
            registrations.known_late(self, channel)
        if channel.is_local and name[-2:] in (";1", ";2"):
            other = self.locals.get(name[:-1] + ("2" if name[-1] == "1" else "1"))
            self.locals[name] = channel
            if other is not None and other.gone_at is None:
                self.pair(other, channel)
        snoop = SNOOP.match(name)
        if snoop and (spied := self.channels.get(snoop[1])):
            self.spy(channel, spied, at)
        if self.lost_since:
            self.gap(channel)
        return channel

    def known(self, channel_id: str, name: str, at: float) -> Channel:
        """The channel, which is new to us when we began to listen in the middle of its life."""
        channel = self.channels.get(channel_id)
        if channel is None:
            if channel_id in self.departed:
                return self.late(channel_id, name, at)
            channel = self.new(channel_id, name, at)
            self.met_midway(channel, at)
        elif name and not channel.name:
            self.named(channel, name)
        return channel

    def met_midway(self, channel: Channel, at: float) -> None:
        """Its beginning was not told, and nothing of its call before that."""
        channel.met_midway = True
        since = self.deaf_since if self.deaf_since is not None else -inf
        is_listing = self.deaf_since is not None and bool(self.snapshot_began)
        if (group := channel.group) is not None:
            group.gaps.append((since if since > -inf else None, at))
            group.unseen += ((since, inf if is_listing else at),)

    def late(self, channel_id: str, name: str, at: float) -> Channel:
        """A stand-in for a channel whose call is written and forgotten."""
        channel = Channel(channel_id, name, at, 0)
        channel.gone_at = at
        Group(channel)
        return channel

    def named(self, channel: Channel, name: str) -> None:
        """Gives a channel its name: late, or a new one after the PBX swapped what is behind it."""
        if not name or name == channel.name or name in channel.former_names:
            return
        _unlist(channel, self.by_device)
        if self.locals.get(channel.name) is channel:
            del self.locals[channel.name]
        _unlist(channel, self.legs)
        channel.rename(name)
        self.legs.setdefault(channel.device, {})[channel.id] = channel
        if channel.gone_at is None:
            self.by_device.setdefault(channel.device, {})[channel.id] = channel

    def alone(self, channel: Channel) -> None:
        """Makes a channel a call of its own."""
        Group(channel)

    def join(self, a: Channel, b: Channel) -> None:
        group = joined(a, b)
        if group.live:
            group.due = None

    def pair(self, one: Channel, two: Channel) -> None:
        one.other_half, two.other_half = two, one
        self.join(one, two)

    def link(self, channel: Channel, linkedid: str | None) -> None:
        """A shared Linkedid makes channels one call. Listening channels have their own."""
        if linkedid is None or linkedid in channel.linkedids or linkedid in self.logins:
            return
        channel.linkedids.append(linkedid)
        first = self.channels.get(linkedid) or self.linked.get(linkedid)
        if first is not None and first is not channel:
            self.join(first, channel)
        self.linked.setdefault(linkedid, channel)

    def state(self, channel: Channel, state: str, at: float) -> None:
        channel.state = state
        if state == "Ringing" and channel.ringing_at is None:
            channel.ringing_at = at
        elif state == "Up" and channel.up_at is None:
            channel.up_at = at

    def end(self, channel: Channel, at: float, unseen: bool = False) -> None:
        if channel.gone_at is not None:
            return
        at = max(at, channel.created_at)  # the fact that told of it first may bear a later time
        channel.gone_at, channel.gone_unseen = at, unseen
        self.leave(channel, self.last_seen(channel, at) if unseen else at)
        for spying in channel.spies + channel.spied_by:
            if spying.stopped_at is None:
                spying.stopped_at = at
                if spying.spyee is channel and spying.spyer.gone_at is None and spying.spyer.is_party:
                    self.seeks(spying.spyer)  # it goes on to the next one, if it finds one
        if channel in self.waiting_spies:
            self.waiting_spies.remove(channel)
        if channel.queue_stays and (stay := channel.queue_stays[-1]).left_at is None:
            stay.left_at = at
        if channel.holds and channel.holds[-1][1] is None:
            channel.holds[-1] = (channel.holds[-1][0], at)
        _unlist(channel, self.by_device)
        if self.locals.get(channel.name) is channel:
            del self.locals[channel.name]
        group = channel.group
        assert group is not None
        group.live -= 1
        if group.live == 0:
            self.schedule(group)
        elif group.live == 1:
            rooms.ended(self, group, channel, at)

    def schedule(self, group: Group) -> None:
        """Gives a call that is over time for its last facts; one that is written already is looked at again."""
        owed = self.ari_identifies and any(c.is_sip and c.sip_call_id is None for c in group.channels)
        self.look_at(group, self.arrived + (ARI_GRACE if owed else GRACE))
        group.settled = False

    def look_at(self, group: Group, at: float) -> None:
        """Has `next_due` give a call that is over at that time, by our own clock, and at no earlier one."""
        group.due = at
        self._looks += 1
        heappush(self.due, (at, self._looks, group))

    def is_due(self, now: float) -> bool:
        """Whether a call may have to be looked at by now."""
        due = self.due
        return bool(due) and due[0][0] <= now

    def next_due(self) -> tuple[float, Group] | None:
        """The call that is over and to be looked at first, and when."""
        due = self.due
        while due:
            at, _, group = due[0]
            if group.due == at:
                return at, group
            heappop(due)
        return None

    def dial(self, caller: Channel | None, dest: Channel, at: float) -> Dial:
        if dest.dial is None:
            dest.dial = Dial(caller, dest, at)
            if caller is not None:
                caller.dials.append(dest.dial)
                self.join(caller, dest)
        elif dest.dial.caller is None and caller is not None:
            dest.dial.caller = caller
            caller.dials.append(dest.dial)
            self.join(caller, dest)
        return dest.dial

    def enter(self, channel: Channel, bridge: str, at: float, technology: str = "", moves: bool = False) -> None:
        """``moves``: it takes the place of another there, which makes it no part of the call of those inside."""
        if channel.bridge_now == bridge:
            return
        if channel.stands_for is not None and channel.bridge_now is not None:
            self.leave(channel, at)  # which is the end of that leg: the login goes on
            channel = channel.stands_for
        if channel.is_login and technology not in ("", "holding_bridge") and bridge in self.bridges:
            channel = takes_call(self, channel, bridge, at)
        if not moves and technology != "holding_bridge" and bridge in self.bridges and bridge not in self.holding:
            channel = rooms.met(self, channel, bridge, at)
        self.leave(channel, at)
        channel.bridge_now = bridge
        if technology == "holding_bridge":
            # A parking lot or a hold: those inside are not one call.
            self.holding.add(bridge)
        channel.stays.append(Stay(bridge, at, bridge in self.holding))
        inside = self.bridges.setdefault(bridge, {})
        if bridge not in self.created_bridges:
            # Others may have been in it before we came.
            channel.seen_from_start = False
        if bridge not in self.holding:
            # A room's recording has a Local channel of its own, and is no call's in particular.
            other = next((c for c in inside.values() if c.is_party), None) or next(iter(inside.values()), None)
            if other is not None and not moves:
                self.join(other, channel)
            if not channel.seen_from_start:
                channel.up_at = channel.up_at or at
            if channel.requests_agent and not inside:
                alerted(self, channel, at)
        inside[channel.id] = channel

    def leave(self, channel: Channel, at: float) -> None:
        if channel.bridge_now is None:
            return
        bridge = channel.bridge_now
        inside = self.bridges.get(bridge)
        if inside is not None:
            inside.pop(channel.id, None)
            if not inside:
                del self.bridges[bridge]
        channel.bridge_now = None
        stay, hard = channel.stays[-1], channel.hangup_request
        # Who has hung up is out of the conversation, though the PBX takes her out of the bridge a little later.
        stay.left_at = hard.at if hard is not None and stay.entered_at <= hard.at < at else at
        if channel.stands_for is not None:
            call_over(self, channel, channel.stands_for, at)
        if channel.requests_agent:
            not_acknowledged(self, channel, at)
        if inside:
            rooms.left(self, bridge, at)

    def step(self, channel: Channel, at: float, context: str, exten: str, application: str, data: str) -> None:
        before, step = channel.running, (application, data, context, exten)
        if before is not None and (before[:4] == step and at - before[4] < AGAIN):
            return
        recent = [s for s in channel.steps[-8:] if abs(at - s.at) < AGAIN]
        if any((s.application, s.data, s.context, s.exten) == step for s in recent):
            return
        if before is not None and at < before[4] and any((s.application, s.data) == step[:2] for s in channel.steps):
            return  # what is told late was told before
        channel.running = (*step, at)
        if channel.queue_stays and (stay := channel.queue_stays[-1]).left_at is None and not stay.told:
            stay.left_at = at
        if before is not None and before[:2] == (application, data) and before[2:4] != (context, exten):
            # A channel that is moved to another extension tells it with what it still runs, and what it runs there is
            # told only from the second step on. Nearly always it dials.
            if application in ("Dial", "Queue"):
                channel.steps.append(Step(at, context, exten, "Dial", ""))
            return
        last = channel.steps[-1] if channel.steps else None
        if len(channel.steps) < FULL_STEPS or application in STEPS or last is None or last.application == "Queue":
            channel.steps.append(Step(at, context, exten, application, data))
        if application in ("Dial", "Queue", "Stasis") and channel.consults is None and channel.dial is None:
            channel.consults = self.other_conversation(channel)
            if channel.consults is not None and channel.consults.group is not None:
                channel.consults.group.kept = True
        if application == "Queue" and data:
            self.waits(channel, data.split(",", 1)[0], at)
        elif application == "ConfBridge" and dialplan.starts_muted(channel):
            channel.muted.append((at, True))
        elif application in ("ChanSpy", "ExtenSpy") and channel.gone_at is None:
            self.seeks(channel)
            self.seek_spied(channel, at)

    def other_conversation(self, channel: Channel) -> Channel | None:
        """The conversation that the same device is already in, which makes a call it places a consultation."""
        for other in self.by_device.get(channel.device, {}).values():
            if other is not channel and other.bridge_now is not None and other.group is not channel.group:
                return other
        return None

    def queue(self, name: str) -> Queue:
        queue = self.queues.get(name)
        if queue is None:
            queue = self.queues[name] = Queue(name)
            queue.known = self.queues_listed and "ami" not in self.lost_since
        return queue

    def waits(self, channel: Channel, name: str, at: float) -> QueueStay:
        queue = self.queue(name)
        stay = QueueStay(queue, at)
        channel.queue_stays.append(stay)
        queue.waiting[id(stay)] = at
        queue.noted(at)
        return stay

    def spy(self, spyer: Channel, spyee: Channel, at: float) -> Spying:
        for spying in spyer.spies:
            if spying.spyee is spyee and spying.stopped_at is None:
                return spying
        spying = Spying(spyer, spyee, at, first_mode(spyer))
        spyer.spies.append(spying)
        spyee.spied_by.append(spying)
        if spyer in self.waiting_spies:
            self.waiting_spies.remove(spyer)
        return spying

    def unspied(self, snoop: Channel) -> None:
        """What an application does by a snoop the PBX's log does not tell: to listen, to whisper or to record."""
        for spying in snoop.spies:
            spying.spyee.spied_by.remove(spying)
        snoop.spies.clear()

    def seeks(self, spyer: Channel) -> None:
        """Whom it spies on is not known yet, or any more."""
        if spyer not in self.waiting_spies:
            self.waiting_spies.append(spyer)

    def seek_spied(self, spyer: Channel, at: float) -> None:
        """ARI alone does not tell whom a ChanSpy found: as ChanSpy does, take the first channel of that name."""
        if self.ami_leads:
            return
        prefix = spied_prefix(spyer)
        for channel in self.channels.values() if prefix else ():
            if channel.bridge_now and channel is not spyer and channel.name.startswith(prefix or " "):
                self.spy(spyer, channel, at)
                return

    def gap(self, channel: Channel) -> None:
        """Marks the call of a channel with the present absence of the feed that carries it."""
        primary = self.primary
        since = self.lost_since.get(primary) if primary else None
        if since is not None and channel.group is not None and (since, None) not in channel.group.gaps:
            channel.group.gaps.append((since, None))

    def last_seen(self, channel: Channel, at: float) -> float:
        """When a channel was last seen where it was, of which a snapshot tells that it is not there any more."""
        group = channel.group
        since = group.unseen[-1][0] if group is not None and group.unseen else at
        return max(since, channel.stays[-1].entered_at) if channel.bridge_now is not None else since

    def groups(self) -> Iterator[Group]:
        seen = set()
        for channel in self.channels.values():
            if channel.group is not None and id(channel.group) not in seen:
                seen.add(id(channel.group))
                yield channel.group

    def forget(self, group: Group) -> None:
        """Drops a call whose record is written and whose late facts are no longer awaited."""
        group.due = None
        for channel in group.channels:
            self.channels.pop(channel.id, None)
            self.logins.pop(channel.id, None)
            _unlist(channel, self.legs)
            self.departed[channel.id] = self.arrived
            channel.consults = None  # of a call that is older: each would hold the one before it for ever
            for linkedid in channel.linkedids:
                if self.linked.get(linkedid) is channel:
                    del self.linked[linkedid]
            for stay in channel.queue_stays:
                stay.queue.waiting.pop(id(stay), None)
        for channel_id, since in list(islice(self.departed.items(), len(group.channels) + 2)):
            if len(self.departed) > DEPARTED or since < self.arrived - DEPARTED_FOR:
                del self.departed[channel_id]
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
