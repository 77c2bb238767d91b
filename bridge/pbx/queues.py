"""Queues: who is a member, who is ready, and who waits.

The tags of a waiting call depend on its queue while it waited: was a member ready, was one unreachable? The queue
keeps that as a history that reaches back to its oldest waiting caller.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bridge.pbx.queue_member import Member
from bridge.pbx.readiness import Readiness, ReadinessHistory
from bridge.vocabulary.facts import MemberChanged

MOST = 20_000
"""How many queues are remembered before names are dropped that are no queues of the PBX."""


class Queue:
    __slots__ = ("heard", "history", "known", "members", "name", "strategy", "unconfirmed", "waiting")

    def __init__(self, name: str) -> None:
        self.name = name
        self.strategy: str | None = None
        self.known = False
        """Whether all its members are known: from a snapshot, or because it is newer than one. Never by ARI alone."""
        self.heard = True
        """Whether a feed tells of its members now."""
        self.unconfirmed: set[str] = set()
        """Members that the snapshot in progress has not listed yet."""
        self.members: dict[str, Member] = {}
        self.history = ReadinessHistory()
        self.waiting: dict[int, float] = {}
        """When each stay began whose record is not written yet, by the stay's identity; the oldest first."""

    def tell(self, fact: MemberChanged) -> bool:
        """Notes a fact about a member. Returns whether its name or state interface is new."""
        interface = fact.interface
        if self.unconfirmed:
            self.unconfirmed.discard(interface)
        member = self.members.get(interface)
        if member is None:
            member = self.members[interface] = Member(fact)
            if self.history.count(member):
                self.noted(fact.at)
            return True
        before, member.told = member.told, fact
        if member.paused != fact.paused:
            member.paused, member.paused_at = fact.paused, fact.at
        member.status = fact.status
        if fact.ring_in_use is not None:
            member.ring_in_use = fact.ring_in_use
        if self.history.count(member):
            self.noted(fact.at)
        return before.member != fact.member or before.state_interface != fact.state_interface

    def drop(self, interface: str) -> Member | None:
        """Removes a member, if there is one."""
        member = self.members.pop(interface, None)
        if member is not None:
            member.paused = True
            self.history.count(member)
        return member

    def noted(self, at: float) -> None:
        """Adds the present readiness to the history if it has changed, and drops what no waiting call needs."""
        if self.waiting and self.heard:
            self.history.note(at, next(iter(self.waiting.values())))

    def begin_stay(self, at: float) -> QueueStay:
        """A caller begins to wait."""
        stay = QueueStay(self, at)
        self.waiting[id(stay)] = at
        self.noted(at)
        return stay

    def forget_stay(self, stay: QueueStay) -> None:
        """The record of a stay is written: its part of the history is no longer needed."""
        self.waiting.pop(id(stay), None)
        if not self.waiting and self.heard:
            self.history.begin_anew()

    def unheard(self, at: float) -> None:
        """From now on no feed tells who is ready, so nothing may be concluded."""
        self.history.unheard(at)
        self.heard = False

    def expect_list(self) -> None:
        """A snapshot begins, which lists every member."""
        self.unconfirmed.update(self.members)

    def list_ended(self, at: float) -> list[Member]:
        """A snapshot is over. Returns the members that it did not list: they were removed while callbridge was
        away."""
        removed = []
        if self.unconfirmed:
            removed = [member for interface in self.unconfirmed if (member := self.drop(interface)) is not None]
            self.unconfirmed.clear()
        if self.strategy is not None and (self.waiting or not self.known or not self.heard):
            self._all_known(at)
        return removed

    def _all_known(self, at: float) -> None:
        if not self.known or not self.waiting:
            self.history.begin_anew()  # the history so far was incomplete, or is not needed
        self.known = self.heard = True
        if self.waiting:
            self.noted(at)

    def between(self, start: float, end: float) -> list[tuple[float, float, Readiness]]:
        """As ``ReadinessHistory.between``; empty if the members are not all known."""
        return self.history.between(start, end) if self.known else []

    def nobody_ready(self, start: float, end: float) -> Iterator[tuple[float, float, Collection[Member]]]:
        """As ``ReadinessHistory.nobody_ready``; empty if the members are not all known."""
        return self.history.nobody_ready(start, end) if self.known else iter(())


class QueueStay:
    """One caller's stay in one queue, or attempt to enter it."""

    __slots__ = ("began_at", "joined_at", "left_at", "position", "queue", "status", "told")

    def __init__(self, queue: Queue, at: float) -> None:
        self.queue = queue
        self.began_at = at
        """When the dialplan began the Queue application."""
        self.joined_at: float | None = None
        self.left_at: float | None = None
        self.position: int | None = None
        self.status: str | None = None
        """QUEUESTATUS if the queue gave up on the caller: TIMEOUT, FULL, JOINEMPTY, LEAVEEMPTY, ..."""
        self.told = False
        """Whether queue events (AMI) tell of this stay, not only the dialplan."""

    def lasted_at(self, at: float) -> bool:
        return self.began_at <= at and (self.left_at is None or at <= self.left_at)


class Queues:
    """All queues of one PBX."""

    __slots__ = ("_most", "all_listed", "by_name")

    def __init__(self) -> None:
        self.by_name: dict[str, Queue] = {}
        self._most = MOST
        self.all_listed = False
        """Whether a snapshot has listed all queues: one that is new after that will have all its members told."""

    def list_ended(self, from_start: bool) -> None:
        """A snapshot has listed all queues. ``from_start``: whether it was seen from its beginning."""
        self.all_listed = from_start

    def make_room(self) -> Collection[str]:
        """Drops queues, if there are too many, that the PBX has not listed and in which nobody waits: a dialplan may
        take queue names from what callers type. Returns the names of those dropped."""
        if len(self.by_name) < self._most:
            return ()
        gone = [q.name for q in self.by_name.values() if q.strategy is None and not q.members and not q.waiting]
        for name in gone:
            del self.by_name[name]
        self._most = max(MOST, 2 * len(self.by_name))
        return gone

    def new(self, name: str, ami_is_lost: bool) -> Queue:
        """Adds a queue that was not known."""
        queue = self.by_name[name] = Queue(name)
        queue.known = self.all_listed and not ami_is_lost
        return queue
