"""Delivers to all sinks of the settings: the service waits for one local write, and threads do the rest."""

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
"""Seconds that the sinks get for due records when the service stops; the rest stays in the outbox."""


class Delivery:
    """All sinks of the settings. ``local``: those that the service itself writes to, by name: the store with the
    outbox, and stdout. All others are fed from the outbox by forwarders.

    Nothing waits in the outbox for stdout: a reader of this run does not expect the records of an earlier one.
    """

    def __init__(self, settings: Settings) -> None:
        """Opens the sinks on this machine. Raises ``SinkError`` if that fails; a server that is away is no error."""
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
        """The health of the threads that serve the other sinks."""
        return [forwarder.worker for forwarder in self._forwarders]

    def reopen(self) -> None:
        """Has every sink but the local store opened again before its next record."""
        for forwarder in self._forwarders:
            forwarder.reopen()

    def close(self) -> None:
        """Gives due records a last chance, then closes everything."""
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
        """``settings``: the store's; None for an outbox alone."""
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
    """The local store. Each write wakes the forwarders."""

    def __init__(self, store: SqliteStore, forwarders: Sequence[Forwarder]) -> None:
        self._store = store
        self._forwarders = forwarders
        self.check, self.close = store.check, store.close

    def write(self, records: Sequence[Written]) -> None:
        self._store.write(records)
        for forwarder in self._forwarders:
            forwarder.wake()


def divide(settings: Settings) -> tuple[str | None, list[SinkSettings]]:
    """The file of the outbox, and the sinks that are fed from it.

    The file is the first SQLite sink, else a file of its own; None if the outbox would be empty.
    """
    store = next((sink for sink in settings.sink if isinstance(sink, SqliteSink)), None)
    remote = [sink for sink in settings.sink if sink is not store and not is_stdout(sink)]
    if store is not None:
        return store.path, remote
    return (settings.outbox.path if remote else None), remote


def is_stdout(sink: SinkSettings) -> bool:
    return isinstance(sink, JsonlSink) and sink.path == "-"
