"""Fills the gaps of a record from the PBX's log.

What happened outside the gaps comes from the record, because callbridge saw it. What happened inside comes from the
log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from bridge.tags.catalogue import BY_NAME, LABELS, bits_of
from bridge.vocabulary.record import Evidence, Gap, Offer, QueuePass, Record, Supervision
from bridge.vocabulary.times import seconds

NOTICED = 5.0
"""Seconds after a reconnection within which the snapshot shows which channels have ended."""
LISTED = 0.5
"""Seconds after a reconnection in which callbridge knows of a call only what the snapshot shows."""
SAME = 2.0
"""Seconds by which the log's time of an event and a feed's may differ."""
BY_LOG = "by the PBX's log"
ALTERNATIVES = (
    ("incoming_dn_call", "outbound_call", "non_dn_incoming_call", "non_dn_outgoing_call", "agent_to_agent_call"),
    ("agent_disconnect", "customer_disconnect", "system_disconnect"),
    ("overflowed", "customer_abandon"),
    ("virtual_queue_callback_incoming", "customer_abandon"),
    ("virtual_queue_callback_incoming", "queue_exit"),
)
"""Of each group, a call has one tag at most."""
SINCE_THE_START = ("queued", "over_customer_waiting_threshold", "short_abandon")
"""Tags that depend on a time measured from the call's start, or from joining a queue."""

T = TypeVar("T")


def unseen(log: Record) -> Record:
    """The record of a call that callbridge did not see at all: its gap is the whole call."""
    evidence = {tag: [_marked(e) for e in found] for tag, found in log.evidence.items()}
    gap = Gap(log.started_at, log.ended_at)
    return msgspec.structs.replace(log, revision=1, complete=False, gaps=[gap], evidence=evidence)


def filled(seen: Record, log: Record) -> Record:
    """An incomplete record with its gaps filled from the log: the next revision, or the same if nothing is new."""
    gaps = _Gaps(seen)
    evidence = _evidence(seen, log, gaps)
    tags = sorted(evidence, key=lambda tag: BY_NAME[tag].bit)
    start = log if gaps.hold(seen.started_at) else seen
    end = log if seen.ended_by == "unknown" or gaps.hold(seen.ended_at, after=NOTICED) else seen
    # An outside party that only the log knows was called in a gap.
    kind = log if start.direction == "internal" else start
    both_in = seen.direction == log.direction == "inbound"
    dn = kind.dn or (log.dn if both_in else None)  # of an outbound call the log does not tell a hidden number
    answered = seen.answered_at
    if answered is None or gaps.hold(answered):
        answered = log.answered_at
    record = msgspec.structs.replace(
        log,
        revision=seen.revision, complete=False, gaps=seen.gaps,
        linked_ids=list(dict.fromkeys([*seen.linked_ids, *log.linked_ids])), sip_call_ids=seen.sip_call_ids,
        tags=tags, tag_bits=bits_of(tags),
        labels={tag: LABELS[tag] for tag in tags},
        evidence={tag: evidence[tag] for tag in tags},
        direction=kind.direction, dn=dn, customer=kind.customer, started_at=start.started_at,
        answered_at=answered, ended_at=end.ended_at, ended_by=end.ended_by, hangup_cause=end.hangup_cause,
        sip_code=end.sip_code,
        talk_seconds=max(0.0, round(log.talk_seconds - seen.hold_seconds, 3)), hold_seconds=seen.hold_seconds,
        queues=_paired(seen.queues, log.queues, lambda q: (q.name, [q.joined_at]), _queue(gaps)),
        offers=_paired(
            seen.offers, log.offers, lambda o: (o.device, [o.started_at, o.ended_at]), _offer(gaps),
            alone=lambda o: not gaps.hold(o.started_at),
        ),
        supervisions=_paired(
            seen.supervisions, log.supervisions, lambda s: (f"{s.by}/{s.target}/{s.mode}", [s.from_]),
            _supervision(gaps), alone=lambda s: not gaps.hold(s.from_),
        ),
        abandoned_in=(log.abandoned_in or seen.abandoned_in) if "customer_abandon" in tags else None,
        overflow_reason=(seen.overflow_reason or log.overflow_reason) if "overflowed" in tags else None,
        queue_exit_reason=(seen.queue_exit_reason or log.queue_exit_reason) if "queue_exit" in tags else None,
        callback_of=seen.callback_of or log.callback_of, consult_of=start.consult_of,
    )  # fmt: skip
    return record if record == seen else msgspec.structs.replace(record, revision=seen.revision + 1)


class _Gaps:
    """The intervals of a call that callbridge did not see."""

    def __init__(self, record: Record) -> None:
        self._spans = [
            (seconds(g.from_) if g.from_ else float("-inf"), seconds(g.until) if g.until else float("inf"))
            for g in record.gaps
        ]

    def hold(self, time: str | None, after: float = 0.0) -> bool:
        """Whether a time is in one of the gaps, or up to ``after`` seconds later."""
        at = seconds(time) if time is not None else None
        return at is not None and any(a <= at <= b + after for a, b in self._spans)


def _evidence(seen: Record, log: Record, gaps: _Gaps) -> dict[str, list[Evidence]]:
    began_unseen = gaps.hold(seen.started_at)
    kept = {
        tag: found
        for tag, found in seen.evidence.items()
        if not any(gaps.hold(e.at, after=LISTED) for e in found) and not (began_unseen and tag in SINCE_THE_START)
    }
    for tag, found in log.evidence.items():
        # Also outside the gaps, since what was seen there may not have been enough to be sure.
        ruled_out = any(tag in group and other in kept for group in ALTERNATIVES for other in group)
        if tag not in kept and not ruled_out:
            kept[tag] = [_marked(e) for e in found]
    return kept


def _marked(evidence: Evidence) -> Evidence:
    detail = f"{evidence.detail}, {BY_LOG}" if evidence.detail else BY_LOG
    return msgspec.structs.replace(evidence, detail=detail)


def _paired(
    seen: Sequence[T],
    log: Sequence[T],
    key: Callable[[T], tuple[str, list[str | None]]],
    both: Callable[[T, T], T],
    alone: Callable[[T], bool] = lambda item: False,
) -> list[T]:
    """The items of the log, each merged with the seen item that matches it, and some items that only were seen."""
    left = list(seen)
    found = []
    for item in log:
        name, times = key(item)
        mine = min(
            (s for s in left if key(s)[0] == name and _apart(key(s)[1], times) <= SAME),
            key=lambda s: _apart(key(s)[1], times), default=None,
        )  # fmt: skip
        if mine is not None:
            left.remove(mine)
        found.append(both(mine, item) if mine is not None else item)
    return sorted([*found, *filter(alone, left)], key=lambda item: key(item)[1][0] or "")


def _apart(one: list[str | None], two: list[str | None]) -> float:
    """Seconds between two beginnings or between two ends, whichever is less; none if neither is known."""
    known = [abs(seconds(a) - seconds(b)) for a, b in zip(one, two, strict=True) if a is not None and b is not None]
    return min(known, default=0.0)


def _queue(gaps: _Gaps) -> Callable[[QueuePass, QueuePass], QueuePass]:
    def both(seen: QueuePass, log: QueuePass) -> QueuePass:
        if seen.exit != "unknown" and not gaps.hold(seen.left_at, after=NOTICED):
            return seen
        return msgspec.structs.replace(log, position=seen.position)

    return both


def _offer(gaps: _Gaps) -> Callable[[Offer, Offer], Offer]:
    def both(seen: Offer, log: Offer) -> Offer:
        if gaps.hold(log.started_at):
            return log
        ended_unseen = seen.outcome is None or gaps.hold(seen.ended_at, after=NOTICED)
        return msgspec.structs.replace(log, ringing_at=seen.ringing_at) if ended_unseen else seen

    return both


def _supervision(gaps: _Gaps) -> Callable[[Supervision, Supervision], Supervision]:
    def both(seen: Supervision, log: Supervision) -> Supervision:
        return log if gaps.hold(seen.until, after=NOTICED) else seen

    return both
