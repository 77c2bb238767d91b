"""Alarms: something must be wrong for a while before its alarm begins, and right for a while before it ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bridge.config import Queue, Settings
from bridge.config.numbers import Numbers
from bridge.config.types import target_share
from bridge.live.day import Day
from bridge.live.items import AlarmItem, AlarmName, Item, Kind, PbxItem, QueueItem, TodayItem
from bridge.vocabulary.times import rfc3339, seconds

BEGINS, ENDS = 3.0, 10.0
"""Seconds for which it must be wrong before an alarm begins, and right before it ends, so that no alarm flickers."""
LATE = 5.0
"""An alarm if a PBX's events come later than this, in seconds."""
APART = 2.0
"""An alarm if a PBX's clock differs from ours by more than this, in seconds."""
OUTCOMES = 10
"""Calls of the last 30 minutes that are needed before the service level can raise an alarm."""
FAILURES = 3
"""An alarm if one phone has failed so often within an hour."""
Subject = tuple[AlarmName, str, str]
"""The name of an alarm, and the kind and key of the item that it is about."""


class Alarms:
    """The alarms of one service. Call ``look`` about once a second."""

    def __init__(self, settings: Settings) -> None:
        self.go_by(settings)
        self._wrong_since: dict[Subject, float] = {}
        self._right_since: dict[Subject, float] = {}
        self._told: dict[Subject, AlarmItem] = {}

    def go_by(self, settings: Settings) -> None:
        """Take other limits from now on."""
        self._default = settings.thresholds.customer_waiting
        self._queues = {queue.name: queue for queue in settings.queue}
        self._dns = Numbers(settings.dn)

    def look(
        self, items: Mapping[tuple[Kind, str], Item], day: Day, besides: Iterable[Subject], now: float
    ) -> list[tuple[str, AlarmItem | None]]:
        """Alarms that begin (key and item) or end (key and None). ``besides``: what else is wrong."""
        wrong = {*self._wrong(items, now), *besides}
        wrong |= {("device_failures", "device", key) for key in day.failing(FAILURES, now)}
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
            match item:
                case PbxItem(state="away"):
                    yield "pbx_away", "pbx", key
                case PbxItem():
                    if item.behind_seconds is not None and item.behind_seconds > LATE:
                        yield "behind", "pbx", key
                    if item.clock_offset is not None and abs(item.clock_offset) > APART:
                        yield "clock", "pbx", key
                case QueueItem(longest_since=str()):
                    here = items.get(("pbx", key.partition("/")[0]))
                    if not isinstance(here, PbxItem) or here.state != "away":  # else nobody knows if they still wait
                        yield from self._wrong_with_queue(key, item, now)
                case TodayItem():
                    target = self._target(key)
                    if target is not None and item.sl_30_of >= OUTCOMES and (item.sl_30 or 0.0) < target:
                        yield "service_level", "today", key

    def _wrong_with_queue(self, key: str, item: QueueItem, now: float) -> Iterator[Subject]:
        """The alarms about a queue in which somebody waits."""
        queue = self._queues.get(key.partition("/")[2], Queue(""))
        if item.logged_in is not None and not (item.ready or item.busy or item.ringing_agents or item.wrap_up):
            yield "no_agent", "queue", key
        longest = queue.customer_waiting_threshold
        if item.longest_since is not None and now - seconds(item.longest_since) > (longest or self._default):
            yield "waiting_long", "queue", key
        if queue.alarm_waiting is not None and item.waiting > queue.alarm_waiting:
            yield "waiting_many", "queue", key

    def _target(self, key: str) -> float | None:
        """The targets of service levels, 0 to 1, by the key of the figures of today."""
        kind, _, name = key.partition(":")
        of = self._queues.get(name) if kind == "queue" else self._dns.get(name) if kind == "dn" else None
        return target_share(of.target) if of is not None and of.target is not None else None
