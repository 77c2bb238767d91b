"""The state of the service for the pages: which feeds are connected, since when, and how late events come."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from bridge.config import Settings
from bridge.live.hub import Hub
from bridge.vocabulary.message import OF_OUR_CLOCK, Message, Source
from bridge.wire.ping import clock_offset

if TYPE_CHECKING:  # The process that reads the store needs neither.
    from bridge.pipeline.pipeline import Pipeline
    from bridge.service.writer import Writer

DAY = 86400.0
MOST_GAPS = 200
"""Breaks that are remembered of one feed."""


class Gap(NamedTuple):
    """A break of a feed, in epoch seconds. ``until`` is None while the feed is away."""

    since: float
    until: float | None


class FeedState(NamedTuple):
    """One feed of one PBX."""

    pbx: str
    feed: Source
    is_up: bool
    since: float | None
    """Since when it is up or away; None if it was never connected in this run."""
    heard: float | None
    """When its last message came."""
    behind: float | None
    """Seconds by which the last stamped event was late, by the PBX's clock; None if events carry no time stamp."""
    gaps: list[Gap]
    """The breaks of the last 24 hours."""


class Seen:
    """Takes each message; keeps the last of each feed, and when feeds came and went."""

    def __init__(self, settings: Settings, calls: Mapping[str, Pipeline], writers: Sequence[Writer]) -> None:
        self.calls, self.writers = calls, writers
        self.hub = Hub(settings, time.time())
        """What the board shows."""
        self._last: dict[tuple[str, Source], Message] = {}
        self._stamped: dict[tuple[str, Source], Message] = {}
        self._offsets: dict[str, float] = {}
        """Seconds by which each PBX's clock is ahead of ours, as of its last answer."""
        self._up: dict[tuple[str, Source], float | None] = {}
        self._gaps: dict[tuple[str, Source], deque[Gap]] = {}
        for pbx in settings.pbx:
            for feed, asked in (("ami", pbx.ami), ("ari", pbx.ari)):
                if asked is not None:
                    key: tuple[str, Source] = (pbx.name, feed)  # type: ignore[assignment]
                    self._up[key], self._gaps[key] = None, deque(maxlen=MOST_GAPS)

    def heard(self, message: Message) -> None:
        """A message came."""
        key = (message.pbx, message.src)
        if "feed" in message.event:
            if message.event["feed"] in OF_OUR_CLOCK:
                return
            self._changed(key, message.event["feed"] == "connected", message.t)
        else:
            self._last[key] = message
            if "Timestamp" in message.event:
                if "ActionID" not in message.event:
                    self._stamped[key] = message
                elif (offset := clock_offset(message)) is not None:
                    self._offsets[message.pbx] = offset

    def _changed(self, key: tuple[str, Source], is_up: bool, at: float) -> None:
        gaps = self._gaps.get(key)
        if gaps is None:
            return
        if is_up:
            if gaps and gaps[-1].until is None:
                gaps[-1] = Gap(gaps[-1].since, at)
            self._up[key] = at
        elif self._up.get(key) is not None or not gaps:
            gaps.append(Gap(at, None))
            self._up[key] = None

    def feeds(self) -> list[FeedState]:
        """Each feed of the settings."""
        now = time.time()
        found = []
        for key, up in self._up.items():
            gaps = [gap for gap in self._gaps[key] if (gap.until or now) > now - DAY]
            last = self._last.get(key)
            since = up if up is not None else gaps[-1].since if gaps else None
            heard = last.t if last is not None else None
            found.append(FeedState(*key, up is not None, since, heard, self._behind(key), gaps))
        return found

    def clocks(self) -> dict[str, tuple[float | None, float | None]]:
        """Of each PBX two figures in seconds: by how much the last stamped event of AMI was late, by the PBX's own
        clock; and by how much that clock is ahead of ours. None if unknown, or if the PBX is away."""
        found: dict[str, tuple[float | None, float | None]] = {}
        for (pbx, feed), up in self._up.items():
            if feed == "ami":
                behind, offset = self._behind((pbx, feed)), self._offsets.get(pbx)
                found[pbx] = (_rounded(behind), _rounded(offset)) if up is not None else (None, None)
        return found

    def _behind(self, key: tuple[str, Source]) -> float | None:
        stamped = self._stamped.get(key)
        try:
            late = stamped.t - float(stamped.event["Timestamp"]) if stamped is not None else None
        except (TypeError, ValueError):
            return None
        return late + self._offsets.get(key[0], 0.0) if late is not None else None

    @property
    def is_whole(self) -> bool:
        """Whether every feed is connected and every sink takes what it is given."""
        return all(up is not None for up in self._up.values()) and not any(w.is_failing for w in self.writers)


def _rounded(value: float | None) -> float | None:
    """Rounded to a tenth, so that the figure does not change every second for nothing."""
    return round(value, 1) + 0.0 if value is not None else None
