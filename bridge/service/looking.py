"""Looking for what is wrong, once a second, while the board is shown."""

import asyncio
import time
from collections.abc import Iterator
from typing import NoReturn

from bridge.live.alarms import Subject
from bridge.service.seen import Seen

EVERY = 1.0
"""Seconds."""
LATE = 5.0
"""Seconds by which a PBX's events may come late."""


async def look(seen: Seen) -> NoReturn:
    """Until cancelled."""
    while True:
        seen.hub.look(_besides(seen), time.time())
        await asyncio.sleep(EVERY)


def _besides(seen: Seen) -> Iterator[Subject]:
    """What is wrong with the service itself."""
    for writer in seen.writers:
        if writer.is_failing:
            yield "store", "service", writer.name
    for feed in seen.feeds():
        if feed.is_up and feed.behind is not None and feed.behind > LATE:
            yield "behind", "pbx", feed.pbx
