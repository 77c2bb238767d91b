"""One agent as the tracker holds her, and how she is found to be."""

from __future__ import annotations

from typing import NamedTuple

from bridge.pbx.channel import Channel
from bridge.states.rule import Talked
from bridge.states.stretch import Stretch
from bridge.vocabulary.agent_state import AgentStateRecord, State
from bridge.vocabulary.terms import Direction

TALKS: tuple[State, ...] = ("talking", "hold")


class Wrap(NamedTuple):
    """After-call work that a setting, or the member's own time, gives."""

    since: float
    until: float
    call: tuple[str | None, Direction | None]


class Agent:
    """One agent who is seen, or was."""

    __slots__ = ("before", "channel", "is_held_back", "last", "open", "talked", "wrap")

    def __init__(self, stretch: Stretch) -> None:
        self.open = stretch
        self.before: Stretch | None = None
        """The stretch before an outage that is not over."""
        self.is_held_back = False
        """Whether it is not told yet, because it may go on: a pause."""
        self.last: tuple[AgentStateRecord, Channel | None] | None = None
        """The stretch that ended last."""
        self.channel: Channel | None = None
        """Of the call in hand."""
        self.talked: dict[str, Talked] = {}
        self.wrap: Wrap | None = None


class Now(NamedTuple):
    """How an agent is found to be."""

    state: State
    reason: str | None = None
    channel: Channel | None = None
    paused_at: float | None = None
    until: float | None = None
