"""What the service asks of a sink."""

from collections.abc import Sequence
from typing import Protocol

from bridge.records.record import Record


class SinkError(Exception):
    """A sink cannot be opened, written or read: one line naming it and the mend."""


class Sink(Protocol):
    """Takes finished records. Of several versions of a record the later revision counts."""

    def write(self, records: Sequence[Record]) -> None:
        """Returns when the records are safe there. Raises ``SinkError``; then all of them may be written again."""

    def close(self) -> None: ...
