"""What a call costs while so many others are open, and how much memory each of those takes."""

import gc
import resource
import time
import tomllib
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

from bridge.config import Settings
from bridge.simulate import command
from bridge.simulate.story import stories
from bridge.simulate.timeline import Plan, timeline
from tests.bench.contestants import Callbridge, Plain
from tests.bench.stream import BANNER, READ, Reads

OPEN = (100, 1_000, 20_000)
MEASURED = 1_500
"""Calls that begin and end while the others stay open."""
RATE = 50.0
"""Calls a second."""
STEP = 2.0
"""Seconds of the simulated PBX at a time."""
FOR_EVER, SHORT = 1e7, 2.0
"""Mean seconds of a conversation."""
BEGIN = 1_800_000_000.0


def simulated() -> Settings:
    """Settings that fit simulated PBXs."""
    return msgspec.convert(tomllib.loads(command.settings(1, 5038)), Settings)


def rss() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


class Stream:
    """A simulated PBX's bytes, made in another process: what that one needs weighs nothing in this one."""

    def __init__(self, rate: float, talk: float) -> None:
        """``rate``: calls a second. ``talk``: mean seconds of a conversation, which may be changed at any time."""
        self.talk = talk
        self._other, there = Pipe()
        self._process = Process(target=_tell, args=(there, rate), daemon=True)
        self._process.start()

    def reads(self, seconds: float) -> Reads:
        """What comes in so many seconds."""
        self._other.send((seconds, self.talk))
        found: Reads = self._other.recv()
        return found

    def close(self) -> None:
        self._process.terminate()
        self._process.join()


def _tell(asked: Connection, rate: float) -> None:
    plan = Plan(stories(), rate=rate, seconds=1e9, talk=0.0, seed=1)
    events = timeline(plan, "bench", BEGIN)
    waiting, now = bytearray(BANNER), BEGIN
    while True:
        seconds, plan.talk = asked.recv()
        end, found = now + seconds, []
        while now < end:
            now, text = next(events)
            waiting += text.encode()
            if len(waiting) >= READ or now >= end:
                found.append((now, bytes(waiting)))
                waiting.clear()
        asked.send(found)


def run() -> None:
    print(f"a call, from its first byte to its record, while others are open ({MEASURED} calls each)")
    base = 0.0
    for count in OPEN:
        cost, ratio, open_calls, memory = _measure(count)
        base = base or ratio
        size = f"{memory / open_calls / 1024:5.1f} KB an open call" if count == OPEN[-1] else ""
        print(f"  {open_calls:6} open: {cost * 1e6:6.0f} µs a call, {ratio / base:4.2f} times the first   {size}")


def _measure(count: int) -> tuple[float, float, int, int]:
    """Seconds a call, the same in times of a plain parser on the same bytes, open calls, and their bytes."""
    stream, callbridge, plain = Stream(RATE, FOR_EVER), Callbridge(simulated()), Plain()
    plain.feed([(0.0, BANNER)])
    gc.collect()
    before = rss()
    while callbridge.pipeline.open_calls < count:
        callbridge.feed(stream.reads(STEP))
    gc.collect()
    open_calls, memory = callbridge.pipeline.open_calls, rss() - before
    stream.talk = SHORT
    for _ in range(10):
        callbridge.feed(stream.reads(STEP))
    records, times = callbridge.records, []
    while callbridge.records - records < MEASURED:
        reads = stream.reads(STEP)
        start = time.process_time()
        callbridge.feed(reads)
        ours = time.process_time()
        plain.feed(reads)
        times.append((ours - start, time.process_time() - ours))
    stream.close()
    calls = callbridge.records - records
    # By the plain parser, so that a machine that is busier now than before is no slower by it.
    ratio = sum(ours for ours, _ in times) / sum(plains for _, plains in times)
    return sum(ours for ours, _ in times) / calls, ratio, open_calls, memory
