"""Turns what was typed after ``callbridge report`` into a request. A mistake is one line with the mend."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from datetime import date
from typing import get_args
from zoneinfo import ZoneInfo

from bridge.config import Settings
from bridge.config.nearest import nearest
from bridge.config.rules import is_zone
from bridge.config.types import target_seconds
from bridge.errors import UsageError
from bridge.reports.catalogue import LIMITS, REPORTS, TAGS_BY, by_dn, by_queue, tags_by
from bridge.reports.catalogue.levels import LEVELS
from bridge.reports.catalogue.main import levels
from bridge.reports.figures import Report
from bridge.reports.listing import CALLS, Behind
from bridge.reports.listing import NAME as LIST
from bridge.reports.listing import behind as figure_of
from bridge.reports.periods import INTERVALS, PERIODS, WEEKDAYS, Interval, Period, moment, period
from bridge.reports.request import Attribution, Filters, Request
from bridge.reports.zones import zone_of
from bridge.store.outcomes import INBOUND, OUTBOUND
from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.terms import STAFF, Direction


def behind(
    of: str, by: str | None, answered_within: Sequence[float] | None, service_level: str | None = None
) -> Behind:
    """The number of a full name such as ``agents.rejected``, whose rows are to be listed. Raises ``UsageError``."""
    name, dot, figure = of.partition(".")
    if not dot:
        raise UsageError(f'--of: "{of}" is no figure; write report and figure, as agents.rejected')
    return figure_of(report(name, by, answered_within, service_level), figure)


def report(
    name: str, by: str | None, answered_within: Sequence[float] | None, service_level: str | None = None
) -> Report:
    """The report of a name; of its service levels only one, if one is named. Raises ``UsageError``."""
    found = _report(name, by, answered_within)
    if service_level is None:
        return found
    _known("--service-level", [service_level], [level.id for level in LEVELS])
    shown = [figure.id for figure in found.figures]
    others = [name for level in LEVELS for name in levels(level.id, shown) if level.id != service_level]
    if not others:
        raise UsageError(f"--service-level: {name} has none; it goes with dn, queues and service-level")
    return found._replace(figures=tuple(f._replace(shown=f.shown and f.id not in others) for f in found.figures))


def _report(name: str, by: str | None, answered_within: Sequence[float] | None) -> Report:
    _known("report", [name], [*REPORTS, LIST])
    if name == LIST:
        return CALLS
    if name == "tags":
        _known("--by", [by or "dn"], TAGS_BY)
        return tags_by(by or "dn")
    if name != "service-level":
        if by is not None:
            raise UsageError("--by goes with service-level and tags; leave it out")
        return REPORTS[name]
    _known("--by", [by or "dn"], ("dn", "queue"))
    limits = [_limit(value) for value in answered_within or LIMITS]
    return by_queue(limits) if by == "queue" else by_dn(limits)


def _limit(seconds: float) -> int:
    if not (0 < seconds < 100_000 and seconds == int(seconds)):
        raise UsageError(f"--answered-within: {seconds:g} is no number of whole seconds; write 20")
    return int(seconds)


def request(
    settings: Settings,
    found: Report,
    filters: Filters,
    *,
    since: str | None,
    until: str | None,
    period: str | None,
    timezone: str | None,
    interval: str,
    attribution: Attribution,
    by: str | None,
    weekdays: str | None,
    hours: str | None,
    holidays: Iterable[str],
    answered_within: Sequence[float],
    short_abandon: float | None,
    service_level: str | None = None,
    search: str | None = None,
) -> tuple[Request, int]:
    """The request, and the time of asking in milliseconds. Raises ``UsageError``."""
    _known("--interval", [interval], INTERVALS)
    for option, given, known in (
        ("--tag", filters.tag, BY_NAME),
        ("--any-tag", filters.any_tag, BY_NAME),
        ("--not-tag", filters.not_tag, BY_NAME),
        ("--outcome", filters.outcome, (*INBOUND, *OUTBOUND)),
        ("--role", filters.role, STAFF),
        ("--direction", filters.direction, get_args(Direction)),
        ("--pbx", filters.pbx, [pbx.name for pbx in settings.pbx]),
    ):
        _known(option, given, known)
    if timezone is not None and not is_zone(timezone):
        raise UsageError(f'--timezone: "{timezone}" is no time zone; write a name such as Asia/Taipei')
    zone = zone_of(timezone or settings.reports.timezone)
    now = time.time()
    start, end = _bounds(since, until, period, zone, now)
    of_queues = any(dimension.id == "queue" for dimension in found.dimensions)
    entries = settings.queue if of_queues else settings.dn
    targets = {
        getattr(entry, "name" if of_queues else "number"): target_seconds(entry.target) if entry.target else None
        for entry in entries
    }
    if not any(limit is not None for limit in targets.values()):
        targets = {}
    made = Request(
        since=start,
        until=end,
        zone=zone,
        interval=_interval(interval),
        attribution=attribution,
        weekdays=[WEEKDAYS.index(day) for day in _days(weekdays)],
        hours=_hours(hours),
        holidays=[_day(day) for day in holidays],
        filters=filters,
        by=by,
        answered_within=[*answered_within] or [settings.reports.answered_within],
        targets={} if answered_within else targets,
        short_abandon=short_abandon,
        short_stay=settings.thresholds.short_abandon,
        service_level=service_level or settings.reports.service_level,
        country=settings.reports.country,
        search=search,
    )
    return made, int(now * 1000)


def _bounds(since: str | None, until: str | None, named: str | None, zone: ZoneInfo, now: float) -> tuple[int, int]:
    if named is not None:
        if since is not None or until is not None:
            raise UsageError("--period is given beside --since or --until; keep one of them")
        _known("--period", [named], PERIODS)
        return period(_period(named), zone, now)
    start = _moment("--since", since, zone) if since is not None else period("today", zone, now)[0]
    end = _moment("--until", until, zone) if until is not None else int(now * 1000)
    if end <= start and (since, until) != (None, None):  # a day that has just begun is no mistake
        raise UsageError("--until is not after --since; write a later time")
    return start, end


def _period(name: str) -> Period:
    return next(known for known in PERIODS if known == name)


def _interval(name: str) -> Interval:
    return next(known for known in INTERVALS if known == name)


def _moment(option: str, text: str, zone: ZoneInfo) -> int:
    try:
        return moment(text, zone)
    except (ValueError, OverflowError):
        raise UsageError(f'{option}: "{text}" is no time; write 2026-01-31 or 2026-01-31T09:30') from None


def _days(text: str | None) -> list[str]:
    found = [day.strip().lower() for day in text.split(",")] if text else []
    _known("--weekdays", found, WEEKDAYS)
    return found


def _hours(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    told = re.fullmatch(r"(\d\d?):(00|15|30|45)\s*[-–]\s*(\d\d?):(00|15|30|45)", text)
    if told:
        start, end = (int(told[n]) * 60 + int(told[n + 1]) for n in (1, 3))
        if start < end <= 24 * 60:
            return start, end
    raise UsageError(f'--hours: "{text}" are no hours; write 09:00-18:00, on quarters of an hour')


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f'--holidays: "{text}" is no day; write 2026-01-31') from None


def _known(what: str, given: Iterable[str], known: Iterable[str]) -> None:
    names = [*known]
    for name in given:
        if name not in names:
            raise UsageError(f'{what}: unknown "{name}"; {nearest(name, names)}')
