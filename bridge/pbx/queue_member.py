"""A member of a queue: the state of its device, its pause, and whether the queue can call it."""

from __future__ import annotations

from bridge.vocabulary.facts import MemberChanged

UNKNOWN, NOT_IN_USE, IN_USE, UNAVAILABLE, RINGING, RINGING_IN_USE, ON_HOLD = 0, 1, 2, 5, 6, 7, 8
"""Device states as app_queue numbers them (AMI QueueMemberStatus, ``Status``)."""
INVALID = 4
"""Device state: there is no such device."""
GONE = (UNAVAILABLE, INVALID)
"""Device states in which it cannot be called."""
TALKING = (IN_USE, RINGING, RINGING_IN_USE, ON_HOLD)
CALLED_IN_USE = -1
"""Readiness of a member who has a call and is called all the same (``ringinuse``)."""
READINESS = {
    UNKNOWN: NOT_IN_USE, NOT_IN_USE: NOT_IN_USE, UNAVAILABLE: UNAVAILABLE, **dict.fromkeys(TALKING, CALLED_IN_USE)
}  # fmt: skip
"""The readiness of a member who is not paused, by the device's state. CALLED_IN_USE only with ``ringinuse``."""


class Member:
    __slots__ = ("interface", "paused", "paused_at", "readiness", "ring_in_use", "status", "told")

    def __init__(self, told: MemberChanged) -> None:
        self.told = told
        """The last fact about it."""
        self.interface = told.interface
        self.status = told.status
        self.paused = told.paused
        self.paused_at = told.paused_at if told.paused else None
        """When the present pause began, or the last one ended; None if callbridge saw neither."""
        self.ring_in_use = bool(told.ring_in_use)
        """Whether the queue calls the member during another call, too (``ringinuse``)."""
        self.readiness: int | None = None
        """NOT_IN_USE, UNAVAILABLE or CALLED_IN_USE as last counted; None if paused or in any other state. An unknown
        device state counts as free, as in app_queue, which calls that member."""

    @property
    def name(self) -> str:
        return self.told.member

    @property
    def state_interface(self) -> str:
        return self.told.state_interface

    @property
    def reason(self) -> str | None:
        """The reason of the pause, as the PBX tells it."""
        return self.told.reason

    @property
    def last_pause(self) -> float | None:
        """When the last pause began, as the PBX tells it: whole seconds, by its clock."""
        return self.told.paused_at

    @property
    def logged_in_at(self) -> float | None:
        """When it became a member, as the PBX tells it: whole seconds, by its clock."""
        return self.told.logged_in_at

    @property
    def is_static(self) -> bool:
        """Whether queues.conf makes it a member, so that it cannot log out."""
        return self.told.is_static

    @property
    def wrap_up(self) -> int:
        """The member's own wrap-up time, seconds; 0: the queue's counts."""
        return self.told.wrap_up

    def counted(self) -> int | None:
        """Its readiness now: see ``readiness``."""
        if self.paused:
            return None
        now = READINESS.get(self.status)
        return now if now != CALLED_IN_USE or self.ring_in_use else None
