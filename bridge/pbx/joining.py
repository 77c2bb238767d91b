"""Joins the calls of two channels into one: by a dial, a pickup, the halves of a Local channel and so on."""

from __future__ import annotations

from bridge.pbx.changes import Changes
from bridge.pbx.channel import Channel, Dial, Group
from bridge.pbx.schedule import Schedule


class Joining:
    """Only this class writes a channel's dials, its other half and its group."""

    __slots__ = ("_changes", "_schedule", "in_progress")

    def __init__(self, schedule: Schedule, changes: Changes) -> None:
        self._schedule = schedule
        self._changes = changes
        self.in_progress: set[Group] = set()
        """Calls with a live channel."""

    def alone(self, channel: Channel) -> None:
        """A new channel is a call of its own."""
        self.in_progress.add(Group(channel))

    def over(self, group: Group) -> None:
        """The last channel of a call has ended."""
        self.in_progress.discard(group)

    def join(self, a: Channel, b: Channel) -> None:
        """The calls of two channels become one."""
        ga, gb = a.group, b.group
        if ga is gb:
            return
        assert ga is not None
        assert gb is not None
        group, other = (ga, gb) if len(ga.channels) >= len(gb.channels) else (gb, ga)
        group.absorb(other)
        self.in_progress.discard(other)
        if group.live:
            self.in_progress.add(group)
        if group.live and group.due is not None:
            self._schedule.cancel(group)
        if self._changes.watched:
            self._changes.mark_call(ga)
            self._changes.mark_call(gb)

    def pair(self, one: Channel, two: Channel) -> None:
        """Two channels are the halves of a Local channel."""
        one.other_half, two.other_half = two, one
        self.join(one, two)

    def dial(self, caller: Channel | None, dest: Channel, at: float) -> Dial:
        """The dial of a called channel: made now, unless it is known. Its caller may become known only now."""
        dial = dest.dial
        if dial is None:
            dial = dest.dial = Dial(caller, dest, at)
        elif dial.caller is None and caller is not None:
            dial.caller = caller
        else:
            return dial
        if caller is not None:
            caller.dials.append(dial)
            self.join(caller, dest)
        return dial

    def inherit_dial(self, dial: Dial, caller: Channel) -> None:
        """A transfer put another caller in the place of the one who dialled."""
        dial.caller, dial.inherited = caller, True
        caller.dials.append(dial)
        self.join(caller, dial.dest)

    def pick_up(self, caller: Channel, dest: Channel, status: str, at: float) -> None:
        """``dest`` was not dialled: its phone picked up the call that rang elsewhere."""
        self.join(caller, dest)
        dial = Dial(caller, dest, dest.created_at)
        dial.status, dial.ended_at = status, at
        caller.dials.append(dial)
