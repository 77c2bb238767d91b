"""Whether a day of calls leaves anything behind: 24 hours in one process, on synthetic time."""

import gc

from tests.bench import simulated
from tests.bench.ours import Callbridge
from tests.helpers.measuring import rss

HOUR = 3600.0
RATE, TALK = 0.25, 180.0
"""Calls a second, and the mean seconds of a conversation: some 45 calls are open at any moment."""
STEP = 5.0
"""Seconds of the simulated PBX at a time: what comes in one weighs little in this process."""


def run() -> None:
    stream, callbridge = simulated.Stream(RATE, TALK, STEP), Callbridge(simulated.settings())
    first = 0
    print(f"24 hours with {RATE * HOUR:.0f} calls an hour")
    for hour in range(1, 25):
        for _ in range(round(HOUR / STEP)):
            callbridge.feed(stream.reads())
        gc.collect()
        first = first or rss()
        if hour in (1, 2, 4, 8, 12, 16, 20, 24):
            now = rss()
            grown = f"{now / first:5.3f} of the first hour"
            print(f"  after {hour:2} h {now / 1e6:6.1f} MB, {grown}   ({callbridge.result})", flush=True)
    stream.close()
