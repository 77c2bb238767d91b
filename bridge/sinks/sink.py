"""What a sink does, and how it says that it could not."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from bridge.records.record import Record


class SinkError(Exception):
    """A sink cannot be opened, written or read: one line naming it and the mend.

    After a ``write``, the records named in ``delivered`` and ``refused`` are settled all the same; the others may be
    written again.
    """

    def __init__(
        self,
        line: str,
        *,
        delivered: Collection[str] = (),
        refused: Mapping[str, str] | None = None,
        pause: float = 0.0,
    ) -> None:
        super().__init__(line)
        self.delivered = delivered
        """Ids of records that are safe there."""
        self.refused = refused or {}
        """Ids of records that this sink will never take, each with the reason in one line."""
        self.pause = pause
        """Seconds that the sink asked to be left alone."""


def said(error: sqlite3.Error) -> str:
    """What SQLite says, without the text of a damaged row, which it quotes: no customer's number is ever logged."""
    return str(error).partition(" with text ")[0]


class Sink(Protocol):
    """Takes finished records. Of several versions of a record the better one counts (see ``worth``), and a record of
    what turns out to be part of another call does not (see ``parts``)."""

    def write(self, records: Sequence[Record]) -> None:
        """Returns when the records, one version of a call each, are safe there. Raises ``SinkError``."""

    def check(self) -> str:
        """What is there, in a few words, once it is sure that records can be written. Raises ``SinkError``."""

    def close(self) -> None: ...
