"""Texts for people in two languages, side by side: English, and 繁體中文 as used in Taiwan."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Language = Literal["en", "zh-TW"]


class Text(NamedTuple):
    """One text in both languages, with the same ``{names}`` to fill in."""

    en: str
    zh: str

    def of(self, language: Language) -> str:
        return self.en if language == "en" else self.zh


class Words:
    """A table's texts in one language: ``words("joined", who="1001")``."""

    def __init__(self, table: Mapping[str, Text], language: Language) -> None:
        self.language: Language = language
        self._texts = {key: text.of(language) for key, text in table.items()}

    def __call__(self, key: str, /, **values: object) -> str:
        return self._texts[key].format(**values)

    def __contains__(self, key: str) -> bool:
        return key in self._texts
