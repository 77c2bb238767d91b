"""The running service: feeds to pipelines to sinks."""

import asyncio
import contextlib
import gc
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from bridge import feeds
from bridge.config import Settings, SqliteSink
from bridge.errors import SinkError
from bridge.pipeline.driver import Driver
from bridge.pipeline.pipeline import Pipeline
from bridge.service import log, notify, picturing
from bridge.service.keeping import Keeping
from bridge.service.stopping import until_told
from bridge.sinks.delivery import Delivery, divide
from bridge.sinks.sink import Sink
from bridge.vocabulary.message import Message, Source
from bridge.vocabulary.record import Record
from bridge.wire.ami import EVENTS

if TYPE_CHECKING:
    from bridge.service.metrics import Metrics

logger = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
"""Seconds between two tries of a sink that fails."""
MOST_WAITING = 10_000
"""Records that wait in memory for a disk that is full or fails; some 100 MB."""
NEW_OBJECTS = 20_000
"""Between two looks of the garbage collector, instead of Python's 700: 6 to 10 % of the CPU."""
SETTLING = 1.0
"""Seconds after its last channel went that a call is written at the latest."""


def collect_rarely() -> None:
    """Calls that are over let go of their objects by themselves: the garbage collector finds hardly any, and stops
    everything while it looks. What is there by now it leaves alone, the rest until so many objects are new."""
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)


async def run(settings: Settings) -> None:
    """Follow every PBX and write its records, until SIGTERM or SIGINT. Raises ``SinkError`` at the start."""
    log.configure()
    delivery = Delivery(settings)
    try:
        writers = [Writer(sink, name) for name, sink in delivery.local]
        path = divide(settings)[0]
        keeping = Keeping(Path(path + ".calls"), _feeds(settings)) if path is not None else None
        collect_rarely()
        logger.info("started", pbxs=len(settings.pbx), sinks=len(settings.sink))
        await until_told(_follow(settings, writers, keeping))
        logger.info("stopped")
    finally:
        delivery.close()


async def _follow(settings: Settings, writers: Sequence["Writer"], keeping: Keeping | None) -> None:
    def put(records: list[Record]) -> None:
        for writer in writers:
            writer.put(records)

    pipelines = {pbx.name: Pipeline(settings, pbx.name) for pbx in settings.pbx}
    live = {name: Live(Driver(name, pipeline), put) for name, pipeline in pipelines.items()}

    metrics, beside = _shown(settings, pipelines, writers)

    def hear(message: Message) -> None:
        if metrics is not None:
            metrics.heard(message)
        live[message.pbx].feed(message)
        if keeping is not None:
            for about, kept in pipelines[message.pbx].to_keep(message):
                keeping.keep(about, kept)

    def hear_again(message: Message) -> None:
        if message.pbx in live:
            live[message.pbx].feed(message)

    def wanted() -> set[str] | None:
        if not all(writer.is_idle for writer in writers):
            return None
        return {channel for pipeline in pipelines.values() for channel in pipeline.open_channels}

    tasks = [asyncio.create_task(writer.run()) for writer in writers]
    keeper: asyncio.Task[None] | None = None
    if keeping is not None:
        keeping.restore(hear_again)
        keeper = asyncio.create_task(keeping.run(wanted))
    helpers = [asyncio.create_task(work) for work in beside]
    notify.tell("READY=1")
    try:
        await feeds.run(settings, hear, EVENTS)
    finally:
        notify.tell("STOPPING=1")
        for helper in helpers:
            helper.cancel()
        if keeper is not None and keeping is not None:
            keeper.cancel()
            keeping.close()
        for pipeline in live.values():
            pipeline.stop()
        for writer in writers:
            writer.finish()
        await asyncio.gather(*tasks)


def _shown(
    settings: Settings, pipelines: Mapping[str, Pipeline], writers: Sequence["Writer"]
) -> tuple["Metrics | None", list[Coroutine[Any, Any, None]]]:
    """The figures, where the settings ask for them, and what runs beside the feeds so that the service is seen."""
    beside: list[Coroutine[Any, Any, None]] = [notify.keep_alive()] if notify.is_watched() else []
    beside += [picturing.run(sink.path, pipelines) for sink in settings.sink if isinstance(sink, SqliteSink)][:1]
    if settings.metrics is None:
        return None, beside
    from bridge.service.health import Health
    from bridge.service.metrics import Metrics

    metrics = Metrics(settings, pipelines, writers)
    if writers:
        writers[0].written = metrics.written
    return metrics, [*beside, Health(settings, settings.metrics, metrics).run()]


def _feeds(settings: Settings) -> Iterator[tuple[str, Source]]:
    for pbx in settings.pbx:
        if pbx.ami is not None:
            yield pbx.name, "ami"
        if pbx.ari is not None:
            yield pbx.name, "ari"


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
        self.name = name
        self.is_failing = False
        """Whether the last write failed."""
        self.written: Callable[[list[Record]], object] = lambda records: None
        """Is told of what has been written."""
        self._sink = sink
        self._log = logger.bind(sink=name)
        self._waiting: list[Record] = []
        self._lost = 0
        self._writing = 0
        self._news = asyncio.Event()
        self._finishing = asyncio.Event()

    def put(self, records: list[Record]) -> None:
        room = max(0, MOST_WAITING - self.waiting)
        if len(records) > room:
            if not self._lost:
                self._log.error("records_lost", since=records[room].ended_at, why=f"{MOST_WAITING} wait already")
            self._lost += len(records) - room
        self._waiting += records[:room]
        self._news.set()

    @property
    def is_idle(self) -> bool:
        """Whether every record that was put is written."""
        return not self.waiting

    @property
    def waiting(self) -> int:
        """How many records are put but not written."""
        return len(self._waiting) + self._writing

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
                self._writing = len(batch)
                await self._write(batch)
                self._writing = 0

    async def _write(self, batch: list[Record]) -> None:
        """Write, and write again while the sink fails: which changes nothing where it had succeeded."""
        pause = 0.0
        while True:
            try:
                await asyncio.to_thread(self._sink.write, batch)
            except SinkError as error:
                self.is_failing = True
                if not pause:
                    self._log.error("sink_failed", why=str(error))
                if self._finishing.is_set():
                    self._log.error("records_not_written", count=len(batch) + len(self._waiting) + self._lost)
                    self._waiting = []
                    return
                pause = min(LONGEST_PAUSE, pause * 2 or FIRST_PAUSE)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._finishing.wait(), pause)
            else:
                self.is_failing = False
                self.written(batch)
                if pause:
                    self._log.info("sink_recovered", count=len(batch))
                if self._lost:
                    self._log.error("records_not_written", count=self._lost)
                    self._lost = 0
                return
