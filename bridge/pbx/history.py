"""What a channel did, one entry a thing: bridges, applications of the dialplan, requests to hang up.

Times are seconds since the epoch.
"""

from __future__ import annotations

from math import inf


class Stay:
    """A channel's time in one bridge."""

    __slots__ = ("bridge", "entered_at", "holding", "left_at")

    def __init__(self, bridge: str, entered_at: float, holding: bool = False) -> None:
        self.bridge = bridge
        self.holding = holding
        """Whether it is a parking lot or a hold, in which nobody hears anybody."""
        self.entered_at = entered_at
        self.left_at: float | None = None

    def since(self, at: float) -> Stay | None:
        """What of it lies after a moment; None if nothing does."""
        if self.entered_at >= at:
            return self
        if at == inf or (self.left_at is not None and self.left_at <= at):
            return None
        later = Stay(self.bridge, at, self.holding)
        later.left_at = self.left_at
        return later


class Step:
    """One application of the dialplan that the channel ran."""

    __slots__ = (
        "application", "at", "context", "data", "exten", "inside", "may_be_full", "others_unseen", "status",
    )  # fmt: skip

    def __init__(self, at: float, context: str, exten: str, application: str, data: str) -> None:
        self.at = at
        self.context = context
        self.exten = exten
        self.application = application
        self.data = data
        self.status: str | None = None
        """For Dial the DIALSTATUS, for Queue the QUEUESTATUS that it ended with."""
        self.inside: tuple[str, str] | None = None
        """The application and its arguments inside which it ran, as the PBX told it."""
        self.may_be_full = False
        """For one that counts the channel in a group: whether others were there, as many as it ever let in."""
        self.others_unseen = False
        """And whether somebody may have been, because a call that went on then had not been seen in full."""


class Request:
    """A request to hang up, as the channel's own side or the PBX made it."""

    __slots__ = ("at", "cause", "sip_code", "state")

    def __init__(self, at: float, state: str, cause: int | None, sip_code: int | None) -> None:
        self.at = at
        self.state = state
        self.cause = cause
        self.sip_code = sip_code


class QueueCall:
    """A queue's word that this dial offers a waiting call to a member (AgentCalled)."""

    __slots__ = ("interface", "member", "queue", "state_interface")

    def __init__(self, queue: str, interface: str, member: str, state_interface: str) -> None:
        self.queue = queue
        self.interface = interface
        self.member = member
        self.state_interface = state_interface
