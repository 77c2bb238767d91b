"""Limits the size of a record: a queue that rings thirty phones every five seconds makes offers without end.

A record is at most ``LARGEST`` bytes of JSON, so that it fits every broker's message and every store's row. Until it
fits, the list that takes the most space loses the middle half of its entries. ``left_out`` tells how many entries of
which list are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeVar

import msgspec

from bridge.vocabulary.record import Record

T = TypeVar("T")

LARGEST = 256 * 1000
"""Bytes of JSON. NATS takes a megabyte by default, a webhook's receiver often less."""
A_NAME = 4
"""Bytes that a name in a list takes at least."""
FEW = 200
"""With so few entries in all lists together no record is too large, unless a conference names many."""
LISTS = (
    *("queues", "offers", "participants", "transfers", "supervisions", "conferences", "dials", "conversations"),
    *("sip_call_ids", "linked_ids", "gaps"),
)
OF_RECORD = attrgetter(*LISTS)
"""Gives all these lists of a record."""


def within_limit(name: str, entries: Sequence[T], names: Callable[[T], int], left_out: dict[str, int]) -> Sequence[T]:
    """The entries of a list that are worth making. The others would be left out again, since their ``names`` alone
    make the record too large; they are counted in ``left_out``."""
    count = len(entries)
    while len(entries) > 1 and sum(map(names, entries)) * A_NAME > LARGEST:
        entries = _ends(entries)
    if len(entries) < count:
        left_out[name] = count - len(entries)
    return entries


def bounded(record: Record, left_out: Mapping[str, int]) -> Record:
    """The record without the middle of each list that makes it too large. ``left_out``: entries that were not even
    made."""
    size = len(msgspec.json.encode(record)) if left_out or _entries(record) > FEW else 0
    if size <= LARGEST and not left_out:
        return record
    lists: dict[str, list[Any]] = {name: getattr(record, name) for name in LISTS}
    lists |= {f"evidence.{tag}": proofs for tag, proofs in record.evidence.items()}
    sizes = {name: [len(msgspec.json.encode(one)) + 1 for one in entries] for name, entries in lists.items()}
    """The size of each entry with the comma after it."""
    left_out = {**left_out}
    while size + (len(',"left_out":') + len(msgspec.json.encode(left_out)) if left_out else 0) > LARGEST:
        name = max((n for n in lists if len(lists[n]) > 1), key=lambda n: sum(sizes[n]), default="")
        if not name:
            break
        kept = _ends(lists[name])
        left_out[name] = left_out.get(name, 0) + len(lists[name]) - len(kept)
        size -= sum(sizes[name])
        lists[name], sizes[name] = kept, _ends(sizes[name])
        size += sum(sizes[name])
    evidence = {tag: lists[f"evidence.{tag}"] for tag in record.evidence}
    changed: dict[str, Any] = {name: lists[name] for name in LISTS if name in left_out}
    return msgspec.structs.replace(record, **changed, evidence=evidence, left_out=left_out)


def _entries(record: Record) -> int:
    count = sum(map(len, OF_RECORD(record))) + sum(map(len, record.evidence.values()))
    return count + sum([len(one.speakers) for one in record.conferences])


def _ends(entries: Sequence[Any]) -> list[Any]:
    """The first quarter and the last, and at least one entry."""
    quarter = len(entries) // 4
    return [*entries[: len(entries) // 2 - quarter], *entries[len(entries) - quarter :]]
