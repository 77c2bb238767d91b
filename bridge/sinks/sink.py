"""What every sink can do."""

from collections.abc import Sequence
from typing import Protocol

from bridge.vocabulary.written import Written


class Sink(Protocol):
    """Takes finished records of calls, and of states where its settings say ``takes_states``. Of several versions of
    a record the better one counts (see ``worth``), and a record of what turns out to be part of another call does not
    (see ``parts``)."""

    def write(self, records: Sequence[Written]) -> None:
        """Returns when the records, one version of a call each, are safe there. Raises ``SinkError``."""

    def check(self) -> str:
        """What is there, in a few words, once it is sure that records can be written. Raises ``SinkError``."""

    def close(self) -> None: ...
