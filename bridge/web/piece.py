"""One thing in the picture of a call, and what all functions need that tell of such things."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.language import Language
from bridge.vocabulary.record import Record
from bridge.vocabulary.times import seconds
from bridge.web.lanes import PBX, Lanes
from bridge.web.texts import IN, length

Shape = Literal["bar", "frame", "gap", "arrow", "mark", "flag", "pin", "dot"]
EVERYWHERE = "\0everywhere"
"""Stands in place of a lane's key."""


class Piece(msgspec.Struct, frozen=True):
    """One thing in the picture. Times in seconds since the epoch."""

    shape: Shape
    kind: str
    """Which bar, mark or arrow it is, such as ``ringing``, ``rejected``, ``blind``. For a pin: the tag's name."""
    lane: str
    since: float
    until: float
    text: str
    """The whole text, which screen readers read and which pointing at the piece shows."""
    labels: tuple[str, ...] = ()
    """Texts that may stand on it or beside it, the longest first."""
    to: tuple[str, ...] = ()
    """Other lanes: those that an arrow or a tie leads to, or that a frame holds."""
    outcome: str = ""
    """For an arrow: how the transfer ended."""
    number: int = 0
    """Number from 1, in order of time."""

    @property
    def name(self) -> str:
        """``tag-22`` for a tag's pin, else the number. The piece's link in the picture has the id
        ``picture-NAME``."""
        return self.entry if self.shape == "pin" else str(self.number)

    @property
    def entry(self) -> str:
        """The piece's link leads to ``list-ENTRY``: a tag's proofs stand with the tag, other pieces under their
        number."""
        return f"tag-{BY_NAME[self.kind].bit}" if self.is_proof else str(self.number)

    @property
    def is_proof(self) -> bool:
        return self.shape in ("pin", "dot")


class Teller:
    """One record with its lanes, and how its times and lengths are told."""

    def __init__(self, record: Record, lanes: Lanes, language: Language) -> None:
        self.record, self.lanes, self.language = record, lanes, language
        self.words = IN[language]
        self.start, self.end = seconds(record.started_at), seconds(record.ended_at)
        self.conversations = record.conversations
        self.dials = record.dials

    def time(self, time: str | None, otherwise: float) -> float:
        return seconds(time) if time is not None else otherwise

    def until(self, time: str | None, since: float) -> float:
        """When something that began at ``since`` ended. If the record does not say: when the PBX was no longer
        seen, else at the end of the call."""
        lost = (seconds(gap.from_) for gap in self.record.gaps if gap.from_ is not None)
        return self.time(time, min((at for at in lost if at > since), default=max(since, self.end)))

    def length(self, since: float, until: float) -> str:
        return length(until - since, self.language)

    def bar(self, kind: str, lane: str, since: float, until: float, word: str, text: str = "", **more: Any) -> Piece:
        time = self.length(since, until)
        who = self.lanes.name(lane) or self.words("pbx" if lane == PBX else "lane customer")
        text = text or self.words("bar of", who=who, what=word, time=time)
        return Piece(
            "bar", kind, lane, since, until, text, (self.words("bar", what=word, time=time), word, time), **more
        )

    def join(self, *parts: str) -> str:
        return self.words("join").join(part for part in parts if part)
