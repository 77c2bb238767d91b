"""Every sink of the settings, reached from the one write that the service waits for."""

import time
from collections.abc import Sequence
from functools import partial

import structlog

from bridge.config import Settings
from bridge.config.sinks import JsonlSink, PostgresSink, SqliteSink, sink_name
from bridge.config.sinks import Sink as SinkSettings
from bridge.sinks.forward import Forwarder
from bridge.sinks.registry import open_sink
from bridge.sinks.sink import Sink
from bridge.sinks.worker import Worker
from bridge.store.outbox import Outbox
from bridge.store.records import SqliteStore
from bridge.vocabulary.written import Written

logger = structlog.get_logger()

LAST_CHANCE = 5.0
"""Seconds that the sinks get at the stop for what is due; the rest stays in the outbox."""


class Delivery:
    """``local``: what the service itself writes to, by name. All other sinks are fed from the outbox, by forwarders.

    Local are the store with the outbox in it, and stdout. Nothing waits in the outbox for stdout: what an earlier run
    could not write there, a reader of this run does not expect.
    """

    def __init__(self, settings: Settings) -> None:
        """Opens what is on this machine. Raises ``SinkError`` where that fails; a sink that is away is no error."""
        self.local: list[tuple[str, Sink]] = []
        self._forwarders: list[Forwarder] = []
        path, remote = divide(settings)
        try:
            if path is not None:
                store = next((sink for sink in settings.sink if isinstance(sink, SqliteSink)), None)
                self._open_store(path, remote, store, settings.states.keep_days)
            for sink in settings.sink:
                if is_stdout(sink):
                    self.local.append((sink_name(sink), open_sink(sink)))
            for sink in remote:
                if isinstance(sink, SqliteSink | JsonlSink):
                    open_sink(sink).close()
        except BaseException:
            self._close_local()
            raise
        for forwarder in self._forwarders:
            forwarder.start()

    @property
    def workers(self) -> list[Worker]:
        """How the threads are doing that serve the other sinks."""
        return [forwarder.worker for forwarder in self._forwarders]

    def reopen(self) -> None:
        """Open every sink but the local store anew, each before its next record."""
        for forwarder in self._forwarders:
            forwarder.reopen()

    def close(self) -> None:
        """Give what is due a last chance, then close everything."""
        for forwarder in self._forwarders:
            forwarder.finish()
        until = time.monotonic() + LAST_CHANCE
        late = sum(not forwarder.join(max(0.0, until - time.monotonic())) for forwarder in self._forwarders)
        if late:
            logger.warning("sinks_not_finished", count=late, why="what they have not taken stays in the outbox")
        self._close_local()

    def _open_store(
        self, path: str, remote: Sequence[SinkSettings], settings: SqliteSink | None, state_days: int
    ) -> None:
        """``settings``: those of the store, None for an outbox alone."""
        names, keep = [sink_name(sink) for sink in remote], settings is not None
        keep_days = settings.keep_days if settings is not None else None
        states_to = [sink_name(sink) for sink in remote if getattr(sink, "takes_states", False)]
        open_to = [sink_name(sink) for sink in remote if isinstance(sink, SqliteSink | PostgresSink)]
        store = SqliteStore(
            path,
            outbox=names,
            keep=keep,
            keep_days=keep_days,
            state_days=state_days,
            states_to=states_to,
            open_to=open_to,
        )
        self.local.append((f"sqlite {path}", _Store(store, self._forwarders)))
        for name, sink in zip(names, remote, strict=True):
            self._forwarders.append(Forwarder(name, Outbox(path, keep=keep), partial(open_sink, sink)))

    def _close_local(self) -> None:
        for _, sink in self.local:
            sink.close()


class _Store:
    """The local store; each write wakes the forwarders."""

    def __init__(self, store: SqliteStore, forwarders: Sequence[Forwarder]) -> None:
        self._store = store
        self._forwarders = forwarders
        self.check, self.close = store.check, store.close

    def write(self, records: Sequence[Written]) -> None:
        self._store.write(records)
        for forwarder in self._forwarders:
            forwarder.wake()


def divide(settings: Settings) -> tuple[str | None, list[SinkSettings]]:
    """The file that holds the outbox, and the sinks that are fed from it.

    It is the first SQLite sink; without one a file of its own, or none (None) where nothing would be in it.
    """
    store = next((sink for sink in settings.sink if isinstance(sink, SqliteSink)), None)
    remote = [sink for sink in settings.sink if sink is not store and not is_stdout(sink)]
    if store is not None:
        return store.path, remote
    return (settings.outbox.path if remote else None), remote


def is_stdout(sink: SinkSettings) -> bool:
    return isinstance(sink, JsonlSink) and sink.path == "-"
