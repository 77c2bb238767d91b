"""One call as a manager would tell it, from its record alone."""

from collections.abc import Iterator
from datetime import datetime

from bridge.records.record import Evidence, Offer, Record, Transfer
from bridge.tags.catalogue import BY_NAME

Moment = tuple[str, str]
"""A time as in the record, and what happened then."""

_MODES = {"monitor": "listens to", "coach": "whispers to", "barge": "joins the conversation of"}
_QUEUE_EXITS = {
    "answered": "the call is answered from queue {}",
    "abandoned": "the caller leaves queue {} by hanging up",
    "timeout": "queue {} gives up: waited too long",
    "full": "queue {} is full and refuses the call",
    "join_empty": "queue {} has nobody to serve it and refuses the call",
    "leave_empty": "queue {} gives up: nobody is left to serve it",
    "key": "the caller leaves queue {} by pressing a key",
    "transferred": "the call is taken out of queue {}",
    "unknown": "the call leaves queue {}",
}
_ENDS = {
    "customer": "the customer hangs up",
    "agent": "the agent hangs up",
    "supervisor": "the supervisor hangs up",
    "system": "the PBX ends the call",
    "unknown": "the call ends; who ended it is not known",
}
_OVERFLOWS = {
    "queue_full": "the queue was full",
    "line_cap": "the line had all the calls it may have",
    "trunk_cap": "the trunk had all the calls it may have",
}
_ABANDONED = {
    "ivr": "in the menu",
    "queue": "in the queue",
    "ringing": "while a phone rang",
    None: "before an answer",
}


def explain(record: Record) -> str:
    """What happened, moment by moment; each offer; each tag and why. Times are UTC."""
    start = _time(record.started_at)
    lines = [
        f"Call {record.call_id} on {record.pbx}, {record.started_at[:10]} {record.started_at[11:-1]} UTC",
        _summary(record),
        *_provisos(record),
        "",
        "What happened",
    ]
    for at, what in sorted(_moments(record), key=lambda moment: moment[0]):
        lines.append(f"  {at[11:-1]}  {(_time(at) - start).total_seconds():+8.3f} s  {what}")
    if record.offers:
        lines += ["", "Offers", *(f"  {offered(offer)}" for offer in record.offers)]
    lines += ["", "Tags and why" if record.tags else "No tags"]
    for name in record.tags:
        tag = BY_NAME[name]
        lines.append(f"  {name} ({tag.en}, {tag.zh})")
        lines += [f"    {_because(evidence)}" for evidence in record.evidence.get(name, [])]
    return "\n".join(lines)


def offered(offer: Offer) -> str:
    """One offer in one sentence."""
    who = f"{offer.agent}'s phone"
    rang = f"{who} rang {offer.ring_seconds:.1f} s" if offer.ringing_at else f"{who} did not ring"
    code = f" ({_codes(offer)})" if _codes(offer) else ""
    queue = f", offered by queue {offer.queue}" if offer.queue else ""
    why = f": {_plain(offer.reason)}" if offer.reason else ""
    match offer.outcome:
        case "answered":
            told = f"{rang} and was answered"
        case "rejected":
            told = f"{rang}, {offer.agent} declined{code}"
        case "cpe_rejected":
            told = f"{rang}, the device failed{why}{code}"
        case "no_answer":
            told = f"{rang}, nobody answered"
        case "cancelled":
            told = f"{rang}, the caller left"
        case "answered_elsewhere":
            told = f"{rang}, another phone answered"
        case "forwarded":
            told = f"{rang}, it forwarded the call{why}"
    return told + queue


def _summary(record: Record) -> str:
    number = (record.customer.number or record.customer.name) if record.customer else None
    customer = f"Customer {number}" if number else "A customer"
    people = [person.party for person in record.participants if person.role != "system"]
    staff = [person.party for person in record.participants if person.role in ("agent", "supervisor")]
    if record.direction == "inbound":
        told = f"{customer} called {record.dn or 'a number that is no DN'}"
    elif record.direction == "outbound":
        shown = f"showing {record.dn}" if record.dn else "showing no DN"
        told = f"{staff[0] if staff else 'Someone inside'} called {customer.lower()}, {shown}"
    else:
        told = f"{people[0]} called {people[1]}" if len(people) > 1 else "An inside call"
    return f"{told}; {_result(record, staff)}."


def _result(record: Record, staff: list[str]) -> str:
    if record.overflow_reason:
        return f"it was refused because {_OVERFLOWS[record.overflow_reason]}"
    if "virtual_queue_callback_incoming" in record.tags:
        return f"after {record.wait_seconds:.1f} s the caller asked to be called back"
    if "customer_abandon" in record.tags:
        if record.direction == "outbound":
            return "the customer was not reached"
        return f"the customer gave up {_ABANDONED[record.abandoned_in]} after {record.wait_seconds:.1f} s"
    if record.answered_at is None and record.talk_seconds == 0:
        return "nobody answered"
    by = f" with {', '.join(dict.fromkeys(staff))}" if staff and record.direction != "internal" else ""
    held = f", {record.hold_seconds:.1f} s of it on hold" if record.hold_seconds else ""
    waited = f"waited {record.wait_seconds:.1f} s, " if record.direction == "inbound" else ""
    return f"{waited}talked {record.talk_seconds:.1f} s{by}{held}; {_ENDS[record.ended_by]}"


def _provisos(record: Record) -> Iterator[str]:
    if not record.complete:
        yield "Only part of this call was observed: what happened outside that part is not told here."
    for gap in record.gaps:
        yield f"Not observed: from {gap.from_ or 'its start'} until {gap.until or 'its end'}."
    if record.callback_of:
        yield f"This is the call back that call {record.callback_of} asked for."
    if record.consult_of:
        yield f"This is a consultation during call {record.consult_of}."


def _moments(record: Record) -> Iterator[Moment]:
    yield record.started_at, "the call starts"
    for stay in record.queues:
        if stay.joined_at:
            place = f", as number {stay.position}" if stay.position else ""
            yield stay.joined_at, f"the caller joins queue {stay.name}{place}"
        if stay.left_at:
            yield stay.left_at, _QUEUE_EXITS[stay.exit].format(stay.name)
    for offer in record.offers:
        yield offer.started_at, f"{offer.agent} is offered the call"
        if offer.ringing_at:
            yield offer.ringing_at, f"{offer.agent}'s phone rings"
        if offer.ended_at:
            yield offer.ended_at, offered(offer)
    if record.answered_at:
        yield record.answered_at, "the staff answer"
    for person in record.participants:
        if person.role == "system":
            continue
        name = f"the customer ({person.party})" if person.role == "customer" else f"{person.role} {person.party}"
        yield person.joined_at, f"{name} is in the conversation"
        if person.left_at and person.left_at != record.ended_at:
            yield person.left_at, f"{name} is out of it after {person.talk_seconds:.1f} s of talk"
    for transfer in record.transfers:
        yield transfer.at, _transferred(transfer)
    for spy in record.supervisions:
        yield spy.from_, f"{spy.role} {spy.by} {_MODES[spy.mode]} {spy.target}"
        if spy.until:
            yield spy.until, f"{spy.role} {spy.by} no longer {_MODES[spy.mode]} {spy.target}"
    for conference in record.conferences:
        yield conference.from_, f"a conference of {', '.join(conference.speakers)}"
        if conference.until:
            yield conference.until, "the conference is over"
    cause = f" (cause {record.hangup_cause})" if record.hangup_cause is not None else ""
    yield record.ended_at, _ENDS[record.ended_by] + cause


def _transferred(transfer: Transfer) -> str:
    by = transfer.by or "someone"
    if transfer.kind == "takeover":
        return f"{by} takes the call over from {transfer.from_ or 'the agent'}"
    how = "without asking first" if transfer.kind == "blind" else "after asking"
    to = f"{_plain(transfer.target_type)} {transfer.to}" if transfer.to else _plain(transfer.target_type)
    result = {
        "answered": "who answers",
        "unanswered": "unanswered",
        "refused": "refused",
        "unknown": "outcome unknown",
    }
    return f"{by} transfers the call {how} to {to}, {result[transfer.outcome]}"


def _because(evidence: Evidence) -> str:
    parts = [evidence.at[11:-1], evidence.event, evidence.channel, evidence.party and f"({evidence.party})"]
    return " ".join(part for part in parts if part) + (f": {evidence.detail}" if evidence.detail else "")


def _codes(offer: Offer) -> str:
    sip = f"SIP {offer.sip_code}" if offer.sip_code else ""
    return sip or (f"cause {offer.cause}" if offer.cause else "")


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _time(at: str) -> datetime:
    return datetime.fromisoformat(at)
