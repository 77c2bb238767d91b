"""Agents who log in once and take every call on that line (AgentLogin, Asterisk's app_agent_pool).

Their channel lives as long as the shift, so it is no part of any call. Each conversation gets a leg of its own, which
stands for the channel while it lasts: what the PBX tells of the channel then is told of the leg.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.pbx.channel import Channel

if TYPE_CHECKING:
    from bridge.pbx.mirror import Mirror


def takes_call(m: Mirror, login: Channel, bridge: str, at: float) -> Channel:
    """The leg of the conversation that a logged-in agent is put into, with the caller who is there already.

    Nobody is when a restart reads the shift again without its older calls, which are on record.
    """
    m.logins[login.id] = login
    leg = m.new(f"{login.id}#{m.count + 1}", login.name, at)
    leg.once, leg.seen_from_start, leg.state, leg.up_at = login.once, True, "Up", at
    leg.variables["CALLBRIDGE_AGENT"] = login.running[1].split(",", 1)[0] if login.running else ""
    leg.stands_for = login
    m.channels[login.id] = leg
    caller = next(iter(m.bridges[bridge].values()))
    asked = caller.running[4] if caller.running and caller.running[0] == "AgentRequest" else at
    leg.ringing_at = m.dial(caller, leg, asked).began_at
    return leg


def call_over(m: Mirror, leg: Channel, login: Channel, at: float) -> None:
    """The agent is back, and waits for the next call."""
    m.channels[login.id] = login
    m.end(leg, at)


def only_waits(channels: list[Channel]) -> bool:
    """Whether a group is nothing but an agent's shift."""
    return all(any(s.application == "AgentLogin" for s in c.steps) for c in channels if c.is_party)
