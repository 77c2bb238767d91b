"""The results: thresholds that were passed, who hung up, and each tag at the event that made it true."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bridge.records.proofs import in_words
from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.causes import refusal
from bridge.vocabulary.record import Evidence
from bridge.vocabulary.times import seconds
from bridge.web.lanes import CUSTOMER, PBX
from bridge.web.piece import Piece, Teller
from bridge.web.texts import length

ALLOWED = re.compile(r"allowed ([\d.]+) s")
"""The evidence of the two threshold tags tells the threshold in this form."""


def flags(teller: Teller) -> Iterator[Piece]:
    """Flags where a wait passed its threshold: for a phone from its ringing on, for the customer from the first
    queue on."""
    record = teller.record
    limits = {proof.party: _limit(proof) for proof in record.evidence.get("over_agent_answer_threshold", ())}
    for offer in record.offers:
        limit = limits.get(offer.agent)
        if limit is not None and offer.ringing_at and offer.ring_seconds > limit:
            yield _flag(teller, "over agent", teller.lanes[offer.agent].key, seconds(offer.ringing_at), limit)
    for proof in record.evidence.get("over_customer_waiting_threshold", ())[:1]:
        limit = _limit(proof)
        joined = next((stay.joined_at for stay in record.queues if stay.joined_at), None)
        if limit is not None:
            yield _flag(teller, "over customer", PBX, teller.time(joined, teller.start), limit)


def _limit(proof: Evidence) -> float | None:
    allowed = ALLOWED.search(proof.detail or "")
    return float(allowed[1]) if allowed else None


def _flag(teller: Teller, key: str, lane: str, since: float, limit: float) -> Piece:
    text = teller.words(key, limit=length(limit, teller.language))
    return Piece("flag", "flag", lane, since + limit, since + limit, text, (text,))


def hangup(teller: Teller) -> Piece:
    record = teller.record
    text = teller.words(f"ended {record.ended_by}")
    cause = refusal(None, record.hangup_cause, teller.language) if record.hangup_cause not in (None, 16) else ""
    return Piece(
        "mark", f"ended {record.ended_by}", _ender(teller), teller.end, teller.end, teller.join(text, cause), (text,)
    )


def _ender(teller: Teller) -> str:
    """The lane of the party that hung up; the PBX's lane if the PBX ended the call, or if nothing tells."""
    record = teller.record
    if record.ended_by == "customer" and CUSTOMER in teller.lanes:
        return CUSTOMER
    proofs = [proof for tag in ("agent_disconnect", "customer_disconnect") for proof in record.evidence.get(tag, ())]
    if proofs and teller.lanes[proofs[0].party].role == record.ended_by:
        return teller.lanes[proofs[0].party].key
    there = [who for who in record.participants if who.role == record.ended_by]
    return teller.lanes[max(there, key=lambda who: who.left_at or "~").party].key if there else PBX


def pins(teller: Teller) -> Iterator[Piece]:
    """The first event that made a tag true is a pin, each further one a dot."""
    for name in teller.record.tags:
        tag = BY_NAME[name]
        label = tag.en if teller.language == "en" else tag.zh
        for n, proof in enumerate(teller.record.evidence.get(name, ())):
            at = seconds(proof.at)
            after = teller.words("seconds", n=f"{at - teller.start:+.3f}")
            told = in_words(proof.detail or "", teller.language)
            why = " · ".join(part for part in (told, proof.event, proof.channel) if part)
            text = teller.words("tag", bit=tag.bit, label=label, at=after, why=why)
            yield Piece("dot" if n else "pin", name, teller.lanes[proof.party].key, at, at, text, (str(tag.bit),))
