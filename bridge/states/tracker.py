"""Agents' states as stretches: what each fact touched is looked at, and nothing else.

The stretches of one agent touch. Who cannot be seen is ``unknown``; what she was before is held back until she is
seen again, for a pause that goes on is one stretch with a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import islice
from math import inf
from typing import NamedTuple

import msgspec

from bridge.calls.dialled import queue_of
from bridge.calls.roles import Directory
from bridge.config import Settings
from bridge.pbx.channel import Channel, Group
from bridge.pbx.mirror import Mirror
from bridge.states import rule
from bridge.states.causes import cause_of
from bridge.states.conversation import reached
from bridge.states.desks import Desk, Desks
from bridge.states.memberships import Memberships
from bridge.states.of_calls import OfCalls
from bridge.states.reaching import Reaching
from bridge.states.rule import ALONE, Talked
from bridge.states.stretch import DeviceStretch, Kept, Lasting, Stretch, name_of
from bridge.vocabulary.agent_state import OF_A_CALL, AgentStateRecord, State, StateRecord
from bridge.vocabulary.facts import ClockSet, Fact, FeedLost, OwnClockSet
from bridge.vocabulary.record import Evidence
from bridge.vocabulary.terms import Direction
from bridge.vocabulary.times import rfc3339

SILENT = 5.0
"""Seconds after which a feed gives up a connection that brings nothing: so long before, it was there still."""
TALKS: tuple[State, ...] = ("talking", "hold")


class Wrap(NamedTuple):
    """After-call work that a setting, or the member's own time, gives."""

    since: float
    until: float
    call: tuple[str | None, Direction | None]


class Agent:
    """One agent who is seen, or was."""

    __slots__ = ("before", "channel", "is_held_back", "last", "open", "talked", "wrap")

    def __init__(self, stretch: Stretch) -> None:
        self.open = stretch
        self.before: Stretch | None = None
        """The stretch before an outage that is not over."""
        self.is_held_back = False
        """Whether it is not told yet, because it may go on: a pause."""
        self.last: tuple[AgentStateRecord, Channel | None] | None = None
        """The stretch that ended last."""
        self.channel: Channel | None = None
        """Of the call in hand."""
        self.talked: dict[str, Talked] = {}
        self.wrap: Wrap | None = None


class Now(NamedTuple):
    """How an agent is found to be."""

    state: State
    reason: str | None = None
    channel: Channel | None = None
    paused_at: float | None = None
    until: float | None = None


class Tracker:
    """Of one PBX."""

    def __init__(self, settings: Settings, pbx: str, mirror: Mirror, directory: Directory) -> None:
        self._settings, self._pbx, self._mirror, self._directory = settings, pbx, mirror, directory
        self.memberships = Memberships(mirror, directory)
        self.desks = Desks(mirror, settings, directory, self.memberships)
        self.agents: dict[str, Agent] = {}
        """By name."""
        self.stirred: set[str] = set()
        """Names of those who were looked at since somebody emptied this: for the board, which empties it."""
        self._calls = OfCalls(pbx, directory)
        self._reaching = Reaching(pbx, mirror, directory, self.memberships)
        self._touched = mirror.touched
        self._due: list[tuple[float, float, str]] = []
        """Heap: when to look at an agent again by our own clock, which time that is by the PBX's, and whom."""
        self._told: dict[Channel, tuple[object, ...]] = {}
        """What a state is concluded from, as of the last look, of each live channel."""
        self._known_until = -inf
        """Until when an earlier run saw the PBX."""
        self._out: list[AgentStateRecord] = []
        self._changed: dict[str, Agent] = {}
        """Whose stretch is another since the last `take`."""
        self.is_seen = False
        """Whether the PBX can be seen."""

    def go_by(self, settings: Settings, directory: Directory, *, looks: bool = True) -> None:
        """Go by other settings from the next fact on, which then looks at everybody, unless nobody is followed yet
        (``looks``)."""
        self._settings, self._directory = settings, directory
        self.desks.go_by(settings, directory)
        self._calls.go_by(directory)
        self._reaching.go_by(directory)
        if looks:
            self._touched.append(None)

    # -- what it is told

    def look(self, fact: Fact) -> None:
        """Looks at those whom a fact has touched."""
        at, names = fact.at, set[str]()
        touched, devices, reached = dict.fromkeys(self._touched), dict[str, None](), set[str]()
        self._touched.clear()
        role = self._directory.role
        if None in touched:
            at = self._look_around(at, fact)
            devices = dict.fromkeys(self.desks.everywhere())
            reached.update(devices)
            reached.update(self._reaching.open)
            names.update(self.agents)
        for one in touched:
            if isinstance(one, Channel):
                told = _told_of(one)
                if self._told.get(one) == told:
                    continue
                self._told[one] = told
                if one.is_party and role(one.device) != "customer":
                    devices[one.device] = None
                if one.stays:
                    self._beside(one, devices)
                if one.gone_at is not None:
                    del self._told[one]
            elif isinstance(one, str):
                devices[one] = None
                reached.add(one)
            elif isinstance(one, ClockSet):
                self._clock_set(one.at, one.by)
            elif isinstance(one, OwnClockSet):
                self._due = [(due + one.by, when, name) for due, when, name in self._due]
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
        """What can be seen is another now; when that came to be."""
        self.memberships.look_at_all()
        mirror = self._mirror
        deaf = max(mirror.deaf_since, self._known_until) if mirror.deaf_since is not None else None
        self.is_seen = deaf is None and not any(queue.unconfirmed for queue in mirror.queues.values())
        if isinstance(fact, FeedLost):
            return max(fact.heard_at, self._known_until, at - SILENT)
        return min(at, deaf) if deaf is not None and deaf > -inf else at

    def _beside(self, channel: Channel, devices: dict[str, None]) -> None:
        """Those who are with a channel, or were: the third and all others are with somebody whether it is or not."""
        bridges = self._mirror.bridges
        half, role = channel.other_half, self._directory.role
        for one in (channel.stays[-1].bridge, half.bridge_now if half is not None else None):
            if one is not None:
                for other in islice(reached(one, bridges), 3):
                    if role(other.device) != "customer":
                        devices[other.device] = None

    @property
    def next_due(self) -> float:
        """When to call `tick`, by our own clock."""
        return self._due[0][0] if self._due else inf

    def tick(self, now: float) -> None:
        """Time has passed, by our own clock."""
        while self._due and self._due[0][0] <= now:
            _, at, name = heappop(self._due)
            if name in self.agents:
                self._settle(name, at, None)

    def _look_again(self, name: str, at: float, now: float) -> None:
        """``at``: when, and ``now``: what time it is, by the PBX's clock."""
        heappush(self._due, (self._mirror.clock + max(0.0, at - now), at, name))

    def _clock_set(self, at: float, by: float) -> None:
        """The clock that times are told by was set, to ``at``. No state is longer for it."""
        self._known_until += by
        self._due = [(due, when + by, name) for due, when, name in self._due]
        for agent in self.agents.values():
            self._set_clock_of(agent, at, by)
        self._reaching.clock_set(at, by)

    def _set_clock_of(self, agent: Agent, at: float, by: float) -> None:
        """Time that the clock leapt over was in no state; time that comes twice is told once."""
        held, wrap = agent.open, agent.wrap
        agent.wrap = Wrap(wrap.since + by, wrap.until + by, wrap.call) if wrap is not None else None
        agent.talked = {
            channel: Talked(talk.bridge, talk.alone_since + by if talk.alone_since is not None else None)
            for channel, talk in agent.talked.items()
        }
        if held.until is not None:
            held.until += by
        if held.state == "unknown":
            return
        if by < 0:
            held.gaps.append((at, at - by))
        else:
            over = max(held.since, at - by)
            leapt = Stretch(
                held.agent, held.role, held.device, "unknown", over, False, queues=held.queues,
                paused_in=held.paused_in,
            )  # fmt: skip
            self._end(agent, held, agent.channel, over, "unknown", None)
            self._end(agent, leapt, None, at, held.state, None)
            agent.open = msgspec.structs.replace(held, since=at, seen=False, gaps=[], began=None)
        self._changed[held.agent] = agent

    # -- one agent

    def _settle(self, name: str, at: float, cause: Fact | None) -> None:
        desk, agent = self.desks.of(name), self.agents.get(name)
        self.stirred.add(name)
        if agent is not None and agent.open.until is not None and at >= agent.open.until:
            self._rested(agent, agent.open.until)
        if desk is None:
            if agent is not None:
                self._forget(name, agent, at, cause)
            return
        now = self._found(desk, agent, at)
        if agent is None:
            if now.state != "unknown":
                self._begin(desk, now, at, cause)
            return
        held, channel = agent.open, agent.channel
        if (
            now.state == held.state
            and (now.reason == held.reason or now.state == "unreachable")
            and (now.channel is channel or (now.channel and channel and now.channel.group is channel.group))
        ):
            agent.channel, held.reason = now.channel, held.reason or now.reason
            self._keep_up(held, desk)
            return
        self._move(desk, agent, now, at, cause)

    def _found(self, desk: Desk, agent: Agent | None, at: float) -> Now:
        if not self.is_seen:
            return Now("unknown")
        talked: dict[str, Talked] = agent.talked if agent is not None else {}
        hand = rule.in_hand(desk, self._mirror.bridges, talked, at) if desk.channels else None
        if agent is not None and talked:
            self._see_ended(desk, agent, at)
        if hand is not None:
            if agent is not None and agent.wrap is not None and hand.channel.created_at >= agent.wrap.since:
                agent.wrap = None  # an offer or a call of one's own ends it
            return Now(hand.state, channel=hand.channel)
        idle = rule.without_call(desk, self._settings.states, is_static=self.desks.is_static(desk))
        if agent is not None and agent.wrap is not None:
            if at < agent.wrap.until and idle.state in ("ready", "unreachable"):
                return Now("wrap_up", until=agent.wrap.until)
            agent.wrap = None
        return Now(idle.state, idle.reason, paused_at=idle.paused_at)

    def _see_ended(self, desk: Desk, agent: Agent, at: float) -> None:
        """Of the conversations that are over, notes the after-call work."""
        live = {channel.id: channel for channel in desk.channels}
        for channel_id, talk in [*agent.talked.items()]:
            channel = live.get(channel_id)
            if channel is not None:
                if talk.alone_since is not None and at < talk.alone_since + ALONE:
                    self._look_again(desk.name, talk.alone_since + ALONE, at)
                continue
            del agent.talked[channel_id]
            channel = self._mirror.channels.get(channel_id)
            if channel is None:
                continue
            left = self._left(channel, talk, at)
            if agent.channel is channel:
                agent.talked[channel_id] = Talked(talk.bridge, left)
            self._rest(desk, agent, channel, left, at)

    def _left(self, channel: Channel, talk: Talked, at: float) -> float:
        """When a conversation of a channel that is gone was over."""
        if talk.alone_since is not None:
            return talk.alone_since
        left = channel.stays[-1].left_at if channel.stays else None
        return min(at, left if left is not None else at)

    def _rest(self, desk: Desk, agent: Agent, channel: Channel, since: float, at: float) -> None:
        """A call of a queue is over: after-call work, where its length is known."""
        queue = queue_of(channel.dial) if channel.dial is not None else None
        if queue is None:
            return
        member, named = desk.member_of.get(queue), self._directory.queues.get(queue)
        seconds = (member.wrap_up if member is not None else 0) or (named.wrap_up if named is not None else 0)
        if seconds:
            agent.wrap = Wrap(since, since + seconds, self._calls.call_of(channel))
            self._look_again(desk.name, since + seconds, at)

    def _evidence(self, cause: Fact, at: float, agent: str) -> Evidence:
        return cause_of(cause, self._mirror).evidence(at, agent)

    def _keep_up(self, held: Stretch, desk: Desk) -> None:
        held.queues = tuple(sorted(desk.member_of)) if len(desk.member_of) != 1 else tuple(desk.member_of)
        held.paused_in = tuple(queue for queue in held.queues if desk.member_of[queue].paused)

    # -- stretches

    def _begin(self, desk: Desk, now: Now, at: float, cause: Fact | None, *, seen: bool = False) -> Agent:
        """``seen``: whether it begins here, or was so when it was first seen."""
        known = now.reason, now.paused_at, now.until
        stretch = Stretch(desk.name, desk.role, desk.device, now.state, at, seen, *known)
        self._keep_up(stretch, desk)
        agent = self.agents.get(desk.name)
        if agent is None:
            agent = self.agents[desk.name] = Agent(stretch)
            if now.channel is not None and now.state in TALKS:
                agent.talked[now.channel.id] = Talked(now.channel.bridge_now, None)
            if not seen and now.state == "paused" and (told := _told_since(desk, now)) is not None:
                stretch.since = min(at, told)
        agent.open, agent.channel = stretch, now.channel
        if now.channel is not None:
            stretch.device = now.channel.device
        if cause is not None and seen:
            stretch.began = self._evidence(cause, at, desk.name)
        self._changed[desk.name] = agent
        return agent

    def _move(self, desk: Desk, agent: Agent, now: Now, at: float, cause: Fact | None) -> None:
        held = agent.open
        at = max(held.since, self._over(agent, at))
        if now.state == "unknown":
            agent.before, agent.is_held_back = held, held.paused_at is not None
            if not agent.is_held_back:
                ended = self._evidence(cause, at, desk.name) if cause is not None and self.is_seen else None
                self._end(agent, held, agent.channel, at, "unknown", ended)
            self._begin(desk, now, at, None)
            return
        if held.state == "unknown":
            self._seen_again(desk, agent, now, at)
            return
        ended = self._evidence(cause, at, desk.name) if cause is not None else None
        self._end(agent, held, agent.channel, at, now.state, ended)
        self._begin(desk, now, at, cause, seen=True)
        if now.state == "wrap_up" and agent.wrap is not None:
            agent.open.record_id, agent.open.direction = agent.wrap.call

    def _over(self, agent: Agent, at: float) -> float:
        """When the state that is over was: who is left alone in a conversation is found out a little later."""
        channel, held = agent.channel, agent.open
        if channel is None or held.state not in TALKS:
            return at
        talk = agent.talked.get(channel.id)
        if channel.gone_at is not None:
            agent.talked.pop(channel.id, None)
        return min(at, talk.alone_since) if talk is not None and talk.alone_since is not None else at

    def _seen_again(self, desk: Desk, agent: Agent, now: Now, at: float) -> None:
        """The outage is over. The pause that the PBX tells again went on; everything else begins anew."""
        away, before = agent.open, agent.before
        agent.before = None
        if before is not None and agent.is_held_back:
            if (
                before.state == now.state and before.state in ("paused", "wrap_up") and before.until is None
                and before.reason == now.reason and _is_same(before.paused_at, now.paused_at)
            ):  # fmt: skip
                if at > away.since:
                    before.gaps.append((away.since, at))
                agent.open, agent.channel = before, None
                self._keep_up(before, desk)
                self._changed[desk.name] = agent
                return
            self._end(agent, before, None, away.since, "unknown", None)
        told = _told_since(desk, now)
        since = max(away.since, min(at, told)) if told is not None else at
        self._end(agent, away, None, since, now.state, None)
        self._begin(desk, now, since, None)

    def _rested(self, agent: Agent, at: float) -> None:
        """The time of a wrap-up is over."""
        held = agent.open
        self._end(agent, held, None, at, "ready", None, computed=True)
        agent.wrap = None
        agent.open = Stretch(
            held.agent, held.role, held.device, "ready", at, True, queues=held.queues, paused_in=held.paused_in
        )
        self._changed[held.agent] = agent

    def _end(
        self, agent: Agent, held: Stretch, channel: Channel | None, at: float, following: State | None,
        why: Evidence | None, *, computed: bool = False,
    ) -> None:  # fmt: skip
        if channel is not None and held.state in OF_A_CALL:
            held.record_id, held.direction = self._calls.call_of(channel)
        if round(at * 1000) > round(held.since * 1000):
            record = held.record(self._pbx, at, following, why, revision=1, computed=computed)
        elif agent.last is not None and agent.last[0].until == rfc3339(at):
            # What lasted no time is none, and what was before is followed by what follows.
            before, channel = agent.last
            record = msgspec.structs.replace(before, next=following, revision=before.revision + 1)
        else:
            return
        agent.last = record, channel
        self._out.append(record)
        self._calls.ended(channel, record)

    def _forget(self, name: str, agent: Agent, at: float, cause: Fact | None) -> None:
        """Nothing tells of the agent any more."""
        del self.agents[name]
        at = max(agent.open.since, self._over(agent, at))
        if agent.before is not None and agent.is_held_back:
            self._end(agent, agent.before, None, agent.open.since, "unknown", None)
        if agent.open.state != "unknown":
            why = self._evidence(cause, at, name) if cause is not None else None
            self._end(agent, agent.open, agent.channel, at, None, why)
        self._changed[name] = agent

    # -- what it tells

    def take(self) -> tuple[Sequence[StateRecord], Mapping[str, Lasting | None]]:
        """The stretches that ended since the last time, and how those are now who are otherwise."""
        ended: Sequence[StateRecord] = self._out
        changed, self._out, self._changed = self._changed, [], {}
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
        return bool(self._out or self._changed or self._reaching.changed)

    def open_records(self, held: Iterable[Lasting]) -> Iterator[StateRecord]:
        """Stretches that last, as tables keep them."""
        for one in held:
            if isinstance(one, DeviceStretch):
                yield one.record(self._pbx, None, None)
                continue
            if one.before is not None:
                yield one.before.record(self._pbx, one.open.since, "unknown", None, revision=0)
            yield one.open.record(self._pbx, None, None, None, revision=0)

    def judged(self, group: Group, calls: Mapping[str, tuple[str, Direction]]) -> None:
        """A call is on record, or has none. ``calls``: channel → record id and direction."""
        self._out += self._calls.judged(group, calls)

    def start(self, held: Iterable[Lasting], until: float) -> None:
        """Looks from the next fact on. ``held``: what an earlier run knew, ``until`` then."""
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
    """All of a channel that a state is concluded from. Most facts change nothing of it."""
    dial, holds, running, spies = channel.dial, channel.holds, channel.running, channel.spies
    return (
        channel.device, channel.state, channel.ringing_at, channel.up_at, channel.gone_at, channel.bridge_now,
        len(channel.stays), bool(channel.stays) and channel.stays[-1].holding,
        dial.ended_at if dial is not None else 0,
        len(channel.dials), holds[-1] if holds else None, channel.hangup_request is None, channel.leg_now,
        channel.sits,
        running[0] if running is not None and running[0] in rule.SPECIAL else None, len(channel.variables),
        [(one.stopped_at, one.modes[-1]) for one in spies] if spies else None,
    )  # fmt: skip


def _told_since(desk: Desk, now: Now) -> float | None:
    """Since when a pause lasts, by the PBX's own word: if it is not from before the agent came into the queue."""
    if now.state not in ("paused", "wrap_up") or now.paused_at is None:
        return None
    came = max((m.logged_in_at or 0.0 for m in desk.member_of.values()), default=0.0)
    return now.paused_at if now.paused_at >= came else None


def _is_same(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and abs(one - other) <= 1.0
