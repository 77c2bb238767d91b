"""Values as a person reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from bridge.records.explain import in_words
from bridge.reports.columns import Column, Plain, day_and_time
from bridge.reports.result import Table, tenths
from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.language import Language
from bridge.vocabulary.words import word

NOTHING = "–"
UNITS = {"#": ("#", "#"), "s": ("s", "秒")}
"""Heads of the last column of a breakdown, in a file."""
REMARK = re.compile(r"\s*\([^)]*\)")
WORDS = {"open": ("open", "未結束"), "yes": ("yes", "是"), "no": ("no", "否")}


def shown(column: Column, value: Plain, zone: ZoneInfo, language: Language = "en") -> str:
    """A value of a kind: ``1,234``; ``3.1 s`` (``3.1 秒``), from a minute on ``1:02:03``; ``81.1 %``; a dash if it
    is not known."""
    match value:
        case None:
            return NOTHING
        case list():
            return ", ".join(worded(column.words, each, language) for each in value)
        case str() if column.kind == "local":
            return f"{value[:10]} {value[11:19]}"
        case str():
            return worded(column.words, value, language)
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


def worded(families: Sequence[str], value: str, language: Language) -> str:
    """A value as a person reads it. ``families``: the column's words."""
    match families:
        case ("tag",):
            tag = BY_NAME.get(value)
            return value if tag is None else tag.zh if language == "zh-TW" else tag.en
        case ("reason",):
            return in_words(value, language)
    return word(families, value, language)


def tag_label(name: str, language: Language) -> str:
    """A tag as the catalogue calls it, without its remark in brackets."""
    tag = BY_NAME.get(name)
    return REMARK.sub("", tag.zh if language == "zh-TW" else tag.en) if tag is not None else name


def broken_by(table: Table, value: str, language: Language) -> str:
    """What a breakdown's row is of. A pause's reason is the PBX's own text; why a phone failed is in our words."""
    if table.id == "both":
        return " + ".join(tag_label(tag, language) for tag in value.split(" + "))
    return in_words(value, language) if table.id == "reason" and not table.is_time else value


def told(table: Table, language: Language) -> Iterator[tuple[str | int | float, ...]]:
    """A breakdown's rows as a person reads them."""
    for *of, value, count in table.told():
        yield (*of, broken_by(table, str(value), language), count)


def percent(numerator: int, denominator: int) -> str:
    """``81.1 %``; a dash where the denominator is 0."""
    found = tenths(numerator, denominator)
    return f"{found // 10}.{found % 10} %" if found is not None else NOTHING


def duration(ms: int, language: Language = "en") -> str:
    """A time in milliseconds: ``3.1 s``, from a minute on ``1:02:03``. It is rounded half up, so that 59.96 s are
    a minute."""
    tenth = (ms + 50) // 100
    if tenth < 600:
        return f"{tenth // 10}.{tenth % 10} {'秒' if language == 'zh-TW' else 's'}"
    seconds = (ms + 500) // 1000
    return f"{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def _tenth(over: int, under: int) -> float:
    return (20 * over + under) // (2 * under) / 10


def all_worded(column: Column, value: Plain, language: Language) -> Plain:
    """A value, or several, in the words that its column has for it."""
    match value:
        case str():
            return worded(column.words, value, language)
        case list():
            return [worded(column.words, each, language) for each in value]
    return value
