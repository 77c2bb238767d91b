"""Rows in which things are laid side by side, and the width of a text. The reader's fonts are not known, so the
width is a guess on the wide side: that of DejaVu Sans, the widest common font."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from unicodedata import combining, east_asian_width

_NARROW = dict.fromkeys("ijl.,:;'|!", 0.35) | dict.fromkeys('frtI()[]{}-/\\" ·', 0.43) | dict.fromkeys("mMwW%@", 1.0)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width in px of a text in a font of ``size`` px."""
    return sum(map(_em, text)) * size * (1.12 if bold else 1.0)


def shortened(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """The text; if it is wider than ``room`` px, cut and ended with "…"."""
    if text_width(text, size, bold=bold) <= room:
        return text
    room -= text_width("…", size, bold=bold)
    for n, character in enumerate(text):
        room -= text_width(character, size, bold=bold)
        if room < 0:
            return text[:n].rstrip() + "…"
    return text


def wrapped(text: str, size: float, room: float) -> list[str]:
    """The text in lines of at most ``room`` px, broken after spaces, - and _, or anywhere in 中文."""
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and text_width(lines[-1] + piece.rstrip(), size, bold=True) > room:
            lines.append("")
        lines[-1] += piece
    return [shortened(line.strip(), size, room, bold=True) for line in lines]


def _pieces(text: str) -> list[str]:
    pieces = [""]
    for character in text:
        last = pieces[-1][-1:]
        is_chinese = bool(last) and last not in _NARROW and _em(last) == 1.0
        if (last and last in " -_") or (is_chinese and character not in "，。：、；）"):
            pieces.append("")
        pieces[-1] += character
    return pieces


@lru_cache(4096)
def _em(character: str) -> float:
    if character in _NARROW:
        return _NARROW[character]
    if combining(character):
        return 0.0
    if east_asian_width(character) in "WF" or (ord(character) > 0x2000 and character not in "–—‘’“”…"):
        return 1.0
    return 0.72 if character.isupper() else 0.65


class Shelves:
    """Rows of px from left to right. Things that are put on one row do not overlap."""

    def __init__(self, rows: int) -> None:
        self._starts: list[list[float]] = [[] for _ in range(rows)]
        self._ends: list[list[float]] = [[] for _ in range(rows)]
        self.used = 0
        """How many rows are in use, from the first on."""

    def put(self, left: float, right: float) -> int | None:
        """Take the first row with room from ``left`` to ``right``; None if no row has room."""
        for row, (starts, ends) in enumerate(zip(self._starts, self._ends, strict=True)):
            n = bisect_left(starts, left)
            if (n == 0 or ends[n - 1] <= left) and (n == len(starts) or starts[n] >= right):
                self.take(row, left, right)
                self.used = max(self.used, row + 1)
                return row
        return None

    def block(self, left: float, right: float) -> None:
        """Take this stretch in every row."""
        for row in range(len(self._starts)):
            self.take(row, left, right)

    def take(self, row: int, left: float, right: float) -> None:
        """Take this stretch of one row, whatever is there."""
        n = bisect_left(self._starts[row], left)
        self._starts[row].insert(n, left)
        self._ends[row].insert(n, right)
