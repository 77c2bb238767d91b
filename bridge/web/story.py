"""What the picture of a call shows, before it is laid out: bars, marks, arrows, frames and pins, by time. The list
beside the picture shows the same pieces with the same numbers."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from bridge.vocabulary.language import Language
from bridge.vocabulary.record import Record
from bridge.vocabulary.times import seconds
from bridge.web import proofs, talking, waiting
from bridge.web.lanes import Lanes
from bridge.web.piece import Piece, Teller


class Story(msgspec.Struct, frozen=True):
    """Times in seconds since the epoch."""

    record: Record
    language: Language
    lanes: Lanes
    pieces: list[Piece]
    """By time. Of two at the same time, the one that lasts comes first."""
    start: float
    """Start and end of the call."""
    moments: set[float]
    """Times at which something begins or ends."""

    @property
    def length(self) -> float:
        """Seconds from the start of the call to the last of it."""
        return max(self.moments) - self.start


def story(record: Record, language: Language) -> Story:
    """Everything of a call; the pieces are numbered from 1 by time."""
    lanes, start = Lanes(record), seconds(record.started_at)
    found = sorted(_pieces(Teller(record, lanes, language)), key=lambda piece: piece.since)
    pieces = [replace(piece, number=number) for number, piece in enumerate(found, 1)]
    moments = {start, *(time for piece in pieces for time in (piece.since, piece.until))}
    return Story(record, language, lanes, pieces, start, moments)


def _pieces(teller: Teller) -> Iterator[Piece]:
    yield from waiting.gaps(teller)
    yield from waiting.menu(teller)
    yield from waiting.queues(teller)
    yield from waiting.dialling(teller)
    yield from waiting.offers(teller)
    yield from talking.talks(teller) if teller.conversations else talking.in_call(teller)
    yield from talking.conferences(teller)
    yield from talking.supervisions(teller)
    yield from talking.transfers(teller)
    yield from proofs.flags(teller)
    yield proofs.hangup(teller)
    yield from proofs.pins(teller)
