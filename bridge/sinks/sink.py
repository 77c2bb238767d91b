"""The interface of every sink."""

from collections.abc import Sequence
from typing import Protocol

from bridge.vocabulary.written import Written


class Sink(Protocol):
    """Takes finished records of calls, and if its settings have ``takes_states``, of states. Of several versions of a
    record the better one stays (``bridge.records.worth``). A record whose call turns out to be part of another one
    goes (``bridge.records.parts``)."""

    def write(self, records: Sequence[Written]) -> None:
        """Returns when the records are safe; each call is among them once. Raises ``SinkError``."""

    def check(self) -> str:
        """Checks that records can be written. Returns in a few words what is there. Raises ``SinkError``."""

    def close(self) -> None: ...
