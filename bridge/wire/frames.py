"""Reads a server's websocket frames without I/O (RFC 6455, section 5): bytes in, messages and control frames out.

A server does not mask, and ARI uses no extensions: a frame is its length and its bytes.
"""

from typing import NamedTuple

LAST, OPCODE, EXTENDED = 0x80, 0x0F, 0x70
CONTINUED, TEXT, BINARY, CONTROL = 0x0, 0x1, 0x2, 0x8


class Unreadable(ValueError):
    """The bytes are no frame of a server, or it is too large. Nothing can be read after it."""


class Read(NamedTuple):
    """The messages and frames that some bytes have completed."""

    messages: list[bytes]
    control: bytes
    """The control frames that need an answer, whole, one after the other."""


class Frames:
    """Reads the frames of one connection. ``most``: the largest message, bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._chunks: list[bytes] = []
        """The bytes of an incomplete frame."""
        self._held, self._needed = 0, 2
        """How many bytes those are, and how many are needed to go on."""
        self._begun: bytearray | None = None
        """The beginning of a message in several frames."""

    def feed(self, data: bytes) -> Read:
        """Takes the next bytes, cut anywhere. Raises ``Unreadable``."""
        messages: list[bytes] = []
        control = b""
        if self._chunks:
            self._chunks.append(data)
            self._held += len(data)
            if self._held < self._needed:
                return Read(messages, control)
            data = b"".join(self._chunks)
            self._chunks = []
        at, end, needed = 0, len(data), 2
        while end - at >= 2:
            kind, length, begin = data[at], data[at + 1], at + 2
            if length > 125:
                size = {126: 2, 127: 8}.get(length)
                if size is None:
                    raise Unreadable("a frame that no server sends")
                begin += size
                if begin > end:
                    needed = 2 + size
                    break
                length = int.from_bytes(data[at + 2 : begin], "big")
                if length > self._most:
                    raise Unreadable(f"an event larger than {self._most} bytes")
            if begin + length > end:
                needed = begin + length - at
                break
            if kind == LAST | TEXT and self._begun is None:
                messages.append(data[begin : begin + length])
            elif kind & CONTROL:
                control += data[at : begin + length]
            elif (whole := self._joined(kind, data[begin : begin + length])) is not None:
                messages.append(whole)
            at = begin + length
        if at < end:
            self._chunks, self._held, self._needed = [data[at:]], end - at, needed
        return Read(messages, control)

    def _joined(self, kind: int, part: bytes) -> bytes | None:
        """The message that a frame completes."""
        if kind & EXTENDED or kind & OPCODE > BINARY or (kind & OPCODE == CONTINUED) is (self._begun is None):
            raise Unreadable("a frame that no server sends")
        begun = self._begun = bytearray() if self._begun is None else self._begun
        begun += part
        if len(begun) > self._most:
            raise Unreadable(f"an event larger than {self._most} bytes")
        if not kind & LAST:
            return None
        self._begun = None
        return bytes(begun)
