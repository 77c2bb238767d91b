"""The entries of a channel's history: stays in bridges, steps of the dialplan, requests to hang up. Times are seconds
since the epoch."""

from __future__ import annotations

from math import inf


class Stay:
    """A channel's time in one bridge."""

    __slots__ = ("bridge", "entered_at", "holding", "left_at")

    def __init__(self, bridge: str, entered_at: float, holding: bool = False) -> None:
        self.bridge = bridge
        self.holding = holding
        """Whether the channel hears nobody there: parked, held, or waiting for a conference's leader."""
        self.entered_at = entered_at
        self.left_at: float | None = None

    def since(self, at: float) -> Stay | None:
        """The part of it after a moment; None if there is none."""
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
        """The DIALSTATUS of a Dial, the QUEUESTATUS of a Queue."""
        self.inside: tuple[str, str] | None = None
        """The outer application in which it ran, and that one's arguments, as the PBX told them."""
        self.may_be_full = False
        """If it counts the channel in a group: whether that group already held as many as it ever let in."""
        self.others_unseen = False
        """If it counts the channel in a group: whether members may be unknown, since some call was not seen in
        full."""


class Request:
    """A HangupRequest."""

    __slots__ = ("at", "cause", "sip_code", "state")

    def __init__(self, at: float, state: str, cause: int | None, sip_code: int | None) -> None:
        self.at = at
        self.state = state
        self.cause = cause
        self.sip_code = sip_code


class QueueCall:
    """AgentCalled: the queue offers a waiting call to a member by this dial."""

    __slots__ = ("interface", "member", "queue", "state_interface")

    def __init__(self, queue: str, interface: str, member: str, state_interface: str) -> None:
        self.queue = queue
        self.interface = interface
        self.member = member
        self.state_interface = state_interface
