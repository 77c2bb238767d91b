"""A member of a queue: its device's state, its pause, and how the queue counts it."""

from __future__ import annotations

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
