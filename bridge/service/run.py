"""The running service: wires feeds, pipelines, journal, writers and what runs beside them; starts and stops them."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import NoReturn

import structlog

from bridge import feeds
from bridge.config import Settings
from bridge.pipeline.pipeline import Pipeline
from bridge.service import log, notify
from bridge.service.beside import Show, work_beside
from bridge.service.doubting import Doubting
from bridge.service.following import Following
from bridge.service.garbage import collect_rarely
from bridge.service.hanging import Hanging
from bridge.service.keeping import Keeping
from bridge.service.lock import alone, alone_by
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
from bridge.wire.ami import EVENTS

logger = structlog.get_logger()

LAST_CHANCE = 4.0
"""Seconds that the local store and stdout get at the stop to write what waits."""


async def run(
    settings: Settings,
    show: Show | None = None,
    read: Callable[[], Settings] | None = None,
    file: Path | None = None,
) -> int:
    """Follow every PBX and write its records, until SIGTERM or SIGINT. Returns the exit code, which is 1 if records
    could not be written. ``read`` reads the settings ``file`` again, on SIGHUP. Raises ``SinkError`` and
    ``FileError``."""
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
    """End the process although a thread is still writing to something that takes nothing, such as a pipe that nobody
    reads: Python itself would wait for that thread. Records in the outbox are safe."""
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
    """Wire everything together, follow the PBXs until cancelled, then stop in order."""
    before = keeping.judged_by.before(settings) if keeping is not None else settings
    pipelines = {pbx.name: Pipeline(before, pbx.name, keeps=keeping is not None) for pbx in settings.pbx}
    doubting = Doubting(pipelines)
    seen = Seen(settings, pipelines, writers)
    reloading.of(pipelines.values(), seen.hub, doubting, keeping.judged_by if keeping is not None else None)

    journal = Worker("journal")
    workers = [*(writer.worker for writer in writers), *forwarding, journal]
    beside = work_beside(settings, pipelines, writers, workers, seen, show)
    watching = Watching(pipelines, beside.readers, beside.board)
    following = Following(pipelines, writers, keeping, doubting.tell, watching.stir)

    def hear(message: Message) -> None:
        seen.heard(message)
        if beside.metrics is not None:
            beside.metrics.heard(message)
        following.hear(message)

    writing = [asyncio.create_task(tend(writer.worker, writer.run)) for writer in writers]
    keeper: asyncio.Task[None] | None = None
    if keeping is not None:
        _go_on(keeping, following, pipelines)
        for pipeline in pipelines.values() if before != settings else ():
            pipeline.reload(settings)
        keeping.judged_by.note(settings)
        keeper = asyncio.create_task(tend(journal, partial(keeping.run, following.needed, following.is_behind)))
    for name, pipeline in pipelines.items() if settings.states.keep and writers else ():
        if keeping is not None:
            pipeline.track(keeping.agents.of(name), keeping.alive)
            following.write(keeping.agents.ended(name))
        else:
            pipeline.track()
    for pipeline in pipelines.values() if beside.readers else ():
        pipeline.watch(board=show is not None)
    helpers = [asyncio.create_task(work) for work in beside.work]
    notify.tell("READY=1")
    try:
        await feeds.run(settings, hear, EVENTS, kept=following.kept, room=following.room)
    finally:
        notify.tell("STOPPING=1")
        for helper in helpers:
            helper.cancel()
        if keeper is not None:
            keeper.cancel()
        await following.stop()
        watching.stop()
        for writer in writers:
            writer.finish()
        if writing:
            await asyncio.wait(writing, timeout=LAST_CHANCE)
        if helpers:
            await asyncio.wait(helpers, timeout=1.0)
        if keeping is not None:
            keeping.close()


def _go_on(keeping: Keeping, following: Following, pipelines: Mapping[str, Pipeline]) -> None:
    """Go on where the earlier run was ended: its messages go through the pipelines again."""
    if following.writers:
        following.writers[0].written.append(keeping.wrote)
    Hanging(pipelines.values(), keeping.aside.give_up).start()
    with notify.taking_long(), keeping.aside.trying(pipelines.values()):
        keeping.restore(following.hear_again)


def _feeds(settings: Settings) -> Iterator[tuple[str, Source]]:
    for pbx in settings.pbx:
        if pbx.ami is not None:
            yield pbx.name, "ami"
        if pbx.ari is not None:
            yield pbx.name, "ari"
