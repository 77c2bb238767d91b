"""Ending on SIGTERM or SIGINT."""

import asyncio
import signal
from collections.abc import Coroutine


async def until_told(work: Coroutine[None, None, None]) -> None:
    """Run ``work`` until it ends or a signal says stop, then cancel it and wait for its end.

    What ``work`` raises is raised, its cancellation is not.
    """
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    signals = (signal.SIGTERM, signal.SIGINT)
    for number in signals:
        loop.add_signal_handler(number, task.cancel)
    try:
        await asyncio.wait({task})
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
    if not task.cancelled():
        task.result()
