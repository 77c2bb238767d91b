"""Forwards from the outbox to one sink, in a thread of its own, so that no sink waits for another."""

import contextlib
import random
import threading
import time
from collections.abc import Callable, Sequence

import structlog

from bridge.errors import SinkError
from bridge.sinks.sink import Sink
from bridge.sinks.worker import Worker
from bridge.store.outbox import Outbox, Waiting
from bridge.store.sqlite import SqliteError, mend
from bridge.vocabulary.written import id_of

logger = structlog.get_logger()

BATCH = 200
"""Records in one write."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
"""Seconds between two tries of a failing sink. They double, and vary so that instances do not try at the same
time."""
LONGEST_WAIT = 3600.0
"""Seconds that a sink is left alone at most because it asked for it, or that a record waits for its next try."""
TRIES = 10
"""A record that the sink failed to take so many times, while it took others, counts as refused."""
LOOK = 1.0
"""Seconds between two looks into the outbox: ``callbridge outbox`` or another instance may have added something."""


class Forwarder:
    """Writes due records to the sink, notes the result in the outbox, and rests while the sink fails."""

    def __init__(self, name: str, outbox: Outbox, open_sink: Callable[[], Sink]) -> None:
        """``outbox``: for this forwarder alone, which closes it."""
        self._name = name
        self._outbox = outbox
        self._open_sink = open_sink
        self._log = logger.bind(sink=name)
        self._news = threading.Event()
        self._finishing = self._is_to_reopen = False
        self._sink: Sink | None = None
        self._pause = 0.0  # while the sink fails
        self._taken: float | None = None  # when the sink last took something
        self.worker = Worker(f"sink {name}")
        """The thread's health."""
        self._thread = threading.Thread(target=self._run, name=f"sink {name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Tells that something new is in the outbox."""
        self._news.set()

    def reopen(self) -> None:
        """Has the sink closed, and opened again for the next record."""
        self._is_to_reopen = True
        self._news.set()

    def finish(self) -> None:
        """Lets the thread end once nothing is due or the sink fails; the rest stays in the outbox."""
        self._finishing = True
        self._news.set()

    def join(self, timeout: float) -> bool:
        """Waits for the thread's end. Returns whether it came within ``timeout`` seconds."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        with contextlib.suppress(SqliteError):
            self._outbox.works(self._name)  # clears the trouble of an earlier run
        try:
            while not self._work():
                pass
        finally:
            self._close_sink()
            self._outbox.close()

    def _work(self) -> bool:
        """Delivers until it is time to end. Returns whether it is. An unforeseen error causes a rest, not the end."""
        try:
            while True:
                finishing = self._finishing
                if self._is_to_reopen:
                    self._is_to_reopen = False
                    self._close_sink()
                found = self._step()
                if finishing and (self._pause or not found):
                    return True
                if self._pause:
                    self._rest()
                elif not found:
                    self._news.wait(LOOK)
                    self._news.clear()
        except BaseException as error:  # any error: nobody would notice that the thread is gone
            rest = self.worker.failed(error)
            self._close_sink()
            until = time.monotonic() + rest
            while not self._finishing and (left := until - time.monotonic()) > 0:
                self._news.wait(left)
                self._news.clear()
            return self._finishing

    def _close_sink(self) -> None:
        sink, self._sink = self._sink, None
        if sink is not None:
            with contextlib.suppress(Exception):
                sink.close()

    def _rest(self) -> None:
        """Leaves a failing sink alone, unless somebody asks for another try."""
        until = time.monotonic() + self._pause
        while not self._finishing and (left := until - time.monotonic()) > 0:
            self._news.wait(min(left, LOOK))
            self._news.clear()
            with contextlib.suppress(SqliteError):
                if self._outbox.is_asked_for(self._name):
                    return

    def _step(self) -> bool:
        """Delivers one batch. Returns whether there was one."""
        try:
            # One record is enough to find out whether a failing sink works again.
            batch = self._outbox.due(self._name, time.time(), 1 if self._pause else BATCH)
            if batch:
                self._settle(batch, self._write(batch))
        except SqliteError as trouble:  # a full disk, for example: deliveries may be repeated
            error = SinkError(f"outbox: {mend(trouble)}")
            self._tell(error)
            self._pause = self._longer(error)
            return True
        return bool(batch)

    def _write(self, batch: Sequence[Waiting]) -> SinkError | None:
        try:
            if self._sink is None:
                self._sink = self._open_sink()
            self._sink.write([waiting.record for waiting in batch])
        except SinkError as error:
            return error
        except Exception as error:  # its text is not shown, for it may quote the record
            return SinkError(f"sink {self._name}: failed with {type(error).__name__}; report this")
        return None

    def _settle(self, batch: Sequence[Waiting], error: SinkError | None) -> None:
        now = time.time()
        if error is None:
            delivered, failed = list(batch), []
            refused: list[tuple[Waiting, str]] = []
        else:
            reasons = error.refused
            delivered = [w for w in batch if id_of(w.record) in error.delivered]
            refused = [(w, reasons[id_of(w.record)]) for w in batch if id_of(w.record) in reasons]
            settled = {*error.delivered, *reasons}
            failed = [w for w in batch if id_of(w.record) not in settled]
        if delivered:
            self._outbox.delivered(self._name, delivered)
        if delivered or refused:
            self._taken = now
            if self._pause:
                self._pause = 0.0
                self._outbox.works(self._name)
                self._log.info("sink_recovered")
        if failed and error is not None:
            if not delivered and not refused:
                self._tell(error)
                self._outbox.fails(self._name, str(error))
            if error.pause or not (delivered or refused):
                self._pause = self._longer(error)
            again = []
            for waiting in failed:
                tries = waiting.tries + self._is_its_own_fault(waiting)
                if tries >= TRIES:
                    refused.append((waiting, f"{error}; {tries} tries while other records were taken"))
                else:
                    rest = max(self._pause, min(LONGEST_WAIT, FIRST_PAUSE * 2**tries)) if tries else self._pause
                    again.append((waiting, tries, now + rest))
            self._outbox.failed(self._name, again, now, str(error))
        if refused:
            self._outbox.refused(self._name, refused)
            self._log.error("records_refused", count=len(refused), why=refused[0][1])

    def _is_its_own_fault(self, waiting: Waiting) -> bool:
        return self._taken is not None and (waiting.tried is None or self._taken > waiting.tried)

    def _longer(self, error: SinkError) -> float:
        pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, self._pause * 2)) * random.uniform(0.75, 1.0)
        return max(pause, min(error.pause, LONGEST_WAIT))

    def _tell(self, error: SinkError) -> None:
        if not self._pause:
            self._log.error("sink_failed", why=str(error))
