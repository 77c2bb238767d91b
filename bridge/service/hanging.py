"""Ends the service when the analysis of a call does not end; the next start moves that call aside."""

import os
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable

import structlog

from bridge.pipeline.pipeline import Pipeline

logger = structlog.get_logger()

LONGEST = 60.0
"""Seconds that the analysis of one call may take. A call of 20,000 offers takes one or two."""
EVERY = 5.0


class Hanging:
    """Runs in a thread of its own, because the event loop itself may be the one that hangs."""

    def __init__(self, pipelines: Iterable[Pipeline], give_up: Callable[[Collection[str]], None]) -> None:
        """``give_up`` notes a call for the next start; it is given the ids of the call's channels."""
        self._pipelines = tuple(pipelines)
        self._give_up = give_up
        self._since: dict[int, tuple[Collection[str], float]] = {}

    def start(self) -> None:
        threading.Thread(target=self._run, name="hanging", daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(EVERY)
            self.look(time.monotonic())

    def look(self, now: float) -> None:
        """``now``: monotonic seconds."""
        for number, pipeline in enumerate(self._pipelines):
            call = pipeline.judging
            before = self._since.get(number)
            if call is None:
                self._since.pop(number, None)
            elif before is None or before[0] is not call:
                self._since[number] = call, now
            elif now - before[1] > LONGEST:
                why = "the service ends, and its next start sets the call aside: report this"
                logger.error("analysis_hangs", call=min(call, default=""), seconds=round(now - before[1]), why=why)
                self._give_up(call)
                sys.stderr.flush()
                os._exit(1)
