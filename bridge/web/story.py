"""What the picture of a call shows, before a pixel is thought of: bars, marks, arrows, frames and pins, by time.

The list beside the picture shows the same pieces with the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from bridge.vocabulary.language import Language
from bridge.vocabulary.record import Record
from bridge.web import proofs, talking, waiting
from bridge.web.lanes import Lanes
from bridge.web.piece import Piece, Teller


def story(record: Record, lanes: Lanes, language: Language) -> list[Piece]:
    """Every piece of the record's picture, by time; of two at the same time what lasts comes first."""
    found = sorted(_pieces(Teller(record, lanes, language)), key=lambda piece: piece.since)
    return [replace(piece, number=number) for number, piece in enumerate(found, 1)]


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
