"""The page of a call in progress, at the address that its record will have. A script fills it from the live
stream."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from bridge.api.typed import Asked
from bridge.live.items import CallItem
from bridge.records.words import WORDS
from bridge.reports.texts import tag_label
from bridge.tags.catalogue import CATALOGUE
from bridge.vocabulary.language import Language
from bridge.web.now_texts import script_words, words
from bridge.web.page_texts import TEXTS
from bridge.web.pages.now import MODES, OTHER_SHAPES, STAGES
from bridge.web.render import in_page, page, shown_to, text
from bridge.web.shapes import OF_OUTCOMES, shape


async def in_progress(asked: Asked, key: str, item: CallItem) -> Response:
    """``item``: the call as the board shows it, or showed it a moment ago."""
    lang = shown_to(asked.request, asked.desk).lang
    await asked.note("live call", key)
    shapes = {name: shape(OTHER_SHAPES.get(name, name)) for name in (*STAGES, *MODES, "ready", "failed", "unseen")}
    shapes |= {f"outcome_{outcome or 'unseen'}": shape(name) for outcome, name in OF_OUTCOMES.items()}
    said = _said(lang)
    context: dict[str, Any] = {
        "w": words(lang) | {"agent": text("col_agent", lang)}, "words": said, "shapes": shapes, "key": key, "c": item,
        "script_words": in_page(said), "labels": in_page(_labels(lang)),
    }  # fmt: skip
    return await page(asked.request, asked.desk, asked.who, "call_live.html", context)


def _said(lang: Language) -> dict[str, str]:
    """The words that the script needs."""
    found = script_words(lang)
    found |= {key: text(key, lang) for key in TEXTS if key.startswith(("outcome_", "exit_"))}
    return found | {key: WORDS[key][lang == "zh-TW"] for key in WORDS if key.startswith("reason ")}


def _labels(lang: Language) -> dict[str, tuple[int, str, str]]:
    """Of each tag: the bit, and the label in either language."""
    other: Language = "en" if lang == "zh-TW" else "zh-TW"
    return {tag.name: (tag.bit, tag_label(tag.name, lang), tag_label(tag.name, other)) for tag in CATALOGUE}
