"""Invisible links over the painted picture: one for each piece, in order of time, with the piece's whole text. So
keyboard and screen reader walk through the call as it happened, and pointing at a piece shows its text."""

from __future__ import annotations

from collections.abc import Iterator

from bridge.web.drawing import Drawing
from bridge.web.layout import BADGE, BAR, Placed, Row
from bridge.web.piece import Piece
from bridge.web.svg import rect, safe


def links(drawing: Drawing) -> Iterator[str]:
    """``picture-7`` leads to ``list-7``, its entry in the list beside the picture; if the picture stands alone, to
    itself."""
    places = {placed.piece.number: (row, placed) for row in drawing.rows.values() for placed in row.placed}
    yield '<g class="links" fill="none" pointer-events="all">'
    for piece in drawing.pieces:
        place = places.get(piece.number)
        box = _box(drawing, piece, *place) if place is not None else _wide(drawing, piece)
        listed = piece.is_proof or not drawing.view.alone
        aim = f"list-{piece.entry}" if listed else f"picture-{piece.name}"
        yield f'<a id="picture-{piece.name}" href="#{aim}"><title>{safe(piece.text)}</title>{box}</a>'
    yield "</g>"


def _box(drawing: Drawing, piece: Piece, row: Row, placed: Placed) -> str:
    x, y, bars = placed.x, row.top + placed.y, row.top + row.bars
    if piece.shape == "bar":
        return rect(x, y, placed.width, BAR)
    if piece.shape == "arrow":
        target = drawing.rows.get(piece.to[0], row)
        ends = sorted((row.middle, target.middle))
        return rect(x - 6, ends[0], 12, max(12, ends[1] - ends[0]))
    if piece.shape == "dot" or placed.row < 0:
        return rect(x - 3, bars - 3, 6, 6)
    if piece.shape == "flag":
        return rect(x - 6, bars - 10, 12, 24)
    return rect(x - BADGE, y - BADGE, 2 * BADGE, 2 * BADGE)


def _wide(drawing: Drawing, piece: Piece) -> str:
    x, width = drawing.across(piece)
    if piece.shape == "frame":
        return next((rect(x, top - 6, width, 12) for top, _ in drawing.runs(piece)), "")
    return rect(x, drawing.top, width, drawing.bottom - drawing.top) if piece.shape == "gap" else ""
