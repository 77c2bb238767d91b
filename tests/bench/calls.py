"""What a call costs while so many others are open, and how much memory each of those takes."""

import gc
import time

from tests.bench import simulated
from tests.bench.contestants import Plain
from tests.bench.ours import Callbridge
from tests.bench.stream import BANNER
from tests.helpers.measuring import rss

OPEN = (100, 1_000, 20_000)
MEASURED = 1_500
"""Calls that begin and end while the others stay open."""
RATE = 50.0
"""Calls a second."""
STEP = 2.0
"""Seconds of the simulated PBX at a time."""
FOR_EVER, SHORT = 1e7, 2.0
"""Mean seconds of a conversation."""


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
    stream, callbridge, plain = (
        simulated.Stream(RATE, FOR_EVER, STEP), Callbridge(simulated.settings()), Plain()
    )  # fmt: skip
    plain.feed([(0.0, BANNER)])
    gc.collect()
    before = rss()
    while callbridge.pipeline.open_calls < count:
        callbridge.feed(stream.reads())
    gc.collect()
    open_calls, memory = callbridge.pipeline.open_calls, rss() - before
    stream.talk = SHORT
    for _ in range(10):
        callbridge.feed(stream.reads())
    records, times = callbridge.records, []
    while callbridge.records - records < MEASURED:
        reads = stream.reads()
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
