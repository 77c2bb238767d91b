"""The feeds of all PBXs: from sockets to messages."""

import asyncio
from collections.abc import Iterable, Mapping

from bridge.config import Settings
from bridge.errors import BridgeError
from bridge.feeds.ami import AmiFeed
from bridge.feeds.ari import AriFeed
from bridge.feeds.clock import CLOCK, Clock
from bridge.feeds.endpoint import EndpointFeed
from bridge.feeds.feed import Emit, Feed, Kept, Room, always, at_once
from bridge.feeds.gulps import GULP
from bridge.wire.ari import read, read_all
from bridge.wire.framing import Wanted

LAST_TURNS = 4
"""How many more gulps are read after the end was asked for, so that what the PBX had sent by then is not lost."""


async def run(
    settings: Settings,
    emit: Emit,
    wanted: Mapping[str, Wanted] | None = None,
    clock: Clock = CLOCK,
    kept: Kept = at_once,
    room: Room = always,
) -> None:
    """Deliver the messages of every feed in the settings to ``emit``, in the order of arrival, until cancelled.

    ``wanted`` names the AMI events to deliver, and the headers to keep of each; ARI events are then limited to those
    that callbridge reads. None delivers everything. ``clock`` times the messages, and reports what it notices as
    messages, too. ``kept`` is awaited before a phone's report is acknowledged. ``room`` gives an event to wait for
    before more of a PBX is read, or None. Raises the ``BridgeError`` that ``emit`` raised.
    """
    feeds: list[Feed | EndpointFeed | Clock] = []
    clock.tell(emit, ((pbx.name, "ami" if pbx.ami is not None else "ari") for pbx in settings.pbx))
    for pbx in settings.pbx:
        if pbx.ami is not None:
            feeds.append(AmiFeed(pbx.name, pbx.ami, emit, wanted, clock, room))
        if pbx.ari is not None:
            feeds.append(AriFeed(pbx.name, pbx.ari, emit, read_all if wanted is None else read, clock, room))
    if settings.endpoint is not None:
        feeds.append(EndpointFeed(settings.endpoint, [pbx.name for pbx in settings.pbx], emit, clock, kept))
    feeds.append(clock)
    following = asyncio.create_task(_all(feeds))
    try:
        await asyncio.shield(following)
    except asyncio.CancelledError:
        for _ in range(LAST_TURNS):
            await asyncio.sleep(GULP)
        following.cancel()
        await asyncio.wait({following})
        raise


async def _all(feeds: Iterable[Feed | EndpointFeed | Clock]) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            for feed in feeds:
                group.create_task(feed.run())
    except* BridgeError as failed:
        raise failed.exceptions[0] from None
