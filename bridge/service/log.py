"""What the service says about itself: one line an incident, on stderr, because stdout belongs to records."""

import sys

import structlog


def configure() -> None:
    structlog.configure(
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.add_log_level,
            structlog.processors.LogfmtRenderer(
                key_order=["timestamp", "level", "event", "pbx", "feed", "why"], drop_missing=True
            ),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
