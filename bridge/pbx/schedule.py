"""When to look at a call that is over: to write its record, and later to forget it.

It alone writes ``Group.due`` and, but for the record's own writer, ``Group.settled``.
"""

from __future__ import annotations

from heapq import heappop, heappush

from bridge.pbx.channel import Group
from bridge.pbx.visibility import Visibility

GRACE = 0.1
"""Seconds between the last channel's end and the record: AMI sends a call's last events after its last Hangup."""
ARI_GRACE = 0.5
"""The same while ARI owes the SIP Call-ID of a channel, which it alone tells: on a busy PBX it comes after AMI."""
SIP = ("PJSIP", "SIP")
"""Technologies whose channels have a SIP Call-ID."""
REMEMBERED = 10.0
"""Seconds for which a written call still takes a late fact, which then makes a new revision of its record."""
MUCH = 1_000
"""Channels, their times in bridges, their dials and those who listen to them: calls of so many in all are analysed in
less than a tenth of a second, however they are entangled."""


class Schedule:
    """Of one PBX. Its times are our own clock's."""

    __slots__ = ("_looks", "_visibility", "arrived", "due")

    def __init__(self, visibility: Visibility) -> None:
        self._visibility = visibility
        self.arrived = 0.0
        """When the fact in hand arrived, by our own clock, set by whoever brings it; ``fact.at`` may be the PBX's."""
        self.due: list[tuple[float, int, Group]] = []
        """Heap of the times at which to write, or forget, calls whose last channel has gone."""
        self._looks = 0

    def wait_for_late(self, group: Group) -> None:
        """Gives a call that is over time for its last facts; one that is written already is looked at again."""
        self.look_at(group, self.arrived + (ARI_GRACE if self._is_owed_call_id(group) else GRACE))
        group.settled = False

    def _is_owed_call_id(self, group: Group) -> bool:
        if self._visibility.ari_identifies:
            for channel in group.channels:
                if channel.sip_call_id is None and channel.technology in SIP:
                    return True
        return False

    def look_at(self, group: Group, at: float) -> None:
        """Has `next_due` give a call that is over at that time, and at no earlier one."""
        group.due = at
        self._looks += 1
        heappush(self.due, (at, self._looks, group))

    def cancel(self, group: Group) -> None:
        """A call is not to be looked at any more: it goes on after all, or is forgotten."""
        group.due = None

    def clock_set(self, by: float) -> None:
        """Our own clock was set: what was due in a second still is."""
        self.arrived += by
        for index, (at, look, group) in enumerate(self.due):
            if group.due == at:
                group.due = at + by
            self.due[index] = (at + by, look, group)

    def is_due(self, now: float) -> bool:
        """Whether a call may have to be looked at by now."""
        due = self.due
        return bool(due) and due[0][0] <= now

    def is_much_due(self, now: float) -> bool:
        """Whether calls of so many channels, bridges, dials and listeners are due by now that to look at them takes
        long."""
        due, waiting, much = self.due, [0], 0
        while waiting:
            place = waiting.pop()
            if place < len(due) and due[place][0] <= now:
                at, _, group = due[place]
                if group.due == at:
                    for channel in group.channels:
                        much += 1 + len(channel.spied_by) + len(channel.stays) + len(channel.dials)
                        if much > MUCH:
                            return True
                waiting += (2 * place + 1, 2 * place + 2)  # as in every heap
        return False

    def next_due(self) -> tuple[float, Group] | None:
        """The call that is over and to be looked at first, and when."""
        due = self.due
        while due:
            at, _, group = due[0]
            if group.due == at:
                return at, group
            heappop(due)
        return None
