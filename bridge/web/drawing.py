"""The picture of one call, laid out but not yet painted: everything that the painters share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from zoneinfo import ZoneInfo

from bridge.records.explain import sentence
from bridge.vocabulary.language import Language, Words
from bridge.vocabulary.record import Record
from bridge.web.lanes import PBX
from bridge.web.layout import LABEL, TEXT, Placed, Row, lay_out
from bridge.web.looks import COLOURS, Colours, Theme
from bridge.web.piece import Piece
from bridge.web.scale import FOLD, Scale
from bridge.web.shelves import Shelves, text_width, wrapped
from bridge.web.story import Story
from bridge.web.texts import IN, clockwise

UTC = ZoneInfo("UTC")
HEAD, MARGIN = 216.0, 32.0
"""px left and right of the time axis."""
MOST_LANES, MOST_PIECES = 250, 1500
"""At most so many lanes and pieces are drawn; the list beside the picture has the rest."""


@dataclass(frozen=True, slots=True)
class View:
    """How a call is looked at."""

    theme: Theme = "light"
    zone: tzinfo = UTC
    width: float = 1280.0
    """px."""
    to_scale: bool = False
    """Draw quiet stretches at full length instead of folding them."""
    since: float | None = None
    until: float | None = None
    """The zoomed part, in seconds since the epoch."""
    alone: bool = True
    """Whether the picture stands alone, and so contains the call's sentence and its tags; on a page they stand
    beside it."""


@dataclass(frozen=True, slots=True)
class Note:
    """A text above the lanes: the length of a fold, a stretch that was not observed, a conference."""

    x: float
    """x of its middle."""
    row: int
    text: str


@dataclass(slots=True)
class Drawing:
    record: Record
    language: Language
    view: View
    start: float = 0.0
    """Start and end of the call, in seconds since the epoch."""
    pieces: list[Piece] = field(default_factory=list)
    left_out: tuple[int, int] = (0, 0)
    """Lanes and pieces for which the picture has no room."""
    heading: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    rows: dict[str, Row] = field(default_factory=dict)
    head: float = 0.0
    """y below the heading."""
    top: float = 0.0
    """y of the first lane's upper edge."""
    bottom: float = 0.0
    """y of the last lane's lower edge."""
    scale: Scale = field(init=False)

    @property
    def words(self) -> Words:
        return IN[self.language]

    @property
    def colours(self) -> Colours:
        return COLOURS[self.view.theme]

    @property
    def axis(self) -> float:
        """y of the texts with elapsed times."""
        return self.head + 20

    def across(self, piece: Piece) -> tuple[float, float]:
        """x and width of a piece that runs across lanes."""
        x = self.scale.x(piece.since)
        return x, max(3.0, self.scale.x(piece.until) - x)

    def placed(self, *shapes: str) -> Iterator[tuple[Row, Placed]]:
        for row in self.rows.values():
            for placed in row.placed:
                if placed.piece.shape in shapes:
                    yield row, placed

    def runs(self, piece: Piece) -> Iterator[tuple[float, float]]:
        """Top and bottom of each group of neighbouring lanes in a frame."""
        rows = list(self.rows.values())
        numbers = [n for n, key in enumerate(self.rows) if key in piece.to]
        start = 0
        for n in range(1, len(numbers) + 1):
            if n == len(numbers) or numbers[n] != numbers[n - 1] + 1:
                first, last = rows[numbers[start]], rows[numbers[n - 1]]
                yield first.top + first.bars - 5, last.foot + 5
                start = n


def draw(story: Story, view: View) -> Drawing:
    """Lay the picture out."""
    record, language, lanes = story.record, story.language, story.lanes
    made = Drawing(record, language, view, start=story.start)
    since = view.since if view.since is not None else min(story.moments)
    until = view.until if view.until is not None else max(story.moments)
    made.scale = Scale(since, until, HEAD, view.width - MARGIN, None if view.to_scale else story.moments)
    shown = [piece for piece in story.pieces if piece.until >= made.scale.since and piece.since <= made.scale.until]
    made.pieces = shown[:MOST_PIECES]
    made.left_out = (max(0, len(lanes.all) - MOST_LANES), len(shown) - len(made.pieces))
    if view.alone:
        made.heading = wrapped(sentence(record, language), 15, view.width - 32)[:3]
    made.head = len(made.heading) * 21 + 30 if view.alone else 6
    shelves = Shelves(2)
    made.notes = list(_notes(made, shelves))
    made.top = made.axis + 8 + shelves.used * LABEL
    in_use = {lane for piece in story.pieces for lane in (piece.lane, *piece.to)}
    drawn = [lane for lane in lanes.all if lane.key != PBX or PBX in in_use][:MOST_LANES]
    made.rows = lay_out(drawn, made.pieces, made.scale, made.top)
    made.bottom = made.top + sum(row.height for row in made.rows.values())
    return made


def _notes(drawing: Drawing, shelves: Shelves) -> Iterator[Note]:
    scale = drawing.scale
    wanted = [(scale.x(fold.since) + FOLD / 2, clockwise(fold.until - fold.since)) for fold in scale.folds]
    for piece in drawing.pieces:
        if piece.shape in ("gap", "frame"):
            x, width = drawing.across(piece)
            wanted.append((x + width / 2, piece.labels[-1]))
    for x, text in wanted:
        half = text_width(text, TEXT) / 2 + 3
        x = min(max(x, scale.left + half - 9), scale.right + 20 - half)
        row = shelves.put(x - half, x + half)
        if row is not None:
            yield Note(x, row, text)
