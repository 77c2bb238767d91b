"""One thing in the picture of a call, and what all need who tell of such things."""

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
"""In place of a lane's key."""


class Piece(msgspec.Struct, frozen=True):
    """One thing in the picture. Times in seconds since the epoch."""

    shape: Shape
    kind: str
    """Which bar, mark or arrow: ``ringing``, ``rejected``, ``blind``. Of a pin the tag's name."""
    lane: str
    since: float
    until: float
    text: str
    """The whole of it, for who hears it or points at it."""
    labels: tuple[str, ...] = ()
    """What may stand on it or beside it, the longest first."""
    to: tuple[str, ...] = ()
    """Other lanes: where an arrow or a tie leads, which ones a frame holds."""
    outcome: str = ""
    """Of an arrow."""
    number: int = 0
    """From 1, by time."""

    @property
    def name(self) -> str:
        """``tag-22`` of a tag's pin, else its number: its link in the picture has the id ``picture-NAME``."""
        return self.entry if self.shape == "pin" else str(self.number)

    @property
    def entry(self) -> str:
        """Its link leads to ``list-ENTRY``, where it is told: a tag's proofs with the tag, else by its number."""
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
        """When what began at ``since`` ended; untold: when the PBX was lost sight of, else with the call."""
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
