"""Places each piece of the picture: lanes from top to bottom, and in each lane pins, bars, marks and labels.

No text covers another. A label without room takes a shorter form, then another row. If there is still no room, it
is left out: the piece's own text appears when it is pointed at, and stands in the list beside the picture.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from bridge.web.lanes import Lane
from bridge.web.piece import Piece
from bridge.web.scale import Scale
from bridge.web.shelves import Shelves, text_width

BAR, PIN, LABEL, PAD = 22.0, 19.0, 15.0, 8.0
"""Heights in px: of a bar, of a row of pins, of a row of labels, and of the space between them."""
BADGE = 9.0
"""px from the middle of a mark to its edge."""
NARROWEST = 3.0
TOUCHING = 4.0
"""px."""
LOWEST_LANE = 46.0
NAMED_BESIDE = ("menu", "waiting", "dialling", "monitor", "coach", "barge", "spying")
"""Bars whose word stands beside them if they are too short for it. Bars of other kinds are many, and the key
explains them."""
TEXT = 11.0
"""Font size of labels."""
EDGE = 11.0
"""px at either end of a bar where a mark may stand, so no text may."""


@dataclass(slots=True)
class Label:
    text: str
    x: float
    y: float
    on: str = ""
    """The kind of bar that the label stands on; empty if it stands beside."""


@dataclass(slots=True)
class Placed:
    """A piece at its place. Until the lane has its place, y of bars and marks is relative to the lane."""

    piece: Piece
    x: float
    y: float
    width: float = 0.0
    row: int = 0
    """The row of a pin, counted from the bar upwards; -1: no room, so the pin is counted in a "+n"."""


@dataclass(slots=True)
class Row:
    """One lane, laid out."""

    lane: Lane
    top: float = 0.0
    height: float = LOWEST_LANE
    bars: float = 0.0
    """y of the first bar's upper edge, within the lane."""
    tracks: int = 1
    """How many rows of bars the lane has."""
    placed: list[Placed] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    more: list[Label] = field(default_factory=list)
    """The "+n" beside the pins."""
    cuts: list[float] = field(default_factory=list)
    """x of lines that cross this lane's bars: no text may stand there."""
    pins: Shelves = field(default_factory=lambda: Shelves(3))
    beside: Shelves = field(default_factory=lambda: Shelves(3))
    badges: Shelves = field(default_factory=lambda: Shelves(2))

    @property
    def middle(self) -> float:
        """y of the middle of its first row of bars."""
        return self.top + self.bars + BAR / 2

    @property
    def foot(self) -> float:
        """y of the lower edge of its last row of bars."""
        return self.top + self.bars + self.tracks * (BAR + 2) - 2


def lay_out(lanes: Iterable[Lane], pieces: list[Piece], scale: Scale, top: float) -> dict[str, Row]:
    """The lanes by key; the first begins at ``top``."""
    rows = {lane.key: Row(lane) for lane in lanes}
    order = {key: n for n, key in enumerate(rows)}
    listed = list(rows.values())
    own: dict[str, list[Piece]] = {key: [] for key in rows}
    for piece in pieces:
        if piece.lane not in rows:
            continue
        own[piece.lane].append(piece)
        if piece.shape in ("mark", "flag"):
            rows[piece.lane].cuts.append(scale.x(piece.since))
        for row in _crossed(piece, order, listed):
            x = scale.x((piece.since + piece.until) / 2 if piece.shape == "frame" else piece.since)
            row.beside.block(x - 4, x + 4)
            if piece.shape == "arrow":
                row.cuts.append(x)
    for row in listed:
        _fill(row, own[row.lane.key], scale)
        row.top = top
        top += row.height
    return rows


def _crossed(piece: Piece, order: dict[str, int], rows: list[Row]) -> list[Row]:
    """For each lane, the x of lines to other lanes that run past its labels. A tie to a lane above leaves its own
    lane upwards."""
    ends = [order[key] for key in (piece.lane, *piece.to) if key in order]
    if len(set(ends)) < 2:
        return []
    return rows[min(ends) : max(ends) + (0 if piece.shape == "bar" and ends[0] == max(ends) else 1)]


def _fill(row: Row, pieces: list[Piece], scale: Scale) -> None:
    row.cuts.sort()
    tracks = _tracks([piece for piece in pieces if piece.shape == "bar"], TOUCHING / scale.per_second)
    row.tracks = max(1, len(set(tracks.values())))
    ends = {piece.until: tracks[piece.number] for piece in pieces if piece.shape == "bar"}
    _pins(row, [piece for piece in pieces if piece.shape == "pin"], scale)
    row.bars = PAD + row.pins.used * PIN + (2 if row.pins.used else 0)
    for piece in pieces:
        x = scale.x(piece.since)
        if piece.shape == "bar":
            y = row.bars + tracks[piece.number] * (BAR + 2)
            row.placed.append(Placed(piece, x, y, max(NARROWEST, scale.x(piece.until) - x)))
        elif piece.shape == "mark":
            y = row.bars + ends.get(piece.since, 0) * (BAR + 2) + BAR / 2
            lower = (row.badges.put(x - BADGE, x + BADGE) or 0) * (BAR / 2 + BADGE)
            row.placed.append(Placed(piece, x, y + lower))
        elif piece.shape in ("arrow", "flag", "dot"):
            row.placed.append(Placed(piece, x, row.bars))
    below = row.bars + row.tracks * (BAR + 2) + (2 * BADGE if row.badges.used > 1 else 0)
    _labels(row, scale, below)
    row.height = max(LOWEST_LANE, below + row.beside.used * LABEL + PAD - 1)
    spare = (row.height - below - row.beside.used * LABEL - PAD + 1) / 2
    _lower(row, spare)


def _lower(row: Row, by: float) -> None:
    """Centre a lane that holds little."""
    row.bars += by
    for placed in row.placed:
        placed.y += by
    for label in row.labels + row.more:
        label.y += by


def _tracks(bars: list[Piece], touching: float) -> dict[int, int]:
    """For each bar its track: bars of one lane that overlap in time stand one under another. ``touching``: seconds
    by which two bars may overlap and still share a track, because the events of one moment differ a little."""
    ends: list[float] = []
    chosen = {}
    for bar in bars:
        free = (track for track, end in enumerate(ends) if end <= bar.since + touching)
        track = next(free, len(ends))
        ends[track : track + 1] = [bar.until]
        chosen[bar.number] = track
    return chosen


def _pins(row: Row, pins: list[Piece], scale: Scale) -> None:
    """Place the pins in three rows; the last pin of the third row says how many found no room."""
    third: Placed | None = None
    count = 0
    for piece in pins:
        x = scale.x(piece.since)
        n = row.pins.put(x - 9, x + 9)
        placed = Placed(piece, x, 0.0, row=-1 if n is None else n)
        row.placed.append(placed)
        if n == 2:
            row.pins.take(n, x + 9, x + 30)  # room for its "+n"
            third, count = placed, 0
        elif n is None and third is not None:
            count += 1
            if count > 1:
                row.more.pop()
            row.more.append(Label(f"+{count}", third.x + 11, 0.0))
    height = row.pins.used * PIN
    for placed in row.placed:
        if placed.piece.shape == "pin":
            placed.y = PAD + height - PIN / 2 - max(placed.row, 0) * PIN
    for label in row.more:
        label.y = PAD + height - 2.5 * PIN + 4


def _labels(row: Row, scale: Scale, below: float) -> None:
    for placed in row.placed:
        piece = placed.piece
        if piece.shape == "bar":
            label = next(_on(row, placed, scale), None)
            if label is not None:
                row.labels.append(label)
            elif piece.kind in NAMED_BESIDE:
                _beside(row, placed.x - 1, piece.labels[1:], scale, below)
        elif piece.shape in ("mark", "flag", "arrow"):
            _beside(row, placed.x + (6 if piece.shape == "arrow" else -BADGE), piece.labels, scale, below)


def _on(row: Row, placed: Placed, scale: Scale) -> Iterator[Label]:
    """The longest label that fits on the bar, in the middle of the widest stretch that no line crosses."""
    piece = placed.piece
    if not piece.labels or placed.width < 20:
        return
    stretches = [part for start, end in scale.clear(piece.since, piece.until) for part in _uncut(row, start, end)]
    left, right = max(stretches, key=lambda part: part[1] - part[0], default=(0.0, 0.0))
    for text in piece.labels:
        if text_width(text, TEXT) <= right - left - 2 * EDGE:
            yield Label(text, (left + right) / 2, placed.y + BAR / 2 + 4, piece.kind)


def _uncut(row: Row, start: float, end: float) -> Iterator[tuple[float, float]]:
    inside = row.cuts[bisect_right(row.cuts, start + 1) : bisect_left(row.cuts, end - 1)]
    edges = [start, *inside, end]
    yield from pairwise(edges)


def _beside(row: Row, x: float, labels: tuple[str, ...], scale: Scale, below: float) -> None:
    """The longest label that fits under the bars, to the right or to the left of x."""
    for text in labels:
        width = text_width(text, TEXT) + 4
        for left in (x, x + 2 * BADGE - width):
            if left < scale.left - BADGE - 1 or left + width > scale.right + 20:
                continue
            n = row.beside.put(left, left + width)
            if n is not None:
                row.labels.append(Label(text, left, below + (n + 1) * LABEL - 4))
                return
