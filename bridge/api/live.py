"""The live board: a snapshot, and a stream of changes by Server-Sent Events that can be gone on with."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from typing import Annotated, Any

import msgspec
from starlette.responses import Response, StreamingResponse

from bridge.api.desk import Desk
from bridge.api.filters import Id
from bridge.api.problem import Problem, busy
from bridge.api.records import STAFF
from bridge.api.typed import Asked, Route
from bridge.errors import SinkError
from bridge.live.items import Kind
from bridge.live.numbered import Numbered, Reader, Wanted
from bridge.vocabulary.times import rfc3339

MOST, MOST_EACH = 200, 6
"""Streams at once: of all, and of one session."""
BEAT = 2.0
"""Seconds between two words that a stream is alive; it also ends then, if its token was taken back."""
RETRY = 3
"""Seconds that clients are told to wait when the service stops."""
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

NUMBERED = frozenset(("agent", "call"))
"""Kinds of items that hold customers' numbers."""

Name = Annotated[str, msgspec.Meta(max_length=200)]


class LiveQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kinds: Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[a-z]+(,[a-z]+)*$")] | None = None
    """Kinds of items, separated by commas; without it all."""
    queue: list[Name] = []
    """Names of queues: only items of these, and those that are of no queue in particular."""

    call: Id | None = None
    """Key of a call: no other call is told. While a stream of staff asks for it, its item has ``tags_so_far``."""

    @property
    def wanted(self) -> Wanted:
        kinds = frozenset(self.kinds.split(",")) if self.kinds else frozenset[str]()
        return Wanted(kinds, frozenset(self.queue), self.call)


class LiveStreamQuery(LiveQuery, frozen=True, forbid_unknown_fields=True):
    after: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    """The id of the last event that the client has: the stream goes on after it, or begins with a snapshot. The
    header Last-Event-ID, which browsers send when they connect again, says the same."""


class LiveItem(msgspec.Struct, frozen=True):
    """One item of the board; ``docs/live.md`` describes the values of each kind."""

    kind: Kind
    key: str
    value: dict[str, Any]


class Snapshot(msgspec.Struct, frozen=True):
    epoch: int
    """When this run of the service began, in ms. Numbers of two runs do not compare."""
    seq: int
    """Number of the last change that it holds."""
    at: str
    items: list[LiveItem]


class LiveChange(msgspec.Struct, frozen=True):
    """The data of an event ``change``. Its id is EPOCH-SEQ."""

    seq: int
    at: str
    set: list[LiveItem]
    """Items that are new, or have this value now."""
    gone: list[tuple[Kind, str]]


class LiveStreams:
    """The live streams of one service."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._open: Counter[str] = Counter()

    @property
    def open(self) -> int:
        """How many there are."""
        return self._open.total()

    def _numbered(self, asked: Asked) -> Numbered:
        hub = self._desk.seen.hub
        return hub.staff if asked.reader.role in STAFF else hub.viewers

    async def snapshot(self, asked: Asked) -> Response:
        await self._note(asked, "live")
        body = self._numbered(asked).snapshot(asked.query.wanted, time.time())
        return Response(body, media_type="application/json")

    async def stream(self, asked: Asked) -> StreamingResponse:
        key = asked.reader.key
        if self.open >= MOST or self._open[key] >= MOST_EACH:
            raise busy("too many streams are open", 10)
        await self._note(asked, "live stream")
        after = asked.request.headers.get("last-event-id") or asked.query.after
        return StreamingResponse(self._told(asked, key, after), media_type="text/event-stream", headers=HEADERS)

    async def _note(self, asked: Asked, what: str) -> None:
        kinds = asked.query.wanted.kinds
        if asked.reader.role in STAFF and (not kinds or kinds & NUMBERED):
            await asked.note(what)

    async def _told(self, asked: Asked, key: str, after: str | None) -> AsyncIterator[bytes]:
        numbered, wanted, news = self._numbered(asked), asked.query.wanted, asyncio.Event()
        reader = Reader(wanted, news.set)
        self._open[key] += 1
        opened = wanted.call if asked.reader.role in STAFF else None
        if opened is not None:
            self._desk.seen.hub.open(opened)
        try:
            yield b"".join(numbered.begin(reader, after, time.time())) + self._beat(numbered)
            beat_at = time.monotonic() + BEAT
            while not self._desk.stopping.is_set():
                await self._something(news, beat_at - time.monotonic())
                news.clear()
                changes, is_behind = reader.take()
                if is_behind:
                    yield numbered.snapshot_event(wanted, time.time())
                elif changes:
                    yield b"".join(numbered.event(change, wanted) for change in changes)
                if time.monotonic() >= beat_at:
                    if not await self._still(asked):
                        return
                    yield self._beat(numbered)
                    beat_at = time.monotonic() + BEAT
            yield _event("bye", {"why": "stopping", "retry_seconds": RETRY})
        finally:
            numbered.leave(reader)
            if opened is not None:
                self._desk.seen.hub.close(opened, time.time())
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]

    def _beat(self, numbered: Numbered) -> bytes:
        return _event("beat", {"at": rfc3339(time.time()), "seq": numbered.seq})

    async def _something(self, news: asyncio.Event, seconds: float) -> None:
        """Waits for a change, for the service's end, or so long."""
        waiting = [asyncio.ensure_future(event.wait()) for event in (news, self._desk.stopping)]
        try:
            await asyncio.wait(waiting, timeout=max(0.0, seconds), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()

    async def _still(self, asked: Asked) -> bool:
        """Whether whoever watches still may."""
        try:
            return await asked.desk.read(asked.desk.access.is_good, asked.reader.key)
        except (Problem, SinkError):
            return True

    def routes(self) -> tuple[Route, ...]:
        return (
            Route("/v1/live", self.snapshot, "The live board as it is now.", LiveQuery, returns=Snapshot),
            Route(
                "/v1/live/stream", self.stream, "The live board and what changes, by Server-Sent Events.",
                LiveStreamQuery, returns=LiveChange, media="text/event-stream",
            ),
        )  # fmt: skip


def _event(name: str, data: object) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + msgspec.json.encode(data) + b"\n\n"
