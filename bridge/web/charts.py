"""Figures over time, or by agent, as a chart of bars or lines.

SVG; the same values give the same bytes. Each bar and each marker is a link to the calls behind it and has its
value in words. Each series has a pattern, or a marker and dashes, besides its colour. Screen readers get the table
below the chart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import ceil, floor, log10
from typing import Literal, NamedTuple

from bridge.vocabulary.language import Count, Language
from bridge.web.looks import COLOURS, FONT, Colours, Theme
from bridge.web.shelves import Shelves, shortened, text_width, wrapped
from bridge.web.svg import path, rect, safe, text
from bridge.web.texts import IN, clockwise

MOST_SERIES, MOST_LABELS = 6, 600
"""Above these numbers series cannot be told apart, and bars have less than 2 px each."""
WIDTH, HEIGHT, LEFT, RIGHT, SIZE = 1280.0, 300.0, 64.0, 16.0, 11.0
"""px; the last value is the font size."""

LABEL, LEAST = 130.0, 44.0
"""px that a label may take where its slot is narrower, so that the labels beside it stand aside; and px below which
a label that is cut says nothing."""

MOST_LINES, LINE = 5, 14.0
"""Lines that the name below a bar may take, and px from one to the next."""

Unit = Literal["count", "percent", "seconds"]


WIDEST = 220.0
"""px that a bar with its label takes at most: few bars stand to the left, where a telephone shows them."""


class Series(NamedTuple):
    """One figure: a value for each label."""

    name: str
    values: Sequence[float | None]
    """None: not known, and not drawn."""
    told: Sequence[str]
    """Each value as the table below shows it."""
    links: Sequence[str | None] = ()
    """For each value the address of the calls behind it; None if the reader may not see them."""


class _Look(NamedTuple):
    colour: str
    pattern: str
    dashes: str
    marker: str


_LOOKS = (
    _Look("#0072B2", "", "", "M-4-4h8v8h-8Z"),
    _Look("#E69F00", "M-2 2L2-2M-2 10L10-2M6 10L10 6", "7 3", "M0-5L5 4H-5Z"),
    _Look("#009E73", "M0 2h8M0 6h8", "2 3", "M0-5.5L5.5 0L0 5.5L-5.5 0Z"),
    _Look("#CC79A7", "M2 0v8M6 0v8", "9 3 2 3", "M-5-4H5L0 5Z"),
    _Look("#56B4E9", "M2 2h.01M6 6h.01", "4 4", "M-4-2L0-5L4-2V3L0 5L-4 3Z"),
    _Look("#F0E442", "M-2 2L2-2M-2 10L10-2M6 10L10 6M-2 6L2 10M-2-2L10 10M6-2L10 2", "1 3", "M-5-1.5h10v3h-10Z"),
)
"""The looks of the first, the second, … series."""


class _Frame(NamedTuple):
    """Where values and labels lie."""

    top: float
    bottom: float
    most: float
    step: float
    """The distance between two grid lines, in the unit of the values."""
    slot: float
    """px for each label."""

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * value / self.most

    def middle(self, n: int) -> float:
        return LEFT + (n + 0.5) * self.slot


def chart(
    kind: Literal["bars", "lines"],
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    unit: Unit,
    language: Language = "en",
    theme: Theme = "light",
    *,
    open_from: int | None = None,
) -> bytes:
    """``open_from``: index of the first label whose interval is not over. Values are at least 0; seconds may have
    fractions."""
    shown = series[:MOST_SERIES]
    colours, words = COLOURS[theme], IN[language]
    values = [value for one in shown for value in one.values if value is not None]
    drawable = bool(values) and len(labels) <= MOST_LABELS
    slot = min((WIDTH - LEFT - RIGHT) / max(len(labels), 1), WIDEST if kind == "bars" else WIDTH)
    below = [_below(label, slot) if kind == "bars" and drawable else [] for label in labels]
    frame = _frame(values, unit, slot, max([1, *map(len, below)]))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" lang="{language}" '
        f'viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" width="{WIDTH:.0f}" font-family="{FONT}" font-size="{SIZE:.0f}" '
        f'fill="{colours.text}" role="group" '
        f'aria-labelledby="chart-title"><title id="chart-title">{safe(title)}</title>',
        _patterns(len(shown)) if kind == "bars" else "",
        rect(0, 0, WIDTH, HEIGHT, f' class="ground" fill="{colours.ground}"'),
        *_key(kind, shown, colours),
    ]
    if drawable:
        parts += _grid(frame, labels, below, unit, colours)
        if open_from is not None and open_from < len(labels):
            parts += _open(frame, open_from, words("open"), colours)
        parts += _bars(frame, labels, shown, colours) if kind == "bars" else _lines(frame, labels, shown, colours)
    else:
        told = words("too many", count=Count(len(labels))) if values else words("no values")
        parts.append(text(WIDTH / 2, HEIGHT / 2, told, f' text-anchor="middle" fill="{colours.muted}"'))
    return ("".join(parts) + "</svg>\n").encode()


def _below(label: str, slot: float) -> list[str]:
    """The whole name of a bar in lines below it; none where they have no room."""
    lines: list[str] = []
    for part in label.split(" · "):
        if lines and text_width(joined := f"{lines[-1]} · {part}", SIZE) <= slot - 6:
            lines[-1] = joined
        else:
            lines += wrapped(part, SIZE, slot - 6)
    return lines if len(lines) <= MOST_LINES and not any("…" in line for line in lines) else []


def _frame(values: list[float], unit: Unit, slot: float, lines: int) -> _Frame:
    """``lines``: of the labels."""
    most = max([*values, 0.0]) or 1.0
    step = _step(most / 4, unit)
    top = 100.0 if unit == "percent" and most <= 100 else step * ceil(most / step - 1e-9)
    return _Frame(44.0, HEIGHT - 16 - LINE * lines, top, step, slot)


def _step(about: float, unit: Unit) -> float:
    """A round number of at least ``about``: 1, 2 or 5 times a power of ten; for seconds also parts of a minute and
    an hour."""
    if unit == "seconds" and about > 5:
        return next(
            (step for step in (10, 15, 30, 60, 120, 300, 600, 900, 1800) if step >= about),
            3600.0 * ceil(about / 3600),
        )
    if unit == "percent" and about > 10:
        return 25.0 if about <= 25 else 50.0
    tens = 10.0 ** floor(log10(about))
    step = next(tens * n for n in (1, 2, 5, 10) if tens * n >= about * 0.999)
    return max(step, 1.0) if unit == "count" else step


def _said(value: float, unit: Unit) -> str:
    if unit == "percent":
        return f"{value:g} %"
    return clockwise(round(value)) if unit == "seconds" and value >= 60 else f"{value:g}"


def _grid(
    frame: _Frame, labels: Sequence[str], below: Sequence[list[str]], unit: Unit, colours: Colours
) -> Iterator[str]:
    muted = f' fill="{colours.muted}"'
    for n in range(round(frame.most / frame.step) + 1):
        y = frame.y(n * frame.step)
        yield path(f"M{LEFT:.1f} {y:.1f}H{WIDTH - RIGHT:.1f}", f'class="faint" stroke="{colours.faint}"')
        yield text(LEFT - 8, y + 4, _said(n * frame.step, unit), f' text-anchor="end"{muted}')
    shelf = Shelves(1)
    for n, label in enumerate(labels):
        cut = (
            [shortened(label, SIZE, room)] for room in (max(frame.slot - 6, LABEL), frame.slot - 6) if room >= LEAST
        )
        for lines in [below[n]] if below[n] else cut:
            half = max(text_width(line, SIZE) for line in lines) / 2 + 4
            x = min(max(frame.middle(n), half), WIDTH - half)
            if shelf.put(x - half, x + half) is not None:
                for at, line in enumerate(lines):
                    yield text(x, frame.bottom + 18 + at * LINE, line, f' text-anchor="middle"{muted}')
                break


def _open(frame: _Frame, first: int, words: str, colours: Colours) -> Iterator[str]:
    """Marks the intervals that are not over: their numbers may still grow."""
    x = LEFT + first * frame.slot
    yield rect(x, frame.top, WIDTH - RIGHT - x, frame.bottom - frame.top, f' class="stripe" fill="{colours.stripe}"')
    edge = f'stroke="{colours.muted}" stroke-dasharray="3 3"'
    yield path(f"M{x:.1f} {frame.top:.1f}V{frame.bottom:.1f}", edge)
    at = min(x + 6, WIDTH - RIGHT - text_width(words, SIZE))
    yield text(at, frame.top - 10, words, f' fill="{colours.muted}"')


def _bars(frame: _Frame, labels: Sequence[str], series: Sequence[Series], colours: Colours) -> Iterator[str]:
    wide = max(1.5, min(48.0, frame.slot * 0.8 / len(series)))
    written = Shelves(1)
    for n, label in enumerate(labels):
        for number, one in enumerate(series):
            value = one.values[n]
            if value is None:
                continue
            x, y = frame.middle(n) + (number - len(series) / 2) * wide, frame.y(value)
            look = f' fill="{_fill(number)}" stroke="{colours.ink}"' + (' stroke-width=".5"' if wide < 6 else "")
            bar = rect(x, y, wide, max(frame.bottom - y, 0.5), look)
            half = text_width(one.told[n], SIZE) / 2
            if (
                len(labels) * len(series) <= 60
                and written.put(x + wide / 2 - half - 2, x + wide / 2 + half + 2) is not None
            ):
                bar += text(x + wide / 2, y - 4, one.told[n], ' text-anchor="middle"')
            yield _linked(one, n, label, bar)


def _lines(frame: _Frame, labels: Sequence[str], series: Sequence[Series], colours: Colours) -> Iterator[str]:
    for number, one in enumerate(series):
        look = _LOOKS[number]
        known = [(n, value) for n, value in enumerate(one.values) if value is not None]
        line = ""
        for _, run in groupby(enumerate(known), lambda pair: pair[1][0] - pair[0]):
            line += "M" + "L".join(f"{frame.middle(n):.1f} {frame.y(value):.1f}" for _, (n, value) in run)
        dashes = f' stroke-dasharray="{look.dashes}"' if look.dashes else ""
        yield path(line, f'fill="none" stroke="{colours.ink}" stroke-width="3.6"')
        yield path(line, f'fill="none" stroke="{look.colour}" stroke-width="2.2"{dashes}')
        for n, value in known:
            at = f'transform="translate({frame.middle(n):.1f} {frame.y(value):.1f})"'
            marker = path(look.marker, f'{at} fill="{look.colour}" stroke="{colours.ink}"')
            yield _linked(one, n, labels[n], marker)


def _linked(one: Series, n: int, label: str, drawn: str) -> str:
    words = f"<title>{safe(f'{label} · {one.name} · {one.told[n]}')}</title>"
    target = one.links[n] if n < len(one.links) else None
    return f'<a href="{safe(target)}">{words}{drawn}</a>' if target else f"<g>{words}{drawn}</g>"


def _key(kind: str, series: Sequence[Series], colours: Colours) -> Iterator[str]:
    x = LEFT
    room = (WIDTH - LEFT - RIGHT) / max(len(series), 1) - 48
    for number, one in enumerate(series):
        if kind == "bars":
            yield rect(x, 8, 22, 14, f' rx="2" fill="{_fill(number)}" stroke="{colours.ink}"')
        else:
            look = _LOOKS[number]
            yield path(
                f"M{x:.1f} 15h24",
                f'stroke="{look.colour}" stroke-width="2.2" stroke-dasharray="{look.dashes or "none"}"',
            )
            yield path(
                look.marker, f'transform="translate({x + 12:.1f} 15)" fill="{look.colour}" stroke="{colours.ink}"'
            )
        name = shortened(one.name, SIZE, room)
        yield text(x + 30, 19, name)
        x += 48 + text_width(name, SIZE)


def _fill(number: int) -> str:
    return f"url(#chart-fill-{number})" if _LOOKS[number].pattern else _LOOKS[number].colour


def _patterns(count: int) -> str:
    made = ""
    for number, look in enumerate(_LOOKS[:count]):
        if look.pattern:
            width = 2.4 if "h.01" in look.pattern else 1.4
            made += (
                f'<pattern id="chart-fill-{number}" width="8" height="8" patternUnits="userSpaceOnUse">'
                f'<rect width="8" height="8" fill="{look.colour}"/><path d="{look.pattern}" stroke="#000" '
                f'stroke-opacity=".4" stroke-width="{width}" stroke-linecap="round"/></pattern>'
            )
    return f"<defs>{made}</defs>"
