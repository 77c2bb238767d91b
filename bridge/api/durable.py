"""The durable stream: every record as it is written, by Server-Sent Events, from any number on.

One task looks for new records and wakes the listeners. Each listener reads for itself, so that a slow client holds
up nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated

import msgspec
from starlette.responses import StreamingResponse

from bridge.api.desk import Desk
from bridge.api.listeners import HEADERS, Listener, Listeners, beat, good_bye
from bridge.api.problem import Problem
from bridge.api.typed import Asked, Route
from bridge.store import changes
from bridge.store.access import STAFF
from bridge.vocabulary.record import Record

LOOK = 0.25
"""Seconds between two looks for new records, while somebody listens."""
AT_ONCE = 100
"""Records that one stream reads at a time."""


class StreamQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The record from which the stream begins."""

    after: Annotated[int, msgspec.Meta(ge=0, le=2**62)] | None = None
    """The last number that the client has. 0: everything there is; without it: only new records. The header
    Last-Event-ID, which browsers send when they connect again, says the same."""


class RecordEvent(msgspec.Struct, frozen=True):
    """The data of an event ``record``, whose id is ``seq``. The event ``gone`` has only the first two."""

    seq: int
    record_id: str
    revision: int
    record: Record


class RecordStreams:
    """The durable streams of one service."""

    def __init__(self, desk: Desk, listeners: Listeners) -> None:
        self._desk, self._listeners = desk, listeners
        self._mine: set[Listener] = set()
        self._last = 0
        """Number of the newest record seen."""

    async def run(self) -> None:
        """Look for new records, for all listeners, until cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            if not self._mine:
                continue
            with contextlib.suppress(Problem):
                last = await self._desk.read(self._newest)
                if last != self._last:
                    self._last = last
                    for listener in self._mine:
                        listener.wake()

    def _newest(self) -> int:
        with self._desk.reading() as db:
            return changes.last(db)

    async def stream(self, asked: Asked) -> StreamingResponse:
        self._listeners.see_room(asked.reader.key)
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
        return StreamingResponse(self._told(asked.reader.key, after), media_type="text/event-stream", headers=HEADERS)

    async def _told(self, key: str, seq: int) -> AsyncIterator[bytes]:
        with self._listeners.one(key) as listener:
            self._mine.add(listener)
            try:
                yield beat(seq)
                unread = True
                while not self._desk.stopping.is_set():
                    found: list[changes.Change] = []
                    if unread or self._last > seq:
                        try:
                            found, unread = await self._desk.read(self._after, seq), False
                        except Problem:  # another process holds the store, which is not the client's fault
                            unread = True
                    if found:
                        yield b"".join(_told(change) for change in found)
                        seq = found[-1].seq
                        continue
                    is_beat = await listener.something()
                    if not listener.may:
                        return
                    if is_beat:
                        yield beat(seq)
                yield good_bye()
            finally:
                self._mine.discard(listener)

    def _after(self, seq: int) -> list[changes.Change]:
        with self._desk.reading() as db:
            return changes.after(db, seq, AT_ONCE)

    def routes(self) -> tuple[Route, ...]:
        return (
            Route(
                "/v1/records/stream", self.stream, "Records as they are written, by Server-Sent Events.",
                StreamQuery, returns=RecordEvent, media="text/event-stream", roles=STAFF,
            ),
        )  # fmt: skip


def _told(change: changes.Change) -> bytes:
    head = f'{{"seq":{change.seq},"record_id":"{change.record_id}"'
    if change.json is None:
        return f"id: {change.seq}\nevent: gone\ndata: {head}}}\n\n".encode()
    data = f'{head},"revision":{change.revision},"record":{change.json}}}'
    return f"id: {change.seq}\nevent: record\ndata: {data}\n\n".encode()
