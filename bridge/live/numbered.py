"""The board as a stream for one role: a snapshot, then numbered changes.

A change is encoded once, and all readers are sent the same bytes. The last changes are kept: a reader who was away
for a moment goes on where it stopped. A reader who was away for longer, or reads too slowly, gets a new snapshot.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from bridge.live.items import Kind
from bridge.vocabulary.times import rfc3339

KEPT_FOR, MOST_KEPT, LARGEST_KEPT = 120.0, 5_000, 8 * 1024 * 1024
"""Seconds, changes and bytes that are kept for readers who come back."""
MOST_WAITING = 64
"""Changes that may wait for a slow reader; if there are more, it gets a snapshot instead."""
AT_ONCE = 2_000
"""Items of a snapshot that are put together in one turn of the event loop, some 3 ms."""
MOST_EMPTY = MOST_WAITING // 2
"""Changes that may wait for a reader who wants none of them. It must be told their numbers, but not immediately."""

_encode = msgspec.json.Encoder().encode
Queues = frozenset[str]
"""Keys of the queues that an item belongs to; empty: the item is for every queue."""


class Encoded(NamedTuple):
    """One item as it is sent."""

    kind: Kind
    key: str
    json: bytes
    queues: Queues


class Told(NamedTuple):
    """What one change says of one item."""

    new: Encoded | None
    old: Encoded | None


class Entry(NamedTuple):
    """One change."""

    seq: int
    at: float
    told: Sequence[Told]
    event: bytes
    """The event for a reader who wants everything."""


class Wanted(NamedTuple):
    """What a reader wants of the board. Empty: all."""

    kinds: frozenset[str] = frozenset()
    queues: frozenset[str] = frozenset()
    """Names without the PBX's name."""
    call: str | None = None
    """Key of the only call that is wanted."""

    def has(self, item: Encoded | None) -> bool:
        if item is None or (self.kinds and item.kind not in self.kinds):
            return False
        if self.call is not None and item.kind == "call":
            return item.key == self.call
        return not self.queues or not item.queues or bool(self.queues & item.queues)

    def concerns(self, entry: Entry) -> bool:
        """Whether any part of a change is wanted."""
        return any(self.has(one.new) or self.has(one.old) for one in entry.told)


ALL = Wanted()


class Reader:
    """A reader. ``wake`` is called when there is something to read. A screen of one queue is not woken for changes of
    other queues; it gets their numbers together with the next change that it wants."""

    def __init__(self, wanted: Wanted, wake: Callable[[], None]) -> None:
        self.wanted = wanted
        self._wake = wake
        self._waiting: deque[Entry] = deque()
        self._is_behind = False

    def put(self, entry: Entry, *, concerns: bool) -> None:
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.clear()
            self._is_behind = True
        if not self._is_behind:
            self._waiting.append(entry)
        if concerns or len(self._waiting) >= MOST_EMPTY:
            self._wake()

    def take(self) -> tuple[list[Entry], bool]:
        """The changes that wait, and whether a snapshot must be sent instead."""
        waiting, behind = [*self._waiting], self._is_behind
        self._waiting.clear()
        self._is_behind = False
        return waiting, behind


class Numbered:
    """The stream for one role. Changes are numbered one by one, whether anybody reads them or not."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self.seq = 0
        self._items: dict[tuple[Kind, str], Encoded] = {}
        self._kept: deque[Entry] = deque()
        self._size = 0
        self._readers: set[Reader] = set()

    def put(self, values: Sequence[tuple[Kind, str, object | None, Queues]], at: float) -> None:
        """Add a change: each item's kind, key, value (None: it is gone) and queues."""
        told = [one for value in values if (one := self._told(*value)) is not None]
        if not told:
            return
        self.seq += 1
        entry = Entry(self.seq, at, told, self._event(self.seq, at, told, ALL))
        self._kept.append(entry)
        self._size += len(entry.event)
        self._forget(at)
        concerned = {wanted: wanted.concerns(entry) for wanted in {reader.wanted for reader in self._readers}}
        for reader in self._readers:
            reader.put(entry, concerns=concerned[reader.wanted])

    def _told(self, kind: Kind, key: str, value: object | None, queues: Queues) -> Told | None:
        old = self._items.get((kind, key))
        if value is None:
            if old is None:
                return None
            del self._items[kind, key]
            return Told(None, old)
        new = Encoded(kind, key, _encode({"kind": kind, "key": key, "value": value}), queues)
        if new == old:
            return None
        self._items[kind, key] = new
        return Told(new, old)

    def _forget(self, at: float) -> None:
        kept = self._kept
        while kept and (at - kept[0].at > KEPT_FOR or len(kept) > MOST_KEPT or self._size > LARGEST_KEPT):
            self._size -= len(kept.popleft().event)

    # -- reading

    def snapshot(self, wanted: Wanted, at: float, before: bytes = b"", behind: bytes = b"") -> Iterator[bytes]:
        """Everything as it is now, as JSON between two texts, in parts: each belongs into a turn of the event loop of
        its own."""
        before += b'{"epoch":%d,"seq":%d,"at":"%s","items":[' % (self.epoch, self.seq, rfc3339(at).encode())
        return _drawn([*self._items.values()], wanted, before, b"]}" + behind)

    def begin(self, reader: Reader, after: str | None, at: float) -> Iterable[bytes]:
        """Add a reader; returns its first events, or the parts of a snapshot. All later changes are told to it.
        ``after``: the id of the last event that the reader has; None if it has none."""
        self._readers.add(reader)
        missed = self._missed(after)
        if missed is None:
            return self.snapshot_event(reader.wanted, at)
        return [b"".join([self.event(entry, reader.wanted) for entry in missed])]

    def leave(self, reader: Reader) -> None:
        self._readers.discard(reader)

    def _missed(self, after: str | None) -> list[Entry] | None:
        """The changes after an id; None if not all of them are kept."""
        epoch, _, seq = (after or "").partition("-")
        if epoch != str(self.epoch) or not seq.isascii() or not seq.isdigit() or len(seq) > 15:
            return None
        last = int(seq)
        if last > self.seq or (last < self.seq and (not self._kept or self._kept[0].seq > last + 1)):
            return None
        return [entry for entry in self._kept if entry.seq > last]

    def snapshot_event(self, wanted: Wanted, at: float) -> Iterator[bytes]:
        """A snapshot as an event, in parts."""
        return self.snapshot(wanted, at, b"id: %d-%d\nevent: snapshot\ndata: " % (self.epoch, self.seq), b"\n\n")

    def event(self, entry: Entry, wanted: Wanted) -> bytes:
        return entry.event if wanted == ALL else self._event(entry.seq, entry.at, entry.told, wanted)

    def _event(self, seq: int, at: float, told: Sequence[Told], wanted: Wanted) -> bytes:
        """The events for a reader. A filter leaves out items, never numbers."""
        new = b",".join(one.new.json for one in told if one.new is not None and wanted.has(one.new))
        gone = [(one.old.kind, one.old.key) for one in told if one.old is not None
                and wanted.has(one.old) and not wanted.has(one.new)]  # fmt: skip
        return b'id: %d-%d\nevent: change\ndata: {"seq":%d,"at":"%s","set":[%s],"gone":%s}\n\n' % (
            self.epoch, seq, seq, rfc3339(at).encode(), new, _encode(gone),
        )  # fmt: skip


def _drawn(items: Sequence[Encoded], wanted: Wanted, before: bytes, behind: bytes) -> Iterator[bytes]:
    """The items that are wanted, between two texts, in parts. Fewer than `AT_ONCE` are one part."""
    part, comma = before, b""
    for place in range(0, len(items), AT_ONCE):
        if place:
            yield part
            part = b""
        some = b",".join([item.json for item in items[place : place + AT_ONCE] if wanted.has(item)])
        if some:
            part += comma + some
            comma = b","
    yield part + behind
