"""Controls Python's garbage collector, because everything stands still while the collector runs.

Objects of calls that are over are freed by reference counts, so there is hardly any garbage. After each full
collection the surviving objects are set apart ("frozen"), and later collections skip them. So no collection takes
long, however many calls are open.
"""

import asyncio
import gc
from typing import Any, NoReturn

NEW_OBJECTS = 20_000
"""New objects after which the collector looks at the youngest ones. Python's own value is 700; this one saves 6 to 10
% of the CPU."""
YOUNG, OLD = 3, 1
"""The second and third threshold of the collector. Together with `NEW_OBJECTS` they mean a full collection about
every 160,000 new objects. What a full collection has looked at is set apart, so frequent small ones cost no more in
all than rare large ones."""
EVERY = 3600.0
"""Seconds between two collections that include the objects set apart."""
LITTLE = 400_000
"""So many objects are looked at in less than a tenth of a second."""


def collect_rarely() -> None:
    """Apply the thresholds, and set apart all objects that exist now."""
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, YOUNG, OLD)
    if _set_apart not in gc.callbacks:
        gc.callbacks.append(_set_apart)


async def look_again() -> NoReturn:
    """Until cancelled, also collect among the objects set apart, at times when they are few."""
    while True:
        await asyncio.sleep(EVERY)
        if gc.get_freeze_count() < LITTLE:
            gc.unfreeze()
            gc.collect()


def _set_apart(phase: str, info: dict[str, Any]) -> None:
    if phase == "stop" and info["generation"] == 2:
        gc.freeze()
