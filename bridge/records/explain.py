"""One call as a manager would tell it, from its record alone, in English or 繁體中文."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bridge.records import proofs
from bridge.records.words import WORDS
from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.language import Language, Words
from bridge.vocabulary.record import Evidence, Offer, QueuePass, Record, Transfer
from bridge.vocabulary.terms import STAFF

AT_THE_END = 0.1
"""Seconds: a party who leaves so shortly before the call's end left because it ended, and is not mentioned."""

Moment = tuple[str, str]
"""A time as the record writes it, and what happened then."""

IN = {"en": Words(WORDS, "en"), "zh-TW": Words(WORDS, "zh-TW")}


def explain(record: Record, language: Language = "en") -> str:
    """The whole text: what happened moment by moment, each offer, each tag and why. Times are UTC."""
    words = IN[language]
    lines = [
        words(
            "head", call=record.call_id, pbx=record.pbx, date=record.started_at[:10], time=record.started_at[11:-1]
        ),
        sentence(record, language),
        *provisos(record, language),
        "",
        words("what happened"),
    ]
    for at, what in moments(record, language):
        after = _seconds(record.started_at, at)
        lines.append("  " + words("moment", at=at[11:-1], after=after, what=what))
    if record.offers:
        lines += ["", words("offers"), *(f"  {_offer(words, offer)}" for offer in record.offers)]
    lines += ["", words("tags and why") if record.tags else words("no tags")]
    for name in record.tags:
        tag = BY_NAME[name]
        lines.append(f"  {name} ({tag.en}, {tag.zh})")
        lines += [f"    {because(evidence, language)}" for evidence in record.evidence.get(name, [])]
    return "\n".join(lines)


def sentence(record: Record, language: Language = "en") -> str:
    """The whole call in one sentence: who called whom, and how it went."""
    words = IN[language]
    number = (record.customer.number or record.customer.name) if record.customer else None
    people = [person.party for person in record.participants if person.role != "system"]
    staff = [who.party for who in record.participants if who.role in STAFF and who.talk_seconds]
    if record.direction == "inbound":
        customer = words("Customer N", number=number) if number else words("A customer")
        none = words("no dn N", number=record.dialled) if record.dialled else words("no dn dialled")
        told = words("inbound", customer=customer, dn=_dn(words, record, none))
    elif record.direction == "outbound":
        told = words(
            "outbound",
            who=staff[0] if staff else words("someone inside"),
            customer=words("customer N", number=number) if number else words("a customer"),
            dn=_dn(words, record, words("no dn shown")),
        )
    elif len(people) > 1:
        told = words("internal", who=people[0], whom=people[1])
    else:
        told = words("internal, whom unseen")
    return words("sentence", told=told, result=_result(words, record, staff))


def _dn(words: Words, record: Record, none: str) -> str:
    return words("dn N", dn=record.dn) if record.dn else none


def _result(words: Words, record: Record, staff: list[str]) -> str:
    language, end = words.language, words(f"end {record.ended_by}")
    if record.overflow_reason:
        return words("refused", why=words(f"overflow {record.overflow_reason}"))
    if "virtual_queue_callback_incoming" in record.tags:
        return words("callback", wait=record.wait_seconds)
    if "customer_abandon" in record.tags:
        if record.direction == "outbound":
            return words("not reached")
        return words("gave up", where=words(f"gave up {record.abandoned_in}"), wait=record.wait_seconds)
    if record.answered_at is None and record.talk_seconds == 0:
        return words("nobody answered", end=end)
    by = list(dict.fromkeys(staff))
    if by and record.direction == "inbound":
        talked = words("talked with", talk=record.talk_seconds, staff=all_of(by, language))
    elif len(by) > 1 and record.direction == "outbound":
        talked = words("customer talked with", talk=record.talk_seconds, staff=all_of(by, language))
    else:
        talked = words("talked", talk=record.talk_seconds)
    return words(
        "so it went",
        waited=words("waited", wait=record.wait_seconds) if record.direction == "inbound" else "",
        talked=talked,
        held=words("held", hold=record.hold_seconds) if record.hold_seconds else "",
        end=end,
    )


def provisos(record: Record, language: Language = "en") -> Iterator[str]:
    """Sentences on what was not observed, and on the other call to which this one belongs."""
    words = IN[language]
    if not record.complete:
        yield words("partly")
    for gap in record.gaps:
        yield words("gap", since=gap.from_ or words("its start"), until=gap.until or words("its end"))
    if record.callback_of:
        yield words("callback of", call=record.callback_of)
    if record.consult_of:
        yield words("consult of", call=record.consult_of)


def moments(record: Record, language: Language = "en") -> list[Moment]:
    """What happened, by time. If two things happened at the same time, the cause comes first."""
    return sorted(_moments(IN[language], record), key=lambda moment: moment[0])


def _moments(words: Words, record: Record) -> Iterator[Moment]:
    supervisors = {spy.by for spy in record.supervisions}
    yield record.started_at, words("began")
    for stay in record.queues:
        if stay.joined_at:
            key = "joined queue as" if stay.position else "joined queue"
            yield stay.joined_at, words(key, queue=stay.name, position=stay.position)
    for offer in record.offers:
        yield offer.started_at, words("offered", agent=offer.agent)
        if offer.ringing_at:
            yield offer.ringing_at, words("rang", agent=offer.agent)
        if offer.ended_at:
            yield offer.ended_at, outcome(offer, words.language)
    for stay in record.queues:
        if stay.left_at:
            yield stay.left_at, left(stay, words.language)
    for transfer in record.transfers:
        yield transfer.at, transferred(transfer, words.language)
    for person in record.participants:
        if person.role == "system" or person.party in supervisors:
            continue
        who = _who(words, person.role, person.party)
        if person.joined_at != record.started_at:
            yield person.joined_at, words("joined", who=who)
        if person.left_at and _seconds(person.left_at, record.ended_at) > AT_THE_END:
            yield person.left_at, words("left", who=who, talk=person.talk_seconds)
    for spy in record.supervisions:
        who, mode = _who(words, spy.role, spy.by), words(f"spy {spy.mode}")
        yield spy.from_, words("began spying", who=who, mode=mode, target=spy.target)
        if spy.until:
            yield spy.until, words("stopped spying", who=who, mode=mode, target=spy.target)
    for conference in record.conferences:
        yield conference.from_, words("conference", speakers=all_of(conference.speakers, words.language))
        if conference.until:
            yield conference.until, words("conference over")
    cause = words("cause", cause=record.hangup_cause) if record.hangup_cause else ""
    yield record.ended_at, words(f"end {record.ended_by}") + cause


def all_of(names: Sequence[str], language: Language = "en") -> str:
    """Several names as a person lists them: ``1001, 1002 and 2001``."""
    words = IN[language]
    return words("and").join(part for part in (words("comma").join(names[:-1]), names[-1]) if part)


def _who(words: Words, role: str, name: str, family: str = "role") -> str:
    """The role and the name; the name alone if it begins with the role, as "Agent 1001" does."""
    return name if name.casefold().startswith(role) else words(f"{family} {role}", party=name, to=name)


def _offer(words: Words, offer: Offer) -> str:
    who = words("queue to" if offer.queue else "direct to", queue=offer.queue, agent=offer.agent)
    what = outcome(offer, words.language)
    if offer.ringing_at is not None or offer.outcome not in ("answered", None):  # else it rang, or nobody knows
        what = words("rang for" if offer.ringing_at else "did not ring", rang=offer.ring_seconds, what=what)
    return words("offer", who=who, what=what)


def outcome(offer: Offer, language: Language = "en") -> str:
    """How an offer ended, and why."""
    words = IN[language]
    code = ""
    if offer.sip_code:
        code = words("sip", code=offer.sip_code)
    elif offer.cause:
        code = words("cause", cause=offer.cause)
    why = words("because") + in_words(offer.reason, language) if offer.reason else ""
    if offer.outcome is None:
        return words("unseen" if offer.ended_at is None else "failed unseen", agent=offer.agent, code=code)
    return words(f"outcome {offer.outcome}", agent=offer.agent, code=code, why=why)


def in_words(reason: str, language: Language = "en") -> str:
    """Why a device failed an offer, in plain words. ``reason``: of an offer in a record."""
    key = f"reason {reason}"
    return IN[language](key) if key in IN[language] else _plain(reason)


def left(stay: QueuePass, language: Language = "en") -> str:
    """How a stay in a queue ended."""
    return IN[language](f"exit {stay.exit}", queue=stay.name)


def transferred(transfer: Transfer, language: Language = "en") -> str:
    """Who passed the call on to whom, and whether it was taken."""
    words = IN[language]
    by = transfer.by or words("someone")
    if transfer.kind == "takeover":
        return words("takeover", by=by, whom=transfer.from_ or words("the agent"))
    to = _who(words, transfer.target_type, transfer.to or "", "to").rstrip()
    return words(transfer.kind, by=by, to=to, outcome=words(f"transfer {transfer.outcome}"))


def because(evidence: Evidence, language: Language = "en") -> str:
    """One fact that made a tag true, with the event that told it by its name in Asterisk."""
    event = " ".join(part for part in (evidence.event, evidence.channel) if part)
    why = who_why(evidence, language)
    return f"{evidence.at[11:-1]} {f'{why} ({event})' if why else event}"


def who_why(evidence: Evidence, language: Language = "en") -> str:
    """The fact alone: the party, and what it did."""
    why = proofs.in_words(evidence.detail, language) if evidence.detail else None
    return IN[language]("because").join(part for part in (evidence.party, why) if part)


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _seconds(since: str, until: str) -> float:
    return (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds()
