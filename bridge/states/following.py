"""Makes one agent's stretches follow each other: they touch, and a stretch of no length is left out.

An agent who cannot be seen is ``unknown``. A pause before that is held back until the agent can be seen again,
because a pause that still lasts is one stretch with a gap.
"""

from __future__ import annotations

import msgspec

from bridge.pbx.channel import Channel
from bridge.pbx.mirror import Mirror
from bridge.states.agent import TALKS, Agent, Now, Wrap
from bridge.states.causes import cause_of
from bridge.states.desks import Desk
from bridge.states.of_calls import OfCalls
from bridge.states.rule import Talked
from bridge.states.stretch import Stretch
from bridge.vocabulary.agent_state import OF_A_CALL, AgentStateRecord, State
from bridge.vocabulary.facts import Fact
from bridge.vocabulary.record import Evidence
from bridge.vocabulary.times import rfc3339


class Following:
    """Follows the agents of one PBX."""

    def __init__(self, pbx: str, mirror: Mirror, calls: OfCalls) -> None:
        self._pbx, self._mirror, self._calls = pbx, mirror, calls
        self.agents: dict[str, Agent] = {}
        """Agents by name."""
        self.ended: list[AgentStateRecord] = []
        self.changed: dict[str, Agent] = {}
        """Agents who have begun another stretch since a reader last emptied this set."""

    def begin(self, desk: Desk, now: Now, at: float, cause: Fact | None, *, seen: bool = False) -> Agent:
        """``seen``: True if the state was seen to begin; False if it was already so at the first look."""
        known = now.reason, now.paused_at, now.until
        stretch = Stretch(desk.name, desk.role, desk.device, now.state, at, seen, *known)
        self.keep_up(stretch, desk)
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
        self.changed[desk.name] = agent
        return agent

    def keep_up(self, held: Stretch, desk: Desk) -> None:
        held.queues = tuple(sorted(desk.member_of)) if len(desk.member_of) != 1 else tuple(desk.member_of)
        held.paused_in = tuple(queue for queue in held.queues if desk.member_of[queue].paused)

    def move(self, desk: Desk, agent: Agent, now: Now, at: float, cause: Fact | None) -> None:
        held = agent.open
        seen = self._over(agent, at)
        at = max(held.at_least_until, seen)
        if now.state == "unknown":
            agent.before, agent.is_held_back = held, held.paused_at is not None
            if not agent.is_held_back:
                ended = self._evidence(cause, at, desk.name) if cause is not None else None
                self._end(agent, held, agent.channel, at, "unknown", ended)
            self.begin(desk, now, at, None)
            return
        if held.state == "unknown":
            self._seen_again(desk, agent, now, at)
            return
        ended = self._evidence(cause, at, desk.name) if cause is not None else None
        self._end(agent, held, agent.channel, at, now.state, ended)
        self.begin(desk, now, at, cause, seen=seen == at)
        if now.state == "wrap_up" and agent.wrap is not None:
            agent.open.record_id, agent.open.direction = agent.wrap.call

    def _over(self, agent: Agent, at: float) -> float:
        """When the state that has ended did end: an agent who is left alone in a conversation is noticed a little
        later."""
        channel, held = agent.channel, agent.open
        if channel is None or held.state not in TALKS:
            return at
        talk = agent.talked.get(channel.id)
        if channel.gone_at is not None:
            agent.talked.pop(channel.id, None)
        return min(at, talk.alone_since) if talk is not None and talk.alone_since is not None else at

    def _seen_again(self, desk: Desk, agent: Agent, now: Now, at: float) -> None:
        """The outage is over. A pause that the PBX tells again has gone on; every other state begins anew."""
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
                self.keep_up(before, desk)
                self.changed[desk.name] = agent
                return
            self._end(agent, before, None, away.since, "unknown", None)
        told = _told_since(desk, now)
        since = max(away.since, min(at, told)) if told is not None else at
        self._end(agent, away, None, since, now.state, None)
        self.begin(desk, now, since, None)

    def rested(self, agent: Agent, at: float) -> None:
        """The time of after-call work is over."""
        held = agent.open
        at = max(held.at_least_until, at)
        self._end(agent, held, None, at, "ready", None, computed=True)
        agent.wrap = None
        agent.open = Stretch(
            held.agent, held.role, held.device, "ready", at, True, queues=held.queues, paused_in=held.paused_in
        )
        self.changed[held.agent] = agent

    def _end(
        self, agent: Agent, held: Stretch, channel: Channel | None, at: float, following: State | None,
        why: Evidence | None, *, computed: bool = False,
    ) -> None:  # fmt: skip
        if channel is not None and held.state in OF_A_CALL:
            held.record_id, held.direction = self._calls.call_of(channel)
        if round(at * 1000) > round(held.since * 1000):
            record = held.record(self._pbx, at, following, why, revision=1, computed=computed)
        elif agent.last is not None and agent.last[0].until == rfc3339(at):
            # The stretch has no length, so it is left out: the stretch before it is followed by the next one.
            before, channel = agent.last
            record = msgspec.structs.replace(before, next=following, revision=before.revision + 1)
        else:
            return
        agent.last = record, channel
        self.ended.append(record)
        self._calls.ended(channel, record)

    def forget(self, name: str, agent: Agent, at: float, cause: Fact | None) -> None:
        """Nothing tells of the agent any more."""
        del self.agents[name]
        at = max(agent.open.at_least_until, self._over(agent, at))
        if agent.before is not None and agent.is_held_back:
            self._end(agent, agent.before, None, agent.open.since, "unknown", None)
        if agent.open.state != "unknown":
            why = self._evidence(cause, at, name) if cause is not None else None
            self._end(agent, agent.open, agent.channel, at, None, why)
        self.changed[name] = agent

    def clock_set(self, agent: Agent, at: float, by: float) -> None:
        """The clock was set. Time that was skipped belongs to no state; time that comes a second time is counted
        once, as it was at first."""
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
            held.gaps.append((max(held.since, at), at - by))
        elif at > held.at_least_until:
            over = max(held.at_least_until, at - by)
            leapt = Stretch(
                held.agent, held.role, held.device, "unknown", over, False, queues=held.queues,
                paused_in=held.paused_in,
            )  # fmt: skip
            self._end(agent, held, agent.channel, over, "unknown", None)
            self._end(agent, leapt, None, at, held.state, None)
            agent.open = msgspec.structs.replace(held, since=at, seen=False, gaps=[], began=None)
        self.changed[held.agent] = agent

    def _evidence(self, cause: Fact, at: float, agent: str) -> Evidence:
        return cause_of(cause, self._mirror).evidence(at, agent)


def _told_since(desk: Desk, now: Now) -> float | None:
    """Since when a pause lasts, by the PBX's own word, unless that is before the agent joined the queue."""
    if now.state not in ("paused", "wrap_up") or now.paused_at is None:
        return None
    came = max((m.logged_in_at or 0.0 for m in desk.member_of.values()), default=0.0)
    return now.paused_at if now.paused_at >= came else None


def _is_same(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and abs(one - other) <= 1.0
