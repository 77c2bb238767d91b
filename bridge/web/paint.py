"""Paints the pieces on the lanes: a function for each kind of piece, in the order in which pieces cover one
another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from bridge.tags.catalogue import BY_NAME
from bridge.web import looks
from bridge.web.drawing import Drawing
from bridge.web.layout import BAR, LABEL, Row
from bridge.web.looks import BARS
from bridge.web.piece import Piece
from bridge.web.scale import FOLD
from bridge.web.svg import path, rect, text


def paint(drawing: Drawing) -> Iterator[str]:
    """SVG; what lies beneath comes first."""
    yield from _gaps(drawing)
    yield from _bars(drawing)
    yield from _frames(drawing)
    yield from _ties(drawing)
    yield from _folds(drawing)
    yield from _arrows(drawing)
    yield from _marks(drawing)
    yield from _pins(drawing)
    yield from _texts(drawing)


def _gaps(drawing: Drawing) -> Iterator[str]:
    for piece in drawing.pieces:
        if piece.shape == "gap":
            x, width = drawing.across(piece)
            look = f' {looks.fill("gap")} stroke="{drawing.colours.muted}" stroke-dasharray="3 3"'
            yield rect(x, drawing.top, width, drawing.bottom - drawing.top, look)


def _bars(drawing: Drawing) -> Iterator[str]:
    yield f'<g class="bars" stroke="{drawing.colours.ink}">'
    for row, placed in drawing.placed("bar"):
        kind, x, y, width = placed.piece.kind, placed.x, row.top + placed.y, placed.width
        if kind == "calling":
            yield rect(x, y + BAR / 2 - 2.5, width, 5, f" {looks.fill(kind)}")
            continue
        yield rect(x, y, width, BAR, f' rx="3" {looks.fill(kind)}{looks.dashes(kind)}')
        if kind == "barge" and width > 8:
            yield rect(x + 3, y + 3, width - 6, BAR - 6, ' rx="1" fill="none" stroke="#333"')
    yield "</g>"


def _frames(drawing: Drawing) -> Iterator[str]:
    look = f'fill="none" stroke="{drawing.colours.ink}" stroke-width="1.8" stroke-dasharray="7 4"'
    for piece in drawing.pieces:
        if piece.shape == "frame":
            x, width = drawing.across(piece)
            runs = list(drawing.runs(piece))
            for top, bottom in runs:
                yield rect(x, top, width, bottom - top, f' rx="6" {look}')
            yield path(
                "".join(f"M{x + width / 2:.1f} {one[1]:.1f}V{two[0]:.1f}" for one, two in pairwise(runs)), look
            )


def _ties(drawing: Drawing) -> Iterator[str]:
    """A tie from a party that listens, whispers or has joined to the party whom it listens to."""
    ink = drawing.colours.ink
    for row, placed in drawing.placed("bar"):
        for key in placed.piece.to:
            target = drawing.rows.get(key)
            if target is not None and target is not row:
                x, y = placed.x + 1.5, row.top + placed.y
                end = target.top + target.bars + (BAR if target.top < row.top else 0)
                yield path(f"M{x:.1f} {y:.1f}V{end:.1f}", f'stroke="{ink}" stroke-width="1.5" stroke-dasharray="2 2"')
                yield f'<circle cx="{x:.1f}" cy="{end:.1f}" r="3.5" fill="{looks.PINK}" stroke="{ink}"/>'


def _folds(drawing: Drawing) -> Iterator[str]:
    colours, height = drawing.colours, drawing.bottom - drawing.top
    teeth = "l4 4l-4 4" * int(height / 8)
    for fold in drawing.scale.folds:
        x = drawing.scale.x(fold.since)
        yield rect(
            x + 1, drawing.top, FOLD - 2, height, f' class="ground" fill="{colours.ground}" fill-opacity=".82"'
        )
        sides = f"M{x:.1f} {drawing.top:.1f}{teeth}M{x + FOLD - 4:.1f} {drawing.top:.1f}{teeth}"
        yield path(sides, f'fill="none" stroke="{colours.muted}"')


def _arrows(drawing: Drawing) -> Iterator[str]:
    for row, placed in drawing.placed("arrow"):
        target = drawing.rows.get(placed.piece.to[0])
        if target is not None and target is not row:
            yield _arrow(drawing, placed.piece, placed.x, row, target)


def _arrow(drawing: Drawing, piece: Piece, x: float, row: Row, target: Row) -> str:
    """The arrow of a transfer: one line if blind, two if attended, a thick one if taken over; dashed and crossed
    if nobody took the call."""
    ink, ground = drawing.colours.ink, drawing.colours.ground
    way = 1 if target.top > row.top else -1
    start, end = row.middle, target.top + target.bars if way == 1 else target.foot
    neck = end - 9 * way
    width = 4 if piece.kind == "takeover" else 1.8
    dashes = "" if piece.outcome == "answered" else ' stroke-dasharray="5 4"'
    shaft = "".join(
        f"M{at:.1f} {start:.1f}V{neck:.1f}" for at in ((x - 2, x + 2) if piece.kind == "attended" else (x,))
    )
    drawn = path(shaft, f'stroke="{ground}" stroke-width="{width + 4}"')
    drawn += path(shaft, f'stroke="{ink}" stroke-width="{width}"{dashes}')
    drawn += f'<circle cx="{x:.1f}" cy="{start:.1f}" r="4" fill="{ink}" stroke="{ground}"/>'
    drawn += path(f"M{x:.1f} {end:.1f}L{x - 5.5:.1f} {neck:.1f}H{x + 5.5:.1f}Z", f'fill="{ink}"')
    if piece.outcome in ("unanswered", "refused"):
        y = neck - 8 * way
        cross = f"M{x - 5:.1f} {y - 5:.1f}l10 10M{x + 5:.1f} {y - 5:.1f}l-10 10"
        drawn += path(cross, f'stroke="{ink}" stroke-width="2.4"')
    return drawn


def _marks(drawing: Drawing) -> Iterator[str]:
    for row, placed in drawing.placed("flag"):
        yield looks.mark(placed.piece.kind, placed.x, row.top + row.bars)
    for row, placed in drawing.placed("mark"):
        yield looks.mark(placed.piece.kind, placed.x, row.top + placed.y)


def _pins(drawing: Drawing) -> Iterator[str]:
    colours, stems, shapes = drawing.colours, "", []
    for row, placed in drawing.placed("pin", "dot"):
        x, bar = placed.x, row.top + row.bars
        if placed.piece.shape == "dot" or placed.row < 0:
            shapes.append(f'<circle cx="{x:.1f}" cy="{bar:.1f}" r="2.6" fill="{colours.ink}"/>')
        else:
            y = row.top + placed.y
            stems += f"M{x:.1f} {y:.1f}V{bar:.1f}"
            shapes.append(looks.pin(BY_NAME[placed.piece.kind].bit, x, y, drawing.view.theme))
    yield path(stems, f'stroke="{colours.muted}"')
    yield from shapes
    for row in drawing.rows.values():
        for label in row.more:
            yield text(label.x, row.top + label.y, label.text, ' font-size="10"')


def _texts(drawing: Drawing) -> Iterator[str]:
    halo = 'stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
    labels = [(row.top, label) for row in drawing.rows.values() for label in row.labels]
    yield f'<g fill="#111" text-anchor="middle" {halo}>'
    for top, label in labels:
        if label.on and BARS[label.on].share == 1:
            yield text(label.x, top + label.y, label.text, f' stroke="{BARS[label.on].fill}"')
    yield f'</g><g stroke="{drawing.colours.ground}" {halo}>'
    for top, label in labels:
        if not label.on or BARS[label.on].share < 1:
            yield text(label.x, top + label.y, label.text, ' text-anchor="middle"' if label.on else "")
    for note in drawing.notes:
        yield text(note.x, drawing.top - 4 - note.row * LABEL, note.text, ' text-anchor="middle"')
    yield "</g>"
