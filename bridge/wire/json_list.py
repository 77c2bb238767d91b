"""Decodes a long JSON list of objects piece by piece, so that the event loop is not held by all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

PIECE, LARGEST = 256 * 1024, 2 * 1024 * 1024
"""Bytes that are decoded at once, in some milliseconds; and the largest piece, if an object is longer than that."""
BETWEEN = re.compile(rb"\}\s*,(?=\s*\{)")
"""The text between two objects of the list. It may also occur inside an object."""
decode = msgspec.json.decode


def in_pieces(data: bytes) -> Iterator[Any]:
    """The objects of a list, some at a time; anything but a list as a whole. Raises ``ValueError`` if it is no JSON,
    or if an object is larger than ``LARGEST``."""
    start = len(data) - len(data.lstrip())
    if data[start : start + 1] != b"[":
        yield decode(_bounded(data))
        return
    start, size = start + 1, PIECE
    while (between := BETWEEN.search(data, start + size, start + LARGEST)) is not None:
        try:
            some = decode(b"[" + data[start : between.start() + 1] + b"]")
        except ValueError:  # the match was inside an object
            some, size = [], between.end() - start
        else:
            start, size = between.end(), PIECE
        yield some
    yield decode(b"[" + _bounded(data[start:]))


def _bounded(data: bytes) -> bytes:
    if len(data) > LARGEST:
        raise ValueError(f"one object of more than {LARGEST >> 20} MB")
    return data
