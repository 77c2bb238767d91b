"""One call as a manager would tell it, from its record alone."""

from collections.abc import Iterator
from datetime import datetime

from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.record import Evidence, Offer, Record, Transfer

AT_THE_END = 0.1
"""Seconds: who leaves later than this before the end leaves because it is the end."""

Moment = tuple[str, str]
"""A time as in the record, and what happened then."""

_OUTCOMES = {
    "answered": "{agent} answered",
    "rejected": "{agent} declined{code}",
    "cpe_rejected": "{agent}'s device failed{why}{code}",
    "no_answer": "{agent} did not answer in time",
    "cancelled": "the caller left before {agent} answered",
    "answered_elsewhere": "another phone answered before {agent}'s",
    "forwarded": "{agent}'s device sent the call elsewhere{why}",
}
_WORDS = {
    "unreachable": "it was not reachable",
    "no_response": "it did not even ring",
    "device_lost": "its connection was lost while it rang",
    "busy": "it was busy or on do not disturb",
    "temporarily_unavailable": "it was unavailable or on do not disturb",
    "media_failed: NotAllowedError": "on answering, the browser was not allowed to use the microphone",
    "media_failed: NotFoundError": "on answering, the browser found no microphone",
    "media_failed: NotReadableError": "on answering, the browser could not open the microphone",
    "media_failed: IceFailed": "the browser found no way for the sound",
    "device_lost: offline": "the browser had no network",
    "answer_failed": "the agent pressed answer, but the browser could not",
    "rejected_by_page": "the phone's page refused by itself, as on do not disturb",
    "page_closed: closed": "the phone's page was closed or loaded anew",
    "page_closed: stopped": "the phone's page logged the phone off",
}
"""Reason of an offer to how a person says it."""
_QUEUE_EXITS = {
    "answered": "the call left queue {} for the one who answered",
    "abandoned": "the caller left queue {} by hanging up",
    "timeout": "queue {} gave up: the wait was over its limit",
    "full": "queue {} was full and refused the call",
    "join_empty": "queue {} had nobody to serve it and refused the call",
    "leave_empty": "queue {} gave up: nobody was left to serve it",
    "key": "the caller left queue {} by pressing a key",
    "transferred": "the call was taken out of queue {}",
    "unknown": "the call left queue {}",
}
_MODES = {
    "monitor": "listening to",
    "coach": "whispering to",
    "barge": "speaking in the conversation of",
    None: "listening, whispering or speaking to",
}
_TARGETS = {
    "answered": "who answered",
    "unanswered": "unanswered",
    "refused": "refused",
    "unknown": "outcome unknown",
}
_ENDS = {
    "customer": "the customer hung up",
    "agent": "the agent hung up",
    "supervisor": "the supervisor hung up",
    "system": "the PBX ended the call",
    "unknown": "the call ended, who ended it is not known",
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
    lines = [
        f"Call {record.call_id} on {record.pbx}, {record.started_at[:10]} {record.started_at[11:-1]} UTC",
        sentence(record),
        *provisos(record),
        "",
        "What happened",
    ]
    for at, what in moments(record):
        lines.append(f"  {at[11:-1]} {_seconds(record.started_at, at):+9.3f} s  {what}")
    if record.offers:
        lines += ["", "Offers", *(f"  {_offer(offer)}" for offer in record.offers)]
    lines += ["", "Tags and why" if record.tags else "No tags"]
    for name in record.tags:
        tag = BY_NAME[name]
        lines.append(f"  {name} ({tag.en}, {tag.zh})")
        lines += [f"    {because(evidence)}" for evidence in record.evidence.get(name, [])]
    return "\n".join(lines)


def sentence(record: Record, language: str = "en") -> str:
    """The whole call in one sentence: who called whom, and how it went."""
    number = (record.customer.number or record.customer.name) if record.customer else None
    people = [person.party for person in record.participants if person.role != "system"]
    staff = [who.party for who in record.participants if who.role in ("agent", "supervisor") and who.talk_seconds]
    if record.direction == "inbound":
        customer = f"Customer {number}" if number else "A customer"
        told = f"{customer} called {record.dn or 'a number that is no DN'}"
    elif record.direction == "outbound":
        customer = f"customer {number}" if number else "a customer"
        told = f"{staff[0] if staff else 'Someone inside'} called {customer}, showing {record.dn or 'no DN'}"
    else:
        told = f"{people[0]} called {people[1]}" if len(people) > 1 else "An inside call"
    return f"{told}; {_result(record, staff)}."


def _result(record: Record, staff: list[str]) -> str:
    if record.overflow_reason:
        return f"it was refused because {_OVERFLOWS[record.overflow_reason]}"
    if "virtual_queue_callback_incoming" in record.tags:
        return f"the caller asked to be called back after waiting {record.wait_seconds:.1f} s"
    if "customer_abandon" in record.tags:
        if record.direction == "outbound":
            return "the customer was not reached"
        return f"the customer gave up {_ABANDONED[record.abandoned_in]} after waiting {record.wait_seconds:.1f} s"
    if record.answered_at is None and record.talk_seconds == 0:
        return f"nobody answered, {_ENDS[record.ended_by]}"
    waited = f"waited {record.wait_seconds:.1f} s, " if record.direction == "inbound" else ""
    talked = f"talked {record.talk_seconds:.1f} s"
    if staff and record.direction != "internal":
        talked += f" with {', '.join(dict.fromkeys(staff))}"
    held = f", held {record.hold_seconds:.1f} s" if record.hold_seconds else ""
    return f"{waited}{talked}{held}, {_ENDS[record.ended_by]}"


def provisos(record: Record, language: str = "en") -> Iterator[str]:
    """What of the call was not observed, and to which other call it belongs."""
    if not record.complete:
        yield "Only part of this call was observed: what happened outside that part is not told here."
    for gap in record.gaps:
        yield f"Not observed: from {gap.from_ or 'its start'} until {gap.until or 'its end'}."
    if record.callback_of:
        yield f"This is the call back that call {record.callback_of} asked for."
    if record.consult_of:
        yield f"This is a consultation during call {record.consult_of}."


def moments(record: Record, language: str = "en") -> list[Moment]:
    """What happened, by time."""
    return sorted(_moments(record), key=lambda moment: moment[0])


def _moments(record: Record) -> Iterator[Moment]:
    """Of two at the same time, the cause comes before the effect."""
    supervisors = {spy.by for spy in record.supervisions}
    yield record.started_at, "the call began"
    for stay in record.queues:
        if stay.joined_at:
            place = f" as number {stay.position}" if stay.position else ""
            yield stay.joined_at, f"the caller joined queue {stay.name}{place}"
    for offer in record.offers:
        yield offer.started_at, f"{offer.agent} was offered the call"
        if offer.ringing_at:
            yield offer.ringing_at, f"{offer.agent}'s phone rang"
        if offer.ended_at:
            yield offer.ended_at, outcome(offer)
    for stay in record.queues:
        if stay.left_at:
            yield stay.left_at, _QUEUE_EXITS[stay.exit].format(stay.name)
    for transfer in record.transfers:
        yield transfer.at, _transfer(transfer)
    for person in record.participants:
        if person.role == "system" or person.party in supervisors:
            continue
        who = f"{person.role} {person.party}"
        if person.joined_at != record.started_at:
            yield person.joined_at, f"{who} joined the conversation"
        if person.left_at and _seconds(person.left_at, record.ended_at) > AT_THE_END:
            yield person.left_at, f"{who} left the conversation after {person.talk_seconds:.1f} s of talk"
    for spy in record.supervisions:
        yield spy.from_, f"{spy.role} {spy.by} began {_MODES[spy.mode]} {spy.target}"
        if spy.until:
            yield spy.until, f"{spy.role} {spy.by} stopped {_MODES[spy.mode]} {spy.target}"
    for conference in record.conferences:
        yield conference.from_, f"{', '.join(conference.speakers)} were in conference"
        if conference.until:
            yield conference.until, "the conference was over"
    cause = f" (cause {record.hangup_cause})" if record.hangup_cause else ""
    yield record.ended_at, _ENDS[record.ended_by] + cause


def _offer(offer: Offer) -> str:
    who = f"queue {offer.queue} to {offer.agent}" if offer.queue else f"to {offer.agent}"
    if offer.ringing_at is None and offer.outcome in ("answered", None):
        return f"{who}: {outcome(offer)}"  # it rang, or nobody knows
    rang = f"rang {offer.ring_seconds:.1f} s" if offer.ringing_at else "did not ring"
    return f"{who}: {rang}, {outcome(offer)}"


def outcome(offer: Offer, language: str = "en") -> str:
    """How an offer ended."""
    code = f" (SIP {offer.sip_code})" if offer.sip_code else f" (cause {offer.cause})" if offer.cause else ""
    why = f": {in_words(offer.reason)}" if offer.reason else ""
    if offer.outcome is None:
        if offer.ended_at is None:
            return f"what {offer.agent} did was not seen"
        return f"{offer.agent} did not take the call, why was not seen{code}"
    return _OUTCOMES[offer.outcome].format(agent=offer.agent, code=code, why=why)


def in_words(reason: str) -> str:
    """Why a device failed an offer, as a person says it. ``reason``: an offer's in a record."""
    return _WORDS.get(reason) or _plain(reason)


def _transfer(transfer: Transfer) -> str:
    by = transfer.by or "someone"
    if transfer.kind == "takeover":
        return f"{by} took the call over from {transfer.from_ or 'the agent'}"
    how = "at once" if transfer.kind == "blind" else "after asking"
    to = " ".join(part for part in (_plain(transfer.target_type), transfer.to) if part)
    return f"{by} transferred the call {how} to {to}, {_TARGETS[transfer.outcome]}"


def because(evidence: Evidence, language: str = "en") -> str:
    """One fact that made a tag true."""
    parts = [evidence.at[11:-1], evidence.event, evidence.channel, evidence.party and f"({evidence.party})"]
    return " ".join(part for part in parts if part) + (f": {evidence.detail}" if evidence.detail else "")


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _seconds(since: str, until: str) -> float:
    return (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds()
