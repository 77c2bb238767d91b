"""What reports count: a record as rows of narrow tables, each with one moment. Record in, rows out, and nothing else.

The tables stand beside the records in SQLite and PostgreSQL, with the same columns. Times are whole milliseconds
since the epoch, durations whole milliseconds, conditions 0 or 1. What is not known is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, get_type_hints

from bridge.store.outcomes import conclude
from bridge.vocabulary.record import Offer, Participant, QueuePass, Record
from bridge.vocabulary.times import milliseconds

STAFF = ("agent", "supervisor")
EXITS = {
    "answered": "answered", "abandoned": "abandoned", "timeout": "gave_up", "leave_empty": "gave_up",
    "key": "key", "transferred": "passed_on", "full": "refused", "join_empty": "refused", "unknown": "unknown",
}  # fmt: skip
"""How a stay ended, to the group that rates are made of."""


class CallRow(NamedTuple):
    """One for each record."""

    record_id: str
    pbx: str
    started: int
    ended: int
    answered: int | None
    direction: str
    way: str
    """The direction as reports count it: a consultation, whomever it was with, is ``internal``."""
    dn: str | None
    customer: str | None
    outcome: str | None
    """Null of an internal call and of a consultation."""
    outcome_at: int
    stage: str | None
    """Where an abandoned call was: ``menu``, ``queue``, ``ringing``, ``unseen``."""
    short: int
    wanted: int
    """Whether the caller wanted an agent."""
    wait_ms: int | None
    talk_ms: int
    hold_ms: int
    tag_bits: int
    complete: int
    is_callback: int
    is_consult: int
    first_staff: str | None
    """The first of the staff in the conversation: of an outbound call who placed it."""
    staff_talking: int
    """How many different people of the staff talked."""
    rings: int
    """Answered offers that were seen ringing, together ``ring_ms``, the longest ``ring_longest``."""
    ring_ms: int
    ring_longest: int
    entered_stays: int
    abandoned_stays: int
    defects: int
    """Durations of this record that came out below zero, and are null."""


class StayRow(NamedTuple):
    """One for each stay in a queue."""

    record_id: str
    n: int
    pbx: str
    started: int
    way: str
    queue: str
    entered_at: int
    at: int
    """When it was left, or else the record's end."""
    exit: str
    exit_group: str
    is_callback: int
    """Left by a key, in a call that asked for a call back."""
    wait_ms: int | None
    position: int | None
    rounds: int
    """How often the queue offered the call: offers that overlap are one round."""


class OfferRow(NamedTuple):
    """One for each offer."""

    record_id: str
    n: int
    pbx: str
    started: int
    way: str
    agent: str
    device: str
    queue: str | None
    at: int
    """The offer's end, or else its start."""
    outcome: str
    """``unknown`` where the record has null."""
    reason: str | None
    cause: int | None
    sip_code: int | None
    ring_ms: int | None
    """Null where the device was not seen ringing."""
    threshold_ms: int | None
    """The agent answer threshold that was in force; null in records that do not tell it."""


class TalkRow(NamedTuple):
    """One for each participant who talked, and for one of the staff of whom the record tells something else that
    belongs to a person: then with no talk."""

    record_id: str
    n: int
    pbx: str
    started: int
    ended: int
    way: str
    party: str
    role: str
    device: str
    at: int
    """When the party left, or else the record's end."""
    talk_ms: int
    hold_ms: int
    is_last: int
    """Whether it is the party's last talk of the record, which then holds the sums of all of them."""
    talk_all_ms: int
    hold_all_ms: int
    conference: int
    hung_up: int
    lost_at: int | None
    """When the device was lost in the call."""


class TransferRow(NamedTuple):
    """One for each transfer."""

    record_id: str
    n: int
    pbx: str
    started: int
    way: str
    kind: str
    by: str | None
    sender: str | None
    target: str | None
    target_type: str
    taker: str | None
    """Who of the staff has the call by it: the target, or of a queue who answered its next offer."""
    at: int
    outcome: str
    before_ms: int | None
    """From when the sender came into the call, or the answer, to the transfer."""
    is_last: int
    """Of the record."""


class SupervisionRow(NamedTuple):
    """One for each stretch of supervision."""

    record_id: str
    n: int
    pbx: str
    started: int
    way: str
    by: str
    role: str
    target: str
    mode: str
    """``unknown`` where the record has null."""
    at: int
    ms: int | None
    last_of_target: int
    """The last in this mode on this target in the record,"""
    last_of_pair: int
    """and of these two."""


UNREAD = ("last_of_by", "last_for_target")
"""Columns that supervisions had once, and that no figure was ever made of."""


class Rows(NamedTuple):
    """All of one record, by table."""

    calls: list[CallRow]
    stays: list[StayRow]
    offers: list[OfferRow]
    talks: list[TalkRow]
    transfers: list[TransferRow]
    supervisions: list[SupervisionRow]


KINDS: dict[str, type[tuple[Any, ...]]] = {
    "calls": CallRow, "stays": StayRow, "offers": OfferRow, "talks": TalkRow,
    "transfers": TransferRow, "supervisions": SupervisionRow,
}  # fmt: skip
"""Table to the type of its rows."""
KEYS = {"calls": ("started", "record_id")} | dict.fromkeys(
    ("stays", "offers", "talks", "transfers", "supervisions"), ("at", "record_id", "n")
)
"""Primary keys begin with the time that is asked for most, so that a period lies in one piece."""
INDEXES: dict[str, dict[str, str]] = {
    "calls": {"outcome_at": "outcome_at", "ended": "ended", "customer": "customer"},
    "stays": {"entered_at": "entered_at", "queue": "queue"},
    "offers": {"agent": "pbx, agent, at, outcome, ring_ms, threshold_ms, queue"},
    "talks": {
        "ended": "ended", "lost_at": "lost_at",
        "party": "pbx, party, at, role, is_last, way, talk_all_ms, hold_all_ms",
    },
    "transfers": {},
    "supervisions": {},
}  # fmt: skip
"""Name and columns. Those by person hold all that a long report by agent reads, in the order in which it groups."""


def columns(kind: type[tuple[Any, ...]]) -> dict[str, tuple[str, bool]]:
    """Column → ``text`` or ``bigint``, and whether it may be null."""
    found = {}
    for name, hint in get_type_hints(kind).items():
        kinds = set(getattr(hint, "__args__", (hint,)))
        found[name] = ("text" if str in kinds else "bigint", type(None) in kinds)
    return found


def create(table: str, prefix: str = "", options: str = "") -> list[str]:
    """The statements that make a table of these rows."""
    indexes = {"record_id": "record_id"} | INDEXES[table]
    return create_table(table, KINDS[table], KEYS[table], indexes, prefix, options)


def create_table(
    table: str, kind: type[tuple[Any, ...]], key: Sequence[str], indexes: Mapping[str, str], prefix: str, options: str
) -> list[str]:
    """The statements that make a table and its indexes, as both databases read them."""
    made = [f"{name} {type_}{'' if null else ' NOT NULL'}" for name, (type_, null) in columns(kind).items()]
    made.append(f"PRIMARY KEY ({', '.join(key)})")
    statements = [f"CREATE TABLE {prefix}{table} ({', '.join(made)}){options}"]
    for name, indexed in indexes.items():
        statements.append(f"CREATE INDEX {table}_by_{name} ON {prefix}{table} ({indexed})")
    return statements


def rows(record: Record) -> Rows:
    """What reports count of one record."""
    defects: list[str] = []
    start, end = milliseconds(record.started_at), milliseconds(record.ended_at)
    way = record.direction if record.consult_of is None else "internal"
    same = (record.pbx, start)
    stays = [_stay(record, n, q, (*same, way), end, defects) for n, q in enumerate(record.queues)]
    offers = [_offer(record, n, o, (*same, way)) for n, o in enumerate(record.offers)]
    talks = _talks(record, (*same, end, way), end)
    transfers = _transfers(record, (*same, way), defects)
    supervisions = _supervisions(record, (*same, way), end, defects)
    call = _call(record, way, stays, offers, talks, defects)
    return Rows([call], stays, offers, talks, transfers, supervisions)


def length(since: int | None, until: int | None, defects: list[str]) -> int | None:
    """Milliseconds between two times; null where one is not known, and a defect where they run backwards."""
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
    end = conclude(r, way)
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
    """How many runs of overlapping offers a queue made during a stay in it."""
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


RACE = 300
"""Milliseconds by which a queue's first offer may seem to begin before the caller is in it: events race."""


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
    talked = [p for p in r.participants if p.role in (*STAFF, "extension") and (p.talk_seconds or p.hold_seconds)]
    named = {p.party for p in talked}
    # Who only has a flag: a phone that was lost before it talked, say.
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
    """What a record tells of a person outside of offers and talks."""
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
