"""Writes the catalogue into docs/tags.md and docs/tags.zh-TW.md: ``python -m bridge.tags.reference docs``.

The text above the mark in each page is written by hand and stays; the text below it comes from the catalogue.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from bridge.tags.catalogue import CATALOGUE, Tag

MARK = "<!-- From here on written by `python -m bridge.tags.reference docs`. -->\n"


class Language(NamedTuple):
    """The page in one language: its headings, and which texts of a tag it shows."""

    file: str
    groups: tuple[str, str, str]
    columns: tuple[str, str, str, str]
    labels: Callable[[Tag], tuple[str, str]]
    meaning: Callable[[Tag], str]
    rest: Callable[[Tag], dict[str, str]]
    """The list below the meaning: title to text. An empty text is left out."""
    limits: tuple[str, str, Callable[[Tag], str]]
    """The table of what ARI alone cannot show: its heading, the line above it, and a tag's text in it."""


LANGUAGES = (
    Language(
        file="tags.md",
        groups=("Categories", "Statuses", "Beyond the 27"),
        columns=("bit", "tag", "label", "中文"),
        labels=lambda tag: (tag.en, tag.zh),
        meaning=lambda tag: tag.meaning,
        rest=lambda tag: {"Example": tag.example, "Seen in": tag.evidence, "ARI alone": tag.ari_limit},
        limits=(
            "What ARI alone cannot show",
            "With AMI alone, callbridge sees every tag.",
            lambda tag: tag.ari_limit,
        ),
    ),
    Language(
        file="tags.zh-TW.md",
        groups=("類別", "狀態", "27 個之外"),
        columns=("位元", "標籤", "名稱", "English"),
        labels=lambda tag: (tag.zh, tag.en),
        meaning=lambda tag: tag.meaning_zh,
        rest=lambda tag: {"例": tag.example_zh, "依據": tag.evidence, "僅用 ARI 時": tag.ari_limit_zh},
        limits=("僅用 ARI 時的限制", "只用 AMI 就能判定所有標籤。", lambda tag: tag.ari_limit_zh),
    ),
)


def renewed(page: str, language: Language) -> str:
    """The page with the part below its mark written anew from the catalogue."""
    head, mark, _ = page.partition(MARK)
    return head + mark + "".join(_groups(language)) + "".join(_limits(language))


def _groups(language: Language) -> Iterator[str]:
    for title, bits in zip(language.groups, (range(13), range(13, 27), range(32, 64)), strict=True):
        tags = [tag for tag in CATALOGUE if tag.bit in bits]
        yield f"\n## {title}\n\n| {' | '.join(language.columns)} |\n| ---: | --- | --- | --- |\n"
        for tag in tags:
            yield f"| {tag.bit} | [`{tag.name}`](#{tag.name}) | {' | '.join(language.labels(tag))} |\n"
        for tag in tags:
            yield f"\n### {tag.name}\n\n{language.meaning(tag)}\n\n"
            yield from (f"- {word}: {text}\n" for word, text in language.rest(tag).items() if text)


def _limits(language: Language) -> Iterator[str]:
    title, first, limit = language.limits
    yield f"\n## {title}\n\n{first}\n\n| {language.columns[1]} | |\n| --- | --- |\n"
    yield from (f"| `{tag.name}` | {limit(tag)} |\n" for tag in CATALOGUE if limit(tag))


if __name__ == "__main__":
    for language in LANGUAGES:
        file = Path(sys.argv[1]) / language.file
        file.write_text(renewed(file.read_text("utf-8"), language), "utf-8")
