"""Builds the record of a call from the call and its tags."""

from __future__ import annotations

import hashlib

from bridge.calls import call as c
from bridge.calls import connections
from bridge.calls.hangups import codes_of, is_left_over
from bridge.calls.names import Names
from bridge.calls.offer import Offer
from bridge.calls.party import Party
from bridge.records.bounded import bounded, within_limit
from bridge.tags.catalogue import LABELS, bits_of
from bridge.tags.proof import Proof, Rules
from bridge.tags.statuses import abandoned_in
from bridge.vocabulary import record as r
from bridge.vocabulary.terms import PASSED_OVER, ParticipantRole
from bridge.vocabulary.times import rfc3339


def _time(at: float | None) -> str | None:
    return rfc3339(at) if at is not None else None


def _seconds(value: float) -> float:
    return round(value, 3)


def record_id(pbx: str, call_id: str) -> str:
    """The id of a call's record: the same for the same call of the same PBX, in every instance and replay."""
    return hashlib.sha256(f"{pbx}\n{call_id}".encode()).hexdigest()[:32]


def build(call: c.Call, tags: dict[str, list[Proof]], rules: Rules) -> r.Record:
    """The record of a finished call, with revision 1. ``tags``: with their proofs, in the order of their bits."""
    limit = rules.agent_answer(call, None)
    passed_over = [p.exit for p in call.queues if p.exit in PASSED_OVER] if "queue_exit" in tags else []
    abandoned = tags.get("customer_abandon") if call.direction == "inbound" else None
    cause, sip_code = _hangup(call)
    speaking: Names[Party] = Names(lambda party: party.name)
    left_out: dict[str, int] = {}
    moments = within_limit("conversations", call.moments, lambda m: len(m.channels) + len(m.speakers), left_out)
    conferences = within_limit("conferences", call.conferences, lambda f: len(f.speakers), left_out)
    record = r.Record(
        record_id=record_id(call.pbx, call.call_id),
        revision=1,
        complete=call.complete,
        gaps=[r.Gap(_time(a), _time(b)) for a, b in call.gaps],
        pbx=call.pbx,
        call_id=call.call_id,
        linked_ids=list(call.linked_ids),
        sip_call_ids=list(dict.fromkeys(ch.sip_call_id for ch in call.channels if ch.sip_call_id)),
        tags=list(tags),
        tag_bits=bits_of(tags),
        labels={name: LABELS[name] for name in tags},
        evidence={name: [_evidence(p) for p in proofs] for name, proofs in tags.items()},
        direction=call.direction,
        dn=call.dn,
        customer=customer_of(call),
        started_at=rfc3339(call.started_at),
        answered_at=_time(call.answered_at),
        ended_at=rfc3339(call.ended_at),
        wait_seconds=_seconds(call.wait_seconds),
        talk_seconds=_seconds(call.talk_seconds),
        hold_seconds=_seconds(call.hold_seconds),
        ended_by=call.ending.by,
        hangup_cause=cause,
        sip_code=sip_code,
        queues=[r.QueuePass(p.name, _time(p.joined_at), _time(p.left_at), p.position, p.exit) for p in call.queues],
        offers=[_offer(o, rules.agent_answer(call, o.queue), limit) for o in call.offers],
        participants=[_participant(p, call) for p in call.participants],
        transfers=[_transfer(t) for t in call.transfers],
        supervisions=[
            r.Supervision(s.by.name, s.by.role, s.target.name, s.mode, rfc3339(s.start), rfc3339(s.until))
            for s in call.supervisions
        ],
        conferences=[r.Conference(rfc3339(f.start), rfc3339(f.until), speaking.of(f.speakers)) for f in conferences],
        abandoned_in=abandoned_in(call, abandoned[0].at) if abandoned else None,
        overflow_reason=call.overflow.reason if call.overflow is not None and "overflowed" in tags else None,
        queue_exit_reason=passed_over[-1] if passed_over else None,  # type: ignore[arg-type]
        callback_of=call.callback_of,
        consult_of=call.consult_of,
        dialled=connections.dialled(call),
        room=connections.room(call),
        dials=[_dial(d) for d in call.other_dials],
        conversations=[
            r.Conversation(rfc3339(t.start), rfc3339(t.until), t.parties, t.speakers, t.held)
            for t in connections.conversations(call, moments)
        ],
        recordings=connections.recordings(call),
        thresholds=r.ThresholdsInForce(
            limit, rules.customer_waiting(call), float(rules.settings.thresholds.short_abandon)
        ),
    )
    return bounded(record, left_out)


def _hangup(call: c.Call) -> tuple[int | None, int | None]:
    """The cause and the SIP code of the channel that ended the call; unknown if they come from an earlier Dial."""
    channel, request = call.ending.channel or call.originator, call.ending.request
    if is_left_over(channel):
        return None, None
    cause, sip_code = codes_of(channel, request)
    return cause or None, sip_code


def _evidence(proof: Proof) -> r.Evidence:
    channel = proof.channel.name if proof.channel is not None else None
    return r.Evidence(rfc3339(proof.at), proof.event, channel, proof.party, proof.detail)


def customer_of(call: c.Call) -> r.Customer | None:
    """The record's entry for the customer: number and name, as far as they are told."""
    if call.customer is None:
        return None
    party = call.party(call.customer)
    name = call.customer.caller_name if call.direction == "inbound" else None
    return r.Customer(party.name if party.name != party.device else None, name)


def _offer(o: Offer, threshold: float, of_call: float) -> r.Offer:
    return r.Offer(
        agent=o.party.name, device=o.party.device, queue=o.queue, started_at=rfc3339(o.started_at),
        ringing_at=_time(o.ringing_at), ended_at=None if o.ended_unseen else _time(o.ended_at),
        ring_seconds=_seconds(o.ring_seconds),
        outcome=o.outcome, reason=o.reason, cause=o.cause, sip_code=o.sip_code,
        threshold=threshold if threshold != of_call else None,
    )  # fmt: skip


def _dial(d: c.OtherDial) -> r.Dial:
    return r.Dial(
        d.number, d.device, d.trunk, d.by, rfc3339(d.started_at), _time(d.ringing_at), _time(d.ended_at), d.outcome,
        d.cause, d.sip_code,
    )  # fmt: skip


def _participant(p: c.Participant, call: c.Call) -> r.Participant:
    role: ParticipantRole = p.party.role
    if role == "customer" and (call.customer is None or p.party != call.party(call.customer)):
        role = "outside"
    return r.Participant(
        p.party.name, role, p.party.device, rfc3339(p.joined_at), rfc3339(p.left_at),
        _seconds(p.talk_seconds), _seconds(p.hold_seconds),
    )  # fmt: skip


def _transfer(t: c.Transfer) -> r.Transfer:
    return r.Transfer(
        t.kind, t.by.name if t.by else None, t.from_.name if t.from_ else None, t.to_name, t.target_type,
        rfc3339(t.at), t.outcome,
    )  # fmt: skip
