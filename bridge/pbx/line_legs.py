"""Begins and ends the legs of calls on agents' lines, and the lines that remain after a call (see ``lines``)."""

from __future__ import annotations

from bridge.pbx import lines
from bridge.pbx.channel import Channel
from bridge.pbx.joining import Joining
from bridge.pbx.spying import Spies
from bridge.pbx.state import State


class LineLegs:
    """Only this class writes a channel's ``leg_now``."""

    __slots__ = ("_joining", "_spies", "_state")

    def __init__(self, state: State, joining: Joining, spies: Spies) -> None:
        self._state = state
        self._joining = joining
        self._spies = spies

    def _leg(self, line: Channel, caller: Channel, before: int, at: float) -> Channel:
        """A leg for one call on a line. ``before``: how many legs the line had in this call."""
        # The id does not depend on what else was heard: the journal keeps the call's messages by it.
        phone = lines.phone_behind(line) or line
        leg = self._state.new(f"{line.id}#{caller.id}#{before}", phone.name, at)
        leg.once, leg.seen_from_start, leg.stands_for = line.once, True, line
        leg.sip_call_id = phone.sip_call_id
        return leg

    def _login_leg(self, login: Channel, caller: Channel, at: float) -> Channel:
        leg = self._leg(login, caller, sum(d.dest.stands_for is login for d in caller.dials), at)
        leg.variables["CALLBRIDGE_AGENT"] = lines.agent_named(login)
        self._joining.dial(caller, leg, at)
        return leg

    def room_leg(self, line: Channel, caller: Channel, at: float) -> Channel:
        """Begins the leg of a call that came to an agent who sits in a conference room."""
        group = caller.group
        before = sum(c.stands_for is line for c in group.channels) if group is not None else 0
        leg = self._leg(line, caller, before, at)
        for each in (lines.phone_behind(line) or line, line):
            if "CALLBRIDGE_AGENT" in each.variables:
                leg.variables["CALLBRIDGE_AGENT"] = each.variables["CALLBRIDGE_AGENT"]
        leg.running = line.running
        lines.keep_muted_and_held(line, leg, at)
        line.sits = True
        self._put_on(line, leg, at)
        self._joining.join(leg, caller)
        return leg

    def _put_on(self, line: Channel, leg: Channel, at: float) -> None:
        """A leg is now the one on the line."""
        self._state.outlives_calls(line)
        self._state.set_state(leg, "Up", at)
        line.leg_now = leg
        self._spies.follow(line, leg, at)

    def ask_agent(self, caller: Channel, at: float) -> None:
        """A caller runs AgentRequest: the logged-in agent is rung, and may have to accept the call by a key."""
        login = lines.login_of(lines.agent_named(caller), self._state.channels.values())
        if login is not None:
            self._state.set_state(self._login_leg(login, caller, at), "Ringing", at)

    def login_takes_call(self, login: Channel, caller: Channel, at: float) -> Channel:
        """A logged-in agent is bridged with a caller: her leg of that conversation."""
        # After a restart the shift is read again without its finished calls, so the caller's request may be missing.
        leg = lines.offered_leg(caller, login) or self._login_leg(login, caller, at)
        self._put_on(login, leg, at)
        return leg

    def over(self, leg: Channel, line: Channel, at: float) -> None:
        """A leg is over: the agent's line is free for the next call."""
        line.leg_now = None
        self._spies.follow(leg, line, at)

    def line_left_of(self, channel: Channel, last: Channel, at: float) -> Channel:
        """The line that remains of an agent's channel in a conference room when its call is over. ``last``: the
        channel whose end ended the call."""
        line = self._state.outlive(channel, last, at)
        line.music = channel.music
        line.once, line.running, line.linkedids = channel.once, channel.running, [*channel.linkedids]
        line.steps, line.variables = channel.steps[-1:], dict(channel.variables)
        line.sip_call_id, line.caller_number = channel.sip_call_id, channel.caller_number
        line.context, line.exten = channel.context, channel.exten
        line.seen_from_start, line.sits = channel.seen_from_start, True
        self._state.set_state(line, "Up", at)
        lines.keep_muted_and_held(channel, line, at)
        self._spies.follow(channel, line, at)
        return line
