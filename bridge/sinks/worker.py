"""How a part of the service that works by itself is doing: what ended it last, and how often it was started again."""

import time
import traceback

import structlog

logger = structlog.get_logger()

FIRST_REST, LONGEST_REST = 0.5, 60.0
"""Seconds before a worker is started again: they double while it fails soon again."""
RECENT = 60.0
"""Seconds for which a failure counts: so long the service is not ready."""


class Worker:
    """One thread or task. Whoever runs it tells of each failure and starts it again."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.failures = 0
        """How often it failed with something that nobody foresaw, and was started again."""
        self._why = ""
        self._failed_at: float | None = None  # by the monotonic clock
        self._rest = 0.0

    def failed(self, error: BaseException) -> float:
        """Note and log a failure, without its text, which may quote a record; the seconds to rest."""
        now = time.monotonic()
        is_soon = self._failed_at is not None and now - self._failed_at < RECENT
        self._rest = min(LONGEST_REST, self._rest * 2) if is_soon else FIRST_REST
        self._failed_at, self.failures = now, self.failures + 1
        frames = traceback.extract_tb(error.__traceback__)
        where = f" in {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
        why = f"{type(error).__name__}{where}"
        if why != self._why or not is_soon:
            logger.error("worker_failed", worker=self.name, why=f"{why}; it is started again; report this")
        self._why = why
        return self._rest

    @property
    def trouble(self) -> str | None:
        """What ended it a short while ago, in a line; None while it works."""
        if self._failed_at is None or time.monotonic() - self._failed_at > RECENT:
            return None
        return f"{self.name} failed with {self._why}, and was started again"
