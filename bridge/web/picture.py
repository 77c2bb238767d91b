"""One call as a picture: SVG, made from its record alone. The same record, language and view give the same bytes.

The steps: record → story (what is shown) → drawing (where) → this file (SVG). The SVG holds no style and no
script, so a page may contain it. The classes ``ground``, ``stripe`` and ``faint`` are for the page's print form,
``links`` for focus and target.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bridge.records.explain import sentence
from bridge.vocabulary.language import Language
from bridge.vocabulary.record import Record
from bridge.web import under
from bridge.web.axis import grid, heads
from bridge.web.drawing import Drawing, View, draw
from bridge.web.layout import TEXT
from bridge.web.links import links
from bridge.web.looks import FONT, definitions
from bridge.web.paint import paint
from bridge.web.shelves import shortened
from bridge.web.story import story
from bridge.web.svg import rect, safe, text

TALL = 2.0
"""Height in widths: a lower picture is scaled to the window and to one sheet of paper, a taller one is scrolled."""


def picture(record: Record, language: Language = "en", view: View | None = None) -> bytes:
    """The picture of a call: SVG in UTF-8."""
    return painted(draw(story(record, language), view or View())).encode()


def painted(drawing: Drawing) -> str:
    return "".join(_svg(drawing))


def _svg(drawing: Drawing) -> Iterator[str]:
    record, colours, width = drawing.record, drawing.colours, drawing.view.width
    below, key = under.key(drawing, drawing.bottom + 44)
    tags = ""
    if drawing.view.alone:
        below, tags = under.tags(drawing, below)
    title = drawing.words("title", call=record.call_id)
    tall = f' height="{below:.0f}"' if below > TALL * width else ""
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="call-picture" lang="{drawing.language}" '
        f'viewBox="0 0 {width:.0f} {below:.0f}" width="{width:.0f}"{tall} font-family="{FONT}" '
        f'font-size="{TEXT:.0f}" fill="{colours.text}" role="group" '
        'aria-labelledby="picture-title" aria-describedby="picture-description">'
        f'<title id="picture-title">{safe(title)}</title>'
        f'<desc id="picture-description">{safe(sentence(record, drawing.language))}</desc>'
    )
    kinds = {piece.kind for piece in drawing.pieces}
    yield definitions(drawing.view.theme, kinds, {row.lane.role for row in drawing.rows.values()})
    yield rect(0, 0, width, below, f' class="ground" fill="{colours.ground}"')
    yield '<g aria-hidden="true">'
    yield from _heading(drawing)
    yield from heads(drawing)
    yield from grid(drawing)
    yield from paint(drawing)
    yield f"{key}</g>"
    yield from links(drawing)
    yield f"{tags}</svg>\n"


def _heading(drawing: Drawing) -> Iterator[str]:
    if not drawing.view.alone:
        return
    for n, line in enumerate(drawing.heading):
        yield text(14, 24 + n * 21, line, ' font-size="15" font-weight="600"')
    record, zone = drawing.record, drawing.view.zone
    date = datetime.fromtimestamp(drawing.start, zone).date().isoformat()
    of = drawing.words("of", call=record.call_id, pbx=record.pbx, date=date, zone=str(zone))
    of = shortened(of, 12, drawing.view.width - 32)
    yield text(14, drawing.head - 8, of, f' font-size="12" fill="{drawing.colours.muted}"')
