"""Raw bytes of a manager interface, from recorded calls.

The AMI side of captures is multiplied, each copy with channels, calls and devices of its own.
"""

import gzip
import heapq
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from bridge.vocabulary.message import Message
from bridge.wire.ami import EVENTS

CAPTURES = Path(__file__).parents[1] / "captures"
EVERYTHING = CAPTURES / "everything.jsonl.gz"
"""All that Asterisk 22 told callbridge's AMI user in 20 s of the live tests, but for calls that reach beyond."""
LANES = 20
"""Copies that run side by side, each with devices of its own."""
READ = 16384
"""Bytes a read."""
BANNER = b"Asterisk Call Manager/11.0.0\r\n"

IsSent = Callable[[dict[str, Any]], bool]
"""Whether the PBX sends an event."""
Reads = list[tuple[float, bytes]]
"""What the socket would give, and when: epoch seconds."""

own = re.compile(r"(\d{10}\.\d+|(?<=PJSIP/)\d+|-[0-9a-f]{8}(?=;|\b)|[0-9a-f]{8}(?=-[0-9a-f]{4}-))")
"""What a copy must not share with another: times, Uniqueids, devices, the end of a channel's name, bridges."""


class Recorded:
    """One capture's AMI events, ready to be copied."""

    def __init__(self, path: Path, is_sent: IsSent) -> None:
        messages = [m for m in _read(path) if m.src == "ami" and "Event" in m.event and is_sent(m.event)]
        self.begin = messages[0].t
        self.seconds = messages[-1].t - self.begin
        self.events = [(m.t - self.begin, own.split(wire(m.event))) for m in messages]

    def copy(self, number: int, lane: int, begin: float) -> Iterator[tuple[float, bytes]]:
        shift = begin - self.begin
        for after, pieces in self.events:
            renamed = [
                _renamed(piece, number, lane, shift) if index % 2 else piece for index, piece in enumerate(pieces)
            ]
            yield begin + after, "".join(renamed).encode()


def _read(path: Path) -> list[Message]:
    raw = path.read_bytes()
    lines = (gzip.decompress(raw) if path.suffix == ".gz" else raw).splitlines()
    return [msgspec.json.decode(line, type=Message) for line in lines]


def wire(event: dict[str, Any]) -> str:
    headers = (
        (name, each) for name, value in event.items() for each in (value if isinstance(value, list) else [value])
    )
    return "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"


def _renamed(own_part: str, number: int, lane: int, shift: float) -> str:
    if "." in own_part:
        second, _, count = own_part.partition(".")
        if len(count) == 6:  # a timestamp
            return f"{float(own_part) + shift:.6f}"
        return f"{int(second) + round(shift)}.{number}{count}"
    if own_part.startswith("-"):
        return f"-{(int(own_part[1:], 16) + number * 4096) % 0xFFFFFFFF:08x}"
    if own_part.isdigit() and len(own_part) < 8:
        return f"{own_part}{lane:02d}"
    return f"{(int(own_part, 16) + number) % 0xFFFFFFFF:08x}"


def everything(event: dict[str, Any]) -> bool:
    """A user without an event filter."""
    return True


def let_through(event: dict[str, Any]) -> bool:
    """A user with the filter in config/asterisk, which names what is read."""
    wanted = EVENTS.get(event["Event"])
    return wanted is not None and (wanted.only is None or event[wanted.only[0]] in wanted.only[1])


def multiplied(captures: list[Path], events: int, is_sent: IsSent = everything) -> tuple[Reads, int]:
    """At least so many events, and how many there are."""
    recorded = [Recorded(path, is_sent) for path in captures]
    per_round = sum(len(one.events) for one in recorded)
    rounds = max(1, -(-events // (per_round * LANES)))
    start = recorded[0].begin

    def lane(number: int) -> Iterator[tuple[float, bytes]]:
        at = start + number / LANES
        for turn in range(rounds):
            for index, one in enumerate(recorded):
                yield from one.copy((turn * len(recorded) + index) * LANES + number, number, at)
                at += one.seconds + 1

    reads: Reads = []
    waiting, total, t = bytearray(BANNER), 0, start
    for t, data in heapq.merge(*(lane(number) for number in range(LANES))):
        waiting += data
        total += 1
        if len(waiting) >= READ:
            reads.append((t, bytes(waiting)))
            waiting.clear()
    return [*reads, (t, bytes(waiting))], total
