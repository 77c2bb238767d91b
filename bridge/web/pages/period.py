"""Periods that a person picks: days in the reader's zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal, get_args

Period = Literal["today", "yesterday", "this_week", "last_week", "month"]
PERIODS: tuple[Period, ...] = get_args(Period)


def days(period: Period, today: date) -> tuple[date, date]:
    """The first day, and the day after the last. A week begins on Monday; ``month`` is the last 30 days."""
    monday = today - timedelta(days=today.weekday())
    tomorrow = today + timedelta(days=1)
    return {
        "today": (today, tomorrow),
        "yesterday": (today - timedelta(days=1), today),
        "this_week": (monday, tomorrow),
        "last_week": (monday - timedelta(days=7), monday),
        "month": (today - timedelta(days=29), tomorrow),
    }[period]


def midnight(day: date, zone: tzinfo) -> datetime:
    """When a day begins in a zone."""
    return datetime.combine(day, time(), zone)
