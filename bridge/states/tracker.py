"""Agents' states as stretches. After each fact the tracker looks at those agents only whom the fact concerns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from math import inf

from bridge.calls.roles import Directory
from bridge.config import Settings
from bridge.pbx.changes import Touched
from bridge.pbx.channel import Channel, Group
from bridge.pbx.mirror import Mirror
from bridge.states import rule
from bridge.states.agent import Agent, Now
from bridge.states.causes import cause_of
from bridge.states.conversation import reached
from bridge.states.desks import Desks
from bridge.states.due import Due
from bridge.states.finding import Finding
from bridge.states.following import Following
from bridge.states.memberships import Memberships
from bridge.states.of_calls import OfCalls
from bridge.states.reaching import Reaching
from bridge.states.stretch import DeviceStretch, Kept, Lasting, name_of
from bridge.vocabulary.agent_state import StateRecord
from bridge.vocabulary.facts import ClockSet, Fact, FeedLost, OwnClockSet
from bridge.vocabulary.terms import Direction

SILENT = 5.0
"""A feed gives up a silent connection after so many seconds; the PBX was still seen that long before."""


class Tracker:
    """Tracks the agents of one PBX."""

    def __init__(self, settings: Settings, pbx: str, mirror: Mirror, directory: Directory) -> None:
        self._pbx, self._mirror, self._directory = pbx, mirror, directory
        self.memberships = Memberships(mirror, directory)
        self.desks = Desks(mirror, settings, directory, self.memberships)
        self._stirred: dict[str, None] | None = None
        self._calls = OfCalls(pbx, directory)
        self.due = Due(mirror)
        """When to call `tick`."""
        self._finding = Finding(settings, mirror, directory, self.desks, self._calls, self.due)
        self._following = Following(pbx, mirror, self._calls)
        self.agents = self._following.agents
        """Agents by name."""
        self._reaching = Reaching(pbx, mirror, directory, self.memberships)
        self._touched = mirror.touched
        self._told: dict[Channel, tuple[object, ...]] = {}
        """For each live channel, what states are concluded from, as of the last look."""
        self._known_until = -inf
        """Until when an earlier run saw the PBX."""
        self.is_seen = False
        """Whether the PBX can be seen."""

    def go_by(self, settings: Settings, directory: Directory, *, looks: bool = True) -> None:
        """Use other settings from the next fact on. The tracker then looks at everybody, if it follows anybody yet
        (``looks``)."""
        self._directory = directory
        self._finding.go_by(settings, directory)
        self.desks.go_by(settings, directory)
        self._calls.go_by(directory)
        self._reaching.go_by(directory)
        if looks:
            self._touched.append(None)

    def tell(self, stirred: dict[str, None]) -> None:
        """From now on, put the name of each agent who is looked at into a collection, which its reader empties."""
        self._stirred = stirred

    # -- facts come in

    def look(self, fact: Fact) -> None:
        """Look at the agents whom a fact concerns."""
        touched = [one for one in dict.fromkeys(self._touched) if not isinstance(one, Channel) or self._is_news(one)]
        self._touched.clear()
        if touched:
            self._look_at(touched, fact)

    def _is_news(self, channel: Channel) -> bool:
        """Whether something that a state is concluded from has changed since the last look. Most facts change nothing
        of it."""
        is_anybodys = channel.is_party and self._directory.role(channel.device) != "customer"
        told = _told_of(channel) if is_anybodys else _shown_by(channel)
        if channel.gone_at is not None:
            return self._told.pop(channel, None) != told
        if self._told.get(channel) == told:
            return False
        self._told[channel] = told
        return True

    def _look_at(self, touched: Sequence[Touched], fact: Fact) -> None:
        at, role = fact.at, self._directory.role
        names: set[str] = set()
        reached: set[str] = set()
        devices: dict[str, None] = {}
        if None in touched:
            at = self._look_around(at, fact)
            devices = dict.fromkeys(self.desks.everywhere())
            reached.update(devices)
            reached.update(self._reaching.open)
            names.update(self.agents)
        for one in touched:
            if isinstance(one, Channel):
                self.desks.changed(one)
                if one.is_party and role(one.device) != "customer":
                    devices[one.device] = None
                if one.stays:
                    self._beside(one, devices)
            elif isinstance(one, str):
                devices[one] = None
                reached.add(one)
            elif isinstance(one, ClockSet):
                self._clock_set(one.at, one.by)
            elif isinstance(one, OwnClockSet):
                self.due.own_clock_set(one.by)
            elif one is not None:
                members = self.memberships.look(*one)
                devices.update(dict.fromkeys(members))
                reached.update(members)
        for device in devices:
            names |= self.desks.who_is_at(device)
        for name in names if len(names) < 2 else sorted(names):
            self._settle(name, at, fact)
        if reached:
            cause = cause_of(fact, self._mirror)
            self._reaching.look(sorted(reached), at, cause, is_seen=self.is_seen)

    def _look_around(self, at: float, fact: Fact) -> float:
        """Whether the PBX can be seen has changed; returns since when."""
        self.memberships.look_at_all()
        mirror = self._mirror
        deaf = max(mirror.deaf_since, self._known_until) if mirror.deaf_since is not None else None
        self.is_seen = deaf is None and not any(queue.unconfirmed for queue in mirror.queues.values())
        if isinstance(fact, FeedLost):
            return max(fact.heard_at, self._known_until, at - SILENT)
        return min(at, deaf) if deaf is not None and deaf > -inf else at

    def _beside(self, channel: Channel, devices: dict[str, None]) -> None:
        """Add the devices of those who are, or were, in a conversation with a channel: of three at most, because more
        are a conversation whether this channel is there or not."""
        bridges = self._mirror.bridges
        half, role = channel.other_half, self._directory.role
        for one in (channel.stays[-1].bridge, half.bridge_now if half is not None else None):
            if one is not None:
                for other in islice(reached(one, bridges), 3):
                    if role(other.device) != "customer":
                        devices[other.device] = None

    def tick(self, now: float) -> None:
        """Time has passed, by our own clock."""
        for at, name in self.due.take(now):
            if name in self.agents:
                self._settle(name, at, None)

    def _clock_set(self, at: float, by: float) -> None:
        """The clock by which times are told was set, to ``at``. No state gets longer by that."""
        self._known_until += by
        self.due.clock_set(by)
        for agent in self.agents.values():
            self._following.clock_set(agent, at, by)
        self._reaching.clock_set(at, by)

    # -- one agent

    def _settle(self, name: str, at: float, cause: Fact | None) -> None:
        desk, agent = self.desks.of(name), self.agents.get(name)
        if self._stirred is not None:
            self._stirred[name] = None
        if agent is not None and agent.open.until is not None and at >= agent.open.until:
            self._following.rested(agent, agent.open.until)
        if desk is None:
            if agent is not None:
                self._following.forget(name, agent, at, cause)
            return
        now = self._finding.found(desk, agent, at) if self.is_seen else Now("unknown")
        if agent is None:
            if now.state != "unknown":
                self._following.begin(desk, now, at, cause)
            return
        held, channel = agent.open, agent.channel
        if (
            now.state == held.state
            and (now.reason == held.reason or now.state == "unreachable")
            and (now.channel is channel or (now.channel and channel and now.channel.group is channel.group))
        ):
            agent.channel, held.reason = now.channel, held.reason or now.reason
            self._following.keep_up(held, desk)
            return
        self._following.move(desk, agent, now, at, cause if self.is_seen else None)

    # -- stretches go out

    def take(self) -> tuple[Sequence[StateRecord], Mapping[str, Lasting | None]]:
        """The stretches that have ended since the last call, and the present stretch of each agent for whom it is
        another."""
        following = self._following
        ended: Sequence[StateRecord] = following.ended
        changed, following.ended, following.changed = following.changed, [], {}
        held: dict[str, Lasting | None] = {
            name: self._kept(agent) if name in self.agents else None for name, agent in changed.items()
        }
        reaching = self._reaching
        if reaching.changed:
            ended = [*ended, *reaching.ended]
            held |= {name_of(one): one for one in (reaching.open[device] for device in sorted(reaching.changed))}
            reaching.ended, reaching.changed = [], set()
        return ended, held

    def _kept(self, agent: Agent) -> Kept:
        return Kept(agent.open, agent.before if agent.is_held_back else None)

    @property
    def has_news(self) -> bool:
        return bool(self._following.ended or self._following.changed or self._reaching.changed)

    def open_records(self, held: Iterable[Lasting]) -> Iterator[StateRecord]:
        """The stretches that last, as the tables of a store hold them."""
        for one in held:
            if isinstance(one, DeviceStretch):
                yield one.record(self._pbx, None, None)
                continue
            if one.before is not None:
                yield one.before.record(self._pbx, one.open.since, "unknown", None, revision=0)
            yield one.open.record(self._pbx, None, None, None, revision=0)

    def judged(self, group: Group, calls: Mapping[str, tuple[str, Direction]]) -> None:
        """A call has its record, or has none. ``calls``: channel → record id and direction."""
        self._following.ended += self._calls.judged(group, calls)

    def start(self, held: Iterable[Lasting], until: float) -> None:
        """Follow agents from the next fact on. ``held``: the stretches that an earlier run held when it ended, at
        ``until``."""
        self._known_until = until
        self._touched.append(None)
        self.memberships.look_at_all()
        for one in held:
            if isinstance(one, DeviceStretch):
                self._reaching.open[one.device] = one
                continue
            agent = self.agents[one.open.agent] = Agent(one.open)
            agent.before, agent.is_held_back = one.before, one.before is not None


def _told_of(channel: Channel) -> tuple[object, ...]:
    """Everything of a channel that states are concluded from."""
    dial, holds, running, spies = channel.dial, channel.holds, channel.running, channel.spies
    return (
        channel.device, dial is None and channel.state == "Down", channel.awaits_answer, channel.ringing_at,
        channel.up_at, channel.gone_at, channel.bridge_now, len(channel.stays),
        bool(channel.stays) and channel.stays[-1].holding,
        dial.ended_at if dial is not None else 0,
        len(channel.dials), holds[-1] if holds else None, channel.hangup_request is None, channel.leg_now,
        channel.sits,
        running[0] if running is not None and running[0] in rule.SPECIAL else None, len(channel.variables),
        [(one.stopped_at, one.modes[-1]) for one in spies] if spies else None,
    )  # fmt: skip


def _shown_by(channel: Channel) -> tuple[object, ...]:
    """All of a channel that the states of those who are with it are concluded from."""
    stays = channel.stays
    if channel.bridge_now is None:
        return (len(stays),)
    return channel.bridge_now, len(stays), stays[-1].holding, channel.gone_at, channel.awaits_answer
