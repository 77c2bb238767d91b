"""The rule for an agent's state: of all states that are true, the busiest."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import NamedTuple

from bridge.config import States
from bridge.pbx import spying
from bridge.pbx.channel import Channel
from bridge.pbx.queue_member import GONE
from bridge.states.conversation import Bridges, has_company, holds
from bridge.states.desks import Desk
from bridge.vocabulary.agent_state import OF_A_CALL, State

SPECIAL = (*spying.APPLICATIONS, "AgentLogin", "AgentRequest")
"""Applications by which a channel shows a state of its own."""
ALONE = 0.5
"""Seconds for which an agent who is left alone after a conversation still counts as in it: calls change bridges, and
a channel ends some milliseconds after its bridge."""


class Hand(NamedTuple):
    """The call that an agent has, and the state by it."""

    state: State
    channel: Channel


class Talked(NamedTuple):
    """A conversation that a channel is or was in."""

    bridge: str | None
    """The last conversation in which the channel was with others."""
    alone_since: float | None
    """Since when the channel is alone; None while it is with others."""


class Idle(NamedTuple):
    """The state of an agent without a call."""

    state: State
    reason: str | None = None
    paused_at: float | None = None
    """When the present pause began, by the PBX's clock, in whole seconds."""


def listens(channel: Channel) -> bool:
    """Whether a phone only listens to somebody else's call."""
    return channel.runs(spying.APPLICATIONS) or any(s.stopped_at is None for s in channel.spies)


def in_hand(desk: Desk, bridges: Bridges, talked: dict[str, Talked], at: float) -> Hand | None:
    """The busiest call: of two conversations, the one that is not on hold. ``talked``: the conversation of each
    channel, updated here."""
    found: Hand | None = None
    for channel in desk.channels:
        state = _state(channel, bridges, talked, at)
        if state is not None and (found is None or OF_A_CALL.index(state) < OF_A_CALL.index(found.state)):
            found = Hand(state, channel)
    return found


def _state(channel: Channel, bridges: Bridges, talked: dict[str, Talked], at: float) -> State | None:
    if channel.leg_now is not None or not channel.is_party:
        return None  # the Local channel's leg stands for the line
    if channel.stands_for is None and (channel.is_login or channel.sits):
        return None  # a line on which the agent waits for the next call
    if (channel.spies or channel.running is not None) and listens(channel):
        # A supervisor who has barged in is heard by everybody.
        return "talking" if any(s.stopped_at is None and s.modes[-1][1] == "barge" for s in channel.spies) else None
    if has_company(channel, bridges):
        talked[channel.id] = Talked(channel.bridge_now, None)
        return "hold" if _holds_these(channel) else "talking"
    before = talked.get(channel.id)
    if before is not None:
        return _left_alone(channel, before, talked, at)
    dial = channel.dial
    if dial is not None and (channel.up_at is None or (dial.caller is not None)):
        is_over = channel.hangup_request is not None or (dial.ended_at is not None and channel.up_at is None)
        return "ringing" if not is_over and (channel.ringing_at or channel.up_at) is not None else None
    if channel.ringing_at is not None and channel.up_at is None:
        return "ringing"
    if channel.state == "Down" or channel.hangup_request is not None:
        return None  # the phone is not called yet, or the channel is ending
    return "dialling"


def _holds_these(channel: Channel) -> bool:
    """Whether the parties of a conversation are on hold. An agent who left others on hold in another bridge is
    talking here."""
    return holds(channel) and channel.holds[-1][0] >= channel.stays[-1].entered_at


def _left_alone(channel: Channel, before: Talked, talked: dict[str, Talked], at: float) -> State | None:
    """The state of a channel that was in a conversation: it consults, comes back, or is ending."""
    since = before.alone_since
    if since is None:
        left = channel.stays[-1].left_at if channel.stays else None
        since = left if left is not None and channel.bridge_now is None else at
        talked[channel.id] = Talked(before.bridge, since)
    if any(d.dest.gone_at is None and d.ended_at is None and d.began_at >= since for d in channel.dials):
        return "dialling"  # the channel goes on in the dialplan
    if channel.bridge_now is not None and channel.bridge_now != before.bridge and not channel.stays[-1].holding:
        return "dialling"  # the channel waits in another bridge, as during a transfer by keys
    if at < since + ALONE and channel.hangup_request is None:
        return "hold" if _holds_these(channel) else "talking"
    return None


def without_call(desk: Desk, settings: States, *, is_static: bool) -> Idle:
    """The state of an agent who has no call. After-call work that follows from a setting is found elsewhere."""
    if not desk.queues_known:
        return Idle("unreachable", _loss(desk)) if _is_unreachable(desk) else Idle("unknown")
    members = desk.member_of.values()
    for member in members:
        if not member.paused:
            break
    else:
        if members:
            return _paused(desk, settings)
    if not members and not is_static:
        return Idle("logged_out")
    if _is_unreachable(desk):
        if is_static and settings.static_members == "while reachable":
            return Idle("logged_out")
        return Idle("unreachable", _loss(desk))
    return Idle("ready")


def _paused(desk: Desk, settings: States) -> Idle:
    queues = sorted(desk.member_of)
    reason = next((r for q in queues if (r := desk.member_of[q].reason) is not None), None)
    since = max((at for m in desk.member_of.values() if (at := m.last_pause) is not None), default=None)
    if reason is not None and any(fnmatchcase(reason, pattern) for pattern in settings.wrap_up_reasons):
        return Idle("wrap_up", reason, since)
    return Idle("paused", reason, since)


def _is_unreachable(desk: Desk) -> bool:
    told = [d.reachable for d in desk.devices if d.reachable is not None]
    if told:
        return not any(told)
    members = desk.member_of.values()
    return bool(members) and all(m.status in GONE for m in members)


def _loss(desk: Desk) -> str | None:
    return next((d.why for d in desk.devices if d.why is not None), None)
