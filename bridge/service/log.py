"""The service's log: one line an incident, on stderr, because records may go to stdout."""

import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from bridge.errors import printable


def configure() -> None:
    structlog.configure(
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.add_log_level,
            _shown,
            structlog.processors.LogfmtRenderer(
                key_order=["timestamp", "level", "event", "pbx", "feed", "why"], drop_missing=True
            ),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _shown(logger: Any, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Names come from PBXs and callers: their control characters must not act on the terminal that shows the log."""
    return {key: printable(value) if isinstance(value, str) else value for key, value in line.items()}
