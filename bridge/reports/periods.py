"""Intervals as people mean them, in a zone, made of quarters of an hour in UTC.

Every offset of every zone in use, and every change of clocks, falls on a quarter of an hour. So local hours, days,
weeks and months are whole numbers of quarters, also on days of 23 and 25 hours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

SLOT = 900_000
"""Milliseconds in a quarter of an hour."""
DAY = 86_400_000
Interval = Literal["none", "15", "30", "60", "day", "week", "month", "hour-of-day", "weekday-hour"]
INTERVALS: tuple[Interval, ...] = ("none", "15", "30", "60", "day", "week", "month", "hour-of-day", "weekday-hour")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Period = Literal["today", "yesterday", "this-week", "last-week", "this-month", "last-month"]
PERIODS: tuple[Period, ...] = ("today", "yesterday", "this-week", "last-week", "this-month", "last-month")


class Bucket(NamedTuple):
    """One interval. Intervals sort by ``order``: their start, or in a profile their place."""

    order: int
    label: str
    """Local time, with its offset if it is a moment: ``2026-10-25 02:00 +02:00``; ``2026-W48``; ``Sun 02:00``."""
    start: int | None
    """Milliseconds since the epoch; None in a profile, and without intervals."""
    end: int | None


class Grain(NamedTuple):
    """Parts of time of equal length, counted from the epoch by a zone's clocks; each part lies in one bucket."""

    size: int
    """Length of a part in milliseconds."""
    shift: int
    """Milliseconds by which the clocks are ahead of UTC."""

    def of(self, at: str) -> str:
        """SQL for the number of the part in which a moment lies."""
        return f"({at} + {self.shift}) / {self.size}" if self.shift else f"{at} / {self.size}"

    def cut(self, since: int, until: int) -> Iterator[tuple[int, int]]:
        """The numbers of the parts in which a stretch lies, and its length in each."""
        number = (since + self.shift) // self.size
        while since < until:
            number += 1
            end = min(until, number * self.size - self.shift)
            yield number - 1, end - since
            since = end

    def slot(self, number: int) -> int:
        """The first quarter of an hour of a part."""
        return (number * self.size - self.shift) // SLOT


class Calendar:
    """Finds the bucket of a quarter of an hour in one zone. Results are remembered, because millions of rows have
    few different quarters."""

    def __init__(
        self,
        zone: ZoneInfo,
        interval: Interval,
        *,
        weekdays: Collection[int] = (),
        hours: tuple[int, int] | None = None,
        holidays: Collection[date] = (),
    ) -> None:
        """``weekdays``: 0 is Monday; empty: all. ``hours``: minutes of the local day, the end excluded.
        ``holidays``: days that are left out."""
        self._zone = zone
        self._interval = interval
        self._weekdays, self._hours, self._holidays = weekdays, hours, holidays
        self._known: dict[int, Bucket | None] = {}
        self._ends: dict[datetime, int] = {}

    @property
    def is_whole(self) -> bool:
        """Whether everything lies in one bucket, so that nobody need ask for quarters."""
        return self._interval == "none" and self.is_unfiltered

    @property
    def is_unfiltered(self) -> bool:
        """Whether no day and no hour is left out."""
        return not (self._weekdays or self._hours or self._holidays)

    def grain(self, since: int, until: int) -> Grain:
        """The longest parts by which a period can be queried: whole days or hours, unless clocks change in the
        period. Then, and if hours of the day are left out, quarters of an hour."""
        longest = {"15": SLOT, "30": 2 * SLOT, "60": 4 * SLOT, "hour-of-day": 4 * SLOT, "weekday-hour": 4 * SLOT}
        size = SLOT if self._hours is not None else longest.get(self._interval, DAY)
        offsets = {self._offset(at) for at in (*range(since, until, DAY // 2), until - 1)}
        return Grain(size, offsets.pop()) if len(offsets) == 1 else Grain(SLOT, 0)

    def _offset(self, at: int) -> int:
        ahead = datetime.fromtimestamp(at / 1000, self._zone).utcoffset()
        return round(ahead.total_seconds() * 1000) if ahead is not None else 0

    def bucket(self, slot: int) -> Bucket | None:
        """The bucket of a quarter of an hour, counted from the epoch; None if the filters leave it out."""
        if slot not in self._known:
            self._known[slot] = self._bucket(slot)
        return self._known[slot]

    def bucket_at(self, at: int) -> Bucket | None:
        """The bucket of a moment, in milliseconds."""
        return self.bucket(at // SLOT)

    def _bucket(self, slot: int) -> Bucket | None:
        local = datetime.fromtimestamp(slot * 900, self._zone)
        minute = local.hour * 60 + local.minute
        if self._weekdays and local.weekday() not in self._weekdays:
            return None
        if self._hours is not None and not self._hours[0] <= minute < self._hours[1]:
            return None
        if local.date() in self._holidays:
            return None
        match self._interval:
            case "none":
                return WHOLE
            case "hour-of-day":
                return Bucket(local.hour, f"{local.hour:02d}:00", None, None)
            case "weekday-hour":
                day = WEEKDAYS[local.weekday()].capitalize()
                return Bucket(local.weekday() * 24 + local.hour, f"{day} {local.hour:02d}:00", None, None)
            case "15" | "30" | "60":
                return self._part_of_hour(slot, local, int(self._interval))
        first = local.date()
        if self._interval == "week":
            first -= timedelta(days=local.weekday())
        elif self._interval == "month":
            first = first.replace(day=1)
        start, end = self.midnight(first), self.midnight(_next(first, self._interval))
        if self._interval == "week":
            year, week, _ = first.isocalendar()
            return Bucket(start, f"{year}-W{week:02d}", start, end)
        if self._interval == "month":
            return Bucket(start, f"{first:%Y-%m}", start, end)
        return Bucket(start, f"{first:%Y-%m-%d}", start, end)

    def _part_of_hour(self, slot: int, local: datetime, minutes: int) -> Bucket:
        """By local clocks: in a zone of +05:45 an hour begins at a quarter past UTC's."""
        start = slot - (local.minute % minutes) // 15
        while datetime.fromtimestamp(start * 900, self._zone).utcoffset() != local.utcoffset():
            start += 1  # clocks changed within the hour: the time before is an interval of its own
        end = slot + 1
        while True:
            after = datetime.fromtimestamp(end * 900, self._zone)
            if after.minute % minutes == 0 or after.utcoffset() != local.utcoffset():
                break
            end += 1
        began = datetime.fromtimestamp(start * 900, self._zone)
        return Bucket(start * SLOT, f"{began:%Y-%m-%d %H:%M} {offset(began)}", start * SLOT, end * SLOT)

    def midnight(self, day: date) -> int:
        """When a local day begins, in milliseconds; if clocks skip midnight, when they go on."""
        local = datetime.combine(day, time(), self._zone)
        start = int(local.timestamp())
        # A midnight that does not exist is read with the offset before the change: the day begins at the change.
        while datetime.fromtimestamp(start, self._zone).date() < day:
            start += 900
        while datetime.fromtimestamp(start - 900, self._zone).date() >= day:
            start -= 900
        return start * 1000


WHOLE = Bucket(0, "", None, None)


def offset(local: datetime) -> str:
    """``+08:00``."""
    text = f"{local:%z}"
    return f"{text[:3]}:{text[3:5]}"


def _next(first: date, interval: str) -> date:
    if interval == "week":
        return first + timedelta(days=7)
    if interval == "month":
        return (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first + timedelta(days=1)


def period(name: Period, zone: ZoneInfo, now: float) -> tuple[int, int]:
    """A period by its name, as from and until in milliseconds: in the zone asked for, whatever the machine's zone
    is."""
    days = Calendar(zone, "day")
    today = datetime.fromtimestamp(now, zone).date()
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    match name:
        case "today":
            since, until = today, None
        case "yesterday":
            since, until = today - timedelta(days=1), today
        case "this-week":
            since, until = monday, None
        case "last-week":
            since, until = monday - timedelta(days=7), monday
        case "this-month":
            since, until = first, None
        case "last-month":
            since, until = (first - timedelta(days=1)).replace(day=1), first
    return days.midnight(since), days.midnight(until) if until is not None else int(now * 1000)


def moment(text: str, zone: ZoneInfo) -> int:
    """A time that a person typed, in milliseconds: a day or a time of the zone, unless it has its own offset.
    Raises ``ValueError``."""
    if len(text) == 10:
        return Calendar(zone, "day").midnight(date.fromisoformat(text))
    given = datetime.fromisoformat(text)
    if given.tzinfo is None:
        given = given.replace(tzinfo=zone)
    return round(given.astimezone(UTC).timestamp() * 1000)
