"""Work beside the feeds that is started again when it fails with something that nobody foresaw."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from bridge.sinks.worker import Worker


async def tend(worker: Worker, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run ``work`` until it ends by itself; each failure is told and seen, and followed by a rest and a new start."""
    while True:
        try:
            return await work()
        except Exception as error:
            await asyncio.sleep(worker.failed(error))
