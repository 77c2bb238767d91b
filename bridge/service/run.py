"""The running service, wired together: feeds to pipelines, their steps to the journal and to the writers."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import structlog

from bridge import feeds
from bridge.config import Settings
from bridge.config.sinks import PostgresSink, SqliteSink
from bridge.feeds.clock import CLOCK
from bridge.pipeline.driver import Driver
from bridge.pipeline.pipeline import Pipeline
from bridge.pipeline.step import Step
from bridge.service import log, notify, purging, so_far, today, unfinished
from bridge.service.doubting import Doubting
from bridge.service.driving import Live
from bridge.service.garbage import collect_rarely, look_again
from bridge.service.hanging import Hanging
from bridge.service.keeping import Keeping
from bridge.service.lock import alone, alone_by
from bridge.service.looking import look
from bridge.service.picturing import Picturing
from bridge.service.reloading import Reloading
from bridge.service.seen import Seen
from bridge.service.stopping import until_told
from bridge.service.tending import tend
from bridge.service.turns import take_short_turns
from bridge.service.watching import Watching
from bridge.service.writer import Writer
from bridge.sinks.delivery import Delivery, divide
from bridge.sinks.worker import Worker
from bridge.vocabulary.message import Message, Source
from bridge.vocabulary.record import Record
from bridge.vocabulary.written import Written
from bridge.wire.ami import EVENTS

if TYPE_CHECKING:
    from bridge.service.metrics import Metrics

logger = structlog.get_logger()

LAST_CHANCE = 4.0
"""Seconds that the local store and stdout get at the stop for what is not written yet."""


Show = Callable[[Seen], Coroutine[Any, Any, None]]
"""What shows the service to people while it runs; ended by being cancelled."""


async def run(
    settings: Settings,
    show: Show | None = None,
    read: Callable[[], Settings] | None = None,
    file: Path | None = None,
) -> int:
    """Follow every PBX and write its records, until SIGTERM or SIGINT; the exit code: 1 where records could not be
    written. ``read`` reads the settings ``file`` again, on SIGHUP. Raises ``SinkError`` and ``FileError``."""
    log.configure()
    path = divide(settings)[0]
    with alone(path) if path is not None else alone_by(file) if file is not None else nullcontext():
        return await _run(settings, path, show, read or (lambda: settings))


async def _run(settings: Settings, path: str | None, show: Show | None, read: Callable[[], Settings]) -> int:
    delivery = Delivery(settings)
    try:
        writers = [Writer(sink, name) for name, sink in delivery.local]
        keeping = Keeping(Path(path + ".calls"), _feeds(settings)) if path is not None else None
        collect_rarely()
        take_short_turns()
        reloading = Reloading(settings, read, delivery)
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reloading)
        logger.info("started", pbxs=len(settings.pbx), sinks=len(settings.sink))
        await until_told(_follow(settings, writers, keeping, delivery.workers, show, reloading))
        if any(writer.is_stuck for writer in writers):
            _leave(writers)
        logger.info("stopped")
    finally:
        delivery.close()
    return int(any(writer.unwritten for writer in writers))


def _leave(writers: Sequence[Writer]) -> NoReturn:
    """End although a thread is still writing to what takes nothing, such as a pipe that nobody reads: Python would
    wait for it. What waits in the outbox is safe there."""
    for writer in writers:
        if writer.is_stuck:
            logger.error("records_not_written", sink=writer.name, count=writer.waiting, why="it takes nothing")
    sys.stderr.flush()
    os._exit(1)


async def _follow(
    settings: Settings,
    writers: Sequence[Writer],
    keeping: Keeping | None,
    forwarding: Sequence[Worker],
    show: Show | None,
    reloading: Reloading,
) -> None:
    def take(pbx: str, step: Step) -> None:
        """What a message or time has brought: first into the journal, then to the writers."""
        if keeping is not None:
            keeping.take(pbx, step)  # which writes before any writer wakes
        if step.states or step.open_states:
            lasting = pipelines[pbx].open_states(one for one in step.open_states.values() if one is not None)
            write([*step.states, *lasting])
        if step.records:
            put(pbx, keeping.history.revised(step.records) if keeping is not None else step.records)
        if keeping is not None and step.unjudged:
            keeping.aside.take(step.unjudged)
        watching.stir()

    def put(pbx: str, records: Sequence[Record]) -> None:
        doubting.tell(pbx)
        write(records)

    def write(those: Sequence[Written]) -> None:
        for writer in writers:
            writer.put(those)

    before = keeping.judged_by.before(settings) if keeping is not None else settings
    pipelines = {pbx.name: Pipeline(before, pbx.name, keeps=keeping is not None) for pbx in settings.pbx}
    doubting = Doubting(pipelines)

    def is_busy() -> bool:
        return any(writer.is_busy for writer in writers)

    live = {
        name: Live(Driver(name, pipeline), partial(take, name), CLOCK, is_busy)
        for name, pipeline in pipelines.items()
    }

    journal = Worker("journal")
    workers = [*(writer.worker for writer in writers), *forwarding, journal]
    if writers and keeping is not None:
        writers[0].written.append(keeping.wrote)
    seen = Seen(settings, pipelines, writers)
    reloading.of(pipelines.values(), seen.hub, doubting, keeping.judged_by if keeping is not None else None)
    board, web = Worker("board"), Worker("web")
    pictures = [Picturing(sink.path, pipelines) for sink in settings.sink if isinstance(sink, SqliteSink)][:1]
    readers = [picturing.take for picturing in pictures]
    if show is not None:
        workers += [board, web]
        readers.append(seen.hub.take)
    metrics, beside = _shown(settings, pipelines, writers, workers)
    for picturing in pictures:
        workers.append(Worker("devices"))
        beside.append(tend(workers[-1], picturing.run))
    if unfinished.tables(settings):
        workers.append(Worker("open_calls"))
        beside.append(tend(workers[-1], partial(unfinished.keep_all, settings, pipelines)))
    if show is not None:
        beside += [tend(web, partial(show, seen)), tend(board, partial(look, settings, seen))]
        beside.append(tend(board, partial(so_far.look, seen.hub, pipelines)))
        if pictures:
            workers.append(Worker("today"))
            beside.append(tend(workers[-1], partial(today.keep_up, seen)))
    watching = Watching(pipelines, readers, board)

    def hear(message: Message) -> None:
        seen.heard(message)
        if metrics is not None:
            metrics.heard(message)
        take(message.pbx, live[message.pbx].feed(message))

    async def kept(pbx: str) -> None:
        await live[pbx].caught_up()
        if keeping is not None:
            await keeping.kept()

    def hear_again(message: Message) -> None:
        """From the journal, where it stays. What is on record is history, whatever the settings say by now."""
        if message.pbx in live and keeping is not None:
            step = live[message.pbx].feed_now(message)
            if records := keeping.history.unwritten(step.records):
                put(message.pbx, records)
            keeping.aside.take(step.unjudged)

    def is_behind() -> bool:
        return any(one.is_behind for one in live.values())

    def wanted() -> set[str] | None:
        if is_behind() or not all(writer.is_idle for writer in writers):
            return None
        return {key for each in pipelines.values() for key in (*each.open_channels, *each.open_bridges)}

    tasks = [asyncio.create_task(tend(writer.worker, writer.run)) for writer in writers]
    keeper: asyncio.Task[None] | None = None
    if keeping is not None:
        Hanging(pipelines.values(), keeping.aside.give_up).start()
        with notify.taking_long(), keeping.aside.trying(pipelines.values()):
            keeping.restore(hear_again)
        for pipeline in pipelines.values() if before != settings else ():
            pipeline.reload(settings)
        keeping.judged_by.note(settings)
        keeper = asyncio.create_task(tend(journal, partial(keeping.run, wanted, is_behind)))
    for name, pipeline in pipelines.items() if settings.states.keep and writers else ():
        if keeping is not None:
            pipeline.track(keeping.agents.of(name), keeping.alive)
            write(keeping.agents.ended(name))
        else:
            pipeline.track()
    for pipeline in pipelines.values() if readers else ():
        pipeline.watch(board=show is not None)
    helpers = [asyncio.create_task(work) for work in beside]
    notify.tell("READY=1")
    try:
        await feeds.run(settings, hear, EVENTS, kept=kept, room=lambda pbx: live[pbx].room)
    finally:
        notify.tell("STOPPING=1")
        for helper in helpers:
            helper.cancel()
        if keeper is not None and keeping is not None:
            keeper.cancel()
        for one in live.values():
            await one.stop()
        watching.stop()
        for writer in writers:
            writer.finish()
        if tasks:
            await asyncio.wait(tasks, timeout=LAST_CHANCE)
        if helpers:
            await asyncio.wait(helpers, timeout=1.0)
        if keeping is not None:
            keeping.close()


def _shown(
    settings: Settings,
    pipelines: Mapping[str, Pipeline],
    writers: Sequence[Writer],
    workers: list[Worker],
) -> tuple["Metrics | None", list[Coroutine[Any, Any, None]]]:
    """The figures, where the settings ask for them, and what runs beside the feeds so that the service is seen."""
    beside: list[Coroutine[Any, Any, None]] = [look_again()]
    if notify.is_watched():
        beside.append(notify.keep_alive())
    if any(isinstance(sink, SqliteSink | PostgresSink) for sink in settings.sink):
        workers.append(Worker("keep_days"))
        beside.append(tend(workers[-1], partial(purging.run, settings)))
    if settings.metrics is None:
        return None, beside
    from bridge.service.health import Health
    from bridge.service.metrics import Metrics

    workers.append(Worker("metrics"))
    metrics = Metrics(settings, pipelines, writers, workers, CLOCK)
    if writers:
        writers[0].written.append(metrics.written)
    return metrics, [*beside, tend(workers[-1], Health(settings, settings.metrics, metrics).run)]


def _feeds(settings: Settings) -> Iterator[tuple[str, Source]]:
    for pbx in settings.pbx:
        if pbx.ami is not None:
            yield pbx.name, "ami"
        if pbx.ari is not None:
            yield pbx.name, "ari"
