"""The outcome of a call: the first in a fixed order that is true, so that each call has one outcome at one moment."""

from __future__ import annotations

from typing import NamedTuple

from bridge.vocabulary.record import Record
from bridge.vocabulary.terms import PASSED_OVER, STAFF, Direction
from bridge.vocabulary.times import milliseconds

INBOUND = (
    "answered", "answered_other", "overflowed", "callback", "abandoned", "exited", "unserved", "menu", "unknown",
)  # fmt: skip
"""The outcomes of an inbound call, in the order in which they are tested."""
OUTBOUND = ("connected", "capped", "not_connected", "other")
ANSWERED = ("answered", "answered_other")
MISSED = ("abandoned", "exited", "unserved")
"""Outcomes of callers who wanted somebody and reached nobody."""
REACHED = (*ANSWERED, "connected")
"""Outcomes of calls, inbound or outbound, in which somebody inside talked with the customer."""
STAGES = {"ivr": "menu", "queue": "queue", "ringing": "ringing"}


class Conclusion(NamedTuple):
    outcome: str | None
    at: int
    """Milliseconds since the epoch."""
    stage: str | None = None
    short: int = 0
    wanted: int = 0


def way_of(r: Record) -> Direction:
    """The direction of a call as reports count it: every consultation is internal."""
    return r.direction if r.consult_of is None else "internal"


def conclude(r: Record) -> Conclusion:
    """The outcome of a call; an internal one has none."""
    end, way = milliseconds(r.ended_at), way_of(r)
    if way == "outbound":
        return _outbound(r, end)
    if way == "internal":
        return Conclusion(None, end)
    outcome, at = _inbound(r, end)
    stage = None
    if outcome == "abandoned":
        stage = STAGES[r.abandoned_in] if r.abandoned_in is not None else "unseen"
    wanted = outcome in ("answered", "exited", "unserved") or (outcome == "abandoned" and stage != "menu")
    short = outcome == "abandoned" and "short_abandon" in r.tags
    return Conclusion(outcome, at, stage, int(short), int(wanted))


def _inbound(r: Record, end: int) -> tuple[str, int]:
    last = r.queues[-1] if r.queues else None
    other = _only_others_talked(r)
    if r.answered_at is not None and other is None:
        return "answered", milliseconds(r.answered_at)
    if other is not None:
        return "answered_other", other
    if "overflowed" in r.tags:
        return "overflowed", _evidence(r, "overflowed", end)
    if "virtual_queue_callback_incoming" in r.tags:
        return "callback", _evidence(r, "virtual_queue_callback_incoming", end)
    sent_on = r.abandoned_in == "ivr" and last is not None and last.exit in PASSED_OVER
    if "customer_abandon" in r.tags and not sent_on:
        return "abandoned", _evidence(r, "customer_abandon", end)
    if "queue_exit" in r.tags:
        return "exited", milliseconds(last.left_at) if last is not None and last.left_at is not None else end
    if r.queues or r.offers or r.dials:
        return "unserved", end
    return ("menu" if r.complete else "unknown"), end


def _only_others_talked(r: Record) -> int | None:
    """Since when a plain extension or an outside party talked with the caller; None if somebody of the staff did, or
    nobody."""
    if any(p.role in STAFF and p.talk_seconds > 0 for p in r.participants):
        return None
    if any(o.outcome == "answered" for o in r.offers):
        return None
    others = [p for p in r.participants if p.role in ("extension", "outside") and p.talk_seconds > 0]
    return min((milliseconds(p.joined_at) for p in others), default=None)


def _outbound(r: Record, end: int) -> Conclusion:
    if r.answered_at is not None:
        return Conclusion("connected", milliseconds(r.answered_at))
    for tag, outcome in (("overflowed", "capped"), ("customer_abandon", "not_connected")):
        if tag in r.tags:
            return Conclusion(outcome, end)
    return Conclusion("other", end)


def _evidence(r: Record, tag: str, otherwise: int) -> int:
    proofs = r.evidence.get(tag)
    return milliseconds(proofs[0].at) if proofs else otherwise
