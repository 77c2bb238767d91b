"""The health of a part of the service that runs by itself: its last failure, and how often it was started again."""

import time

import structlog

from bridge.errors import where_of

logger = structlog.get_logger()

FIRST_REST, LONGEST_REST = 0.5, 60.0
"""Seconds before a failed worker is started again; they double while it keeps failing."""
RECENT = 60.0
"""Seconds for which a failure counts: for so long the service is not ready."""


class Worker:
    """One thread or task. Its owner reports each failure, and starts it again."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.failures = 0
        """How often it failed with an unforeseen error and was started again."""
        self._why = ""
        self._failed_at: float | None = None  # by the monotonic clock
        self._rest = 0.0

    def failed(self, error: BaseException) -> float:
        """Notes and logs a failure, without its text, which may quote a record. Returns the seconds to rest."""
        now = time.monotonic()
        is_soon = self._failed_at is not None and now - self._failed_at < RECENT
        self._rest = min(LONGEST_REST, self._rest * 2) if is_soon else FIRST_REST
        self._failed_at, self.failures = now, self.failures + 1
        why = where_of(error)
        if why != self._why or not is_soon:
            logger.error("worker_failed", worker=self.name, why=f"{why}; it is started again; report this")
        self._why = why
        return self._rest

    @property
    def trouble(self) -> str | None:
        """Its recent failure in one line; None while it works."""
        if self._failed_at is None or time.monotonic() - self._failed_at > RECENT:
            return None
        return f"{self.name} failed with {self._why}, and was started again"
