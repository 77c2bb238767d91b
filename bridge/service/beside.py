"""What runs beside the feeds: views of what is so now, figures, metrics, erasing, and systemd's watchdog."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from bridge.config import Settings
from bridge.config.sinks import PostgresSink, SqliteSink
from bridge.feeds.clock import CLOCK
from bridge.pipeline.pipeline import Pipeline
from bridge.service import notify, purging, so_far, today, unfinished
from bridge.service.garbage import look_again
from bridge.service.looking import look
from bridge.service.picturing import Picturing
from bridge.service.seen import Seen
from bridge.service.tending import tend
from bridge.service.watching import Reader
from bridge.service.writer import Writer
from bridge.sinks.worker import Worker

if TYPE_CHECKING:
    from bridge.service.metrics import Metrics

Work = Coroutine[Any, Any, None]
Show = Callable[[Seen], Work]
"""Shows the service to people while it runs; ends by being cancelled."""


class Beside(NamedTuple):
    """What runs beside the feeds, ready to be started."""

    work: list[Work]
    readers: list[Reader]
    """Those that are told what changes on the PBXs."""
    board: Worker
    metrics: Metrics | None


def work_beside(
    settings: Settings,
    pipelines: Mapping[str, Pipeline],
    writers: Sequence[Writer],
    workers: list[Worker],
    seen: Seen,
    show: Show | None,
) -> Beside:
    """What the settings ask for. ``workers`` gets the worker of each, for the metrics. ``show`` is None where no page
    is served."""
    board = Worker("board")
    work: list[Work] = [look_again()]
    if notify.is_watched():
        work.append(notify.keep_alive())

    def add(name: str, run: Callable[[], Work]) -> None:
        workers.append(Worker(name))
        work.append(tend(workers[-1], run))

    if any(isinstance(sink, SqliteSink | PostgresSink) for sink in settings.sink):
        add("keep_days", partial(purging.run, settings))
    if unfinished.tables(settings):
        add("open_calls", partial(unfinished.keep_all, settings, pipelines))
    pictures = [Picturing(sink.path, pipelines) for sink in settings.sink if isinstance(sink, SqliteSink)][:1]
    for picturing in pictures:
        add("devices", picturing.run)
    readers: list[Reader] = [picturing.take for picturing in pictures]
    if show is not None:
        add("web", partial(show, seen))
        workers.append(board)
        work += [tend(board, partial(look, settings, seen)), tend(board, partial(so_far.look, seen.hub, pipelines))]
        readers.append(seen.hub.take)
        if pictures:
            add("today", partial(today.keep_up, seen))
    return Beside(work, readers, board, _metrics(settings, pipelines, writers, workers, work))


def _metrics(
    settings: Settings,
    pipelines: Mapping[str, Pipeline],
    writers: Sequence[Writer],
    workers: list[Worker],
    work: list[Work],
) -> Metrics | None:
    """The metrics, where the settings ask for them; their server is added to ``work``."""
    if settings.metrics is None:
        return None
    from bridge.service.health import Health
    from bridge.service.metrics import Metrics

    worker = Worker("metrics")
    workers.append(worker)
    metrics = Metrics(settings, pipelines, writers, workers, CLOCK)
    if writers:
        writers[0].written.append(metrics.written)
    work.append(tend(worker, Health(settings, settings.metrics, metrics).run))
    return metrics
