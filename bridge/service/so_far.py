"""Computes the tags so far of those calls in progress that somebody is looking at."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import NoReturn

from bridge.live.hub import Hub
from bridge.pipeline.pipeline import Pipeline

EVERY = 2.0
"""Seconds between two looks at one call: computing its tags costs more than telling its stage."""
PASS = 0.25
"""Seconds between two passes. One pass looks at ``MOST`` calls at most."""
MOST = 5


async def look(hub: Hub, pipelines: Mapping[str, Pipeline]) -> NoReturn:
    """Look until cancelled."""
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
