"""The rules of bits 13 to 26: what became of the call."""

from __future__ import annotations

from typing import Literal

from bridge.calls.call import Call
from bridge.calls.hangups import hung_up, hung_up_at
from bridge.calls.offer import Offer
from bridge.calls.tolerances import LEADS_TO, TOLERANCE
from bridge.tags.categories import passed_on, retries
from bridge.tags.proof import Proof, Rules
from bridge.vocabulary.terms import UNSEEN

Stage = Literal["ivr", "queue", "ringing"]


def abandoned_in(call: Call, at: float) -> Stage | None:
    """Where an inbound call was when its caller hung up; None if only CEL tells, which does not tell ringing."""
    open_offers = [o for o in call.offers if o.started_at <= at <= o.ended_at + TOLERANCE and not o.answered]
    if any(o.channel is not None and o.channel.from_log for o in open_offers):
        return None
    customer = call.customer
    if customer is not None and customer.from_log and any(s.application == "Stasis" for s in customer.steps):
        return None
    rings = [(o.ringing_at, o.ended_at) for o in call.offers if not o.answered]
    rings += [(d.ringing_at, d.ended_at or call.ended_at) for d in call.other_dials if d.outcome != "answered"]
    if any(began is not None and began <= at <= ended + TOLERANCE for began, ended in rings):
        return "ringing"
    if any(p.joined_at is not None and p.joined_at <= at <= p.left_at + TOLERANCE for p in call.queues):
        return "queue"
    if any(o.queue is not None for o in open_offers):
        return "queue"  # the queue let the caller go to a member's FollowMe, which still calls phones
    return "ivr"


def customer_abandon(call: Call, rules: Rules) -> list[Proof]:
    if call.overflow is not None or call.callback_requested:
        return []
    if call.direction == "inbound":
        customer = call.customer
        if customer is None or not hung_up(customer) or call.connected_at is not None:
            return []
        at = hung_up_at(customer)
        who, detail = call.party(customer).name, f"in {abandoned_in(call, at) or 'the queue or while it rang'}"
        return [Proof(at, "HangupRequest", customer, who, detail, since=call.started_at, until=call.ended_at)]
    if call.direction == "outbound" and call.connected_at is None:
        leg, since, until = call.customer, call.started_at, call.ended_at
        if leg is None:
            detail = "the customer could not be called"
            return [Proof(call.ended_at, "VarSet", call.originator, None, detail, since, until)]
        at, who = leg.gone_at or call.ended_at, call.party(leg).name
        return [Proof(at, "Hangup", leg, who, "never connected", since, until)]
    return []


def queued(call: Call, rules: Rules) -> list[Proof]:
    after = rules.settings.thresholds.queued_after
    return [
        Proof(
            p.waited_unready, "QueueCallerJoin", p.channel, who.name, f"no agent ready in {p.name}",
            since=p.stay.began_at, until=p.waited_unready + after,
        )
        for p in call.queues
        if p.waited_unready is not None and (who := call.party(p.waits)).role == "customer"
    ]  # fmt: skip


def reassign(call: Call, rules: Rules) -> list[Proof]:
    return [
        Proof(
            o.started_at, "DialBegin", o.channel, o.party.name, f"after {f.party.name}: {f.outcome or UNSEEN}",
            since=f.started_at, until=o.started_at,
        )
        for f, o in ((retry.failed, retry.offer) for retry in retries(call))
    ]  # fmt: skip


def overflowed(call: Call, rules: Rules) -> list[Proof]:
    o = call.overflow
    if o is None:
        return []
    since = o.at if o.told else call.started_at
    until = o.at if o.told else call.ended_at
    return [Proof(o.at, o.event, o.channel, call.party(o.channel).name, o.detail, since, until)]


def transferred(call: Call, rules: Rules) -> list[Proof]:
    return [
        passed_on(t)
        for t in call.transfers
        if t.connected and t.to is not None and (t.to.is_staff or (t.by is not None and t.by.role == "supervisor"))
    ]


def over_agent_answer_threshold(call: Call, rules: Rules) -> list[Proof]:
    found = []
    for o in call.offers:
        limit = rules.agent_answer(call, o.queue)
        until = call.unseen.last_seen(o.silent_at)
        if o.ringing_at is not None and until - o.ringing_at > limit:
            rang = f"rang {o.ring_seconds:.1f} s, allowed {limit:g} s"
            found.append(Proof(until, "Newstate", o.channel, o.party.name, rang))
    return found


def over_customer_waiting_threshold(call: Call, rules: Rules) -> list[Proof]:
    limit = rules.customer_waiting(call)
    if call.direction != "inbound" or call.wait_seconds <= limit:
        return []
    who = call.party(call.customer).name if call.customer is not None else None
    at = call.connected_at if call.connected_at is not None else call.ended_at
    detail = f"waited {call.wait_seconds:.1f} s, allowed {limit:g} s"
    event, until = "QueueCallerLeave" if call.waited_in else "Newstate", call.waited_since + limit
    return [Proof(at, event, call.customer, who, detail, since=call.started_at, until=until)]


def virtual_queue_callback_incoming(call: Call, rules: Rules) -> list[Proof]:
    if not call.callback_requested:
        return []
    said = call.variable("CALLBRIDGE_CALLBACK")
    if said is not None:
        return [Proof(call.ended_at, "VarSet", said[0], call.party(said[0]).name, "asked to be called back")]
    return [
        Proof(
            p.left_at, "QueueCallerLeave", p.channel, call.party(p.channel).name, f"by {call.called_back_by}",
            since=call.started_at, until=call.ended_at,
        )
        for p in call.queues
        if p.exit == "key"
    ]  # fmt: skip


def virtual_queue_callback_outgoing(call: Call, rules: Rules) -> list[Proof]:
    if call.callback_of is None:
        return []
    said = call.variable("CALLBRIDGE_CALLBACK_OF")
    channel = said[0] if said is not None else call.customer or call.originator
    event = "VarSet" if said is not None else "DialBegin"
    who = call.party(call.customer or channel).name
    return [Proof(channel.created_at, event, channel, who, f"call back of {call.callback_of}")]


def _failed(call: Call, outcome: str) -> list[Proof]:
    return [_ended(o) for o in call.offers if o.outcome == outcome]


def _ended(o: Offer) -> Proof:
    said = f", {o.sip_code}" if o.sip_code else f", cause {o.cause}" if o.cause else ""
    rang = "rang" if o.ringing_at is not None else "never rang"
    word = ", as the phone itself says" if o.reported is not None else ""
    detail = f"{o.reason or o.outcome}: {rang}{said}{word}"
    # The phone's own report counts even if no other feed was connected.
    since = until = o.started_at if o.reported is not None else None
    return Proof(o.ended_at, o.ending, o.channel, o.party.name, detail, since, until)


def agent_reject(call: Call, rules: Rules) -> list[Proof]:
    return _failed(call, "rejected")


def cpe_reject(call: Call, rules: Rules) -> list[Proof]:
    return _failed(call, "cpe_rejected")


def agent_no_answer_timeout(call: Call, rules: Rules) -> list[Proof]:
    return _failed(call, "no_answer")


def _hung_up(call: Call) -> list[Proof]:
    end = call.ending
    if end.channel is None:
        return []
    who = call.party(end.channel).name
    event, detail = ("HangupRequest", "hung up first") if end.request else ("DTMFEnd", "hung up by key")
    if end.request is None and (sent := next((t for t in end.channel.transfers if t.at <= end.at + LEADS_TO), None)):
        event, detail = ("AttendedTransfer" if sent.attended else "BlindTransfer"), "had us call somebody else"
    return [Proof(end.at, event, end.channel, who, detail, since=end.at, until=call.ended_at)]


def agent_disconnect(call: Call, rules: Rules) -> list[Proof]:
    if call.ending.side != "staff" or call.ending.channel is None:
        return []
    if call.direction == "internal" and not call.party(call.ending.channel).is_staff:
        return []
    return _hung_up(call)


def customer_disconnect(call: Call, rules: Rules) -> list[Proof]:
    return _hung_up(call) if call.ending.side == "customer" else []
