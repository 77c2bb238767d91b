"""Decodes a long JSON list of objects piece by piece, so that the event loop is not held by all of it."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import Any

import msgspec

PIECE, LARGEST = 256 * 1024, 2 * 1024 * 1024
"""Bytes that are decoded at once, in some milliseconds; and the largest piece, if an object is longer than that."""
BETWEEN = re.compile(rb"\}\s*,(?=\s*\{)")
"""The text between two objects of the list. It may also occur inside an object."""
TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[][{}]', re.DOTALL)
"""A whole string, or what opens or closes something."""
TOKENS = 20_000
"""How many are looked at at once, in some milliseconds."""
decode = msgspec.json.decode


def in_pieces(data: bytes) -> Iterator[Any]:
    """The objects of a list, some at a time, sometimes none; anything but a list as a whole. Raises ``ValueError`` if
    it is no JSON, or if an object is larger than ``LARGEST``. No byte is looked at more than four times."""
    start = len(data) - len(data.lstrip())
    if data[start : start + 1] != b"[":
        yield decode(_bounded(data))
        return
    start += 1
    while (between := BETWEEN.search(data, start + PIECE, start + LARGEST)) is not None:
        try:
            some = _objects(data, start, between)
        except ValueError:  # the match was inside an object
            between = yield from _between(data, start)
            if between is None:
                break
            some = _objects(data, start, between)
        yield some
        start = between.end()
    yield decode(b"[" + _bounded(data[start:]))


def _objects(data: bytes, start: int, between: re.Match[bytes]) -> Any:
    return decode(b"[" + data[start : between.start() + 1] + b"]")


def _between(data: bytes, start: int) -> Generator[list[Any], None, re.Match[bytes] | None]:
    """The text between two objects that is a piece or more after ``start``, where an object begins: found by counting
    what opens and closes."""
    depth = 0
    for number, token in enumerate(TOKEN.finditer(data, start, start + LARGEST), 1):
        if number % TOKENS == 0:
            yield []
        if token[0] in b"[{":
            depth += 1
        elif token[0] in b"]}":
            depth -= 1
            if depth == 0 and token.start() >= start + PIECE:
                between = BETWEEN.match(data, token.start(), start + LARGEST)
                if between is not None:
                    return between
    return None


def _bounded(data: bytes) -> bytes:
    if len(data) > LARGEST:
        raise ValueError(f"one object of more than {LARGEST >> 20} MB")
    return data
