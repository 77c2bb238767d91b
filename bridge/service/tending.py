"""Runs work beside the feeds, and starts it again after an unforeseen error."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from bridge.sinks.worker import Worker


async def tend(worker: Worker, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run ``work`` until it ends by itself. Each error is logged and counted; after a rest ``work`` starts again."""
    while True:
        try:
            return await work()
        except Exception as error:
            await asyncio.sleep(worker.failed(error))
