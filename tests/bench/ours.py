"""The hot path alone: no socket, no store, no journal."""

import gc
import sys

import msgspec

from bridge.config import Settings
from bridge.pipeline.driver import Driver
from bridge.pipeline.pipeline import Pipeline
from bridge.service.garbage import NEW_OBJECTS
from bridge.vocabulary.message import Message
from bridge.wire.ami import EVENTS
from bridge.wire.framing import Framer
from tests.bench.stream import Reads


class Callbridge:
    """From bytes to records as JSON."""

    name = "callbridge, bytes to record"

    def __init__(self, settings: Settings) -> None:
        self.pipeline = Pipeline(settings, "bench")
        self._driver = Driver("bench", self.pipeline)
        self._framer = Framer(lambda report: print(report, file=sys.stderr), EVENTS)
        self._encode = msgspec.json.Encoder().encode
        self.records = 0

    def feed(self, reads: Reads) -> None:
        usual = gc.get_threshold()
        gc.set_threshold(NEW_OBJECTS)  # as the service does
        try:
            self._feed(reads)
        finally:
            gc.set_threshold(*usual)

    def _feed(self, reads: Reads) -> None:
        for t, data in reads:
            for event in self._framer.feed(data):
                for record in self._driver.feed(Message(t, "bench", "ami", event)).records:
                    self._encode(record)
                    self.records += 1

    @property
    def result(self) -> str:
        return f"{self.records} records"
