"""Drives the pipeline of one PBX: does first what was due before a message, and lets no message end the service."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bridge.errors import where_of
from bridge.pipeline.pipeline import Pipeline
from bridge.pipeline.step import NOTHING, Step
from bridge.vocabulary.message import Message

log = structlog.get_logger()


class Driver:
    """The service and the replay both drive a pipeline this way, so that both make the same records."""

    def __init__(self, pbx: str, pipeline: Pipeline) -> None:
        self._pbx = pbx
        self._pipeline = pipeline
        self._is_due, self._hear = pipeline.is_due, pipeline.hear
        self._told: set[tuple[str, str]] = set()

    def feed(self, message: Message) -> Step:
        """Takes in a message, after everything that was due before it arrived."""
        before = self.advance(message.t) if self._is_due(message.t) else NOTHING
        try:
            step = self._hear(message)
        except Exception as error:
            self._tell(kind(message), error)
            return before
        if step is NOTHING:
            return before
        for one in step.unjudged:
            self._tell("call", one.error)
        return step if before is NOTHING else before.then(step)

    def advance(self, until: float) -> Step:
        """Lets time pass, stopping at each deadline, so that it does not matter how late this is called."""
        found = NOTHING
        previous: float | None = None
        while (deadline := self._pipeline.next_deadline()) is not None and deadline <= until:
            now = until if deadline == previous else deadline
            try:
                step = self._pipeline.advance(now)
                if step is not NOTHING:
                    found = found.then(step)
            except Exception as error:
                self._tell("time", error)
            if now == until and self._pipeline.next_deadline() == deadline:
                break  # a deadline that does not go away must not hold the service
            previous = deadline
        for one in found.unjudged:
            self._tell("call", one.error)
        return found

    def do(self, what: Message | float) -> Step:
        """Calls ``feed`` or ``advance``."""
        return self.feed(what) if isinstance(what, Message) else self.advance(what)

    def takes_long(self, what: Message | float) -> bool:
        """Whether ``do`` may take more than a tenth of a second."""
        if isinstance(what, Message):
            return self._pipeline.takes_long(what.t, what)
        return self._pipeline.takes_long(what)

    @contextmanager
    def elsewhere(self) -> Iterator[None]:
        """Held while another thread is in ``do``: the pipeline then tells that nothing is new."""
        self._pipeline.is_elsewhere = True
        try:
            yield
        finally:
            self._pipeline.is_elsewhere = False

    def next_deadline(self) -> float | None:
        """When to call ``advance`` next."""
        return self._pipeline.next_deadline()

    def _tell(self, kind: str, error: Exception) -> None:
        """Logs an error once for each place and kind of message."""
        why = where_of(error)
        if (kind, why) not in self._told:
            self._told.add((kind, why))
            log.error("message_failed", pbx=self._pbx, kind=kind, why=why)


def kind(message: Message) -> str:
    """A message's kind in a word that contains none of its values."""
    event = message.event
    name = event.get("Event")
    if isinstance(name, str):  # most are of AMI
        return name[:80]
    for key in ("type", "request", "feed", "report"):
        if isinstance(event.get(key), str):
            return str(event[key])[:80]
    return "Response" if "Response" in event else "unknown"
