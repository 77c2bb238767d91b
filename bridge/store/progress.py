"""Shows how far long work on a store is: as a bar on a terminal, otherwise in the log."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

QUIET = 5.0
"""Seconds before the first line of the log, and between two lines."""
Item = TypeVar("Item")


def steps(items: Iterable[Item], count: int, what: str) -> Iterator[Item]:
    """The items, one by one. ``what`` is being done for all ``count`` of them."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import track

        yield from track(items, what, total=count, console=Console(stderr=True), transient=True)
        return
    import structlog  # imported late, as rich above: most commands do not need it, and it would double their start

    logger, said = structlog.get_logger(), time.monotonic()
    for done, item in enumerate(items):
        if time.monotonic() - said > QUIET:
            said = time.monotonic()
            logger.info("store_working", what=what, done=done, of=count)
        yield item
