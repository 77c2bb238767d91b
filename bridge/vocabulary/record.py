"""The record of one call, version 1: the types from which the published JSON Schema is generated.

A value that is not known is null; one that does not apply is absent or empty. The text below each field is its
description in the schema.
"""

from typing import Annotated, Literal

import msgspec

from bridge.vocabulary.terms import (
    DialOutcome,
    Direction,
    EndedBy,
    Outcome,
    ParticipantRole,
    QueueExit,
    Role,
    SpyMode,
    TransferKind,
    TransferOutcome,
    TransferTarget,
)

Time = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date-time", "pattern": r"\.\d{3}Z$"})]
"""RFC 3339 in UTC with milliseconds: ``2026-11-22T13:05:26.271Z``."""
Seconds = Annotated[float, msgspec.Meta(extra_json_schema={"minimum": 0})]
"""Seconds, with three decimals."""


class Evidence(msgspec.Struct, frozen=True):
    """One fact that made a tag true."""

    at: Time
    event: str
    """The event, by its name in Asterisk: HangupRequest, QueueCallerJoin, ..."""
    channel: str | None = None
    """Name of the channel it happened on."""
    party: str | None = None
    """Who is behind that channel."""
    detail: str | None = None
    """What made the event count: a cause, a duration, a number."""


class Customer(msgspec.Struct, frozen=True):
    """The caller ID of the customer, or the number dialled to reach the customer."""

    number: str | None = None
    name: str | None = None


class QueuePass(msgspec.Struct, frozen=True):
    """One stay of the call in one queue."""

    name: str
    joined_at: Time | None
    """Null if callbridge did not see the caller join."""
    left_at: Time | None
    position: int | None
    """Place in the queue on joining; the first place is 1."""
    exit: QueueExit


class Offer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One attempt to deliver the call to the device of one agent or supervisor."""

    agent: str
    """The agent's or supervisor's extension or configured name, never a Local channel."""
    device: str
    """The channel's name up to its last "-": PJSIP/1001."""
    queue: str | None
    """The queue that offered the call; null if no queue did."""
    started_at: Time
    ringing_at: Time | None
    """Null if the device did not ring, or callbridge did not see it ring."""
    ended_at: Time | None
    """Null if callbridge did not see the offer end."""
    ring_seconds: Seconds
    outcome: Outcome | None
    """Null if callbridge cannot tell: the offer failed in an unknown way, or was not seen in full."""
    reason: str | None
    """Why the offer ended so, in a word, such as unreachable or declined; for a forwarded call, the number."""
    cause: int | None
    """Q.850 cause of the offered channel's hangup."""
    sip_code: int | None
    """The device's final SIP response; null if Asterisk does not report it."""
    threshold: Seconds | None = None
    """The agent answer threshold in force for this offer, if it differs from the call's."""


class Dial(msgspec.Struct, frozen=True):
    """One attempt to reach somebody who is not of the staff: an outside number, or a plain extension."""

    number: str
    """The number outside that was dialled, or the extension."""
    device: str
    """Channel name up to its last "-": of the trunk for a number outside."""
    trunk: str | None
    """The trunk that a number outside was dialled over."""
    by: str | None
    """For whom it was dialled: the caller, or the one who transfers."""
    started_at: Time
    ringing_at: Time | None
    ended_at: Time | None
    """The answer, or the end of the attempt."""
    outcome: DialOutcome | None
    """Null if nothing tells what became of it."""
    cause: int | None
    """Q.850 cause of the dialled channel's hangup."""
    sip_code: int | None
    """The far side's final SIP response; null if Asterisk does not report it."""


class Conversation(msgspec.Struct, frozen=True):
    """One stretch in which the same parties were connected."""

    from_: Time = msgspec.field(name="from")
    until: Time
    parties: list[str]
    speakers: list[str]
    """The parties whom the others hear, including a supervisor who barges in."""
    held: list[str]
    """The parties who were on hold."""


class ThresholdsInForce(msgspec.Struct, frozen=True):
    """Seconds, as the settings had them for this call when its record was first written."""

    agent_answer: Seconds
    """The DN's, or the default. If an offer's queue has its own, it is in the offer's ``threshold``."""
    customer_waiting: Seconds
    """That of the first queue waited in, else the DN's, or the default."""
    short_abandon: Seconds


class Participant(msgspec.Struct, frozen=True):
    """One stretch in which one party was in the conversation."""

    party: str
    """A customer's number; an agent's extension or configured name."""
    role: ParticipantRole
    device: str
    joined_at: Time
    left_at: Time | None
    talk_seconds: Seconds
    hold_seconds: Seconds


class Transfer(msgspec.Struct, frozen=True):
    """One transfer of the call, successful or not."""

    kind: TransferKind
    by: str | None
    """Who transferred the call, or took it over."""
    from_: str | None = msgspec.field(name="from")
    """Who had the call before."""
    to: str | None
    """To whom or what it was transferred."""
    target_type: TransferTarget
    at: Time
    outcome: TransferOutcome
    """Whether the target was connected: answered, unanswered, refused, or unknown."""


class Supervision(msgspec.Struct, frozen=True):
    """One stretch of listening, whispering or barging in; a change of mode starts a new one."""

    by: str
    role: Role
    """The role of the one who listens."""
    target: str
    """Whose phone is listened to."""
    mode: SpyMode | None
    """Null if callbridge could not find it out: a short stretch that an application started."""
    from_: Time = msgspec.field(name="from")
    until: Time | None


class Conference(msgspec.Struct, frozen=True):
    """One stretch with three speaking parties or more."""

    from_: Time = msgspec.field(name="from")
    until: Time | None
    speakers: list[str]


class Gap(msgspec.Struct, frozen=True):
    """An interval in which callbridge did not see the call: its feed was away, or had not reported the call yet."""

    from_: Time | None = msgspec.field(name="from")
    """Null if the gap began before the call."""
    until: Time | None
    """Null if the gap lasted beyond the call's end."""


class Label(msgspec.Struct, frozen=True):
    """A tag's labels: English and Traditional Chinese."""

    en: str
    zh: str


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="version", tag=1):
    """One call, from its first channel to its last hangup."""

    record_id: str
    """The same call has the same id in every instance and in every replay."""
    revision: int
    """Grows by one each time the record of the call is written with other content."""
    complete: bool
    """False if callbridge did not see the whole call."""
    gaps: list[Gap]
    """The intervals in which callbridge did not see the call."""
    pbx: str
    """The PBX's name in the settings."""
    call_id: str
    """Linkedid of the call's first channel."""
    linked_ids: list[str]
    """The Linkedids of all calls that became part of this one, its own included."""
    sip_call_ids: list[str]
    """The SIP Call-IDs of its channels, as far as ARI reports them."""
    tags: list[str]
    """The names of the tags, in the order of their bits; docs/tags.md says what each means."""
    tag_bits: int
    """The tags as one integer: bit n counts 2 to the power of n."""
    labels: dict[str, Label]
    """For each tag, its labels."""
    evidence: dict[str, list[Evidence]]
    """For each tag, the events that made it true."""
    direction: Direction
    dn: str | None
    """The DN dialled (inbound) or shown to the customer (outbound). Null if it was no DN, or was not seen."""
    customer: Customer | None
    started_at: Time
    answered_at: Time | None
    """When an agent or supervisor first answered."""
    ended_at: Time
    wait_seconds: Seconds
    """Inbound: from joining the first queue (without a queue: from the start) to the answer or the end."""
    talk_seconds: Seconds
    """Time in conversation, without hold."""
    hold_seconds: Seconds
    ended_by: EndedBy
    hangup_cause: int | None
    """Q.850 cause with which the last conversation ended."""
    sip_code: int | None
    queues: list[QueuePass]
    offers: list[Offer]
    participants: list[Participant]
    transfers: list[Transfer]
    supervisions: list[Supervision]
    conferences: list[Conference]
    abandoned_in: Literal["ivr", "queue", "ringing"] | None = None
    """Where the customer gave up."""
    overflow_reason: Literal["queue_full", "line_cap", "trunk_cap"] | None = None
    """Which limit refused the call."""
    queue_exit_reason: Literal["timeout", "leave_empty", "join_empty", "key"] | None = None
    """Why the caller left a queue without being answered."""
    callback_of: str | None = None
    """The call_id of the inbound call that asked for this call back."""
    consult_of: str | None = None
    """The call_id of the call during which this consultation was made."""
    dialled: str | None = None
    """The number that the caller dialled, a DN or not."""
    room: str | None = None
    """The first conference room of the call, by the PBX's name for it."""
    dials: list[Dial] = []
    """Attempts to reach somebody who is not of the staff; those to reach staff are ``offers``."""
    conversations: list[Conversation] = []
    """Who was connected with whom, and when."""
    recordings: list[str] = []
    """Files that MixMonitor wrote, as the PBX names them."""
    thresholds: ThresholdsInForce | None = None
    """The limits by which answers, waits and abandons of this call were judged."""
    left_out: dict[str, int] = {}
    """List → how many of its entries were left out of a record that would be too large."""
