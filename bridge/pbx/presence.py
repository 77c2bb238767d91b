"""Channels come into bridges, leave them and end, and what that means to the agents' lines among them (``lines``)."""

from __future__ import annotations

from bridge.pbx import lines
from bridge.pbx.changes import Changes
from bridge.pbx.channel import Channel
from bridge.pbx.history import Stay
from bridge.pbx.lines import Lines
from bridge.pbx.rooms import Company, may_wait
from bridge.pbx.schedule import Schedule
from bridge.pbx.spying import Spies
from bridge.pbx.state import State
from bridge.pbx.visibility import Visibility

HOLDING = "holding_bridge"
"""The technology of a parking lot or a hold: those inside are not one call."""


class Presence:
    """Who is in which bridge of one PBX. It alone writes a channel's ``stays``, ``bridge_now``, ``gone_at`` and
    ``leg_now``."""

    __slots__ = (
        "_changes", "_lines", "_schedule", "_spies", "_state", "_visibility", "bridges", "created", "holding",
    )  # fmt: skip

    def __init__(
        self,
        state: State,
        visibility: Visibility,
        schedule: Schedule,
        spies: Spies,
        agents: Lines,
        changes: Changes,
    ) -> None:
        self._state = state
        self._visibility = visibility
        self._schedule = schedule
        self._spies = spies
        self._lines = agents
        self._changes = changes
        self.bridges: dict[str, dict[str, Channel]] = {}
        """Who is in each, by id."""
        self.created: set[str] = set()
        """Bridges whose creation was told, or that a snapshot listed, so that all in them are known."""
        self.holding: set[str] = set()
        """Parking lots and holds."""

    def opened(self, bridge: str) -> None:
        """A bridge is made: nobody is in it yet."""
        self.created.add(bridge)

    def closed(self, bridge: str, at: float) -> None:
        """A bridge is no more: whoever is in it still leaves it."""
        for channel in [*self.bridges.get(bridge, {}).values()]:
            self.leave(channel, at)
        self.holding.discard(bridge)
        self.created.discard(bridge)

    # -- coming

    def enter(self, channel: Channel, bridge: str, at: float, technology: str = "") -> None:
        if channel.bridge_now == bridge:
            return
        line = channel.stands_for
        if line is not None and channel.bridge_now is not None:
            self.leave(channel, at)  # which is the end of that leg: the line goes on
            channel = line
        if bridge in self.bridges and technology != HOLDING:
            if technology and channel.is_login:
                channel = self._login_takes_call(channel, bridge, at)
            if not self._waits(channel, bridge):
                channel = self._meet(channel, bridge, at)
        elif technology != HOLDING and self._lines.is_kept_waiting(channel):
            self._state.outlives_calls(channel)  # whoever comes to her next bears her Linkedid, and is a call
        if channel.bridge_now is not None:
            self.leave(channel, at)
        if technology == HOLDING:
            self.holding.add(bridge)
        inside = self._together(bridge, channel)
        other = _partner(inside) if inside and not self._waits(channel, bridge) else None
        self._put_in(channel, bridge, at)
        if other is not None:
            self._state.join(other, channel)
        elif not inside and bridge not in self.holding and channel.requests_agent:
            self._ask_agent(channel, at)
        self._see_who_waits(bridge, at)

    def _put_in(self, channel: Channel, bridge: str, at: float) -> None:
        is_holding = self._waits(channel, bridge)
        channel.bridge_now = bridge
        channel.stays.append(Stay(bridge, at, is_holding))
        if bridge not in self.created:
            self._visibility.others_before(channel, at)
        if not is_holding and not channel.seen_from_start:
            channel.up_at = channel.up_at or at
        self.bridges.setdefault(bridge, {})[channel.id] = channel
        if self._changes.watched:
            self._changes.mark(channel)

    def _meet(self, newcomer: Channel, bridge: str, at: float) -> Channel:
        """Somebody comes to others. What enters is the newcomer, or the leg of the call there if it is a line."""
        inside, group, agents = self._together(bridge, newcomer), newcomer.group, self._lines
        for each in inside:
            if each.group is not group or each.stands_for is not None:
                break
        else:
            return newcomer  # one call as it is, on no line
        if agents.brings_call(newcomer):
            if not any(agents.brings_call(c) and self._is_somebody(c) for c in inside):
                self._call_comes(inside, newcomer, bridge, at)
            return newcomer
        caller = next((c for c in inside if agents.brings_call(c)), None)
        if caller is None or caller.group is None or not agents.sits_before(newcomer, caller.group):
            return newcomer
        return self._room_leg(newcomer, caller, at)

    def _call_comes(self, inside: list[Channel], caller: Channel, bridge: str, at: float) -> None:
        """A call comes to those who sit in a room: each line takes it on a leg of its own."""
        # Whose leg ends last is not left alone in that call: the legs that stand for a line after the others.
        there = sorted(inside, key=lambda c: c.stands_for is not None)
        free = [line for c in there if (line := self._free_line(c, caller, bridge, at)) is not None]
        for line in free:
            self.leave(line, at)  # all of them first: nobody is to be left without a caller
        for line in free:
            self._put_in(self._room_leg(line, caller, at), bridge, at)

    def _free_line(self, each: Channel, caller: Channel, bridge: str, at: float) -> Channel | None:
        """The line of somebody in the room already, if the call that comes is to have a leg on it."""
        line = each
        if each.group is caller.group:
            if each.stands_for is not None:
                return None
        elif each.stands_for is not None:
            line = each.stands_for
            if not line.sits:
                return None
            self.leave(each, at)  # her old call goes on without her
            self._sit_again(each, line, bridge, at)
        elif each.is_party and self._lines.is_staff(each) and self._lines.has_customer(each.group):
            line = self._sit_on(each, caller, at)
        return line if caller.group is not None and self._lines.sits_before(line, caller.group) else None

    # -- waiting

    def hears_music(self, channel: Channel, playing: bool, at: float) -> None:
        """A channel hears music from now on, or no longer."""
        channel.music = playing
        if channel.bridge_now is not None:
            self._see_who_waits(channel.bridge_now, at)

    def _waits(self, channel: Channel, bridge: str) -> bool:
        """Whether somebody in a bridge hears nobody: parked, held, or waiting for a room's leader."""
        if bridge in self.holding:
            return True
        if not may_wait(channel):
            return False
        others = [c for c in self.bridges.get(bridge, {}).values() if c is not channel]
        return Company([*others, channel]).waits_for_leader(channel)

    def _together(self, bridge: str, newcomer: Channel) -> list[Channel]:
        """Those in a bridge who hear one another, and somebody who comes."""
        inside = self.bridges.get(bridge, {})
        company = Company([newcomer, *inside.values()])
        return [c for c in inside.values() if not c.stays[-1].holding and not company.waits_for_leader(c)]

    def _see_who_waits(self, bridge: str, at: float) -> None:
        """Somebody has come into a bridge or left it: whoever waited for that hears the others, or waits again."""
        company: Company | None = None
        for each in [*self.bridges.get(bridge, {}).values()]:
            if each.bridge_now != bridge:
                continue
            if company is None:
                company = Company(self.bridges[bridge].values())
            waited = each.stays[-1].holding
            if waited != (bridge in self.holding or company.waits_for_leader(each)):
                company = None  # another one from here on
                self._take_out(each, bridge, at)
                if waited:
                    self.enter(each, bridge, at)
                else:
                    self._put_in(each, bridge, at)

    # -- a call on a line

    def _leg(self, line: Channel, caller: Channel, before: int, at: float) -> Channel:
        """A leg for one call on a line. ``before``: how many legs the line had in this call."""
        # The id is the same whatever else was heard: the journal keeps by it what is told of the call.
        phone = lines.phone_behind(line) or line
        leg = self._state.new(f"{line.id}#{caller.id}#{before}", phone.name, at)
        leg.once, leg.seen_from_start, leg.stands_for = line.once, True, line
        leg.sip_call_id = phone.sip_call_id
        return leg

    def _login_leg(self, login: Channel, caller: Channel, at: float) -> Channel:
        leg = self._leg(login, caller, sum(d.dest.stands_for is login for d in caller.dials), at)
        leg.variables["CALLBRIDGE_AGENT"] = lines.agent_named(login)
        self._state.dial(caller, leg, at)
        return leg

    def _room_leg(self, line: Channel, caller: Channel, at: float) -> Channel:
        group = caller.group
        before = sum(c.stands_for is line for c in group.channels) if group is not None else 0
        leg = self._leg(line, caller, before, at)
        for each in (lines.phone_behind(line) or line, line):
            if "CALLBRIDGE_AGENT" in each.variables:
                leg.variables["CALLBRIDGE_AGENT"] = each.variables["CALLBRIDGE_AGENT"]
        leg.running = line.running
        lines.keep_muted_and_held(line, leg, at)
        line.sits = True
        self._is_on(line, leg, at)
        self._state.join(leg, caller)
        return leg

    def _is_on(self, line: Channel, leg: Channel, at: float) -> None:
        """The call of this leg is the one on the line now."""
        self._state.outlives_calls(line)
        self._state.set_state(leg, "Up", at)
        line.leg_now = leg
        self._spies.follow(line, leg, at)

    def _ask_agent(self, caller: Channel, at: float) -> None:
        """A caller has AgentRequest find a logged-in agent, who may have to acknowledge the call by a key."""
        login = lines.login_of(lines.agent_named(caller), self._state.channels.values())
        if login is not None:
            self._state.set_state(self._login_leg(login, caller, at), "Ringing", at)

    def _login_takes_call(self, login: Channel, bridge: str, at: float) -> Channel:
        """The leg of the conversation that a logged-in agent is put into, with the caller who is there already."""
        caller = next(iter(self.bridges[bridge].values()))
        # A restart reads the shift again without its older calls, which are on record: then nobody has asked for her.
        leg = lines.offered_leg(caller, login) or self._login_leg(login, caller, at)
        self._is_on(login, leg, at)
        return leg

    # -- leaving

    def leave(self, channel: Channel, at: float) -> None:
        """A channel leaves the bridge it is in, if it is in one; and its call, if it is a line's leg."""
        bridge = channel.bridge_now
        if bridge is None:
            return
        line = channel.stands_for
        if line is not None and line.is_local and (phone := lines.phone_behind(line)) is not None:
            channel.hangup_request = channel.hangup_request or phone.hangup_request  # whose leg this was
        inside = self._take_out(channel, bridge, at)
        if line is not None:
            self._call_over(channel, line, at)
        if channel.dials and channel.requests_agent:
            self._ask_no_more(channel, at)
        if inside:
            self._see_who_waits(bridge, at)
            if self._state.lines:
                self._end_calls_without_caller(bridge, at)

    def _take_out(self, channel: Channel, bridge: str, at: float) -> dict[str, Channel] | None:
        """Who is in the bridge still."""
        inside = self.bridges.get(bridge)
        if inside is not None:
            inside.pop(channel.id, None)
            if not inside:
                del self.bridges[bridge]
        channel.bridge_now = None
        stay, request = channel.stays[-1], channel.hangup_request
        # Who has hung up is out of the conversation, though the PBX takes her out of the bridge a little later.
        stay.left_at = request.at if request is not None and stay.entered_at <= request.at < at else at
        if self._changes.watched:
            self._changes.mark(channel)
        return inside

    def _call_over(self, leg: Channel, line: Channel, at: float) -> None:
        """The agent's line is free for the next call."""
        line.leg_now = None
        self._spies.follow(leg, line, at)
        self.end(leg, at)

    def _ask_no_more(self, caller: Channel, at: float) -> None:
        """The caller, or the queue behind, waits for the agent no longer."""
        for dial in caller.dials:
            if dial.dest.stands_for is not None and dial.dest.up_at is None:
                self.end(dial.dest, at)

    def _end_calls_without_caller(self, bridge: str, at: float) -> None:
        """Somebody has left a conference room: if only agents who sit in it are left, their call is over."""
        inside = [c for c in self.bridges.get(bridge, {}).values() if not c.stays[-1].holding]
        on_lines = [(leg, line) for leg in inside if (line := leg.stands_for) is not None and line.sits]
        if not on_lines or any(c.stands_for is None and self._is_somebody(c) for c in inside):
            return
        for leg, line in on_lines:
            self._take_out(leg, bridge, at)
            self._call_over(leg, line, at)
        for leg, line in reversed(on_lines):
            self._sit_again(leg, line, bridge, at)

    def _sit_again(self, leg: Channel, line: Channel, bridge: str, at: float) -> None:
        """The agent is in the room again on her line, as she was before the call."""
        lines.keep_muted_and_held(leg, line, at)
        self._put_in(line, bridge, at)

    # -- ending

    def end(self, channel: Channel, at: float, unseen: bool = False) -> None:
        """A channel is gone. ``unseen``: nobody told when."""
        if channel.gone_at is not None:
            return
        at = max(at, channel.created_at)  # the fact that told of it first may bear a later time
        channel.gone_at, channel.gone_unseen = at, unseen
        if channel.bridge_now is not None:
            self.leave(channel, self._visibility.last_seen(channel, at) if unseen else at)
        if channel.spies or channel.spied_by or self._spies.seeking:
            self._spies.ended(channel, at)
        if channel.queue_stays and (stay := channel.queue_stays[-1]).left_at is None:
            stay.left_at = at
            if self._changes.watched:
                self._changes.mark_queue(stay.queue.name)
        if channel.holds and channel.holds[-1][1] is None:
            channel.holds[-1] = (channel.holds[-1][0], at)
        self._state.unlist_ended(channel)
        if self._changes.watched:
            self._changes.mark(channel)
        group = channel.group
        assert group is not None
        group.live -= 1
        if group.live == 0:
            self._schedule.wait_for_late(group)
        elif group.live == 1:
            stays = self._lines.stays_behind(group)
            if stays is not None and not self._has_company(stays):
                self._sit_on(stays, channel, at)

    def _has_company(self, channel: Channel) -> bool:
        inside = self.bridges.get(channel.bridge_now or "", {})
        return any(c is not channel and self._is_somebody(c) for c in inside.values())

    def _sit_on(self, channel: Channel, last: Channel, at: float) -> Channel:
        """The line that is left of a channel in a room when its call is over. ``last``: whose end ended the call."""
        bridge = channel.bridge_now
        if bridge is not None:
            self._take_out(channel, bridge, max(at, channel.created_at))
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
        if bridge is not None:
            self._put_in(line, bridge, at)
        self.end(channel, at)
        return line

    def _is_somebody(self, channel: Channel) -> bool:
        """Whether a person is behind a channel now; nobody is behind one that records or announces."""
        if not channel.is_local:
            return channel.is_party
        half = channel.other_half
        if half is None or half.gone_at is not None:
            return False
        together = len(self.bridges.get(half.bridge_now, {})) if half.bridge_now is not None else 0
        return together > 1 or any(d.dest.gone_at is None for d in half.dials)


def _partner(inside: list[Channel]) -> Channel:
    """The channel inside whose call a newcomer joins: a person if there is one, for a conference room's recording,
    which has a Local channel of its own, belongs to no call in particular."""
    return next((c for c in inside if c.is_party), inside[0])
