"""How large a record may become: a queue that rings thirty phones every five seconds makes offers without end."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bridge.vocabulary.record import Record

MOST = 4_000
"""Entries of one list, about a megabyte of offers. Of a longer one the first half and the last stay."""
LISTS = ("queues", "offers", "participants", "transfers", "supervisions", "conferences", "dials", "conversations")


def bounded(record: Record) -> Record:
    """The record, with the middle of each list that is too long left out, and counted."""
    left_out: dict[str, int] = {}
    changes: dict[str, object] = {}
    for name in LISTS:
        entries = getattr(record, name)
        if len(entries) > MOST:
            changes[name] = _ends(entries)
            left_out[name] = len(entries) - MOST
    evidence = {tag: _ends(proofs) for tag, proofs in record.evidence.items() if len(proofs) > MOST}
    if evidence:
        left_out |= {f"evidence.{tag}": len(record.evidence[tag]) - MOST for tag in evidence}
        changes["evidence"] = record.evidence | evidence
    return msgspec.structs.replace(record, **changes, left_out=left_out) if left_out else record


def _ends(entries: Sequence[object]) -> list[object]:
    return [*entries[: MOST // 2], *entries[-MOST // 2 :]]
