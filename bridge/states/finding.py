"""Finds an agent's state: first by a call in hand, then by after-call work, then by queues and devices."""

from __future__ import annotations

from bridge.calls.dialled import queue_of
from bridge.calls.roles import Directory
from bridge.config import Settings
from bridge.pbx.channel import Channel
from bridge.pbx.mirror import Mirror
from bridge.states import rule
from bridge.states.agent import Agent, Now, Wrap
from bridge.states.desks import Desk, Desks
from bridge.states.due import Due
from bridge.states.of_calls import OfCalls
from bridge.states.rule import ALONE, Talked


class Finding:
    """Finds the states of the agents of one PBX, while the PBX can be seen."""

    def __init__(
        self, settings: Settings, mirror: Mirror, directory: Directory, desks: Desks, calls: OfCalls, due: Due
    ) -> None:
        self._settings, self._mirror, self._directory = settings, mirror, directory
        self._desks, self._calls, self._due = desks, calls, due

    def go_by(self, settings: Settings, directory: Directory) -> None:
        self._settings, self._directory = settings, directory

    def found(self, desk: Desk, agent: Agent | None, at: float) -> Now:
        talked: dict[str, Talked] = agent.talked if agent is not None else {}
        hand = rule.in_hand(desk, self._mirror.bridges, talked, at) if desk.channels else None
        if agent is not None and talked:
            self._see_ended(desk, agent, at)
        if hand is not None:
            if agent is not None and agent.wrap is not None and hand.channel.created_at >= agent.wrap.since:
                agent.wrap = None  # an offer, or a call that the agent begins, ends the after-call work
            return Now(hand.state, channel=hand.channel)
        idle = rule.without_call(desk, self._settings.states, is_static=self._desks.is_static(desk))
        if agent is not None and agent.wrap is not None:
            if at < agent.wrap.until and idle.state in ("ready", "unreachable"):
                return Now("wrap_up", until=agent.wrap.until)
            agent.wrap = None
        return Now(idle.state, idle.reason, paused_at=idle.paused_at)

    def _see_ended(self, desk: Desk, agent: Agent, at: float) -> None:
        """Note after-call work for the conversations that have ended."""
        live = {channel.id: channel for channel in desk.channels}
        for channel_id, talk in [*agent.talked.items()]:
            channel = live.get(channel_id)
            if channel is not None:
                if talk.alone_since is not None and at < talk.alone_since + ALONE:
                    self._due.add(desk.name, talk.alone_since + ALONE, at)
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
        """When the conversation of a channel that is gone ended."""
        if talk.alone_since is not None:
            return talk.alone_since
        left = channel.stays[-1].left_at if channel.stays else None
        return min(at, left if left is not None else at)

    def _rest(self, desk: Desk, agent: Agent, channel: Channel, since: float, at: float) -> None:
        """A queue's call has ended: note after-call work, if its length is known."""
        queue = queue_of(channel.dial) if channel.dial is not None else None
        if queue is None:
            return
        member, named = desk.member_of.get(queue), self._directory.queues.get(queue)
        seconds = (member.wrap_up if member is not None else 0) or (named.wrap_up if named is not None else 0)
        if seconds:
            agent.wrap = Wrap(since, since + seconds, self._calls.call_of(channel))
            self._due.add(desk.name, since + seconds, at)
