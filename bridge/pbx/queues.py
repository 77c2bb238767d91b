"""Queues: who is a member, who is ready, and who waits.

A waiting call's tags need what its queue looked like while it waited: was a member ready, was one unreachable. The
queue keeps that as a short history, no longer than its oldest caller has waited.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bridge.vocabulary.facts import MemberChanged

UNKNOWN, NOT_IN_USE, IN_USE, UNAVAILABLE, RINGING, RINGING_IN_USE, ON_HOLD = 0, 1, 2, 5, 6, 7, 8
"""Device states as app_queue numbers them (AMI QueueMemberStatus, ``Status``)."""
INVALID = 4
"""There is no such device."""
GONE = (UNAVAILABLE, INVALID)
"""States of a device that cannot be called."""
TALKING = (IN_USE, RINGING, RINGING_IN_USE, ON_HOLD)
CALLED_IN_USE = -1
"""Of a member who has a call, and whom the queue calls all the same."""


class Member:
    __slots__ = ("interface", "paused", "paused_at", "readiness", "ring_in_use", "status", "told")

    def __init__(self, told: MemberChanged) -> None:
        self.told = told
        """The last that was told of it."""
        self.interface = told.interface
        self.status = told.status
        self.paused = told.paused
        self.paused_at = told.paused_at if told.paused else None
        """When the present pause began, or the last one ended; None: before anybody told."""
        self.ring_in_use = bool(told.ring_in_use)
        """Whether the queue calls the member during another call, too."""
        self.readiness: int | None = None
        """NOT_IN_USE, UNAVAILABLE or CALLED_IN_USE as last counted; None when none of them, or paused. An unknown
        device state counts as free, as in app_queue, which calls that member."""

    @property
    def name(self) -> str:
        return self.told.member

    @property
    def state_interface(self) -> str:
        return self.told.state_interface

    @property
    def reason(self) -> str | None:
        """Of the pause, in the PBX's words."""
        return self.told.reason

    @property
    def last_pause(self) -> float | None:
        """When the last pause began as the PBX tells it, in whole seconds by its clock."""
        return self.told.paused_at

    @property
    def logged_in_at(self) -> float | None:
        """When it became a member, likewise."""
        return self.told.logged_in_at

    @property
    def is_static(self) -> bool:
        """Whether queues.conf makes it a member, so that it cannot log out."""
        return self.told.is_static

    @property
    def wrap_up(self) -> int:
        """Seconds of rest after a call that are its own; 0: none, or those of the queue."""
        return self.told.wrap_up

    def counted(self) -> int | None:
        """How its queue counts it now."""
        if self.paused:
            return None
        if self.status in (UNKNOWN, NOT_IN_USE):
            return NOT_IN_USE
        if self.status == UNAVAILABLE:
            return UNAVAILABLE
        return CALLED_IN_USE if self.ring_in_use and self.status in TALKING else None


class Readiness:
    """How many members were ready, and how many had a call and were called all the same, from one moment on; and
    which logged-in ones came to be unreachable then (None: no longer are), by interface."""

    __slots__ = ("at", "called_in_use", "changed", "ready")

    def __init__(
        self, at: float, ready: int, called_in_use: int, changed: tuple[tuple[str, Member | None], ...]
    ) -> None:
        self.at = at
        self.ready = ready
        self.called_in_use = called_in_use
        self.changed = changed


class Queue:
    __slots__ = (
        "_called_in_use",
        "_changed",
        "_first_unreachable",
        "_is_news",
        "_ready",
        "_unreachable",
        "heard",
        "history",
        "known",
        "members",
        "name",
        "strategy",
        "unconfirmed",
        "waiting",
    )

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
        self.history: deque[Readiness] = deque()
        self.waiting: dict[int, float] = {}
        """Since when each stay that is not yet on record has lasted, by the stay's identity; the oldest first."""
        self._is_news = True
        """Whether the present readiness is another than the history's last."""
        self._ready = 0
        self._called_in_use = 0
        self._unreachable: dict[str, Member] = {}
        self._first_unreachable: dict[str, Member] = {}
        """As of the history's first."""
        self._changed: dict[str, Member | None] = {}
        """Who has come to be unreachable since its last, or no longer is."""

    def tell(self, fact: MemberChanged) -> bool:
        """What is told of a member; whether it is called otherwise than before."""
        interface = fact.interface
        if self.unconfirmed:
            self.unconfirmed.discard(interface)
        member = self.members.get(interface)
        if member is None:
            member = self.members[interface] = Member(fact)
            if self.count(member):
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
        if self.count(member):
            self.noted(fact.at)
        return before.member != fact.member or before.state_interface != fact.state_interface

    def drop(self, interface: str) -> Member | None:
        """Forgets a member, if there was one."""
        member = self.members.pop(interface, None)
        if member is not None:
            member.paused = True
            self.count(member)
        return member

    def count(self, member: Member) -> bool:
        """Counts a member anew after a change; whether the queue's readiness is another now."""
        now = member.counted()
        if now == member.readiness:
            return False
        self._ready += (now == NOT_IN_USE) - (member.readiness == NOT_IN_USE)
        self._called_in_use += (now == CALLED_IN_USE) - (member.readiness == CALLED_IN_USE)
        if now == UNAVAILABLE:
            self._unreachable[member.interface] = self._changed[member.interface] = member
        elif member.readiness == UNAVAILABLE:
            del self._unreachable[member.interface]
            self._changed[member.interface] = None
        member.readiness = now
        self._is_news = True
        return True

    def noted(self, at: float) -> None:
        """Adds the present readiness to the history, if it is news, and forgets what no waiting call can ask for."""
        if not self.heard:
            return
        if not self.waiting:
            self._is_news = True  # to whoever comes to wait
            self.history.clear()
            return
        if self._is_news:
            self._is_news = False
            self._append(at, self._ready, self._called_in_use)
        elif len(self.history) == 1:
            return
        oldest = next(iter(self.waiting.values()))
        while len(self.history) > 1 and self.history[1].at <= oldest:
            self.history.popleft()
            _apply(self.history[0], self._first_unreachable)

    def _append(self, at: float, ready: int, called_in_use: int) -> None:
        """Only what has changed is kept: a queue has thousands of members who come and go one by one."""
        if not self.history:
            self._first_unreachable, self._changed = dict(self._unreachable), {}
        self.history.append(Readiness(at, ready, called_in_use, tuple(self._changed.items())))
        self._changed = {}

    def begin_stay(self, at: float) -> QueueStay:
        """A caller comes, to wait."""
        stay = QueueStay(self, at)
        self.waiting[id(stay)] = at
        self.noted(at)
        return stay

    def forget_stay(self, stay: QueueStay) -> None:
        """The stay is on record: nobody asks any more what the queue looked like then."""
        self.waiting.pop(id(stay), None)

    def unheard(self, at: float) -> None:
        """From now on nobody tells who is ready: nothing may be concluded from it."""
        self._append(at, 1, 0)
        self._is_news = True
        self.heard = False

    def expect_list(self) -> None:
        """A snapshot begins, and lists every member that there still is."""
        self.unconfirmed.update(self.members)

    def list_ended(self, at: float) -> list[Member]:
        """A snapshot has listed every member; those that it did not were removed while we were away."""
        removed = [member for interface in self.unconfirmed if (member := self.drop(interface)) is not None]
        self.unconfirmed.clear()
        if self.strategy is not None:
            self._all_known(at)
        return removed

    def _all_known(self, at: float) -> None:
        if not self.known:
            self.history.clear()  # of a list that was not complete
            self._is_news = True
        self.known = self.heard = True
        self.noted(at)

    def between(self, start: float, end: float) -> list[tuple[float, float, Readiness]]:
        """The history of an interval as ``(from, until, readiness)``; empty where no feed told of any member."""
        if not self.known or not self.history:
            return []
        pieces, now = [], self.history[0]
        for following in islice(self.history, 1, None):
            if following.at >= end:
                break
            if start < following.at:
                pieces.append((start, following.at, now))
                start = following.at
            now = following
        return [*pieces, (start, end, now)] if start < end else pieces

    def nobody_ready(self, start: float, end: float) -> Iterator[tuple[float, float, Collection[Member]]]:
        """The parts of an interval in which no member was ready, as ``(from, until, unreachable)``: who was
        unreachable then, as long as no further part has been asked for."""
        if not self.known or not self.history:
            return
        unreachable = dict(self._first_unreachable)
        now = self.history[0]
        for following in islice(self.history, 1, None):
            if following.at >= end:
                break
            if start < following.at:
                if not now.ready:
                    yield start, following.at, unreachable.values()
                start = following.at
            now = following
            _apply(now, unreachable)
        if start < end and not now.ready:
            yield start, end, unreachable.values()


def _apply(readiness: Readiness, unreachable: dict[str, Member]) -> None:
    for interface, member in readiness.changed:
        if member is not None:
            unreachable[interface] = member
        else:
            unreachable.pop(interface, None)


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

    __slots__ = ("all_listed", "by_name")

    def __init__(self) -> None:
        self.by_name: dict[str, Queue] = {}
        self.all_listed = False
        """Whether every queue that is not known yet is younger than a snapshot, so that all its members will be."""

    def list_ended(self, from_start: bool) -> None:
        """A snapshot has listed all queues; ``from_start``: and was heard from its beginning."""
        self.all_listed = from_start

    def new(self, name: str, ami_is_lost: bool) -> Queue:
        """A queue of which nothing has told before."""
        queue = self.by_name[name] = Queue(name)
        queue.known = self.all_listed and not ami_is_lost
        return queue
