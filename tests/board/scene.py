"""A call in progress on a board that is served: an agent has declined it, and the next one's phone is called."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec

from bridge.live.hub import Clock, Hub
from bridge.live.items import CallItem
from bridge.pipeline.pipeline import Pipeline
from bridge.service import so_far
from bridge.service.today import figures
from bridge.vocabulary.message import Message
from bridge.vocabulary.record import Record
from tests.board.test_today import of_today, settings_of
from tests.helpers import recorded
from tests.web.served import Site, served

STORY = "an_agent_declines_with_603"


def moved(message: Message, by: float) -> Message:
    """The same, so many seconds later."""
    event = dict(message.event)
    if "Timestamp" in event:
        event["Timestamp"] = f"{float(event['Timestamp']) + by:.6f}"
    return msgspec.structs.replace(message, t=message.t + by, event=event)


def of_now(name: str) -> list[Message]:
    """What AMI told of a recorded call, as if it began now."""
    told = [m for m in recorded.messages(name) if m.src == "ami" and m.pbx == recorded.PBX]
    return [moved(m, time.time() - told[0].t) for m in told]


class Scene:
    """The site, the calls that are over, and the call that goes on until `end`."""

    def __init__(self, site: Site, hub: Hub, behind: Sequence[Record]) -> None:
        self.site, self.hub, self.behind = site, hub, behind
        self.pipeline = Pipeline(recorded.settings(), recorded.PBX)
        self.pipeline.watch(board=True)
        self._rest = iter(of_now(STORY))
        self.records: list[Record] = []
        for _ in self._told():
            if self.call is not None and len(self.call.offers or ()) > 1 and self.call.stage == "ringing":
                return
        raise AssertionError("the call never rang a second phone")

    @property
    def call(self) -> CallItem | None:
        return next((item for item in self.hub.items.values() if isinstance(item, CallItem)), None)

    @property
    def key(self) -> str:
        return next(key for (kind, key) in self.hub.items if kind == "call")

    def _told(self) -> Iterator[None]:
        for message in self._rest:
            self.records += self.pipeline.feed(message).records
            self.hub.take(self.pipeline.refresh(message.t), time.time())
            yield

    def end(self) -> None:
        """The rest of the call, and its record into the store."""
        for _ in self._told():
            pass
        self.records += self.pipeline.advance(time.time() + 60).records
        self.hub.take(self.pipeline.refresh(time.time()), time.time())
        self.site.store.write(self.records)


@asynccontextmanager
async def going_on(folder: Path) -> AsyncIterator[Scene]:
    """A contact centre with a day behind it, in which the call goes on."""
    own = {record.record_id for record in recorded.replayed(recorded.messages(STORY))}
    behind = [record for record in of_today() if record.record_id not in own]
    async with served(folder, behind) as site:
        hub = site.desk.seen.hub
        hub.figures(figures(settings_of(site.desk.store)), time.time())
        scene = Scene(site, hub, behind)

        async def pass_time() -> None:
            while True:
                hub.look({recorded.PBX: Clock(0.1, 0.0)}, (), time.time())
                await asyncio.sleep(0.5)

        tasks = [
            asyncio.create_task(pass_time()),
            asyncio.create_task(so_far.look(hub, {recorded.PBX: scene.pipeline})),
        ]
        try:
            yield scene
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
