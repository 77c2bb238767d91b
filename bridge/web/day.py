"""One agent's day as a lane of states.

SVG; the same stretches give the same bytes. The list below the lane has the same stretches, and is what screen
readers get.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bridge.vocabulary.agent_state import State
from bridge.vocabulary.language import Language
from bridge.vocabulary.words import word
from bridge.web.looks import COLOURS, FONT, Colours, Theme, definitions, fill
from bridge.web.shelves import text_width
from bridge.web.svg import path, rect, safe, text

WIDTH, HEIGHT, EDGE, TOP, BAR, SIZE = 1280.0, 108.0, 28.0, 8.0, 40.0, 11.0
"""px; the last value is the font size."""
TICK = timedelta(hours=2)
DRAWN_AS: dict[State, str] = {"logged_out": "in_call", "unknown": "gap"}
"""States drawn with another's looks: logged out as an empty outline, unknown as not observed."""


class Stretch(NamedTuple):
    """A stretch within the day. Times in seconds since the epoch."""

    state: State
    since: float
    until: float
    told: str
    """The stretch in words."""
    link: str | None = None
    """The address of its call."""


def named(state: State, language: Language) -> str:
    return word(("state",), state, language)


def why(state: State, reason: str | None, language: Language) -> str | None:
    """The reason in words. Of a pause it is the PBX's own text; of an unreachable phone it is ours."""
    return word((state,), reason, language) if reason is not None else None


def lane(
    title: str, stretches: Sequence[Stretch], begin: datetime, end: datetime, language: Language, theme: Theme
) -> bytes:
    """``begin`` and ``end``: of the day, in the reader's zone."""
    colours = COLOURS[theme]
    states = list(dict.fromkeys(one.state for one in stretches))
    since, per_second = begin.timestamp(), (WIDTH - 2 * EDGE) / (end.timestamp() - begin.timestamp())

    def x(at: float) -> float:
        return EDGE + (at - since) * per_second

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" lang="{language}" '
        f'viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" width="{WIDTH:.0f}" font-family="{FONT}" font-size="{SIZE:.0f}" '
        f'fill="{colours.text}" role="group" aria-labelledby="day-title"><title id="day-title">{safe(title)}</title>',
        definitions(theme, {_kind(state) for state in states}, set()),
        rect(0, 0, WIDTH, HEIGHT, f' class="ground" fill="{colours.ground}"'),
        *_ticks(begin, end, x, colours),
        *(_bar(one, x(one.since), x(one.until), colours, language) for one in stretches),
        *_key(states, language, colours),
    ]
    return ("".join(parts) + "</svg>\n").encode()


def _kind(state: State) -> str:
    return DRAWN_AS.get(state, state)


def _bar(one: Stretch, left: float, right: float, colours: Colours, language: Language) -> str:
    width = max(right - left, 0.5)
    stroke = f' stroke="{colours.ink}"' if width >= 4 else ""  # many short ones would be nothing but outlines
    drawn = rect(left, TOP, width, BAR, f" {fill(_kind(one.state))}{stroke}")
    name = named(one.state, language)
    if text_width(name, SIZE) + 8 < width and one.state in ("ready", "paused", "logged_out"):
        ink = colours.text if one.state == "logged_out" else "#FFFFFF"
        middle = f' text-anchor="middle" fill="{ink}"'
        drawn += text((left + right) / 2, TOP + BAR / 2 + 4, name, middle)
    drawn += f"<title>{safe(one.told)}</title>"
    return f'<a href="{safe(one.link)}" tabindex="-1">{drawn}</a>' if one.link else f"<g>{drawn}</g>"


def _ticks(begin: datetime, end: datetime, x: Callable[[float], float], colours: Colours) -> Iterator[str]:
    bottom = TOP + BAR
    hours = [begin + TICK * n for n in range(12)]  # clock time: a day may have 23 hours, or 25
    for at in (*hours, end):
        place = x(at.timestamp())
        yield path(f"M{place:.1f} {TOP - 4:.1f}V{bottom + 5:.1f}", f'class="faint" stroke="{colours.faint}"')
        label = f"{at:%H:%M}"
        yield text(place, bottom + 18, label, f' text-anchor="middle" fill="{colours.muted}"')


def _key(states: Sequence[State], language: Language, colours: Colours) -> Iterator[str]:
    """Says what the fills mean; there is room for all ten states."""
    left, y = EDGE, TOP + BAR + 34
    for state in states:
        yield rect(left, y, 20, 12, f' {fill(_kind(state))} stroke="{colours.ink}"')
        yield text(left + 26, y + 10, named(state, language))
        left += 26 + text_width(named(state, language), SIZE) + 14
