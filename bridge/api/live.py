"""The live board: a snapshot, and a stream of changes by Server-Sent Events that a client can resume."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from itertools import chain
from typing import Annotated, Any

import msgspec
from starlette.responses import Response, StreamingResponse

from bridge.api.desk import Desk
from bridge.api.filters import Id
from bridge.api.listeners import HEADERS, Listeners, beat, good_bye
from bridge.api.typed import Asked, Route
from bridge.live.items import Kind
from bridge.live.numbered import Numbered, Reader, Wanted
from bridge.store.access import STAFF

NUMBERED = frozenset(("agent", "call"))
"""Kinds of items that hold customers' numbers."""

Name = Annotated[str, msgspec.Meta(max_length=200)]


class LiveQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which items of the board."""

    kinds: Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[a-z]+(,[a-z]+)*$")] | None = None
    """Kinds of items, separated by commas; None: all."""
    queue: list[Name] = []
    """Names of queues: only items of these queues, and items that belong to no queue."""
    call: Id | None = None
    """Key of a call: no other call is told. While a stream of staff asks for a call, its item has ``tags_so_far``."""

    @property
    def wanted(self) -> Wanted:
        kinds = frozenset(self.kinds.split(",")) if self.kinds else frozenset[str]()
        return Wanted(kinds, frozenset(self.queue), self.call)


class LiveStreamQuery(LiveQuery, frozen=True, forbid_unknown_fields=True):
    """Which items, and after which event."""

    after: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    """The id of the last event that the client has: the stream goes on after it, or begins with a snapshot. The
    header Last-Event-ID, which browsers send when they connect again, says the same."""


class LiveItem(msgspec.Struct, frozen=True):
    """One item of the board; ``docs/live.md`` describes the values of each kind."""

    kind: Kind
    key: str
    value: dict[str, Any]


class Snapshot(msgspec.Struct, frozen=True):
    """The board at one moment."""

    epoch: int
    """When this run of the service began, in ms. Numbers of two runs cannot be compared."""
    seq: int
    """Number of the last change that the board contains."""
    at: str
    items: list[LiveItem]


class LiveChange(msgspec.Struct, frozen=True):
    """The data of an event ``change``. Its id is EPOCH-SEQ."""

    seq: int
    at: str
    set: list[LiveItem]
    """Items that are new or have changed, with their present values."""
    gone: list[tuple[Kind, str]]


async def _in_turns(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    """The parts that are not empty, with a turn of the event loop between two of them."""
    for place, part in enumerate(parts):
        if place:
            await asyncio.sleep(0)
        if part:
            yield part


class LiveStreams:
    """The live streams of one service."""

    def __init__(self, desk: Desk, listeners: Listeners) -> None:
        self._desk, self._listeners = desk, listeners

    def _numbered(self, asked: Asked) -> Numbered:
        hub = self._desk.seen.hub
        return hub.staff if asked.reader.role in STAFF else hub.viewers

    async def snapshot(self, asked: Asked) -> Response:
        await self._note(asked, "live")
        parts = self._numbered(asked).snapshot(asked.query.wanted, time.time())
        return StreamingResponse(_in_turns(parts), media_type="application/json")

    async def stream(self, asked: Asked) -> StreamingResponse:
        self._listeners.see_room(asked.reader.key)
        await self._note(asked, "live stream")
        after = asked.request.headers.get("last-event-id") or asked.query.after
        return StreamingResponse(self._told(asked, after), media_type="text/event-stream", headers=HEADERS)

    async def _note(self, asked: Asked, what: str) -> None:
        kinds = asked.query.wanted.kinds
        if asked.reader.role in STAFF and (not kinds or kinds & NUMBERED):
            await asked.note(what)

    async def _told(self, asked: Asked, after: str | None) -> AsyncIterator[bytes]:
        numbered, wanted, hub = self._numbered(asked), asked.query.wanted, self._desk.seen.hub
        opened = wanted.call if asked.reader.role in STAFF else None
        with self._listeners.one(asked.reader.key) as listener:
            reader = Reader(wanted, listener.wake)
            if opened is not None:
                hub.open(opened)
            try:
                said = chain(numbered.begin(reader, after, time.time()), (beat(numbered.seq),))
                while True:
                    async for part in _in_turns(said):
                        yield part
                    if self._desk.stopping.is_set():
                        break
                    is_beat = await listener.something()
                    if not listener.may:
                        return
                    changes, is_behind = reader.take()
                    new: Iterable[bytes]
                    if is_behind:
                        new = numbered.snapshot_event(wanted, time.time())
                    else:
                        new = (b"".join([numbered.event(change, wanted) for change in changes]),)
                    # The number of this moment: while a large snapshot is sent, more changes come.
                    said = chain(new, (beat(numbered.seq),) if is_beat else ())
                yield good_bye()
            finally:
                numbered.leave(reader)
                if opened is not None:
                    hub.close(opened, time.time())

    def routes(self) -> tuple[Route, ...]:
        return (
            Route("/v1/live", self.snapshot, "The live board as it is now.", LiveQuery, returns=Snapshot),
            Route(
                "/v1/live/stream", self.stream, "The live board and what changes, by Server-Sent Events.",
                LiveStreamQuery, returns=LiveChange, media="text/event-stream",
            ),
        )  # fmt: skip
