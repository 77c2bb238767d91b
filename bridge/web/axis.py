"""The time axes: elapsed time above the lanes, clock time below. And the head and background of each lane."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bridge.web.drawing import HEAD, Drawing
from bridge.web.layout import TEXT
from bridge.web.shelves import Shelves, shortened, text_width
from bridge.web.svg import path, rect, text
from bridge.web.texts import clockwise, length


def heads(drawing: Drawing) -> Iterator[str]:
    """The head of each lane: the shape of the role, the name, and how long the party talked."""
    words, colours = drawing.words, drawing.colours
    muted = f' fill="{colours.muted}"'
    for n, row in enumerate(drawing.rows.values()):
        if n % 2 == 0:
            yield rect(0, row.top, drawing.view.width, row.height, f' class="stripe" fill="{colours.stripe}"')
        lane, middle = row.lane, row.top + row.height / 2
        yield f'<use href="#picture-role-{lane.role}" x="14" y="{middle - 9:.1f}"/>'
        name = lane.name or words("pbx" if lane.role == "system" else "nobody")
        under = words(f"lane {lane.role}")
        if lane.talk_seconds:
            under += " · " + words("talked", time=length(lane.talk_seconds, drawing.language))
        room = HEAD - 54
        yield text(42, middle - 3, shortened(name, 13, room, bold=True), ' font-size="13" font-weight="600"')
        yield text(42, middle + 13, shortened(under, TEXT, room), muted)


def grid(drawing: Drawing) -> Iterator[str]:
    """The ticks, their texts, and the lines through the lanes. A torn edge shows that the beginning was not seen."""
    scale, colours, words = drawing.scale, drawing.colours, drawing.words
    zone = drawing.view.zone
    muted = f' fill="{colours.muted}"'
    yield text(14, drawing.axis, words("elapsed"), muted)
    yield text(14, drawing.bottom + 22, words("clock", zone=str(zone)), muted)
    above, below = Shelves(1), Shelves(1)
    lines = ticks = ""
    for time in scale.ticks(drawing.start):
        x = scale.x(time)
        lines += f"M{x:.1f} {drawing.axis + 4:.1f}V{drawing.bottom:.1f}"
        yield from _tick(drawing, above, x, drawing.axis, _elapsed(drawing, time - drawing.start))
    offset = datetime.fromtimestamp(drawing.start, zone).utcoffset()
    for time in scale.ticks(-offset.total_seconds() if offset is not None else 0.0):
        x = scale.x(time)
        ticks += f"M{x:.1f} {drawing.bottom:.1f}v6"
        yield from _tick(drawing, below, x, drawing.bottom + 22, _clock(drawing, time))
    yield path(lines, f'class="faint" stroke="{colours.faint}"')
    yield path(f"M{scale.left:.1f} {drawing.bottom:.1f}H{scale.right:.1f}{ticks}", f'stroke="{colours.muted}"')
    if any(gap.from_ is None for gap in drawing.record.gaps) and scale.since <= drawing.start:
        teeth = "l5 5l-5 5" * int((drawing.bottom - drawing.top) / 10)
        look = f'fill="none" stroke="{colours.ink}" stroke-width="1.5"'
        yield path(f"M{scale.left - 3:.1f} {drawing.top:.1f}{teeth}", look)


def _tick(drawing: Drawing, shelf: Shelves, x: float, y: float, words: str) -> Iterator[str]:
    half = text_width(words, TEXT) / 2 + 3
    if x + half < drawing.view.width and shelf.put(x - half, x + half) is not None:
        yield text(x, y, words, f' text-anchor="middle" fill="{drawing.colours.muted}"')


def _elapsed(drawing: Drawing, after: float) -> str:
    step = drawing.scale.step
    if step < 1:
        return drawing.words("seconds", n=f"{after:.{_digits(step)}f}")
    return drawing.words("seconds", n=f"{after:.0f}") if abs(after) < 60 else clockwise(round(after))


def _clock(drawing: Drawing, time: float) -> str:
    at, step = datetime.fromtimestamp(round(time, 3), drawing.view.zone), drawing.scale.step
    if step >= 60:
        return at.strftime("%H:%M")
    digits = _digits(step)
    return at.strftime("%H:%M:%S") + (f".{at.microsecond // 10 ** (6 - digits):0{digits}}" if digits else "")


def _digits(step: float) -> int:
    """Digits after the point that keep two neighbouring ticks different."""
    return next(digits for digits in range(4) if step >= 10**-digits)
