"""Reads a picture back: where its texts, bars and links are, from the SVG alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree

from bridge.web.shelves import text_width

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float
    words: str

    def over(self, other: Box) -> bool:
        """Whether the two cover each other by more than a hair."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 0.5 and down > 0.5


@dataclass(frozen=True)
class Link:
    id: str
    href: str
    words: str
    left: float
    width: float

    @property
    def middle(self) -> float:
        return self.left + self.width / 2

    @property
    def right(self) -> float:
        return self.left + self.width


def parsed(picture: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(picture)


def texts(root: ElementTree.Element) -> list[Box]:
    """Every text, as wide as it may be in a wide font and as high as its letters."""
    return list(_texts(root, {"font-size": root.attrib["font-size"]}))


def _texts(element: ElementTree.Element, given: dict[str, str]) -> list[Box]:
    look = given | {
        name: element.attrib[name] for name in ("font-size", "text-anchor", "font-weight") if name in element.attrib
    }
    found = []
    if element.tag == f"{SVG}text":
        size = float(look["font-size"])
        width = text_width(element.text or "", size, bold="font-weight" in look)
        x, y = float(element.attrib["x"]), float(element.attrib["y"])
        left = x - {"middle": width / 2, "end": width}.get(look.get("text-anchor", ""), 0.0)
        found.append(Box(left, y - 0.75 * size, left + width, y + 0.2 * size, element.text or ""))
    for child in element:
        found += _texts(child, look)
    return found


def links(root: ElementTree.Element) -> list[Link]:
    """Those over the picture, in document order."""
    group = next(g for g in root.iter(f"{SVG}g") if g.get("class") == "links")
    found = []
    for a in group.iter(f"{SVG}a"):
        title, rect = a.find(f"{SVG}title"), a.find(f"{SVG}rect")
        assert title is not None
        assert title.text
        assert rect is not None
        found.append(
            Link(a.attrib["id"], a.attrib["href"], title.text, float(rect.attrib["x"]), float(rect.attrib["width"]))
        )
    return found


def bars(root: ElementTree.Element, fill: str) -> list[tuple[float, float]]:
    """Top and width of each painted bar with this fill."""
    group = next(g for g in root.iter(f"{SVG}g") if g.get("class") == "bars")
    return [
        (float(r.attrib["y"]), float(r.attrib["width"]))
        for r in group.iter(f"{SVG}rect")
        if r.get("fill") == fill and "fill-opacity" not in r.attrib
    ]


def size(root: ElementTree.Element) -> tuple[float, float]:
    width, height = re.fullmatch(r"0 0 (\d+) (\d+)", root.attrib["viewBox"]).groups()  # type: ignore[union-attr]
    return float(width), float(height)
