"""All that is known of one PBX. Each part has one owner that writes it; ``apply`` applies facts to the owners."""

from __future__ import annotations

from bridge.pbx.bridges import Bridges
from bridge.pbx.changes import Changes
from bridge.pbx.devices import Devices
from bridge.pbx.forwards import Forwards
from bridge.pbx.joining import Joining
from bridge.pbx.line_legs import LineLegs
from bridge.pbx.lines import Lines
from bridge.pbx.members import Members
from bridge.pbx.paging import Paging
from bridge.pbx.phone_reports import PhoneReports
from bridge.pbx.presence import Presence
from bridge.pbx.queues import Queue, Queues
from bridge.pbx.recalls import Recalls
from bridge.pbx.schedule import Schedule
from bridge.pbx.spying import Spies
from bridge.pbx.state import State
from bridge.pbx.visibility import Visibility
from bridge.vocabulary.message import Source


class Pbx:
    """The owners, each built with those that it uses."""

    __slots__ = (
        "bridges", "changes", "devices", "forwards", "joining", "line_legs", "lines", "members", "paging",
        "phone_reports", "presence", "queues", "recalls", "schedule", "spies", "state", "visibility",
    )  # fmt: skip

    def __init__(self, primary: Source | None) -> None:
        self.changes = Changes()
        self.visibility = Visibility(primary)
        self.schedule = Schedule(self.visibility)
        self.spies = Spies(self.visibility, self.changes)
        self.phone_reports = PhoneReports(self.visibility, self.schedule)
        self.joining = Joining(self.schedule, self.changes)
        self.lines = Lines()
        self.bridges = Bridges(self.visibility, self.changes, self.lines)
        self.state = State(
            self.visibility, self.schedule, self.spies, self.phone_reports, self.joining, self.bridges, self.changes
        )  # fmt: skip
        self.line_legs = LineLegs(self.state, self.joining, self.spies)
        self.presence = Presence(
            self.state, self.visibility, self.schedule, self.spies, self.joining, self.bridges, self.lines,
            self.line_legs, self.changes,
        )  # fmt: skip
        self.queues = Queues()
        self.paging = Paging()
        self.recalls = Recalls()
        self.forwards = Forwards()
        self.devices = Devices()
        self.members = Members()
        """A device that has been a member of a queue is an agent's, unless configured otherwise."""

    def queue(self, name: str) -> Queue:
        """The queue of this name, which is added if it is new."""
        queue = self.queues.by_name.get(name)
        if queue is None:
            for gone in self.queues.make_room():
                self.changes.mark_queue(gone)
            queue = self.queues.new(name, "ami" in self.visibility.lost_since)
        return queue

    def call_member(self, device: str, member: str) -> None:
        """A queue calls a device, which is therefore a member."""
        self.members.add(device, member)
        self.forget_members()

    def forget_members(self) -> None:
        """Forgets the oldest former members, and marks them: they may no longer be agents."""
        for device in self.members.forget():
            if self.changes.tracked:
                self.changes.touch(device)
            if self.changes.watched:
                self.changes.mark_device(device)
