"""Text and shapes as SVG writes them."""

_BAD: dict[int, str] = {
    **dict.fromkeys(
        [*range(32), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "\N{REPLACEMENT CHARACTER}"
    ),
    **dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)], ""),
    ord("&"): "&amp;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord('"'): "&quot;",
}
"""Characters that XML cannot hold or would read as its own, and those that change the direction of the text around
them."""


def safe(text: str) -> str:
    """The text as XML may hold it, in an element or an attribute."""
    return text.translate(_BAD)


def rect(x: float, y: float, width: float, height: float, more: str = "") -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"{more}/>'


def path(d: str, more: str = "") -> str:
    return f'<path d="{d}" {more}/>' if d else ""


def text(x: float, y: float, words: str, more: str = "") -> str:
    """``more``: attributes, each with a space before it."""
    return f'<text x="{x:.1f}" y="{y:.1f}"{more}>{safe(words)}</text>'
