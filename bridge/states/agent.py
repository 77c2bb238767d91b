"""One agent as the tracker knows the agent, and how the state was found."""

from __future__ import annotations

from typing import NamedTuple

from bridge.pbx.channel import Channel
from bridge.states.rule import Talked
from bridge.states.stretch import Stretch
from bridge.vocabulary.agent_state import AgentStateRecord, State
from bridge.vocabulary.terms import Direction

TALKS: tuple[State, ...] = ("talking", "hold")


class Wrap(NamedTuple):
    """After-call work whose length a setting, or the queue member's own ``wrapuptime``, gives."""

    since: float
    until: float
    call: tuple[str | None, Direction | None]


class Agent:
    """One agent who can be seen now, or could be seen earlier."""

    __slots__ = ("before", "channel", "is_held_back", "last", "open", "talked", "wrap")

    def __init__(self, stretch: Stretch) -> None:
        self.open = stretch
        self.before: Stretch | None = None
        """During an outage: the stretch that lasted when the outage began."""
        self.is_held_back = False
        """Whether the end of that stretch is not told yet. Only a pause is held back, because it may still last after
        the outage."""
        self.last: tuple[AgentStateRecord, Channel | None] | None = None
        """The stretch that ended last."""
        self.channel: Channel | None = None
        """The channel of the call in hand."""
        self.talked: dict[str, Talked] = {}
        self.wrap: Wrap | None = None


class Now(NamedTuple):
    """The state of an agent as found now."""

    state: State
    reason: str | None = None
    channel: Channel | None = None
    paused_at: float | None = None
    until: float | None = None
