"""Under the lanes: what the patterns and shapes mean, and every tag with its time and why."""

from __future__ import annotations

from datetime import datetime

from bridge.records.proofs import in_words
from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.language import Count
from bridge.vocabulary.record import Evidence
from bridge.vocabulary.times import seconds
from bridge.web import looks
from bridge.web.drawing import HEAD, Drawing
from bridge.web.layout import TEXT
from bridge.web.looks import BARS
from bridge.web.shelves import shortened, text_width
from bridge.web.svg import rect, safe, text

LINE = 21.0


def key(drawing: Drawing, y: float) -> tuple[float, str]:
    """The key: the bars and marks of this picture. Returns the y below it."""
    words, muted = drawing.words, f' fill="{drawing.colours.muted}"'
    drawn = [text(14, y + 12, words("key"), muted)]
    x = HEAD
    for kind in dict.fromkeys(
        piece.kind for piece in drawing.pieces if piece.shape in ("bar", "gap", "mark", "flag")
    ):
        if kind.startswith(("exit ", "ended ")):
            continue  # these have their words beside them
        name = words(f"key {kind}" if kind in ("waiting", "flag") else kind)
        width = 46 + text_width(name, TEXT)
        if x + width > drawing.view.width:
            x, y = HEAD, y + LINE
        if kind in BARS:
            height = 5 if kind == "calling" else 14
            look = f' rx="2" {looks.fill(kind)} stroke="{drawing.colours.ink}"{looks.dashes(kind)}'
            drawn.append(rect(x, y + 8 - height / 2, 22, height, look))
        else:
            drawn.append(looks.mark(kind, x + 12, y + 8))
        drawn.append(text(x + 28, y + 12, name, muted))
        x += width
    for count, name in zip(drawing.left_out, ("more lanes", "more pieces"), strict=True):
        if count:
            y += LINE
            drawn.append(text(HEAD, y + 12, words(name, count=Count(count))))
    return y + LINE, "".join(drawn)


def tags(drawing: Drawing, y: float) -> tuple[float, str]:
    """The tags: number, label in both languages, time and proof, each with a link to its pin. Returns the y below
    them."""
    words, record = drawing.words, drawing.record
    title = words("tags" if record.tags else "no tags")
    drawn = [text(14, y + 16, title, ' font-size="13" font-weight="600"')]
    y += 38
    for name in record.tags:
        proofs = record.evidence.get(name)
        drawn.append(_line(drawing, name, proofs[0] if proofs else None, y))
        y += LINE
    return y, "".join(drawn)


def _line(drawing: Drawing, name: str, proof: Evidence | None, y: float) -> str:
    tag, width = BY_NAME[name], drawing.view.width
    middle = round(width * 0.44)
    label = f"{tag.en}  {tag.zh}" if drawing.language == "en" else f"{tag.zh}  {tag.en}"
    line = looks.pin(tag.bit, 24, y - 4, drawing.view.theme) + text(
        42, y, shortened(label, 12, middle - 56), ' font-size="12"'
    )
    if proof is not None:
        at = seconds(proof.at)
        clock = datetime.fromtimestamp(at, drawing.view.zone).isoformat(timespec="milliseconds")[11:23]
        after = drawing.words("seconds", n=f"{at - drawing.start:+.3f}")
        why = " · ".join(
            part for part in (in_words(proof.detail or "", drawing.language), proof.event, proof.channel) if part
        )
        line += text(middle, y, f"{clock}  {after}", ' font-size="12"')
        why = shortened(why, 12, width - middle - 214)
        line += text(middle + 200, y, why, f' font-size="12" fill="{drawing.colours.muted}"')
    return f'<a id="list-tag-{tag.bit}" href="#picture-tag-{tag.bit}"><title>{safe(label)}</title>{line}</a>'
