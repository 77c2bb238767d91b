"""How many AMI events a second become records, beside others that read the same bytes."""

import statistics
import time

from bridge import config
from tests.bench.contestants import Cacofonisk, Contestant, Panoramisk, Plain
from tests.bench.ours import Callbridge
from tests.bench.stream import CAPTURES, EVERYTHING, Reads, everything, let_through, multiplied

TURNS = 40
"""Pieces of the stream at which the contestants take turns, so that all meet the same machine."""


def run() -> None:
    recorded = sorted(CAPTURES.glob("*.jsonl"))
    for title, captures, events, is_sent in (
        ("all that a PBX sends", [EVERYTHING], 150_000, everything),
        ("what the event filter lets through", [EVERYTHING], 100_000, let_through),
        ("only the headers that a rule reads, with the lists told at connecting", recorded, 60_000, everything),
    ):
        reads, events = multiplied(captures, events, is_sent)
        print(f"{title}: {events} AMI events, {sum(len(data) for _, data in reads) / events:.0f} bytes each")
        _race(reads, events)


def _race(reads: Reads, events: int) -> None:
    settings = config.load(str(CAPTURES / "callbridge.toml"))
    all_of_them: list[Contestant] = [Callbridge(settings), Plain(), Panoramisk(), Cacofonisk()]
    took: dict[str, list[float]] = {each.name: [] for each in all_of_them}
    size = -(-len(reads) // TURNS)
    for begin in range(0, len(reads), size):
        for each in all_of_them:
            start = time.process_time()
            each.feed(reads[begin : begin + size])
            took[each.name].append(time.process_time() - start)
    ours = took[all_of_them[0].name]
    for each in all_of_them:
        times = took[each.name]
        ratio = statistics.median(theirs / mine for theirs, mine in zip(times, ours, strict=True))
        rate = events / sum(times)
        print(f"  {each.name:29} {rate:10,.0f} events/s   callbridge is {ratio:5.2f} times as fast   ({each.result})")
