"""The running service: feeds to pipelines to sinks."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence

import structlog

from bridge import feeds, log
from bridge.config import Settings
from bridge.drive import Driver
from bridge.message import Message
from bridge.pipeline import Pipeline
from bridge.records.record import Record
from bridge.sinks import Sink, SinkError
from bridge.sinks.delivery import Delivery
from bridge.stopping import until_told
from bridge.wire.ami import EVENTS

logger = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds between two tries of a sink that fails."""
SETTLING = 1.0
"""Seconds after its last channel went that a call is written at the latest."""


async def run(settings: Settings) -> None:
    """Follow every PBX and write its records, until SIGTERM or SIGINT. Raises ``SinkError`` at the start."""
    log.configure()
    delivery = Delivery(settings)
    try:
        writers = [Writer(sink, name) for name, sink in delivery.local]
        logger.info("started", pbxs=len(settings.pbx), sinks=len(settings.sink))
        await until_told(_follow(settings, writers))
        logger.info("stopped")
    finally:
        delivery.close()


async def _follow(settings: Settings, writers: Sequence["Writer"]) -> None:
    def put(records: list[Record]) -> None:
        for writer in writers:
            writer.put(records)

    live = {pbx.name: Live(Driver(pbx.name, Pipeline(settings, pbx.name)), put) for pbx in settings.pbx}
    tasks = [asyncio.create_task(writer.run()) for writer in writers]
    try:
        await feeds.run(settings, lambda message: live[message.pbx].feed(message), EVENTS)
    finally:
        for pipeline in live.values():
            pipeline.stop()
        for writer in writers:
            writer.finish()
        await asyncio.gather(*tasks)


class Live:
    """One pipeline, driven by messages as they come and by the clock between them."""

    def __init__(self, driver: Driver, put: Callable[[list[Record]], None]) -> None:
        self._driver = driver
        self._put = put
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._armed: float | None = None

    def feed(self, message: Message) -> None:
        self._done(self._driver.feed(message))

    def stop(self) -> None:
        """Write what has ended: no message can come any more that would change it."""
        if self._timer is not None:
            self._timer.cancel()
        self._put(self._driver.advance(time.time() + SETTLING))

    def _wake(self) -> None:
        self._armed = None
        self._done(self._driver.advance(time.time()))

    def _done(self, records: list[Record]) -> None:
        if records:
            self._put(records)
        deadline = self._driver.next_deadline()
        if deadline is not None and (self._armed is None or deadline < self._armed):
            if self._timer is not None:
                self._timer.cancel()
            self._armed = deadline
            self._timer = self._loop.call_later(max(0.001, deadline - time.time()), self._wake)


class Writer:
    """Writes to one sink, in a thread, so that a slow disk does not hold up the feeds."""

    def __init__(self, sink: Sink, name: str) -> None:
        self._sink = sink
        self._log = logger.bind(sink=name)
        self._waiting: list[Record] = []
        self._news = asyncio.Event()
        self._finishing = asyncio.Event()

    def put(self, records: list[Record]) -> None:
        self._waiting += records
        self._news.set()

    def finish(self) -> None:
        """Let `run` end once everything is written."""
        self._finishing.set()
        self._news.set()

    async def run(self) -> None:
        while self._waiting or not self._finishing.is_set():
            await self._news.wait()
            self._news.clear()
            batch, self._waiting = self._waiting, []
            if batch:
                await self._write(batch)

    async def _write(self, batch: list[Record]) -> None:
        """Write, and write again while the sink fails: which changes nothing where it had succeeded."""
        pause = 0.0
        while True:
            try:
                await asyncio.to_thread(self._sink.write, batch)
            except SinkError as error:
                if not pause:
                    self._log.error("sink_failed", why=str(error))
                if self._finishing.is_set():
                    self._log.error("records_not_written", count=len(batch) + len(self._waiting))
                    self._waiting = []
                    return
                pause = min(LONGEST_PAUSE, pause * 2 or FIRST_PAUSE)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._finishing.wait(), pause)
            else:
                if pause:
                    self._log.info("sink_recovered", count=len(batch))
                return
