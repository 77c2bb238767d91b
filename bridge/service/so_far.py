"""Which tags the calls have by now that somebody looks at."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import NoReturn

from bridge.live.hub import Hub
from bridge.pipeline.pipeline import Pipeline

EVERY = 2.0
"""Seconds between two looks at one call: judging it takes longer than telling its stage."""
PASS = 0.25
"""Seconds between two passes, in each of which at most ``MOST`` calls are judged."""
MOST = 5


async def look(hub: Hub, pipelines: Mapping[str, Pipeline]) -> NoReturn:
    """Until cancelled."""
    judged: dict[str, float] = {}
    while True:
        await asyncio.sleep(PASS)
        looked_at, now = {key: pbx for pbx, key in hub.looked_at}, time.monotonic()
        judged = {key: at for key, at in judged.items() if key in looked_at}
        due = sorted(
            (key for key in looked_at if now - judged.get(key, 0.0) >= EVERY), key=lambda k: judged.get(k, 0.0)
        )
        for key in due[:MOST]:
            judged[key] = now
            if (pipeline := pipelines.get(looked_at[key])) is not None:
                hub.tags(key, pipeline.tags_so_far(key, time.time()), time.time())
                await asyncio.sleep(0)
