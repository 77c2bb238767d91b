"""``callbridge tags``: the catalogue."""

from typing import Annotated

from cyclopts import Parameter

from bridge.commands.tables import show, show_json, table
from bridge.tags.catalogue import CATALOGUE


def command(*, json: Annotated[bool, Parameter(help="As one JSON array.")] = False) -> None:
    """List the tags: bit, name, English and Chinese label, meaning."""
    if json:
        show_json(
            [
                {
                    "bit": tag.bit,
                    "tag": tag.name,
                    "en": tag.en,
                    "zh": tag.zh,
                    "meaning": tag.meaning,
                    "meaning_zh": tag.meaning_zh,
                }
                for tag in CATALOGUE
            ]
        )
        return
    listing = table(
        *("bit", "tag", "English", "中文", "meaning"), right=["bit"], folding=["English", "中文", "meaning"]
    )
    for tag in CATALOGUE:
        listing.add_row(str(tag.bit), tag.name, tag.en, tag.zh, tag.meaning)
    show(listing)
