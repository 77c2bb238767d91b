"""The looks of the picture: colours, patterns and shapes. No state is shown by colour alone. The fills are those
of Okabe and Ito, the same on light and dark background; outlines give the contrast."""

from __future__ import annotations

from typing import Literal, NamedTuple

from bridge.web.svg import path, rect, text

Theme = Literal["light", "dark"]
PREFIX = "picture-"
"""Prefix of every id in the picture, so that a page may contain it."""
LAST_CATEGORY, LAST_STATUS = 12, 26
"""Bits of the tags with a round pin, and of those with a square pin."""
FONT = "system-ui, 'Noto Sans TC', 'PingFang TC', 'Microsoft JhengHei', sans-serif"


class Colours(NamedTuple):
    ground: str
    stripe: str
    """Background of every other lane."""
    faint: str
    """Grid lines."""
    ink: str
    """Outlines and marks."""
    text: str
    muted: str


COLOURS: dict[Theme, Colours] = {
    "light": Colours("#FFFFFF", "#F4F6F8", "#DFE3E8", "#333333", "#16191D", "#565C64"),
    "dark": Colours("#14181C", "#1C2127", "#343B44", "#EEEEEE", "#F3F5F7", "#B4BBC4"),
}

GREEN, ORANGE, YELLOW, RED, PINK, GREY = "#009E73", "#E69F00", "#F0E442", "#D55E00", "#CC79A7", "#6E6E6E"
BLUE, LIGHT_BLUE = "#0072B2", "#56B4E9"


class Bar(NamedTuple):
    fill: str
    lines: str = ""
    """The strokes of the pattern, in a square of ``size`` px."""
    size: int = 8
    share: float = 1.0
    """How much of the bar the fill covers, 0 to 1."""


BARS: dict[str, Bar] = {
    "menu": Bar(GREY, share=0.22),
    "waiting": Bar(YELLOW, "M2 2h.01M6 6h.01"),
    "calling": Bar(ORANGE),
    "ringing": Bar(ORANGE, "M-2 2L2-2M-2 10L10-2M6 10L10 6"),
    "dialling": Bar(ORANGE, "M-2 2L2-2M-2 10L10-2M6 10L10 6"),
    "talking": Bar(GREEN),
    "hold": Bar(GREEN, "M0 2h8M0 6h8", share=0.5),
    "in_call": Bar(GREEN, share=0.0),
    "monitor": Bar(PINK, "M2 0v8M6 0v8"),
    "coach": Bar(PINK, "M1 2h3M5 6h3"),
    "barge": Bar(PINK),
    "spying": Bar(PINK, "M2 0v8M6 0v8", share=0.5),
    "ready": Bar(BLUE),
    "wrap_up": Bar(LIGHT_BLUE, "M0 0L8 8M8 0L0 8"),
    "paused": Bar(GREY),
    "unreachable": Bar(RED, "M0 0L8 8M8 0L0 8"),
    "gap": Bar(GREY, "M-2 2L2-2M-2 10L10-2M6 10L10 6", share=0.0),
}
DOTTED = ("waiting",)

_DOOR = '<path d="M-3.5-4.5V4.5M-1 0H4.5M2-2.5L4.5 0L2 2.5"/>'
MARKS: dict[str, str] = {
    "answered": '<path d="M-4 .5L-1.2 3.3L4.2-3.3"/>',
    "rejected": '<path d="M-3.3-3.3L3.3 3.3M3.3-3.3L-3.3 3.3"/>',
    "no_answer": '<circle r="5"/><path d="M0-3V0L2.4 1.4" stroke-width="1.4"/>',
    "cancelled": '<path d="M2.5-4L-4 0L2.5 4Z"/>',
    "answered_elsewhere": '<circle r="3.6"/>',
    "forwarded": '<path d="M-4.2 3C-4.5-3 2-5 3.8.6M4.8-3L3.8.6L.6-.6"/>',
    "None": '<path d="M-2.4-2A2.4 2.4 0 1 1 .8.2Q0 .6 0 1.6M0 4v.01"/>',
    **{
        f"exit {how}": _DOOR
        for how in (
            "abandoned",
            "timeout",
            "full",
            "join_empty",
            "leave_empty",
            "key",
            "transferred",
            "unknown",
            "answered",
        )
    },
}
"""Strokes on a round badge, relative to its middle."""
FAILED = '<path d="M0-8.5L8.5 6.5H-8.5Z" fill="{red}" stroke="{ink}"/><path d="M0-3V2M0 4.6v.01" stroke="#111"/>'
ENDED = '<path d="M-6-6h12v12h-12Z" fill="{ink}" stroke="{ground}" stroke-width="1.5"/>'
ENDED_UNKNOWN = '<path d="M-6-6h12v12h-12Z" fill="{ground}" stroke="{ink}" stroke-width="2"/>'
FLAG = '<path d="M0 16V-10L11-5.5L0-1" fill="{red}" stroke="{ink}" stroke-width="1.3"/>'

_PERSON = '<circle cx="9" cy="6" r="3.4"/><path d="M2.5 17C2.5 12 5 10.6 9 10.6S15.5 12 15.5 17"/>'
ICONS: dict[str, str] = {
    "customer": _PERSON,
    "system": '<path d="M2 3h14v5H2ZM2 10h14v5H2ZM5 5.5h.01M5 12.5h.01"/>',
    "agent": _PERSON + '<path d="M4.2 7V5.5A4.8 4.8 0 0 1 13.8 5.5V7M13.8 7.5C13.8 9 12.5 9.4 10.6 9.3"/>',
    "supervisor": '<circle cx="9" cy="7.5" r="3.2"/><path d="M2.5 17C2.5 12.6 5 11.6 9 11.6S15.5 12.6 15.5 17'
    'M5.4 3.8L5.2.6L7.4 2.2L9 .2L10.6 2.2L12.8.6L12.6 3.8Z"/>',
    "extension": '<path d="M3 8.5C3 3 15 3 15 8.5H11.5V6.8H6.5V8.5ZM5 10.5h8L15 16H3Z"/>',
    "outside": '<circle cx="9" cy="9" r="6.8"/><path d="M2.2 9H15.8M9 2.2C5 6 5 12 9 15.8C13 12 13 6 9 2.2"/>',
}
"""Shapes in a square of 18 px."""


def definitions(theme: Theme, kinds: set[str], roles: set[str]) -> str:
    """The definitions that this picture uses: patterns of these bars, shapes of these marks, icons of these roles."""
    colours = COLOURS[theme]
    made = [_pattern(kind, BARS[kind], colours) for kind in sorted(kinds & BARS.keys()) if BARS[kind].lines]
    for kind in sorted(kinds):
        if kind in MARKS:
            made.append(
                f'<g id="{PREFIX}mark-{_id(kind)}" fill="none" stroke="{colours.ink}" stroke-width="2" '
                'stroke-linecap="round" stroke-linejoin="round">'
                f'<circle r="8" fill="{colours.ground}" stroke-width="1.2"/>{MARKS[kind]}</g>'
            )
        shape = _shape(kind)
        if shape:
            drawn = shape.format(red=RED, ink=colours.ink, ground=colours.ground)
            made.append(
                f'<g id="{PREFIX}mark-{_id(kind)}" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">'
                f"{drawn}</g>"
            )
    made += [
        f'<g id="{PREFIX}role-{role}" fill="none" stroke="{colours.ink}" stroke-width="1.5" stroke-linecap="round" '
        f'stroke-linejoin="round">{ICONS[role]}</g>'
        for role in sorted(roles)
    ]
    return f"<defs>{''.join(made)}</defs>"


def mark(kind: str, x: float, y: float) -> str:
    return f'<use href="#{PREFIX}mark-{_id(kind)}" x="{x:.1f}" y="{y:.1f}"/>'


def fill(kind: str) -> str:
    """The fill of a kind of bar."""
    bar = BARS[kind]
    if bar.lines:
        return f'fill="url(#{PREFIX}fill-{kind})"'
    if bar.share == 0:
        return 'fill="none"'
    return f'fill="{bar.fill}"' + (f' fill-opacity="{bar.share}"' if bar.share < 1 else "")


def dashes(kind: str) -> str:
    return ' stroke-dasharray="5 3"' if kind == "in_call" else ""


def pin(bit: int, x: float, y: float, theme: Theme) -> str:
    """A tag's pin with its bit: round for a category, square for a status, a diamond for the others."""
    colours = COLOURS[theme]
    look = f'fill="{colours.ground}" stroke="{colours.ink}" stroke-width="1.4"'
    if bit <= LAST_CATEGORY:
        shape = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" {look}/>'
    elif bit <= LAST_STATUS:
        shape = rect(x - 7.5, y - 7.5, 15, 15, f' rx="1.5" {look}')
    else:
        shape = path(f"M{x:.1f} {y - 9.5:.1f}l9.5 9.5l-9.5 9.5l-9.5-9.5Z", look)
    size = 9.5 if bit <= LAST_STATUS else 8.5
    return shape + text(x, y + 3.4, str(bit), f' font-size="{size}" font-weight="600" text-anchor="middle"')


def _id(kind: str) -> str:
    return kind.replace(" ", "-")


def _shape(kind: str) -> str:
    if kind == "cpe_rejected":
        return FAILED
    if kind == "flag":
        return FLAG
    if kind == "ended unknown":
        return ENDED_UNKNOWN
    return ENDED if kind.startswith("ended ") else ""


def _pattern(kind: str, bar: Bar, colours: Colours) -> str:
    size = bar.size
    base = f'<rect width="{size}" height="{size}" fill="{colours.ground}"/>' if 0 < bar.share < 1 else ""
    if bar.share:
        base += f'<rect width="{size}" height="{size}" fill="{bar.fill}" fill-opacity="{bar.share}"/>'
    stroke, width = ("#000", 1.5) if bar.share == 1 else (bar.fill, 1.8 if kind == "hold" else 1.2)
    if kind in DOTTED:
        width = 2.2
    opacity = ' stroke-opacity=".38"' if bar.share == 1 else ""
    return (
        f'<pattern id="{PREFIX}fill-{kind}" width="{size}" height="{size}" patternUnits="userSpaceOnUse">{base}'
        f'<path d="{bar.lines}" stroke="{stroke}" stroke-width="{width}" stroke-linecap="round"{opacity}/></pattern>'
    )
