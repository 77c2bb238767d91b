"""The record of one call, version 1: the types behind the published JSON Schema.

Times are strings, RFC 3339 in UTC with milliseconds; durations are seconds with milliseconds. What is not known is
null, what does not apply is absent or empty.
"""

from typing import Literal

import msgspec

Outcome = Literal["answered", "rejected", "cpe_rejected", "no_answer", "cancelled", "answered_elsewhere", "forwarded"]
Role = Literal["customer", "agent", "supervisor", "extension", "system"]
Direction = Literal["inbound", "outbound", "internal"]
EndedBy = Literal["customer", "agent", "supervisor", "system", "unknown"]
QueueExit = Literal[
    "answered", "abandoned", "timeout", "full", "join_empty", "leave_empty", "key", "transferred", "unknown"
]
TransferKind = Literal["blind", "attended", "takeover"]
TransferTarget = Literal["agent", "supervisor", "extension", "queue", "external", "system", "unknown"]
TransferOutcome = Literal["answered", "unanswered", "refused", "unknown"]
SpyMode = Literal["monitor", "coach", "barge"]


class Evidence(msgspec.Struct, frozen=True):
    """One fact that made a tag true."""

    at: str
    event: str
    """The fact or PBX event, in Asterisk's words: ``HangupRequest``, ``QueueCallerJoin``, ..."""
    channel: str | None = None
    party: str | None = None
    detail: str | None = None


class Customer(msgspec.Struct, frozen=True):
    number: str | None = None
    name: str | None = None


class QueuePass(msgspec.Struct, frozen=True):
    """One stay of the call in one queue."""

    name: str
    joined_at: str | None
    left_at: str | None
    position: int | None
    exit: QueueExit


class Offer(msgspec.Struct, frozen=True):
    """One attempt to deliver the call to the device of one agent or supervisor."""

    agent: str
    device: str
    queue: str | None
    started_at: str
    ringing_at: str | None
    ended_at: str | None
    ring_seconds: float
    outcome: Outcome
    reason: str | None
    cause: int | None
    sip_code: int | None


class Participant(msgspec.Struct, frozen=True):
    party: str
    role: Role
    device: str
    joined_at: str
    left_at: str | None
    talk_seconds: float
    hold_seconds: float


class Transfer(msgspec.Struct, frozen=True):
    kind: TransferKind
    by: str | None
    from_: str | None = msgspec.field(name="from")
    to: str | None
    target_type: TransferTarget
    at: str
    outcome: TransferOutcome


class Supervision(msgspec.Struct, frozen=True):
    by: str
    role: Role
    target: str
    mode: SpyMode
    from_: str = msgspec.field(name="from")
    until: str | None


class Conference(msgspec.Struct, frozen=True):
    from_: str = msgspec.field(name="from")
    until: str | None
    speakers: list[str]


class Gap(msgspec.Struct, frozen=True):
    """An interval in which the feed that carries the calls was away."""

    from_: str | None = msgspec.field(name="from")
    until: str | None


class Label(msgspec.Struct, frozen=True):
    en: str
    zh: str


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """One call, from its first channel to its last hangup."""

    version: Literal[1] = 1
    record_id: str
    revision: int
    complete: bool
    gaps: list[Gap]
    pbx: str
    call_id: str
    linked_ids: list[str]
    sip_call_ids: list[str]
    tags: list[str]
    tag_bits: int
    labels: dict[str, Label]
    evidence: dict[str, list[Evidence]]
    direction: Direction
    dn: str | None
    customer: Customer | None
    started_at: str
    answered_at: str | None
    ended_at: str
    wait_seconds: float
    talk_seconds: float
    hold_seconds: float
    ended_by: EndedBy
    hangup_cause: int | None
    sip_code: int | None
    queues: list[QueuePass]
    offers: list[Offer]
    participants: list[Participant]
    transfers: list[Transfer]
    supervisions: list[Supervision]
    conferences: list[Conference]
    abandoned_in: Literal["ivr", "queue", "ringing"] | None = None
    overflow_reason: Literal["queue_full", "line_cap", "trunk_cap"] | None = None
    queue_exit_reason: Literal["timeout", "leave_empty", "join_empty", "key"] | None = None
    callback_of: str | None = None
    consult_of: str | None = None
