"""When to look at a call that is over: to write its record, and later to forget it."""

from __future__ import annotations

from heapq import heappop, heappush
from math import inf

from bridge.pbx.channel import Group
from bridge.pbx.visibility import Visibility

GRACE = 0.1
"""Seconds between the last channel's end and the record: AMI sends a call's last events after its last Hangup."""
ARI_GRACE = 0.5
"""The same while a SIP Call-ID is missing, which only ARI tells: on a busy PBX ARI lags behind AMI."""
SIP = ("PJSIP", "SIP")
"""Technologies whose channels have a SIP Call-ID."""
REMEMBERED = 10.0
"""Seconds for which a written call still takes late facts, which make a new revision of its record."""
MUCH = 1_000
"""Channels, stays in bridges, dials and spyings: calls with so many of them in all are analysed in less than a tenth
of a second, however entangled they are."""


class Schedule:
    """The calls to look at, of one PBX. Times are by our own clock. Only this class writes ``Group.due``, and with
    the mirror's ``judged`` ``Group.settled``."""

    __slots__ = ("_due", "_looks", "_visibility", "arrived", "soonest")

    def __init__(self, visibility: Visibility) -> None:
        self._visibility = visibility
        self.arrived = 0.0
        """When the present fact arrived, set by whoever brings it; ``fact.at`` may be by the PBX's clock."""
        self._due: list[tuple[float, int, Group]] = []
        """Heap of the times at which to write or to forget calls whose last channel is gone."""
        self.soonest = inf
        """The first of these times; a call that it was for may be scheduled for later by now."""
        self._looks = 0

    def wait_for_late(self, group: Group) -> None:
        """Gives a call that is over time for its last facts; a written one will be looked at again."""
        self.look_at(group, self.arrived + (ARI_GRACE if self._is_owed_call_id(group) else GRACE))
        group.settled = False

    def _is_owed_call_id(self, group: Group) -> bool:
        if self._visibility.ari_identifies:
            for channel in group.channels:
                if channel.sip_call_id is None and channel.technology in SIP:
                    return True
        return False

    def look_at(self, group: Group, at: float) -> None:
        """Schedules a call for a time; an earlier schedule of it is dropped."""
        group.due = at
        self._looks += 1
        heappush(self._due, (at, self._looks, group))
        self.soonest = self._due[0][0]

    def cancel(self, group: Group) -> None:
        """A call is not to be looked at: it goes on after all, or is forgotten."""
        group.due = None

    def clock_set(self, by: float) -> None:
        """Our own clock was set: what was due in a second is still due in a second."""
        self.arrived += by
        self.soonest += by
        for index, (at, look, group) in enumerate(self._due):
            if group.due == at:
                group.due = at + by
            self._due[index] = (at + by, look, group)

    def is_much_due(self, now: float) -> bool:
        """Whether the calls that are due by now are so many, or so large, that to analyse them takes long."""
        due, waiting, much = self._due, [0], 0
        while waiting:
            place = waiting.pop()
            if place < len(due) and due[place][0] <= now:
                at, _, group = due[place]
                if group.due == at:
                    for channel in group.channels:
                        much += 1 + len(channel.spied_by) + len(channel.stays) + len(channel.dials)
                        if much > MUCH:
                            return True
                waiting += (2 * place + 1, 2 * place + 2)  # the children in the heap
        return False

    def next_due(self) -> tuple[float, Group] | None:
        """The first call that is to be looked at, and when."""
        due = self._due
        while due:
            at, _, group = due[0]
            if group.due == at:
                self.soonest = at
                return at, group
            heappop(due)
        self.soonest = inf
        return None

    @property
    def waiting(self) -> int:
        """How many times are scheduled."""
        return len(self._due)
