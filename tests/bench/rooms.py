"""Where the time goes: the price of each room that an event walks through."""

import gc
import time

from bridge import config
from bridge.config import Settings
from bridge.pbx.channel import Group
from bridge.pipeline.finishing import Finishing
from bridge.service.garbage import NEW_OBJECTS
from bridge.vocabulary.message import Message
from bridge.vocabulary.record import Record
from bridge.wire import ami
from bridge.wire.framing import Framer
from tests.bench.ours import Callbridge
from tests.bench.stream import CAPTURES, EVERYTHING, Reads, multiplied


class Timed(Finishing):
    """Notes what the calls that are over have taken: seconds of CPU."""

    def __init__(self, finishing: Finishing) -> None:
        self.__dict__ |= finishing.__dict__
        self.taken = 0.0
        self._depth = 0

    def records(self, group: Group, now: float) -> list[Record]:
        start = time.process_time()
        self._depth += 1  # a call that is called back is judged within the one that calls back
        try:
            return super().records(group, now)
        finally:
            self._depth -= 1
            if not self._depth:
                self.taken += time.process_time() - start


def run() -> None:
    settings = config.load(str(CAPTURES / "callbridge.toml"))
    print("where the time goes")
    print("| room | all that a PBX sends, µs an event | | only what is read, µs an event | |")
    print("| --- | --- | --- | --- | --- |")
    streams = ([EVERYTHING], sorted(CAPTURES.glob("*.jsonl")))
    gc.set_threshold(NEW_OBJECTS)  # as the service does; otherwise the first room pays for what all leave behind
    columns = [_measure(multiplied(captures, 60_000), settings) for captures in streams]
    for room in columns[0]:
        cells = [f"{column[room]:.2f} | {column[room] / column['all']:.0%}" for column in columns]
        print(f"| {room} | {' | '.join(cells)} |")


def _measure(stream: tuple[Reads, int], settings: Settings) -> dict[str, float]:
    """Microseconds an event, by room."""
    reads, events = stream
    framer, callbridge = Framer(print, ami.EVENTS), Callbridge(settings)
    finishing = callbridge.pipeline._finishing = Timed(callbridge.pipeline._finishing)
    framing = decoding = whole = 0.0
    for read in reads:
        start = time.process_time()
        messages = [Message(read[0], "bench", "ami", event) for event in framer.feed(read[1])]
        framed = time.process_time()
        for message in messages:
            ami.decode(message.event, ami.stamp(message.event) or message.t)
        decoded = time.process_time()
        callbridge.feed([read])
        done = time.process_time()
        framing, decoding, whole = framing + framed - start, decoding + decoded - framed, whole + done - decoded
    parts = {
        "wire: bytes to messages": framing,
        "wire: messages to facts": decoding,
        "pbx: facts into the mirror, and time": whole - framing - decoding - finishing.taken,
        "calls, tags, records": finishing.taken,
        "all": whole,
    }
    return {room: seconds / events * 1e6 for room, seconds in parts.items()}
