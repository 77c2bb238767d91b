"""What is wrong: looked for in the items, told once it has lasted, taken back once it is over for a while."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bridge.config import Settings
from bridge.live.items import AlarmItem, AlarmName, Item, Kind, PbxItem, QueueItem
from bridge.vocabulary.times import rfc3339, seconds

BEGINS, ENDS = 3.0, 10.0
"""Seconds for which it is wrong before an alarm begins, and right before it ends: no alarm flickers."""
Subject = tuple[AlarmName, str, str]
"""Name of the alarm; kind and key of what it is about."""


class Alarms:
    """Of one service. ``look`` wants to be asked about once a second."""

    def __init__(self, settings: Settings) -> None:
        default = settings.thresholds.customer_waiting
        self._longest = {q.name: q.customer_waiting_threshold or default for q in settings.queue}
        self._default = default
        self._wrong_since: dict[Subject, float] = {}
        self._right_since: dict[Subject, float] = {}
        self._told: dict[Subject, AlarmItem] = {}

    def look(
        self, items: Mapping[tuple[Kind, str], Item], besides: Iterable[Subject], now: float
    ) -> list[tuple[str, AlarmItem | None]]:
        """Alarms that begin (key and item) and end (key and None). ``besides``: what is wrong with the service."""
        wrong = {*self._wrong(items, now), *besides}
        for subject in self._wrong_since.keys() - wrong:
            del self._wrong_since[subject]
        found: list[tuple[str, AlarmItem | None]] = []
        for subject in wrong:
            self._right_since.pop(subject, None)
            since = self._wrong_since.setdefault(subject, now)
            if subject not in self._told and now - since >= BEGINS:
                name, kind, key = subject
                self._told[subject] = item = AlarmItem(name, kind, key, rfc3339(since))  # type: ignore[arg-type]
                found.append((":".join(subject), item))
        for subject in [*(self._told.keys() - wrong)]:
            if now - self._right_since.setdefault(subject, now) >= ENDS:
                del self._told[subject], self._right_since[subject]
                found.append((":".join(subject), None))
        return found

    def _wrong(self, items: Mapping[tuple[Kind, str], Item], now: float) -> Iterator[Subject]:
        for (_, key), item in items.items():
            if isinstance(item, PbxItem) and item.state == "away":
                yield "pbx_away", "pbx", key
            elif isinstance(item, QueueItem) and item.longest_since is not None:
                here = items.get(("pbx", key.partition("/")[0]))
                if isinstance(here, PbxItem) and here.state == "away":
                    continue  # nobody knows whether they still wait
                if item.logged_in is not None and not (
                    item.ready or item.busy or item.ringing_agents or item.wrap_up
                ):
                    yield "no_agent", "queue", key
                if now - seconds(item.longest_since) > self._longest.get(key.partition("/")[2], self._default):
                    yield "waiting_long", "queue", key
