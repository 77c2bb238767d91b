"""How many AMI events a second become records: ``python -m tests.bench [--config FILE] [CAPTURE...]``.

The AMI side of captures is multiplied, each copy with channels, calls and devices of its own, and sent as raw bytes,
in one run of one process on one core, through

* callbridge, from bytes to records as JSON;
* panoramisk with a callback that does nothing;
* cacofonisk, wired to panoramisk as its own runner does it, with a reporter that does nothing.
"""

import argparse
import asyncio
import gc
import heapq
import logging
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from cacofonisk import BaseReporter
from cacofonisk.handlers import EventHandler
from panoramisk import Manager
from panoramisk.ami_protocol import AMIProtocol

from bridge import capture, config
from bridge.drive import Driver
from bridge.message import Message
from bridge.pipeline import Pipeline
from bridge.wire.ami import EVENTS
from bridge.wire.framing import Framer

CAPTURES = Path(__file__).parent / "captures"
LANES = 20
"""Copies that run side by side, each with devices of its own."""
READ = 16384
"""Bytes a read."""
BANNER = b"Asterisk Call Manager/11.0.0\r\n"

Reads = list[tuple[float, bytes]]
"""What the socket would give, and when: epoch seconds."""

own = re.compile(r"(\d{10}\.\d+|(?<=PJSIP/)\d+|-[0-9a-f]{8}(?=;|\b)|[0-9a-f]{8}(?=-[0-9a-f]{4}-))")
"""What a copy must not share with another: times, Uniqueids, devices, the end of a channel's name, bridges."""


class Recorded:
    """One capture's AMI events, ready to be copied."""

    def __init__(self, path: Path) -> None:
        messages = [m for m in capture.read(path, print) if m.src == "ami" and "Event" in m.event]
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


def multiplied(captures: list[Path], events: int) -> tuple[Reads, int]:
    """At least so many events, and how many there are."""
    recorded = [Recorded(path) for path in captures]
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


def callbridge(reads: Reads, settings: config.Settings) -> str:
    driver = Driver("bench", Pipeline(settings, "bench"))
    framer = Framer(lambda report: print(report, file=sys.stderr), EVENTS)
    encode = msgspec.json.Encoder().encode
    records = size = 0
    for t, data in reads:
        for event in framer.feed(data):
            for record in driver.feed(Message(t, "bench", "ami", event)):
                records += 1
                size += len(encode(record))
    records += len(driver.advance(reads[-1][0] + 60))
    return f"{records} records"


def panoramisk(reads: Reads) -> str:
    seen = 0

    def nothing(manager: Manager, event: Any) -> None:
        nonlocal seen
        seen += 1

    manager = Manager()
    manager.register_event("*", nothing)
    _through_panoramisk(reads, manager)
    return f"{seen} callbacks"


def cacofonisk(reads: Reads) -> str:
    silent = logging.getLogger("silent")
    silent.disabled = True
    handler = EventHandler(reporter=BaseReporter(), logger=silent)
    failed = 0

    def on_event(manager: Manager, event: Any) -> None:
        nonlocal failed
        try:
            handler.on_event(event)
        except Exception:  # in its own runner this would close the connection
            failed += 1

    manager = Manager()
    for name in handler.event_handlers():
        manager.register_event(name, on_event)
    _through_panoramisk(reads, manager)
    return f"{failed} events raised an error"


def _through_panoramisk(reads: Reads, manager: Manager) -> None:
    protocol = AMIProtocol()
    protocol.connection_made(None)
    protocol.encoding = "utf8"
    protocol.factory = manager
    protocol.log.setLevel(logging.ERROR)
    for _, data in reads:
        protocol.data_received(data)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.partition("\n")[0])
    parser.add_argument("captures", nargs="*", type=Path, default=sorted(CAPTURES.glob("*.jsonl")))
    parser.add_argument("--config", type=Path, default=CAPTURES / "callbridge.toml")
    parser.add_argument("--events", type=int, default=150_000)
    chosen = parser.parse_args()
    settings = config.load(chosen.config)
    print(f"multiplying {len(chosen.captures)} captures ...", file=sys.stderr)
    reads, events = multiplied(chosen.captures, chosen.events)
    print(f"{events} AMI events, {sum(len(data) for _, data in reads) / events:.0f} bytes each")
    asyncio.set_event_loop(asyncio.new_event_loop())  # panoramisk's objects want one to exist
    runs: list[tuple[str, Callable[[], str]]] = [
        ("callbridge, bytes to record", lambda: callbridge(reads, settings)),
        ("panoramisk, empty callback", lambda: panoramisk(reads)),
        ("panoramisk and cacofonisk", lambda: cacofonisk(reads)),
    ]
    ours = 0.0
    for name, run in runs:
        gc.collect()
        begin = time.process_time()
        result = run()
        rate = events / (time.process_time() - begin)
        ours = ours or rate
        print(f"{name:28} {rate:10,.0f} events/s   callbridge is {ours / rate:5.2f} times as fast   ({result})")


if __name__ == "__main__":
    main()
