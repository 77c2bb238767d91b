"""Why a tag holds, as a person reads it, out of a record, which says it in its own words."""

from __future__ import annotations

import re
from functools import cache

from bridge.records.gaps import BY_LOG
from bridge.records.words import WORDS
from bridge.tags.words import FORMS, INSIDE, Form
from bridge.vocabulary.language import Language, Text

ENDINGS = (
    Text(f", {BY_LOG}", "，依 PBX 的記錄"),
    Text(", as the phone itself says", "，由話機自行回報"),
    Text("; concluded, for the settings name no cap", "；推定，因設定未載明上限"),
)
"""What may follow a form."""


def in_words(detail: str, language: Language) -> str:
    """``detail``: of a record's evidence. What is no word of ours stays as it is."""
    if detail == BY_LOG:
        return detail if language == "en" else "依 PBX 的記錄"
    if detail in INSIDE:
        return INSIDE[detail].of(language)
    for ending in ENDINGS:
        if detail.endswith(ending.en):
            return in_words(detail.removesuffix(ending.en), language) + ending.of(language)
    for pattern, form in _patterns():
        if found := pattern.fullmatch(detail):
            told = {name: _word(value, language) for name, value in found.groupdict().items()}
            return form.told.of(language).format(**told)
    return _word(detail, language)


def _word(value: str, language: Language) -> str:
    text = INSIDE.get(value) or WORDS.get(f"reason {value}")
    if text is not None:
        return text.of(language)
    return value if language == "en" else value.replace(", ", "、")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Form], ...]:
    """Numbers match ``{n}`` and ``{limit}`` alone."""
    found = []
    for form in FORMS:
        pattern = re.sub(r"\\{(n|limit)\\}", r"(?P<\1>[0-9.]+)", re.escape(form.written))
        found.append((re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", pattern)), form))
    return tuple(found)
