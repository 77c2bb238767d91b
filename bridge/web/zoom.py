"""A part of a call's picture, and the controls that show less, more or another part. All in seconds from the start
of the call."""

from __future__ import annotations

from typing import NamedTuple

NARROWEST = 0.2
WRITTEN = r"^\d{1,6}(\.\d{1,3})?-\d{1,6}(\.\d{1,3})?$"
"""How an address writes a part: ``12.5-30``."""


class Window(NamedTuple):
    since: float
    until: float

    def __str__(self) -> str:
        return "-".join(f"{at:.3f}".rstrip("0").rstrip(".") for at in self)


class Ways(NamedTuple):
    """Where each control leads: a part as the address writes it, ``""`` for the whole call, None for nowhere."""

    closer: str | None
    wider: str | None
    whole: str | None
    earlier: str | None
    later: str | None


def window(written: str | None, length: float) -> Window | None:
    """The part that the address asks for, in a call of this length; None: the whole call."""
    if written is None:
        return None
    since, until = (float(part) for part in written.split("-"))
    return _inside(Window(min(since, until), max(since, until)), length)


def ways(shown: Window | None, length: float) -> Ways:
    """The controls from what is shown: each step halves or doubles it, or moves it by half."""
    if shown is None:
        return Ways(_way(_about(Window(0.0, length), length / 2), length), None, None, None, None)
    width = shown.until - shown.since
    half = width / 2
    before = Window(max(0.0, shown.since - half), max(0.0, shown.since - half) + width)
    after = Window(min(length, shown.until + half) - width, min(length, shown.until + half))
    return Ways(
        _way(_about(shown, half), length) if half >= NARROWEST else None, _way(_about(shown, 2 * width), length), "",
        _way(before, length) if shown.since > 0 else None, _way(after, length) if shown.until < length else None,
    )  # fmt: skip


def _about(shown: Window, width: float) -> Window:
    middle = (shown.since + shown.until) / 2
    return Window(middle - width / 2, middle + width / 2)


def _inside(wanted: Window, length: float) -> Window | None:
    width = max(wanted.until - wanted.since, NARROWEST)
    if width >= length:
        return None
    since = min(max(0.0, wanted.since), length - width)
    return Window(since, since + width)


def _way(wanted: Window, length: float) -> str:
    found = _inside(wanted, length)
    return "" if found is None else str(found)
