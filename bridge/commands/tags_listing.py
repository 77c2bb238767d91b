"""The catalogue for ``callbridge tags``: as a table and as JSON."""

from collections.abc import Sequence

import msgspec
from rich.table import Table

from bridge.commands.terminal import console
from bridge.tags.catalogue import Tag


def show(tags: Sequence[Tag]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("bit", justify="right", no_wrap=True)
    table.add_column("tag", no_wrap=True)
    for name in ("English", "中文", "meaning"):
        table.add_column(name)
    for tag in tags:
        table.add_row(str(tag.bit), tag.name, tag.en, tag.zh, tag.meaning)
    console().print(table)


def as_json(tags: Sequence[Tag]) -> str:
    """One array; an object a tag with ``bit``, ``tag``, ``en``, ``zh``, ``meaning`` and ``meaning_zh``."""
    rows = [
        {
            "bit": tag.bit,
            "tag": tag.name,
            "en": tag.en,
            "zh": tag.zh,
            "meaning": tag.meaning,
            "meaning_zh": tag.meaning_zh,
        }
        for tag in tags
    ]
    return msgspec.json.format(msgspec.json.encode(rows)).decode()
