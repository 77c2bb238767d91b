"""Texts for people in two languages, side by side: English, and 繁體中文 as used in Taiwan."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Language = Literal["en", "zh-TW"]


class Count(int):
    """A number in a text: ``{n}`` is ``1,234``, and ``{n:row|rows}`` the word that goes with it."""

    def __format__(self, words: str) -> str:
        if not words:
            return f"{int(self):,}"
        one, several = words.split("|")
        return one if self == 1 else several


def counted(count: int, one: str, several: str | None = None) -> str:
    """``1 row``, ``1,234 rows``. ``several``: if it is not ``one`` with an s."""
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"


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
