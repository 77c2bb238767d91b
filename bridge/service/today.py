"""The figures of today for the board: the reports of today, made again when calls have ended."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import NoReturn

from bridge.config import Settings
from bridge.live.items import Change, TodayItem
from bridge.reports import asked
from bridge.reports.compute import compute
from bridge.reports.database import opened
from bridge.reports.request import Filters, Request
from bridge.reports.result import Lengths, Rate, Value
from bridge.service.seen import Seen

EVERY = 5.0
"""Seconds between two looks whether calls have ended."""
AT_LEAST_EVERY = 60.0
"""Seconds after which the figures are made again all the same: another service may write too, and days end."""


async def keep_up(settings: Settings, seen: Seen) -> NoReturn:
    """Until cancelled. Raises ``SinkError`` where the store cannot be read."""
    known: dict[str, TodayItem] = {}
    ended, made_at = -1, 0.0
    while True:
        if seen.hub.calls_ended != ended or time.monotonic() - made_at > AT_LEAST_EVERY:
            ended, made_at = seen.hub.calls_ended, time.monotonic()
            now = await asyncio.to_thread(lambda: dict(figures(settings)))
            changes = [Change("today", key, known.get(key), item) for key, item in now.items()]
            changes += [Change("today", key, item, None) for key, item in known.items() if key not in now]
            known = now
            seen.hub.take(changes, time.time())
        await asyncio.sleep(EVERY)


def figures(settings: Settings) -> Iterator[tuple[str, TodayItem]]:
    """Of all together (``all``), of each DN and of each queue, since midnight where the reports' zone is."""
    for name, prefix, came in (("dn", "dn", "arrived"), ("queues", "queue", "entered")):
        report = asked.report(name, None, None)
        request, now = _today(settings, name)
        with opened(settings) as database:
            result = compute(report, request, database, now)
            ids = [figure.id for figure in result.figures]
            if name == "dn":
                yield "all", _item(settings, request, dict(zip(ids, result.totals, strict=True)), came)
            for line in result.lines:
                values = dict(zip(ids, line.values, strict=True))
                yield f"{prefix}:{line.key[-1]}", _item(settings, request, values, came)


def _today(settings: Settings, name: str) -> tuple[Request, int]:
    return asked.request(
        settings, asked.report(name, None, None), Filters(), since=None, until=None, period=None, timezone=None,
        interval="none", attribution="event", by=None, weekdays=None, hours=None, holidays=(), answered_within=(),
        short_abandon=None,
    )  # fmt: skip


def _item(settings: Settings, request: Request, values: dict[str, Value], came: str) -> TodayItem:
    level, asa = values.get(settings.reports.service_level), values.get("asa")
    return TodayItem(
        arrived=_count(values.get(came)),
        answered=_count(values.get("answered")),
        abandoned=_count(values.get("abandoned")),
        sl=level.numerator / level.denominator if isinstance(level, Rate) and level.denominator else None,
        sl_formula=settings.reports.service_level,
        asa=round(asa.total / asa.items / 1000, 1) if isinstance(asa, Lengths) and asa.items else None,
    )


def _count(value: Value) -> int | None:
    return value if isinstance(value, int) else None
