"""What one step of a pipeline returns. ``Pipeline.refresh`` tells what changed on the PBX."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import msgspec

from bridge.states.stretch import Lasting
from bridge.vocabulary.agent_state import StateRecord
from bridge.vocabulary.message import Message
from bridge.vocabulary.record import Record


class Unjudged(NamedTuple):
    """A call that could not be analysed."""

    call_id: str
    channels: Sequence[str]
    """The ids of its channels."""
    error: Exception


class Step(msgspec.Struct, frozen=True, gc=False):
    """The result of one message, or of time that passed."""

    records: Sequence[Record] = ()
    """Records of calls that are over, and new versions of records of which more is known now."""
    keep: Sequence[tuple[str, Message]] = ()
    """The messages that have to survive the service's death, in this order, each with the id of the channel that it
    is about (or ""). Empty unless the pipeline was made with ``keeps``."""
    unjudged: Sequence[Unjudged] = ()
    """Calls that are over and have no record, because a rule raised an error."""
    states: Sequence[StateRecord] = ()
    """Stretches of agents' states that are over, and new versions of stretches of which more is known now."""
    open_states: Mapping[str, Lasting | None] = {}
    """The present state of each agent whose state changed, by name; None if nothing is known of the agent any
    more."""

    def then(self, after: Step) -> Step:
        """This step and a later one as one."""
        return Step(
            [*self.records, *after.records], [*self.keep, *after.keep], [*self.unjudged, *after.unjudged],
            [*self.states, *after.states], {**self.open_states, **after.open_states},
        )  # fmt: skip

    def in_parts(self, most: int) -> Iterator[Step]:
        """The same as several steps, each with at most ``most`` states and messages. What is kept comes first."""
        if max(len(self.states), len(self.open_states), len(self.keep)) <= most:
            yield self
            return
        last = max(0, len(self.keep) - 1) // most * most
        for start in range(0, last, most):
            yield Step(keep=self.keep[start : start + most])
        yield Step(self.records, self.keep[last:], self.unjudged)
        for start in range(0, len(self.states), most):
            yield Step(states=self.states[start : start + most])
        left = iter(self.open_states.items())
        while some := dict(islice(left, most)):
            yield Step(open_states=some)


NOTHING = Step()
"""A step in which no call is over and nothing has to be kept, as most are."""
