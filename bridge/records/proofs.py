"""Why a tag holds, in a person's language: reads the details that the rules wrote into a record."""

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
"""What may follow a form in a detail."""


def in_words(detail: str, language: Language) -> str:
    """A detail of a record's evidence in a language. A word that callbridge does not know stays as it is."""
    if detail == BY_LOG:
        return detail if language == "en" else "依 PBX 的記錄"
    if detail in INSIDE:
        return INSIDE[detail].of(language)
    for ending in ENDINGS:
        if detail.endswith(ending.en):
            return in_words(detail.removesuffix(ending.en), language) + ending.of(language)
    for pattern, form in _patterns():
        if found := pattern.fullmatch(detail):
            told = {name: _word(value, language, name) for name, value in found.groupdict().items()}
            return form.told.of(language).format(**told)
    return _word(detail, language)


def _word(value: str, language: Language, place: str = "") -> str:
    text = INSIDE.get(f"{place} {value}") or INSIDE.get(value) or WORDS.get(f"reason {value}")
    if text is not None:
        return text.of(language)
    return value if language == "en" else value.replace(", ", "、")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Form], ...]:
    """The forms as patterns. Only numbers match ``{n}`` and ``{limit}``."""
    found = []
    for form in FORMS:
        pattern = re.sub(r"\\{(n|limit)\\}", r"(?P<\1>[0-9.]+)", re.escape(form.written))
        found.append((re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", pattern)), form))
    return tuple(found)
