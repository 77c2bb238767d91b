"""Turns a record into the rows that reports count (``row_tables``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bridge.store.outcomes import conclude, way_of
from bridge.store.row_tables import CallRow, OfferRow, Rows, StayRow, SupervisionRow, TalkRow, TransferRow
from bridge.vocabulary.record import Offer, Participant, QueuePass, Record
from bridge.vocabulary.terms import INSIDE, STAFF
from bridge.vocabulary.times import milliseconds

EXITS = {
    "answered": "answered", "abandoned": "abandoned", "timeout": "gave_up", "leave_empty": "gave_up",
    "key": "key", "transferred": "passed_on", "full": "refused", "join_empty": "refused", "unknown": "unknown",
}  # fmt: skip
"""For each exit of a stay, the group by which rates are computed."""
RACE = 300
"""Milliseconds by which a queue's first offer may seem to begin before the caller has joined."""


def rows(record: Record) -> Rows:
    """The rows of one record."""
    defects: list[str] = []
    start, end = milliseconds(record.started_at), milliseconds(record.ended_at)
    way = way_of(record)
    same = (record.pbx, start)
    stays = [_stay(record, n, q, (*same, way), end, defects) for n, q in enumerate(record.queues)]
    offers = [_offer(record, n, o, (*same, way)) for n, o in enumerate(record.offers)]
    talks = _talks(record, (*same, end, way), end)
    transfers = _transfers(record, (*same, way), defects)
    supervisions = _supervisions(record, (*same, way), end, defects)
    call = _call(record, way, stays, offers, talks, defects)
    return Rows([call], stays, offers, talks, transfers, supervisions)


def length(since: int | None, until: int | None, defects: list[str]) -> int | None:
    """Milliseconds between two times; None if one is unknown, or (which is noted as a defect) if they run
    backwards."""
    if since is None or until is None:
        return None
    if until < since:
        defects.append("a duration is negative")
        return None
    return until - since


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _at(time: str | None, otherwise: int) -> int:
    return milliseconds(time) if time is not None else otherwise


def _known(time: str | None) -> int | None:
    return milliseconds(time) if time is not None else None


def _call(
    r: Record, way: str, stays: Sequence[StayRow], offers: Sequence[OfferRow], talks: Sequence[TalkRow],
    defects: list[str],
) -> CallRow:  # fmt: skip
    end = conclude(r)
    wait: int | None = _ms(r.wait_seconds)
    if end.outcome in ("exited", "unserved") and stays:
        joined, left = r.queues[0].joined_at, r.queues[-1].left_at
        wait = length(_known(joined), _known(left), defects)
    rings = [o.ring_ms for o in offers if o.outcome == "answered" and o.ring_ms is not None]
    staff = sorted((p for p in r.participants if p.role in STAFF), key=lambda p: milliseconds(p.joined_at))
    entered = [s for s in stays if s.exit_group != "refused"]
    return CallRow(
        record_id=r.record_id, pbx=r.pbx, started=milliseconds(r.started_at), ended=milliseconds(r.ended_at),
        answered=_known(r.answered_at),
        direction=r.direction, way=way, dn=r.dn, customer=r.customer.number if r.customer else None,
        outcome=end.outcome, outcome_at=end.at, stage=end.stage, short=end.short, wanted=end.wanted, wait_ms=wait,
        talk_ms=_ms(r.talk_seconds), hold_ms=_ms(r.hold_seconds), tag_bits=r.tag_bits, complete=int(r.complete),
        is_callback=int(r.callback_of is not None), is_consult=int(r.consult_of is not None),
        first_staff=staff[0].party if staff else None,
        staff_talking=sum(t.is_last for t in talks if t.role in STAFF),
        rings=len(rings), ring_ms=sum(rings), ring_longest=max(rings, default=0),
        entered_stays=len(entered), abandoned_stays=sum(s.exit == "abandoned" for s in entered),
        defects=len(defects),
    )  # fmt: skip


def _stay(r: Record, n: int, q: QueuePass, same: tuple[str, int, str], end: int, defects: list[str]) -> StayRow:
    pbx, start, way = same
    joined, left = _known(q.joined_at), _known(q.left_at)
    since, until = joined if joined is not None else start, left if left is not None else end
    asked = q.exit == "key" and "virtual_queue_callback_incoming" in r.tags
    return StayRow(
        r.record_id, n, pbx, start, way, q.name, since, until, q.exit, EXITS[q.exit], int(asked),
        length(joined, left, defects), q.position, _rounds(r.offers, q.name, since, until),
    )  # fmt: skip


def _rounds(offers: Iterable[Offer], queue: str, since: int, until: int) -> int:
    """How many rounds of overlapping offers a queue made during a stay."""
    tried = sorted(
        (milliseconds(o.started_at), _at(o.ended_at, milliseconds(o.started_at)))
        for o in offers
        if o.queue == queue and since - RACE <= milliseconds(o.started_at) <= until
    )
    rounds, reached = 0, -1
    for begun, over in tried:
        rounds += begun >= reached
        reached = max(reached, over)
    return rounds


def _offer(r: Record, n: int, o: Offer, same: tuple[str, int, str]) -> OfferRow:
    limit = o.threshold
    if limit is None and r.thresholds is not None:
        limit = r.thresholds.agent_answer
    pbx, start, way = same
    return OfferRow(
        r.record_id, n, pbx, start, way, o.agent, o.device, o.queue, _at(o.ended_at, milliseconds(o.started_at)),
        o.outcome or "unknown", o.reason, o.cause, o.sip_code,
        _ms(o.ring_seconds) if o.ringing_at is not None else None, _ms(limit) if limit is not None else None,
    )  # fmt: skip


def _talks(r: Record, same: tuple[str, int, int, str], end: int) -> list[TalkRow]:
    flags = _flags(r)
    talked = [p for p in r.participants if p.role in INSIDE and (p.talk_seconds or p.hold_seconds)]
    named = {p.party for p in talked}
    # Those who only have a flag: a phone that was lost before it talked, for example.
    talked += [
        next(p for p in r.participants if p.party == who)
        for who in flags
        if who not in named and any(p.party == who and p.role in STAFF for p in r.participants)
    ]
    last = {p.party: n for n, p in sorted(enumerate(talked), key=lambda e: (_at(e[1].left_at, end), e[0]))}
    return [_talk(r, n, p, talked, same, last[p.party] == n, flags.get(p.party), end) for n, p in enumerate(talked)]


class _Flags(NamedTuple):
    conference: bool
    hung_up: bool
    lost_at: int | None


def _flags(r: Record) -> dict[str, _Flags]:
    """What a record tells of each person besides offers and talks."""
    spoke = {who for c in r.conferences for who in c.speakers}
    hung_up = {e.party for e in r.evidence.get("agent_disconnect", ())}
    lost: dict[str | None, int] = {}
    for e in r.evidence.get("device_lost", ()):
        lost.setdefault(e.party, milliseconds(e.at))
    people = dict.fromkeys(who for who in [*sorted(spoke), *hung_up, *lost] if who is not None)
    return {who: _Flags(who in spoke, who in hung_up, lost.get(who)) for who in people}


def _talk(
    r: Record, n: int, p: Participant, talked: Sequence[Participant], same: tuple[str, int, int, str], last: bool,
    flags: _Flags | None, end: int,
) -> TalkRow:  # fmt: skip
    mine = [o for o in talked if o.party == p.party] if last else []
    said = any(o.talk_seconds or o.hold_seconds for o in mine)
    given = flags if last and flags is not None else _Flags(False, False, None)
    pbx, start, ended, way = same
    return TalkRow(
        r.record_id, n, pbx, start, ended, way, p.party, p.role, p.device, _at(p.left_at, end),
        _ms(p.talk_seconds), _ms(p.hold_seconds), int(said),
        sum(_ms(o.talk_seconds) for o in mine), sum(_ms(o.hold_seconds) for o in mine),
        int(given.conference), int(given.hung_up), given.lost_at,
    )  # fmt: skip


def _transfers(r: Record, same: tuple[str, int, str], defects: list[str]) -> list[TransferRow]:
    found = []
    order = sorted(range(len(r.transfers)), key=lambda n: (milliseconds(r.transfers[n].at), n))
    for n, t in enumerate(r.transfers):
        at = milliseconds(t.at)
        taker = t.to if t.outcome == "answered" and t.target_type in STAFF else None
        if t.outcome == "answered" and t.target_type == "queue":
            took = [
                (_at(o.ended_at, milliseconds(o.started_at)), o.agent)
                for o in r.offers
                if o.queue == t.to and o.outcome == "answered" and _at(o.ended_at, 0) > at
            ]
            taker = min(took)[1] if took else None
        came = [milliseconds(p.joined_at) for p in r.participants if p.party == t.from_]
        before = max((c for c in came if c <= at), default=min(came, default=None))
        if before is not None and r.answered_at is not None and before < milliseconds(r.answered_at) <= at:
            before = milliseconds(r.answered_at)
        pbx, start, way = same
        found.append(
            TransferRow(
                r.record_id,
                n,
                pbx,
                start,
                way,
                t.kind,
                t.by,
                t.from_,
                t.to,
                t.target_type,
                taker,
                at,
                t.outcome,
                length(before, at, defects),
                int(n == order[-1]),
            )
        )
    return found


def _supervisions(r: Record, same: tuple[str, int, str], end: int, defects: list[str]) -> list[SupervisionRow]:
    spells = [(s, _at(s.until, end), s.mode or "unknown") for s in r.supervisions]
    last: dict[tuple[str, ...], int] = {}
    for n, (s, _, mode) in sorted(enumerate(spells), key=lambda e: (e[1][1], e[0])):
        last["target", s.target, mode] = last["pair", s.by, s.target, mode] = n
    return [
        SupervisionRow(
            r.record_id,
            n,
            *same,
            s.by,
            s.role,
            s.target,
            mode,
            at,
            length(milliseconds(s.from_), at, defects),
            int(last["target", s.target, mode] == n),
            int(last["pair", s.by, s.target, mode] == n),
        )
        for n, (s, at, mode) in enumerate(spells)
    ]
