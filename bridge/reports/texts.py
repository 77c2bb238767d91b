"""Values as a person reads them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bridge.reports.columns import Column, Plain, day_and_time
from bridge.reports.result import tenths
from bridge.vocabulary.language import Language

NOTHING = "–"
UNITS = {"#": ("#", "#"), "s": ("s", "秒")}
"""Of the last column of a breakdown, in a file."""
WORDS = {"open": ("open", "未結束"), "yes": ("yes", "是"), "no": ("no", "否")}


def shown(column: Column, value: Plain, zone: ZoneInfo, language: Language = "en") -> str:
    """``1,234``; ``3.1 s`` (``3.1 秒``), and from a minute on ``1:02:03``; ``81.1 %``; nothing known is a dash."""
    match value:
        case None:
            return NOTHING
        case list():
            return ", ".join(value)
        case str() if column.kind == "local":
            return f"{value[:10]} {value[11:19]}"
        case str():
            return value
        case int() if column.kind == "seconds":
            return duration(value, language)
        case int() if column.kind == "time":
            return f"{day_and_time(value, zone):%Y-%m-%d %H:%M:%S}"
        case int() if column.kind == "flag":
            return WORDS["open"][language == "zh-TW"] if value else ""
        case int() if column.kind == "yes":
            return WORDS["yes" if value else "no"][language == "zh-TW"]
        case int():
            return f"{value:,}"
        case (over, under) if column.kind == "rate":
            return percent(over, under)
        case (over, under):
            return f"{_tenth(over, under):,.1f}"


def percent(numerator: int, denominator: int) -> str:
    found = tenths(numerator, denominator)
    return f"{found // 10}.{found % 10} %" if found is not None else NOTHING


def duration(ms: int, language: Language = "en") -> str:
    """Half up: 59.96 s are a minute."""
    tenth = (ms + 50) // 100
    if tenth < 600:
        return f"{tenth // 10}.{tenth % 10} {'秒' if language == 'zh-TW' else 's'}"
    seconds = (ms + 500) // 1000
    return f"{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def _tenth(over: int, under: int) -> float:
    return (20 * over + under) // (2 * under) / 10
