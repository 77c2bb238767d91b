"""Queues: who is a member, who is ready, and who waits.

A waiting call's tags need what its queue looked like while it waited: was a member ready, was one unreachable. The
queue keeps that as a short history, no longer than its oldest caller has waited.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bridge.pbx.queue_member import Member
from bridge.pbx.readiness import Readiness, ReadinessHistory
from bridge.vocabulary.facts import MemberChanged

MOST = 20_000
"""Queues that are remembered before those are forgotten that are none."""


class Queue:
    __slots__ = ("heard", "history", "known", "members", "name", "strategy", "unconfirmed", "waiting")

    def __init__(self, name: str) -> None:
        self.name = name
        self.strategy: str | None = None
        self.known = False
        """Whether all its members are known: from a snapshot, or because it is younger than that. Never by ARI."""
        self.heard = True
        """Whether its members are told of now."""
        self.unconfirmed: set[str] = set()
        """Members that a snapshot under way has not listed yet."""
        self.members: dict[str, Member] = {}
        self.history = ReadinessHistory()
        self.waiting: dict[int, float] = {}
        """Since when each stay that is not yet on record has lasted, by the stay's identity; the oldest first."""

    def tell(self, fact: MemberChanged) -> bool:
        """What is told of a member; whether it is called otherwise than before."""
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
        elif member.status == fact.status and fact.ring_in_use in (None, member.ring_in_use):
            return before.member != fact.member or before.state_interface != fact.state_interface
        member.status = fact.status
        if fact.ring_in_use is not None:
            member.ring_in_use = fact.ring_in_use
        if self.history.count(member):
            self.noted(fact.at)
        return before.member != fact.member or before.state_interface != fact.state_interface

    def drop(self, interface: str) -> Member | None:
        """Forgets a member, if there was one."""
        member = self.members.pop(interface, None)
        if member is not None:
            member.paused = True
            self.history.count(member)
        return member

    def noted(self, at: float) -> None:
        """Adds the present readiness to the history, if it is news, and forgets what no waiting call can ask for."""
        if self.waiting and self.heard:
            self.history.note(at, next(iter(self.waiting.values())))

    def begin_stay(self, at: float) -> QueueStay:
        """A caller comes, to wait."""
        stay = QueueStay(self, at)
        self.waiting[id(stay)] = at
        self.noted(at)
        return stay

    def forget_stay(self, stay: QueueStay) -> None:
        """The stay is on record: nobody asks any more what the queue looked like then."""
        self.waiting.pop(id(stay), None)
        if not self.waiting and self.heard:
            self.history.begin_anew()

    def unheard(self, at: float) -> None:
        """From now on nobody tells who is ready: nothing may be concluded from it."""
        self.history.unheard(at)
        self.heard = False

    def expect_list(self) -> None:
        """A snapshot begins, and lists every member that there still is."""
        self.unconfirmed.update(self.members)

    def list_ended(self, at: float) -> list[Member]:
        """A snapshot has listed every member; those that it did not were removed while we were away."""
        removed = []
        if self.unconfirmed:
            removed = [member for interface in self.unconfirmed if (member := self.drop(interface)) is not None]
            self.unconfirmed.clear()
        if self.strategy is not None and (self.waiting or not self.known or not self.heard):
            self._all_known(at)
        return removed

    def _all_known(self, at: float) -> None:
        if not self.known or not self.waiting:
            self.history.begin_anew()  # the list so far was not complete, or nobody asks for what was
        self.known = self.heard = True
        if self.waiting:
            self.noted(at)

    def between(self, start: float, end: float) -> list[tuple[float, float, Readiness]]:
        """As `ReadinessHistory.between`; empty where no feed told of any member."""
        return self.history.between(start, end) if self.known else []

    def nobody_ready(self, start: float, end: float) -> Iterator[tuple[float, float, Collection[Member]]]:
        """As `ReadinessHistory.nobody_ready`; none where no feed told of any member."""
        return self.history.nobody_ready(start, end) if self.known else iter(())


class QueueStay:
    """One caller's stay in one queue, or attempt to get in."""

    __slots__ = ("began_at", "joined_at", "left_at", "position", "queue", "status", "told")

    def __init__(self, queue: Queue, at: float) -> None:
        self.queue = queue
        self.began_at = at
        """When the dialplan began the Queue application."""
        self.joined_at: float | None = None
        self.left_at: float | None = None
        self.position: int | None = None
        self.status: str | None = None
        """QUEUESTATUS, where the queue gave up on the caller: TIMEOUT, FULL, JOINEMPTY, LEAVEEMPTY, ..."""
        self.told = False
        """Whether queue events (AMI) tell of this stay; otherwise only the dialplan does."""

    def lasted_at(self, at: float) -> bool:
        return self.began_at <= at and (self.left_at is None or at <= self.left_at)


class Queues:
    """All queues of one PBX."""

    __slots__ = ("_most", "all_listed", "by_name")

    def __init__(self) -> None:
        self.by_name: dict[str, Queue] = {}
        self._most = MOST
        self.all_listed = False
        """Whether every queue that is not known yet is younger than a snapshot, so that all its members will be."""

    def list_ended(self, from_start: bool) -> None:
        """A snapshot has listed all queues; ``from_start``: and was heard from its beginning."""
        self.all_listed = from_start

    def make_room(self) -> Collection[str]:
        """Forgets, before there are too many, those of which the PBX has listed nothing and in which nobody waits: a
        dialplan may take their names from its callers. Which were forgotten."""
        if len(self.by_name) < self._most:
            return ()
        gone = [q.name for q in self.by_name.values() if q.strategy is None and not q.members and not q.waiting]
        for name in gone:
            del self.by_name[name]
        self._most = max(MOST, 2 * len(self.by_name))
        return gone

    def new(self, name: str, ami_is_lost: bool) -> Queue:
        """A queue of which nothing has told before."""
        queue = self.by_name[name] = Queue(name)
        queue.known = self.all_listed and not ami_is_lost
        return queue
