"""A journal of which only what is still wanted is left, as the service leaves it when it has grown large."""

from collections.abc import Container

from bridge.service.journal import Journal


def compact(journal: Journal, wanted: Container[str], now: float) -> None:
    """``wanted``: ids of the channels of open calls. ``now``: seconds since the epoch. Raises ``OSError``."""
    journal.close_file()
    journal.drop(wanted, now)
