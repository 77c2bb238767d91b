"""The service's metrics for Prometheus, and whether the service is ready.

Events are counted in a plain dict, because thousands come a second. Everything else is computed when Prometheus asks.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client import Counter as Count
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from bridge.config import Settings
from bridge.feeds.clock import CLOCK, Clock
from bridge.pipeline.driver import kind
from bridge.pipeline.pipeline import Pipeline
from bridge.service.writer import Writer
from bridge.sinks.worker import Worker
from bridge.store.outbox import Depth
from bridge.vocabulary.message import OF_OUR_CLOCK, Message, Source
from bridge.vocabulary.record import Record
from bridge.vocabulary.written import Written

LAGS = (0.1, 0.25, 0.5, 0.75, 1.0, 2.0, 5.0, 15.0, 60.0, 600.0, 3600.0)
"""Buckets: seconds from a call's end to its record."""


class Metrics:
    """The metrics of one service. Call ``heard`` for each message and ``written`` for each write of the store."""

    def __init__(
        self,
        settings: Settings,
        calls: Mapping[str, Pipeline],
        writers: Sequence[Writer],
        workers: Sequence[Worker] = (),
        clock: Clock = CLOCK,
    ) -> None:
        """``calls``: the pipelines by PBX. ``writers``: those of the local store and of stdout. ``workers``:
        everything that runs beside the feeds, the writers included. ``clock``: the clock of the feeds."""
        self._workers = workers
        self._clock = clock
        self._primary: dict[str, Source] = {pbx.name: "ami" if pbx.ami else "ari" for pbx in settings.pbx}
        self._up: dict[tuple[str, Source], bool] = {}
        for pbx in settings.pbx:
            self._up |= {(pbx.name, "ami"): False} if pbx.ami else {}
            self._up |= {(pbx.name, "ari"): False} if pbx.ari else {}
        self._calls = calls
        self._writers = writers
        self._events: Counter[tuple[str, Source, str]] = Counter()
        self._connections: Counter[tuple[str, Source]] = Counter()
        self._depths: Sequence[Depth] = ()
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._records = Count("callbridge_records", "Calls recorded.", ["pbx", "complete"], registry=self._registry)
        self._revisions = Count(
            "callbridge_revisions", "Records written again with more in them.", ["pbx"], registry=self._registry
        )
        self._tags = Count("callbridge_tags", "Calls recorded with the tag.", ["tag"], registry=self._registry)
        self._lag = Histogram(
            "callbridge_record_lag_seconds",
            "From a call's end to its record in the local store.",
            ["pbx"],
            buckets=LAGS,
            registry=self._registry,
        )
        self._registry.register(self)

    def heard(self, message: Message) -> None:
        """Counts a message that came."""
        event = message.event
        if "feed" in event:
            if event["feed"] in OF_OUR_CLOCK:
                return
            up = event["feed"] == "connected"
            self._up[message.pbx, message.src] = up
            self._connections[message.pbx, message.src] += up
        else:
            self._events[message.pbx, message.src, kind(message)] += 1

    def written(self, records: Iterable[Written]) -> None:
        """Counts records that the local store has taken."""
        now = time.time()
        for record in records:
            if not isinstance(record, Record):
                continue
            if record.revision > 1:
                self._revisions.labels(record.pbx).inc()
                continue
            self._records.labels(record.pbx, str(record.complete).lower()).inc()
            for tag in record.tags:
                self._tags.labels(tag).inc()
            self._lag.labels(record.pbx).observe(max(0.0, now - datetime.fromisoformat(record.ended_at).timestamp()))

    def problems(self) -> list[str]:
        """Why the service is not ready, one line each; empty when it is ready."""
        away = [f"{pbx}: {src} is not connected" for pbx, src in self._primary.items() if not self._up[pbx, src]]
        failing = [f"{writer.name} cannot be written" for writer in self._writers if writer.is_failing]
        return away + failing + [worker.trouble for worker in self._workers if worker.trouble is not None]

    def text(self, depths: Sequence[Depth]) -> bytes:
        """All metrics in Prometheus' text format. ``depths``: the state of the outbox, by sink."""
        self._depths = depths
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """The metrics that are computed on demand; called by the registry."""
        events = CounterMetricFamily(
            "callbridge_events", "Events that a rule may read.", labels=["pbx", "feed", "event"]
        )
        for labels, count in self._events.items():
            events.add_metric(labels, count)
        up = GaugeMetricFamily("callbridge_feed_connected", "Whether the feed is connected.", labels=["pbx", "feed"])
        again = CounterMetricFamily(
            "callbridge_feed_reconnects", "Connections but the first.", labels=["pbx", "feed"]
        )
        for feed, is_up in self._up.items():
            up.add_metric(feed, is_up)
            again.add_metric(feed, max(0, self._connections[feed] - 1))
        calls = GaugeMetricFamily("callbridge_open_calls", "Calls in progress.", labels=["pbx"])
        for pbx, pipeline in self._calls.items():
            calls.add_metric([pbx], pipeline.open_calls)
        unwritten = GaugeMetricFamily(
            "callbridge_unwritten_records", "Records that the local store has not taken yet.", labels=["sink"]
        )
        for writer in self._writers:
            unwritten.add_metric([writer.name], writer.waiting)
        dropped = CounterMetricFamily(
            "callbridge_phone_reports_dropped", "Reports of browser phones about a call not known.", labels=["pbx"]
        )
        for pbx, pipeline in self._calls.items():
            dropped.add_metric([pbx], pipeline.reports_dropped)
        doubts = GaugeMetricFamily(
            "callbridge_settings_doubtful", "What the calls say against the settings; the log says why.",
            labels=["pbx", "doubt"],
        )  # fmt: skip
        for pbx, pipeline in self._calls.items():
            for kind_of, count in Counter(doubt.kind for doubt in pipeline.doubts).items():
                doubts.add_metric([pbx, kind_of], count)
        failures = CounterMetricFamily(
            "callbridge_worker_failures", "How often a part of the service was started again.", labels=["worker"]
        )
        for worker in self._workers:
            failures.add_metric([worker.name], worker.failures)
        still = CounterMetricFamily("callbridge_stood_still_seconds", "Seconds for which the service stood still.")
        still.add_metric([], self._clock.stood_still)
        jumps = CounterMetricFamily("callbridge_clock_jumps", "How often this machine's clock was set.")
        jumps.add_metric([], self._clock.jumps)
        ahead = GaugeMetricFamily(
            "callbridge_clock_ahead_seconds",
            "By how much the PBX's clock is ahead of this machine's.",
            labels=["pbx"],
        )
        for pbx, pipeline in self._calls.items():
            if pipeline.clock_ahead is not None:
                ahead.add_metric([pbx], pipeline.clock_ahead)
        ours = (unwritten, failures, still, jumps, ahead)
        return iter((events, up, again, calls, dropped, doubts, *ours, *self._outbox()))

    def _outbox(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("callbridge_outbox_records", "Records that wait for a sink.", labels=["sink"])
        oldest = GaugeMetricFamily(
            "callbridge_outbox_oldest_seconds", "For how long the oldest of them has waited.", labels=["sink"]
        )
        refused = GaugeMetricFamily("callbridge_outbox_refused", "Records that a sink refused.", labels=["sink"])
        failing = GaugeMetricFamily("callbridge_sink_failing", "Whether a sink takes nothing.", labels=["sink"])
        for depth in self._depths:
            waiting.add_metric([depth.sink], depth.waiting)
            oldest.add_metric([depth.sink], max(0.0, time.time() - depth.oldest) if depth.oldest is not None else 0)
            refused.add_metric([depth.sink], depth.dead)
            failing.add_metric([depth.sink], depth.failing_since is not None)
        for writer in self._writers:
            failing.add_metric([writer.name], writer.is_held_up)
        return iter((waiting, oldest, refused, failing))
