"""The durable stream: every record as it is written, by Server-Sent Events, from any number on.

All streams of a service are told by one task that something is new; each reads it for itself, so that a slow client
holds up nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated

import msgspec
from starlette.responses import StreamingResponse

from bridge.api.desk import Desk
from bridge.api.live import LiveStreams
from bridge.api.problem import Problem, busy
from bridge.api.records import STAFF
from bridge.api.typed import Asked, Route
from bridge.store import changes
from bridge.vocabulary.record import Record
from bridge.vocabulary.times import rfc3339

MOST, MOST_EACH = 200, 6
"""Streams at once: of all, and of one session."""
LOOK = 0.25
"""Seconds between two looks for something new, while somebody listens."""
BEAT = 2.0
"""Seconds after which a stream says that it is alive; it also ends then, if its token was taken back."""
AT_ONCE = 100
"""Records read at once for one stream."""
RETRY = 3
"""Seconds that clients are told to wait when the service stops."""
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class StreamQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    after: Annotated[int, msgspec.Meta(ge=0, le=2**62)] | None = None
    """The last number that the client has; 0 for all there is, without it only what is new. The header Last-Event-ID,
    which browsers send when they connect again, says the same."""


class RecordEvent(msgspec.Struct, frozen=True):
    """The data of an event ``record``, whose id is ``seq``. The event ``gone`` has the first two only."""

    seq: int
    record_id: str
    revision: int
    record: Record


class Streams:
    """The streams of one service."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._live = LiveStreams(desk)
        self._open: Counter[str] = Counter()
        self._news = asyncio.Event()
        self._last = 0
        self._ended: set[str] = set()
        """Keys of readers whose token was taken back, or whose time is over."""

    @property
    def open(self) -> int:
        """How many there are, those of the live board too."""
        return self._open.total() + self._live.open

    async def run(self) -> None:
        """Looks, for all of them, for new records and for readers who may no longer, until cancelled."""
        asked = time.monotonic()
        while True:
            await asyncio.sleep(LOOK)
            if not self._open:
                continue
            with contextlib.suppress(Problem):
                last = await self._desk.read(self._newest)
                if last != self._last:
                    self._last = last
                    self._news.set()
                    self._news = asyncio.Event()
                if time.monotonic() - asked > BEAT / 2:
                    asked = time.monotonic()
                    self._ended = await self._desk.read(self._no_longer, list(self._open))

    def _no_longer(self, keys: list[str]) -> set[str]:
        return {key for key in keys if not self._desk.access.is_good(key)}

    def _newest(self) -> int:
        with self._desk.reading() as db:
            return changes.last(db)

    async def records(self, asked: Asked) -> StreamingResponse:
        key = asked.reader.key
        if self.open >= MOST or self._open[key] >= MOST_EACH:
            raise busy("too many streams are open", 10)
        header = asked.request.headers.get("last-event-id")
        after: int | None = asked.query.after
        if header is not None:
            if not header.isascii() or not header.isdigit() or len(header) > 18:
                raise Problem(
                    HTTPStatus.BAD_REQUEST, "it is no number", "send the id of an event", where="Last-Event-ID"
                )
            after = int(header)
        if after is None:
            after = await self._desk.read(self._newest)
        await asked.note("stream")
        return StreamingResponse(self._told(asked, key, after), media_type="text/event-stream", headers=HEADERS)

    async def _told(self, asked: Asked, key: str, seq: int) -> AsyncIterator[bytes]:
        self._open[key] += 1
        try:
            yield _event("beat", {"at": _now(), "seq": seq})
            unread = True
            while not self._desk.stopping.is_set():
                news = self._news
                found: list[changes.Change] = []
                if unread or self._last > seq:
                    try:
                        found, unread = await self._desk.read(self._after, seq), False
                    except Problem:  # the store is held by somebody else: not the client's trouble
                        unread = True
                if found:
                    yield b"".join(_change(change) for change in found)
                    seq = found[-1].seq
                    continue
                is_news = await self._something(news)
                unread = unread or is_news
                if key in self._ended:
                    return
                if not is_news:
                    yield _event("beat", {"at": _now(), "seq": seq})
            yield _event("bye", {"why": "stopping", "retry_seconds": RETRY})
        finally:
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]
                self._ended.discard(key)

    def _after(self, seq: int) -> list[changes.Change]:
        with self._desk.reading() as db:
            return changes.after(db, seq, AT_ONCE)

    async def _something(self, news: asyncio.Event) -> bool:
        """Waits until something is new or the service stops; False after a beat without."""
        waiting = [asyncio.ensure_future(event.wait()) for event in (news, self._desk.stopping)]
        try:
            done, _ = await asyncio.wait(waiting, timeout=BEAT, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        return bool(done)

    def routes(self) -> tuple[Route, ...]:
        return (
            *self._live.routes(),
            Route(
                "/v1/records/stream", self.records, "Records as they are written, by Server-Sent Events.",
                StreamQuery, returns=RecordEvent, media="text/event-stream", roles=STAFF,
            ),
        )  # fmt: skip


def _change(change: changes.Change) -> bytes:
    head = f'{{"seq":{change.seq},"record_id":"{change.record_id}"'
    if change.json is None:
        return f"id: {change.seq}\nevent: gone\ndata: {head}}}\n\n".encode()
    data = f'{head},"revision":{change.revision},"record":{change.json}}}'
    return f"id: {change.seq}\nevent: record\ndata: {data}\n\n".encode()


def _event(name: str, data: object) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + msgspec.json.encode(data) + b"\n\n"


def _now() -> str:
    return rfc3339(time.time())
