"""The board's figures of today: the reports of today, computed again when calls have ended."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NoReturn

from bridge.config import Queue, Settings
from bridge.config.numbers import Numbers
from bridge.config.sinks import SqliteSink
from bridge.config.types import target_seconds
from bridge.live.day import HOUR, AgentDay, Figures
from bridge.live.items import Failure, TodayItem
from bridge.reports import asked
from bridge.reports.columns import average
from bridge.reports.compute import compute
from bridge.reports.database import Database
from bridge.reports.figures import only
from bridge.reports.request import Filters
from bridge.reports.result import Lengths, Rate, Value
from bridge.service.seen import Seen
from bridge.store.asking import asking
from bridge.vocabulary.times import rfc3339

EVERY = 1.0
"""Seconds between two checks whether calls have ended."""
SHARE = 0.05
"""Share of one core that these figures may use, however long the day's reports take."""
AT_LEAST_EVERY = 20.0
"""Seconds after which the figures are computed again in any case: half hours, hours and days end, and another service
may write to the store too."""
RECENT = 30 * 60
"""Seconds that the service level of now looks back."""

Values = Mapping[str, Value]
OF_CALLS = ("arrived", "answered", "abandoned", "short_abandons", "exited", "overflowed", "asa", "wait", "talk")
GIVEN_UP = ("timeout", "leave_empty", "key")
"""How a call may leave a queue unanswered, without the caller hanging up."""
OF_STAYS = ("entered", "answered", "abandoned", "sl_s", *GIVEN_UP, "refused_full", "asa", "wait")
OF_AGENTS = ("handled", "answered", "rejected", "no_answer", "device_failed")

FAILURES = """
    SELECT pbx, agent, device, at, reason FROM offers
    WHERE at >= min(:since, :hour) AND at < :until AND outcome = 'cpe_rejected' ORDER BY at
"""
LONGEST_CALLS = """
    SELECT coalesce(dn, '–'), record_id, max(wait_ms) FROM calls WHERE outcome_at >= :since AND outcome_at < :until
    AND way = 'inbound' AND wanted = 1 AND wait_ms IS NOT NULL GROUP BY 1
"""
LONGEST_STAYS = """
    SELECT queue, record_id, max(wait_ms) FROM stays WHERE at >= :since AND at < :until
    AND way = 'inbound' AND exit_group <> 'refused' AND wait_ms IS NOT NULL GROUP BY 1
"""
ON_RECORD = "SELECT record_id FROM records WHERE record_id IN (SELECT value FROM json_each(:ids))"


async def keep_up(seen: Seen) -> NoReturn:
    """Compute until cancelled. Raises ``SinkError`` if the store cannot be read."""
    hub, made_at = seen.hub, 0.0
    while True:
        rest = EVERY
        if hub.day.is_of_before or time.monotonic() - made_at > AT_LEAST_EVERY:
            made_at = time.monotonic()
            made = await asyncio.to_thread(figures, hub.settings, lambda: hub.day.calls)
            hub.figures(made, time.time())
            rest = max(EVERY, (time.monotonic() - made_at) / SHARE)
        await asyncio.sleep(rest)


def figures(settings: Settings, calls: Callable[[], Sequence[str]] = list) -> Figures:
    """The figures of all calls together (``all``), and of each DN, queue and agent, since midnight in the zone of the
    reports; and which of ``calls`` are among them. These calls are looked up last, so whatever the figures contain
    was known by then. Raises ``SinkError``."""
    path = next(sink.path for sink in settings.sink if isinstance(sink, SqliteSink))
    with asking(path) as database:
        return _Asking(settings, database).figures(calls)


class _Asking:
    """Reads the store at one moment."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings, self._database = settings, database
        self._level = settings.reports.service_level
        self._request, self._now = asked.request(
            settings, asked.report("dn", None, None), Filters(), since=None, until=None, period=None, timezone=None,
            interval="none", attribution="event", by=None, weekdays=None, hours=None, holidays=(), answered_within=(),
            short_abandon=None,
        )  # fmt: skip
        self._times = {"since": self._request.since, "until": self._request.until}
        self._dns = Numbers(settings.dn)
        self._queues = {queue.name: queue for queue in settings.queue}

    def figures(self, calls: Callable[[], Sequence[str]]) -> Figures:
        failures, devices = self._failures()
        today, agents = dict(self._calls()) | dict(self._stays()), self._agents(failures)
        on_record = self._database.ask(ON_RECORD, {"ids": json.dumps([*calls()])})
        return Figures(
            since=rfc3339(self._request.since / 1000),
            nothing=self._item("all", {}, {}),
            today=today,
            agents=agents,
            failures=devices,
            on_record=frozenset(row[0] for row in on_record),
        )

    def _computed(self, name: str, ids: Sequence[str], seconds: float | None = None) -> dict[str, Values]:
        """The figures of today, or of the last ``seconds``, by the values of the report's dimensions, joined by a
        slash. The empty name stands for all together."""
        targets = {
            entry.name if isinstance(entry, Queue) else entry.number: target_seconds(entry.target)
            for entry in (self._settings.queue if name == "queues" else self._settings.dn)
            if entry.target is not None
        }
        request = dataclasses.replace(self._request, targets=targets)
        if seconds is not None:
            request = dataclasses.replace(request, since=request.until - round(seconds * 1000))
        result = compute(only(asked.report(name, None, None), ids), request, self._database, self._now)
        names = [figure.id for figure in result.figures]
        found = {"/".join(line.key): dict(zip(names, line.values, strict=True)) for line in result.lines}
        return {**found, "": dict(zip(names, result.totals, strict=True))}

    def _calls(self) -> Iterator[tuple[str, TodayItem]]:
        day = self._computed("dn", (*OF_CALLS, self._level))
        recent = self._computed("dn", (self._level,), RECENT)
        longest = self._longest(LONGEST_CALLS)
        for dn in day.keys() | recent.keys():
            key = f"dn:{dn}" if dn else "all"
            yield key, self._item(key, day.get(dn, {}), recent.get(dn, {}), longest.get(dn))

    def _stays(self) -> Iterator[tuple[str, TodayItem]]:
        day = self._computed("queues", (*OF_STAYS, self._level))
        recent = self._computed("queues", (self._level,), RECENT)
        longest = self._longest(LONGEST_STAYS)
        for queue in (day.keys() | recent.keys()) - {""}:
            values = day.get(queue, {})
            named: Values = {
                **values,
                "arrived": values.get("entered"),
                "short_abandons": values.get("sl_s"),
                "exited": sum(_count(values.get(name)) for name in GIVEN_UP),
                "overflowed": values.get("refused_full"),
            }
            key = f"queue:{queue}"
            yield key, self._item(key, named, recent.get(queue, {}), longest.get(queue))

    def _longest(self, query: str) -> dict[str, str]:
        """The call that waited longest, by DN or queue; under the empty name, of all."""
        found = [*self._database.ask(query, self._times)]
        longest = max(found, key=lambda row: row[2], default=None)
        return {row[0]: row[1] for row in found} | ({"": longest[1]} if longest is not None else {})

    def _item(self, key: str, values: Values, recent: Values, longest_call: str | None = None) -> TodayItem:
        level, level_30 = _rate(values.get(self._level)), _rate(recent.get(self._level))
        waits = values.get("wait")
        has_waits = isinstance(waits, Lengths) and waits.items > 0
        return TodayItem(
            arrived=_count(values.get("arrived")),
            answered=_count(values.get("answered")),
            abandoned=_count(values.get("abandoned")),
            short_abandons=_count(values.get("short_abandons")),
            exited=_count(values.get("exited")),
            overflowed=_count(values.get("overflowed")),
            sl=level[0],
            sl_formula=self._level,
            sl_within=self._within(key),
            sl_30=level_30[0],
            sl_30_of=level_30[1],
            asa=_average(values.get("asa")),
            wait_longest=waits.longest / 1000 if isinstance(waits, Lengths) and has_waits else None,
            wait_longest_call=longest_call if has_waits else None,
            talk_avg=_average(values.get("talk")),
        )

    def _within(self, key: str) -> float | None:
        """N of the service level, in seconds; None for all together, if several N apply."""
        kind, _, name = key.partition(":")
        default = self._settings.reports.answered_within
        if kind == "all":
            own = {target_seconds(dn.target) for dn in self._settings.dn if dn.target is not None}
            return default if own <= {default} else None
        entry = self._queues.get(name) if kind == "queue" else self._dns.get(name)
        return target_seconds(entry.target) if entry is not None and entry.target is not None else default

    def _agents(self, failures: Mapping[str, Failure]) -> dict[str, AgentDay]:
        found = self._computed("agents", OF_AGENTS)
        counts = {agent: {name: _count(values.get(name)) for name in OF_AGENTS} for agent, values in found.items()}
        return {agent: AgentDay(**of, last_failure=failures.get(agent)) for agent, of in counts.items() if agent}

    def _failures(self) -> tuple[dict[str, Failure], dict[str, list[str]]]:
        """Failures of phones: the last one of today, by PBX/agent; and the times of those in the last hour, by
        PBX/device."""
        hour = self._times["until"] - round(HOUR * 1000)
        last: dict[str, Failure] = {}
        devices: defaultdict[str, list[str]] = defaultdict(list)
        for pbx, agent, device, at, reason in self._database.ask(FAILURES, {**self._times, "hour": hour}):
            if at >= self._times["since"]:
                last[f"{pbx}/{agent}"] = Failure(rfc3339(at / 1000), reason)
            if at >= hour:
                devices[f"{pbx}/{device}"].append(rfc3339(at / 1000))
        return last, devices


def _count(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _rate(value: Value) -> tuple[float | None, int]:
    if not isinstance(value, Rate) or value.denominator <= 0:
        return None, 0
    return value.numerator / value.denominator, value.denominator


def _average(value: Value) -> float | None:
    """Seconds."""
    found = average(value.total, value.items) if isinstance(value, Lengths) else None
    return found / 1000 if found is not None else None
