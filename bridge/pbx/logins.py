"""Agents who log in once and take every call on that line (AgentLogin, Asterisk's app_agent_pool).

Their channel lives as long as the shift, so it is no part of any call. Each call that they are alerted to gets a leg
of its own, as if it had been dialled. In the conversation the leg stands for the channel: what the PBX tells of the
channel then is told of the leg.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.pbx.channel import Channel

if TYPE_CHECKING:
    from bridge.pbx.mirror import Mirror


def alerted(m: Mirror, caller: Channel, at: float) -> None:
    """A caller has AgentRequest find a logged-in agent, who may have to acknowledge the call by a key."""
    agent = _agent(caller)
    login = next((c for c in m.channels.values() if c.is_login and c.gone_at is None and _agent(c) == agent), None)
    if login is not None:
        m.state(_leg(m, login, caller, at), "Ringing", at)


def not_acknowledged(m: Mirror, caller: Channel, at: float) -> None:
    """The caller, or the queue behind, waits for the agent no longer."""
    for dial in caller.dials:
        leg = dial.dest
        if leg.stands_for is not None and leg.up_at is None:
            m.end(leg, at)


def _agent(channel: Channel) -> str:
    """Whom its AgentLogin or AgentRequest names."""
    return channel.running[1].split(",", 1)[0] if channel.running else ""


def leg_on(m: Mirror, line: Channel, caller: Channel, before: int, at: float) -> Channel:
    """A leg for one call on a line that outlives it. ``before``: how many legs the line had in this call."""
    # The same whatever else was heard: the journal keeps by it what is told of the call.
    leg = m.new(f"{line.id}#{caller.id}#{before}", line.name, at)
    leg.once, leg.seen_from_start, leg.stands_for = line.once, True, line
    leg.sip_call_id = line.sip_call_id
    return leg


def _leg(m: Mirror, login: Channel, caller: Channel, at: float) -> Channel:
    leg = leg_on(m, login, caller, sum(d.dest.stands_for is login for d in caller.dials), at)
    leg.variables["CALLBRIDGE_AGENT"] = _agent(login)
    m.dial(caller, leg, at)
    return leg


def takes_call(m: Mirror, login: Channel, bridge: str, at: float) -> Channel:
    """The leg of the conversation that a logged-in agent is put into, with the caller who is there already.

    Nobody is when a restart reads the shift again without its older calls, which are on record.
    """
    m.logins[login.id] = login
    caller = next(iter(m.bridges[bridge].values()))
    leg = next((d.dest for d in caller.dials if d.dest.stands_for is login and d.dest.gone_at is None), None)
    if leg is None:
        leg = _leg(m, login, caller, at)
    m.state(leg, "Up", at)
    m.channels[login.id] = leg
    listened_on(m, login, leg, at)
    return leg


def call_over(m: Mirror, leg: Channel, login: Channel, at: float) -> None:
    """The agent is back, and waits for the next call."""
    m.channels[login.id] = login
    listened_on(m, leg, login, at)
    m.end(leg, at)


def listened_on(m: Mirror, before: Channel, now: Channel, at: float) -> None:
    """Whoever listens to the agent goes on listening, without a word from the PBX."""
    for spying in before.spied_by:
        if spying.stopped_at is None:
            spying.stopped_at = at
            m.spy(spying.spyer, now, at)
