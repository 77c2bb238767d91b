"""Tells the readers (board, devices) what has changed on the PBXs, shortly after it changed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence

from bridge.live.items import Change
from bridge.pipeline.pipeline import Pipeline
from bridge.sinks.worker import Worker

APART = 0.15
"""Seconds within which changes are told together. The cost then follows the number of changes, not of events, and a
screen is late by no more than this."""

Reader = Callable[[Sequence[Change], float], None]
"""A reader: it is given what changed on a PBX, and the time, in epoch seconds."""


class Watching:
    """One for each service."""

    def __init__(self, pipelines: Mapping[str, Pipeline], readers: Sequence[Reader], worker: Worker) -> None:
        """``worker`` counts the errors of readers: a reader's error must not cost a call."""
        self._pipelines, self._readers, self._worker = pipelines, readers, worker
        self._timer: asyncio.TimerHandle | None = None

    def stir(self) -> None:
        """A message came or time has passed: there may be changes."""
        if self._timer is None and self._readers:
            self._wait(APART)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _wait(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._tell)

    def _tell(self) -> None:
        self._timer = None
        now = time.time()
        try:
            for pipeline in self._pipelines.values():
                changes = pipeline.refresh(now)
                for reader in self._readers if changes else ():
                    reader(changes, now)
            if any(pipeline.shows_less for pipeline in self._pipelines.values()):
                self._wait(0.0)  # after everything else that is ready to run
        except Exception as error:
            self._wait(self._worker.failed(error))
