"""Whether a day of calls leaves anything behind: 24 hours in one process, on synthetic time."""

import gc

from tests.bench.calls import Stream, rss, simulated
from tests.bench.contestants import Callbridge

HOUR = 3600.0
RATE, TALK = 0.25, 180.0
"""Calls a second, and the mean seconds of a conversation: some 45 calls are open at any moment."""


def run() -> None:
    stream, callbridge = Stream(RATE, TALK), Callbridge(simulated())
    first = 0
    print(f"24 hours with {RATE * HOUR:.0f} calls an hour")
    for hour in range(1, 25):
        for _ in range(60):
            callbridge.feed(stream.reads(HOUR / 60))
        gc.collect()
        first = first or rss()
        if hour in (1, 2, 4, 8, 12, 16, 20, 24):
            now = rss()
            grown = f"{now / first:5.3f} of the first hour"
            print(f"  after {hour:2} h {now / 1e6:6.1f} MB, {grown}   ({callbridge.result})")
    stream.close()
