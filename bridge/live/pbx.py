"""A PBX at this moment: which of its feeds are connected, and whether their snapshots are complete."""

from __future__ import annotations

from typing import Literal

from bridge.live.items import PbxItem, PbxState
from bridge.pbx.mirror import Mirror
from bridge.vocabulary.message import CARRIERS, Source
from bridge.vocabulary.times import rfc3339


def look(mirror: Mirror, feeds: tuple[Source, ...], before: PbxItem | None, now: float) -> PbxItem:
    """The PBX's item. ``feeds``: the feeds that the settings name."""
    here = [feed for feed in CARRIERS if mirror.is_here(feed)]
    state = _state(mirror, here)
    said: dict[str, Literal["up", "away"]] = {feed: "up" if feed in here else "away" for feed in (feeds or here)}
    if before is not None and before.state == state:
        since = before.since
    elif state == "away":
        heard = mirror.heard_until
        since = rfc3339(heard) if heard is not None else None
    else:
        since = rfc3339(now)
    return PbxItem(state, since, said)


def is_away(mirror: Mirror) -> bool:
    """Whether no feed tells of its calls now."""
    return not any(mirror.is_here(feed) for feed in CARRIERS)


def _state(mirror: Mirror, here: list[Source]) -> PbxState:
    if not here:
        return "away"
    if "ami" not in here:
        return "partial" if mirror.has_told(here[0]) else "starting"
    return "up" if mirror.has_told("ami") and mirror.queues_are_listed else "starting"
