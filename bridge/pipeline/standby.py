"""What ARI has told and AMI has not told yet. It is used if AMI turns out to be lost.

While both are connected, AMI leads. A lost AMI is silent for some seconds before that is noticed; of those seconds
only ARI has told anything.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from bridge.vocabulary.facts import Fact
from bridge.vocabulary.message import Message
from bridge.wire.ari import decode

LONGEST = 15.0
"""Seconds of ARI's messages that are kept: a dead link is noticed within 5 s."""
OVERDUE = 1.0
"""Seconds after which AMI should have told the same. Before that a message is not decoded, since AMI tells nearly
everything; after that only its facts are kept, since a message is five times as large."""


class Standby:
    """ARI's messages and facts, in the order of arrival."""

    def __init__(self) -> None:
        self._fresh: deque[tuple[Message, float, bool]] = deque()
        """Messages, each with the time of its facts and whether the journal does not have it yet."""
        self._overdue: deque[tuple[float, Fact]] = deque()
        self.dropped_until: float | None = None
        """The time of the last fact that was dropped because it had stood by for too long."""

    def __iter__(self) -> Iterator[Fact]:
        yield from (fact for _, fact in self._overdue)
        yield from (fact for message, at, _ in self._fresh for fact in decode(message.event, at))

    def add(self, message: Message, at: float, is_kept: bool) -> None:
        """Adds a message. ``at``: the time of its facts. ``is_kept``: whether the journal has it already."""
        self._fresh.append((message, at, not is_kept))

    def confirm(self, until: float, now: float) -> None:
        """Drops what AMI has told, too: everything up to ``until``, by the PBX's clock."""
        overdue, fresh = self._overdue, self._fresh
        if self.dropped_until is not None and self.dropped_until <= until:
            self.dropped_until = None
        while overdue and (overdue[0][1].at <= until or overdue[0][0] < now - LONGEST):
            _, fact = overdue.popleft()
            if fact.at > until:
                self.dropped_until = fact.at
        while fresh and not overdue and fresh[0][1] <= until:
            fresh.popleft()

    def overdue(self, now: float) -> Iterator[tuple[Fact, Message]]:
        """The messages that AMI should have told by ``now`` and that the journal does not have, each with its first
        fact."""
        fresh = self._fresh
        while fresh and fresh[0][0].t < now - OVERDUE:
            message, at, is_to_keep = fresh.popleft()
            facts = list(decode(message.event, at))
            self._overdue.extend((message.t, fact) for fact in facts)
            if facts and is_to_keep:
                yield facts[0], message

    def take(self) -> list[Fact]:
        """Everything, sorted by time: after a restart the order of arrival is lost, since the journal keeps overdue
        messages later than others."""
        self._overdue.extend(
            (message.t, fact) for message, at, _ in self._fresh for fact in decode(message.event, at)
        )
        facts = [fact for _, fact in sorted(self._overdue, key=lambda told: told[0])]
        self._fresh.clear()
        self._overdue.clear()
        self.dropped_until = None
        return facts
