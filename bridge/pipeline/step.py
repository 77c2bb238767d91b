"""What one step of a pipeline tells. What it changed on the PBX is asked for by ``Pipeline.refresh``."""

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
    """What came of one message, or of time that passed."""

    records: Sequence[Record] = ()
    """Of calls that are over, and of those of which more is known now."""
    keep: Sequence[tuple[str, Message]] = ()
    """What has to survive the service's death, in this order, where the pipeline keeps it: the id of the channel that
    a message is about (an empty string where it is about none), and the message."""
    unjudged: Sequence[Unjudged] = ()
    """Calls that are over and have no record, because a rule failed at them."""
    states: Sequence[StateRecord] = ()
    """Stretches of agents' states that are over, and those of which more is known now."""
    open_states: Mapping[str, Lasting | None] = {}
    """How those agents are now who were otherwise before, by name; None of one of whom nothing is known any more."""

    def then(self, after: Step) -> Step:
        """Both as one."""
        return Step(
            [*self.records, *after.records], [*self.keep, *after.keep], [*self.unjudged, *after.unjudged],
            [*self.states, *after.states], {**self.open_states, **after.open_states},
        )  # fmt: skip

    def in_parts(self, most: int) -> Iterator[Step]:
        """The same, in steps of no more than so many states each, one after the other."""
        if len(self.states) <= most and len(self.open_states) <= most:
            yield self
            return
        yield Step(self.records, self.keep, self.unjudged)
        for start in range(0, len(self.states), most):
            yield Step(states=self.states[start : start + most])
        left = iter(self.open_states.items())
        while some := dict(islice(left, most)):
            yield Step(open_states=some)


NOTHING = Step()
"""Most messages and most moments: no call is over and nothing has to be kept."""
