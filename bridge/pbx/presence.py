"""Channels enter bridges, leave them and end; and what follows for agents' lines (``lines``) among them."""

from __future__ import annotations

from bridge.pbx import lines
from bridge.pbx.bridges import HOLDING, NOBODY, Bridges
from bridge.pbx.changes import Changes
from bridge.pbx.channel import Channel
from bridge.pbx.joining import Joining
from bridge.pbx.line_legs import LineLegs
from bridge.pbx.lines import Lines
from bridge.pbx.schedule import Schedule
from bridge.pbx.spying import Spies
from bridge.pbx.state import State
from bridge.pbx.visibility import Visibility


class Presence:
    """Only this class writes a channel's ``gone_at``."""

    __slots__ = (
        "_bridges", "_changes", "_joining", "_line_legs", "_lines", "_schedule", "_spies", "_state", "_visibility",
    )  # fmt: skip

    def __init__(
        self,
        state: State,
        visibility: Visibility,
        schedule: Schedule,
        spies: Spies,
        joining: Joining,
        bridges: Bridges,
        agents: Lines,
        line_legs: LineLegs,
        changes: Changes,
    ) -> None:
        self._state = state
        self._visibility = visibility
        self._schedule = schedule
        self._spies = spies
        self._lines = agents
        self._changes = changes
        self._joining = joining
        self._bridges = bridges
        self._line_legs = line_legs

    def closed(self, bridge: str, at: float) -> None:
        """A bridge is destroyed: channels that are still in it leave it."""
        for channel in self._bridges.in_it(bridge):
            self.leave(channel, at)
        self._bridges.closed(bridge)

    # -- entering

    def enter(self, channel: Channel, bridge: str, at: float, technology: str = "") -> None:
        if channel.bridge_now == bridge:
            return
        line = channel.stands_for
        if line is not None and channel.bridge_now is not None:
            self.leave(channel, at)  # that ends the leg, and the line goes on
            channel = line
        if bridge in self._bridges.inside and technology != HOLDING:
            if technology and channel.is_login:
                first = next(iter(self._bridges.inside[bridge].values()))
                channel = self._line_legs.login_takes_call(channel, first, at)
            if not self._bridges.waits(channel, bridge):
                channel = self._meet(channel, bridge, at)
        elif technology != HOLDING and self._lines.is_kept_waiting(channel):
            # A line from now on: her Linkedid must not join the next caller to her.
            self._state.outlives_calls(channel)
        if channel.bridge_now is not None:
            self.leave(channel, at)
        if technology == HOLDING:
            self._bridges.hold(bridge)
        other = self._bridges.partner(bridge, channel)
        waits = self._bridges.waits(channel, bridge)
        self._bridges.put_in(channel, bridge, at)
        if other is not None:
            if not waits:
                self._joining.join(other, channel)
        elif bridge not in self._bridges.holding and channel.requests_agent:
            self._line_legs.ask_agent(channel, at)
        self._see_who_waits(bridge, at)

    def _meet(self, newcomer: Channel, bridge: str, at: float) -> Channel:
        """A channel enters a bridge with others. Returns what enters: the channel, or the leg of the call if it is a
        line."""
        room, agents = self._bridges.inside[bridge], self._lines
        if room.is_one_call(newcomer):
            return newcomer
        callers = (c for c in room.callers(newcomer) if agents.brings_call(c))
        if agents.brings_call(newcomer):
            if not any(map(self._bridges.is_somebody, callers)):
                self._call_comes([*room.hearing(newcomer)], newcomer, bridge, at)
            return newcomer
        caller = next(callers, None)
        if caller is None or caller.group is None or not agents.sits_before(newcomer, caller.group):
            return newcomer
        return self._line_legs.room_leg(newcomer, caller, at)

    def _call_comes(self, inside: list[Channel], caller: Channel, bridge: str, at: float) -> None:
        """A call comes into a room where agents sit: each line takes it on a leg of its own."""
        # Legs on lines come last: their old calls end then, and no other agent may seem to be left alone in one.
        there = sorted(inside, key=lambda c: c.stands_for is not None)
        free = [line for c in there if (line := self._free_line(c, caller, bridge, at)) is not None]
        for line in free:
            self.leave(line, at)  # all lines before any leg enters: no leg may seem to be without a caller
        for line in free:
            self._bridges.put_in(self._line_legs.room_leg(line, caller, at), bridge, at)

    def _free_line(self, each: Channel, caller: Channel, bridge: str, at: float) -> Channel | None:
        """The line of a channel in the room, if the call that comes gets a leg on it."""
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
        """Music starts or stops for a channel."""
        channel.music = playing
        if channel.bridge_now is not None:
            self._bridges.changed(channel)
            self._see_who_waits(channel.bridge_now, at)

    def _see_who_waits(self, bridge: str, at: float) -> None:
        """After somebody entered or left a bridge: those who waited for that hear the others now, or wait again."""
        room = self._bridges.inside.get(bridge)
        if room is None or not room.is_otherwise():
            return
        for each in room.may_change(bridge in self._bridges.holding):
            if each.bridge_now != bridge:
                continue
            waited = each.stays[-1].holding
            if waited != self._bridges.waits(each, bridge):
                self._bridges.take_out(each, bridge, at)
                if waited:
                    self.enter(each, bridge, at)
                else:
                    self._bridges.put_in(each, bridge, at)

    # -- leaving

    def leave(self, channel: Channel, at: float) -> None:
        """A channel leaves its bridge, if it is in one. The leg of a call on a line ends by that."""
        bridge = channel.bridge_now
        if bridge is None:
            return
        line = channel.stands_for
        if line is not None and line.is_local and (phone := lines.phone_behind(line)) is not None:
            channel.hangup_request = channel.hangup_request or phone.hangup_request
        inside = self._bridges.take_out(channel, bridge, at)
        if line is not None:
            self._call_over(channel, line, at)
        if channel.dials and channel.requests_agent:
            self._ask_no_more(channel, at)
        if inside:
            self._see_who_waits(bridge, at)
            if self._state.lines:
                self._end_calls_without_caller(bridge, at)

    def _call_over(self, leg: Channel, line: Channel, at: float) -> None:
        """A leg is over: the agent's line is free for the next call."""
        self._line_legs.over(leg, line, at)
        self.end(leg, at)

    def _ask_no_more(self, caller: Channel, at: float) -> None:
        """A caller no longer waits for a logged-in agent: the agent's leg ends."""
        for dial in caller.dials:
            if dial.dest.stands_for is not None and dial.dest.up_at is None:
                self.end(dial.dest, at)

    def _end_calls_without_caller(self, bridge: str, at: float) -> None:
        """After somebody left a conference room: if only agents who sit there remain, the call on their lines is
        over."""
        room = self._bridges.inside.get(bridge, NOBODY)
        on_lines = [(leg, line) for leg in room.on_lines() if (line := leg.stands_for) is not None and line.sits]
        if not on_lines or any(map(self._bridges.is_somebody, room.not_on_lines())):
            return
        for leg, line in on_lines:
            self._bridges.take_out(leg, bridge, at)
            self._call_over(leg, line, at)
        for leg, line in reversed(on_lines):
            self._sit_again(leg, line, bridge, at)

    def _sit_again(self, leg: Channel, line: Channel, bridge: str, at: float) -> None:
        """The agent is in the room again on her line."""
        lines.keep_muted_and_held(leg, line, at)
        self._bridges.put_in(line, bridge, at)

    # -- ending

    def end(self, channel: Channel, at: float, unseen: bool = False) -> None:
        """A channel is gone. ``unseen``: its Hangup was not told."""
        if channel.gone_at is not None:
            return
        at = max(at, channel.created_at)  # times of different feeds may differ a little
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
            channel.taken_back(at)
        self._state.unlist_ended(channel)
        if self._changes.watched:
            self._changes.mark(channel)
        group = channel.group
        assert group is not None
        group.live -= 1
        if group.live == 0:
            self._joining.over(group)
            self._schedule.wait_for_late(group)
        elif group.live == 1:
            stays = self._lines.stays_behind(group)
            if stays is not None and not self._bridges.has_company(stays):
                self._sit_on(stays, channel, at)

    def _sit_on(self, channel: Channel, last: Channel, at: float) -> Channel:
        """A channel's call is over, and a line of it remains in the room. ``last``: the channel whose end ended the
        call."""
        bridge = channel.bridge_now
        if bridge is not None:
            self._bridges.take_out(channel, bridge, max(at, channel.created_at))
        line = self._line_legs.line_left_of(channel, last, at)
        if bridge is not None:
            self._bridges.put_in(line, bridge, at)
        self.end(channel, at)
        return line
