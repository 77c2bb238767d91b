"""Why a tag holds, told in 繁體中文 out of a record, which says it in English."""

from __future__ import annotations

import re
from functools import cache

from bridge.records.gaps import BY_LOG
from bridge.records.words import WORDS
from bridge.tags.words import FORMS, INSIDE
from bridge.vocabulary.language import Language, Text

ENDINGS = (
    Text(f", {BY_LOG}", "，依 PBX 的記錄"),
    Text(", as the phone itself says", "，由話機自行回報"),
    Text("; concluded, for the settings name no cap", "；推定，因設定未載明上限"),
)
"""What may follow a form."""


def in_words(detail: str, language: Language) -> str:
    """``detail``: of a record's evidence. What has no other language stays as it is."""
    return detail if language == "en" else _told(detail)


def _told(detail: str) -> str:
    if detail == BY_LOG:
        return "依 PBX 的記錄"
    if detail in INSIDE:
        return INSIDE[detail]
    for ending in ENDINGS:
        if detail.endswith(ending.en):
            return _told(detail.removesuffix(ending.en)) + ending.zh
    for form, zh in _patterns():
        if found := form.fullmatch(detail):
            return zh.format(**{name: _word(value) for name, value in found.groupdict().items()})
    return _word(detail)


def _word(value: str) -> str:
    if value in INSIDE:
        return INSIDE[value]
    text = WORDS.get(f"reason {value}")
    return text.zh if text is not None else value.replace(", ", "、")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Numbers match ``{n}`` and ``{limit}`` alone."""
    found = []
    for form in FORMS:
        pattern = re.sub(r"\\{(n|limit)\\}", r"(?P<\1>[0-9.]+)", re.escape(form.en))
        found.append((re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", pattern)), form.zh))
    return tuple(found)
